"""From training steps of a few blocks, and of smaller batches and sequences, to a step of the whole network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
"""The same for what smaller batches, sequences and images tell of larger ones, by their counted operations."""
ONE_SIZE_ERROR = 1.0
"""At most the same for what a single size tells of larger ones: what does not grow with the size, such as the update of
the weights or their dequantisation, is taken for growing.
"""
UNEVEN = 4
"""An operation of a block takes at most so many times as long as one of the whole part, or as little: beside the update
of a large embedding 0.4 times was measured, in blocks of 4-bit weights 1.2 times. What is beyond is a neighbour's.
"""
FEW, FEW_ERROR = 3, 0.10
"""Fewer steps than FEW may still be those that warm up: the second step of ResNet-50 took 1.15, the third 1.07 times as
long as later ones.
"""


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
    operations of two sizes of the whole network, or through nought where there is one size. Where there are parts with
    a small vocabulary, this is done with them alone, and what the network's own vocabulary takes in addition grows with
    its operations. None without timings.
    """
    if not timings:
        return None
    smallest = min(t.vocabulary for t in timings)
    small = [t for t in timings if t.vocabulary == smallest]
    large = [t for t in timings if t.vocabulary > smallest]
    if not large:
        return _of_one_vocabulary(timings, flops, quantile)
    step = _of_one_vocabulary(small, small[0].whole_flops, quantile)
    more, error = _of_the_vocabulary(large[0], small, flops, quantile)
    seconds = step.seconds + more
    return replace(step, seconds=seconds, error=math.hypot(step.seconds * step.error, more * error) / seconds)


def _of_the_vocabulary(
    large: DepthTiming, small: Sequence[DepthTiming], flops: float, quantile: float
) -> tuple[float, float]:
    """(seconds that the network's own vocabulary takes beyond the small one in a whole step of `flops` operations, half
    of their 95 % range as a share), by a part with a large one beside its like in `small`.
    """
    like = min(_by_size(small, quantile)[0], key=lambda p: p.blocks)
    (with_large, noise), (without, other_noise) = (_quantile(p.seconds, quantile) for p in (large, like))
    counted = large.flops - like.flops
    seconds = _credible(with_large - without, with_large * counted / large.flops)
    error = math.hypot(with_large * noise, without * other_noise) / seconds
    beyond = (flops - like.whole_flops) / counted
    return seconds * beyond, math.hypot(error, SIZE_ERROR if beyond > SAME_SIZE else 0.0)


def _of_one_vocabulary(timings: Sequence[DepthTiming], flops: float, quantile: float) -> ExtrapolatedStep:
    """See `extrapolate`, of parts with the same vocabulary."""
    blocks = timings[0].whole
    sizes = _by_size(timings, quantile)
    whole = [_whole_depth(parts, blocks, quantile) for parts in sizes]
    seconds, counted, noise = whole[0]
    deep = blocks > max(t.blocks for t in timings)
    error = math.hypot(noise, DEPTH_ERROR if deep else 0.0)
    smaller = bool(counted) and flops > SAME_SIZE * counted
    if smaller:
        near, step, by_size = (0.0, 0.0, 0.0), counted, min(ONE_SIZE_ERROR, max(SIZE_ERROR, flops / counted - 1))
        if len(whole) > 1 and counted > whole[1][1]:
            near, step, by_size = whole[1], counted - whole[1][1], SIZE_ERROR
        # No size has less than nothing that does not grow with it.
        least = max(near[0], seconds * near[1] / counted)
        seconds, noise = _beyond((min(least, seconds), near[2]), (seconds, noise), (flops - counted) / step)
        error = math.hypot(noise, DEPTH_ERROR if deep else 0.0, by_size)
    return ExtrapolatedStep(seconds, error, measured=not (deep or smaller))


def _by_size(timings: Sequence[DepthTiming], quantile: float) -> list[list[DepthTiming]]:
    """Timings of the same batch, sequence and images together, the largest size first; with the shallow part of that
    one, even where it was not measured.
    """
    sizes: dict[tuple[int, int, int], list[DepthTiming]] = {}
    for timing in timings:
        sizes.setdefault((timing.batch, timing.sequence, timing.image_size), []).append(timing)
    found = sorted(sizes.values(), key=lambda parts: -max(p.flops for p in parts))
    if len(found) > 1 and len(found[0]) < len(found[1]):
        found[0].append(_shallow(found[0][0], found[1], quantile))
    return found


def _shallow(large: DepthTiming, small: Sequence[DepthTiming], quantile: float) -> DepthTiming:
    """The shallow part of the larger size, of which only the deep one (`large`) was measured: beyond its time at the
    smaller size, its operations take as long as those of the deep part.
    """
    shallow, deep = sorted(small, key=lambda p: p.blocks)
    share = shallow.flops / deep.flops if deep.flops else 1.0
    more = _quantile(large.seconds, quantile)[0] - _quantile(deep.seconds, quantile)[0]
    seconds = _quantile(shallow.seconds, quantile)[0] + share * max(0.0, more)
    return replace(large, blocks=shallow.blocks, flops=share * large.flops, seconds=(seconds,))


def _whole_depth(parts: Sequence[DepthTiming], blocks: int, quantile: float) -> tuple[float, float, float]:
    """(seconds, operations, noise as a share) of the whole depth at one size."""
    shallow, deep = min(parts, key=lambda p: p.blocks), max(parts, key=lambda p: p.blocks)
    s1, n1 = _quantile(deep.seconds, quantile)
    if shallow.blocks == deep.blocks or blocks <= deep.blocks:
        return s1, deep.flops, n1
    s0, n0 = _quantile(shallow.seconds, quantile)
    reach = (blocks - deep.blocks) / (deep.blocks - shallow.blocks)
    more = s1 * (deep.flops - shallow.flops) / deep.flops if deep.flops else 0.0
    growth = _credible(s1 - s0, more)
    seconds, noise = _beyond((s1 - growth, n0), (s1, n1), reach)
    return seconds, deep.flops + (deep.flops - shallow.flops) * reach, noise


def _credible(difference: float, usual: float) -> float:
    """The seconds between two parts, where operations as fast as those of the whole part take the `usual` seconds."""
    return max(usual / UNEVEN, min(difference, usual * UNEVEN)) if usual > 0 else max(0.0, difference)


def _beyond(near: tuple[float, float], far: tuple[float, float], reach: float) -> tuple[float, float]:
    """(seconds, noise as a share) on the straight line through two of them, `reach` times their distance beyond the far
    one.
    """
    seconds = far[0] + (far[0] - near[0]) * reach
    return seconds, math.hypot((1 + reach) * far[0] * far[1], reach * near[0] * near[1]) / seconds


def _quantile(seconds: Sequence[float], share: float) -> tuple[float, float]:
    """(the quantile, how far it is from the fastest step as a share); of few steps the fastest, and FEW_ERROR."""
    ordered = sorted(seconds)
    if len(ordered) < FEW:
        return ordered[0], FEW_ERROR
    value = ordered[math.ceil(share * (len(ordered) - 1))]
    return value, min(1.0, (value - ordered[0]) / value)
