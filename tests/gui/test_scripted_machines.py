"""The whole program in front of every GPU that the fake driver plays: what is read, judged and shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """
import json, sys, time
from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from rigdyno.core.check import step_durations
from rigdyno.core.reference import scenarios
from rigdyno.core.records.plan import CheckPlan, Rules
from rigdyno.core.check.updates import Concluded, MachineSeen
from rigdyno.gui.shell import app, main_window
from rigdyno.gui.bridge.check_bridge import Bridge
from rigdyno.gui.bridge.user_settings import Settings
from tests.gui.builders import shown

rules = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=3)
step_durations.QUICK = dict.fromkeys(step_durations.QUICK, step_durations.Pace(rules, 0.5))
shipped = scenarios.load_rules()
few = replace(shipped, jobs=tuple(replace(j, batch=4) for j in shipped.jobs if j.model in ("mlp", "resnet18")))
scenarios.load_rules = lambda: few  # the other jobs, and whole batches, take seconds for a single step
application = QApplication([])
settings = Settings(Path(sys.argv[1]))
app.prepare(application, settings)
window = main_window.MainWindow(Bridge(), settings)
window.resize(1366, 768)
window.show()
window.show_page(main_window.CHECK)
told, beats = {}, [time.perf_counter()]
heart = QTimer()
heart.timeout.connect(lambda: beats.append(time.perf_counter()))
heart.start(10)
hear = lambda update: told.update(result=update.result) if isinstance(update, Concluded) else None
window.bridge.updated.connect(hear)


def until(done):
    while not done():
        application.processEvents()
        time.sleep(0.002)


window.bridge.inspect()
until(lambda: "Devices" in shown(window.check_page) or "PyTorch" in shown(window.check_page))
until(lambda: not window.bridge._inspecting.is_alive())
for _ in range(20):
    application.processEvents()
told["cards"] = shown(window.check_page)
plan = CheckPlan("quick", ("train", "jobs"))
window.check_page.begin(plan)
window.bridge.start(plan, 0.25)
until(lambda: "result" in told and not window.bridge.running)
told["sensors"] = sorted(name for lane in window.check_page.plots._lanes.values() for name in lane.curves)
told["missing"] = window.check_page.plots.missing.text()
window.show_page(main_window.VERDICT)
for _ in range(20):
    application.processEvents()
told["verdict"] = shown(window.verdict_page)
told["gap"] = max(b - a for a, b in zip(beats, beats[1:]))
told["result"] = msgspec.to_builtins(told["result"])
sys.stdout.write(json.dumps(told, allow_nan=False))
"""

Said = dict[str, Any]


@pytest.fixture
def played(driver, tmp_path: Path):
    """Call it with a machine: what the program says of it, from the first card to the verdict."""

    def play(machine: str, *more: str) -> Said:
        driver.play(machine, *more)
        quiet = {"VK_DRIVER_FILES": "/nowhere.json", "VK_ICD_FILENAMES": "/nowhere.json"}
        env = os.environ | driver.environment() | quiet | {"RIGDYNO_HOME": str(tmp_path / "home")}
        root = str(Path(__file__).parents[2])
        env["PYTHONPATH"] = root
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / "settings")]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=200, check=False)
        assert done.returncode == 0, done.stderr
        told: Said = json.loads(done.stdout)
        return told

    return play


SENSORS = {"utilization", "memory", "power", "sm_clock", "temperature"}
"""What every GPU of its own tells the window."""

MACHINES = {
    "rtx-4060-laptop-45w": (
        ["NVIDIA GeForce RTX 4060 Laptop GPU", "8.0 GiB", "570.86.15", "8.9", "45.0 W"],
        SENSORS | {"throttle.power-limit"},
        {"catch-power": "may take 45 of at most 115 W (39.1 %)", "catch-cpu-torch": "whl/cu126"},
    ),
    "gtx-1080-laptop": (
        ["NVIDIA GeForce GTX 1080", "8.0 GiB", "535.183.01", "6.1", "150.0 W"],
        SENSORS | {"throttle.power-limit"},
        {"catch-cpu-torch": "whl/cu126", "catch-last-torch": "PyTorch 2.14 is the last one with code for"},
    ),
    "rtx-3090": (
        ["NVIDIA GeForce RTX 3090", "24.0 GiB", "580.65.06", "8.6", "350.0 W"],
        SENSORS,
        {"catch-cpu-torch": "whl/cu130"},
    ),
    "t4": (
        ["Tesla T4", "15.0 GiB", "550.54.15", "7.5", "70.0 W"],
        SENSORS | {"throttle.power-limit", "throttle.heat"},
        {"catch-cpu-torch": "whl/cu126"},
    ),
    "a100-x8": (["NVIDIA A100-SXM4-80GB", "80.0 GiB", "400.0 W"], SENSORS, {"catch-cpu-torch": "whl/cu126"}),
    "mig": (
        ["NVIDIA A100-SXM4-40GB", "40.0 GiB", "400.0 W"],
        SENSORS - {"utilization"},
        {"catch-cpu-torch": "whl/cu126"},
    ),
    "vgpu": (
        ["NVIDIA A40-12Q", "12.0 GiB", "not reported"],
        SENSORS - {"power", "temperature"},
        {"catch-cpu-torch": "whl/cu126"},
    ),
    "warms-up": (
        ["NVIDIA GeForce RTX 4060 Laptop GPU"],
        SENSORS | {"throttle.power-limit", "throttle.heat"},
        {"catch-cpu-torch": "whl/cu126"},
    ),
    "falls-off-the-bus": (
        ["NVIDIA GeForce RTX 4060 Laptop GPU"],
        set(),  # it is lost before the check begins
        {"gpu-lost": "fallen off the bus"},
    ),
}
"""What the cards say, which of the GPU's sensors have a lane, and the catches with a part of their sentence."""


@pytest.mark.parametrize(
    "machine", [pytest.param(m, marks=[] if m == "rtx-4060-laptop-45w" else pytest.mark.slow) for m in MACHINES]
)
def test_cards_lanes_and_verdict_of_each_machine(played, cpu_torch, machine):
    facts, sensors, catches = MACHINES[machine]
    told = played(machine)
    for fact in facts:
        assert fact in told["cards"], fact
    count = 8 if machine == "a100-x8" else 1
    assert told["cards"].count("Compute capability") == count
    result = told["result"]
    assert len(result["machine"]["gpus"]) == count
    drawn = {name for name in told["sensors"] if name.startswith("gpu.")}
    assert drawn == {f"gpu.{n}.{sensor}" for n in range(count) for sensor in sensors} | extra(machine)
    found: dict[str, list[str]] = {}
    for catch in result["verdict"]["catches"]:
        found.setdefault(catch["code"], []).append(catch["sentence"])
    assert found.keys() - {"catch-channel"} == catches.keys()
    for code, part in catches.items():
        assert all(part in sentence and sentence in told["verdict"] for sentence in found[code])
    assert (result["status"], result["verdict"]["scenario"]) == ("complete", 1)
    assert {r["plan"]["device"] for r in result["runs"]} == {"cpu"}
    reported = {key for sample in result["telemetry"] for key, value in sample["values"].items() if value is not None}
    silent = {key for sample in result["telemetry"] for key in sample["values"]} - reported
    untold = {key for key in silent if key.startswith("gpu.") and not key.endswith(".others")}
    assert untold <= result["silent"].keys(), "each with its reason"
    laned = {why for key, why in result["silent"].items() if key.rpartition(".")[2] in SENSORS | {"throttle"}}
    assert all(why in told["missing"] for why in laned), "which the window says too"
    assert bool(told["missing"]) == bool(laned)


def extra(machine: str) -> set[str]:
    """A single one of eight is hot."""
    return {"gpu.5.throttle.heat"} if machine == "a100-x8" else set()


@pytest.mark.slow
def test_a_driver_that_hangs_does_not_block_the_window(played):
    told = played("rtx-4060-laptop-45w", "* hang:nvmlDeviceGetPowerUsage 30")
    assert told["gap"] < 15, "the window never waits for the driver, which hangs for 30 s each time"
    assert told["result"]["silent"]["gpu.0.power"] == "the driver does not answer"
    assert "gpu.0.power" not in told["sensors"]
    assert told["missing"].startswith("NVIDIA GeForce RTX 4060 Laptop GPU · Utilisation, Memory, Power, Clock, ")
    assert told["missing"].endswith(": the driver does not answer")
