"""YOLOv5's training loss, on objects assigned to anchors at random.

In training, an object is assigned to up to three cells and to each anchor of similar size; here a batch brings as many
assignments as there usually are, so that no value need be read on the host.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch

STRIDES = (8, 16, 32)
"""Pixels between the cells of the three maps."""
ANCHORS = (
    # width and height of each map's anchors in pixels, as for COCO
    ((10, 13), (16, 30), (33, 23)),
    ((30, 61), (62, 45), (59, 119)),
    ((116, 90), (156, 198), (373, 326)),
)
ASSIGNED = 64
"""Assignments of an image on each map: about 15 objects, in three cells each, of one or two similar anchors."""
MAP_WEIGHTS = (4.0, 1.0, 0.4)
"""Of the loss for "is there an object?" on each map."""
BOX, OBJECT, CLASS = 0.05, 1.0, 0.5
"""Weights of the three parts of the loss."""


def random_assignment(count: int, size: int, classes: int) -> tuple[Tensor, ...]:
    """Of so many images of a side in pixels, what is assigned on each map: its places among all anchors and cells
    (count, 3, assigned), the anchors' widths and heights there (count, 3, assigned, 2), the boxes (count, 3, assigned,
    4: centre from the cell's corner, width, height), all in cells, and their classes (count, 3, assigned).
    """
    places, anchors = [], []
    for stride, shapes in zip(STRIDES, ANCHORS, strict=True):
        cells = (size // stride) ** 2
        places.append(torch.randint(len(shapes) * cells, (count, ASSIGNED)))
        anchors.append(torch.tensor(shapes, dtype=torch.get_default_dtype())[places[-1] // cells] / stride)
    shape, shapes_there = (count, len(STRIDES), ASSIGNED), torch.stack(anchors, 1)
    # Anchors are assigned to boxes up to four times as large or as small.
    boxes = torch.cat((torch.rand(*shape, 2) * 2 - 0.5, shapes_there * 4 ** (torch.rand(*shape, 2) * 2 - 1)), -1)
    return torch.stack(places, 1), shapes_there, boxes, torch.randint(classes, shape)


def assigned_loss(_workload: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """1 - CIoU of the assigned boxes, and binary cross entropy of their classes and of "is there an object?" everywhere
    (whose target is the CIoU), times the batch's size as in YOLOv5.
    """
    images, places, anchors, boxes, classes = batch
    total = images.new_zeros(())
    for level, predicted in enumerate(network(images)):
        place = places[:, level]
        # In single precision, as the loss is in YOLOv5's mixed precision.
        chosen = predicted.gather(1, place[..., None].expand(-1, -1, predicted.shape[-1])).float()
        centres, sizes = chosen[..., :2].sigmoid() * 2 - 0.5, (chosen[..., 2:4].sigmoid() * 2) ** 2 * anchors[:, level]
        overlap = complete_iou(torch.cat((centres, sizes), -1), boxes[:, level].float())
        objects = torch.zeros_like(predicted[..., 4]).scatter(1, place, overlap.detach().clamp(0).to(predicted.dtype))
        labels = torch.zeros_like(chosen[..., 5:]).scatter(-1, classes[:, level, :, None], 1.0)
        there = functional.binary_cross_entropy_with_logits(predicted[..., 4], objects)
        kind = functional.binary_cross_entropy_with_logits(chosen[..., 5:], labels)
        total = total + BOX * (1 - overlap).mean() + OBJECT * MAP_WEIGHTS[level] * there + CLASS * kind
    return total * len(images)


def complete_iou(a: Tensor, b: Tensor, tiny: float = 1e-7) -> Tensor:
    """The overlap of boxes (..., 4: centre x, y, width, height), less a penalty for centres apart and for different
    proportions (Zheng et al. 2020, "CIoU").
    """
    (ax, ay, aw, ah), (bx, by, bw, bh) = a.unbind(-1), b.unbind(-1)
    left, right = torch.maximum(ax - aw / 2, bx - bw / 2), torch.minimum(ax + aw / 2, bx + bw / 2)
    top, bottom = torch.maximum(ay - ah / 2, by - bh / 2), torch.minimum(ay + ah / 2, by + bh / 2)
    shared = (right - left).clamp(0) * (bottom - top).clamp(0)
    iou = shared / (aw * ah + bw * bh - shared + tiny)
    wide = torch.maximum(ax + aw / 2, bx + bw / 2) - torch.minimum(ax - aw / 2, bx - bw / 2)
    high = torch.maximum(ay + ah / 2, by + bh / 2) - torch.minimum(ay - ah / 2, by - bh / 2)
    apart = ((ax - bx) ** 2 + (ay - by) ** 2) / (wide**2 + high**2 + tiny)
    proportions = 4 / math.pi**2 * (torch.atan(bw / (bh + tiny)) - torch.atan(aw / (ah + tiny))) ** 2
    with torch.no_grad():
        weight = proportions / (proportions - iou + 1 + tiny)
    return iou - apart - weight * proportions
