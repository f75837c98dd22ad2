"""The lane, name, colour and unit of each sensor in the live plots."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...core.analysis.gpu_telemetry import POWER_CAP, THROTTLE_BITS
from ...core.records.machine import Machine, sensor_numbers
from ...core.words.language import _
from ..theme.palette import Theme
from ..words import text

UTILISATION, CORES, MEMORY = "utilisation", "cores", "memory"
POWER, CLOCK, TEMPERATURE, SLOWED = "power", "clock", "temperature", "slowed"
LANES = (UTILISATION, CORES, MEMORY, POWER, CLOCK, TEMPERATURE, SLOWED)
"""From top to bottom."""
TOPS = {UTILISATION: 100.0, CORES: 100.0, TEMPERATURE: 100.0}
"""The upper ends of axes that do not follow the curves."""
THICKNESS = {CORES: 1.0, SLOWED: 6.0}
"""The thickness of lines in pixels, where it is not two."""
UNITS = {UTILISATION: "%", CORES: "%", POWER: "W", CLOCK: "MHz", TEMPERATURE: "°C"}
CPU = {
    "cpu.total": UTILISATION,
    "cpu.own": UTILISATION,
    "cpu.others": UTILISATION,
    "memory.used": MEMORY,
    "memory.own": MEMORY,
    "cpu.clock": CLOCK,
    "cpu.temperature": TEMPERATURE,
}
CORE = "cpu.core."
NUMBER = re.compile("[0-9]{1,4}")
"""The number of a core or a GPU in a key; a file from elsewhere may have any key."""
GPU = {
    "utilization": UTILISATION,
    "memory": MEMORY,
    "power": POWER,
    "sm_clock": CLOCK,
    "temperature": TEMPERATURE,
}
"""The lane of a GPU's sensor by the last part of its key, as in gpu.0.power."""
THROTTLE = ".throttle"
"""The end of the key of a GPU's throttling; its value is a bit mask of causes."""
CAUSES = {cause: sum(bit for bit, same in THROTTLE_BITS.items() if same == cause) for cause in THROTTLE_BITS.values()}
"""What slows a GPU down, and the bits of that mask that stand for it."""
Colour = Callable[[Theme], str]


@dataclass(frozen=True, slots=True)
class Sensor:
    """How a sensor is drawn: its lane, the name and colour of its curve, and its values divided by `scale`."""

    lane: str
    name: str
    colour: Colour
    write: Callable[[float], str]
    scale: float = 1.0


def sensor(key: str, machine: Machine | None) -> Sensor | None:
    """How the sensor of a sample's key is drawn; None where it is not."""
    room, number, last = _parts(key)
    if key.startswith(CORE):
        return Sensor(CORES, last, _cycled(int(last)), _writer(CORES)) if NUMBER.fullmatch(last) else None
    lane = GPU.get(last) if room == "gpu" and NUMBER.fullmatch(number) else CPU.get(key)
    if lane is None:
        return None
    scale = _unit()[0] if lane == MEMORY else 1.0
    if room == "gpu":
        return Sensor(lane, _gpu(number, machine), _gpu_colour(int(number)), _writer(lane), scale)
    names = {
        "cpu.total": _("whole processor"),
        "cpu.own": _("this training"),
        "cpu.others": _("other programs"),
        "memory.used": _("in use, all programs"),
        "memory.own": _("this training"),
    }
    colours: dict[str, Colour] = dict.fromkeys(("cpu.total", "memory.used"), _total)
    colours["cpu.others"] = lambda theme: theme.others
    return Sensor(lane, names.get(key, text.device(machine, "cpu")), colours.get(key, _first), _writer(lane), scale)


def cause(key: str, code: str, machine: Machine | None) -> Sensor:
    """How one cause of a GPU's throttling is drawn; `key` is that of the mask."""
    names = {
        "power-limit": _("power limit"),
        "hardware": _("hardware slowdown"),
        "heat": _("heat"),
        "power-brake": _("power brake"),
    }
    name = names.get(code, code)
    if machine and len(machine.gpus) > 1:
        name = f"{_gpu(key.split('.')[1], machine)}: {name}"
    return Sensor(SLOWED, name, _total if code == POWER_CAP else _fault, str)


def missing(silent: Mapping[str, str], machine: Machine | None) -> str:
    """One line about the sensors that GPUs do not report, with the reasons; empty where all of them answer."""
    lanes: dict[tuple[str, str], list[str]] = {}
    for key, why in silent.items():
        _room, number, last = _parts(key)
        if lane := SLOWED if f".{last}" == THROTTLE else GPU.get(last):
            lanes.setdefault((number, why), []).append(lane)
    gpus: dict[tuple[str, str], list[str]] = {}
    for (number, why), found in sorted(lanes.items()):
        sensors = ", ".join(name(lane) for lane in LANES if lane in found)
        gpus.setdefault((sensors, why), []).append(_gpu(number, machine))
    said = text.words.stored
    return "; ".join(f"{', '.join(names)} · {sensors}: {said(why)}" for (sensors, why), names in gpus.items())


def _parts(key: str) -> tuple[str, str, str]:
    """The device, number and quantity of a sample's key: gpu.0.power -> gpu, 0, power. A file may have any key."""
    device, *rest = key.split(".")
    return device, ".".join(rest[:-1]), rest[-1] if rest else ""


def name(lane: str) -> str:
    """The name of a lane."""
    return {
        UTILISATION: _("Utilisation"),
        CORES: _("Each core"),
        MEMORY: _("Memory"),
        CLOCK: _("Clock"),
        TEMPERATURE: _("Temperature"),
        POWER: _("Power"),
        SLOWED: _("GPU slowed down by"),
    }[lane]


def title(lane: str) -> str:
    """The heading of a lane: its name and unit."""
    unit = _unit()[1] if lane == MEMORY else UNITS.get(lane)
    return f"{name(lane)} · {unit}" if unit else name(lane)


def colour(device: str, machine: Machine | None) -> Colour:
    """The colour of a torch device: the first for the processor, and for a GPU the colour of its sensors.

    torch and NVML may number the GPUs differently: they are matched by UUID or bus address.
    """
    if device == "cpu":
        return _first
    number = machine.sensor_index(device) if machine else None
    digits = "".join(c for c in device if c.isdigit())
    return _gpu_colour(int(digits or 0) if number is None else number)


def _writer(lane: str) -> Callable[[float], str]:
    """The function that writes a lane's values in the legend."""
    if lane == MEMORY:
        unit = _unit()[1]
        return lambda value: f"{text.words.write(value, '.1f')} {unit}"
    unit = UNITS[lane]
    return lambda value: f"{text.words.write(value)} {unit}"


def _unit() -> tuple[float, str]:
    """The unit of memory: its bytes and its name."""
    return (1e9, "GB") if text.words.decimal_memory else (2.0**30, "GiB")


def _first(theme: Theme) -> str:
    return theme.curves[0]


def _total(theme: Theme) -> str:
    return theme.total


def _fault(theme: Theme) -> str:
    return theme.bad


def _cycled(index: int) -> Colour:
    return lambda theme: theme.curves[index % len(theme.curves)]


def _gpu_colour(index: int) -> Colour:
    return lambda theme: theme.curves[1 + index % (len(theme.curves) - 1)]


def _gpu(number: str, machine: Machine | None) -> str:
    gpus = machine.gpus if machine else ()
    there = NUMBER.fullmatch(number) and int(number) < len(gpus)
    other = sensor_numbers(machine.adapters).get(int(number)) if machine and NUMBER.fullmatch(number) else None
    if other and not there:
        return other.name
    known = gpus[int(number)].readings.get("gpu.name") if there else None
    if not (known and known.value):
        return _("GPU {number}").format(number=number)
    return f"{known.value} ({number})" if len(gpus) > 1 else str(known.value)
