"""Which sensor is drawn in which lane, under which name and in which colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..core.model import Machine
from . import text
from .text import tr
from .theme import Theme

UTILISATION, CLOCK, TEMPERATURE, POWER = "utilisation", "clock", "temperature", "power"
TOPS = {UTILISATION: 100.0, TEMPERATURE: 100.0}
"""Lanes whose axis does not follow the curves."""
CPU = {
    "cpu.total": UTILISATION,
    "cpu.own": UTILISATION,
    "cpu.others": UTILISATION,
    "cpu.clock": CLOCK,
    "cpu.temperature": TEMPERATURE,
}
GPU = {"utilization": UTILISATION, "sm_clock": CLOCK, "temperature": TEMPERATURE, "power": POWER}
"""By the last part of the key: gpu.0.power."""
WRITE: dict[str, Callable[[float], str]] = {
    UTILISATION: "{:.0f} %".format,
    CLOCK: "{:,.0f} MHz".format,
    TEMPERATURE: "{:.0f} °C".format,
    POWER: "{:.0f} W".format,
}
Colour = Callable[[Theme], str]


@dataclass(frozen=True, slots=True)
class Sensor:
    """How one key of a sample is shown."""

    lane: str
    name: str
    colour: Colour
    write: Callable[[float], str]


def sensor(key: str, machine: Machine | None) -> Sensor | None:
    """The place of a key; None where it has none."""
    room, number, last = key.split(".", 2) if key.count(".") > 1 else (*key.split(".", 1), "")
    lane = GPU.get(last) if room == "gpu" else CPU.get(key)
    if lane is None:
        return None
    if room == "gpu":
        return Sensor(lane, _gpu(number, machine), _gpu_colour(int(number)), WRITE[lane])
    names = {
        "cpu.total": tr("processor in all"),
        "cpu.own": tr("this training"),
        "cpu.others": tr("other programs"),
    }
    colours: dict[str, Colour] = {"cpu.total": lambda theme: theme.total, "cpu.others": lambda theme: theme.others}
    return Sensor(lane, names.get(key, text.device(machine, "cpu")), colours.get(key, _first), WRITE[lane])


def title(lane: str) -> str:
    """The heading of a lane."""
    return {
        UTILISATION: tr("Utilisation · %"),
        CLOCK: tr("Clock · MHz"),
        TEMPERATURE: tr("Temperature · °C"),
        POWER: tr("Power · W"),
    }[lane]


def colour(device: str, machine: Machine | None) -> Colour:
    """The colour of a torch device: the processor has the first; a GPU has the same one as its sensors.

    torch and NVML may count the GPUs differently, so it is the UUID that tells which is which.
    """
    if device == "cpu":
        return _first
    known = machine.torch.devices if machine and machine.torch else ()
    uuid = next((d.uuid for d in known if d.id == device), "")
    gpus = machine.gpus if machine else ()
    same = [index for index, gpu in enumerate(gpus) if uuid and gpu.uuid == uuid]
    digits = "".join(c for c in device if c.isdigit())
    return _gpu_colour(same[0] if same else int(digits or 0))


def _first(theme: Theme) -> str:
    return theme.curves[0]


def _gpu_colour(index: int) -> Colour:
    return lambda theme: theme.curves[1 + index % (len(theme.curves) - 1)]


def _gpu(number: str, machine: Machine | None) -> str:
    gpus = machine.gpus if machine else ()
    name = gpus[int(number)].readings.get("gpu.name") if int(number) < len(gpus) else None
    return str(name.value) if name and name.value else tr("GPU {number}").format(number=number)
