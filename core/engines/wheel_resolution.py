"""Resolves what a PyTorch needs: the wheels of an index or a folder that fit it, each other, and a Python.

The requirements are read from the wheels' metadata (PEP 508). Of each project the newest version is taken that all
others allow. No older version of one project is tried for the sake of another: PyTorch names exact versions of nearly
all that it needs.
"""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from packaging.metadata import parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

from ..words.writer import reason
from . import package_index, packs, resumable_download
from .packs import EngineError
from .resumable_download import StoppedError
from .wheels import Interpreter, Wheel, is_wheel_name

MAX_ROUNDS = 20
"""Times that all is gone through until nothing changes; two or three suffice for PyTorch."""


class WheelSource(Protocol):
    """Where wheels come from. `name` is for sentences: a host or a folder."""

    name: str

    def wheels(self, project: NormalizedName) -> Sequence[Wheel]:
        """All wheels of a project. Raises EngineError, StoppedError."""

    def metadata(self, wheel: Wheel) -> bytes:
        """The METADATA of a wheel. Raises EngineError, StoppedError."""


class IndexSource:
    """An index at an address that ends in "/"; each page is read once."""

    def __init__(
        self, address: str, name: str, stop: threading.Event, pause_s: float = resumable_download.PAUSE_S
    ) -> None:
        self.name = name
        self._address, self._stop, self._pause_s = address, stop, pause_s
        self._pages: dict[NormalizedName, Sequence[Wheel]] = {}

    def wheels(self, project: NormalizedName) -> Sequence[Wheel]:
        """All wheels on the page of a project."""
        if project not in self._pages:
            page = package_index.read_page(f"{self._address}{project}/", self._stop, self._pause_s)
            self._pages[project] = [wheel for wheel in page if wheel.project == project]
        return self._pages[project]

    def metadata(self, wheel: Wheel) -> bytes:
        """Those beside the wheel or inside it."""
        return package_index.read_metadata(wheel, self._stop, self._pause_s)


class FolderSource:
    """The wheels in a folder."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        places = sorted(p.resolve() for p in folder.glob("*.whl") if is_wheel_name(p.name))
        self.all = tuple(Wheel(p.name, p.stat().st_size, place=p) for p in places)

    def wheels(self, project: NormalizedName) -> Sequence[Wheel]:
        """Those of a project."""
        return [wheel for wheel in self.all if wheel.project == project]

    def metadata(self, wheel: Wheel) -> bytes:
        """Those inside the wheel."""
        try:
            with (wheel.place or Path()).open("rb") as file:
                return package_index.metadata_inside(file)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise EngineError(reason("install-damaged", file=wheel.name, detail=str(error))) from error


@dataclass(frozen=True)
class _Demand:
    """What all wheels that need a project ask of it."""

    versions: SpecifierSet = field(default_factory=SpecifierSet)
    extras: frozenset[str] = frozenset()

    def and_also(self, needed: Requirement) -> _Demand:
        return _Demand(self.versions & needed.specifier, self.extras | needed.extras)


_Demands = dict[NormalizedName, _Demand]


class Resolution:
    """Finds the wheels that one wheel needs."""

    def __init__(self, source: WheelSource, interpreter: Interpreter, stop: threading.Event) -> None:
        self._source, self._interpreter, self._stop = source, interpreter, stop
        self._metadata: dict[Wheel, list[Requirement]] = {}

    def wheels_needed(self, root: Wheel) -> tuple[Wheel, ...]:
        """`root` and all that it needs. Raises EngineError, StoppedError."""
        known: _Demands = {}
        for _ in range(MAX_ROUNDS):
            demands, chosen = self._walk(root, known)
            if demands == known:
                return tuple(chosen.values())
            known = demands
        raise EngineError(reason("install-contradiction", where=self._source.name, file=root.name))

    def _walk(self, root: Wheel, known: _Demands) -> tuple[_Demands, dict[NormalizedName, Wheel]]:
        """Go from wheel to wheel. `known`: the demands of the walk before, of which a project's first ones are part."""
        demands: _Demands = {}
        chosen = {root.project: root}
        waiting = list(self._requirements(root, frozenset()))
        while waiting:
            needed = waiting.pop(0)
            project = canonicalize_name(needed.name)
            before = demands.get(project, _Demand())
            demand = demands[project] = before.and_also(needed)
            wheel = root if project == root.project else self._best(project, _merged(demand, known.get(project)))
            if chosen.get(project) != wheel or demand.extras - before.extras:
                chosen[project] = wheel
                waiting += self._requirements(wheel, demand.extras)
        return demands, chosen

    def _best(self, project: NormalizedName, versions: SpecifierSet) -> Wheel:
        """The newest wheel of a project that suits; a withdrawn one only where exactly its version is asked for."""
        ranked = [
            (wheel.version, rank, wheel)
            for wheel in self._source.wheels(project)
            if (rank := self._interpreter.rank(wheel)) is not None
        ]
        allowed = set(versions.filter({version for version, _, _ in ranked}))
        fitting = [row for row in ranked if row[0] in allowed]
        pinned = any(s.operator in ("==", "===") and not s.version.endswith("*") for s in versions)
        if not (usable := [row for row in fitting if pinned or not row[2].yanked]):
            told = {"version": packs.python_tag(), "system": packs.platform_tag(), "where": self._source.name}
            raise EngineError(reason("install-no-wheel", file=f"{project} {versions}".strip(), **told))
        return max(usable, key=lambda row: (not row[2].yanked, row[0], row[1]))[2]

    def _requirements(self, wheel: Wheel, extras: frozenset[str]) -> Iterator[Requirement]:
        """What a wheel needs on this Python, with these extras."""
        if self._stop.is_set():
            raise StoppedError
        if wheel not in self._metadata:
            try:
                told = parse_email(self._source.metadata(wheel))[0].get("requires_dist", [])
                self._metadata[wheel] = [Requirement(line) for line in told]
            except InvalidRequirement as error:
                raise EngineError(reason("install-damaged", file=wheel.name, detail=str(error))) from error
        for needed in self._metadata[wheel]:
            environments = ({**self._interpreter.environment, "extra": extra} for extra in ("", *sorted(extras)))
            if needed.marker is None or any(map(needed.marker.evaluate, environments)):
                yield needed


def _merged(demand: _Demand, before: _Demand | None) -> SpecifierSet:
    return demand.versions & before.versions if before else demand.versions
