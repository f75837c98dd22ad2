"""From a few blocks and smaller sizes to the whole network: straight lines through what was measured."""

from __future__ import annotations

import pytest
from rigdyno.core.analysis.jobs.depth_extrapolation import DEPTH_ERROR, SIZE_ERROR, extrapolate
from rigdyno.core.records.events import DepthTiming


def timing(blocks: int, seconds: float, batch: int = 1, flops: float = 0, whole: int = 16, noise: float = 0.0):
    flops = flops or 100.0 + 10 * blocks
    times = tuple(seconds * (1 + noise * i) for i in range(5))
    return DepthTiming(0.0, blocks, whole, batch, 128, flops, times)


def test_a_straight_line_over_the_depth():
    step = extrapolate([timing(2, 0.3), timing(4, 0.5)], 0)
    assert step.seconds == pytest.approx(0.1 + 16 * 0.1)
    assert step.error == pytest.approx(DEPTH_ERROR)


def test_the_order_of_the_parts_does_not_matter():
    parts = [timing(4, 0.5), timing(2, 0.3)]
    assert extrapolate(parts, 0) == extrapolate(parts[::-1], 0)


def test_a_network_without_blocks_is_what_was_measured():
    assert extrapolate([timing(1, 0.7, whole=1)], 0).seconds == pytest.approx(0.7)


def test_a_straight_line_over_the_operations_of_two_sizes():
    # a fixed part of 0.1 s, and 0.001 s for each operation
    parts = [timing(1, 0.3, batch=2, flops=200, whole=1), timing(1, 0.2, batch=1, flops=100, whole=1)]
    step = extrapolate(parts, 1000)
    assert step.seconds == pytest.approx(0.1 + 1.0)
    assert step.error == pytest.approx(SIZE_ERROR)


def test_a_single_smaller_size_is_taken_for_proportional():
    assert extrapolate([timing(1, 0.3, batch=2, flops=200, whole=1)], 2000).seconds == pytest.approx(3.0)


def test_a_step_that_shrinks_with_its_size_has_no_fixed_part():
    parts = [timing(1, 0.4, batch=2, flops=200, whole=1), timing(1, 0.1, batch=1, flops=100, whole=1)]
    assert extrapolate(parts, 400).seconds == pytest.approx(0.8)


def test_depth_and_size_together():
    def seconds(blocks: int, batch: int) -> float:
        return 0.1 + batch * (0.02 + 0.01 * blocks)

    def flops(blocks: int, batch: int) -> float:
        return batch * (200 + 100 * blocks)

    parts = [
        timing(blocks, seconds(blocks, batch), batch=batch, flops=flops(blocks, batch))
        for batch in (2, 1)
        for blocks in (2, 4)
    ]
    assert extrapolate(parts, flops(16, 8)).seconds == pytest.approx(seconds(16, 8))


def test_noise_widens_the_range():
    quiet, noisy = (extrapolate([timing(2, 0.3, noise=n), timing(4, 0.5, noise=n)], 0) for n in (0.0, 0.1))
    assert noisy.error > quiet.error


def test_a_deeper_part_is_never_faster():
    step = extrapolate([timing(2, 0.5), timing(4, 0.4)], 0)
    assert step.seconds == pytest.approx(0.4)


def test_nothing_measured_tells_nothing():
    assert extrapolate([], 100) is None
