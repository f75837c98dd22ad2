"""What can be done where a GPU is there that this PyTorch cannot use: an engine that fits, found here or to be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..analysis.engine_fit import Fit
from ..analysis.gpu_usability import chains
from ..records.machine import Gpu, Machine
from ..records.verdict import Reason
from ..store.data_folder import data_folder
from . import engine_search, pip_tool, wheel_choice
from .engine_search import Engine
from .packs import EngineError

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
    found = [(e, None if e.problem else e.fit(gpus)) for e in engine_search.survey()]
    there = tuple((e, how) for e, how in found if e.torch or e.kind == engine_search.PACK)
    if not device:
        return Offer(there)
    try:
        build = wheel_choice.choose(gpus)
    except EngineError as error:
        return Offer(there, device, why=error.reason)
    rows = wheel_choice.listed(build)
    if not (rows or pip_tool.there()):
        return Offer(there, device, why=wheel_choice.unlisted(build))
    return Offer(there, device, build, sum(w.size for w in rows) or None, data_folder())
