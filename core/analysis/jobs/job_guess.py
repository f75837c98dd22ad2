"""A wide guess at the time of every job of the catalogue, from what a check has measured on each device.

A check measures square matrix products in each number format, a copy in memory, and a few networks. From the latter
come the rate of convolutions and the time to start an operation; counted work of a job over these rates is its guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import geometric_mean

from ...records.experiment_events.memory import MemoryCount
from ...records.result import Result, Run
from ...records.window_statistics import measured_windows
from ...reference.job_catalogue import CatalogueJob, load_catalogue
from ...reference.job_fields import BOOSTING
from ...reference.job_work import JobWork, load_job_work
from ...reference.scenarios import load_rules
from ..forecast import forecast_job, rate_at_plan_batch
from ..roofline import timing_rates
from .job_estimate import JobEstimate, boosting_estimate, job_estimates
from .job_memory import shipped_memory
from .job_of_result import job_of_plan
from .memory_remedies import fits
from .text_generation import Kind, Quantity, Writing
from .work_time import CONVOLUTION_MOVES, KindRates, sample_seconds

RANGE = 2.5
"""A guess may be so many times too long or too short. Tried on 23 jobs, cut to a size that one core trains in seconds,
by the processor time of their steps and the rates of the same core: all within 2.5, 22 within 2 (the shares below were
chosen on the same jobs). Of the published rates that tests/core/analysis/jobs scales by the table of GPUs, 54 of 55
are within 2.5. What else keeps a machine busy in one of two measurements takes its part of the range too.
"""
CPU, ACCELERATOR = "cpu", "accelerator"
MATRIX_SHARE = {CPU: 0.6, ACCELERATOR: 0.75}
"""Of the measured square product: those of networks are narrower."""
ATTENTION_SHARE = {CPU: 0.25, ACCELERATOR: 0.4}
TRAFFIC_SHARE = {CPU: 0.3, ACCELERATOR: 0.9}
"""Of a copy's rate. A processor computes what it moves, and memory that is new to the process is slow at first."""
READ_SHARE = {CPU: 0.6, ACCELERATOR: 1.0}
"""Of a copy's rate, of weights that are read once for each token. On two cores of an EPYC the product of one row with a
matrix of 117 MB in bf16 read 0.5 to 0.6 of what a copy moved. On GPUs a copy reaches some 0.9 of the table's
bandwidth, and so do 16 GB of weights in llama.cpp's published rates, see tests/core/analysis/jobs.
"""
START_SHARE = 0.5
"""Of the seconds to start the operations of a token one by one, as plain code does. Engines that merge them and replay
recorded graphs need a quarter of that, by the same rates.
"""
USUAL_CONVOLUTION_SHARE = 0.6
LOWEST_SHARE, HIGHEST_SHARE = 0.1, 2.5
"""Of the square product's rate, of convolutions: 3x3 ones need up to 2.25 times less arithmetic than is counted
(Winograd; Lavin and Gray 2016, arXiv:1509.09308). What lies outside was disturbed."""
USUAL_CALL_S, SHORTEST_CALL_S, LONGEST_CALL_S = 10e-6, 4e-6, 40e-6
"""Processors take 5 to 30 us to start an operation of a training; what lies outside was disturbed."""
STARTING = "mlp-table"
"""The job whose time is mostly that of starting its operations."""
CONVOLVING = ("resnet18-small-images", "resnet50-finetune")
FALLBACKS = {"bf16-true": ("bf16", "fp32"), "bf16": ("bf16", "fp16", "fp32"), "fp16": ("fp16", "fp32")}
"""In which number format a job would be trained: the first that was measured."""


@dataclass(frozen=True, slots=True)
class DeviceRates:
    """What a check has measured on a device: `peaks` in operations/s of square products by number format, `traffic` in
    bytes/s of everything that only moves numbers; convolutions as a share of the products' rate.
    """

    kind: str
    peaks: Mapping[str, float]
    traffic: float
    convolution_share: float
    call_s: float

    @property
    def reading(self) -> float:
        """Bytes/s of weights that are read once."""
        return self.traffic * READ_SHARE[self.kind] / TRAFFIC_SHARE[self.kind]

    def at(self, precision: str) -> KindRates:
        """The rates by kind in a job's number format."""
        found = (self.peaks[name] for name in FALLBACKS.get(precision, (precision, "fp32")) if name in self.peaks)
        peak = next(found, max(self.peaks.values()))
        return KindRates(
            MATRIX_SHARE[self.kind] * peak,
            self.convolution_share * peak,
            ATTENTION_SHARE[self.kind] * peak,
            self.traffic,
            self.call_s,
        )


def device_rates(runs: Sequence[Run], device: str) -> DeviceRates | None:
    """The rates of a device; None where a check has not measured its products and its memory."""
    peaks, copies = timing_rates(runs, "peak", device), timing_rates(runs, "copy", device)
    if not (peaks and copies):
        return None
    kind = CPU if device == "cpu" else ACCELERATOR
    traffic = TRAFFIC_SHARE[kind] * max(copies.values())
    first = DeviceRates(kind, peaks, traffic, USUAL_CONVOLUTION_SHARE, USUAL_CALL_S)
    measured = dict(_measured_jobs(runs, device))
    call_s = _call_seconds(first, measured.get(STARTING))
    shares = [_convolution_share(first, call_s, measured[name]) for name in CONVOLVING if name in measured]
    return DeviceRates(kind, peaks, traffic, geometric_mean(shares) if shares else USUAL_CONVOLUTION_SHARE, call_s)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A job of the check: its counted work, its batch and number format, and seconds of a sample."""

    work: JobWork
    batch: int
    precision: str
    seconds: float


def _measured_jobs(runs: Sequence[Run], device: str) -> Iterator[tuple[str, _Measured]]:
    """What of CONVOLVING and STARTING the check has trained on a device, by name."""
    known = {job.name: job for job in load_catalogue()}
    for run in runs:
        if run.task != "job" or run.plan.device != device or not (fastest := _fastest(run)):
            continue
        for name in (STARTING, *CONVOLVING):
            job, work = known.get(name), load_job_work().get(name)
            if job and work and (job.network, job.batch) == (run.plan.model, run.plan.batch):
                yield name, _Measured(work, job.batch, run.plan.precision, 1 / fastest)


def _fastest(run: Run) -> float | None:
    """The best samples/s of a job's run, as peaks and copies are the best of several: others only slow one down."""
    if windows := measured_windows(run):
        return max(window.rate for window in windows)
    told = rate_at_plan_batch(run)
    return told[0].median if told else None


def _call_seconds(rates: DeviceRates, told: _Measured | None) -> float:
    """Seconds to start an operation: what is left of a step of small operations after its arithmetic."""
    if told is None:
        return USUAL_CALL_S
    own = replace(rates.at(told.precision), call_s=0.0)
    left = (told.seconds - sample_seconds(told.work, told.batch, own)) * told.batch / told.work.calls
    return min(LONGEST_CALL_S, max(SHORTEST_CALL_S, left))


def _convolution_share(rates: DeviceRates, call_s: float, told: _Measured) -> float:
    """The rate of convolutions as a share of that of square products: what is left after everything else."""
    at = rates.at(told.precision)
    moved = told.work.elementwise[1] + CONVOLUTION_MOVES * told.work.convolution[1]
    left = told.seconds - 1e9 * moved / at.traffic - told.work.calls * call_s / told.batch
    peak = at.matrix / MATRIX_SHARE[rates.kind]
    if left <= 0:
        return HIGHEST_SHARE
    return min(HIGHEST_SHARE, max(LOWEST_SHARE, 1e9 * told.work.convolution[0] / left / peak))


def all_jobs(result: Result, others: Sequence[Result] = ()) -> list[tuple[CatalogueJob, list[JobEstimate]]]:
    """Every job of the catalogue with what is known of it on each device of a check.

    Where a job was measured, that takes the place of its guess: by the check itself, or in one of the `others`, results
    of single jobs on the same computer, the latest first. Boosted trees are trained on the processor alone.
    """
    devices = list(dict.fromkeys(run.plan.device for run in result.runs if run.task == "matmul"))
    rates = {device: known for device in devices if (known := device_rates(result.runs, device))}
    told = _of_check(result) | _of_single_jobs((result, *others))
    found = []
    for job in load_catalogue():
        # Several accelerators together have no rates of their own: a check measures their job, or nobody knows.
        own = [device for name, device in told if name == job.name] if job.accelerators else devices
        own = ["cpu"] if job.kind == BOOSTING else own
        found.append((job, [e for device in own if (e := _estimate(job, device, result, rates, told))]))
    return found


def _estimate(
    job: CatalogueJob,
    device: str,
    result: Result,
    rates: Mapping[str, DeviceRates],
    told: Mapping[tuple[str, str], JobEstimate],
) -> JobEstimate | None:
    work, known = load_job_work().get(job.name), told.get((job.name, device))
    memory = shipped_memory(job, work, result.machine, device) if work else None
    if known:
        room = known.fits if known.memory else fits(memory) if memory else None
        return replace(known, memory=known.memory or memory, fits=room)
    if job.workload.boosting:
        return boosting_estimate(job.workload.boosting, result.machine)
    return guess(job, device, work, rates[device], memory) if work and device in rates else None


def guess(
    job: CatalogueJob, device: str, work: JobWork, rates: DeviceRates, memory: MemoryCount | None = None
) -> JobEstimate:
    """The guess of a job by rates alone."""
    room = fits(memory) if memory else None
    writing = guessed_writing(job, work, rates) if job.new_tokens else None
    if writing:
        told = writing.answers(job.batch, job.new_tokens, job.work)
    else:
        told = _guessed(job.work * sample_seconds(work, job.batch, rates.at(job.precision)))
    times = job.work / told.value, told.value, told.low, told.high
    return JobEstimate(device, "guess", *times, memory, room, writing=writing)


def guessed_writing(job: CatalogueJob, work: JobWork, rates: DeviceRates) -> Writing:
    """How fast a language model writes: the prompt by its counted work, and each token by the bytes that are read for
    it. Weights of few bits are taken to be unpacked by a fused kernel.
    """
    first_s = job.batch * sample_seconds(work, job.batch, rates.at(job.precision))
    token_s = 1e9 * work.token / rates.reading + START_SHARE * work.token_calls * rates.call_s
    return Writing(_guessed(first_s), _guessed(job.batch / token_s))


def _guessed(value: float) -> Quantity:
    return Quantity.within(value, RANGE - 1, "guess")


def _of_check(result: Result) -> dict[tuple[str, str], JobEstimate]:
    """The jobs of scenarios that the check has trained, by (job, device)."""
    found: dict[tuple[str, str], JobEstimate] = {}
    for job in load_rules().jobs:
        for told in forecast_job(job, result.machine, result.runs):
            if told.seconds is not None:
                kind: Kind = "extrapolated" if told.estimated else "measured"
                times = told.samples_per_s, told.seconds, told.low, told.high
                found[job.name, told.device] = JobEstimate(told.device, kind, *times, memory=None, fits=None)
    return found


def _of_single_jobs(others: Sequence[Result]) -> dict[tuple[str, str], JobEstimate]:
    """Measured times of jobs as the catalogue has them, by (job, device); the first of the results counts. Where there
    are only guesses, why it is no more than that.
    """
    found: dict[tuple[str, str], JobEstimate] = {}
    guessed: dict[tuple[str, str], JobEstimate] = {}
    for result in others:
        job = job_of_plan(result.plan, load_catalogue())
        for item in job_estimates(result) if job else ():
            if job and item.seconds is not None:
                (guessed if item.kind == "guess" else found).setdefault((job.name, item.device), item)
    return guessed | found
