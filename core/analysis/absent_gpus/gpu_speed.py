"""How long a training step would take on a GPU of the table, and what of the GPU it would wait for.

Counted work of each kind over a share of the GPU's peaks (see `reference/gpu_speed.py`), corrected by what published
rates of the same architecture tell, and slowed down where the GPU may take less power than its table has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ...reference.gpu_speed import SpeedFit
from ...reference.hardware_tables import GpuModel
from ...reference.job_work import Amount, JobWork
from ..jobs.published_jobs import AMPERE, has_tensor_cores, peak_flops
from ..jobs.work_time import CONVOLUTION_MOVES

Limit = Literal["arithmetic", "bandwidth", "starting", "memory"]
POWER_EXPONENT = 1 / 3
"""Arithmetic runs as fast as the power to the power of this. Near its limit a GPU's power grows with the cube of its
clock, as the voltage follows it. Published rates of an RTX 3090 under power limits agree within 7 %: ViT-B in TF32 at
230 and 280 of 480 W 0.80 and 0.90 of its speed (blog.qwertyforce.dev, "Optimal power limit for deep learning tasks on
RTX 3090"; the law tells 0.78 and 0.84), ResNet-50 at 280 of 350 W more than 0.95 (Puget Systems, "Quad RTX3090 GPU
wattage limited MaxQ"; 0.93)."""
POWER_ERROR = 0.10
"""More of a 95 % range, as a share, for each halving of the power."""
LEAST_POWER, MOST_POWER = 0.3, 1.5
"""Of the table's power. What lies below was tried nowhere: at 0.43 of its power the same card lost more than the law
tells, 0.6 instead of 0.75, as much of the power goes to memory and idle parts."""
HALF_BYTES, HALF_CALLS = 0.52, 1.12
"""Traffic and operations of mixed precision, as shares of those counted in single precision: as counted for ResNet-50
(0.293 of 0.570 GB; 1,061 of 948 operations)."""
SINGLE = ("fp32", "tf32")


@dataclass(frozen=True, slots=True)
class StepParts:
    """Seconds of one sample: of its arithmetic, of moving its data, and of starting its operations."""

    arithmetic: float
    bandwidth: float
    starting: float

    @property
    def seconds(self) -> float:
        """All together: they hardly overlap, see `work_time.sample_seconds`."""
        return self.arithmetic + self.bandwidth + self.starting

    @property
    def limit(self) -> Limit:
        """Which of them takes longest."""
        if self.starting >= max(self.arithmetic, self.bandwidth):
            return "starting"
        return "arithmetic" if self.arithmetic >= self.bandwidth else "bandwidth"


def usual_precision(gpu: GpuModel, precision: str) -> str:
    """The number format in which PyTorch would train on a GPU: tensor cores where there are some, half precision of
    the kind that they have.
    """
    if not has_tensor_cores(gpu):
        return "fp32"
    if _capability(gpu) >= AMPERE:
        return precision
    return "fp16" if precision.startswith("bf16") else precision


def in_half_precision(work: JobWork) -> JobWork:
    """The work of a job that was counted in single precision, as mixed precision would do it."""

    def less(amount: Amount) -> Amount:
        return amount[0], HALF_BYTES * amount[1]

    return replace(
        work,
        calls=HALF_CALLS * work.calls,
        elementwise=less(work.elementwise),
        convolution=less(work.convolution),
        matrix=less(work.matrix),
        attention=less(work.attention),
    )


def step_parts(
    work: JobWork, batch: int, gpu: GpuModel, precision: str, fit: SpeedFit, watts: float | None = None, way: str = ""
) -> StepParts:
    """One sample of a job on a GPU. `watts`: what the GPU may take; `way`: how it is programmed, a key of `merged`."""
    peak = peak_flops(gpu, precision)
    if uses_tensor_cores(gpu, precision):
        of_convolution = fit.convolution_tf32 if precision == "tf32" else fit.convolution_half
        shares = fit.matrix, of_convolution, fit.attention
    else:
        shares = fit.plain, fit.plain, fit.plain
    flops = work.matrix[0] / shares[0] + work.convolution[0] / shares[1] + work.attention[0] / shares[2]
    moved = fit.merged.get(way, 1.0) * (work.elementwise[1] + CONVOLUTION_MOVES * work.convolution[1])
    factor = fit.architectures.get(architecture(gpu, precision), 1.0)
    return StepParts(
        1e9 * flops / peak / factor / power_factor(gpu, watts),
        moved / (fit.traffic * gpu.mem_bw_gbs) / factor,
        work.calls * fit.call_s / batch,
    )


def power_factor(gpu: GpuModel, watts: float | None) -> float:
    """By which arithmetic is faster, or below 1 slower, than at the power of the table."""
    return (watts / gpu.tdp_w) ** POWER_EXPONENT if watts and gpu.tdp_w else 1.0


def architecture(gpu: GpuModel, precision: str) -> str:
    """The key of a GPU's architecture in the fit: its compute capability, and whether tensor cores are used."""
    return f"{gpu.compute_capability} {'tensor' if uses_tensor_cores(gpu, precision) else 'plain'}"


def uses_tensor_cores(gpu: GpuModel, precision: str) -> bool:
    """Whether products in a number format run on them."""
    ampere = _capability(gpu) >= AMPERE
    return has_tensor_cores(gpu) and (precision == "fp16" or (ampere and precision != "fp32"))


def _capability(gpu: GpuModel) -> tuple[int, ...]:
    return tuple(map(int, gpu.compute_capability.split(".")))
