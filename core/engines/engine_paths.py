"""Paths of engines: the interpreter of an environment, when two paths mean the same engine, and how to name one."""

from __future__ import annotations

import os
from pathlib import Path

from ..words.writer import reason
from . import packs
from .packs import EngineError

INTERPRETER_PLACES = ("", "bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
"""Where to look for an interpreter, relative to a path that the user gave: the path itself, or in an environment."""
OWN_LABEL = "own"
"""What a result calls this program's own engine."""


def resolve_engine_path(written: str) -> Path:
    """The folder of a pack, or the interpreter for a path to a Python or to an environment. Raises EngineError."""
    place = Path(written).expanduser()
    if not place.exists():
        raise EngineError(reason("engine-nowhere", path=written))
    if packs.is_pack(place):
        return place.resolve()
    found = next((p for name in INTERPRETER_PLACES if (p := place / name if name else place).is_file()), None)
    if found is None:
        raise EngineError(reason("engine-no-python", path=written))
    # An environment's python is a link to the interpreter that made it: resolving it would leave the environment.
    return found.parent.resolve() / found.name


def same_engine(one: Path, other: Path) -> bool:
    """Whether two paths start the same Python in the same environment."""
    return engine_identity(one) == engine_identity(other)


def engine_identity(path: Path) -> str:
    """A key that is equal for two paths to the same interpreter in the same environment.

    The folder is resolved, so the environment counts; the name is that of the interpreter behind the link, so that
    `python` and `python3` of one environment are the same.
    """
    return str(path.parent.resolve() / path.resolve().name)


def engine_label(python: Path | None) -> str:
    """How a result names an engine: its path with "~" for the user's home; `OWN_LABEL` for None."""
    if python is None:
        return OWN_LABEL
    home = str(Path.home())
    return "~" + str(python)[len(home) :] if str(python).startswith(home + os.sep) else str(python)
