"""A computer as a folder: what its probes asked and were answered, for those who look at it elsewhere.

    machine.json   the format, the system ("linux", "win32" or "darwin"), and what it is, in a sentence
    files.json     by path, the text of each file that was read, as of /proc and /sys; null where there was none;
                   {"link": name} for a link; a list of names for a folder, whose path ends in "/"
    calls.json     by question, what libraries, the registry and commands answered; {"error": why} where they did not,
                   {"hex": digits} for bytes
    nvml.json      the same of NVIDIA's driver
    torch.json     what the PyTorch there told
    proc/, sys/    files may lie in such trees as well, which is convenient where a folder is made by hand

Only machine.json is needed. In JSON, since addresses of PCI devices contain a colon, which Windows takes in no name.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from ..records.machine import Reading, Torch
from ..words.language import _
from .data_folder import read_small, write_whole

FORMAT = 1
HEAD, FILES, CALLS, DRIVER, TORCH = "machine.json", "files.json", "calls.json", "nvml.json", "torch.json"
MOST_BYTES = 16 << 20
"""Of one file. A server with 512 processors has 2 MB."""
DRIVER_QUESTION = "NVML "
"""How the questions begin that go to nvml.json."""
FileAnswer = str | dict[str, str] | list[str] | None
Answers = dict[str, Any]
Content = TypeVar("Content")


class MachineFolderError(Exception):
    """Why a folder is no computer, or cannot be written, in one sentence."""


@dataclass(frozen=True, slots=True)
class TorchAnswer:
    """What the PyTorch of a computer told, which one it was, and why it told nothing, if so."""

    torch: Torch | None = None
    engine: Reading | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class RecordedComputer:
    """What a folder holds. `tree`: the folder, below which proc/ and sys/ may lie; None where it was not read."""

    system: Literal["linux", "win32", "darwin"]
    files: dict[str, FileAnswer] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    torch: TorchAnswer = TorchAnswer()
    about: str = ""
    tree: Path | None = None


class _Head(msgspec.Struct):
    """What machine.json holds."""

    format: int
    system: Literal["linux", "win32", "darwin"]
    about: str = ""


def read(folder: Path) -> RecordedComputer:
    """The computer that a folder holds. Raises MachineFolderError."""
    try:
        if not folder.is_dir():
            told = _("{path} is a file, not the folder of a computer") if folder.exists() else _("there is no {path}")
            raise MachineFolderError(told.format(path=folder))
        place = folder.resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise MachineFolderError(f"{folder}: {error}") from error
    head = _content(place, HEAD, _Head, None)
    if head is None:
        told = _("{path} is not the folder of a computer: it holds no {name}, which `rigdyno doctor --machine` writes")
        raise MachineFolderError(told.format(path=folder, name=HEAD))
    if head.format != FORMAT:
        told = _("{path} has the format {number}; this version reads {known}")
        raise MachineFolderError(told.format(path=place / HEAD, number=head.format, known=FORMAT))
    driver = {f"{DRIVER_QUESTION}{name}": told for name, told in _content(place, DRIVER, Answers, {}).items()}
    return RecordedComputer(
        head.system,
        _content(place, FILES, dict[str, FileAnswer], {}),
        _content(place, CALLS, Answers, {}) | driver,
        _content(place, TORCH, TorchAnswer, TorchAnswer()),
        head.about,
        place,
    )


def write(folder: Path, computer: RecordedComputer) -> list[Path]:
    """Write the folder, which must be new or empty; returns the files. Raises MachineFolderError."""
    driver = {q: told for q, told in computer.answers.items() if q.startswith(DRIVER_QUESTION)}
    calls = {q: told for q, told in computer.answers.items() if q not in driver}
    contents: dict[str, Any] = {
        HEAD: _Head(FORMAT, computer.system, computer.about),
        FILES: computer.files,
        CALLS: calls,
        DRIVER: {question.removeprefix(DRIVER_QUESTION): told for question, told in driver.items()},
        TORCH: computer.torch,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise MachineFolderError(_("{path} is not empty: name a new folder").format(path=folder))
        for name, content in contents.items():
            ordered = msgspec.json.encode(content, order="sorted" if name in (FILES, DRIVER) else None)
            write_whole(folder / name, msgspec.json.format(ordered, indent=1) + b"\n")
    except FileExistsError as error:
        raise MachineFolderError(_("{path} is a file, not a folder").format(path=folder)) from error
    except OSError as error:
        told = _("{path} cannot be written: {why}")
        raise MachineFolderError(told.format(path=folder, why=error.strerror or error)) from error
    return [folder / name for name in contents]


def _content(folder: Path, name: str, kind: type[Content], otherwise: Any) -> Any:
    """What a file holds; `otherwise` where there is none. A link that leads out of the folder is not followed."""
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder):
            raise MachineFolderError(_("{path} leads out of the folder").format(path=path))
        return msgspec.json.decode(read_small(path, MOST_BYTES), type=kind)
    except FileNotFoundError:
        return otherwise
    except (OSError, RuntimeError) as error:
        looped = isinstance(error, RuntimeError) or error.errno == errno.ELOOP
        why = _("its links lead in a circle") if looped else getattr(error, "strerror", None) or error
        raise MachineFolderError(f"{path}: {why}") from error
    except (ValueError, RecursionError) as error:  # msgspec's errors, and text that is not UTF-8
        raise MachineFolderError(_("{path} is not what it has to be: {why}").format(path=path, why=error)) from error
