"""The training loss of detectors with default boxes (Liu et al. 2015, section 2.2), on targets drawn at random.

Matching boxes to objects is done by the data loader: a batch has the class and the offsets of every default box. The
loss reads no value on the host, so that it runs on devices that only count.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch

MATCHED = 0.004
"""Share of the default boxes that cover an object: about 35 of 8,732, for the seven objects of an image of COCO."""
NEGATIVES = 3
"""Boxes of the background that count in the loss, for each matched one: those of the largest loss."""


def random_boxes(count: int, boxes: int, classes: int) -> tuple[Tensor, Tensor]:
    """Classes (count, boxes), 0 for the background, and offsets (count, boxes, 4) of random targets."""
    matched = torch.rand(count, boxes) < MATCHED
    labels = torch.randint(1, classes, (count, boxes))
    return torch.where(matched, labels, torch.zeros_like(labels)), torch.randn(count, boxes, 4)


def box_loss(_workload: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """Smooth L1 of the matched boxes' offsets plus cross entropy of the matched and of the hardest unmatched ones, both
    for each matched box.
    """
    images, labels, targets = batch
    scores, offsets = network(images)
    matched = labels > 0
    places = functional.smooth_l1_loss(offsets, targets, reduction="none").sum(-1)
    classification = functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), reduction="none").view_as(places)
    # A box's place in the order of losses, by sorting twice: the number of negatives differs between images.
    candidates = classification.detach().masked_fill(matched, -torch.inf)
    place_in_order = candidates.argsort(1, descending=True).argsort(1)
    hardest = place_in_order < NEGATIVES * matched.sum(1, keepdim=True)
    total = (places * matched).sum() + (classification * (matched | hardest)).sum()
    return torch.as_tensor(total / matched.sum().clamp(min=1))
