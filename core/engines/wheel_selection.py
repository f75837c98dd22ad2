"""Selects the wheels of a pack: those that a PyTorch in a folder needs, or one of PyTorch's index."""

from __future__ import annotations

import re
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

from ..analysis import engine_fit
from ..words.writer import reason
from . import packs, resumable_download, torch_index
from .packs import EngineError
from .wheel_resolution import FolderSource, Resolution
from .wheels import Wheel, this_interpreter

_VERSION = re.compile(r"^__version__ = '([^']+)'", re.MULTILINE)
_CUDA = re.compile(r"^cuda.* = '([^']+)'", re.MULTILINE)


def published_wheels(
    build: str, stop: threading.Event, pause_s: float = resumable_download.PAUSE_S
) -> tuple[Wheel, ...]:
    """The newest PyTorch of a build on PyTorch's index, and all that it needs. Raises EngineError, StoppedError."""
    torch = torch_index.newest_of(build, torch_index.published_torches(stop, pause_s=pause_s))
    return torch_index.wheels_needed(torch, stop, pause_s=pause_s)


def wheels_in_folder(folder: Path, stop: threading.Event) -> tuple[str, tuple[Wheel, ...]]:
    """The build of the PyTorch in a folder, and the wheels that it needs. Raises EngineError, StoppedError."""
    if not folder.is_dir():
        raise EngineError(reason("install-no-folder", path=str(folder)))
    source, python = FolderSource(folder), this_interpreter()
    torches = [wheel for wheel in source.wheels(torch_index.TORCH) if python.rank(wheel)]
    if not torches:
        numbers = {"path": str(folder), "version": packs.python_tag(), "system": packs.platform_tag()}
        raise EngineError(reason("install-no-torch", **numbers))
    if len(torches) > 1:
        raise EngineError(reason("install-two", path=str(folder), file=str(torch_index.TORCH)))
    (torch,) = torches
    try:
        with zipfile.ZipFile(torch.place or "") as archive:
            version, cuda = parse_version_file(archive.read("torch/version.py"))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise EngineError(reason("install-damaged", file=torch.name, detail=str(error))) from error
    build = version.partition("+")[2] or engine_fit.wheel_tag(cuda)
    return build, Resolution(source, python, stop).wheels_needed(torch)


def parse_version_file(written: bytes) -> tuple[str, str]:
    """The versions of PyTorch and of CUDA in a torch/version.py; that of CUDA is empty for other builds."""
    found = [pattern.search(written.decode("utf-8", "replace")) for pattern in (_VERSION, _CUDA)]
    torch, cuda = (match[1] if match else "" for match in found)
    return torch, cuda


def torch_version_of(wheels: Sequence[Wheel]) -> str:
    """The version of the PyTorch among the wheels, without its build tag."""
    return next(wheel.version.public for wheel in wheels if wheel.project == torch_index.TORCH)
