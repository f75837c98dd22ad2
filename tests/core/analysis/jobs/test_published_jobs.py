"""Counted work scaled to published hardware, and counted memory, against every published row that can be expressed."""

from __future__ import annotations

import math
from functools import cache
from statistics import median

import pytest
from rigdyno.core.analysis.jobs.published_jobs import (
    COMPILED,
    EAGER,
    gpu_rates,
    peak_flops,
    scaled_rate,
    used_share,
    with_fused_dequantisation,
)
from rigdyno.core.analysis.jobs.work_time import sample_seconds
from rigdyno.core.records.workload import Workload
from rigdyno.core.reference.hardware_tables import GpuModel, gpu_models
from rigdyno.core.reference.job_work import JobWork
from rigdyno.core.reference.published_jobs import PublishedJob, published_jobs
from rigdyno.core.worker.memory_counting.count import count_memory

from tests.core.analysis.jobs import published_memory
from tests.core.analysis.jobs.counting import counted
from tests.core.analysis.jobs.published_memory import MEMORY
from tests.core.analysis.jobs.published_rows import LEFT_OUT, ROWS, Row

FACTOR, SHARE = 1.5, 0.8
MEDIAN_ERROR, WORST_ERROR = 0.10, 0.20
GPUS: dict[str, GpuModel] = {gpu.name: gpu for gpu in reversed(gpu_models())}
"""The first of each name: later ones are variants with other memory."""
QUICK = (59, 72, 84, 88)
"""Rows of small networks, which are counted in a second each."""


def published(line: int) -> PublishedJob:
    """The row of a line of the file."""
    return published_jobs()[line - 2]


@cache
def work_of(workload: Workload, fused: bool, four_bit: bool) -> JobWork:
    work = counted(workload, fused)
    return with_fused_dequantisation(work, workload) if four_bit else work


def ratio(row: Row) -> float:
    """Predicted over published samples/s."""
    told = published(row.line).rate
    assert told
    work = work_of(row.workload, row.fused, row.four_bit)
    return scaled_rate(work, row.workload, GPUS[row.gpu], row.software) / row.per_second(told)


def inside(value: float) -> bool:
    return 1 / FACTOR <= value <= FACTOR


def test_every_row_is_told_or_left_out_for_a_reason():
    told = {row.line for row in ROWS}
    assert not told & LEFT_OUT.keys()
    assert told | LEFT_OUT.keys() == set(range(2, len(published_jobs()) + 2))
    peaks = {line for line in told | LEFT_OUT.keys() if published(line).peak_memory_gb}
    assert not MEMORY.keys() & published_memory.LEFT_OUT.keys()
    assert MEMORY.keys() | published_memory.LEFT_OUT.keys() == peaks


def test_rows_are_those_of_the_file():
    """Networks and batches as the table has them."""
    for row in ROWS:
        told = published(row.line)
        assert told.batch in (None, row.workload.batch), row.line
        assert GPUS[row.gpu].mobile == ("Max-Q" in told.hardware), row.line


@pytest.mark.parametrize("line", QUICK)
def test_small_networks_are_told_within_a_factor(line):
    row = next(row for row in ROWS if row.line == line)
    assert inside(ratio(row))


@pytest.mark.slow
def test_published_rates_are_told_within_a_factor():
    """Laptops are listed and not counted: the table has them at base power, and the same name can run at twice that."""
    found = [(row, ratio(row)) for row in ROWS]
    for row, value in found:
        told, gpu = published(row.line), GPUS[row.gpu]
        work = work_of(row.workload, row.fused, row.four_bit)
        share = used_share(work, row.per_second(told.rate or 0.0), gpu, row.workload.precision)
        note = "laptop" if gpu.mobile else "" if inside(value) else "OUTSIDE"
        print(f"{row.line:4} {told.job[:34]:34} {told.model[:24]:24} {row.gpu:24} {value:5.2f}  {share:4.0%} {note}")
        assert share < 1, f"line {row.line}: the published rate is beyond the GPU's peak"
    kept = [value for row, value in found if not GPUS[row.gpu].mobile]
    chosen_on, held_back = kept[::2], kept[1::2]
    for part in (kept, chosen_on, held_back):
        factor = math.exp(median(abs(math.log(value)) for value in part))
        print(f"{sum(map(inside, part))} of {len(part)}, median factor {factor:.2f}")
        assert sum(map(inside, part)) >= SHARE * len(part)


@pytest.mark.slow
def test_published_peaks_of_memory():
    errors = []
    for line, workload in MEMORY.items():
        told = published(line)
        assert told.peak_bytes
        peak = count_memory(workload, "cuda").peak
        errors.append(peak / told.peak_bytes - 1)
        sizes = f"{told.peak_bytes / 1e9:6.2f} GB {peak / 1e9:6.2f} GB {errors[-1]:+.1%}"
        print(f"{line:4} {told.model:24} {told.job[:40]:40} {sizes}")
    assert median(map(abs, errors)) <= MEDIAN_ERROR
    assert max(map(abs, errors)) <= WORST_ERROR


def test_a_full_fine_tuning_cannot_take_less_than_its_weights():
    """Line 4: weights, gradients and AdamW's two states of 1.24 billion parameters in bf16."""
    assert published(4).peak_bytes < 4 * 2 * 1_235_814_400


RTX_4090, GTX_1080_TI = GPUS["GeForce RTX 4090"], GPUS["GeForce GTX 1080 Ti"]


def test_peaks_by_precision():
    assert peak_flops(RTX_4090, "bf16") == pytest.approx(165.2e12)
    assert peak_flops(RTX_4090, "tf32") == pytest.approx(82.6e12)
    assert peak_flops(RTX_4090, "fp32") == pytest.approx(82.58e12)
    assert peak_flops(GTX_1080_TI, "fp16") == pytest.approx(11.34e12), "it has no tensor cores"
    assert peak_flops(GPUS["GeForce RTX 2070"], "bf16-true") == pytest.approx(7.465e12), "Turing emulates bf16"


def test_time_by_hand():
    """100 GFLOP of products, 1 GB of traffic, and 1,000 operations for a batch of 10."""
    work = JobWork(1, 1, 1000, elementwise=(0, 1), matrix=(100, 5))
    rates = gpu_rates(RTX_4090, "fp16", EAGER)
    expected = 100e9 / (0.75 * 165.2e12) + 1e9 / (0.85 * 1010e9) + 1000 * 20e-6 / 10
    assert sample_seconds(work, 10, rates) == pytest.approx(expected)
    assert sample_seconds(work, 10, gpu_rates(RTX_4090, "fp16", COMPILED)) < expected


def test_four_bits_are_dequantised_in_each_pass():
    work = JobWork(1_000_000_000, 0, 0, elementwise=(0, 1))
    once = with_fused_dequantisation(work, Workload("decoder", batch=2))
    assert once.elementwise[1] == pytest.approx(1 + 2 * 2.56 / 2)
    again = with_fused_dequantisation(work, Workload("decoder", batch=2, checkpoint=True))
    assert again.elementwise[1] == pytest.approx(1 + 3 * 2.56 / 2)
