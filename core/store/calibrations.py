"""The user's own trainings, kept in a file of the data folder."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ..records.calibration import Calibration
from ..words.language import _
from ..words.safe_text import neutral
from .data_folder import data_folder, read_small, write_whole
from .file_lock import lock

FILE = "calibrations.json"
FORMAT = 1
MAX_BYTES = 1 << 20
MOST_TRAININGS = 1000
LONGEST_REASON = 120
"""Characters of what is wrong with the file, which may quote it."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")


class CalibrationsError(ValueError):
    """The file cannot be read or written; the message is a sentence with its path and what helps."""


class _Stored(msgspec.Struct, forbid_unknown_fields=True):
    """What `FILE` holds."""

    format: int
    trainings: tuple[Calibration, ...]


def calibrations() -> tuple[Calibration, ...]:
    """All trainings, in the order in which they were told; none where the file is missing. Raises CalibrationsError."""
    path = _path()
    try:
        stored = msgspec.json.decode(read_small(path, MAX_BYTES), type=_Stored)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(path, str(error)) from error
    if stored.format != FORMAT:
        raise _unreadable(
            path, _("its format is {given}, and this version knows {known}").format(given=stored.format, known=FORMAT)
        )
    for one in stored.trainings:
        if not _sound(one):
            raise _unreadable(path, _("the training of {job} has a value that cannot be").format(job=one.job[:80]))
    return stored.trainings


def keep(one: Calibration) -> tuple[Calibration, ...]:
    """Add a training; one of the same log, family and device takes its place. Returns all. Raises CalibrationsError."""
    key = one.log, one.family, one.device, one.computer

    def added(known: Sequence[Calibration]) -> list[Calibration]:
        others = [c for c in known if (c.log, c.family, c.device, c.computer) != key]
        if len(others) >= MOST_TRAININGS:
            told = _("{count} trainings are stored; remove some: rigdyno calibrate --remove FAMILY")
            raise CalibrationsError(told.format(count=len(others)))
        return [*others, one]

    return _changed(added)


def remove(family: str) -> int:
    """Forget the trainings of a family, on all devices. Returns how many there were. Raises CalibrationsError."""
    before = len(calibrations())
    return before - len(_changed(lambda known: [c for c in known if c.family != family]))


def _changed(change: Callable[[Sequence[Calibration]], list[Calibration]]) -> tuple[Calibration, ...]:
    path = _path()
    with _alone(path):
        kept = tuple(change(calibrations()))
        write_whole(path, msgspec.json.format(msgspec.json.encode(_Stored(FORMAT, kept)), indent=1) + b"\n")
    return kept


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process changes the file. Raises CalibrationsError where that fails, or what is done then."""
    try:
        with path.with_name(f"{path.name}.lock").open("wb") as file:
            lock(file)
            yield
    except OSError as error:
        told = _("{path} could not be written: {why}")
        raise CalibrationsError(told.format(path=path, why=error.strerror or error)) from error


def _path() -> Path:
    try:
        return data_folder() / FILE
    except OSError as error:
        raise CalibrationsError(f"{error.strerror} ({error.filename})") from error


def _sound(one: Calibration) -> bool:
    positive = all(math.isfinite(n) and n > 0 for n in (one.factor, one.samples_per_s))
    return positive and one.steps >= 0 and bool(one.family) and DATE.fullmatch(one.date) is not None


def _unreadable(path: Path, why: str) -> CalibrationsError:
    told = _("{path}: your trainings cannot be read ({why}); forecasts are not corrected until it is deleted or mended")
    return CalibrationsError(told.format(path=path, why=" ".join(neutral(why).split())[:LONGEST_REASON]))
