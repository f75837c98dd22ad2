"""What the registry knows of a network: how to build it, and the shape of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from ...records.plan import Plan

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """`build` makes the network of a plan, with fresh weights on torch's default device.

    `shape` is that of one input, without the batch. `vocabulary` is the number of different tokens that an input is
    made of; 0 for networks whose inputs are real numbers.
    """

    build: Callable[[Plan], nn.Module]
    shape: Callable[[Plan], Shape]
    vocabulary: int = 0


def image_shape(plan: Plan) -> Shape:
    """Channels x height x width of the plan's images."""
    return plan.channels, plan.image_size, plan.image_size
