"""What a buyer should know before paying: each catch has a stated test, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..analysis import gpu_telemetry
from ..analysis.gpu_usability import broken_links
from ..analysis.roofline import timing_rates
from ..analysis.sustained_speed import THROTTLED_RATIO, sustained_speed
from ..records.machine import Gpu, Machine, Sample, TorchDevice
from ..records.result import Run
from ..records.verdict import Reason
from ..reference.gpu_names import distinguishing_words
from ..reference.hardware_tables import GpuModel as Known
from ..words.writer import reason

POWER_SHARE = 0.75
"""Laptops of one name are sold from half to all of a GPU's power; below three quarters, speed is missing."""
HEALTH_PERCENT = 80.0
"""Makers call a battery worn below four fifths of its first capacity."""
MIN_FREE_SHARE = 0.75
"""A desktop and our own context take some hundred MB of a GPU's memory; if a quarter is gone, others have it."""
LINK_SHARE = 0.5
EXPECTED_SHARE = 0.5
"""A matrix product in single precision reaches 60 to 95 % of the table's figure on a card that runs as it should; the
table's figure of a laptop is for its base power."""
ONE_CHANNEL_BYTES_PER_S = 25e9
"""Bytes/s. One channel of DDR4-3200 carries 25.6 GB/s and two 51.2 at best, of which a copy reaches some 70 to 85 %;
one of DDR5-4800 carries 38.4."""
CORES_WITH_TWO_CHANNELS = 4
"""From so many physical cores on, processors of laptops and desktops have two channels or more."""


def purchase_warnings(
    machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample], known: Sequence[Known]
) -> list[Reason]:
    """Everything that a seller may not mention; `known` is the table of GPUs. Empty: nothing was found."""
    found = list(_power_source(machine))
    for index, gpu in enumerate(machine.gpus):
        found += _of_gpu(machine, gpu, index, runs, telemetry, known)
    found += broken_links(machine)
    found += [c for run in runs for c in _not_sustained(run)]
    found += _one_channel(machine, runs)
    return found


def _power_source(machine: Machine) -> Iterator[Reason]:
    if machine.value("power.source") == "battery":
        yield reason("catch-battery")
    health = machine.value("power.battery_health")
    if isinstance(health, int | float) and health < HEALTH_PERCENT:
        yield reason("catch-worn", percent=float(health))


def _of_gpu(
    machine: Machine, gpu: Gpu, index: int, runs: Sequence[Run], telemetry: Sequence[Sample], known: Sequence[Known]
) -> Iterator[Reason]:
    name = str(gpu.value("gpu.name") or "the GPU")
    device = next((d for d in machine.torch.devices if gpu.is_device(d)), None) if machine.torch else None
    limit, most = _limit(gpu, index, telemetry), _number(gpu, "gpu.power_limit_max")
    if limit and most and limit < POWER_SHARE * most:
        yield reason("catch-power", device=name, watts=limit, most=round(most), percent=100 * limit / most)
    free, total = _number(gpu, "gpu.memory_free"), _number(gpu, "gpu.memory_total")
    if free is not None and total and free < MIN_FREE_SHARE * total:
        yield reason("catch-memory", device=name, has=int(free), need=int(total))
    yield from _link(gpu, name, index, runs, telemetry)
    if device:
        yield from _slower(name, device, runs, known)


def _link(gpu: Gpu, name: str, index: int, runs: Sequence[Run], telemetry: Sequence[Sample]) -> Iterator[Reason]:
    """A PCIe link that never was more than half of the GPU's own while it worked. Laptops' are soldered, and narrow."""
    during = [s for s in telemetry if any(r.plan.device != "cpu" and r.started <= s.t <= r.ended for r in runs)]
    seen = gpu_telemetry.fastest_pcie_link(during, index)
    own = _number(gpu, "gpu.pcie_generation_own") or _number(gpu, "gpu.pcie_generation_max")
    lanes = _number(gpu, "gpu.pcie_width_max")
    if not (seen and own and lanes):
        return
    here = gpu_telemetry.pcie_bandwidth(*seen)
    if here <= LINK_SHARE * gpu_telemetry.pcie_bandwidth(int(own), int(lanes)):
        yield reason("catch-link", device=name, generation=seen[0], lanes=seen[1], gigabytes=here)


def _slower(name: str, device: TorchDevice, runs: Sequence[Run], known: Sequence[Known]) -> Iterator[Reason]:
    """The measured product against the table's figure for this name; of variants, the slowest is meant."""
    measured = timing_rates(runs, "peak", device.id).get("fp32")
    words = distinguishing_words(name)
    mobile = "laptop" in name.lower() or "mobile" in name.lower() or "max-q" in name.lower()
    named = [k.fp32_tflops * 1e12 for k in known if distinguishing_words(k.name) == words and k.mobile == mobile]
    if measured and named and (share := measured / min(named)) < EXPECTED_SHARE:
        yield reason("catch-slow", device=name, percent=100 * share)


def _not_sustained(run: Run) -> Iterator[Reason]:
    found = sustained_speed(run, ()) if run.task == "soak" else None
    if found and found.ratio < THROTTLED_RATIO:
        yield reason("catch-heat", device=run.plan.device, percent=100 * found.ratio, minutes=found.seconds / 60)


def _one_channel(machine: Machine, runs: Sequence[Run]) -> Iterator[Reason]:
    """A suspicion: too little bandwidth for a processor of this class. Virtual machines share theirs with others."""
    cores = machine.value("cpu.physical_cores")
    copies = timing_rates(runs, "copy", "cpu").values()
    real = machine.value("host.virtual") == "none"
    if not (copies and real and isinstance(cores, int) and cores >= CORES_WITH_TWO_CHANNELS):
        return
    if max(copies) < ONE_CHANNEL_BYTES_PER_S:
        yield reason("catch-channel", gigabytes=max(copies) / 1e9, cores=cores)


def _limit(gpu: Gpu, index: int, telemetry: Sequence[Sample]) -> float | None:
    """The limit may move while it runs (dynamic boost): the highest that was seen is the machine's."""
    seen = [v for s in telemetry if (v := s.values.get(f"gpu.{index}.power_limit")) is not None]
    return max(seen, default=None) or _number(gpu, "gpu.power_limit")


def _number(gpu: Gpu, key: str) -> float | None:
    value = gpu.value(key)
    return float(value) if isinstance(value, int | float) else None
