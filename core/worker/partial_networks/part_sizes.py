"""Which sizes of a workload are measured where there is no room or no time for its own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace

from ...records.events import Work
from ...records.workload import Workload
from ..operation_count import count_workload
from .small_vocabulary import with_small_vocabulary

SMALLEST_SEQUENCE = 64
"""Shorter sequences do too little arithmetic to tell anything of long ones."""
SMALLEST_IMAGE, IMAGE_STEP = 64, 32
"""Sides in pixels: detectors and networks of the U shape halve their images up to five times."""
SMALLEST_BATCH = 2
"""Batch normalisation needs more than one value for each channel."""
LEAST_SAVED = 0.25
"""A half of the sequence that saves a smaller share of the operations is none: a speech model's encoder hears as much,
however few words are told.
"""
FEWEST_CHUNKS = 2
"""A loss in one chunk is not computed again in the backward pass, which more chunks are."""


def smaller(workload: Workload) -> Workload | None:
    """Half of the batch; from the smallest batch on, half of the sequence or of the prompt, then about half of the side
    of its images; None where nothing can be halved, where that saves little, or where the network is made for one size
    of images.

    The loss is computed in half of the chunks, so that each keeps its tokens: it reads the head's weights once.
    """
    fewer = replace(workload, loss_chunks=max(min(FEWEST_CHUNKS, workload.loss_chunks), workload.loss_chunks // 2))
    if workload.batch >= 2 * SMALLEST_BATCH or (workload.sequence and workload.batch > 1):
        return replace(fewer, batch=workload.batch // 2)
    if workload.prompt >= 2 * SMALLEST_SEQUENCE:
        half = fewer.with_half_the_prompt()
        return half if flops_of(half) <= (1 - LEAST_SAVED) * flops_of(workload) else None
    if workload.image_size >= 2 * SMALLEST_IMAGE:
        half = replace(workload, image_size=workload.image_size // 2 // IMAGE_STEP * IMAGE_STEP)
        return half if flops_of(half) else None
    return None


@functools.cache
def work_of(workload: Workload) -> Work | None:
    """The counted work of a step; None where the network cannot be counted. Counting takes up to seconds, and several
    places ask about the same sizes. Its time is that of the count.
    """
    return count_workload(workload)


def flops_of(workload: Workload) -> float:
    """Counted operations of a step; 0 where the network cannot be counted."""
    work = work_of(workload)
    return work.flops if work else 0.0


def sizes_to_measure(
    workload: Workload, fits: Callable[[Workload], bool], affordable: Callable[[Workload], bool]
) -> tuple[Workload, ...]:
    """The workload alone, if a step of it `fits` the memory and is `affordable` in time. Else it is halved until one
    does, and has the next smaller size beside it: their difference tells what does not grow with the size. At last the
    smallest size, whatever it takes, with the next larger one.
    """
    larger, size = workload, workload
    while not (affordable(size) and fits(size)) and (half := smaller(size)):
        larger, size = size, half
    if size == workload:
        return (size,)
    if half := smaller(size):
        return size, half
    return (larger, size) if fits(larger) else (size,)


def parts_of(sizes: Sequence[Workload], depths: tuple[int, ...]) -> list[tuple[int, Workload]]:
    """(blocks, size) of each part, the largest size first. What a large vocabulary takes is timed once, at the largest
    size: the head's weights are then read for as many tokens as possible.
    """
    parts = [(depth, with_small_vocabulary(size)) for size in sizes for depth in depths]
    return parts if with_small_vocabulary(sizes[0]) == sizes[0] else [*parts, (min(depths), sizes[0])]
