"""Selects the wheels of a pack: those in a folder, those of the shipped list, or what pip finds in an index."""

from __future__ import annotations

import platform
import re
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ..analysis import engine_fit
from ..records.machine import Gpu
from ..records.verdict import Reason
from ..reference import hardware_tables
from ..reference.hardware_tables import TorchBuild
from ..words.writer import reason
from . import packs, pip_runner, resumable_download
from .packs import EngineError

CPU = "cpu"
"""The name of the build without CUDA."""
_VERSION = re.compile(r"^__version__ = '([^']+)'", re.MULTILINE)
_CUDA = re.compile(r"^cuda.* = '([^']+)'", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel to unpack: published at `url` with this SHA-256, or on the disk at `place`."""

    name: str
    size: int
    url: str = ""
    sha256: str = ""
    place: Path | None = None


def pack_torch_version() -> str:
    """The version of PyTorch for packs: this program's own, because it is known to work with this program.

    If the table of builds lacks that version, the newest one in it, as "2.13.*".
    """
    try:
        own = version("torch").partition("+")[0]
    except PackageNotFoundError:  # a frozen program may lack the metadata of packages
        own = next(
            (
                _version(resumable_download.file_name(w.url))
                for w in hardware_tables.pack_wheels()
                if _is_torch(resumable_download.file_name(w.url))
            ),
            "",
        )
    known = [b.torch for b in hardware_tables.torch_builds()]
    return own if any(own.startswith(f"{k}.") for k in known) else f"{max(known, key=engine_fit.version_numbers)}.*"


def builds_for_packs() -> tuple[TorchBuild, ...]:
    """Every CUDA build of the version that packs have."""
    return tuple(b for b in hardware_tables.torch_builds() if pack_torch_version().startswith(b.torch + "."))


def choose_build(gpus: Sequence[Gpu]) -> str:
    """The tag of the newest build for the first of these GPUs that has one. Raises EngineError if there is none."""
    if not gpus:
        raise EngineError(reason("install-no-gpu", builds=_names()))
    at_hand = [b for b in builds_for_packs() if pip_runner.pip_available() or shipped_wheels(b.wheel)]
    for offered in (
        at_hand,
        builds_for_packs(),
    ):  # a build that cannot be installed here can at least be named
        for gpu in gpus:
            capability, driver = (
                engine_fit.version_numbers(gpu.value(f"gpu.{key}")) for key in ("capability", "cuda_driver")
            )
            if found := engine_fit.newest_fitting_build(capability, driver, offered):
                return found.wheel
    told = [str(gpus[0].value(f"gpu.{key}") or "?") for key in ("capability", "cuda_driver")]
    raise EngineError(reason("install-no-build", device=gpus[0].name, capability=told[0], driver=told[1]))


def check_build_name(build: str) -> str:
    """`build` itself. Raises EngineError if there is no build of that name."""
    if build not in [b.wheel for b in builds_for_packs()]:
        raise EngineError(reason("install-other-build", build=build, builds=_names()))
    return build


def shipped_wheels(build: str) -> tuple[Wheel, ...]:
    """The wheels of a build in the shipped list, for this Python and system; empty if it has none."""
    rows = [
        w
        for w in hardware_tables.pack_wheels()
        if (w.build, w.python, w.platform) == (build, packs.python_tag(), packs.platform_tag())
    ]
    return tuple(Wheel(resumable_download.file_name(row.url), row.size, row.url, row.sha256) for row in rows)


def published_wheels(build: str, stop: threading.Event) -> tuple[Wheel, ...]:
    """The published wheels of a build: PyTorch and all that it needs. Raises EngineError, StoppedError."""
    if known := shipped_wheels(build):
        return known
    if not pip_runner.pip_available():
        raise EngineError(no_wheels_reason(build))
    found = pip_runner.resolve_wheels(pack_torch_version(), build, stop)
    return tuple(
        Wheel(resumable_download.file_name(url), resumable_download.remote_size(url) or 0, url, sha256)
        for url, sha256 in found
    )


def no_wheels_reason(build: str) -> Reason:
    """Why a program without pip cannot download a build, and the command to use instead."""
    return reason(
        "install-no-list",
        build=build,
        system=packs.platform_tag(),
        command=pip_runner.download_command(pack_torch_version(), build),
    )


def wheels_in_folder(folder: Path, stop: threading.Event) -> tuple[str, tuple[Wheel, ...]]:
    """The build of the PyTorch in a folder, and the wheels that it needs. Raises EngineError, StoppedError."""
    if not folder.is_dir():
        raise EngineError(reason("install-no-folder", path=str(folder)))
    suiting = [p.resolve() for p in sorted(folder.glob("*.whl")) if _suits(p.name)]
    torch = next((p for p in suiting if _is_torch(p.name)), None)
    if torch is None:
        numbers = {"path": str(folder), "version": packs.python_tag(), "system": packs.platform_tag()}
        raise EngineError(reason("install-no-torch", **numbers))
    names = [p.name.split("-")[0].lower() for p in suiting]
    if twice := next((n for n in names if names.count(n) > 1), ""):
        raise EngineError(reason("install-two", path=str(folder), file=twice))
    try:
        with zipfile.ZipFile(torch) as archive:
            cuda = parse_version_file(archive.read("torch/version.py"))[1]
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise EngineError(reason("install-damaged", file=torch.name, detail=str(error))) from error
    chosen = pip_runner.wheels_needed(torch, folder, stop) if pip_runner.pip_available() else suiting
    return engine_fit.wheel_tag(cuda), tuple(Wheel(p.name, p.stat().st_size, place=p) for p in chosen)


def parse_version_file(written: bytes) -> tuple[str, str]:
    """The versions of PyTorch and of CUDA in a torch/version.py; that of CUDA is empty for the CPU build."""
    found = [pattern.search(written.decode("utf-8", "replace")) for pattern in (_VERSION, _CUDA)]
    torch, cuda = (match[1] if match else "" for match in found)
    return torch, cuda


def torch_version_of(wheels: Sequence[Wheel]) -> str:
    """The version of the PyTorch among the wheels, without its build tag."""
    return next(_version(wheel.name) for wheel in wheels if _is_torch(wheel.name))


def _is_torch(name: str) -> bool:
    return name.startswith("torch-")


def _version(name: str) -> str:
    return name.split("-")[1].partition("+")[0]


def _suits(name: str) -> bool:
    """Whether a wheel is for this Python on this system, by the three tags at the end of its file name (PEP 425)."""
    parts = name.removesuffix(".whl").split("-")
    if len(parts) < 5:
        return False
    pythons, abis, systems = (part.split(".") for part in parts[-3:])
    minor = int(re.sub(r"\D", "", packs.python_tag())[1:])
    stable = "abi3" in abis and any(p.startswith("cp3") and int(p[3:] or 0) <= minor for p in pythons)
    kind, machine = packs.platform_tag().partition("_")[0], platform.machine().lower()
    return (stable or packs.python_tag() in pythons or "py3" in pythons) and any(
        s == "any" or (kind in s and s.endswith(machine)) for s in systems
    )


def _names() -> str:
    return ", ".join(sorted(b.wheel for b in builds_for_packs()))
