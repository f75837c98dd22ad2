"""What all image classifiers have in common: their images, labels and loss, and stochastic depth."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint, no_blocks

IMAGE_SIZE, CLASSES, CHANNELS = 224, 1000, 3
"""Of ImageNet, where the workload does not say."""


class StochasticDepth(nn.Module):
    """Drops a residual branch for some samples (Huang et al. 2016): its output (batch, ...) times 0 with probability
    `drop`, else times 1 / (1 - drop).
    """

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.drop = drop

    def forward(self, branch: Tensor) -> Tensor:
        if not self.training or not self.drop:
            return branch
        kept = 1 - self.drop
        return branch * branch.new_empty((len(branch),) + (1,) * (branch.ndim - 1)).bernoulli_(kept).div_(kept)


def image_size(workload: Workload) -> int:
    """Side of the workload's images, in pixels."""
    return workload.image_size or IMAGE_SIZE


def classes(workload: Workload) -> int:
    return workload.classes or CLASSES


def image_batch(workload: Workload, count: int) -> Batch:
    """Images (count, 3, side, side) and labels (count,)."""
    side = image_size(workload)
    return torch.randn(count, CHANNELS, side, side), torch.randint(classes(workload), (count,))


def label_loss(_workload: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """Cross entropy of the scores (batch, classes) that the network gives to the batch's inputs."""
    inputs, labels = batch
    return functional.cross_entropy(network(inputs), labels)


def image_classifier(
    build: Callable[[Workload], nn.Module],
    block_lists: tuple[str, ...] = (),
    blocks: Callable[[Workload], int] = no_blocks,
) -> Blueprint:
    """The blueprint of a network from images to class scores."""
    return Blueprint(build, image_batch, label_loss, blocks, block_lists)
