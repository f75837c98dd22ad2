"""How the worker trains a job: what each kind of network has to say of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from ...records.workload import Workload

Batch = tuple[Tensor, ...]
"""Inputs and targets of one forward pass, each (batch, ...); which is which is known to the blueprint alone."""


def no_blocks(_: Workload) -> int:
    """For networks that are not one block repeated: their time cannot be extrapolated over the depth."""
    return 0


@dataclass(frozen=True)
class Blueprint:
    """A network in training.

    `build`: the network with fresh weights on torch's default device and in its default dtype; it has
    `workload.blocks` repeated blocks, or all for 0. Blocks that may be checkpointed are the members of `nn.ModuleList`s
    named in `block_lists`.
    `batch`: random inputs and targets of `count` samples on torch's default device; floating-point ones in its default
    dtype.
    `loss`: the forward pass and the loss, a scalar, of a network and a batch.
    `blocks`: how many repeated blocks the whole network has; 0 where it is not one block repeated.
    `unit`: what samples are called: "images", "sequences", "rows", ...
    """

    build: Callable[[Workload], nn.Module]
    batch: Callable[[Workload, int], Batch]
    loss: Callable[[Workload, nn.Module, Batch], Tensor]
    blocks: Callable[[Workload], int] = no_blocks
    block_lists: tuple[str, ...] = ()
    """Dotted names, from the network, of the lists whose members are the repeated blocks."""
    depth_lists: tuple[str, ...] = ()
    """The lists that are cut to measure fewer blocks, where they are others than `block_lists`."""
    vocabulary_modules: tuple[str, ...] = ()
    """The members of the network whose size is that of `workload.decoder`'s vocabulary; some networks lack some."""
    unit: str = "images"
