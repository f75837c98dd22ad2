"""The engine that the user has chosen for checks, kept in a file of the data folder."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from ..records.machine import Reading
from ..store.data_folder import data_folder, read_small, write_whole
from ..words.language import N_
from .engine_paths import OWN_LABEL

CHOICE_FILE = "engine.json"
MAX_BYTES = 64 * 1024


class _Choice(msgspec.Struct):
    """What `CHOICE_FILE` holds."""

    python: str


def read_choice() -> Path | None:
    """The Python or pack that the user has chosen; None for this program's own, also where the file cannot be read.

    This file decides which program a check starts. It is the user's own, as trusted as the settings of a shell.
    """
    try:
        choice = msgspec.json.decode(read_small(data_folder() / CHOICE_FILE, MAX_BYTES), type=_Choice)
    except (OSError, ValueError, RecursionError):
        return None
    python = Path(choice.python)
    return python if python.is_absolute() and choice.python.isprintable() else None


def write_choice(python: Path | None) -> None:
    """Use this Python or pack for checks from now on; None for this program's own. Raises OSError."""
    write_whole(data_folder() / CHOICE_FILE, json.dumps({"python": str(python) if python else ""}).encode())


def engine_reading(label: str, why: str = "") -> Reading:
    """The reading `torch.engine` of a result: which engine measured, and why the chosen one did not, if it did not."""
    source = N_("the engine that was chosen") if label != OWN_LABEL else N_("this program")
    return Reading(label, source, why)
