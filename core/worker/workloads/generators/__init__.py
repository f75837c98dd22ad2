"""Image generators, by name. A new one is one file here and one line in `GENERATORS`."""

from __future__ import annotations

from ..blueprint import Blueprint
from .dcgan import DCGAN
from .diffusion_unet import SD15_UNET, SDXL_UNET
from .flux2_transformer import FLUX2_KLEIN
from .flux_transformer import FLUX_TRANSFORMER

GENERATORS: dict[str, Blueprint] = {
    "sd15-unet": SD15_UNET,
    "sdxl-unet": SDXL_UNET,
    "flux-transformer": FLUX_TRANSFORMER,
    "flux2-klein": FLUX2_KLEIN,
    "dcgan": DCGAN,
}
