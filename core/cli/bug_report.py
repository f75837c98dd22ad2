"""What a bug report needs: versions, what is in this computer, paths, the store, the last errors; nobody's names."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .. import __version__
from ..analysis.gpu_usability import usability_chains
from ..engines import chosen_engine, engine_paths
from ..records.machine import Machine
from ..store import error_log, portable_copy
from ..store.data_folder import data_folder
from ..store.history import History
from ..store.history_migrations import SCHEMA
from ..store.store_errors import TROUBLES, explain
from ..words.safe_text import neutral
from ..words.writer import english
from .anonymised_text import scrub

PACKAGES = ("torch", "numpy", "PySide6-Essentials", "pyqtgraph", "msgspec", "psutil", "nvidia-ml-py", "rich", "jinja2",
            "wgpu", "segno", "platformdirs")  # fmt: skip
SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR",
          "SSH_CONNECTION")  # fmt: skip
"""Variables that decide whether and how a window opens: it is told which are set."""
SPOKEN = ("XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR")
"""Those whose values name nobody."""
ERRORS = 10
"""Records of the log."""
Lines = dict[str, str]


@dataclass(frozen=True, slots=True)
class Examination:
    """The sections, each a title with its lines; and whether something that was looked at does not work."""

    sections: dict[str, Lines]
    sound: bool

    def text(self) -> str:
        """All of it, as it is pasted into a report."""
        parts = (
            "\n".join([title, *(f"  {k}: {v}" for k, v in lines.items())]) for title, lines in self.sections.items()
        )
        return neutral("\n\n".join(parts) + "\n")


def examine(machine: Machine, trouble: str = "") -> Examination:
    """Look at everything but the machine, which is given; `trouble` says why its engine did not answer."""
    folder, why = _folder()
    store, sound = _store(folder) if folder else ({"results": "none"}, False)
    sections = {
        "Rigdyno": _program(),
        "Packages": {name: _version(name) for name in PACKAGES},
        "System": _system(),
        "Computer": _computer(machine, trouble),
        "Data": {"folder": f"{folder}" if folder else f"cannot be used: {why}", **_room(folder), **store},
        "Last errors": _errors(folder),
    }
    clean = {title: {scrub(k): scrub(v) for k, v in lines.items()} for title, lines in sections.items()}
    return Examination(clean, sound and not trouble)


def _program() -> Lines:
    frozen = getattr(sys, "frozen", False)
    kind = "portable" if portable_copy.portable_folder() else "frozen" if frozen else "installed"
    found = {"version": f"{__version__} ({kind})", "python": sys.version.split()[0], "program": sys.executable}
    return found | {"engine": engine_paths.engine_label(chosen_engine.read_choice())}


def _system() -> Lines:
    """The system, its language, and what a window would find."""
    screen = (
        f"{name}={os.environ[name]}" if name in SPOKEN else f"{name} is set" for name in SCREEN if name in os.environ
    )
    language = ".".join(filter(None, locale.getlocale())) or "C"
    return {
        "system": platform.platform(),
        "machine": platform.machine(),
        "language": f"{language}, files {sys.getfilesystemencoding()}, decimal {locale.localeconv()['decimal_point']}",
        "screen": ", ".join(screen) or "none",
    }


def _computer(machine: Machine, trouble: str) -> Lines:
    """Each reading, each GPU with its chain, and what torch offers."""
    found = {key: _told(key, r.value, r.reason) for key, r in machine.readings.items()}
    for number, gpu in enumerate(machine.gpus):
        found |= {f"{number}: {key}": _told(key, r.value, r.reason) for key, r in gpu.readings.items()}
    found |= {"gpu note": machine.gpu_note} if machine.gpu_note else {}
    for number, one in enumerate(machine.adapters):
        found[f"adapter {number}"] = f"{one.name}, driver {one.driver or 'none'}"
    for number, chain in enumerate(usability_chains(machine)):
        state = (
            chain.broken_link.sentence
            if chain.broken_link
            else f"trains as {chain.device}"
            if chain.device
            else "not asked"
        )
        found[f"chain {number}"] = f"{chain.name}: {state}"
    if machine.torch:
        torch = machine.torch
        found["torch"] = f"{torch.version}, Python {torch.python}, CUDA {torch.cuda or 'none'}, {torch.cpu_capability}"
        for device in torch.devices:
            state = " ".join(device.precisions) if device.usable else f"not usable: {device.problem}"
            found[f"device {device.id}"] = f"{device.name}: {state}"
        found |= {"torch says": torch.problem} if torch.problem else {}
    return found | ({"engine does not answer": trouble} if trouble else {})


def _told(key: str, value: object, reason: str) -> str:
    return f"not reported: {reason}" if value is None else english.show(key, value)  # type: ignore[arg-type]


def _folder() -> tuple[Path | None, str]:
    try:
        return data_folder(), ""
    except OSError as error:
        return None, explain(error, english)


def _room(folder: Path | None) -> Lines:
    """Whether it can be written, and how much there is room for."""
    if folder is None:
        return {}
    free = english.size(shutil.disk_usage(folder).free)
    return {"writable": english.show("", os.access(folder, os.W_OK)), "free": free}


def _store(folder: Path) -> tuple[Lines, bool]:
    """How many results there are, and whether SQLite finds the file sound."""
    history = History(folder)
    if not history.path.exists():
        return {"results": "none yet"}, True
    try:
        counts: dict[str, int] = {}
        for entry in history.entries():
            counts[entry.status] = counts.get(entry.status, 0) + 1
        with closing(sqlite3.connect(history.path)) as database:
            found = database.execute("PRAGMA quick_check(3)").fetchall()
    except TROUBLES as error:
        return {"results": explain(error, english, history.path)}, False
    said = "; ".join(str(row[0]) for row in found)
    listed = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "none"
    size = english.size(history.path.stat().st_size)
    return {"results": f"{listed} ({size}, tables {SCHEMA})", "store": said}, said == "ok"


def _errors(folder: Path | None) -> Lines:
    try:
        records = error_log.last(folder, ERRORS) if folder else []
    except OSError as error:
        return {"log": explain(error, english)}
    return {str(number): record for number, record in enumerate(records, 1)} or {"log": "empty"}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
