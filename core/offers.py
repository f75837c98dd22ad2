"""What can be done where a GPU is there that this PyTorch cannot use: an engine that fits, found here or to be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import pips, survey, wheels
from .fit import Fit
from .model import Gpu, Machine, Reason
from .packs import EngineError
from .paths import data_folder
from .survey import Engine
from .usability import chains

BUILDS = ("catch-cpu-torch", "catch-torch", "catch-driver")
"""The broken links that another build of PyTorch mends."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Every engine with a PyTorch here, and whether it fits; the build that could be loaded into `place`, of how many
    bytes where that is known; or why there is none."""

    engines: tuple[tuple[Engine, Fit | None], ...]
    device: str = ""
    build: str = ""
    size: int | None = None
    place: Path | None = None
    why: Reason | None = None

    def fitting(self, but: str) -> Engine | None:
        """The first engine that can use a GPU here; not the one that measures now, which shows itself as `but`."""
        return next((e for e, how in self.engines if how and how.uses and e.path != but and not e.own), None)


def device(machine: Machine) -> str:
    """The GPU that another engine would make usable; empty where there is none."""
    return next((chain.name for chain in chains(machine) if chain.broken and chain.broken.code in BUILDS), "")


def find(gpus: Sequence[Gpu], device: str = "") -> Offer:
    """Ask every engine here; takes seconds. `device`: the GPU that an engine is wanted for."""
    found = [(e, None if e.problem else e.fit(gpus)) for e in survey.survey()]
    there = tuple((e, how) for e, how in found if e.torch or e.kind == survey.PACK)
    if not device:
        return Offer(there)
    try:
        build = wheels.choose(gpus)
    except EngineError as error:
        return Offer(there, device, why=error.reason)
    rows = wheels.listed(build)
    if not (rows or pips.there()):
        return Offer(there, device, why=wheels.unlisted(build))
    return Offer(there, device, build, sum(w.size for w in rows) or None, data_folder())
