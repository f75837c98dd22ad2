"""The NVIDIA probe, against a fake NVML that the real pynvml loads in a child process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rigdyno.core.probes import nvidia

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fake NVML is a Linux library")

GPUS = """
import dataclasses, json, pathlib, sys
from rigdyno.core.probes import nvidia
found, note = nvidia.gpus({wake}, pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[1]))
print(json.dumps([[dataclasses.asdict(gpu) for gpu in found], note]))
"""

SAMPLE = """
import json, os
from rigdyno.core.probes import nvidia
silent = set()
with nvidia.opened() as trouble:
    handles = nvidia.handles()
    looks = [nvidia.sample(handles, silent)]
    os.environ["FAKE_NVML_ERRORS"] = "nvmlDeviceGetPowerUsage=15"
    looks.append(nvidia.sample(handles, silent))
    os.environ["FAKE_NVML_ERRORS"] = ""
    looks.append(nvidia.sample(handles, silent))
print(json.dumps([trouble, looks]))
"""

SAMPLER = """
import json, threading
from rigdyno.core.telemetry import Sampler
samples, twice = [], threading.Event()
def heard(sample):
    samples.append(sample.values)
    len(samples) == 2 and twice.set()
with Sampler(lambda: 1.0, heard, period_s=0.01, gpus={gpus}):
    assert twice.wait(60)
print(json.dumps(samples[1]))
"""

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with a new driver's, an old driver's and a broken libnvidia-ml.so.1."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler to make the fake NVML with")
    folders = {name: tmp_path_factory.mktemp(name) for name in ("new", "old", "broken")}
    (folders["broken"] / "libnvidia-ml.so.1").touch()  # hides a real one: the loader stops at the first of that name
    for name, options in (("new", []), ("old", ["-DOLD_DRIVER"])):
        made = folders[name] / "libnvidia-ml.so.1"
        source = Path(__file__).with_name("fake_nvml.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-Wall", "-Werror", *options, "-o", made, source], check=True)
    return folders


@pytest.fixture
def ask(libraries: dict[str, Path], tmp_path: Path) -> Ask:
    """Run a script in a child under one of the libraries; gives what it printed as JSON."""

    def run(script: str, library: str = "new", errors: str = "", name: str = "", **values: object) -> Any:
        env = {
            **os.environ,
            "LD_LIBRARY_PATH": str(libraries[library]),
            "FAKE_NVML_ERRORS": errors,
            "FAKE_NVML_LOG": str(tmp_path / "log"),
            "PYTHONWARNINGS": "error",
        }
        if name:
            env["FAKE_NVML_NAME"] = name
        command = [sys.executable, "-c", script.format(**values) if values else script, str(tmp_path)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def log(tmp_path: Path) -> list[str]:
    path = tmp_path / "log"
    return path.read_text().split() if path.exists() else []


def on_bus(tmp_path: Path, status: str = "active", vendor: str = "0x10de", kind: str = "0x030000") -> None:
    device = tmp_path / "bus/pci/devices/0000:01:00.0"
    (device / "power").mkdir(parents=True)
    (device / "vendor").write_text(f"{vendor}\n")
    (device / "class").write_text(f"{kind}\n")
    (device / "power/runtime_status").write_text(f"{status}\n")


def test_every_reading_of_a_gpu(ask: Ask, tmp_path: Path) -> None:
    [[gpu], note] = ask(GPUS, wake=False)
    assert note == ""
    assert (gpu["uuid"], gpu["pci"]) == ("GPU-5a6b7c8d-0000-1111-2222-333344445555", "0000:01:00.0")
    assert {key: told["value"] for key, told in gpu["readings"].items()} == {
        "gpu.name": "NVIDIA GeForce RTX 4060 Laptop GPU",
        "gpu.memory_total": 8 << 30,
        "gpu.memory_free": 7 << 30,
        "gpu.driver": "570.86.15",
        "gpu.cuda_driver": "12.8",
        "gpu.capability": "8.9",
        "gpu.power_limit": 55.0,
        "gpu.power_limit_max": 140.0,
        "gpu.power_limit_default": 80.0,
        "gpu.pcie_generation": 1,
        "gpu.pcie_width": 4,
        "gpu.pcie_generation_max": 4,
        "gpu.pcie_width_max": 8,
    }
    assert gpu["readings"]["gpu.power_limit"]["source"] == "NVML nvmlDeviceGetEnforcedPowerLimit"
    assert log(tmp_path) == ["init", "shutdown"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (3, "not supported by this GPU"),
        (15, "the GPU is lost"),
        (10, "the GPU did not answer in time"),
        (77, "NVML error 77"),
    ],
)
def test_a_reading_fails_alone(ask: Ask, code: int, reason: str) -> None:
    [[gpu], note] = ask(GPUS, errors=f"nvmlDeviceGetEnforcedPowerLimit={code}", wake=False)
    silent = {key: told["reason"] for key, told in gpu["readings"].items() if told["value"] is None}
    assert (silent, note) == ({"gpu.power_limit": reason}, "")


def test_an_old_driver_lacks_functions(ask: Ask) -> None:
    [[gpu], _] = ask(GPUS, library="old", wake=False)
    silent = {key: told["reason"] for key, told in gpu["readings"].items() if told["value"] is None}
    assert silent == {"gpu.cuda_driver": "the driver is too old to tell"}
    [_, looks] = ask(SAMPLE, library="old")
    assert looks[0]["gpu.0.throttle"] == 4.0  # the older function answers in place of the newer


def test_a_name_that_is_not_text(ask: Ask) -> None:
    [[gpu], _] = ask(GPUS, name="RTX \udcff", wake=False)
    assert gpu["readings"]["gpu.name"] == {
        "value": None,
        "source": "NVML nvmlDeviceGetName",
        "reason": "the answer is not text",
    }


@pytest.mark.parametrize(
    ("code", "note"),
    [
        (4, "no-permission"),
        (9, "driver-not-loaded"),
        (12, "no-library"),
        (15, "gpu-lost"),
        (18, "driver-mismatch"),
        (999, "unknown-error"),
        (5, "unknown-error"),
    ],
)
def test_each_init_error_has_its_sentence(ask: Ask, tmp_path: Path, code: int, note: str) -> None:
    assert ask(GPUS, errors=f"nvmlInitWithFlags={code}", wake=False) == [[], nvidia.NOTES[note]]
    assert log(tmp_path) == ["init"]  # what did not open is not closed


def test_no_library(ask: Ask) -> None:
    assert ask(GPUS, library="broken", wake=False) == [[], nvidia.NOTES["no-library"]]


def test_no_library_and_the_bus_shows_no_gpu(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path, vendor="0x1002")
    assert ask(GPUS, library="broken", wake=False) == [[], nvidia.NOTES["no-gpu"]]


def test_a_gpu_without_a_driver(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path)
    assert ask(GPUS, library="broken", wake=False) == [[], nvidia.NOTES["gpu-without-driver"]]


def test_the_sound_device_of_a_gpu_is_no_gpu(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path, kind="0x040300")
    assert ask(GPUS, library="broken", wake=False) == [[], nvidia.NOTES["no-gpu"]]


def test_a_sleeping_gpu_is_left_asleep(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path, status="suspended")
    told = tmp_path / "driver/nvidia/gpus/0000:01:00.0/information"
    told.parent.mkdir(parents=True)
    told.write_text("Model: \t\t NVIDIA GeForce RTX 4060 Laptop GPU\nIRQ:   \t\t 0\n")
    [[gpu], note] = ask(GPUS, wake=False)
    assert note == nvidia.NOTES["asleep"]
    assert log(tmp_path) == []
    assert gpu["pci"] == "0000:01:00.0"
    assert gpu["readings"]["gpu.name"]["value"] == "NVIDIA GeForce RTX 4060 Laptop GPU"
    assert gpu["readings"]["gpu.memory_total"] == {
        "value": None,
        "source": "NVML nvmlDeviceGetMemoryInfo",
        "reason": "GPU is asleep",
    }


def test_a_sleeping_gpu_is_woken_on_demand(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path, status="suspended")
    [[gpu], note] = ask(GPUS, wake=True)
    assert (gpu["readings"]["gpu.memory_total"]["value"], note) == (8 << 30, "")


def test_live_values_and_a_sensor_that_dies(ask: Ask, tmp_path: Path) -> None:
    [trouble, [first, second, third]] = ask(SAMPLE)
    assert trouble == ""
    assert first == {
        "gpu.0.utilization": 97.0,
        "gpu.0.memory": float(1 << 30),
        "gpu.0.power": 54.321,
        "gpu.0.power_limit": 55.0,
        "gpu.0.sm_clock": 2370.0,
        "gpu.0.memory_clock": 8001.0,
        "gpu.0.temperature": 71.0,
        "gpu.0.throttle": 36.0,
    }
    assert second == {**first, "gpu.0.power": None}
    assert third == second  # it would answer again, but a sensor that comes and goes is not to be trusted
    assert log(tmp_path) == ["init", "shutdown"]


def test_telemetry_keeps_nvml_open_only_while_it_runs(ask: Ask, tmp_path: Path) -> None:
    values = ask(SAMPLER, gpus=True)
    assert values["gpu.0.power"] == 54.321
    assert values["memory.used"] > 0
    assert log(tmp_path) == ["init", "shutdown"]


def test_telemetry_leaves_nvml_alone_unless_asked(ask: Ask, tmp_path: Path) -> None:
    assert not [key for key in ask(SAMPLER, gpus=False) if key.startswith("gpu.")]
    assert log(tmp_path) == []


def test_a_binding_that_lacks_the_function() -> None:
    assert nvidia.query("nvmlDeviceGetMood") == nvidia.Missing("this nvidia-ml-py has no nvmlDeviceGetMood")
