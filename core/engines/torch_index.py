"""PyTorch's own index of wheels: which versions and builds of PyTorch it has for a Python, and what each one needs.

The page `torch/` lists the wheels of every build; below `BUILD/` are the pages of what that build needs.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, requires
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ..words.writer import reason
from . import package_index, packs, resumable_download
from .packs import EngineError
from .wheel_resolution import IndexSource, Resolution
from .wheels import Interpreter, Wheel, this_interpreter

INDEX = "https://download.pytorch.org/whl/"
INDEX_VARIABLE = "RIGDYNO_TORCH_INDEX"
"""Environment variable with the address of a copy of the index, such as a company's."""
TORCH = canonicalize_name("torch")
CPU = "cpu"
"""The name of the build for no GPU."""
_BUILD = re.compile(r"cpu|xpu|cu\d{2,}|rocm\d+(\.\d+)*")
CONNECTIONS = 8
"""Questions for sizes at the same time."""


@dataclass(frozen=True, slots=True)
class PublishedTorch:
    """A wheel of PyTorch for the Python that was asked for: its version without the build, such as "2.13.0", and the
    build, such as "cu130".
    """

    torch: str
    build: str
    wheel: Wheel


def index_address() -> str:
    """The address of the index, with a "/" at its end."""
    return (os.environ.get(INDEX_VARIABLE) or INDEX).rstrip("/") + "/"


def tried_versions() -> SpecifierSet:
    """The versions of PyTorch that this program declares to work with; all where its metadata are missing."""
    try:
        declared = map(Requirement, requires("rigdyno") or ())
    except PackageNotFoundError:
        return SpecifierSet()
    return next((one.specifier for one in declared if canonicalize_name(one.name) == TORCH), SpecifierSet())


def published_torches(
    stop: threading.Event, interpreter: Interpreter | None = None, pause_s: float = resumable_download.PAUSE_S
) -> tuple[PublishedTorch, ...]:
    """Every PyTorch on the index that can be loaded here and was tried, newest first, the best wheel of each build.

    A wheel without a checksum is passed over, as nothing would tell a damaged or a wrong file; withdrawn wheels and
    pre-releases too. Raises EngineError, also where the page is empty for a while; StoppedError.
    """
    address, python = index_address(), interpreter or this_interpreter()
    listed = package_index.read_page(f"{address}{TORCH}/", stop, pause_s)
    torches = [w for w in listed if w.project == TORCH and w.sha256 and not w.yanked and not w.version.is_prerelease]
    if not torches:
        raise EngineError(reason("install-empty-index", path=f"{address}{TORCH}/"))
    versions = tried_versions()
    best: dict[tuple[str, str], tuple[object, PublishedTorch]] = {}
    for wheel in torches:
        build, rank = build_of(wheel), python.rank(wheel)
        if rank is None or not build or not versions.contains(wheel.version.public):
            continue
        key = (wheel.version.public, build)
        if key not in best or rank > best[key][0]:  # type: ignore[operator]  # ranks of one index are of one kind
            best[key] = (rank, PublishedTorch(*key, wheel))
    if not best:
        told = {"version": packs.python_tag(), "system": packs.platform_tag(), "where": host_of(address)}
        raise EngineError(reason("install-no-wheel", file=f"{TORCH} {versions}".strip(), **told))
    return tuple(sorted((one for _, one in best.values()), key=lambda one: one.wheel.version, reverse=True))


def build_of(torch: Wheel) -> str:
    """The build of a wheel of PyTorch: the local part of its version, else the folder that it lies in; "" for none.

    Wheels for macOS and older ones for ARM have no local part.
    """
    parts = urlsplit(torch.url).path.split("/")
    names = (torch.version.local or "", parts[-2] if len(parts) > 1 else "")
    return next((name for name in names if _BUILD.fullmatch(name)), "")


def newest_of(build: str, published: Sequence[PublishedTorch]) -> PublishedTorch:
    """The newest PyTorch of a build. Raises EngineError if there is none, with those that there are."""
    found = next((one for one in published if one.build == build), None)
    if found is None:
        builds = ", ".join(sorted({one.build for one in published}))
        told = {"version": packs.python_tag(), "system": packs.platform_tag()}
        raise EngineError(reason("install-other-build", build=build, builds=builds, **told))
    return found


def wheels_needed(
    torch: PublishedTorch,
    stop: threading.Event,
    interpreter: Interpreter | None = None,
    pause_s: float = resumable_download.PAUSE_S,
) -> tuple[Wheel, ...]:
    """The wheel of a PyTorch and all that it needs, with their sizes. Raises EngineError, StoppedError."""
    address = index_address()
    source = IndexSource(f"{address}{torch.build}/", host_of(address), stop, pause_s)
    found = Resolution(source, interpreter or this_interpreter(), stop).wheels_needed(torch.wheel)
    if unsure := next((wheel.name for wheel in found if not wheel.sha256), ""):
        raise EngineError(reason("install-no-checksum", file=unsure))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sizes = pool.map(_size, [wheel.url for wheel in found])
        return tuple(replace(wheel, size=size) for wheel, size in zip(found, sizes, strict=True))


def _size(url: str) -> int:
    """Bytes of a file, for the progress and the space that it needs; 0 where the server does not tell."""
    try:
        return resumable_download.remote_size(url) or 0
    except EngineError:
        return 0


def host_of(address: str) -> str:
    """The host of an address, for sentences."""
    return urlsplit(address).hostname or address
