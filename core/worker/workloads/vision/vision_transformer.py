"""Vision transformers with 16x16 patches: ViT-B/16 (Dosovitskiy et al. 2020), small and tiny (Touvron et al. 2020)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Blueprint
from .image_classifier import CHANNELS, classes, image_classifier, image_size

PATCH, DEPTH, HEAD_WIDTH = 16, 12, 64
"""Side of a patch (pixels), blocks, channels of one attention head."""


class Attention(nn.Module):
    """Self-attention over all patches. Input and output: (batch, patches, width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heads = width // HEAD_WIDTH
        self.qkv, self.o_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, patches, width = x.shape
        qkv = self.qkv(x).view(batch, patches, 3, self.heads, HEAD_WIDTH).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(*qkv.unbind())
        return torch.as_tensor(self.o_proj(attended.transpose(1, 2).reshape(batch, patches, width)))


class EncoderBlock(nn.Module):
    """Attention and an MLP of four times the width, each behind a layer norm and beside a skip connection."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width, eps=1e-6), Attention(width)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return torch.as_tensor(x + self.mlp(self.norm2(x)))


class VisionTransformer(nn.Module):
    """Patches and a class token with learnt positions, `depth` blocks, and a classifier on the class token.

    Without dropout and stochastic depth, as both timm and torchvision build it. Images: (batch, 3, size, size).
    """

    def __init__(self, size: int, outputs: int, width: int, depth: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(CHANNELS, width, PATCH, PATCH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.randn(1, (size // PATCH) ** 2 + 1, width) * 0.02)
        self.blocks = nn.ModuleList(EncoderBlock(width) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, outputs)

    def forward(self, images: Tensor) -> Tensor:
        x = self.patches(images).flatten(2).transpose(1, 2)
        x = torch.cat((self.class_token.expand(len(x), -1, -1), x), dim=1) + self.positions
        for block in self.blocks:
            x = block(x)
        return torch.as_tensor(self.head(self.norm(x)[:, 0]))


def _of_width(width: int) -> Blueprint:
    def build(workload: Workload) -> nn.Module:
        return VisionTransformer(image_size(workload), classes(workload), width, workload.blocks or DEPTH)

    return image_classifier(build, ("blocks",), lambda _: DEPTH)


VIT_TINY = _of_width(192)
"""5,717,416 parameters at 1,000 classes and 224 pixels."""
VIT_SMALL = _of_width(384)
"""22,050,664 parameters."""
VIT_B_16 = _of_width(768)
"""86,567,656 parameters."""
