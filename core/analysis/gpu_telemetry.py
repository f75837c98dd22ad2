"""What the sensors of a GPU say of a stretch of time: what slowed it down, what it took, how it is connected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

from ..records.machine import Sample

POWER_CAP = "power-limit"
EVENTS = {0x04: POWER_CAP, 0x08: "hardware", 0x20: "heat", 0x40: "heat", 0x80: "power-brake"}
"""NVML's event bits that slow a GPU down, by codes of `phrases.CAUSES`; neither idling nor display clocks."""
CAUSES = tuple(dict.fromkeys(EVENTS.values()))
FAULTS = tuple(cause for cause in CAUSES if cause != POWER_CAP)
"""A power cap under full load is by design."""
GAP_S = 2.0
"""Between samples further apart than this something else ran, or nothing."""
LANE_GB_S = {1: 0.25, 2: 0.5, 3: 0.985, 4: 1.969, 5: 3.938, 6: 7.563}
"""GB/s of one PCIe lane and direction, by generation (PCI-SIG's rates less their line codes)."""


def slowed(samples: Sequence[Sample], gpu: int | None, *causes: str) -> float:
    """The share (0-1) of the time in which one of these causes slowed a GPU down; 0 where it told nothing.

    From the driver's counters of nanoseconds where it has them: a sample of the event mask sees four moments a second.
    """
    counted = [share for cause in causes if (share := _counted(samples, f"gpu.{gpu}.throttled.{cause}")) is not None]
    if counted:
        return min(1.0, max(counted))
    bits = sum(bit for bit, cause in EVENTS.items() if cause in causes)
    masks = [int(v) for s in samples if (v := s.values.get(f"gpu.{gpu}.throttle")) is not None]
    return sum(1 for mask in masks if mask & bits) / len(masks) if masks else 0.0


def joules(samples: Sequence[Sample], gpu: int | None) -> float | None:
    """The energy that a GPU took: its counter's difference, else its power in trapezoids; None where neither tells.

    The two agree within 1 % (ml-energy/zeus #172). Pascal and older, and shares of a GPU, have no counter.
    """
    counted = sum(b - a for _, a, b in _steps(samples, f"gpu.{gpu}.energy") if b > a)
    if counted:
        return counted
    integrated = sum(seconds * (a + b) / 2 for seconds, a, b in _steps(samples, f"gpu.{gpu}.power"))
    return integrated or None


def link(samples: Sequence[Sample], gpu: int) -> tuple[int, int] | None:
    """(generation, lanes) of the fastest PCIe link that was seen: both fall while the GPU idles."""
    seen = [
        (int(generation), int(width))
        for s in samples
        if (generation := s.values.get(f"gpu.{gpu}.pcie_generation"))
        and (width := s.values.get(f"gpu.{gpu}.pcie_width"))
    ]
    return max(seen, key=lambda pair: bandwidth(*pair), default=None)


def bandwidth(generation: int, lanes: int) -> float:
    """GB/s in one direction of a PCIe link; a newer generation counts as the newest that is known."""
    return LANE_GB_S[max(1, min(generation, max(LANE_GB_S)))] * lanes


def taken(samples: Sequence[Sample], gpu: int) -> float | None:
    """Per cent of a GPU in other programs' hands; None where the driver does not tell them apart from ours."""
    known = [v for s in samples if (v := s.values.get(f"gpu.{gpu}.others")) is not None]
    return fmean(known) if known else None


def _counted(samples: Sequence[Sample], key: str) -> float | None:
    """The share of the time that a counter of seconds grew by."""
    steps = list(_steps(samples, key))
    passed = sum(seconds for seconds, _, _ in steps)
    return sum(max(0.0, b - a) for _, a, b in steps) / passed if passed else None


def _steps(samples: Sequence[Sample], key: str) -> Iterator[tuple[float, float, float]]:
    """(seconds between, first, second value) of neighbouring samples."""
    known = [(s.t, v) for s in samples if (v := s.values.get(key)) is not None]
    for (t, a), (u, b) in pairwise(known):
        if 0 < u - t <= GAP_S:
            yield u - t, a, b
