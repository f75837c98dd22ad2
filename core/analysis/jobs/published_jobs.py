"""How fast a GPU of the tables would train a job: its counted work by the GPU's peaks and a share of them by kind.

The shares were chosen on every second row of `resources/reference/job_reference.csv` that can be expressed as a
workload, laptops left out, and tried on the other rows; tests/core/analysis/jobs/test_published_jobs.py lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...records.workload import Workload
from ...reference.hardware_tables import GpuModel
from ...reference.job_work import JobWork
from .work_time import KindRates, sample_seconds

MATRIX_SHARE = 0.75
"""Of the tensor cores' peak: large products reach 0.8 to 0.9 of it, those of small batches less."""
CONVOLUTION_SHARE = 0.6
"""Of the same: convolutions of image networks in half precision; those of few channels are limited by memory, which is
added."""
ATTENTION_SHARE = 0.4
"""Of the same: fused kernels reach 0.3 to 0.6 forwards and less backwards (Dao 2023, arXiv:2307.08691)."""
NO_TENSOR_SHARE = 0.8
"""Of the single-precision peak of GPUs without tensor cores. Their convolutions of 3x3 need less arithmetic than was
counted (Winograd; Lavin and Gray 2016, arXiv:1509.09308), and boost clocks lie above the table's."""
TRAFFIC_SHARE = 0.85
"""Of the memory's peak bandwidth: what plain elementwise kernels reach."""
AMPERE = (8, 0)
DEQUANTISED_BYTES = 2.56
"""For each weight of 4 bits and each use, by a fused kernel: 0.56 are read and 2 written."""


@dataclass(frozen=True, slots=True)
class Software:
    """How a training is programmed: the share of the counted elementwise traffic that its kernels really move, and the
    seconds to start each operation.
    """

    merged: float
    call_s: float


EAGER = Software(1.0, 20e-6)
"""PyTorch as it comes: a server's processor takes some 20 us for each operation, with Python and autograd."""
FUSED = Software(0.5, 20e-6)
"""With hand-written kernels for normalisation, activation and optimiser, as NVIDIA's own examples have them."""
COMPILED = Software(0.5, 6e-6)
"""By torch.compile, which merges neighbouring elementwise operations and starts fewer kernels."""


def has_tensor_cores(gpu: GpuModel) -> bool:
    """Whether the table has a figure of them."""
    return bool(gpu.tensor_fp16_dense_fp32acc_tflops)


def peak_flops(gpu: GpuModel, precision: str) -> float:
    """Operations/s at most of matrix products in a number format, with sums in single precision.

    TF32 runs at half the rate of half precision, from Ampere on. GPUs before Ampere emulate bf16 in single precision.
    """
    ampere = tuple(map(int, gpu.compute_capability.split("."))) >= AMPERE
    half = precision == "fp16" or (precision in ("bf16", "bf16-true") and ampere)
    tensor = 1e12 * (gpu.tensor_fp16_dense_fp32acc_tflops or 0.0)
    if tensor and half:
        return tensor
    if tensor and ampere and precision == "tf32":
        return tensor / 2
    return 1e12 * gpu.fp32_tflops


def gpu_rates(gpu: GpuModel, precision: str, software: Software = EAGER) -> KindRates:
    """What the GPU does at a precision, by the shares of this module."""
    peak = peak_flops(gpu, precision)
    traffic = TRAFFIC_SHARE * 1e9 * gpu.mem_bw_gbs / software.merged
    if not has_tensor_cores(gpu):
        flops = NO_TENSOR_SHARE * peak
        return KindRates(flops, flops, flops, traffic, software.call_s)
    return KindRates(MATRIX_SHARE * peak, CONVOLUTION_SHARE * peak, ATTENTION_SHARE * peak, traffic, software.call_s)


def scaled_rate(work: JobWork, workload: Workload, gpu: GpuModel, software: Software = EAGER) -> float:
    """Samples/s of a workload on a GPU, from its counted work."""
    return 1 / sample_seconds(work, workload.batch, gpu_rates(gpu, workload.precision, software))


def with_fused_dequantisation(work: JobWork, workload: Workload) -> JobWork:
    """The work of a workload that was counted with whole weights, as if its frozen ones were held in 4 bits: each pass
    forwards, backwards and again for checkpoints makes whole weights of them.
    """
    uses = 3 if workload.checkpoint else 2
    more = uses * DEQUANTISED_BYTES * (work.parameters - work.trained) / workload.batch / 1e9
    return replace(work, elementwise=(work.elementwise[0], work.elementwise[1] + more))


def used_share(work: JobWork, samples_per_s: float, gpu: GpuModel, precision: str) -> float:
    """Which share of the GPU's peak a rate needs for its products and convolutions alone; above 1 no GPU can do it."""
    flops = 1e9 * (work.matrix[0] + work.convolution[0] + work.attention[0])
    return flops * samples_per_s / peak_flops(gpu, precision)
