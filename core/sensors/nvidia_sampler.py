"""Samples the live values of NVIDIA GPUs through NVML. Each value may be missing alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..probes.nvidia_gpus import MEMORY, reason_for_missing
from ..probes.nvml_queries import Question, ask_driver, device_handles, field_values, query
from ..probes.sources.nvml_answers import Missing
from ..probes.system_sources import in_wsl

COUNTERS: dict[str, tuple[tuple[int, ...], ...]] = {
    "power-limit": ((74,),),
    "heat": ((269, 270), (75,)),
    "power-brake": ((271,),),
}
"""For each cause of slowing down, sets of NVML fields that count its nanoseconds. The fields of the first set of which
none is missing are summed.

nvml.h 2475-2482 and 2845-2849; 75 is the thermal policy of drivers before 535.
"""
_FIELDS = tuple(dict.fromkeys(number for sets in COUNTERS.values() for some in sets for number in some))
_NOTHING_NEW = (6, 0)
"""Error codes that mean "no new samples": NOT_FOUND; and SUCCESS, which the binding raises when there are none."""
SHUTDOWN = 0
"""NVML_TEMPERATURE_THRESHOLD_SHUTDOWN. Not the threshold of the slowdown, which healthy laptops reach under load."""
SHUTDOWN_LIMIT = 193
"""NVML_FI_DEV_TEMPERATURE_SHUTDOWN_TLIMIT: degrees between the shutdown and the temperature at which "margin" is 0;
negative, as the shutdown is hotter.
"""
THROTTLED = "throttled."
"""Prefix of the sensors that count the seconds for which each cause has slowed the GPU down."""


def _gauge(name: str, function: str, convert: Callable[[Any], Any], *args: Any) -> Question:
    return Question(name, ((function, args),), convert)


GAUGES = (
    _gauge("utilization", "nvmlDeviceGetUtilizationRates", lambda rates: float(rates.gpu)),
    _gauge("memory_activity", "nvmlDeviceGetUtilizationRates", lambda rates: float(rates.memory)),
    Question("memory", MEMORY, lambda memory: float(memory.used)),
    _gauge("power", "nvmlDeviceGetPowerUsage", lambda milliwatts: milliwatts / 1000),
    _gauge("power_limit", "nvmlDeviceGetEnforcedPowerLimit", lambda milliwatts: milliwatts / 1000),
    # The counter begins when the driver is loaded; a counter at 0 is one that the GPU lacks.
    _gauge("energy", "nvmlDeviceGetTotalEnergyConsumption", lambda millijoules: millijoules / 1000 or None),
    _gauge("sm_clock", "nvmlDeviceGetClockInfo", float, 1),
    _gauge("memory_clock", "nvmlDeviceGetClockInfo", float, 2),
    Question("temperature", (("nvmlDeviceGetTemperature", (0,)), ("nvmlDeviceGetTemperatureV", (0,))), float),
    _gauge("margin", "nvmlDeviceGetMarginTemperature", float),
    Question(
        "throttle",
        (("nvmlDeviceGetCurrentClocksEventReasons", ()), ("nvmlDeviceGetCurrentClocksThrottleReasons", ())),
        float,
    ),
    # An idle GPU lowers both to save energy: only values under load tell how it is connected.
    _gauge("pcie_generation", "nvmlDeviceGetCurrPcieLinkGeneration", float),
    _gauge("pcie_width", "nvmlDeviceGetCurrPcieLinkWidth", float),
)
"""Asked in every sample."""


@dataclass
class NvidiaSampler:
    """All NVIDIA GPUs. `silent`: why keys have no value, and are not asked again."""

    handles: tuple[Any, ...] = ()
    critical_temperatures: dict[str, float] = field(default_factory=dict)
    """The temperature (°C) at which each GPU switches itself off, by the key of its sensor."""
    silent: dict[str, str] = field(default_factory=dict)
    _hangs: str = ""
    _since: dict[int, int] = field(default_factory=dict)
    _ways: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    _wsl: bool = field(default_factory=in_wsl)

    def begin(self) -> None:
        """Get the handles of all GPUs. Call this, and `sample`, while NVML is open."""
        every = device_handles()
        self.handles = () if isinstance(every, Missing) else every
        for number, handle in enumerate(self.handles):
            mode, virtual = query("nvmlDeviceGetMigMode", handle), query("nvmlDeviceGetVirtualizationMode", handle)
            self._ways[number] = not isinstance(mode, Missing) and bool(mode[0]), virtual == 2
            if (limit := _critical(handle)) is not None:
                self.critical_temperatures[f"gpu.{number}.temperature"] = limit

    def names(self) -> list[str]:
        """What the GPUs are called, in their order; empty for one that does not tell."""
        told = [query("nvmlDeviceGetName", handle) for handle in self.handles]
        return ["" if isinstance(name, Missing) else str(name) for name in told]

    def sample(self, ours: Collection[int] = ()) -> dict[str, float | None]:
        """All values of all GPUs, by keys "gpu.N.name". `ours` are the process ids of the worker and its children.

        A driver that hangs is waited for once, for `PATIENCE_S`. While it hangs all values are None.
        """
        values = ask_driver(lambda: self._look(ours)) if self.handles else {}
        self._hangs = values.reason if isinstance(values, Missing) else ""
        return dict.fromkeys(self._keys()) if isinstance(values, Missing) else values

    @property
    def reasons(self) -> dict[str, str]:
        """Why keys have no value, for good or while the driver hangs."""
        return dict.fromkeys(self._keys() if self._hangs else (), self._hangs) | self.silent

    def _keys(self) -> list[str]:
        names = [*(g.key for g in GAUGES), *(THROTTLED + cause for cause in COUNTERS), "others"]
        return [f"gpu.{number}.{name}" for number in range(len(self.handles)) for name in names]

    def _look(self, ours: Collection[int]) -> dict[str, float | None]:
        values: dict[str, float | None] = dict.fromkeys(self._keys())
        for number, handle in enumerate(self.handles):
            told = {gauge.key: gauge.ask(handle) for gauge in GAUGES if not self._is_silent(number, gauge.key)}
            told |= self._throttled(number, handle)
            if not self._is_silent(number, "others"):
                told["others"] = self._others(number, handle, ours)
            if self._wsl and not told.get("utilization"):
                told.pop("utilization", None)  # in WSL it is always 0, so it is not reported
            for name, value in told.items():
                if isinstance(value, Missing):
                    ways = self._ways.get(number, (False, False))
                    self.silent[f"gpu.{number}.{name}"] = reason_for_missing(name, value, *ways, self._wsl)
                else:
                    values[f"gpu.{number}.{name}"] = value
        return values

    def _is_silent(self, number: int, name: str) -> bool:
        return f"gpu.{number}.{name}" in self.silent

    def _throttled(self, number: int, handle: Any) -> dict[str, Any]:
        """For each cause, the seconds for which it has slowed the GPU since the driver was loaded, or `Missing`."""
        wanted = [cause for cause in COUNTERS if not self._is_silent(number, THROTTLED + cause)]
        if not wanted:
            return {}
        told = dict.fromkeys(_FIELDS, handle) if isinstance(handle, Missing) else field_values(handle, _FIELDS)
        return {THROTTLED + cause: _seconds([[told[n] for n in some] for some in COUNTERS[cause]]) for cause in wanted}

    def _others(self, number: int, handle: Any, ours: Collection[int]) -> Any:
        """Per cent of the GPU that other programs used since the last sample; None where it is not known.

        In a container the driver gives the process ids of the host: unless one of them is ours, they are not
        comparable.
        """
        if isinstance(handle, Missing):
            return handle
        told = query("nvmlDeviceGetProcessUtilization", handle, self._since.get(number, 0))
        if isinstance(told, Missing):
            return None if told.code in _NOTHING_NEW else told
        self._since[number] = max((int(one.timeStamp) for one in told), default=self._since.get(number, 0))
        latest = {int(one.pid): float(one.smUtil) for one in sorted(told, key=lambda one: int(one.timeStamp))}
        if not set(ours) & latest.keys():
            return None
        return min(100.0, sum(percent for pid, percent in latest.items() if pid not in ours))


def _critical(handle: Any) -> float | None:
    """The temperature (°C) at which a GPU switches itself off; None where it is not known. Newer GPUs tell it only as a
    distance from the current temperature.
    """
    told = query("nvmlDeviceGetTemperatureThreshold", handle, SHUTDOWN)
    if not isinstance(told, Missing):
        return float(told)
    if isinstance(handle, Missing):
        return None
    now, left = (next(g for g in GAUGES if g.key == key).ask(handle) for key in ("temperature", "margin"))
    beyond = field_values(handle, [SHUTDOWN_LIMIT])[SHUTDOWN_LIMIT]
    return None if any(isinstance(v, Missing) for v in (now, left, beyond)) else float(now + left - beyond)


def _seconds(sets: Sequence[Sequence[Any]]) -> Any:
    """The sum, in seconds, of the first complete set of counters (ns); without one, the first `Missing` of the first
    set.
    """
    whole = next((some for some in sets if not any(isinstance(v, Missing) for v in some)), None)
    return next(v for v in sets[0] if isinstance(v, Missing)) if whole is None else sum(whole) / 1e9
