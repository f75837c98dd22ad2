"""Runs on another computer during a check over ssh: inspects it and samples its sensors, and writes JSON lines.

python -m rigdyno.core.sensors.remote_agent inspect          the machine, without torch python -m
rigdyno.core.sensors.remote_agent gpus             its NVIDIA GPUs, woken: [[...], note] python -m
rigdyno.core.sensors.remote_agent sample 0.25 1    a sample every 0.25 s; 1: with GPUs

"sample" writes {"t": ..., "values": {...}}, and {"silent": {...}} when sensors of a GPU have no value. It reads lines
from stdin: the process id of the worker that is being measured. It ends with its stdin, as the worker does, so nothing
stays behind when a connection breaks. Needs the standard library alone, and uses psutil and pynvml where they are
there.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from ..records.child_channel import reserve_stdout


def main(arguments: list[str]) -> int:
    """Do what the arguments say. Returns the exit code, 0."""
    os.environ.setdefault("RIGDYNO_HOME", str(Path.home()))  # nothing is written: the probe tells the free space there
    for name in ("psutil", "platformdirs"):
        if importlib.util.find_spec(name) is None:
            sys.modules[name] = _Absent(name)
    sys.stdout = reserve_stdout()  # whatever a driver's library prints goes to stderr
    task, *options = arguments
    if task == "sample":
        _sample(float(options[0]), options[1] == "1")
    elif task == "gpus":
        from ..probes import nvidia_gpus

        found, note = nvidia_gpus.gpus(wake=True)
        _say([[dataclasses.asdict(gpu) for gpu in found], note])
    else:
        from ..probes.inspect_machine import inspect

        _say(dataclasses.asdict(inspect()))
    return 0


class _Absent(ModuleType):
    """Stands in for a package that is not installed: every call raises `Error`, as for a sensor without an answer."""

    class Error(Exception):
        """The error that probes catch."""

    NoSuchProcess = AccessDenied = Error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def fails(*_: object, **__: object) -> None:
            raise self.Error(f"{self.__name__} is not installed there")

        return fails


def _sample(period_s: float, gpus: bool) -> None:
    from ..records.machine import Sample
    from .sensor_sampler import SensorSampler

    last: dict[str, str] = {}

    def tell(sample: Sample) -> None:
        nonlocal last
        if (silent := sampler.missing_reasons) != last:
            last = silent
            _say({"silent": silent})
        _say(dataclasses.asdict(sample))

    sampler = SensorSampler(time.perf_counter, tell, period_s, gpus=gpus)
    with sampler:
        for line in sys.stdin:
            sampler.follow(int(line) if line.strip().isdigit() else None)


def _say(told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
