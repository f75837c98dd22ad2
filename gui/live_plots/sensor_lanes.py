"""Which sensor is drawn in which lane, under which name and in which colour."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...core.analysis.gpu_telemetry import POWER_CAP, THROTTLE_BITS
from ...core.records.machine import Machine
from ..theme.palette import Theme
from ..words import text
from ..words.text import tr

UTILISATION, CORES, MEMORY = "utilisation", "cores", "memory"
POWER, CLOCK, TEMPERATURE, SLOWED = "power", "clock", "temperature", "slowed"
LANES = (UTILISATION, CORES, MEMORY, POWER, CLOCK, TEMPERATURE, SLOWED)
"""From top to bottom."""
TOPS = {UTILISATION: 100.0, CORES: 100.0, TEMPERATURE: 100.0}
"""Lanes whose axis does not follow the curves."""
THICKNESS = {CORES: 1.0, SLOWED: 6.0}
"""Pixels of a line, where they are not two."""
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
"""Of a core or a GPU; a file from elsewhere may have any key."""
GPU = {
    "utilization": UTILISATION,
    "memory": MEMORY,
    "power": POWER,
    "sm_clock": CLOCK,
    "temperature": TEMPERATURE,
}
"""By the last part of the key: gpu.0.power."""
THROTTLE = ".throttle"
"""What ends such a key of a GPU; its value is a mask of events."""
CAUSES = {cause: sum(bit for bit, same in THROTTLE_BITS.items() if same == cause) for cause in THROTTLE_BITS.values()}
"""What slows a GPU down, and the bits of that mask that say so."""
Colour = Callable[[Theme], str]


@dataclass(frozen=True, slots=True)
class Sensor:
    """How one key of a sample is shown: in which lane, as which curve, and its values divided by `scale`."""

    lane: str
    name: str
    colour: Colour
    write: Callable[[float], str]
    scale: float = 1.0


def sensor(key: str, machine: Machine | None) -> Sensor | None:
    """The place of a key; None where it has none."""
    room, _, rest = key.partition(".")
    number, _, last = rest.rpartition(".")
    if key.startswith(CORE):
        return Sensor(CORES, last, _cycled(int(last)), _writer(CORES)) if NUMBER.fullmatch(last) else None
    lane = GPU.get(last) if room == "gpu" and NUMBER.fullmatch(number) else CPU.get(key)
    if lane is None:
        return None
    scale = _unit()[0] if lane == MEMORY else 1.0
    if room == "gpu":
        return Sensor(lane, _gpu(number, machine), _gpu_colour(int(number)), _writer(lane), scale)
    names = {
        "cpu.total": tr("processor in all"),
        "cpu.own": tr("this training"),
        "cpu.others": tr("other programs"),
        "memory.used": tr("in use in all"),
        "memory.own": tr("this training"),
    }
    colours: dict[str, Colour] = dict.fromkeys(("cpu.total", "memory.used"), _total)
    colours["cpu.others"] = lambda theme: theme.others
    return Sensor(lane, names.get(key, text.device(machine, "cpu")), colours.get(key, _first), _writer(lane), scale)


def cause(key: str, code: str, machine: Machine | None) -> Sensor:
    """How one cause of a GPU's throttling is shown; `key` is the mask's."""
    names = {
        "power-limit": tr("power limit"),
        "hardware": tr("hardware slowdown"),
        "heat": tr("heat"),
        "power-brake": tr("power brake"),
    }
    name = names.get(code, code)
    if machine and len(machine.gpus) > 1:
        name = f"{_gpu(key.split('.')[1], machine)}: {name}"
    return Sensor(SLOWED, name, _total if code == POWER_CAP else _fault, str)


def missing(silent: Mapping[str, str], machine: Machine | None) -> str:
    """Which lanes a GPU tells nothing for, and why, in one line; empty where all of them answer."""
    lanes: dict[tuple[str, str], list[str]] = {}
    for key, why in silent.items():
        room, _, last = key.rpartition(".")
        if lane := SLOWED if f".{last}" == THROTTLE else GPU.get(last):
            lanes.setdefault((room.partition(".")[2], why), []).append(lane)
    gpus: dict[tuple[str, str], list[str]] = {}
    for (number, why), found in sorted(lanes.items()):
        sensors = ", ".join(name(lane) for lane in LANES if lane in found)
        gpus.setdefault((sensors, why), []).append(_gpu(number, machine))
    return "; ".join(
        f"{', '.join(names)} · {sensors}: {text.words.translate(why)}" for (sensors, why), names in gpus.items()
    )


def name(lane: str) -> str:
    """What a lane is about."""
    return {
        UTILISATION: tr("Utilisation"),
        CORES: tr("Each core"),
        MEMORY: tr("Memory"),
        CLOCK: tr("Clock"),
        TEMPERATURE: tr("Temperature"),
        POWER: tr("Power"),
        SLOWED: tr("GPU slowed down by"),
    }[lane]


def title(lane: str) -> str:
    """The heading of a lane: its name with its unit."""
    unit = _unit()[1] if lane == MEMORY else UNITS.get(lane)
    return f"{name(lane)} · {unit}" if unit else name(lane)


def colour(device: str, machine: Machine | None) -> Colour:
    """The colour of a torch device: the processor has the first; a GPU has the same one as its sensors.

    torch and NVML may count the GPUs differently, so it is the UUID or the bus that tells which is which.
    """
    if device == "cpu":
        return _first
    number = machine.sensor_index(device) if machine else None
    digits = "".join(c for c in device if c.isdigit())
    return _gpu_colour(int(digits or 0) if number is None else number)


def _writer(lane: str) -> Callable[[float], str]:
    """How a value stands in a key."""
    if lane == MEMORY:
        unit = _unit()[1]
        return lambda value: f"{text.words.write(value, '.1f')} {unit}"
    unit = UNITS[lane]
    return lambda value: f"{text.words.write(value)} {unit}"


def _unit() -> tuple[float, str]:
    """Bytes in the unit of memory, and its name."""
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
    known = gpus[int(number)].readings.get("gpu.name") if there else None
    if not (known and known.value):
        return tr("GPU {number}").format(number=number)
    return f"{known.value} ({number})" if len(gpus) > 1 else str(known.value)
