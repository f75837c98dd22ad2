"""DCGAN for images of 64 pixels (Radford et al. 2015): two networks that are trained against each other."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint

CHANNELS, SIZE, NOISE = 3, 64, 100
"""Of the images, their side in pixels, and the random numbers that an image is made from."""
WIDTHS = (64, 128, 256, 512)


class Dcgan(nn.Module):
    """Generator (3,576,704 parameters): noise (batch, 100, 1, 1) -> images (batch, 3, 64, 64). Discriminator
    (2,765,568): images -> (batch, 1, 1, 1), large where it takes the image for a real one.

    The sigmoid after the discriminator is in the loss, as mixed precision wants it.
    """

    def __init__(self) -> None:
        super().__init__()
        generator: list[nn.Module] = []
        channels, shape = NOISE, (4, 1, 0)
        for width in reversed(WIDTHS):
            larger = nn.ConvTranspose2d(channels, width, *shape, bias=False)
            generator += [larger, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels, shape = width, (4, 2, 1)
        self.generator = nn.Sequential(
            *generator, nn.ConvTranspose2d(channels, CHANNELS, *shape, bias=False), nn.Tanh()
        )
        discriminator: list[nn.Module] = []
        channels = CHANNELS
        for width in WIDTHS:
            discriminator.append(nn.Conv2d(channels, width, 4, 2, 1, bias=False))
            if channels != CHANNELS:
                discriminator.append(nn.BatchNorm2d(width))
            discriminator.append(nn.LeakyReLU(0.2, inplace=True))
            channels = width
        self.discriminator = nn.Sequential(*discriminator, nn.Conv2d(channels, 1, 4, 1, 0, bias=False))


def dcgan(_workload: Workload) -> nn.Module:
    """Both networks; the size of the images is fixed."""
    return Dcgan()


def _batch(_workload: Workload, count: int) -> Batch:
    """Images (count, 3, 64, 64) and noise (count, 100, 1, 1)."""
    return torch.randn(count, CHANNELS, SIZE, SIZE), torch.randn(count, NOISE, 1, 1)


def adversarial_loss(_workload: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """Binary cross entropy of the discriminator on real and on made images, and of the generator that is judged by it.

    Usually the discriminator is updated before the generator. Here one backward pass goes through all three losses:
    that is the arithmetic of a real step to the last product, as there, too, the discriminator's gradients of the
    generator's loss are computed and thrown away. The weights learn something else, and the discriminator's activations
    of all three are kept at once.
    """
    images, noise = batch
    generator, discriminator = network.get_submodule("generator"), network.get_submodule("discriminator")
    made = generator(noise)
    on_real, on_made, judged = discriminator(images), discriminator(made.detach()), discriminator(made)
    discriminating = _cross_entropy(on_real, 1.0) + _cross_entropy(on_made, 0.0)
    return discriminating + _cross_entropy(judged, 1.0)


def _cross_entropy(judgement: Tensor, real: float) -> Tensor:
    return functional.binary_cross_entropy_with_logits(judgement, torch.full_like(judgement, real))


DCGAN = Blueprint(dcgan, _batch, adversarial_loss)
