"""What a GPU's sensors show over a period: what throttled it, the energy it took, its PCIe link, other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

from ..records.machine import Sample

POWER_CAP = "power-limit"
THROTTLE_BITS = {0x04: POWER_CAP, 0x08: "hardware", 0x20: "heat", 0x40: "heat", 0x80: "power-brake"}
"""The bits of NVML's clocks event reasons (nvmlClocksEventReason*) that mean throttling, with the code of the cause.
Idling, application clocks and display clocks are left out."""
THROTTLE_CAUSES = tuple(dict.fromkeys(THROTTLE_BITS.values()))
THROTTLE_FAULTS = tuple(cause for cause in THROTTLE_CAUSES if cause != POWER_CAP)
"""The causes that are no normal operation. A power cap under full load is by design."""
LARGEST_GAP_S = 2.0
"""Seconds. Samples further apart than this do not belong to one stretch of work and are not integrated over."""
FULL_SHARE = 0.9
"""Share of a GPU's memory from which on it counts as full: Windows keeps up to a tenth for itself and the screen."""
LANE_GB_S = {1: 0.25, 2: 0.5, 3: 0.985, 4: 1.969, 5: 3.938, 6: 7.563}
"""GB/s of one PCIe lane in one direction, by generation: PCI-SIG's transfer rates less the encoding."""


def throttled_share(samples: Sequence[Sample], gpu: int | None, *causes: str) -> float:
    """The share (0-1) of the time in which one of these causes throttled a GPU; 0 if nothing was reported.

    The driver's time counters are preferred: the event mask is sampled only four times a second.
    """
    counted = [share for cause in causes if (share := _counted(samples, f"gpu.{gpu}.throttled.{cause}")) is not None]
    if counted:
        return min(1.0, max(counted))
    bits = sum(bit for bit, cause in THROTTLE_BITS.items() if cause in causes)
    masks = [int(v) for s in samples if (v := s.values.get(f"gpu.{gpu}.throttle")) is not None]
    return sum(1 for mask in masks if mask & bits) / len(masks) if masks else 0.0


def energy_joules(samples: Sequence[Sample], gpu: int | None) -> float | None:
    """Joules that a GPU took: from its energy counter, else its power integrated by trapezoids; None without either.

    The two agree within 1 % (ml-energy/zeus #172). GPUs up to Pascal and MIG instances have no counter.
    """
    counted = sum(b - a for _, a, b in _steps(samples, f"gpu.{gpu}.energy") if b > a)
    if counted:
        return counted
    integrated = sum(seconds * (a + b) / 2 for seconds, a, b in _steps(samples, f"gpu.{gpu}.power"))
    return integrated or None


def fastest_pcie_link(samples: Sequence[Sample], gpu: int) -> tuple[int, int] | None:
    """(generation, lanes) of the fastest PCIe link seen, as both fall while the GPU idles; None if not reported."""
    seen = [
        (int(generation), int(width))
        for s in samples
        if (generation := s.values.get(f"gpu.{gpu}.pcie_generation"))
        and (width := s.values.get(f"gpu.{gpu}.pcie_width"))
    ]
    return max(seen, key=lambda pair: pcie_bandwidth(*pair), default=None)


def pcie_bandwidth(generation: int, lanes: int) -> float:
    """GB/s of a PCIe link in one direction; unknown newer generations count as the newest known one."""
    return LANE_GB_S[max(1, min(generation, max(LANE_GB_S)))] * lanes


def spilled_bytes(samples: Sequence[Sample], gpu: int, total: float) -> float:
    """By how many bytes a GPU's share of the computer's memory grew while its own, `total` bytes, was full.

    Drivers move there what has no room, instead of failing.
    """
    known = [
        (used, shared)
        for s in samples
        if (used := s.values.get(f"gpu.{gpu}.memory")) is not None
        and (shared := s.values.get(f"gpu.{gpu}.shared_memory")) is not None
    ]
    least = min((shared for _, shared in known), default=0.0)
    return max((shared - least for used, shared in known if used >= FULL_SHARE * total), default=0.0)


def used_by_others(samples: Sequence[Sample], gpu: int) -> float | None:
    """Mean per cent of a GPU that other programs used; None if the driver does not tell them from this one."""
    known = [v for s in samples if (v := s.values.get(f"gpu.{gpu}.others")) is not None]
    return fmean(known) if known else None


def _counted(samples: Sequence[Sample], key: str) -> float | None:
    """The growth of a counter of seconds as a share of the time; None without two samples."""
    steps = list(_steps(samples, key))
    passed = sum(seconds for seconds, _, _ in steps)
    return sum(max(0.0, b - a) for _, a, b in steps) / passed if passed else None


def _steps(samples: Sequence[Sample], key: str) -> Iterator[tuple[float, float, float]]:
    """(seconds between them, first value, second value) of consecutive samples of one sensor."""
    known = [(s.t, v) for s in samples if (v := s.values.get(key)) is not None]
    for (t, a), (u, b) in pairwise(known):
        if 0 < u - t <= LARGEST_GAP_S:
            yield u - t, a, b
