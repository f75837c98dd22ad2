"""A pack: a folder with another build of PyTorch, which this program's own Python uses instead of its own.

`torch-2.13.0+cu126-cp311-linux_x86_64/` holds `site-packages` and `manifest.json`. The manifest is written last, so a
folder without one is not a pack. Packs lie in a folder `rigdyno-engines`, in the program's data folder or on a stick.
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
"""The folder of a removable medium, or of the program's data, that holds packs and environments."""
MANIFEST, PACKAGES = "manifest.json", "site-packages"
MAX_BYTES = 64 * 2**20
"""The largest manifest: CUDA packs have some ten thousand files."""
PARTIAL_SUFFIX = ".partial"
"""Suffix of a pack's folder while it is being made."""
MEDIA = ("/media", "/run/media", "/Volumes")
"""Where systems mount removable media, directly or in a folder for each user."""
CHUNK = 2**20


class EngineError(ValueError):
    """An engine cannot be used or installed, for `reason`."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.sentence)
        self.reason = why


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack; the path is relative to `site-packages`."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The manifest. `python`: a tag such as cp311; `driver`: the lowest CUDA version that the driver has to support."""

    torch: str
    cuda: str
    python: str
    platform: str
    driver: str
    architectures: tuple[str, ...]
    files: tuple[PackFile, ...]
    format: int = FORMAT


def python_tag() -> str:
    """The wheel tag of this Python's compiled modules: cp311, cp313t."""
    threaded = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    return f"cp{sys.version_info[0]}{sys.version_info[1]}{threaded}"


def platform_tag() -> str:
    """The plain wheel tag of this system: linux_x86_64, win_amd64."""
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")


def is_pack(folder: Path) -> bool:
    """Whether the folder has a manifest, valid or not."""
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> Pack:
    """The manifest of a pack. Raises EngineError."""
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
    """Write the manifest, which makes the folder a pack. Raises OSError."""
    write_whole(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(pack), indent=1))


def pack_problem(folder: Path, pack: Pack, told: Callable[[int], None] | None = None) -> Reason | None:
    """Why a pack cannot be used here: it is for another Python or system, or files are missing or changed.

    Sizes are compared; with `told`, which is called with the number of bytes just read, checksums too, which takes
    minutes on a USB stick.
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
                return reason("pack-size", path=str(folder), file=file.path, size=size, expected=file.size)
            if told and file_sha256(place, told) != file.sha256:
                return reason("pack-changed", path=str(folder), file=file.path)
        except OSError:
            return reason("pack-lost", path=str(folder), file=file.path)
    return None


def file_sha256(path: Path, told: Callable[[int], None] = lambda _: None) -> str:
    """The SHA-256 of a file; `told` is called with the bytes of each part read. Raises OSError."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            found.update(part)
            told(len(part))
    return found.hexdigest()


def pack_folders() -> Iterator[Path]:
    """Folders that may hold packs and environments: in the program's data, beside a portable copy, on all drives."""
    beside = portable_copy.portable_folder()
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
        except OSError:  # a drive without a medium, or one that is being removed
            continue
        if there:
            seen.add(key)
            yield place


def installed_packs() -> Iterator[Path]:
    """Every pack in one of the `pack_folders`."""
    for place in pack_folders():
        yield from (folder for folder in _folders(place) if is_pack(folder))


def _folders(parent: Path) -> list[Path]:
    """The folders in `parent`, sorted, without unfinished packs; empty if it cannot be read."""
    try:
        return sorted(p for p in parent.iterdir() if p.is_dir() and not p.name.endswith(PARTIAL_SUFFIX))
    except OSError:
        return []
