"""`rigdyno simulate`: the whole verdict of a machine with a GPU that is not here. Nothing of it is stored."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import msgspec

from ....analysis.absent_gpus.absent_job import AbsentEstimate, AbsentGpu
from ....analysis.absent_gpus.gpu_speed import LEAST_POWER, MOST_POWER
from ....analysis.absent_gpus.machine_options import is_usable
from ....reference.gpu_names import gpus_called
from ....reference.hardware_tables import GpuModel, gpu_models
from ....reference.job_catalogue import load_catalogue
from ....reference.job_work import load_job_work
from ....reference.scenarios import load_rules
from ....verdict.simulated_machine import SimulatedMachine, simulate, simulated
from ....words.language import _
from ... import shared_options
from ...console import PlainConsole
from ...exit_codes import DONE, NOTHING, complain, refuse
from . import absent_tables
from .plan import known_tables

MOST_GPUS = 64
SHOWN_NAMES = 6


class _GpuOptionError(ValueError):
    """The options name no GPU, or one that cannot be; the message is for the user."""


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add("simulate", _simulate, _("the verdict on a machine that is not here, from what is known of its GPU"))
    about = _("such as RTX 4060 laptop, or A100 SXM4 80")
    one.add_argument("--gpu", required=True, metavar="NAME", help=about)
    about = _("the power that the GPU may take, in watts (default: that of the table)")
    one.add_argument("--power", type=shared_options.positive, metavar="W", help=about)
    about = _("its memory, in GB (default: that of the table)")
    one.add_argument("--memory", type=shared_options.positive, metavar="GB", help=about)
    about = _("so many of these GPUs in one machine (default 1)")
    one.add_argument("--gpus", type=_count, default=1, metavar="N", help=about)
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))


def _simulate(options: argparse.Namespace) -> int:
    tables = known_tables()
    try:
        gpu = _gpu(options)
    except _GpuOptionError as error:
        return refuse(str(error))
    if not is_usable(gpu.model, tables.builds):
        told = _(
            "No build of PyTorch has code for {gpu} (compute capability {capability}): training needs another GPU."
        )
        complain(told.format(gpu=gpu.model.name, capability=gpu.model.compute_capability))
        return NOTHING
    found = simulate(gpu, load_rules(), load_catalogue(), load_job_work(), tables.fit)
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(_as_json(found)), indent=1).decode() + "\n")
    else:
        absent_tables.show_simulated(PlainConsole(), found)
    return DONE if found.verdict else NOTHING


def _gpu(options: argparse.Namespace) -> AbsentGpu:
    """The GPU that the options name. Raises _GpuOptionError."""
    model = _named(options.gpu, options.memory, gpu_models())
    if options.power:
        if model.tdp_w is None:
            raise _GpuOptionError(_("--power: the table has no power of {gpu}").format(gpu=model.name))
        low, high = LEAST_POWER * model.tdp_w, MOST_POWER * model.tdp_w
        if not low <= options.power <= high:
            told = _("--power: {value} W is not allowed for {gpu}; allowed is {low} to {high} W")
            shown = {"value": f"{options.power:g}", "low": f"{low:.0f}", "high": f"{high:.0f}"}
            raise _GpuOptionError(told.format(gpu=model.name, **shown))
    return AbsentGpu(model, options.power, options.memory, options.gpus)


def _named(name: str, memory: float | None, models: Sequence[GpuModel]) -> GpuModel:
    """The one GPU that a name means, among those of the same name the one with so much memory."""
    called = gpus_called(name, models)
    if not called:
        told = _("--gpu: no GPU of the table is called {name}; allowed is a name such as RTX 4060, or RTX 4060 laptop")
        raise _GpuOptionError(told.format(name=repr(name)))
    alike = [gpu for gpu in called if memory is None or gpu.vram_gb == memory] or called
    first = alike[0]
    plain = len(gpus_called(first.name, models)) and first.name.casefold().endswith(name.casefold().strip())
    if len({gpu.name for gpu in alike}) > 1 and not plain:
        names = ", ".join(list(dict.fromkeys(gpu.name for gpu in alike))[:SHOWN_NAMES])
        raise _GpuOptionError(_("--gpu: {name} may be one of {names}").format(name=repr(name), names=names))
    return first


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_GPUS:
        raise shared_options.not_allowed(text, f"1 - {MOST_GPUS}")
    return int(text)


def _as_json(found: SimulatedMachine) -> dict[str, object]:
    gpu = found.gpu
    return {
        "simulated": True,
        "note": simulated(gpu).sentence,
        "gpu": gpu.model.name,
        "count": gpu.count,
        "power_w": gpu.watts or gpu.model.tdp_w,
        "memory_bytes": gpu.memory,
        "verdict": found.verdict,
        "jobs": [{"name": job.name, **_job(item)} for job, item in found.jobs],
    }


def _job(item: AbsentEstimate | None) -> dict[str, object]:
    if item is None:
        return {"seconds": None}
    job = item.job
    return {
        "seconds": job.seconds,
        "low": job.low,
        "high": job.high,
        "samples_per_s": job.samples_per_s,
        "kind": job.kind,
        "fits": job.fits,
        "needs_bytes": job.memory.peak if job.memory else None,
        "remedy": item.remedy.code if item.remedy else None,
        "limited_by": item.limit,
    }
