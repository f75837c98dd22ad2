"""The entry point of `rigdyno`: the window, or without a screen the same check in the terminal."""

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
from ..core.words.language import _, speak, wanted

if TYPE_CHECKING:
    from ..core.cli.commands.report import PdfWriter

STOPPED = 3
"""The exit code of the terminal program when it is cancelled."""
RESULTS = (".json", ".rigdyno")
"""The extensions of result files."""
PYTHON_OPTIONS = ("-P", "-u", "-I")
"""Options before `-m` in the commands of child processes."""
DISPLAY_TIMEOUT_S = 3.0
"""How long a display may take to answer: one behind a dead network would block for minutes."""


def main(argv: list[str] | None = None) -> int:
    """Run the terminal program with arguments, the window without. Returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    portable_copy.keep_caches_beside()
    _open_missing_streams()
    if getattr(sys, "frozen", False) and (module := _requested_module(arguments)):
        return _run_module(*module)
    try:
        return _start(arguments)
    except KeyboardInterrupt:  # only during imports: what runs later handles it itself
        print(_("Stopped."), file=sys.stderr)
        return STOPPED


def _open_missing_streams() -> None:
    """Open the null device where a Windows program without a terminal has no streams, to which libraries write."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # open until the program ends


def _requested_module(arguments: Sequence[str]) -> tuple[str, list[str]] | None:
    """The module and its arguments in a command such as `-P -m rigdyno.core.worker`; None in any other.

    A frozen program has no Python beside it, so children, and the ranks of torchrun, start the program itself.
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
    """The result files that a file manager passes on; empty where an argument is anything else."""
    paths = [Path(argument) for argument in arguments]
    return paths if all(path.suffix.lower() in RESULTS and path.is_file() for path in paths) else []


def _start(arguments: list[str]) -> int:
    speak(wanted())
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
        except ImportError as error:  # a library of Qt is missing, such as libEGL.so.1 on a server
            reason = str(error)
        else:
            return run(files)
    if files:
        return _terminal(["judge", str(files[0])])
    told = _("No window can open here ({reason}), so Rigdyno does the check in the terminal.")
    print(told.format(reason=reason), file=sys.stderr, flush=True)
    return _terminal(["check"])


def _terminal(arguments: list[str]) -> int:
    from ..core.cli import command_line
    from ..core.store import error_log

    error_log.watch()
    return command_line.main(arguments, _pdf()) if "report" in arguments[:3] else command_line.main(arguments)


def _pdf() -> PdfWriter | None:
    """The function that writes a PDF without a screen; None where libraries of Qt are missing."""
    if sys.platform.startswith("linux"):  # elsewhere Qt finds few fonts without a screen, which is always there
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from .charts.report_pdf import write
    except ImportError:
        return None
    return write


def obstacle(environment: Mapping[str, str]) -> str:
    """Why no window can open on this Linux; empty where one can.

    Qt aborts the process when its platform plugin cannot start, so all that the plugin needs is tried here first.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    plugins = _plugins()
    if chosen and plugins and chosen.split("-")[0] not in plugins:  # wayland-egl belongs to wayland
        told = _("QT_QPA_PLATFORM: Qt has no platform {name}; it has {names}")
        return told.format(name=chosen, names=", ".join(sorted(plugins)))
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return ""
    wayland = environment.get("WAYLAND_DISPLAY", "")
    display = environment.get("DISPLAY", "")
    if wayland and not chosen.startswith("xcb") and _wayland_answers(wayland, environment):
        return ""
    if chosen.startswith("wayland"):
        return _("the Wayland display does not answer")
    if not display:
        return _("there is no display")
    return _x_obstacle(display)


def _wayland_answers(name: str, environment: Mapping[str, str]) -> bool:
    path = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent")) / name  # an absolute path stays as it is
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(DISPLAY_TIMEOUT_S)
            wire.connect(str(path))
    except OSError:
        return False
    return True


def _x_obstacle(display: str) -> str:
    """Why the X server or Qt's plugin for it cannot be used; empty where both can.

    Connects to the server like Qt, as it may also refuse for lack of rights.
    """
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
    attempt.join(DISPLAY_TIMEOUT_S)
    if errors != [0]:
        return _("display {name} does not answer").format(name=display)
    return _plugin_obstacle()


def _plugin_obstacle() -> str:
    """The library that Qt's X plugin lacks, such as libxcb-cursor.so.0; empty where it loads."""
    plugin = _plugins().get("xcb")
    if plugin:
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:
            return str(error)
    return ""


def _plugins() -> dict[str, Path]:
    """The files of Qt's platform plugins by platform; empty where they are not in PySide6's folder."""
    qt = find_spec("PySide6")
    folders = qt.submodule_search_locations if qt else None
    files = (f for folder in folders or () for f in Path(folder).glob("Qt/plugins/platforms/libq*.so"))
    return {f.stem.removeprefix("libq"): f for f in files}
