"""What single parts of a computer lack that its data sheet does not say: memory modules, neural units, links, a Python
made for another processor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analysis.gpu_telemetry import fastest_pcie_link, pcie_bandwidth, spilled_bytes
from ...records.machine import Machine, Sample, sensor_numbers
from ...records.result import Run
from ...records.verdict import Reason
from ...words.writer import reason

LINK_SHARE = 0.5
"""Share of the bandwidth of the PCIe link that the GPU supports: half means one generation less, or half the lanes."""
SPILLED_BYTES = 512 * 2**20
"""Growth of a GPU's share of the computer's memory: what drivers keep there for copies is less."""
TRAINING = ("train", "job", "soak", "workload")
"""Tasks that must not run out of memory, as others do on purpose to find the largest batch."""


def part_warnings(machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample]) -> Iterator[Reason]:
    """All of them."""
    yield from translated_python(machine)
    yield from _memory_modules(machine)
    units = machine.value("npu.names")
    if isinstance(units, list) and units:
        yield reason("catch-npu", device=", ".join(units))
    yield from _links(machine, runs, telemetry)
    yield from _spills(machine, runs, telemetry)


def translated_python(machine: Machine) -> Iterator[Reason]:
    """A Python whose every instruction is translated: what it measures is not the computer's speed."""
    how = machine.value("host.translated")
    if isinstance(how, str) and how != "none":
        yield reason("catch-translated", detail=how)


def channels_are_known(machine: Machine) -> bool:
    """Whether the firmware tells enough of the memory's modules that nothing has to be guessed from its speed."""
    modules, channels = machine.value("memory.modules"), machine.value("memory.channels")
    return isinstance(modules, list) and (len(modules) == 1 or isinstance(channels, int))


def _memory_modules(machine: Machine) -> Iterator[Reason]:
    """One module, or several in one channel, where there is room for more. Virtual machines make their modules up."""
    modules, places = machine.value("memory.modules"), machine.value("memory.sockets")
    if not (isinstance(modules, list) and isinstance(places, int) and machine.value("host.virtual") == "none"):
        return
    if len(modules) == 1 and places > 1:
        yield reason("catch-one-module", detail=modules[0], count=places)
    elif machine.value("memory.channels") == 1 and places > len(modules) > 1:
        yield reason("catch-one-channel", count=len(modules))


def _links(machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample]) -> Iterator[Reason]:
    """Links of AMD's and Intel's GPUs that were narrow while they worked: idle GPUs narrow them to save energy."""
    for number, adapter in sensor_numbers(machine.adapters).items():
        most = adapter.pcie_generation_max, adapter.pcie_width_max
        seen = fastest_pcie_link(_while_used(machine, number, runs, telemetry), number)
        if seen and most[0] and most[1] and pcie_bandwidth(*seen) <= LINK_SHARE * pcie_bandwidth(most[0], most[1]):
            yield link_warning(adapter.name, seen, bool(adapter.external))


def link_warning(name: str, seen: tuple[int, int], external: bool) -> Reason:
    """That a GPU is connected by (generation, lanes) at best; in a box of its own no other slot would help."""
    code = "catch-external-link" if external else "catch-link"
    return reason(code, device=name, generation=seen[0], lanes=seen[1], gigabytes=pcie_bandwidth(*seen))


def _spills(machine: Machine, runs: Sequence[Run], telemetry: Sequence[Sample]) -> Iterator[Reason]:
    """GPUs whose training did not fit and was moved into the computer's memory in part."""
    totals = {n: gpu.value("gpu.memory_total") for n, gpu in enumerate(machine.gpus)}
    names = {n: gpu.name for n, gpu in enumerate(machine.gpus)}
    for n, adapter in sensor_numbers(machine.adapters).items():
        if not adapter.integrated:
            totals[n], names[n] = adapter.dedicated_memory, adapter.name
    trained = [run for run in runs if run.task in TRAINING]
    for n, total in totals.items():
        during = [_while_used(machine, n, [run], telemetry) for run in trained]
        most = max((spilled_bytes(some, n, total) for some in during if isinstance(total, int) and total), default=0.0)
        if most > SPILLED_BYTES:
            yield reason("catch-spilled", device=names[n], has=int(most))


def _while_used(machine: Machine, number: int, runs: Sequence[Run], telemetry: Sequence[Sample]) -> list[Sample]:
    """The samples from while the GPU with this number of sensors trained."""
    own = [run for run in runs if machine.sensor_index(run.plan.device) == number]
    return [s for s in telemetry if any(run.started <= s.t <= run.ended for run in own)]
