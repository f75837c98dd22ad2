"""How far a check can be trusted: every doubt as a code with its numbers, and the grade that they add up to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from statistics import fmean, median
from typing import Protocol

from ..analysis.forecast import rate_at_plan_batch
from ..analysis.gpu_telemetry import THROTTLE_FAULTS, throttled_share, used_by_others
from ..analysis.roofline import roofline_point
from ..records.machine import DRAINING, Machine, Sample
from ..records.plan import ACTIVE
from ..records.result import Neighbour, Run
from ..records.speed_variables import FOREIGN, INSTRUCTIONS
from ..records.verdict import Grade, Reason
from ..records.window_statistics import correction, measured_windows
from ..words.writer import reason

LOAD_NOTED, LOAD_HEAVY = 5.0, 20.0
"""Per cent of the processor used by others: from when it is a doubt, and from when a heavy one. One busy core of two
(50 %) took a two-thread run from 1,700 to 200 images/s."""
STEAL_NOTED, STEAL_HEAVY = 2.0, 10.0
"""Per cent of the processor that a hypervisor gave to other virtual machines."""
OWN_CPU_NOTED, OWN_CPU_HEAVY = 90.0, 70.0
"""Per cent of the processor time that the threads asked for and got: busy-waiting threads use all of it, unless another
program has it."""
WIDE_RATE = 0.05
"""Half of a rate's 95 % range, as a share: with a wider range, adjacent scenarios cannot be told apart."""
FEW_WINDOWS = 3
"""Fewer windows than this make a doubt."""
CLOCK_FALL = 10.0
"""Per cent between the first and the last third of the check: more than a clock varies on its own."""
PREEMPTED = 100.0
"""Involuntary context switches per second and thread: 10 to 40 on a quiet machine of two cores, 300 to 1,200 beside a
busy program. A fair scheduler makes about one every 10 ms if two programs want the same core."""
SAVING_MODES = (
    *("low-power", "quiet", "cool"),
    *("best power efficiency", "battery saver", "power saver"),
    "low power",
)
"""Power modes that reduce speed: of Linux's ACPI platform_profile, of Windows, of macOS."""
SWAP_BYTES = 64 * 2**20
"""Growth of the swap in use during a check, in bytes, that makes a doubt."""
THROTTLE_SHARE = 5.0
"""Per cent of the time that a GPU was throttled by a fault."""
ABOVE_PEAK, ABOVE_PEAK_OF_GPU = 1.05, 2.25
"""Arithmetic of a training as a share of the peak that was measured: from when on it is a doubt. On GPUs, Winograd's
convolutions do the work of 2.25 counted multiplications in one."""

_WEIGHTS: dict[str, int] = {
    "partial": 3, "other-load": 1, "steal": 1, "own-cpu": 1, "on-battery": 2, "did-not-settle": 1, "wide": 1,
    "few-windows": 1, "preempted": 1, "power-saver": 1,
    "clock-fell": 1, "throttled": 1, "gpu-shared": 1, "swap": 2, "stood-still": 1, "failed": 1, "not-sure": 1,
    "estimated": 0, "corrected-for-load": 1, "foreign-variables": 2, "above-peak": 1,
}  # fmt: skip


def trust_doubts(
    machine: Machine,
    runs: Sequence[Run],
    telemetry: Sequence[Sample],
    complete: bool,
    decided: Collection[str] = (),
    neighbours: Sequence[Neighbour] = (),
) -> list[Reason]:
    """Everything that speaks against the measured numbers, in the order in which it should be read.

    `decided`: models whose jobs are so far from their deadlines that a coarse measurement is enough; `neighbours`: the
    busiest other programs, busiest first.
    """
    found: list[Reason] = []

    def doubt(code: str, **numbers: float | int | str | None) -> None:
        found.append(reason(code, **numbers))

    if not complete:
        doubt("partial")
    if machine.value("power.source") == "battery":
        doubt("on-battery")
    if machine.value("power.source") == DRAINING:
        doubt("draining")
    environment = machine.torch.environment if machine.torch else {}
    if foreign := [f"{k}={v}" for k, v in environment.items() if k in (*FOREIGN, *INSTRUCTIONS)]:
        doubt("foreign-variables", variables=" ".join(foreign))
    mode = machine.value("power.mode")
    if mode in SAVING_MODES:
        doubt("power-saver", mode=str(mode))
    during = _while(telemetry, runs)
    # On a core that a run leaves free, as those of "tune" with one thread do, others disturb nobody.
    counted = _while(telemetry, [r for r in runs if r.task in ("train", "job")]) or during
    for code, key, noted in (("other-load", "cpu.others", LOAD_NOTED), ("steal", "cpu.steal", STEAL_NOTED)):
        if (values := _values(counted, key)) and (percent := fmean(values)) >= noted:
            named = {"program": neighbours[0].name if neighbours else None} if code == "other-load" else {}
            doubt(code, percent=percent, **named)
    if paused := sum(w.paused_s for r in runs for w in r.windows):
        doubt("stood-still", seconds=paused)
    swap = _values(during, "swap.used")
    if swap and swap[-1] - swap[0] > SWAP_BYTES:
        doubt("swap")
    clock = _values(during, "cpu.clock")
    third = len(clock) // 3
    if third:
        fall = 100 * (1 - median(clock[-third:]) / median(clock[:third]))
        if fall >= CLOCK_FALL:
            doubt("clock-fell", percent=fall)
    for index, gpu in enumerate(machine.gpus):
        _throttles(doubt, gpu.name, index, during)
    taken = _preemptions(runs)
    if taken is not None and taken >= PREEMPTED:
        doubt("preempted", times=taken)
    _corrections(doubt, runs)
    for run in runs:
        if run.task in ("train", "job"):
            _of_run(doubt, run, run.task == "job" and run.plan.model in decided)
            _above_peak(doubt, run, runs)
    return found


def trust_grade(found: Sequence[Reason]) -> Grade:
    """A: no doubts; B: one small doubt; C: two or three, or a heavy one; D: more, or the check is incomplete."""
    score = sum(_WEIGHTS.get(code, 1) for code in {r.code for r in found}) + sum(_heavy(r) for r in found)
    return "A" if score == 0 else "B" if score == 1 else "C" if score <= 3 and not _partial(found) else "D"


def _partial(found: Sequence[Reason]) -> bool:
    return any(r.code == "partial" for r in found)


def _heavy(reason: Reason) -> int:
    percent = reason.numbers.get("percent")
    if not isinstance(percent, float):
        return 0
    limits = {
        "other-load": percent >= LOAD_HEAVY,
        "gpu-shared": percent >= LOAD_HEAVY,
        "steal": percent >= STEAL_HEAVY,
        "own-cpu": percent <= OWN_CPU_HEAVY,
    }
    return int(limits.get(reason.code, False))


def _of_run(doubt: _Doubt, run: Run, coarse_will_do: bool) -> None:
    names: dict[str, float | int | str | None] = {"model": run.plan.model, "device": run.plan.device}
    if run.failure:
        if run.failure.code != "cancelled" and run.incomplete:
            doubt("failed", **names, failure=run.failure.code, detail=run.failure.detail)
        return
    known = rate_at_plan_batch(run)
    if known is None or coarse_will_do:
        return
    speed, extrapolated = known
    if extrapolated:
        doubt("estimated", **names)
    if run.done and run.done.settled is False:
        doubt("did-not-settle", **names)
    if speed.windows < FEW_WINDOWS:
        doubt("few-windows", **names, windows=speed.windows)
    if speed.half_width > WIDE_RATE and correction(run) == 1:
        doubt("wide", **names, half_width=100 * speed.half_width)
    windows = measured_windows(run)
    if run.task == "train" and run.plan.device == "cpu" and run.wait_policy == ACTIVE and windows and run.plan.threads:
        asked = sum(w.seconds for w in windows) * run.plan.threads
        share = 100 * sum(w.cpu_s for w in windows) / asked
        if share < OWN_CPU_NOTED:
            doubt("own-cpu", percent=share)


def _corrections(doubt: _Doubt, runs: Sequence[Run]) -> None:
    """One doubt for all runs whose rates were corrected to those of a quiet machine."""
    factors = {correction(r): r for r in runs if r.task in ("train", "job") and rate_at_plan_batch(r)}
    found = {factor: run for factor, run in factors.items() if factor > 1}
    if found:
        run = found[max(found)]
        doubt(
            "corrected-for-load", least=min(found), most=max(found), threads=run.plan.threads, cores=run.quiet_threads
        )


def _above_peak(doubt: _Doubt, run: Run, runs: Sequence[Run]) -> None:
    most = ABOVE_PEAK if run.plan.device == "cpu" else ABOVE_PEAK_OF_GPU
    if correction(run) > 1:
        return  # beside others the peak was measured lower than the corrected rate can be
    if (point := roofline_point(run, runs)) and point.compute_share > most:
        doubt("above-peak", model=run.plan.model, device=run.plan.device, percent=100 * point.compute_share)


def _preemptions(runs: Sequence[Run]) -> float | None:
    """Involuntary context switches per second and thread while the CPU was measured; None if not counted."""
    counted = [
        (switches / max(1, run.plan.threads), window.seconds)
        for run in runs
        if run.task in ("train", "job") and run.plan.device == "cpu"
        for window in measured_windows(run)
        if (switches := window.involuntary_switches) is not None
    ]
    passed = sum(seconds for _, seconds in counted)
    return sum(switches for switches, _ in counted) / passed if passed else None


def _throttles(doubt: _Doubt, name: str, index: int, samples: Sequence[Sample]) -> None:
    for cause in THROTTLE_FAULTS:
        percent = 100 * throttled_share(samples, index, cause)
        if percent >= THROTTLE_SHARE:
            doubt("throttled", device=name, cause=cause, percent=percent)
    shared = used_by_others(samples, index)
    if shared is not None and shared >= LOAD_NOTED:
        doubt("gpu-shared", device=name, percent=shared)


def _while(telemetry: Sequence[Sample], runs: Sequence[Run]) -> list[Sample]:
    """The samples that were taken while one of the runs was under way."""
    return [s for s in telemetry if any(r.started <= s.t <= r.ended for r in runs)]


def _values(samples: Sequence[Sample], key: str) -> list[float]:
    return [v for s in samples if (v := s.values.get(key)) is not None]


class _Doubt(Protocol):
    """The shape of the closure in `trust_doubts`, for the type checker."""

    def __call__(self, code: str, **numbers: float | int | str | None) -> None: ...
