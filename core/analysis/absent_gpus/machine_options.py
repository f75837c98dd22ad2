"""The machines that would do a job: GPUs to buy and cloud machines to rent, and in which orders they are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...records.window_statistics import MODEL_ERROR
from ...reference.gpu_names import distinguishing_words, gpus_called
from ...reference.gpu_speed import SpeedFit
from ...reference.hardware_tables import CloudOffer, GpuModel, PublishedThroughput, TorchBuild
from . import absent_job
from .absent_job import AbsentEstimate, AbsentGpu, AskedJob

Way = Literal["buy", "rent"]
FIRST_YEAR = 2018
"""GPUs of earlier years are not sold any more."""
FOR_SALE = ("laptop", "desktop", "workstation")
"""Segments that people buy; those of data centres are rented."""
MAX_AGE_YEARS = 2
"""Prices that are this much older than the newest one are left out."""
HALF = re.compile("AMP|FP16")
FORM = re.compile("pcie|sxm", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MachineOption:
    """A machine with what is known of the job on it. `price`: US dollars of the card at its launch, or of an hour;
    `money`: what the job costs at least and at most, where it is rented.
    """

    name: str
    way: Way
    gpu: AbsentGpu
    known: AbsentEstimate
    price: float | None
    price_date: str

    @property
    def money(self) -> tuple[float, float] | None:
        """Dollars of the job on a rented machine."""
        job = self.known.job
        if self.way == "buy" or self.price is None or job.low is None or job.high is None:
            return None
        return job.low / 3600 * self.price, job.high / 3600 * self.price

    @property
    def spent(self) -> float | None:
        """Dollars that one has to have: the price of a card, or the most that the job may cost."""
        return self.price if self.way == "buy" else self.money[1] if self.money else None


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of hardware: see `reference/hardware_tables`."""

    gpus: Sequence[GpuModel]
    offers: Sequence[CloudOffer]
    rates: Sequence[PublishedThroughput]
    builds: Sequence[TorchBuild]
    fit: SpeedFit


def machine_options(job: AskedJob, tables: Tables) -> list[MachineOption]:
    """All machines that have the memory for a job, perhaps after a change of it; the fastest first."""
    found = [*_to_buy(job, tables), *_to_rent(job, tables)]
    return sorted((item for item in found if item.known.done), key=lambda item: item.known.job.seconds or 0.0)


def is_usable(gpu: GpuModel, builds: Sequence[TorchBuild]) -> bool:
    """Whether a build of PyTorch has code for it."""
    major, _, minor = gpu.compute_capability.partition(".")
    return any(build.has_code_for((int(major), int(minor))) for build in builds)


def affordable(found: Sequence[MachineOption], budget: float | None, within_s: float | None) -> list[MachineOption]:
    """Those that end in time, by the middle of their range, and cost no more; without a price none is affordable."""

    def suits(item: MachineOption) -> bool:
        in_time = within_s is None or (item.known.job.seconds or 0.0) <= within_s
        return in_time and (budget is None or (item.spent is not None and item.spent <= budget))

    return [item for item in found if suits(item)]


def cheapest(found: Sequence[MachineOption], way: Way) -> list[MachineOption]:
    """The rented ones by what the job costs, or those to buy by their price; without a price they are left out."""
    priced = [(item.spent, item) for item in found if item.way == way and item.spent is not None]
    return [item for _spent, item in sorted(priced, key=lambda pair: pair[0])]


def smallest(found: Sequence[MachineOption]) -> list[MachineOption]:
    """By memory of all GPUs together, then by arithmetic: the least machine that does the job."""
    return sorted(found, key=lambda item: (item.gpu.count * item.gpu.memory, item.gpu.model.fp32_tflops))


def gpu_of_offer(offer: CloudOffer, gpus: Sequence[GpuModel]) -> GpuModel | None:
    """The GPU that an offer means. Where a name has several, machines with eight have the one for sockets (SXM), and
    smaller ones the card (PCIe).
    """
    called = gpus_called(offer.accelerator, gpus) or gpus_called(FORM.sub("", offer.accelerator), gpus)
    if not called:
        return None
    form = "SXM" if offer.accelerator_count >= 8 else "PCIe"
    return next((gpu for gpu in called if form in gpu.name), called[0])


def published_rates(
    gpu: GpuModel, count: int, rows: Sequence[PublishedThroughput], gpus: Sequence[GpuModel]
) -> list[PublishedThroughput]:
    """Rates of ResNet-50 in half precision with PyTorch that were published for so many of these GPUs."""
    return [
        row
        for row in rows
        if row.num_devices == count
        and row.model == "resnet50"
        and row.framework.startswith("PyTorch")
        and HALF.match(row.precision)
        and _is_same(row.hardware, gpu, gpus)
    ]


def _is_same(hardware: str, gpu: GpuModel, gpus: Sequence[GpuModel]) -> bool:
    """Whether a source's name of hardware means a GPU: it has all words of it, and of no GPU with more words."""
    laptop = re.search("laptop|mobile|max-q", hardware, re.IGNORECASE) is not None
    words = distinguishing_words(hardware)

    def fits(item: GpuModel) -> int:
        own = distinguishing_words(item.name)
        forms = set(map(str.lower, FORM.findall(hardware))), set(map(str.lower, FORM.findall(item.name)))
        return len(own) if own <= words and item.mobile == laptop and (forms[0] <= forms[1] or not forms[1]) else 0

    return 0 < fits(gpu) == max(map(fits, gpus))


def _to_buy(job: AskedJob, tables: Tables) -> Iterator[MachineOption]:
    seen = set()
    for model in tables.gpus:
        sold = model.segment in FOR_SALE and (model.launch_year or 0) >= FIRST_YEAR
        if sold and (model.name, model.vram_gb) not in seen and is_usable(model, tables.builds):
            seen.add((model.name, model.vram_gb))
            gpu = AbsentGpu(model)
            if known := _known(job, gpu, tables):
                price, year = model.launch_price_usd_wikipedia, model.launch_year
                yield MachineOption(model.name, "buy", gpu, known, price, str(year or ""))


def _to_rent(job: AskedJob, tables: Tables) -> Iterator[MachineOption]:
    newest = max((_year(offer) for offer in tables.offers), default=0)
    for offer in tables.offers:
        model = gpu_of_offer(offer, tables.gpus) if offer.accelerator_count else None
        if model and newest - _year(offer) < MAX_AGE_YEARS and is_usable(model, tables.builds):
            gpu = AbsentGpu(model, count=offer.accelerator_count)
            if known := _known(job, gpu, tables):
                name = f"{offer.provider} {offer.instance}"
                yield MachineOption(name, "rent", gpu, known, offer.on_demand_usd_per_hour, offer.price_date)


def _known(job: AskedJob, gpu: AbsentGpu, tables: Tables) -> AbsentEstimate | None:
    """By published rates of this hardware where there are some, else scaled."""
    known = absent_job.estimate(job, gpu, tables.fit)
    rows = published_rates(gpu.model, gpu.count, tables.rates, tables.gpus)
    seconds = absent_job.published_range(job, gpu, rows)
    return absent_job.by_published(known, job, seconds, MODEL_ERROR) if known and seconds else known


def _year(offer: CloudOffer) -> int:
    """The latest year in the date of a price; 0 without one."""
    return max(map(int, re.findall(r"20\d\d", offer.price_date)), default=0)
