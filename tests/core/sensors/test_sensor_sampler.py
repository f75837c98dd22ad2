"""The live sensors: exact shares from made-up counters, and a real worker that really computes."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from rigdyno.core.records.machine import Sample
from rigdyno.core.sensors import linux_sensors, processor_load, sensor_sampler
from rigdyno.core.sensors.processor_load import CoreTimes, ProcessorTimes, ProcessTree, usage_between
from rigdyno.core.sensors.sensor_sampler import SensorSampler

RATES = ("cpu.total", "cpu.own", "cpu.app", "cpu.others", "cpu.steal", "cpu.core.0")

BURNER = """
import sys, time
for _ in sys.stdin:
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    print(flush=True)
"""
"""Burns 0.1 s of processor time for each line that it is told, and says when it has."""

PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURNER!r}])
"""
"""Does nothing itself; its child is the burner."""


GRANDPARENT = PARENT.replace(repr(BURNER), repr(PARENT))


@pytest.fixture(params=[BURNER, PARENT, GRANDPARENT], ids=["itself", "its child", "its grandchild"])
def worker(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", request.param], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def burn(worker: subprocess.Popen[str]) -> None:
    """Make it compute for 0.1 s, and wait for that."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write("\n")
    worker.stdin.flush()
    worker.stdout.readline()


def looked(*cores: tuple[float, float, float], app: float = 0.0) -> ProcessorTimes:
    """Counters of cores as (busy, idle, steal) seconds."""
    return ProcessorTimes(tuple(CoreTimes(busy + idle + steal, busy, steal) for busy, idle, steal in cores), app, 0.0)


# --- shares ----------------------------------------------------------------------------------------------------------


def test_shares_of_one_interval() -> None:
    before = looked((10, 50, 1), (20, 40, 1), app=3.0)
    after = looked((10.75, 50.25, 1), (20.25, 40.5, 1.25), app=3.1)  # one second on two cores
    told = usage_between(before, after, own_s=0.5)
    assert told == {
        "cpu.total": pytest.approx(50),
        "cpu.core.0": pytest.approx(75),
        "cpu.core.1": pytest.approx(25),
        "cpu.own": pytest.approx(25),
        "cpu.app": pytest.approx(5),
        "cpu.others": pytest.approx(20),
        "cpu.steal": pytest.approx(12.5),
    }


def test_an_unknown_own_share_does_not_become_the_others() -> None:
    told = usage_between(looked((0, 0, 0)), looked((1, 0, 0)), own_s=None)
    assert (told["cpu.total"], told["cpu.own"], told["cpu.others"]) == (100, None, None)


def test_others_are_never_negative() -> None:
    # A process's own count is finer than the machine's ticks, and may run ahead of them.
    assert usage_between(looked((0, 0, 0)), looked((0.5, 0.5, 0)), own_s=0.6)["cpu.others"] == 0


def test_idle_time_that_runs_backwards() -> None:
    told = usage_between(looked((5, 5, 5)), looked((4.99, 6, 4.99)), own_s=0.0)
    assert (told["cpu.total"], told["cpu.steal"]) == (0, 0)


def test_no_time_between_the_looks() -> None:
    assert set(usage_between(looked((5, 5, 0)), looked((5, 5, 0)), own_s=0.0).values()) == {None}


@pytest.mark.faults
def test_a_core_that_was_switched_on_meanwhile() -> None:
    told = usage_between(looked((5, 5, 0)), looked((6, 5, 0), (1, 0, 0)), own_s=0.0)
    assert set(told) == {*RATES, "cpu.core.1"}
    assert set(told.values()) == {None}


def test_guests_and_interrupts_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Times:  # user includes guest (Linux), system includes interrupt and dpc (Windows)
        user, nice, system, idle, iowait, irq, softirq = 4.0, 1.0, 2.0, 10.0, 3.0, 0.5, 0.5
        steal, guest, guest_nice, interrupt, dpc = 2.0, 4.0, 1.0, 1.0, 1.0

    monkeypatch.setattr(processor_load.psutil, "cpu_times", lambda percpu: [Times()] if percpu else None)
    assert processor_load.read_times().cores == (CoreTimes(total=23.0, busy=8.0, steal=2.0),)


# --- the worker ------------------------------------------------------------------------------------------------------


def test_the_time_of_a_worker_and_its_children(worker: subprocess.Popen[str]) -> None:
    family = ProcessTree(worker.pid)
    burn(worker)
    used, resident = family.usage(since=0.0)
    assert used is not None
    assert used >= 0.08  # 0.1 s, less what ticks of 10 ms may hide
    assert resident is not None
    assert resident > 1 << 20
    burn(worker)
    again, _ = family.usage(since=float("inf"))
    assert again is not None
    assert 0.08 <= again < used + 0.1  # the time since the last look, not since its start


def test_a_worker_older_than_the_last_look_is_not_guessed(worker: subprocess.Popen[str]) -> None:
    burn(worker)
    family = ProcessTree(worker.pid)
    assert family.usage(since=float("inf"))[0] is None
    assert family.usage(since=float("inf"))[0] is not None


def test_a_worker_that_ended_takes_its_count_along(worker: subprocess.Popen[str]) -> None:
    family = ProcessTree(worker.pid)
    burn(worker)
    family.usage(since=0.0)
    assert not family.ended
    assert worker.stdin is not None
    worker.stdin.close()
    worker.wait()
    assert family.usage(since=0.0) == (None, None)
    assert family.ended


# --- the sampler -----------------------------------------------------------------------------------------------------


def silent(_: Sample) -> None:
    """A listener that does not care."""


def test_rates_begin_with_the_second_sample(worker: subprocess.Popen[str]) -> None:
    times = iter((1.5, 2.5))
    sampler = SensorSampler(lambda: next(times), silent)
    burn(worker)  # so that its child is there, too, when the sampler first looks
    sampler.follow(worker.pid)
    first = sampler.sample()
    burn(worker)
    second = sampler.sample()
    assert (first.t, second.t) == (1.5, 2.5)
    assert [first.values[key] for key in RATES] == [None] * len(RATES)
    assert set(first.values) == set(second.values)
    assert (second.values["cpu.own"] or 0) > 0
    assert 0 < (second.values["cpu.total"] or 0) <= 100
    for key in ("memory.used", "memory.own"):
        assert (first.values[key] or 0) > 1 << 20


def test_nobody_watched() -> None:
    sampler = SensorSampler(lambda: 0.0, silent)
    sampler.sample()
    until = processor_load.time.process_time() + 0.1
    while processor_load.time.process_time() < until:
        pass
    values = sampler.sample().values
    assert (values["cpu.own"], values["memory.own"]) == (None, None)
    assert values["cpu.others"] is not None
    assert (values["cpu.app"] or 0) > 0


def test_the_end_of_a_worker_is_not_blamed_on_others(worker: subprocess.Popen[str]) -> None:
    sampler = SensorSampler(lambda: 0.0, silent)
    sampler.follow(worker.pid)
    sampler.sample()
    burn(worker)
    sampler.sample()
    assert worker.stdin is not None
    worker.stdin.close()
    worker.wait()
    sensor_sampler.time.sleep(0.05)  # a few ticks must pass for there to be rates at all
    ended = sampler.sample().values
    assert ended["cpu.total"] is not None
    assert (ended["cpu.own"], ended["cpu.others"], ended["memory.own"]) == (None, None, None)
    sensor_sampler.time.sleep(0.05)
    after = sampler.sample().values
    assert after["cpu.others"] is not None
    assert after["cpu.own"] is None


def test_watching_a_worker_that_never_was() -> None:
    sampler = SensorSampler(lambda: 0.0, silent)
    sampler.follow(max(psutil.pids()) + 100_000)
    assert sampler.sample().values["cpu.own"] is None


def test_a_sensor_that_dies_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    sampler, asked = SensorSampler(lambda: 0.0, silent), []
    assert sampler.sample().values["swap.used"] is not None

    def dead() -> None:
        asked.append(1)
        raise RuntimeError("unplugged")

    monkeypatch.setattr(sensor_sampler.psutil, "swap_memory", dead)
    assert sampler.sample().values["swap.used"] is None
    monkeypatch.undo()
    values = sampler.sample().values
    assert values["swap.used"] is None
    assert values["memory.used"] is not None
    assert asked == [1]


def test_the_thread_runs_from_start_to_stop() -> None:
    samples: list[Sample] = []
    third = threading.Event()

    def heard(sample: Sample) -> None:
        samples.append(sample)
        if len(samples) == 3:
            third.set()

    sampler = SensorSampler(lambda: float(len(samples)), heard, period_s=0.001)
    sampler.stop()  # before start: nothing to wait for
    sampler = SensorSampler(lambda: float(len(samples)), heard, period_s=0.001)
    sampler.start()
    sampler.start()
    assert [thread.name for thread in threading.enumerate()].count("rigdyno-telemetry") == 1
    assert third.wait(200)
    sampler.stop()
    sampler.stop()
    assert "rigdyno-telemetry" not in [thread.name for thread in threading.enumerate()]
    assert [sample.t for sample in samples] == [float(number) for number in range(len(samples))]


def test_a_listener_may_stop_it() -> None:
    stopped = threading.Event()

    def heard(_: Sample) -> None:
        sampler.stop()
        stopped.set()

    sampler = SensorSampler(lambda: 0.0, heard, period_s=0.001)
    with sampler:
        assert stopped.wait(200)


def test_quiet_load_is_what_others_use(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter((looked((0, 0, 0), app=0.0), looked((0.5, 0.5, 0), app=0.1)))
    monkeypatch.setattr(sensor_sampler, "read_times", lambda: next(looks))
    assert sensor_sampler.load_of_others(0.0) == pytest.approx(40)


def test_quiet_load_of_this_machine() -> None:
    told = sensor_sampler.load_of_others(0.1)
    assert told is not None
    assert 0 <= told <= 100


# --- where Linux keeps clocks and temperatures -----------------------------------------------------------------------


def tree(root: Path, files: dict[str, object]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{content}\n")
    return root


def test_the_hottest_package_sensor(tmp_path: Path) -> None:
    chip = "class/hwmon/hwmon3"
    tree(tmp_path, {f"{chip}/name": "coretemp", f"{chip}/temp1_label": "Package id 0", f"{chip}/temp1_input": 71000})
    tree(tmp_path, {f"{chip}/temp2_label": "CoreTimes 0", f"{chip}/temp2_input": 99000})
    tree(tmp_path, {f"{chip}/temp3_label": "Package id 1", f"{chip}/temp3_input": 74500})
    tree(tmp_path, {"class/hwmon/hwmon0/name": "nvme", "class/hwmon/hwmon0/temp1_input": 88000})
    assert SensorSampler(lambda: 0.0, silent, sysfs=tmp_path).sample().values["cpu.temperature"] == 74.5


def test_a_thermal_zone_where_there_is_no_chip(tmp_path: Path) -> None:
    tree(tmp_path, {"class/thermal/thermal_zone0/type": "acpitz", "class/thermal/thermal_zone0/temp": 99000})
    tree(tmp_path, {"class/thermal/thermal_zone1/type": "cpu-thermal", "class/thermal/thermal_zone1/temp": 48312})
    assert SensorSampler(lambda: 0.0, silent, sysfs=tmp_path).sample().values["cpu.temperature"] == 48.312


def test_each_kind_of_core_may_have_a_thermal_zone(tmp_path: Path) -> None:
    zones = (("soc-thermal", 61000), ("bigcore0-thermal", 63000), ("littlecore-thermal", 59000), ("gpu-thermal", 70000))
    for number, (kind, milli) in enumerate(zones):
        zone = f"class/thermal/thermal_zone{number}"
        tree(tmp_path, {f"{zone}/type": kind, f"{zone}/temp": milli})
    assert SensorSampler(lambda: 0.0, silent, sysfs=tmp_path).sample().values["cpu.temperature"] == 63.0


@pytest.mark.parametrize(
    ("kind", "known"),
    [("CPU-therm", True), ("cpu-0-0-usr", True), ("cpuss0-thermal", True), ("cpu-big0-thermal", True),
     ("tj-thermal", True), ("iwlwifi_1", False), ("pch_skylake", False), ("center-thermal", False),
     ("INT3400 Thermal", False)],
)  # fmt: skip
def test_zones_of_the_processor(tmp_path: Path, kind: str, known: bool) -> None:
    tree(tmp_path, {"class/thermal/thermal_zone0/type": kind, "class/thermal/thermal_zone0/temp": 55000})
    assert bool(linux_sensors.temperature_files(tmp_path)) == known


def sensor(root: Path, chip: str, *temperatures: tuple[str, int], critical: int | None = None) -> Path:
    """A chip with temperatures in thousandths of a degree, each with its label."""
    files: dict[str, object] = {"class/hwmon/hwmon0/name": chip}
    for place, (label, milli) in enumerate(temperatures, 1):
        files[f"class/hwmon/hwmon0/temp{place}_input"] = milli
        files |= {f"class/hwmon/hwmon0/temp{place}_label": label} if label else {}
        files |= {f"class/hwmon/hwmon0/temp{place}_crit": critical} if critical else {}
    return tree(root, files)


@pytest.mark.parametrize(
    ("chip", "temperatures", "celsius"),
    [
        ("k10temp", [("Tctl", 95000), ("Tdie", 68000)], 68.0),
        ("zenpower", [("Tdie", 61000), ("Tctl", 81000)], 61.0),
        ("k10temp", [("Tctl", 55000)], 55.0),  # newer processors have no other
        ("k10temp", [("Tctl", 55000), ("Tccd1", 75000)], 55.0),
        ("k10temp", [("", 4294948300)], None),
        ("k10temp", [("", 4294948300), ("", 41000)], 41.0),
        ("coretemp", [("Package id 0", 255000)], None),
        ("coretemp", [("Package id 0", -273150)], None),
        ("cpu_thermal", [("", 71000)], 71.0),
        ("cpu_thermal", [("", -5000)], -5.0),
        ("bigcore0_thermal", [("", 63000)], 63.0),
        ("soc_thermal", [("", 61000)], 61.0),
        ("cpu0_thermal", [("", 58500)], 58.5),
        ("gpu_thermal", [("", 58500)], None),
        ("amdgpu", [("edge", 58500)], None),
        ("acpitz", [("", 27800)], None),
        ("zenpower", [("Tdie", 61000), ("Tctl", 81000), ("Tccd1", 64000)], 61.0),
        ("k10temp", [("Tctl", 77500), ("Tdie", 57500), ("Tccd1", 56000), ("Tccd5", 59000)], 57.5),
        ("coretemp", [("Physical id 0", 66000), ("Core 0", 64000)], 66.0),
    ],
)
def test_temperatures_that_can_be(
    tmp_path: Path, chip: str, temperatures: list[tuple[str, int]], celsius: float | None
) -> None:
    sensor(tmp_path, chip, *temperatures)
    assert SensorSampler(lambda: 0.0, silent, sysfs=tmp_path).sample().values["cpu.temperature"] == celsius


@pytest.mark.parametrize("chip", ["coretemp", "k10temp", "zenpower"])
def test_where_a_processor_slows_itself_down_nothing_is_stopped(tmp_path: Path, chip: str) -> None:
    """At TjMax a laptop throttles; the sampler tells how near it is, and gives the guard no mark."""
    sampler = SensorSampler(lambda: 0.0, silent, sysfs=sensor(tmp_path, chip, ("Tdie", 99000), critical=100000))
    assert sampler.critical_temperatures == {}
    assert sampler.sample().values["cpu.margin"] == 1.0


def test_where_the_system_switches_off_the_guard_has_a_mark(tmp_path: Path) -> None:
    sampler = SensorSampler(lambda: 0.0, silent, sysfs=sensor(tmp_path, "cpu_thermal", ("", 99000), critical=110000))
    assert sampler.critical_temperatures == {"cpu.temperature": 110.0}
    assert "cpu.margin" not in sampler.sample().values


def test_the_clock_is_the_mean_of_a_few_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    tree(tmp_path, {f"devices/system/cpu/cpu{n}/cpufreq/scaling_cur_freq": 1_000_000 + 1000 * n for n in range(64)})
    assert len(linux_sensors.clock_files(tmp_path)) == 8
    sampler = SensorSampler(lambda: 0.0, silent, sysfs=tmp_path)
    values = sampler.sample().values
    assert 1000 <= (values["cpu.clock"] or 0) < (values["cpu.clock_highest"] or 0) <= 1063
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {7, 9})
    assert [file.parts[-3] for file in linux_sensors.clock_files(tmp_path)] == ["cpu7", "cpu9"], "others may be idle"


def test_a_clock_that_nobody_tells_is_none(tmp_path: Path) -> None:
    values = SensorSampler(lambda: 0.0, silent, sysfs=tmp_path).sample().values
    assert (values["cpu.clock"], values["cpu.temperature"]) == (None, None)
