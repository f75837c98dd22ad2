"""Published facts about hardware, from the tables under `resources/reference`; each row names its source."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from ..words.language import _

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class GpuModel:
    """One NVIDIA GPU model. `vram_gb` counts 2^30 bytes. Laptop GPUs have the figures at their base power.

    The tensor cores' peak is that of half precision with sums in single precision; None where there are none.
    """

    name: str
    segment: str
    mobile: bool
    vram_gb: float
    mem_bw_gbs: float
    fp32_tflops: float
    compute_capability: str
    tensor_fp16_dense_fp32acc_tflops: float | None = None
    tdp_w: float | None = None
    launch_year: int | None = None
    launch_price_usd_wikipedia: float | None = None
    """US dollars in the year of its launch."""
    source: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class PublishedThroughput:
    """A published training throughput, of all devices together. "FP32" is TF32 on Ampere and newer.

    Sources differ by up to a factor of 2 for the same card.
    """

    hardware: str
    num_devices: int
    device_type: str
    model: str
    precision: str
    train_images_per_s: float
    framework: str = ""
    date: str = ""
    source: str = ""
    source_url: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not (0 < self.train_images_per_s < math.inf and self.num_devices >= 0):
            raise ValueError("train_images_per_s is a number above 0, and num_devices no negative one")


@dataclass(frozen=True, slots=True)
class CloudOffer:
    """One cloud machine: its accelerators, and its on-demand price on the date `price_date`."""

    provider: str
    instance: str
    on_demand_usd_per_hour: float
    accelerator: str = ""
    accelerator_count: int = 0
    region: str = ""
    price_date: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TorchBuild:
    """A build of PyTorch by its wheel tag ("cu126", "rocm7.2", "xpu") and what it has code for, separated by ";".

    `systems`: wheel tags such as win_amd64. `capabilities`: of NVIDIA ("7.5"), architectures of other makers
    ("gfx1100"; "xe" for Intel's that PyTorch lists).
    """

    torch: str
    wheel: str
    systems: str
    capabilities: str
    source: str = ""

    @property
    def cuda(self) -> tuple[int, ...]:
        """The version of CUDA: (12, 6) for "cu126"; empty for other builds."""
        digits = self.wheel.removeprefix("cu")
        return (int(digits[:-1]), int(digits[-1])) if self.wheel.startswith("cu") and digits.isdecimal() else ()

    def has_code_for(self, capability: tuple[int, int]) -> bool:
        """Whether it has code for a GPU: binary code runs on the same major version, from its minor version on."""
        built = (tuple(map(int, pair.split("."))) for pair in self.capabilities.split(";")) if self.cuda else ()
        return any(capability[0] == major and capability[1] >= minor for major, minor in built)


@dataclass(frozen=True, slots=True)
class GpuArchitecture:
    """The architecture that a compiler knows GPUs of a maker by, for all whose names contain `name`."""

    vendor: str
    name: str
    architecture: str
    source: str = ""


@cache
def torch_builds(system: str = "linux_x86_64") -> tuple[TorchBuild, ...]:
    """The builds of PyTorch for a system, newest version first in each family; those for Linux on x86 by default.

    The newest version may be a plan: its `source` says so.
    """
    return tuple(b for b in shipped_table("torch_builds.csv", TorchBuild) if system in b.systems.split(";"))


@cache
def gpu_architectures() -> tuple[GpuArchitecture, ...]:
    """The architectures of other makers' GPUs, by name."""
    return shipped_table("gpu_architectures.csv", GpuArchitecture)


@cache
def gpu_models() -> tuple[GpuModel, ...]:
    """The known GPUs, laptop GPUs first. Variants of a card share a name, so a name may occur more than once."""
    return shipped_table("gpus.csv", GpuModel)


@cache
def published_throughputs() -> tuple[PublishedThroughput, ...]:
    """Published training throughputs of ResNet-50 and VGG16."""
    return shipped_table("train_throughput.csv", PublishedThroughput)


@cache
def cloud_offers() -> tuple[CloudOffer, ...]:
    """Cloud machines with their prices, each with its date."""
    return shipped_table("cloud_prices.csv", CloudOffer)


def parse_csv(lines: Iterable[str], kind: type[Row]) -> tuple[Row, ...]:
    """Rows of CSV text with a header line; columns without a field in `kind` are ignored, empty cells take defaults.

    Raises ValueError that names the line and the column of the first fault.
    """
    wanted: set[str] = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    reader = csv.DictReader(lines, strict=True)
    rows: list[Row] = []
    try:
        for raw in reader:
            known: dict[str, Any] = {k: v for k, v in raw.items() if k in wanted and v}
            rows.append(msgspec.convert(known, kind, strict=False))
    except (msgspec.ValidationError, csv.Error) as error:
        told = _("line {number}: {why}").format(number=reader.line_num, why=error)
        raise ValueError(told) from error
    return tuple(rows)


def shipped_table(name: str, kind: type[Row]) -> tuple[Row, ...]:
    """The rows of a table of `resources/reference`. Raises ValueError as `parse_csv` does."""
    text = (files("rigdyno.resources") / "reference" / name).read_text(encoding="utf-8")
    return parse_csv(text.splitlines(), kind)
