"""Where `rigdyno` begins: the window where there is a screen to open it on, else the same check in the terminal."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

X_PATIENCE_S = 3.0
"""A display behind a dead network would keep the program waiting for minutes."""


def main(argv: list[str] | None = None) -> int:
    """With arguments the terminal program; without, the window. Returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments:
        return _terminal(arguments)
    reason = obstacle(os.environ) if sys.platform.startswith("linux") else ""
    if not reason:
        try:
            from .app import run
        except ImportError as error:  # Qt's own libraries, such as libEGL.so.1 on a server
            reason = str(error)
        else:
            return run()
    print(f"No window here ({reason}), so Rigdyno does the check in the terminal.", file=sys.stderr, flush=True)
    return _terminal(["check"])


def _terminal(arguments: list[str]) -> int:
    from ..core import cli

    return cli.main(arguments)


def obstacle(environment: Mapping[str, str]) -> str:
    """Why no window can open on this Linux; empty where one can.

    Qt ends the whole process when its plugin for the screen cannot start: whatever that needs is tried here first.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return ""
    wayland = environment.get("WAYLAND_DISPLAY", "")
    display = environment.get("DISPLAY", "")
    if wayland and not chosen.startswith("xcb") and _wayland_answers(wayland, environment):
        return ""
    if chosen.startswith("wayland"):
        return "the Wayland display does not answer"
    if not display:
        return "there is no display"
    return _x_obstacle(display)


def _wayland_answers(name: str, environment: Mapping[str, str]) -> bool:
    path = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent")) / name  # an absolute name stands for itself
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(X_PATIENCE_S)
            wire.connect(str(path))
    except OSError:
        return False
    return True


def _x_obstacle(display: str) -> str:
    """Try the X server as Qt would, with its rights and all, and then the libraries of Qt's plugin."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return str(error)
    errors: list[int] = []

    def connect() -> None:
        xcb.xcb_connect.restype = ctypes.c_void_p
        connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
        errors.append(xcb.xcb_connection_has_error(connection))
        xcb.xcb_disconnect(connection)

    attempt = threading.Thread(target=connect, name="rigdyno-display", daemon=True)
    attempt.start()
    attempt.join(X_PATIENCE_S)
    if errors != [0]:
        return f"display {display} does not answer"
    return _plugin_obstacle()


def _plugin_obstacle() -> str:
    """What is missing for Qt's X plugin, such as libxcb-cursor.so.0."""
    qt = find_spec("PySide6")
    plugins = (
        [Path(folder) / "Qt/plugins/platforms/libqxcb.so" for folder in (qt.submodule_search_locations or ())]
        if qt
        else []
    )
    for plugin in plugins:
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                return str(error)
    return ""
