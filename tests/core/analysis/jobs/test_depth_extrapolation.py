"""From a few blocks and smaller sizes to the whole network: straight lines through what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.depth_extrapolation import (
    DEPTH_ERROR,
    FEW_ERROR,
    ONE_SIZE_ERROR,
    SIZE_ERROR,
    UNEVEN,
    extrapolate,
)
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


def test_a_neighbour_makes_blocks_neither_free_nor_endless():
    """Of 140 operations two blocks have 20, so they take a seventh of the deep part's time, up to UNEVEN times more or
    less.
    """
    fast, slow = (extrapolate([timing(2, seconds), timing(4, 0.7)], 0).seconds for seconds in (0.8, 0.01))
    assert fast == pytest.approx(0.7 + 6 * 0.1 / UNEVEN)
    assert slow == pytest.approx(0.7 + 6 * 0.1 * UNEVEN)


def test_the_larger_size_needs_no_shallow_part():
    """Where time is short: what the deep part takes longer at the larger size goes by operations."""
    parts = {
        (blocks, batch): timing(blocks, batch * blocks * 0.1 + 0.1, batch=batch, flops=100.0 * batch * blocks)
        for batch in (2, 1)
        for blocks in (2, 4)
    }
    four = extrapolate(list(parts.values()), 16 * 8 * 100.0)
    del parts[2, 2]
    three = extrapolate(list(parts.values()), 16 * 8 * 100.0)
    assert three.seconds == pytest.approx(four.seconds)
    assert three.error > four.error, "the missing part is not as sure as one that was measured"


def test_images_of_two_sizes_are_two_sizes():
    parts = [timing(1, 0.3, flops=200, whole=1), timing(1, 0.2, flops=100, whole=1)]
    parts = [replace(part, image_size=side, sequence=0) for part, side in zip(parts, (512, 256), strict=True)]
    assert extrapolate(parts, 1000).seconds == pytest.approx(0.1 + 1.0)


def test_few_steps_and_single_sizes_are_less_sure():
    one = replace(timing(1, 0.3, flops=200, whole=1), seconds=(0.3, 0.4))
    assert extrapolate([one], 0).seconds == pytest.approx(0.3)
    assert extrapolate([one], 0).error == pytest.approx(FEW_ERROR)
    assert extrapolate([timing(1, 0.3, flops=200, whole=1)], 2000).error == pytest.approx(ONE_SIZE_ERROR)


def with_vocabulary(size: int, blocks: int, tokens: int, seconds: float, noise: float = 0.0) -> DepthTiming:
    """A block takes 100 operations for each sample, and a token of the vocabulary 1; the whole network has 16 blocks,
    and reads 8 samples.
    """
    part = timing(blocks, seconds, batch=size, flops=size * (100.0 * blocks + tokens), noise=noise)
    return replace(part, vocabulary=tokens, whole_flops=8 * (1600.0 + tokens))


def test_a_large_vocabulary_is_added_to_blocks_that_were_timed_with_a_small_one():
    def seconds(size: int, blocks: int, tokens: int) -> float:
        return 0.02 * blocks + size * (0.01 * blocks + 0.0002 * tokens)

    chosen = [(2, 1, 10), (2, 2, 10), (1, 1, 10), (1, 2, 10), (2, 1, 2000)]
    parts = [with_vocabulary(*part, seconds(*part)) for part in chosen]
    step = extrapolate(parts, 8 * (1600 + 4000))
    assert step.seconds == pytest.approx(seconds(8, 16, 4000)), "twice the vocabulary that had room"
    without_shallow = extrapolate(parts[1:], 8 * (1600 + 4000))
    assert without_shallow.seconds == pytest.approx(step.seconds, rel=0.2)
    whole = extrapolate([with_vocabulary(8, 2, 10, 0.4), with_vocabulary(8, 4, 10, 0.6)], 8 * 1610)
    both = extrapolate(
        [with_vocabulary(8, 2, 10, 0.4), with_vocabulary(8, 4, 10, 0.6), with_vocabulary(8, 2, 4000, 1.4)], 8 * 5600
    )
    assert both.seconds == pytest.approx(whole.seconds + 1.0)


def test_the_noise_of_a_large_vocabulary_widens_the_range():
    blocks = [with_vocabulary(8, 2, 10, 0.4), with_vocabulary(8, 4, 10, 0.6)]
    quiet, noisy = (extrapolate([*blocks, with_vocabulary(8, 2, 4000, 1.4, n)], 8 * 5600) for n in (0.0, 0.1))
    assert noisy.error > quiet.error


def test_nothing_measured_tells_nothing():
    assert extrapolate([], 100) is None
