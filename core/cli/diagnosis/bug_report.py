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

from ... import __version__
from ...analysis.gpu_usability import usability_chains
from ...engines import chosen_engine, engine_paths
from ...records.machine import Machine, Value
from ...store import error_log, portable_copy
from ...store.data_folder import data_folder
from ...store.history import History
from ...store.history_migrations import SCHEMA
from ...store.store_errors import TROUBLES, explain
from ...words.adapter_facts import adapter_facts
from ...words.language import N_, _
from ...words.phrases import labels
from ...words.safe_text import neutral
from ...words.writer import Words
from .anonymised_text import scrub

PACKAGES = ("torch", "numpy", "PySide6-Essentials", "pyqtgraph", "msgspec", "psutil", "nvidia-ml-py", "rich", "jinja2",
            "wgpu", "segno", "platformdirs", "pillow", "packaging")  # fmt: skip
SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR",
          "SSH_CONNECTION")  # fmt: skip
"""Variables that decide whether and how a window opens: it is told which are set."""
SPOKEN = ("XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR")
"""Those whose values name nobody."""
STATES = {"complete": N_("complete"), "partial": N_("partial"), "nothing": N_("nothing")}
"""Of results."""
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
            "\n".join([_(title), *(f"  {_(k)}: {v}" for k, v in lines.items())])
            for title, lines in self.sections.items()
        )
        return neutral("\n\n".join(parts) + "\n")


def examine(machine: Machine, words: Words, trouble: str = "") -> Examination:
    """Look at everything but the machine, which is given; `trouble` says why its engine did not answer.

    Values are written in `words`; titles and names of lines are English, for machines.
    """
    folder, why = _folder(words)
    store, sound = _store(folder, words) if folder else ({N_("results"): words.translate(labels.NONE)}, False)
    place = str(folder) if folder else words.translate(N_("cannot be used: {why}")).format(why=why)
    sections = {
        "Rigdyno": _program(words),
        N_("Packages"): {name: _version(name) or words.translate(labels.NONE) for name in PACKAGES},
        N_("System"): _system(words),
        N_("Computer"): _computer(machine, trouble, words),
        N_("Data"): {N_("folder"): place, **_room(folder, words), **store},
        N_("Last errors"): _errors(folder, words),
    }
    clean = {title: {scrub(k): scrub(v) for k, v in lines.items()} for title, lines in sections.items()}
    return Examination(clean, sound and not trouble)


def _program(words: Words) -> Lines:
    frozen = getattr(sys, "frozen", False)
    kind = N_("portable") if portable_copy.portable_folder() else N_("frozen") if frozen else N_("installed")
    version_here = f"{__version__} ({words.translate(kind)})"
    found = {N_("version"): version_here, "python": sys.version.split()[0], N_("program"): sys.executable}
    return found | {N_("engine"): engine_paths.engine_label(chosen_engine.read_choice())}


def _system(words: Words) -> Lines:
    """The system, its language, and what a window would find."""
    is_set = words.translate(N_("{name} is set"))
    screen = (
        f"{name}={os.environ[name]}" if name in SPOKEN else is_set.format(name=name)
        for name in SCREEN
        if name in os.environ
    )
    language = ".".join(filter(None, locale.getlocale())) or "C"
    return {
        N_("system"): platform.platform(),
        N_("machine"): platform.machine(),
        N_("language"): words.translate(N_("{language}, files {encoding}, decimal {mark}")).format(
            language=language, encoding=sys.getfilesystemencoding(), mark=locale.localeconv()["decimal_point"]
        ),
        N_("screen"): ", ".join(screen) or words.translate(labels.NONE),
    }


def _computer(machine: Machine, trouble: str, words: Words) -> Lines:
    """Each reading, each GPU with its chain, and what torch offers."""
    say, none = words.translate, words.translate(labels.NONE)
    found = {key: _told(key, r.value, r.reason, words) for key, r in machine.readings.items()}
    for number, gpu in enumerate(machine.gpus):
        found |= {f"{number}: {key}": _told(key, r.value, r.reason, words) for key, r in gpu.readings.items()}
    found |= {N_("gpu note"): words.stored(machine.gpu_note)} if machine.gpu_note else {}
    for number, one in enumerate(machine.adapters):
        told = say(N_("{name}, driver {driver}")).format(name=one.name, driver=one.driver or none)
        found[f"adapter {number}"] = ", ".join(filter(None, (told, adapter_facts(one, words))))
    for number, chain in enumerate(usability_chains(machine)):
        state = say(N_("trains as {device}")).format(device=chain.device) if chain.device else say(N_("not asked"))
        found[f"chain {number}"] = f"{chain.name}: {words.reason(chain.broken_link) if chain.broken_link else state}"
    if machine.torch:
        torch = machine.torch
        found["torch"] = f"{torch.version}, Python {torch.python}, CUDA {torch.cuda or none}, {torch.cpu_capability}"
        unusable = say(N_("not usable: {why}"))
        for device in torch.devices:
            state = " ".join(device.precisions) if device.usable else unusable.format(why=device.problem)
            found[f"device {device.id}"] = f"{device.name}: {state}"
        found |= {N_("torch says"): torch.problem} if torch.problem else {}
    return found | ({N_("engine does not answer"): trouble} if trouble else {})


def _told(key: str, value: Value, reason: str, words: Words) -> str:
    return (
        f"{words.translate(labels.NOT_REPORTED)}: {words.stored(reason)}" if value is None else words.show(key, value)
    )


def _folder(words: Words) -> tuple[Path | None, str]:
    try:
        return data_folder(), ""
    except OSError as error:
        return None, explain(error, words)


def _room(folder: Path | None, words: Words) -> Lines:
    """Whether it can be written, and how much there is room for."""
    if folder is None:
        return {}
    free = words.size(shutil.disk_usage(folder).free)
    return {N_("writable"): words.show("", os.access(folder, os.W_OK)), N_("free"): free}


def _store(folder: Path, words: Words) -> tuple[Lines, bool]:
    """How many results there are, and whether SQLite finds the file sound."""
    history = History(folder)
    if not history.path.exists():
        return {"results": words.translate(N_("none yet"))}, True
    try:
        counts: dict[str, int] = {}
        for entry in history.entries():
            counts[entry.status] = counts.get(entry.status, 0) + 1
        with closing(sqlite3.connect(history.path)) as database:
            found = database.execute("PRAGMA quick_check(3)").fetchall()
    except TROUBLES as error:
        return {"results": explain(error, words, history.path)}, False
    said = "; ".join(str(row[0]) for row in found)
    listed = ", ".join(f"{count} {words.translate(STATES.get(s, s))}" for s, count in sorted(counts.items()))
    kept = words.translate(N_("{results} ({size}, tables {version})")).format(
        results=listed or words.translate(labels.NONE),
        size=words.size(history.path.stat().st_size),
        version=SCHEMA,
    )
    return {"results": kept, N_("store"): said}, said == "ok"


def _errors(folder: Path | None, words: Words) -> Lines:
    try:
        records = error_log.last(folder, ERRORS) if folder else []
    except OSError as error:
        return {N_("log"): explain(error, words)}
    return {str(number): record for number, record in enumerate(records, 1)} or {"log": words.translate(N_("empty"))}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
