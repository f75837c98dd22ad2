"""The temperature guard: near its critical mark a run ends, is told with its numbers, and keeps what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rigdyno.core.check.check import Check
from rigdyno.core.records.machine import Sample
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.sensors import linux_sensors, temperature_guard
from rigdyno.core.sensors.sensor_sampler import SensorSampler
from rigdyno.core.sensors.temperature_guard import FOR_S, MARGIN_C, TemperatureGuard
from rigdyno.core.session.local_computer import LocalComputer
from rigdyno.core.words.writer import english

MARKS = {"cpu.temperature": 100.0, "gpu.0.temperature": 105.0}


def looks(values: list[float | None], key: str = "cpu.temperature", marks: dict[str, float] = MARKS) -> list[str]:
    """What is said of these values, one every half second."""
    guard = TemperatureGuard()
    return [guard.check(Sample(t / 2, {key: value}), marks) for t, value in enumerate(values)]


def test_a_run_ends_after_three_seconds_near_the_mark():
    count = int(2 * FOR_S)
    said = looks([70, 97.9, *[100 - MARGIN_C] * (count + 1)])
    assert said == ["", "", *[""] * count, "CPU 98 °C / 100 °C"]
    assert looks([104.0] * (count + 1), "gpu.0.temperature")[-1] == "GPU 0 104 °C / 105 °C"


@pytest.mark.parametrize(
    "values", [[99.0, 99, 99, 99, 97.5] * 5, [99, 99, None, 97, None] * 5, [97.9] * 30, [None] * 30], ids=range(4)
)
def test_a_burst_is_no_reason(values):
    assert not any(looks(values))


def test_a_sensor_that_falls_silent_has_not_cooled_down():
    assert looks([99.0, None, None, None, None, None, 99.0])[-1]


@pytest.mark.parametrize("mark", [0.0, 1.0, 200.0, 65261.85, -273.15])
def test_a_mark_that_cannot_be_is_none(mark, tmp_path):
    assert not any(looks([99.0] * 20, marks={"cpu.temperature": mark}))
    assert linux_sensors.critical_temperature([sensor(tmp_path, 99, mark)]) == {}


def sensor(root: Path, celsius: float, critical: float) -> Path:
    """A sensor of the processor as the kernel shows it, with the temperature at which the system switches off."""
    chip = root / "class/hwmon/hwmon2"
    chip.mkdir(parents=True, exist_ok=True)
    for name, value in (("name", "cpu_thermal"), ("temp1_input", round(1000 * celsius)),
                        ("temp1_crit", round(1000 * critical))):  # fmt: skip
        (chip / name).write_text(f"{value}\n")
    return chip / "temp1_input"


def test_where_linux_keeps_the_marks(tmp_path):
    sensor(tmp_path, 60, 100)
    assert SensorSampler(lambda: 0.0, lambda _: None, sysfs=tmp_path).critical_temperatures == {
        "cpu.temperature": 100.0
    }
    zone = tmp_path / "zone"
    zone.mkdir()
    for name, value in (("trip_point_0_type", "passive"), ("trip_point_0_temp", 85000), ("temp", 50000),
                        ("trip_point_1_type", "critical"), ("trip_point_1_temp", 110000)):  # fmt: skip
        (zone / name).write_text(f"{value}\n")
    assert linux_sensors.critical_temperature([zone / "temp"]) == {"cpu.temperature": 110.0}


class Hot(LocalComputer):
    """This computer, with the processor's sensor in a folder."""

    def __init__(self, sysfs: Path) -> None:
        super().__init__()
        self._sysfs = sysfs

    def sensor_watcher(self, clock, on_sample, period_s, gpus):
        return SensorSampler(clock, on_sample, period_s, gpus=gpus, sysfs=self._sysfs)


def test_a_soak_of_the_real_worker_ends_and_keeps_what_it_measured(home, tmp_path, monkeypatch):
    monkeypatch.setattr(temperature_guard, "FOR_S", 1.0)
    sensor(tmp_path, 60, 100)
    began = []

    def listen(update):
        if type(update).__name__ == "WorkerSaid" and type(update.event).__name__ == "Window":
            began.append(update)
            sensor(tmp_path, 99, 100)  # as soon as it measures

    plan = CheckPlan("custom", ("soak", "train"), ("cpu",), Plan(seconds=5, threads=1), soak_s=600)
    result = Check(plan, listen, site=Hot(tmp_path)).run()
    (run,) = result.runs  # the step after it was not begun
    assert (run.task, run.failure.code, run.failure.detail) == ("soak", "too-hot", "CPU 99 °C / 100 °C")
    assert run.windows
    assert run.ended - run.started < 300
    assert result.status == "partial"
    told = english.sentence(run.failure.code, {"detail": run.failure.detail})
    assert "near its critical temperature (CPU 99 °C / 100 °C)" in told


WATCH = """
import json, time
from rigdyno.core.sensors.temperature_guard import TemperatureGuard
from rigdyno.core.sensors.sensor_sampler import SensorSampler
guard, said = TemperatureGuard(), []
def check(sample):
    said.append(guard.check(sample, sampler.critical_temperatures))
sampler = SensorSampler(time.monotonic, check, 0.1, gpus=True)
with sampler:
    end = time.monotonic() + 200
    while not any(said) and time.monotonic() < end:
        time.sleep(0.05)
print(json.dumps([max(said), sampler.critical_temperatures]))
"""


@pytest.mark.parametrize(
    ("told", "mark"),
    [
        (["0 threshold:0 105", "0 temperature 104"], 105.0),
        (["0 temperature 90", "0 margin -3", "0 field:193 -5", "0 type:193 5"], 92.0),
    ],
    ids=["threshold", "distance"],
)
def test_a_gpu_tells_its_mark_through_the_real_binding(driver, told, mark):
    driver.play("rtx-4060-laptop-45w", *told)
    done = subprocess.run(
        [sys.executable, "-P", "-c", WATCH], env=os.environ | driver.environment(), capture_output=True, text=True
    )
    said, marks = json.loads(done.stdout)
    assert marks["gpu.0.temperature"] == mark
    assert said == f"GPU 0 {told[0].split()[-1] if mark != 105 else 104} °C / {mark:.0f} °C"
