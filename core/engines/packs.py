"""A pack: a folder with the PyTorch of another build, which this program's own Python runs in the place of its own.

`torch-2.13.0+cu126-cp311-linux_x86_64/` holds `site-packages` and `manifest.json`, which is written last: a folder
without one is no pack. It lies in the program's data, or on a stick, in a folder named `rigdyno-engines`.
"""

from __future__ import annotations

import getpass
import hashlib
import string
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from ..records.verdict import Reason
from ..store import portable_copy
from ..store.data_folder import data_folder, read_small, write_whole
from ..words.writer import reason

FORMAT = 1
FOLDER = "rigdyno-engines"
"""The folder of a stick, or of the program's data, that holds packs, and environments made for it."""
MANIFEST, PACKAGES = "manifest.json", "site-packages"
MAX_BYTES = 64 * 2**20
"""Of a manifest: CUDA packs have some ten thousand files."""
PARTIAL_SUFFIX = ".partial"
"""The end of the name of a pack that is being made."""
MEDIA = ("/media", "/run/media", "/Volumes")
"""Where systems put removable media: a folder for each, or for each user."""
CHUNK = 2**20


class EngineError(ValueError):
    """Why something is no engine, or none could be made: a code with its numbers."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.sentence)
        self.reason = why


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack, its path relative to the folder of packages."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pack:
    """What a manifest says: `python` is a wheel's tag such as cp311; `driver` the least CUDA that the driver knows."""

    torch: str
    cuda: str
    python: str
    platform: str
    driver: str
    architectures: tuple[str, ...]
    files: tuple[PackFile, ...]
    format: int = FORMAT


def python_tag() -> str:
    """The tag of compiled modules that this Python can load."""
    threaded = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    return f"cp{sys.version_info[0]}{sys.version_info[1]}{threaded}"


def platform_tag() -> str:
    """This system, as wheels write it where they ask for nothing more: linux_x86_64, win_amd64."""
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")


def is_pack(folder: Path) -> bool:
    """Whether there is a manifest, be it good or bad."""
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> Pack:
    """What its manifest says. Raises EngineError."""
    try:
        pack = msgspec.json.decode(read_small(folder / MANIFEST, MAX_BYTES), type=Pack)
    except OSError as error:
        raise EngineError(reason("pack-unreadable", path=str(folder), detail=str(error.strerror))) from error
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise EngineError(reason("pack-unreadable", path=str(folder), detail=str(error))) from error
    if pack.format != FORMAT:
        raise EngineError(reason("pack-unreadable", path=str(folder), detail=f"format {pack.format}"))
    return pack


def write_manifest(folder: Path, pack: Pack) -> None:
    """Write its manifest, with which it becomes a pack. Raises OSError."""
    write_whole(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(pack), indent=1))


def pack_problem(folder: Path, pack: Pack, told: Callable[[int], None] | None = None) -> Reason | None:
    """Why it cannot be the engine here: another Python or system, files that are gone or have another size.

    With `told`, which hears how many bytes were read, checksums are compared too; on a stick that takes minutes.
    """
    if pack.platform != platform_tag():
        return reason("pack-other-system", path=str(folder), needed=pack.platform, version=platform_tag())
    if pack.python != python_tag():
        return reason("pack-other-python", path=str(folder), needed=pack.python, version=python_tag())
    for file in pack.files:
        place = folder / PACKAGES / file.path
        try:
            size = place.stat().st_size
            if size != file.size:
                return reason("pack-size", path=str(folder), file=file.path, size=size, wanted=file.size)
            if told and file_sha256(place, told) != file.sha256:
                return reason("pack-changed", path=str(folder), file=file.path)
        except OSError:
            return reason("pack-lost", path=str(folder), file=file.path)
    return None


def file_sha256(path: Path, told: Callable[[int], None] = lambda _: None) -> str:
    """The SHA-256 of a file; `told` hears the bytes of each part. Raises OSError."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            found.update(part)
            told(len(part))
    return found.hexdigest()


def pack_folders() -> Iterator[Path]:
    """Where packs and environments may lie: in the program's data, beside a portable program, on every medium."""
    beside = portable_copy.carried()
    roots = [data_folder(), *((beside, beside.parent) if beside else ())]
    roots += [Path(partition.mountpoint) for partition in psutil.disk_partitions()]
    if sys.platform == "win32":
        roots += [Path(f"{letter}:\\") for letter in string.ascii_uppercase]
    for parent in map(Path, MEDIA):
        roots += [*_folders(parent), *_folders(parent / getpass.getuser())]
    seen: set[Path] = set()
    for root in roots:
        place = root / FOLDER
        try:
            key = place.resolve()
            there = key not in seen and place.is_dir()
        except OSError:  # a drive without a medium, or one that is being pulled out
            continue
        if there:
            seen.add(key)
            yield place


def installed_packs() -> Iterator[Path]:
    """Every folder with a manifest in one of the `places`."""
    for place in pack_folders():
        yield from (folder for folder in _folders(place) if is_pack(folder))


def _folders(parent: Path) -> list[Path]:
    """Its folders in order; none where it cannot be read. What is being made is left out."""
    try:
        return sorted(p for p in parent.iterdir() if p.is_dir() and not p.name.endswith(PARTIAL_SUFFIX))
    except OSError:
        return []
