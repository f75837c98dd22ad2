"""The NVIDIA probe, against a fake NVML that the real pynvml loads in a child process."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pynvml
import pytest
from rigdyno.core.probes import nvidia_gpus, nvml_queries
from rigdyno.core.sensors import nvidia_sampler

MACHINES = sorted(path.stem for path in Path(__file__).parents[1].joinpath("nvml").glob("*.nvml"))
BASE = "rtx-4060-laptop-45w"

GPUS = """
import dataclasses, json, pathlib, sys
from rigdyno.core.probes import nvidia_gpus
found, note = nvidia_gpus.gpus({wake}, pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[1]))
print(json.dumps([[dataclasses.asdict(gpu) for gpu in found], note]))
"""
LIVE = """
import json, os, pathlib, sys
from rigdyno.core.probes import nvml_queries
from rigdyno.core.sensors.nvidia_sampler import NvidiaSampler
looks, clock = [], pathlib.Path(sys.argv[1]) / "clock"
os.environ["FAKE_NVML_CLOCK"] = str(clock)
clock.write_text("0")
with nvml_queries.open_nvml() as trouble:
    watch = NvidiaSampler(_wsl={wsl})
    watch.begin()
    for seconds in {times}:
        clock.write_text(str(seconds))
        looks.append(watch.sample({ours}))
print(json.dumps([trouble, looks, watch.silent]))
"""
SAMPLER = """
import json, threading
from rigdyno.core.sensors.sensor_sampler import SensorSampler
samples, twice = [], threading.Event()
def heard(sample):
    samples.append(sample.values)
    len(samples) == 2 and twice.set()
with SensorSampler(lambda: 1.0, heard, period_s=0.01, gpus={gpus}):
    assert twice.wait(200)
print(json.dumps(samples[1]))
"""
MATRIX = """
import json, os, pathlib, sys
from rigdyno.core.probes import nvidia_gpus, nvml_queries
from rigdyno.core.sensors.nvidia_sampler import NvidiaSampler
script, nowhere = pathlib.Path(os.environ["FAKE_NVML"]), pathlib.Path(sys.argv[1])
base, told = script.read_text(), {{}}
for function in {functions}:
    for code in {codes}:
        new = script.with_suffix(".new")
        new.write_text(f"{{base}}\\n* {{function}} {{code}}\\n")
        new.replace(script)
        found, note = nvidia_gpus.gpus(False, nowhere, nowhere)
        with nvml_queries.open_nvml() as trouble:
            watch = NvidiaSampler(_wsl=False)
            watch.begin()
            live = watch.sample((2718,))
        facts = [{{k: [r.value, r.reason] for k, r in gpu.readings.items()}} for gpu in found]
        told[f"{{function}} {{code}}"] = [facts, note, trouble, live, watch.silent]
print(json.dumps(told))
"""

Ask = Callable[..., Any]


@pytest.fixture
def ask(driver, tmp_path: Path) -> Ask:
    """Run a script in a child under the fake; gives what it printed as JSON."""

    def run(script: str, missing: tuple[str, ...] = (), broken: bool = False, **values: object) -> Any:
        env = {**os.environ, **driver.environment(*missing, broken=broken), "PYTHONWARNINGS": "error"}
        command = [sys.executable, "-c", script.format(**values), str(tmp_path)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def live(ask: Ask, times: tuple[float, ...] = (0,), ours: tuple[int, ...] = (), wsl: bool = False, **how: Any) -> Any:
    """(samples, why keys are silent) at these seconds after the library was opened."""
    trouble, looks, silent = ask(LIVE, times=times, ours=ours, wsl=wsl, **how)
    assert trouble == ""
    return looks, silent


def silent_facts(gpu: dict[str, Any]) -> dict[str, str]:
    return {key: told["reason"] for key, told in gpu["readings"].items() if told["value"] is None}


def on_bus(tmp_path: Path, status: str = "active", vendor: str = "0x10de", kind: str = "0x030000") -> None:
    device = tmp_path / "bus/pci/devices/0000:01:00.0"
    (device / "power").mkdir(parents=True)
    (device / "vendor").write_text(f"{vendor}\n")
    (device / "class").write_text(f"{kind}\n")
    (device / "power/runtime_status").write_text(f"{status}\n")


def test_every_reading_of_a_gpu(ask: Ask, driver) -> None:
    driver.play(BASE)
    [[gpu], note] = ask(GPUS, wake=False)
    assert note == ""
    assert (gpu["uuid"], gpu["pci"]) == ("GPU-5a6b7c8d-0000-1111-2222-333344445555", "0000:01:00.0")
    assert {key: told["value"] for key, told in gpu["readings"].items()} == {
        "gpu.name": "NVIDIA GeForce RTX 4060 Laptop GPU",
        "gpu.generation": "Ada",
        "gpu.capability": "8.9",
        "gpu.memory_total": 8585740288,
        "gpu.memory_free": 8585740288 - 1073741824 - 268435456,
        "gpu.driver": "570.86.15",
        "gpu.cuda_driver": "12.8",
        "gpu.driver_model": None,
        "gpu.power_limit": 45.0,
        "gpu.power_limit_max": 115.0,
        "gpu.power_limit_default": 80.0,
        "gpu.power_source": "mains",
        "gpu.clock_max": 3105.0,
        "gpu.pcie_generation": 4,
        "gpu.pcie_width": 8,
        "gpu.pcie_generation_max": 4,
        "gpu.pcie_generation_own": 4,
        "gpu.pcie_width_max": 8,
        "gpu.split": None,
        "gpu.virtual": "none",
        "gpu.programs": 0,
    }
    assert gpu["readings"]["gpu.power_limit"]["source"] == "NVML nvmlDeviceGetEnforcedPowerLimit"
    assert driver.said() == ["init", "shutdown"]


@pytest.mark.parametrize(
    ("machine", "name", "silent", "reason"),
    [
        (
            "gtx-1080-laptop",
            "NVIDIA GeForce GTX 1080",
            {"power_limit_max", "power_limit_default", "power_source", "pcie_generation_own", "split"},
            "not supported by this GPU",
        ),
        ("rtx-3090", "NVIDIA GeForce RTX 3090", {"split"}, "not supported by this GPU"),
        ("t4", "Tesla T4", {"power_source", "split"}, "not supported by this GPU"),
        ("mig", "NVIDIA A100-SXM4-40GB", {"programs"}, nvidia_gpus.SPLIT),
        (
            "vgpu",
            "NVIDIA A40-12Q",
            {"power_limit", "power_limit_max", "power_limit_default", "power_source", "clock_max", "split"}
            | {"pcie_generation", "pcie_width", "pcie_generation_max", "pcie_generation_own", "pcie_width_max"},
            nvidia_gpus.SHARED,
        ),
    ],
)
def test_what_each_machine_does_not_tell(
    ask: Ask, driver, machine: str, name: str, silent: set[str], reason: str
) -> None:
    driver.play(machine)
    [[gpu], note] = ask(GPUS, wake=False)
    assert (gpu["readings"]["gpu.name"]["value"], note) == (name, "")
    found = silent_facts(gpu)
    assert {key.removeprefix("gpu.") for key, why in found.items() if why == reason} >= silent
    if machine in ("gtx-1080-laptop", "rtx-3090", "t4"):
        assert {key.removeprefix("gpu.") for key in found} == silent | {"driver_model"}
    assert found["gpu.driver_model"] == nvidia_gpus.OF_WINDOWS


def test_a_gpu_on_the_processors_chip_has_neither_memory_of_its_own_nor_a_link(ask: Ask, driver) -> None:
    driver.play("gb10")
    [[gpu], _] = ask(GPUS, wake=False)
    found = silent_facts(gpu)
    assert {key: why for key, why in found.items() if "memory" in key or "pcie" in key} == {
        **dict.fromkeys(("gpu.memory_total", "gpu.memory_free"), nvidia_gpus.UNIFIED),
        **dict.fromkeys(
            (f"gpu.pcie_{part}" for part in ("generation", "width", "generation_max")), nvidia_gpus.NO_LINK
        ),
        **dict.fromkeys(("gpu.pcie_generation_own", "gpu.pcie_width_max"), nvidia_gpus.NO_LINK),
    }


def test_eight_gpus_of_a_server(ask: Ask, driver) -> None:
    driver.play("a100-x8")
    [gpus, _] = ask(GPUS, wake=False)
    assert len({gpu["uuid"] for gpu in gpus}) == len({gpu["pci"] for gpu in gpus}) == 8
    [look], silent = live(ask)
    assert (look["gpu.5.temperature"], look["gpu.4.temperature"]) == (92.0, 58.0)
    assert set(silent.values()) == {"not supported by this GPU"}
    assert {key.split(".", 2)[2] for key in silent} == {"margin"}


def test_one_gpu_of_several_cannot_be_had(ask: Ask, driver) -> None:
    driver.play("a100-x8", "3 nvmlDeviceGetHandleByIndex_v2 15")
    [gpus, note] = ask(GPUS, wake=False)
    assert (len(gpus), note) == (8, "")
    lost = {k: r for k, r in silent_facts(gpus[3]).items() if "driver" not in k}
    assert set(lost.values()) == {"the GPU is lost"}
    assert gpus[4]["readings"]["gpu.memory_total"]["value"] == 80 << 30
    [look], _ = live(ask)
    assert (look["gpu.3.power"], look["gpu.4.power"]) == (None, 385.0)


def test_the_product_asks_only_what_the_fake_knows() -> None:
    sources = "".join(
        Path(room.__file__).read_text() for room in (nvml_queries, nvidia_gpus, nvidia_sampler) if room.__file__
    )
    asked = set(re.findall(r'"(nvml(?:Device|System)\w+)"', sources)) | {"nvmlDeviceGetUUID", "nvmlDeviceGetPciInfo"}
    assert len(asked) > 30
    known = {re.sub(r"_v\d$", "", name) for name in exported()}
    assert {re.sub(r"_v\d$", "", name) for name in asked} <= known


def exported() -> list[str]:
    """The functions of the fake that may fail: all but those that open, close and explain."""
    source = Path(__file__).parents[1].joinpath("nvml").joinpath("fake_nvml.c").read_text()
    found = re.findall(r"(?:^int |^NUMBER\()(nvml\w+)", source, re.MULTILINE)
    return [name for name in found if name not in ("nvmlInitWithFlags", "nvmlShutdown")]


CODES = [*sorted(value for name, value in vars(pynvml).items() if name.startswith("NVML_ERROR_")), 77]


@pytest.mark.slow
def test_every_function_with_every_error(ask: Ask, driver) -> None:
    """A generated matrix: whatever fails, alone, the probe and the sampler go on, and say why something is missing."""
    driver.play("rtx-3090", "0 margin 9", "0 split 0", "0 driver_model 1")
    functions = exported()
    assert len(functions) * len(CODES) > 1000
    told = ask(MATRIX, functions=functions, codes=CODES)
    assert len(told) == len(functions) * len(CODES)
    for function in functions:
        plain = re.sub(r"_v\d$", "", function)
        for code in CODES:
            gpus, note, trouble, look, silent = told[f"{function} {code}"]
            assert trouble == ""
            if plain == "nvmlDeviceGetCount":
                known = {4: "no-permission", 8: "no-power", 15: "gpu-lost", 16: "needs-reset"}
                assert (gpus, note, look) == ([], nvidia_gpus.NOTES[known.get(code, "unknown-error")], {})
                continue
            [facts] = gpus
            assert note == ""
            assert all(why for value, why in facts.values() if value is None)
            lost = {key for key, (value, _) in facts.items() if value is None}
            wanted = {fact.key for fact in nvidia_gpus.FACTS if plain in only(fact)}
            gauges = {f"gpu.0.{gauge.key}" for gauge in nvidia_sampler.GAUGES if plain in only(gauge)}
            if plain == "nvmlDeviceGetHandleByIndex":
                wanted = {fact.key for fact in nvidia_gpus.FACTS if not fact.of_system}
                gauges = set(look)
            elif plain == "nvmlDeviceGetFieldValues":
                gauges = {f"gpu.0.{nvidia_sampler.THROTTLED}{cause}" for cause in nvidia_sampler.COUNTERS}
            elif plain == "nvmlDeviceGetProcessUtilization":
                gauges = set() if code == 6 else {"gpu.0.others"}  # NOT_FOUND: nothing new
            assert lost == wanted, (function, code)
            assert set(silent) == gauges, (function, code)
            assert all(look[key] is None and silent[key] for key in silent)


def only(question: nvml_queries.Question) -> set[str]:
    """The function without which a question has no answer; of several, none is."""
    names = {re.sub(r"_v\d$", "", function) for function, _ in question.calls}
    return names if len(question.calls) == 1 else set()


def test_an_old_driver_lacks_functions(ask: Ask, driver) -> None:
    driver.play(BASE)
    newer = (
        "nvmlSystemGetCudaDriverVersion_v2",
        "nvmlDeviceGetCurrentClocksEventReasons",
        "nvmlDeviceGetMemoryInfo_v2",
    )
    newer += ("nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetTemperature", "nvmlDeviceGetFieldValues")
    [[gpu], _] = ask(GPUS, missing=newer, wake=False)
    assert silent_facts(gpu) == {
        "gpu.cuda_driver": "the driver is too old to tell",
        "gpu.driver_model": nvidia_gpus.OF_WINDOWS,
        "gpu.split": "not supported by this GPU",
    }
    assert gpu["readings"]["gpu.memory_free"]["value"] == 8585740288 - 1073741824  # what older functions know
    [look], silent = live(ask, missing=newer)
    assert (look["gpu.0.throttle"], look["gpu.0.temperature"]) == (4.0, 71.0)
    assert silent == {f"gpu.0.throttled.{cause}": "the driver is too old to tell" for cause in nvidia_sampler.COUNTERS}


def test_a_name_that_is_not_text(ask: Ask, driver) -> None:
    driver.play(BASE, "0 name RTX \udcff")
    [[gpu], _] = ask(GPUS, wake=False)
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
def test_each_init_error_has_its_sentence(ask: Ask, driver, code: int, note: str) -> None:
    driver.play(BASE, f"* nvmlInitWithFlags {code}")
    assert ask(GPUS, wake=False) == [[], nvidia_gpus.NOTES[note]]
    assert driver.said() == ["init"]  # what did not open is not closed


def test_no_library(ask: Ask) -> None:
    assert ask(GPUS, broken=True, wake=False) == [[], nvidia_gpus.NOTES["no-library"]]


def test_no_library_and_the_bus_shows_no_gpu(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path, vendor="0x1002")
    assert ask(GPUS, broken=True, wake=False) == [[], nvidia_gpus.NOTES["no-gpu"]]


def test_a_gpu_without_a_driver(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path)
    assert ask(GPUS, broken=True, wake=False) == [[], nvidia_gpus.NOTES["gpu-without-driver"]]


def test_the_sound_device_of_a_gpu_is_no_gpu(ask: Ask, tmp_path: Path) -> None:
    on_bus(tmp_path, kind="0x040300")
    assert ask(GPUS, broken=True, wake=False) == [[], nvidia_gpus.NOTES["no-gpu"]]


def test_a_sleeping_gpu_is_left_asleep(ask: Ask, driver, tmp_path: Path) -> None:
    driver.play(BASE)
    on_bus(tmp_path, status="suspended")
    told = tmp_path / "driver/nvidia/gpus/0000:01:00.0/information"
    told.parent.mkdir(parents=True)
    told.write_text("Model: \t\t NVIDIA GeForce RTX 4060 Laptop GPU\nIRQ:   \t\t 0\n")
    [[gpu], note] = ask(GPUS, wake=False)
    assert note == nvidia_gpus.NOTES["asleep"]
    assert driver.said() == []
    assert gpu["pci"] == "0000:01:00.0"
    assert gpu["readings"]["gpu.name"]["value"] == "NVIDIA GeForce RTX 4060 Laptop GPU"
    assert set(silent_facts(gpu).values()) == {"GPU is asleep"}


def test_a_sleeping_gpu_is_woken_on_demand(ask: Ask, driver, tmp_path: Path) -> None:
    driver.play(BASE)
    on_bus(tmp_path, status="suspended")
    [[gpu], note] = ask(GPUS, wake=True)
    assert (gpu["readings"]["gpu.memory_total"]["value"], note) == (8585740288, "")


def test_live_values(ask: Ask, driver) -> None:
    driver.play("rtx-3090", "0 programs 2", "0 program:1 99", "0 busy:1 80")
    [look], silent = live(ask, ours=(99,))
    assert silent == {"gpu.0.margin": "not supported by this GPU"}
    energy = look.pop("gpu.0.energy")
    assert 500000 <= energy < 600000
    assert look == {
        "gpu.0.utilization": 100.0,
        "gpu.0.memory_activity": 78.0,
        "gpu.0.memory": 629145600.0,
        "gpu.0.power": 341.0,
        "gpu.0.power_limit": 350.0,
        "gpu.0.sm_clock": 1740.0,
        "gpu.0.memory_clock": 9751.0,
        "gpu.0.temperature": 74.0,
        "gpu.0.margin": None,
        "gpu.0.throttle": 0.0,
        "gpu.0.pcie_generation": 4.0,
        "gpu.0.pcie_width": 8.0,
        "gpu.0.throttled.power-limit": 0.0,
        "gpu.0.throttled.heat": 0.0,
        "gpu.0.throttled.power-brake": 0.0,
        "gpu.0.others": 12.0,
    }
    assert driver.said() == ["init", "shutdown"]


def test_others_are_not_told_where_the_driver_counts_other_processes_than_we(ask: Ask, driver) -> None:
    driver.play("rtx-3090")
    [look], silent = live(ask, ours=(99,))  # a container: none of the driver's process ids is ours
    assert look["gpu.0.others"] is None
    assert "gpu.0.others" not in silent


def test_a_signed_field_is_read_as_signed(ask: Ask, driver) -> None:
    driver.play(BASE, "0 field:193 -5", "0 type:193 5", "0 field:194 7", "0 type:194 9", "0 code:195 15")
    script = (
        "import json\nfrom rigdyno.core.probes import nvml_queries\n"
        "with nvml_queries.open_nvml():\n"
        "    told = nvml_queries.field_values(nvml_queries.device_handles()[0], (193, 194, 195, 196))\n"
        "print(json.dumps([getattr(v, 'reason', v) for v in told.values()]))"
    )
    assert ask(script) == [-5, "a value of the unknown type 9", "the GPU is lost", "not supported by this GPU"]


def test_values_move_and_counters_count(ask: Ask, driver) -> None:
    driver.play("warms-up")
    [cold, hot], _ = live(ask, times=(0.1, 2.8))
    assert (cold["gpu.0.power_limit"], hot["gpu.0.power_limit"]) == (115.0, 90.0)
    assert (cold["gpu.0.throttle"], hot["gpu.0.throttle"]) == (1.0, 36.0)
    assert hot["gpu.0.throttled.heat"] > cold["gpu.0.throttled.heat"]
    assert hot["gpu.0.energy"] - cold["gpu.0.energy"] == pytest.approx(2.7 * 90)
    assert hot["gpu.0.temperature"] > cold["gpu.0.temperature"] + 20


def test_a_counter_that_stands_at_nothing_is_no_counter(ask: Ask, driver) -> None:
    driver.play(BASE, "0 energy 0")
    [look], _ = live(ask)
    assert look["gpu.0.energy"] is None


def test_a_gpu_that_falls_off_the_bus(ask: Ask, driver) -> None:
    driver.play("falls-off-the-bus")
    [before, after], silent = live(ask, times=(0, 2.5))
    assert before["gpu.0.power"] == 112.0
    assert set(after.values()) == {None}
    assert silent["gpu.0.power"] == "the GPU is lost"
    assert silent["gpu.0.margin"] == "not supported by this GPU"  # the reason that it had before


@pytest.mark.parametrize(
    ("machine", "silent", "reason"),
    [
        ("mig", ("utilization", "memory_activity", "others"), nvidia_gpus.SPLIT),
        ("vgpu", ("power", "energy"), nvidia_gpus.SHARED),
    ],
)
def test_why_live_values_are_missing(ask: Ask, driver, machine: str, silent: tuple[str, ...], reason: str) -> None:
    driver.play(machine)
    [look], why = live(ask)
    assert all(look[f"gpu.0.{name}"] is None and why[f"gpu.0.{name}"] == reason for name in silent)


def test_windows_linux_always_says_nought(ask: Ask, driver) -> None:
    driver.play(BASE, "0 utilization 0")
    [look], _ = live(ask, wsl=True)
    assert look["gpu.0.utilization"] is None
    assert look["gpu.0.power"] == 44.8
    [look], _ = live(ask)
    assert look["gpu.0.utilization"] == 0.0


def test_another_computer_tells_its_reasons_while_it_runs(driver) -> None:
    driver.play("falls-off-the-bus")
    command = [sys.executable, "-P", "-m", "rigdyno.core.sensors.remote_agent", "sample", "0.1", "1"]
    env = os.environ | driver.environment()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as far:
        assert far.stdin
        told = []
        while not told or told[-1].get("gpu.0.power") != "the GPU is lost":
            told += [silent] if (silent := json.loads(far.stdout.readline()).get("silent")) else []
        far.stdin.close()
    assert "gpu.0.power" not in told[0], "it was there in the beginning"


HANGING = """
import json, pathlib, sys, time
from rigdyno.core.probes import nvidia_gpus, nvml_queries
from rigdyno.core.sensors.nvidia_sampler import NvidiaSampler
nowhere = pathlib.Path(sys.argv[1])
begin = time.monotonic()
found, note = nvidia_gpus.gpus(False, nowhere, nowhere)
asked = time.monotonic()
with nvml_queries.open_nvml() as trouble:
    watch = NvidiaSampler(_wsl=False)
    watch.handles = ("a handle",)
    look = watch.sample(())
looked = time.monotonic()
reasons = sorted({{r.reason for gpu in found for r in gpu.readings.values() if r.reason}})
known = sorted(k for gpu in found for k, r in gpu.readings.items() if r.value is not None)
print(json.dumps([asked - begin, looked - asked, note, reasons, known, sorted(set(map(str, look.values())))]))
"""


def test_a_call_that_hangs_is_left_after_two_seconds(ask: Ask, driver) -> None:
    driver.play(BASE, "* hang:nvmlDeviceGetEnforcedPowerLimit 30")
    first, second, note, reasons, known, look = ask(HANGING)
    # Two seconds for the call that hangs and nothing for what is asked after it: waiting for each would take over 30.
    assert first + second < 30
    assert (note, look) == ("", ["None"])
    assert nvml_queries.SILENT in reasons
    assert "gpu.name" in known


def test_a_driver_that_hangs_while_it_opens(ask: Ask, driver) -> None:
    driver.play(BASE, "* hang:nvmlInitWithFlags 30")
    first, second, note, _, known, look = ask(HANGING)
    assert first + second < 30
    assert (note, known, look) == (nvidia_gpus.NOTES["silent"], [], ["None"])


def test_a_driver_that_answers_late_is_closed_again(ask: Ask, driver) -> None:
    driver.play(BASE, "* hang:nvmlInitWithFlags 5")
    script = (
        "import json, os, pathlib, time\nfrom rigdyno.core.probes import nvml_queries\n"
        "nvml_queries.ask_driver = nvml_queries.DriverThread(0.2)\nlog = pathlib.Path(os.environ['FAKE_NVML_LOG'])\n"
        "with nvml_queries.open_nvml() as code:\n"
        "    while 'shutdown' not in (log.read_text() if log.exists() else ''):\n        time.sleep(0.05)\n"
        "print(json.dumps([code, str(nvml_queries.query('nvmlDeviceGetCount'))]))"
    )
    assert ask(script)[0] == "silent"
    assert driver.said() == ["init", "shutdown"]


def test_telemetry_keeps_nvml_open_only_while_it_runs(ask: Ask, driver) -> None:
    driver.play(BASE)
    values = ask(SAMPLER, gpus=True)
    assert values["gpu.0.power"] == 44.8
    assert values["memory.used"] > 0
    assert driver.said() == ["init", "shutdown"]


def test_telemetry_leaves_nvml_alone_unless_asked(ask: Ask, driver) -> None:
    driver.play(BASE)
    assert not [key for key in ask(SAMPLER, gpus=False) if key.startswith("gpu.")]
    assert driver.said() == []


def test_a_binding_that_lacks_the_function() -> None:
    assert nvml_queries.query("nvmlDeviceGetMood") == nvml_queries.Missing("this nvidia-ml-py has no nvmlDeviceGetMood")
