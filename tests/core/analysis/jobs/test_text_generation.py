"""How fast a language model writes: from timed parts, and by published rates of GPUs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.job_estimate import job_estimate
from rigdyno.core.analysis.jobs.job_guess import RANGE, USUAL_CALL_S, DeviceRates, device_rates, guess
from rigdyno.core.analysis.jobs.memory_remedies import remedies
from rigdyno.core.analysis.jobs.published_jobs import TRAFFIC_SHARE, peak_flops
from rigdyno.core.records.events import DepthTiming, Timing, Work
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.workload import Workload
from rigdyno.core.reference import job_catalogue
from rigdyno.core.reference.hardware_tables import gpu_models
from rigdyno.core.reference.job_work import load_job_work

JOB = job_catalogue.job("llama-8b-generate")
WORK = load_job_work()[JOB.name]
ANSWERS = replace(JOB.workload, batch=2, bits=0)


def part(what: str, blocks: int, seconds: float, flops: float = 0.0, sequence: int = 512) -> DepthTiming:
    return DepthTiming(0.0, blocks, 32, 2, sequence, flops, (seconds,) * 3, what)


def run(workload: Workload, *parts: DepthTiming) -> Run:
    plan = Plan(model="decoder", batch=workload.batch, workload=workload)
    work = Work(0.0, workload.batch, 3300.0, 3300.0, 1.0)
    return Run("generation", plan, Rules(), 0.0, 1.0, "time-limit", "PASSIVE", depths=parts, work=work)


TOKENS = part("token", 2, 0.03), part("token", 4, 0.05)
"""A hundredth of a second for each of 32 blocks, and for what is around them."""
PROMPTS = part("prompt", 2, 0.3, 300.0), part("prompt", 4, 0.5, 500.0)


def test_first_token_and_rate_are_extrapolated_over_the_depth():
    found = job_estimate(20, "cpu", [run(ANSWERS, *PROMPTS, *TOKENS)])
    first, rate = found.writing.first_token_s, found.writing.tokens_per_s
    assert (first.value, rate.value) == (pytest.approx(3.3), pytest.approx(2 / 0.33))
    assert first.low < first.value < first.high
    assert rate.low < rate.value < rate.high
    assert (found.kind, first.kind, rate.kind) == ("extrapolated",) * 3
    # ten batches of two answers, which are written together
    assert found.seconds == pytest.approx(10 * (3.3 + 128 * 0.33))
    assert found.low == pytest.approx(10 * (first.low + 256 / rate.high))
    assert found.high == pytest.approx(10 * (first.high + 256 / rate.low))
    assert found.samples_per_s == pytest.approx(20 / found.seconds)
    assert found.unpacked_bits == 0


def test_shorter_prompts_are_extrapolated_over_their_work():
    """A fixed part of 1.3 s, which weights that are unpacked take, and a thousandth of a second for each operation."""

    def of(blocks: int, size: int) -> DepthTiming:
        flops = 10.0 * blocks * size
        return part("prompt", blocks, 0.1 + 0.04 * blocks + 0.001 * flops, flops, 128 * size)

    parts = [of(blocks, size) for size in (2, 1) for blocks in (2, 4)]
    found = job_estimate(2, "cpu", [run(replace(ANSWERS, bits=4), *parts, *TOKENS)])
    assert found.writing.first_token_s.value == pytest.approx(0.1 + 32 * 0.04 + 0.001 * 3300)
    assert found.unpacked_bits == 4


def test_a_whole_model_is_measured():
    whole = part("prompt", 32, 3.0, 3300.0), part("token", 32, 0.5)
    found = job_estimate(2, "cpu", [run(ANSWERS, *whole)])
    assert (found.kind, found.writing.tokens_per_s.value) == ("measured", pytest.approx(4.0))
    mixed = job_estimate(2, "cpu", [run(ANSWERS, part("prompt", 32, 3.0, 1000.0), whole[1])])
    kinds = mixed.writing.first_token_s.kind, mixed.writing.tokens_per_s.kind
    assert (mixed.kind, *kinds) == ("extrapolated", "extrapolated", "measured")


def test_half_of_the_answer_tells_nothing():
    found = job_estimate(2, "cpu", [run(ANSWERS, *PROMPTS)])
    assert (found.writing, found.seconds, found.kind) == (None, None, "guess")


def test_a_guess_by_hand():
    """The prompt by its counted work, each token by what is read for it."""
    timings = Timing(0.0, "peak", (1.0,), 1e11, "flop", "bf16"), Timing(0.0, "copy", (1.0,), 2e10, "byte")
    rates = device_rates([Run("matmul", Plan(), Rules(), 0.0, 1.0, "converged", "ACTIVE", timings=timings)], "cpu")
    found = guess(JOB, "cpu", WORK, rates)
    first, rate = found.writing.first_token_s, found.writing.tokens_per_s
    # 7.0 billion weights of the blocks, two operations for each token; attention and the rest take a little more
    assert 2 * 6.98e9 * 512 / 6e10 < first.value < 1.3 * 2 * 6.98e9 * 512 / 6e10
    # 3.6 GB of weights in 4 bits, and a head of 1.05 GB
    assert 1 / rate.value == pytest.approx(4.68e9 / 1.2e10, rel=0.05)
    assert found.seconds == pytest.approx(first.value + 128 / rate.value)
    for told in (first, rate, found):
        value = getattr(told, "value", None) or found.seconds
        assert (told.low, told.high) == (pytest.approx(value / RANGE), pytest.approx(value * RANGE))


PUBLISHED = {
    # tokens/s of Llama 3 8B in Q4_K_M: 512 that are written, and 512 that are read
    "GeForce RTX 3070": (72.79, 2402.51),
    "GeForce RTX 3080": (109.57, 3728.86),
    "GeForce RTX 3080 Ti": (110.60, 3690.30),
    "GeForce RTX 3090": (115.42, 4030.40),
    "GeForce RTX 4070 Ti": (83.50, 3936.29),
    "GeForce RTX 4080": (108.15, 5389.74),
    "GeForce RTX 4090": (130.58, 7138.99),
}
"""github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference, README.md: llama.cpp, May 2024."""
GPUS = {gpu.name: gpu for gpu in reversed(gpu_models())}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_rates_lie_inside_the_range_of_the_guess(name):
    gpu = GPUS[name]
    traffic = TRAFFIC_SHARE * 1e9 * gpu.mem_bw_gbs
    rates = DeviceRates("accelerator", {"bf16": peak_flops(gpu, "bf16")}, traffic, 1.0, USUAL_CALL_S)
    told = guess(JOB, "cuda:0", WORK, rates).writing
    written, read = PUBLISHED[name]
    print(f"{name:22} {told.tokens_per_s.value / written:5.2f} {512 / told.first_token_s.value / read:5.2f}")
    assert told.tokens_per_s.low < written < told.tokens_per_s.high
    assert told.first_token_s.low < 512 / read < told.first_token_s.high


def test_remedies_are_those_of_a_model_that_writes():
    assert [r.code for r in remedies(ANSWERS)] == [
        *("one-answer", "eight-bit", "four-bit", "shorter-prompt", "four-bit-shorter-prompt")
    ]
    few = replace(ANSWERS, batch=1, bits=4)
    (shorter,) = remedies(few)
    assert (shorter.code, shorter.workload) == ("shorter-prompt", replace(few, sequence=256 + 128))
    assert remedies(replace(few, sequence=140)) == []
