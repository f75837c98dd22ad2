"""From training steps of a few blocks, and of smaller batches and sequences, to a step of the whole network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...records.events import DepthTiming

LOW_QUANTILE, MIDDLE = 0.25, 0.5
"""Of the seconds of a part's steps. On a processor the low one: others only ever slow a step down, and the very fastest
is not robust. On an accelerator the middle: its short steps wait less for a processor that is late than the whole step
does, and the low quantile told steps of an H100 up to 23 % too short, the median up to 20 %, mostly 2 to 10 %.
"""
DEPTH_ERROR = 0.10
"""Half of a 95 % range, as a share, of what two depths tell of the whole network. Where it was tried, medians were
within 5 % of real steps and the worst within 10 %.
"""
SAME_SIZE = 1.01
"""Up to so many times the operations that were measured count as the same size."""
SIZE_ERROR = 0.25
"""The same for what smaller batches and sequences tell of larger ones, by their counted operations."""


@dataclass(frozen=True)
class ExtrapolatedStep:
    """Seconds of one step of the whole network, a forward and backward pass with its update or what else was timed;
    `error`: half of the 95 % range, as a share; `measured`: whether the whole network was timed, at its whole size.
    """

    seconds: float
    error: float
    measured: bool


def extrapolate(
    timings: Sequence[DepthTiming], flops: float, quantile: float = LOW_QUANTILE
) -> ExtrapolatedStep | None:
    """A step of the whole network, which has `flops` operations, from a quantile of the seconds of each part.

    Over the depth, a straight line through two depths of the same size. Over the size, a straight line through the
    operations of two sizes of the whole network, or through nought where there is one size. None without timings.
    """
    if not timings:
        return None
    blocks = timings[0].whole
    whole = [_whole_depth(parts, blocks, quantile) for parts in _by_size(timings)]
    seconds, counted, noise = whole[0]
    deep = blocks > max(t.blocks for t in timings)
    error = math.hypot(noise, DEPTH_ERROR if deep else 0.0)
    smaller = bool(counted) and flops > SAME_SIZE * counted
    if smaller:
        fixed, more_noise = 0.0, 0.0  # seconds of a step that do not grow with its size
        if len(whole) > 1 and counted > whole[1][1]:
            less_s, less_flops, more_noise = whole[1]
            each = max(0.0, seconds - less_s) / (counted - less_flops)
            fixed = min(seconds, max(0.0, seconds - each * counted))
        seconds = fixed + (seconds - fixed) * flops / counted
        error = math.hypot(error, more_noise, SIZE_ERROR)
    return ExtrapolatedStep(seconds, error, measured=not (deep or smaller))


def _by_size(timings: Sequence[DepthTiming]) -> list[list[DepthTiming]]:
    """Timings of the same batch and sequence together, the largest size first."""
    sizes: dict[tuple[int, int], list[DepthTiming]] = {}
    for timing in timings:
        sizes.setdefault((timing.batch, timing.sequence), []).append(timing)
    return sorted(sizes.values(), key=lambda parts: -max(p.flops for p in parts))


def _whole_depth(parts: Sequence[DepthTiming], blocks: int, quantile: float) -> tuple[float, float, float]:
    """(seconds, operations, noise as a share) of the whole depth at one size."""
    shallow, deep = min(parts, key=lambda p: p.blocks), max(parts, key=lambda p: p.blocks)
    (s0, n0), (s1, n1) = _quantile(shallow.seconds, quantile), _quantile(deep.seconds, quantile)
    if shallow.blocks == deep.blocks or blocks <= deep.blocks:
        return s1, deep.flops, n1
    reach = (blocks - deep.blocks) / (deep.blocks - shallow.blocks)
    seconds = s1 + max(0.0, s1 - s0) * reach
    operations = deep.flops + (deep.flops - shallow.flops) * reach
    noise = math.hypot((1 + reach) * s1 * n1, reach * s0 * n0) / seconds
    return seconds, operations, noise


def _quantile(seconds: Sequence[float], share: float) -> tuple[float, float]:
    """(the quantile, how far it is from the fastest step as a share)."""
    ordered = sorted(seconds)
    value = ordered[math.ceil(share * (len(ordered) - 1))]
    return value, min(1.0, (value - ordered[0]) / value)
