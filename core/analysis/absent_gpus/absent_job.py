"""What is known of a job on a GPU that is not here: its time as a range, its memory, and what would limit it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...records.experiment_events.memory import MemoryCount
from ...records.workload import Workload
from ...reference.gpu_speed import SpeedFit
from ...reference.hardware_tables import GpuModel, PublishedThroughput
from ...reference.job_catalogue import SCENARIO_SOURCE, CatalogueJob
from ...reference.job_fields import BOOSTING
from ...reference.job_work import JobWork
from ..jobs.job_estimate import JobEstimate, WorkingRemedy
from ..jobs.job_guess import RANGE, READ_SHARE, START_SHARE, TRAFFIC_SHARE
from ..jobs.job_memory import USUAL_CONTEXT
from ..jobs.memory_remedies import fits, remedies
from ..jobs.text_generation import Quantity, Writing
from . import gpu_speed
from .gpu_speed import Limit, StepParts

DEVICE = "cuda:0"
GIB = 2**30
TRIED_FAMILIES = ("language", "text", "images", "generators", "detection", "segmentation")
"""Families of jobs of which published rates were fitted and held out; of others, and of volumes, nothing better is
known than of any guess (`job_guess.RANGE`)."""
VOLUMES = "nnunet-3d"
"""Its published rates are 2 to 3 times lower than counted work tells: libraries have no good 3D kernels."""
ON_PROCESSOR = ("reinforcement",)
"""Families whose pace the processor sets, which nobody knows of a GPU that is not here."""
TENSOR_HALF = "bf16"


@dataclass(frozen=True, slots=True)
class AbsentGpu:
    """A GPU of the table that is not here, or `count` of them in one machine. `watts`, `memory_gb` (of 2^30 bytes):
    where they are others than the table's.
    """

    model: GpuModel
    watts: float | None = None
    memory_gb: float | None = None
    count: int = 1

    @property
    def memory(self) -> int:
        """Bytes of each."""
        return int((self.memory_gb or self.model.vram_gb) * GIB)

    @property
    def room(self) -> int:
        """Bytes of each that a training may take."""
        return max(0, self.memory - USUAL_CONTEXT)


@dataclass(frozen=True, slots=True)
class AbsentEstimate:
    """`limit`: what a step waits for; memory, where the job does not fit as it is. `remedy`: the first change after
    which it fits, which its times have; then `job.fits` tells of the job as it is.
    """

    job: JobEstimate
    limit: Limit
    remedy: WorkingRemedy | None = None

    @property
    def done(self) -> bool:
        """Whether the GPU could do the job, perhaps changed."""
        return self.job.fits is not False or self.remedy is not None


@dataclass(frozen=True, slots=True)
class AskedJob:
    """A job with its counted work: of so many `samples`, for machines with at least so many `accelerators`. `tried`:
    whether published rates of such networks were held out; `of_scenario`: a check would choose its number format.
    """

    name: str
    workload: Workload
    samples: int
    work: JobWork
    tried: bool = True
    accelerators: int = 0
    of_scenario: bool = False


def asked_job(job: CatalogueJob, work: JobWork) -> AskedJob | None:
    """A job of the catalogue; None where its pace is not the GPU's: boosted trees, games."""
    if job.kind == BOOSTING or job.family in ON_PROCESSOR:
        return None
    tried = job.family in TRIED_FAMILIES and job.network != VOLUMES and not job.new_tokens
    scenario = job.source == SCENARIO_SOURCE and job.precision == "fp32"
    return AskedJob(job.name, job.workload, job.work, work, tried, job.accelerators, scenario)


def estimate(job: AskedJob, gpu: AbsentGpu, fit: SpeedFit) -> AbsentEstimate | None:
    """What is known of a job on an absent GPU; None where it asks for more of them."""
    if job.accelerators > gpu.count:
        return None
    workload, work = job.workload, job.work
    precision = gpu_speed.usual_precision(gpu.model, TENSOR_HALF if job.of_scenario else workload.precision)
    if job.of_scenario and precision != "fp32":
        work = gpu_speed.in_half_precision(work)
    parts = gpu_speed.step_parts(work, workload.batch, gpu.model, precision, fit, gpu.watts)
    error = speed_error(gpu, fit, precision) if job.tried else RANGE - 1
    together = _together(gpu, job, fit)
    writing = _writing(workload, work, gpu, fit, parts.seconds) if workload.new_tokens else None
    if writing:
        seconds = writing.answers(workload.batch, workload.new_tokens, job.samples).value / together
        limit: Limit = "bandwidth"
    else:
        seconds, limit = job.samples * parts.seconds / together, parts.limit
    memory = _memory(workload, work, gpu)
    room = fits(memory) if memory else None
    found = working_remedies(workload, work, gpu) if room is False else ()
    if found:
        found = tuple(_with_single_samples(item, workload, parts) for item in found)
        seconds *= found[0].slower
    known = JobEstimate(
        device=DEVICE,
        kind="scaled",
        samples_per_s=job.samples / seconds,
        seconds=seconds,
        low=seconds / (1 + error),
        high=seconds * (1 + error),
        memory=memory,
        fits=room,
        remedies=found,
        writing=writing,
    )
    return AbsentEstimate(known, "memory" if room is False else limit, found[0] if found else None)


def _together(gpu: AbsentGpu, job: AskedJob, fit: SpeedFit) -> float:
    """How many times as fast all GPUs are as one: no more of them are busy than there are batches."""
    busy = min(gpu.count, math.ceil(job.samples / job.workload.batch))
    return busy * (fit.efficiency if busy > 1 else 1.0)


def speed_error(gpu: AbsentGpu, fit: SpeedFit, precision: str) -> float:
    """Half of the 95 % range of a rate, as a share: wider without published rates of the architecture, and by what is
    not known of other powers.
    """
    known = gpu_speed.architecture(gpu.model, precision) in fit.architectures
    error = fit.error if known else fit.error_unknown
    if gpu.watts and gpu.model.tdp_w:
        error = math.hypot(error, gpu_speed.POWER_ERROR * math.log2(gpu.watts / gpu.model.tdp_w))
    return error


def working_remedies(workload: Workload, work: JobWork, gpu: AbsentGpu) -> tuple[WorkingRemedy, ...]:
    """The changes after which the job fits, in the order of `remedies`."""
    known = ((item, work.remedies.get(item.code)) for item in remedies(workload))
    return tuple(
        WorkingRemedy(item.code, round(1e9 * peak), item.slower)
        for item, peak in known
        if peak is not None and 1e9 * peak <= gpu.room
    )


def _with_single_samples(item: WorkingRemedy, workload: Workload, parts: StepParts) -> WorkingRemedy:
    """A remedy with batches of 1 also starts its operations for every sample alone."""
    if not item.code.startswith("smaller-batch"):
        return item
    more = parts.starting * (workload.batch - 1)
    return replace(item, slower=item.slower * (1 + more / parts.seconds))


def published_range(job: AskedJob, gpu: AbsentGpu, rates: Iterable[PublishedThroughput]) -> tuple[float, float] | None:
    """Fewest and most seconds of a ResNet-50 job by published rates of this hardware; None without any."""
    found = [row.train_images_per_s for row in rates]
    if job.workload.network != "resnet50" or not found or gpu.watts:
        return None
    return job.samples / max(found), job.samples / min(found)


def by_published(item: AbsentEstimate, job: AskedJob, seconds: tuple[float, float], error: float) -> AbsentEstimate:
    """The estimate with its time from published rates, widened by `error` as every forecast is."""
    low, high = seconds
    middle = math.sqrt(low * high)
    known = replace(
        item.job,
        kind="published",
        samples_per_s=job.samples / middle,
        seconds=middle,
        low=low / (1 + error),
        high=high * (1 + error),
    )
    return replace(item, job=known)


def _memory(workload: Workload, work: JobWork, gpu: AbsentGpu) -> MemoryCount | None:
    if not work.cuda:
        return None
    weights, gradients, optimizer, peak = (round(1e9 * value) for value in work.cuda)
    sizes = weights, gradients, optimizer, max(1, peak), USUAL_CONTEXT, gpu.room, round(1e9 * work.cache)
    return MemoryCount(0.0, "cuda", workload.batch, workload.sequence, *sizes)


def _writing(workload: Workload, work: JobWork, gpu: AbsentGpu, fit: SpeedFit, sample_s: float) -> Writing:
    """How a language model writes: each token takes as long as its weights are read; see `job_guess`."""
    reading = READ_SHARE["accelerator"] / TRAFFIC_SHARE["accelerator"] * fit.traffic * 1e9 * gpu.model.mem_bw_gbs
    token_s = 1e9 * work.token / reading + START_SHARE * work.token_calls * fit.call_s
    first = Quantity.within(workload.batch * sample_s, RANGE - 1, "scaled")
    return Writing(first, Quantity.within(workload.batch / token_s, RANGE - 1, "scaled"))
