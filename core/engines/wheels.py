"""Wheels as an index or a folder lists them, and which of them the Python of a pack can load."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from packaging.markers import default_environment
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, sys_tags
from packaging.utils import BuildTag, InvalidWheelFilename, NormalizedName, parse_wheel_filename
from packaging.version import InvalidVersion, Version

LARGEST_PAGE = 5000
"""Names of wheels that are kept taken apart: the page of all PyTorchs has about that many."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel by its file name: published at `url` with this SHA-256, or on the disk at `place`. `size` is in bytes.

    `metadata_sha256`: the checksum of the metadata that lie beside it (PEP 658); "" where they have none, None where
    there are no metadata beside it. `python`: the versions of Python that it is for. `yanked`: withdrawn (PEP 592).
    """

    name: str
    size: int = 0
    url: str = ""
    sha256: str = ""
    place: Path | None = None
    metadata_sha256: str | None = None
    python: str = ""
    yanked: bool = False

    @property
    def project(self) -> NormalizedName:
        """The name of the project: `nvidia-cublas` for nvidia_cublas-13.0.2-py3-none-win_amd64.whl."""
        return wheel_name_parts(self.name)[0]

    @property
    def version(self) -> Version:
        """Its version, with the local part that names a build of PyTorch."""
        return wheel_name_parts(self.name)[1]


@dataclass(frozen=True)
class Interpreter:
    """For which Python on which system wheels are wanted: its tags (PEP 425) with their rank, best first, and the
    values of its markers (PEP 508).
    """

    ranks: Mapping[Tag, int]
    environment: Mapping[str, str]

    @classmethod
    def of(cls, tags: Iterable[Tag], environment: Mapping[str, str]) -> Interpreter:
        """From its tags, best first."""
        return cls({tag: rank for rank, tag in reversed(list(enumerate(tags)))}, environment)

    def rank(self, wheel: Wheel) -> tuple[int, BuildTag] | None:
        """How well a wheel suits, the higher the better; None if it cannot be loaded."""
        try:
            if wheel.python and not SpecifierSet(wheel.python).contains(self.environment["python_full_version"]):
                return None
        except InvalidSpecifier:  # pip passes over it too
            pass
        _, _, build, tags = wheel_name_parts(wheel.name)
        ranks = [self.ranks[tag] for tag in tags if tag in self.ranks]
        return (-min(ranks), build) if ranks else None


@cache
def this_interpreter() -> Interpreter:
    """The Python that runs this program, on which packs run too."""
    told = cast(dict[str, Any], default_environment())
    return Interpreter.of(sys_tags(), told | {"python_full_version": platform.python_version()})


@lru_cache(maxsize=2 * LARGEST_PAGE)
def wheel_name_parts(name: str) -> tuple[NormalizedName, Version, BuildTag, frozenset[Tag]]:
    """Project, version, build tag and tags of a wheel's file name. Raises ValueError for what is none."""
    try:
        if "/" in name or "\\" in name:  # it becomes the name of a file on the disk
            raise InvalidWheelFilename(name)
        return parse_wheel_filename(name)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise ValueError(str(error)) from error


def is_wheel_name(name: str) -> bool:
    """Whether it is the file name of a wheel; PyTorch's oldest ones are not by today's rules."""
    try:
        return bool(wheel_name_parts(name))
    except ValueError:
        return False
