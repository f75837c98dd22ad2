"""Burst against sustained: what a long run without a pause says of a machine's cooling and power, from raw windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from .model import Run, Sample
from .stats import measured

SETTLE_S, BURST_S = 1.0, 10.0
"""Burst is the rate of the first ten seconds after the first one, in which clocks still rise."""
LOOPS = 20
RATIO_MIN = 0.95
"""Below this share of its burst a machine throttles: a rate wanders by less on its own."""
STABLE = 0.97
"""3DMark's stress test runs twenty loops; a machine passes whose worst is at least this share of its best."""
POWER_CAP = 0x04
EVENTS = {
    POWER_CAP: "power-limit",
    0x08: "hardware",
    0x20: "heat",
    0x40: "heat",
    0x80: "power-brake",
}
"""NVML's event bits that slow a GPU down, as codes of `phrases.CAUSES`."""
WORTH_S = 60.0
"""A shorter run does not heat a machine up: it says nothing about what is sustained."""


@dataclass(frozen=True, slots=True)
class Endurance:
    """Samples/s in the beginning and over the last third, and the worst of `LOOPS` equal parts over the best (0-1).

    `throttled` is the share of the sensor's samples in which a GPU was slowed down, by NVML's event bit; `joules` what
    its power sensor adds up to, None where there is none.
    """

    burst: float
    sustained: float
    stability: float
    seconds: float
    throttled: dict[int, float]
    joules: float | None

    @property
    def ratio(self) -> float:
        """Sustained over burst."""
        return self.sustained / self.burst

    @property
    def passed(self) -> bool:
        """Whether it is as stable as 3DMark asks for."""
        return self.stability >= STABLE


def endurance(run: Run, telemetry: Sequence[Sample], gpu: int | None = None) -> Endurance | None:
    """What a run of at least `WORTH_S` says; None for a shorter one. `gpu` is the index of its sensors."""
    windows = sorted(measured(run), key=lambda w: w.t)
    if not windows:
        return None
    begin, end = windows[0].t, max(w.t + w.seconds for w in windows)
    if end - begin < WORTH_S:
        return None
    early = [w.rate for w in windows if SETTLE_S <= w.t - begin < SETTLE_S + BURST_S]
    late = [w.rate for w in windows if w.t >= end - (end - begin) / 3]
    loops: list[list[float]] = [[] for _ in range(LOOPS)]
    for window in windows:
        loops[min(LOOPS - 1, int(LOOPS * (window.t - begin) / (end - begin)))].append(window.rate)
    parts = [median(loop) for loop in loops if loop]
    during = [s for s in telemetry if begin <= s.t <= end]
    first = median(early or [w.rate for w in windows[:1]])
    return Endurance(
        first,
        median(late or [windows[-1].rate]),
        min(parts) / max(parts),
        end - begin,
        {bit: share for bit in EVENTS if (share := slowed(during, gpu, bit))},
        _joules(during, gpu),
    )


def ratio(runs: Sequence[Run], device: str) -> float:
    """By how much long trainings on a device run slower than what a check measures (0-1); 1 where no soak tells."""
    known = [
        e.ratio for r in runs if r.task == "soak" and r.plan.device == device and (e := endurance(r, ())) is not None
    ]
    return min(1.0, *known) if known else 1.0


def slowed(samples: Sequence[Sample], gpu: int | None, bits: int) -> float:
    """The share (0-1) of a GPU's samples in which any of these event bits was set; 0 where it told nothing."""
    masks = [int(v) for s in samples if (v := s.values.get(f"gpu.{gpu}.throttle")) is not None]
    return sum(1 for mask in masks if mask & bits) / len(masks) if masks else 0.0


def _joules(during: Sequence[Sample], gpu: int | None) -> float | None:
    """The power sensor's trapezoids; the energy counter of newer GPUs agrees within 1 % (ml-energy/zeus #172)."""
    known = [(s.t, v) for s in during if (v := s.values.get(f"gpu.{gpu}.power")) is not None]
    if len(known) < 2:
        return None
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(known))
