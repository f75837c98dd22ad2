"""What can be done about a GPU that this PyTorch cannot use: another engine on this computer, or a pack to install."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..analysis.engine_fit import EngineFit
from ..analysis.gpu_usability import usability_chains
from ..records.machine import Machine
from ..records.verdict import Reason
from ..reference import hardware_tables
from ..store.data_folder import data_folder
from . import build_choice, engine_search, packs
from .engine_search import Engine
from .packs import EngineError

FIXED_BY_OTHER_BUILD = ("catch-cpu-torch", "catch-torch", "catch-driver", "gpu-other-torch")
"""Codes of broken links (see core/analysis/gpu_usability.py) that another build of PyTorch would fix."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """The `engines` with a PyTorch here, each with its fit (None if it has a problem), and what can be installed.

    For the GPU `device`: the `build` that can be downloaded to `place`, by this program's tables, as PyTorch's index is
    not asked before the user wants that; or `why` there is none.
    """

    engines: tuple[tuple[Engine, EngineFit | None], ...]
    device: str = ""
    build: str = ""
    place: Path | None = None
    why: Reason | None = None

    def fitting(self, current: str) -> Engine | None:
        """The first engine that can use a GPU here, other than this program's own and the one labelled `current`."""
        return next((e for e, fit in self.engines if fit and fit.uses and e.path != current and not e.own), None)


def gpu_without_engine(machine: Machine) -> str:
    """The name of the GPU that another build of PyTorch would make usable; empty if there is none."""
    return next(
        (
            chain.name
            for chain in usability_chains(machine)
            if chain.broken_link and chain.broken_link.code in FIXED_BY_OTHER_BUILD
        ),
        "",
    )


def find_engine_options(machine: Machine, device: str = "") -> EngineOptions:
    """Ask every engine here, which takes seconds. For a `device` that needs an engine, look for a build as well."""
    makers = {adapter.vendor for adapter in machine.adapters}
    found = [(e, None if e.problem else e.fit(machine.gpus, makers)) for e in engine_search.ask_all_engines()]
    there = tuple((e, how) for e, how in found if e.torch or e.kind == engine_search.PACK)
    if not device:
        return EngineOptions(there)
    try:
        choice = build_choice.choose_build(machine, hardware_tables.torch_builds(packs.platform_tag()))
    except EngineError as error:  # of a processor's own graphics, which nobody expects to train, nothing is said
        return EngineOptions(there, device, why=error.reason) if machine.gpus else EngineOptions(there)
    if not choice.device:  # the build for the processor, which this program has
        return EngineOptions(there)
    return EngineOptions(there, device, choice.build, data_folder())
