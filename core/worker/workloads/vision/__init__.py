"""Networks for images and volumes, and those of a check, by name."""

from __future__ import annotations

from ..blueprint import Blueprint
from .convnext import CONVNEXT_TINY
from .efficientnet import EFFICIENTNET_B0
from .mobilenet import MOBILENET_V2, MOBILENET_V3_LARGE
from .nnunet import NNUNET_2D, NNUNET_3D
from .residual import MLP_JOB, RESNET18_JOB, RESNET50_JOB, TRANSFORMER_JOB, VGG16_JOB
from .ssd import SSD300_RESNET50, SSD300_VGG16
from .unet_2d import UNET_2D
from .unet_3d import UNET_3D
from .vision_transformer import VIT_B_16, VIT_SMALL, VIT_TINY
from .yolo import YOLOV5N, YOLOV5S

VISION: dict[str, Blueprint] = {
    "resnet18": RESNET18_JOB,
    "resnet50": RESNET50_JOB,
    "vgg16": VGG16_JOB,
    "mlp": MLP_JOB,
    "transformer": TRANSFORMER_JOB,
    "efficientnet-b0": EFFICIENTNET_B0,
    "mobilenet-v2": MOBILENET_V2,
    "mobilenet-v3-large": MOBILENET_V3_LARGE,
    "convnext-tiny": CONVNEXT_TINY,
    "vit-tiny-16": VIT_TINY,
    "vit-small-16": VIT_SMALL,
    "vit-base-16": VIT_B_16,
    "ssd300-vgg16": SSD300_VGG16,
    "ssd300-resnet50": SSD300_RESNET50,
    "yolov5n": YOLOV5N,
    "yolov5s": YOLOV5S,
    "unet-2d": UNET_2D,
    "unet-3d": UNET_3D,
    "nnunet-2d": NNUNET_2D,
    "nnunet-3d": NNUNET_3D,
}
