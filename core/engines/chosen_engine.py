"""The Pythons with torch on this computer and the packs, any of which can be the engine, and the one that was chosen.

The worker needs Python, numpy and torch alone (see `worker.py`), so that a check can use the torch of another
environment: one that is built for this GPU, or the very one that somebody trains with. A pack (see `packs.py`) has no
Python of its own: this program's runs it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import msgspec

from ..records.machine import Reading, Torch
from ..session.ssh_computer import package
from ..session.worker_command import WORKER
from ..session.worker_command import Engine as Start
from ..session.worker_session import Session
from ..store.data_folder import data_folder, read_small, write_whole
from ..words.writer import reason
from . import packs
from .packs import EngineError

FILE = "engine.json"
MAX_BYTES = 64 * 1024
PLACES = ("", "bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
"""Where a folder that is an environment keeps its interpreter."""

_RUN = (
    "import runpy, sys; sys.path[:] = [p for p in sys.path if p]; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), None, '__main__', True)"
)


class _Choice(msgspec.Struct):
    """What `FILE` holds."""

    python: str


def chosen() -> Path | None:
    """The Python that the user has chosen; None for this program's own, as for a choice that cannot be read.

    Whoever writes this file decides what a check starts: it is the user's own, as the settings of a shell are.
    """
    try:
        told = msgspec.json.decode(read_small(data_folder() / FILE, MAX_BYTES), type=_Choice)
    except (OSError, ValueError, RecursionError):
        return None
    python = Path(told.python)
    return python if python.is_absolute() and told.python.isprintable() else None


def choose(python: Path | None) -> None:
    """From now on checks use this Python; None for this program's own. Raises OSError."""
    write_whole(data_folder() / FILE, json.dumps({"python": str(python) if python else ""}).encode())


def start(base: Start, engine: Path | None) -> Start:
    """How to start a worker with a Python or a pack; None is this program's own.

    Raises EngineError for a pack that is not whole, OSError where the worker's code cannot be laid out.
    """
    if engine is None or same(engine, Path(sys.executable)):
        return replace(base, command=WORKER)
    if engine.is_dir():
        if trouble := packs.trouble(engine, packs.read(engine)):
            raise EngineError(trouble)
        return replace(base, command=WORKER, packages=str(engine / packs.PACKAGES))
    return replace(base, command=(str(engine), "-c", _RUN, str(_code()), "rigdyno.core.worker"))


def hello(engine: Path | None) -> Torch:
    """What its worker says when it starts. Raises EngineError, SessionError, OSError."""
    session = Session(start(Start(), engine), time.perf_counter)
    try:
        return session.start()
    finally:
        session.close()


def label(python: Path | None) -> str:
    """What a result calls it: its place, the user's home left out."""
    if python is None:
        return "own"
    home = str(Path.home())
    return "~" + str(python)[len(home) :] if str(python).startswith(home + os.sep) else str(python)


def reading(name: str, why: str = "") -> Reading:
    """Which engine measured, for the result; `why` another one that was chosen did not."""
    return Reading(name, "the engine that was chosen" if name != label(None) else "this program", why)


def locate(written: str) -> Path:
    """A pack, or the interpreter of a Python or of a folder that is an environment. Raises EngineError."""
    place = Path(written).expanduser()
    if not place.exists():
        raise EngineError(reason("engine-nowhere", path=written))
    if packs.is_pack(place):
        return place.resolve()
    found = next((p for name in PLACES if (p := place / name if name else place).is_file()), None)
    if found is None:
        raise EngineError(reason("engine-no-python", path=written))
    return found.parent.resolve() / found.name  # not its own link: its place makes it that environment's


def same(one: Path, other: Path) -> bool:
    """Whether two paths start the same Python in the same environment."""
    return identity(one) == identity(other)


def identity(path: Path) -> str:
    """Its folder resolved, its own link not: an environment's Python is a link to the one that made it."""
    return str(path.parent.resolve() / path.resolve().name)


def _code() -> Path:
    """The folder with the worker's code, for Pythons that lack this program; written once for each version of it."""
    packed = package()
    place = data_folder() / "engine" / f"{crc32(packed):08x}"
    if not (place / "rigdyno").is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=place.parent))
        zipfile.ZipFile(io.BytesIO(packed)).extractall(partial)
        try:
            partial.rename(place)
        except OSError:  # another instance was faster
            shutil.rmtree(partial, ignore_errors=True)
    return place
