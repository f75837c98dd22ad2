"""Where `rigdyno` begins: the window where there is a screen to open it on, else the same check in the terminal."""

from __future__ import annotations

import ctypes
import itertools
import os
import runpy
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..core import PACKAGES_FIRST
from ..core.store import portable_copy

if TYPE_CHECKING:
    from ..core.cli.commands.report import PdfWriter

STOPPED = 3
"""What the terminal program returns when it is cancelled."""
RESULTS = (".json", ".rigdyno")
"""The ends of the names of result files."""
PYTHON_OPTIONS = ("-P", "-u", "-I")
"""What stands before `-m` in the commands of children."""
X_PATIENCE_S = 3.0
"""A display behind a dead network would keep the program waiting for minutes."""


def main(argv: list[str] | None = None) -> int:
    """With arguments the terminal program; without, the window. Returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    portable_copy.settle()
    _speak_to_nobody()
    if getattr(sys, "frozen", False) and (module := _asked_for(arguments)):
        return _run_module(*module)
    try:
        return _begin(arguments)
    except KeyboardInterrupt:  # in the middle of an import: later everybody has a better answer
        print("Stopped.", file=sys.stderr)
        return STOPPED


def _speak_to_nobody() -> None:
    """A program of Windows without a terminal has no streams, and libraries write to them all the same."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # as long as the program


def _asked_for(arguments: Sequence[str]) -> tuple[str, list[str]] | None:
    """The module that a child of a frozen program is to be, as in `-P -m rigdyno.core.worker`, and its arguments.

    There is no Python beside it that could be asked for that; torchrun starts its ranks the same way.
    """
    rest = list(itertools.dropwhile(lambda option: option in PYTHON_OPTIONS, arguments))
    if len(rest) > 1 and rest[0] == "-m" and rest[1].startswith("rigdyno.core."):
        return rest[1], rest[2:]
    return None


def _run_module(name: str, arguments: list[str]) -> int:
    sys.argv = [name, *arguments]
    sys.path[:0] = filter(None, [os.environ.get(PACKAGES_FIRST)])
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def results_among(arguments: Sequence[str]) -> list[Path]:
    """Files that a file manager hands over; empty where these are words for the terminal program."""
    paths = [Path(argument) for argument in arguments]
    return paths if all(path.suffix.lower() in RESULTS and path.is_file() for path in paths) else []


def _begin(arguments: list[str]) -> int:
    if arguments[:1] == ["--selftest"]:
        from .shell.self_test import selftest

        return selftest(arguments[1:])
    if arguments == ["--first-paint"]:
        from .shell.self_test import first_paint

        return first_paint()
    if arguments[:1] == ["--screenshot"]:
        from .shell.self_test import screenshot

        return screenshot(arguments[1:])
    files = results_among(arguments)
    if arguments and not files:
        return _terminal(arguments)
    reason = obstacle(os.environ) if sys.platform.startswith("linux") else ""
    if not reason:
        try:
            from .shell.app import run
        except ImportError as error:  # Qt's own libraries, such as libEGL.so.1 on a server
            reason = str(error)
        else:
            return run(files)
    if files:
        return _terminal(["judge", str(files[0])])
    print(f"No window here ({reason}), so Rigdyno does the check in the terminal.", file=sys.stderr, flush=True)
    return _terminal(["check"])


def _terminal(arguments: list[str]) -> int:
    from ..core.cli import command_line
    from ..core.store import error_log

    error_log.watch()
    return command_line.main(arguments, _pdf()) if arguments[:1] == ["report"] else command_line.main(arguments)


def _pdf() -> PdfWriter | None:
    """What writes a PDF without a screen; None where Qt's own libraries are not there."""
    if sys.platform.startswith("linux"):  # elsewhere there is always one, and without it Qt finds few of its fonts
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from .charts.report_pdf import write
    except ImportError:
        return None
    return write


def obstacle(environment: Mapping[str, str]) -> str:
    """Why no window can open on this Linux; empty where one can.

    Qt ends the whole process when its plugin for the screen cannot start: whatever that needs is tried here first.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    plugins = _plugins()
    if chosen and plugins and chosen.split("-")[0] not in plugins:  # "wayland-egl" is wayland's too
        return f"QT_QPA_PLATFORM: Qt has no platform {chosen}; it has {', '.join(sorted(plugins))}"
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
    plugin = _plugins().get("xcb")
    if plugin:
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:
            return str(error)
    return ""


def _plugins() -> dict[str, Path]:
    """Qt's platforms and their files; empty where they are not where PySide6 keeps them."""
    qt = find_spec("PySide6")
    folders = qt.submodule_search_locations if qt else None
    files = (f for folder in folders or () for f in Path(folder).glob("Qt/plugins/platforms/libq*.so"))
    return {f.stem.removeprefix("libq"): f for f in files}
