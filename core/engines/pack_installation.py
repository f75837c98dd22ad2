"""Installs a pack: downloads its wheels, unpacks them, writes the manifest. An interrupted download is continued.

Wheels are unpacked by their specification: a zip file with a RECORD of its files and their checksums. pip is not
needed: a packaged program has none, nor have environments that uv made.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import shutil
import threading
import time
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import psutil

from ..analysis import engine_fit
from ..reference import hardware_tables
from ..words.writer import reason
from . import packs, resumable_download, wheel_selection
from .build_choice import AUTO, XPU, family_of
from .packs import CHUNK, PACKAGES, PARTIAL_SUFFIX, EngineError, Pack, PackFile
from .resumable_download import StoppedError
from .torch_index import INDEX
from .wheels import Wheel

UNPACKED_RATIO = 2.1
"""Bytes on disk for each byte of wheels, rounded up: PyTorch 2.14 for CUDA was 3.0 GB packed and 5.6 GB unpacked."""
FAT_SYSTEMS = ("vfat", "msdos", "fat", "fat32")
LARGEST_FAT_FILE = 2**32 - 1
"""The largest file, in bytes, on these file systems."""
SPEED_WINDOW_S = 8.0
"""Seconds over which the reported speed is averaged."""
EXECUTABLE = 0o111
RECORD = re.compile(r"[^/]+\.dist-info/RECORD")
"""A wheel's list of files; below other folders lie those of wheels that it has swallowed, as setuptools has."""


@dataclass(frozen=True, slots=True)
class InstallProgress:
    """The stage (list, load, unpack, check), its file, and bytes done of the total; `speed` in bytes/s if known."""

    stage: str
    file: str = ""
    done: int = 0
    total: int = 0
    speed: float | None = None

    @property
    def left_s(self) -> float | None:
        """Seconds until the end of this stage at the current speed; None if the speed is unknown."""
        return (self.total - self.done) / self.speed if self.speed else None


ProgressCallback = Callable[[InstallProgress], None]


def install_pack(
    build: str,
    to: Path,
    told: ProgressCallback,
    stop: threading.Event,
    source: Path | None = None,
    pause_s: float = resumable_download.PAUSE_S,
) -> Path:
    """Install the pack of a build ("cu126", "cpu") below the folder `to` and return the folder of the pack.

    The wheels are downloaded from PyTorch's index, or taken from the folder `source`: there `build` may also be a
    family ("cuda"), or "auto" for whatever is in it. Raises EngineError, and StoppedError once `stop` is
    set; what was downloaded by then is kept for the next try.
    """
    home = to if to.name == packs.FOLDER else to / packs.FOLDER
    try:
        told(InstallProgress("list"))
        if family_of(build) == XPU:
            raise EngineError(reason("install-xpu", link=f"{INDEX}{XPU}"))
        if source:
            found, files = wheel_selection.wheels_in_folder(source, stop)
            if build not in (AUTO, found, family_of(found)):
                numbers = {"build": found, "wanted": build, "family": family_of(found)}
                raise EngineError(reason("install-other-wheel", path=str(source), **numbers))
            build = found
        else:
            files = wheel_selection.published_wheels(build, stop, pause_s)
        final = (
            home
            / f"torch-{wheel_selection.torch_version_of(files)}+{build}-{packs.python_tag()}-{packs.platform_tag()}"
        )
        if packs.is_pack(final) and packs.pack_problem(final, packs.read_manifest(final)) is None:
            return final
        partial = final.with_name(final.name + PARTIAL_SUFFIX)
        partial.mkdir(parents=True, exist_ok=True)
        places = list(_downloaded_wheels(files, partial / "wheels", told, stop, pause_s))
        _unpack(places, partial / PACKAGES, told, stop)
        packs.write_manifest(partial, _make_manifest(partial / PACKAGES, told, stop))
        shutil.rmtree(partial / "wheels", ignore_errors=True)
        shutil.rmtree(final, ignore_errors=True)  # a damaged one from before
        partial.rename(final)
    except OSError as error:
        where = str(error.filename or home)
        raise EngineError(reason("install-unwritable", path=where, detail=error.strerror or str(error))) from error
    return final


def _downloaded_wheels(
    files: Sequence[Wheel], folder: Path, told: ProgressCallback, stop: threading.Event, pause_s: float
) -> Iterator[Path]:
    """The path of each wheel, once it is complete."""
    total = sum(w.size for w in files)
    there = sum(resumable_download.bytes_present(folder / w.name) for w in files if w.url)
    to_load = sum(w.size for w in files if w.url)
    _require_space(folder, max(0, to_load - there) + round(UNPACKED_RATIO * total))
    for wheel in files:
        _require_file_size(folder, wheel.name, wheel.size if wheel.url else 0)
    folder.mkdir(exist_ok=True)
    tally = _ProgressMeter("load", to_load, told)
    for wheel in files:
        if wheel.place:
            yield wheel.place
            continue
        place = folder / wheel.name
        tally.begin(wheel.name, resumable_download.bytes_present(place))
        if not place.exists():
            resumable_download.download(wheel.url, place, wheel.sha256, tally.reached, stop, pause_s)
        tally.end(place.stat().st_size)
        yield place


def _unpack(places: Sequence[Path], into: Path, told: ProgressCallback, stop: threading.Event) -> None:
    """Unpack the wheels into `into`, which is emptied first: a partly unpacked wheel cannot be continued."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    members = [(place.name, member) for place in places for member in _members(place)]
    _require_space(into, sum(member.file_size for _, member in members))
    for _, member in members:
        _require_file_size(into, member.filename, member.file_size)
    tally = _ProgressMeter("unpack", sum(member.file_size for _, member in members), told)
    for place in places:
        tally.begin(place.name, 0)
        try:
            tally.end(_unpack_wheel(place, into, tally, stop))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise EngineError(reason("install-damaged", file=place.name, detail=str(error))) from error


def _members(place: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(place) as archive:
            return archive.infolist()
    except zipfile.BadZipFile as error:
        raise EngineError(reason("install-damaged", file=place.name, detail=str(error))) from error


def _unpack_wheel(place: Path, into: Path, tally: _ProgressMeter, stop: threading.Event) -> int:
    """Unpack one wheel by its specification and check each file against its RECORD; returns the bytes unpacked."""
    done = 0
    with zipfile.ZipFile(place) as archive:
        record = next((n for n in archive.namelist() if RECORD.fullmatch(n)), None)
        if record is None:
            raise EngineError(reason("install-damaged", file=place.name, detail="no RECORD"))
        sums = {row[0]: row[1] for row in csv.reader(io.StringIO(archive.read(record).decode())) if len(row) > 1}
        for member in archive.infolist():
            path = _path_in_packages(member.filename)
            if path is None or member.is_dir():
                continue
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            found = hashlib.sha256()
            with archive.open(member) as packed, target.open("wb") as out:
                while part := packed.read(CHUNK):
                    if stop.is_set():
                        raise StoppedError
                    found.update(part)
                    out.write(part)
                    done += len(part)
                    tally.reached(done)
            told = base64.urlsafe_b64encode(found.digest()).rstrip(b"=").decode()
            if not member.filename.startswith(record) and sums.get(member.filename) != f"sha256={told}":
                raise EngineError(reason("install-damaged", file=place.name, detail=member.filename))
            if mode := member.external_attr >> 16 & EXECUTABLE:
                target.chmod(target.stat().st_mode | mode)
    return done


def _path_in_packages(name: str) -> PurePosixPath | None:
    """The path of a wheel's member below the folder of packages; None for what does not belong there.

    That is scripts, headers and data of the wheel's ".data" folder, and members that would lie outside of the folder.
    """
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        return None
    if not path.parts[0].endswith(".data"):
        return path
    _, *inside = path.parts
    return PurePosixPath(*inside[1:]) if inside[1:] and inside[0] in ("purelib", "platlib") else None


def _make_manifest(packages: Path, told: ProgressCallback, stop: threading.Event) -> Pack:
    """The manifest, with the size and checksum of every file as read back from the disk."""
    files = sorted(p for p in packages.rglob("*") if p.is_file())
    tally = _ProgressMeter("check", sum(p.stat().st_size for p in files), told)
    found = []
    for path in files:
        if stop.is_set():
            raise StoppedError
        size = path.stat().st_size
        tally.begin(path.name, 0)
        found.append(PackFile(path.relative_to(packages).as_posix(), size, packs.file_sha256(path)))
        tally.end(size)
    if hasattr(os, "sync"):
        os.sync()  # the user may unplug a USB stick as soon as the manifest exists
    torch, cuda = wheel_selection.parse_version_file((packages / "torch" / "version.py").read_bytes())
    held = engine_fit.published_architectures(torch, cuda, hardware_tables.torch_builds(packs.platform_tag()))
    driver = f"{engine_fit.version_numbers(cuda)[0]}.0" if cuda else ""
    return Pack(torch, cuda, packs.python_tag(), packs.platform_tag(), driver, held, tuple(found))


def _require_space(place: Path, need: int) -> None:
    """Raises EngineError if the disk has less than `need` bytes free."""
    place = next(p for p in (place, *place.parents) if p.exists())
    free = shutil.disk_usage(place).free
    if free < need:
        raise EngineError(reason("install-space", path=str(place), has=free, need=need))


def _require_file_size(place: Path, name: str, size: int) -> None:
    """Raises EngineError if a file of `size` bytes is too large for the file system."""
    if size > LARGEST_FAT_FILE and (system := file_system(place)).lower() in FAT_SYSTEMS:
        raise EngineError(reason("install-large", file=name, need=size, path=str(place), system=system))


def file_system(place: Path) -> str:
    """The type of the file system of a folder, which need not exist yet; empty if not reported."""
    above = [place.resolve(), *place.resolve().parents]
    mounts = {Path(p.mountpoint): p.fstype for p in psutil.disk_partitions(all=True)}
    return next((str(mounts[p]) for p in above if p in mounts), "")


class _ProgressMeter:
    """Counts the bytes of one stage and reports them with the current speed."""

    def __init__(
        self, stage: str, total: int, told: ProgressCallback, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stage, self._total, self._told, self._clock = stage, total, told, clock
        self._done, self._file, self._kept = 0, "", 0
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._fresh = 0

    def begin(self, file: str, kept: int) -> None:
        """Start a file of which `kept` bytes were there before; they do not count for the speed."""
        self._file, self._kept = file, kept
        self.reached(0)

    def reached(self, have: int) -> None:
        """Report that `have` bytes of the current file are done."""
        now = self._clock()
        self._marks.append((now, self._fresh + max(0, have - self._kept)))
        while now - self._marks[0][0] > SPEED_WINDOW_S and len(self._marks) > 2:
            self._marks.popleft()
        (first, less), (last, more) = self._marks[0], self._marks[-1]
        speed = (more - less) / (last - first) if last > first and more > less else None
        self._told(InstallProgress(self._stage, self._file, self._done + have, self._total, speed))

    def end(self, size: int) -> None:
        """The current file is done and has `size` bytes."""
        self.reached(size)
        self._done += size
        self._fresh += max(0, size - self._kept)
