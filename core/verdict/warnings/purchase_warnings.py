"""What a buyer should know before paying. Each warning has a stated test and says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analysis import gpu_telemetry
from ...analysis.engine_fit import last_torch_for, version_numbers, version_text
from ...analysis.gpu_usability import broken_links
from ...analysis.roofline import timing_rates
from ...analysis.sustained_speed import THROTTLED_RATIO, sustained_speed
from ...records.machine import DRAINING, Gpu, Machine, Sample, TorchDevice
from ...records.result import Run
from ...records.verdict import Reason
from ...reference.gpu_names import distinguishing_words
from ...reference.hardware_tables import GpuModel as Known
from ...reference.hardware_tables import torch_builds
from ...words.writer import reason
from .part_warnings import LINK_SHARE, channels_are_known, link_warning, part_warnings

POWER_SHARE = 0.75
"""Share of the GPU's largest power limit. Laptops with the same GPU are sold with half to all of it; below this, it is
clearly slower."""
HEALTH_PERCENT = 80.0
"""Makers call a battery worn below this per cent of its design capacity."""
MIN_FREE_SHARE = 0.75
"""Share of the GPU's memory that should be free: a desktop and this program's context take a few hundred MB."""
EXPECTED_SHARE = 0.5
"""Share of the table's TFLOP/s that a single-precision matrix product has to reach. A card that runs as it should
reaches 60 to 95 %. For laptops the table has the figure at base power."""
ONE_CHANNEL_BYTES_PER_S = 25e9
"""A copy at less than this hints at a single memory channel. One channel of DDR4-3200 carries 25.6 GB/s at best, two
51.2, one of DDR5-4800 38.4; a copy reaches about 70 to 85 % of that."""
UNDER_LOAD = ("train", "job", "soak", "tune", "sweep")
"""Tasks that keep the processor busy all the time."""
STUCK_SHARE = 0.5
"""Share of the base clock that nine of ten samples stay below where something holds the clock down, such as an alarm of
the board (BD PROCHOT). Power limits alone cost less."""
HEAT_MARGIN_C, HEAT_SHARE = 2.0, 0.05
"""Degrees to the temperature at which a processor slows itself down, and the share of the time spent so near."""
CORES_WITH_TWO_CHANNELS = 4
"""Processors of laptops and desktops with this many physical cores or more have at least two memory channels."""


def purchase_warnings(
    machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample], known: Sequence[Known]
) -> list[Reason]:
    """Everything that a seller may not mention; empty if nothing was found. `known`: the table of GPUs."""
    found = [*_power_source(machine), *_processor(machine, runs, telemetry)]
    for index, gpu in enumerate(machine.gpus):
        found += _of_gpu(machine, gpu, index, runs, telemetry, known)
    found += broken_links(machine)
    found += [c for run in runs for c in _not_sustained(run)]
    found += _one_channel(machine, runs)
    found += part_warnings(machine, runs, telemetry)
    return found


def _power_source(machine: Machine) -> Iterator[Reason]:
    if machine.value("power.source") == "battery":
        yield reason("catch-battery")
    if machine.value("power.source") == DRAINING:
        yield reason("catch-draining")
    health = machine.value("power.battery_health")
    if isinstance(health, int | float) and health < HEALTH_PERCENT:
        yield reason("catch-worn", percent=float(health))


def _processor(machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample]) -> Iterator[Reason]:
    """A clock that stays far below the base clock under load, and the temperature at which a processor slows down."""
    busy = [r for r in runs if r.plan.device == "cpu" and r.task in UNDER_LOAD]
    during = [s for s in telemetry if any(r.started <= s.t <= r.ended for r in busy)]
    clocks = sorted(v for s in during if (v := s.values.get("cpu.clock_highest")) is not None)
    base = machine.value("cpu.base_clock")
    if clocks and isinstance(base, int | float) and (highest := clocks[len(clocks) * 9 // 10]) < STUCK_SHARE * base:
        yield reason("catch-clock", clock=round(highest), wanted=round(base))
    margins = [v for s in during if (v := s.values.get("cpu.margin")) is not None]
    hot = sum(v <= HEAT_MARGIN_C for v in margins) / len(margins) if margins else 0.0
    if hot >= HEAT_SHARE:
        yield reason("catch-throttles", percent=100 * hot)


def _of_gpu(
    machine: Machine, gpu: Gpu, index: int, runs: Sequence[Run], telemetry: Sequence[Sample], known: Sequence[Known]
) -> Iterator[Reason]:
    name = str(gpu.value("gpu.name") or "the GPU")
    device = next((d for d in machine.torch.devices if gpu.is_device(d)), None) if machine.torch else None
    limit, most = _limit(gpu, index, telemetry), _number(gpu, "gpu.power_limit_max")
    if limit and most and limit < POWER_SHARE * most:
        code = "catch-power-boost" if _lacks_boost(machine, gpu) else "catch-power"
        yield reason(code, device=name, watts=limit, most=round(most), percent=100 * limit / most)
    free, total = _number(gpu, "gpu.memory_free"), _number(gpu, "gpu.memory_total")
    if free is not None and total and free < MIN_FREE_SHARE * total:
        yield reason("catch-memory", device=name, has=int(free), need=int(total))
    capability = version_numbers(gpu.value("gpu.capability"))
    if last := last_torch_for(capability, torch_builds()):
        yield reason("catch-last-torch", device=name, capability=version_text(capability), version=last)
    external = any(adapter.external for adapter in machine.adapters if adapter.pci and adapter.pci == gpu.pci)
    yield from _link(gpu, name, index, runs, telemetry, external)
    if device:
        yield from _slower(name, device, runs, known)


def _link(
    gpu: Gpu, name: str, index: int, runs: Sequence[Run], telemetry: Sequence[Sample], external: bool
) -> Iterator[Reason]:
    """A PCIe link that, while the GPU worked, never had more than `LINK_SHARE` of its full bandwidth."""
    during = [s for s in telemetry if any(r.plan.device != "cpu" and r.started <= s.t <= r.ended for r in runs)]
    seen = gpu_telemetry.fastest_pcie_link(during, index)
    own = _number(gpu, "gpu.pcie_generation_own") or _number(gpu, "gpu.pcie_generation_max")
    lanes = _number(gpu, "gpu.pcie_width_max")
    if not (seen and own and lanes):
        return
    here = gpu_telemetry.pcie_bandwidth(*seen)
    if here <= LINK_SHARE * gpu_telemetry.pcie_bandwidth(int(own), int(lanes)):
        yield link_warning(name, seen, external)


def _slower(name: str, device: TorchDevice, runs: Sequence[Run], known: Sequence[Known]) -> Iterator[Reason]:
    """The measured matrix product against the table's figure for this name, that of the slowest variant."""
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
    """Too little memory bandwidth for a processor of this class. Virtual machines are left out, as they share it."""
    cores = machine.value("cpu.physical_cores")
    copies = timing_rates(runs, "copy", "cpu").values()
    real = machine.value("host.virtual") == "none"
    if channels_are_known(machine):
        return
    if not (copies and real and isinstance(cores, int) and cores >= CORES_WITH_TWO_CHANNELS):
        return
    if max(copies) < ONE_CHANNEL_BYTES_PER_S:
        yield reason("catch-channel", gigabytes=max(copies) / 1e9, cores=cores)


def _limit(gpu: Gpu, index: int, telemetry: Sequence[Sample]) -> float | None:
    """The GPU's power limit in watts: the highest one seen, as it may change during a run (Dynamic Boost)."""
    seen = [v for s in telemetry if (v := s.values.get(f"gpu.{index}.power_limit")) is not None]
    return max(seen, default=None) or _number(gpu, "gpu.power_limit")


def _lacks_boost(machine: Machine, gpu: Gpu) -> bool:
    """Whether a laptop's GPU stays at its default limit for want of the service that raises it, see probes/power.py."""
    limit, usual = _number(gpu, "gpu.power_limit"), _number(gpu, "gpu.power_limit_default")
    mobile = machine.value("power.battery") is not None
    return mobile and limit == usual and machine.value("power.dynamic_boost") is False


def _number(gpu: Gpu, key: str) -> float | None:
    value = gpu.value(key)
    return float(value) if isinstance(value, int | float) else None
