"""Every computer in the shop: each reading, hint, catch and chain is what that computer's folder expects."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rigdyno.core.check import inspection
from rigdyno.core.records.machine import Machine
from rigdyno.core.store import machine_folder
from rigdyno.core.verdict.warnings.check_warnings import check_warnings
from rigdyno.core.verdict.warnings.purchase_warnings import purchase_warnings

from tests.recorded_computers import NAMES, ROOT, chains, expected, machine

NVIDIA = [name for name in NAMES if (ROOT / name / "gpu.nvml").exists()]


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_said_of_it_that_is_so_and_nothing_else(name: str) -> None:
    seen, meant = machine(name), expected(name)
    assert {key: r.value for key, r in seen.readings.items() if r.value is not None} == meant["readings"]
    assert all(r.reason for r in seen.readings.values() if r.value is None), "what is missing has its reason"
    assert seen.gpu_note == meant["gpu_note"]
    assert len(seen.gpus) == len(meant.get("gpus", ()))
    for gpu, told in zip(seen.gpus, meant.get("gpus", ()), strict=True):
        assert (gpu.uuid, gpu.pci) == (told["uuid"], told["pci"])
        assert {key: r.value for key, r in gpu.readings.items() if r.value is not None} == told["readings"]
        assert {key: r.reason for key, r in gpu.readings.items() if r.value is None} == told["missing"]
    assert len(seen.adapters) == len(meant.get("adapters", ()))
    for adapter, told in zip(seen.adapters, meant.get("adapters", ()), strict=True):
        assert dataclasses.asdict(adapter) | told == dataclasses.asdict(adapter)
    assert chains(seen) == meant["chains"]
    assert [hint.code for hint in check_warnings(seen)] == meant["hints"]
    assert [catch.code for catch in purchase_warnings(seen, (), (), ())] == meant["catches"]


def test_the_shop_has_all_systems_and_kinds() -> None:
    told = [machine_folder.read(ROOT / name) for name in NAMES]
    assert len(NAMES) >= 20
    assert {computer.system for computer in told} == {"linux", "win32", "darwin"}
    assert all(computer.about for computer in told)
    seen = [machine(name) for name in NAMES]
    assert {"laptop", "desktop", "server"} <= {m.value("host.kind") for m in seen}
    assert {"none", "WSL", "KVM"} <= {m.value("host.virtual") for m in seen}
    assert any(m.value("memory.limit") for m in seen)
    arm = [m for m, computer in zip(seen, told, strict=True) if "NEON" in (m.value("cpu.simd") or ())]
    assert len(arm) >= 6


RECORD = """
import json, sys
from pathlib import Path
from rigdyno.core.probes import nvidia_gpus
from rigdyno.core.probes.sources.current import asking
from rigdyno.core.probes.sources.recording import Recorder
nowhere, recorder = Path("/nowhere"), Recorder()
with asking(recorder):
    nvidia_gpus.gpus(wake=True, sysfs=nowhere, proc=nowhere)
answers = {key.removeprefix("NVML "): told for key, told in recorder.answers.items() if key.startswith("NVML ")}
print(json.dumps(answers))
"""


@pytest.mark.parametrize("name", NVIDIA)
def test_what_a_driver_answers_is_what_the_real_binding_reads_from_its_script(driver, name: str) -> None:
    driver.play("", *(ROOT / name / "gpu.nvml").read_text(encoding="utf-8").splitlines())
    command = [sys.executable, "-P", "-c", RECORD]
    env = os.environ | driver.environment()
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == json.loads((ROOT / name / "nvml.json").read_text(encoding="utf-8"))


def test_this_computer_is_seen_again_in_its_own_recording(tmp_path: Path) -> None:
    recorded, seen = inspection.record()
    assert seen.torch
    assert inspection.look_at(recorded) == seen
    machine_folder.write(tmp_path / "here", recorded)
    again = machine_folder.read(tmp_path / "here")
    assert inspection.look_at(again) == seen
    assert recorded.answers["psutil.virtual_memory"] == again.answers["psutil.virtual_memory"]


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_of_a_recording_is_the_same_computer(tmp_path: Path, name: str) -> None:
    """What the recorder keeps of any system suffices to answer all that is asked of it."""
    from rigdyno.core.probes.inspect_machine import inspect
    from rigdyno.core.probes.sources.current import asking
    from rigdyno.core.probes.sources.recording import Recorder
    from rigdyno.core.probes.sources.replay import Replay

    of = machine_folder.read(ROOT / name)
    recorder = Recorder(Replay(of.system, of.files, of.answers, of.tree))
    with asking(recorder):
        first = inspect()
    copied = machine_folder.RecordedComputer(of.system, recorder.files, recorder.answers)
    machine_folder.write(tmp_path / name, copied)
    assert inspection.look_at(machine_folder.read(tmp_path / name)) == first


def test_nothing_is_asked_of_this_computer(tmp_path: Path) -> None:
    """A folder that holds nothing gives a computer of which nothing is known, not this one."""
    shutil.copy(ROOT / "raspberry-pi-5" / "machine.json", tmp_path)
    seen: Machine = inspection.look_at(machine_folder.read(tmp_path))
    known = {key: reading.value for key, reading in seen.readings.items() if reading.value is not None}
    assert known == {"host.os": "Linux", "host.virtual": "none"}
    assert seen.readings["memory.total"].reason == "not recorded"
    assert (seen.gpus, seen.adapters, seen.torch) == ((), (), None)


WATCHED = """
import sys
from tests.recorded_computers import NAMES, machine

machine(NAMES[0])  # imports what is imported late
asked = []


def watch(event, args):
    of_this = ("/proc", "/sys", "/etc", "/run", "/usr/share/misc", "/usr/share/hwdata", "/dev")
    reads = event in ("open", "os.listdir", "os.scandir") and str(args[0]).startswith(of_this)
    if reads or event in ("subprocess.Popen", "ctypes.dlopen", "socket.connect", "os.posix_spawn"):
        asked.append(f"{event} {args[0]}")


sys.addaudithook(watch)
if sys.argv[1:]:
    open("/proc/cpuinfo").close()
for name in NAMES:
    asked += [f"in {name}"] if asked else []
    machine(name)
print(asked)
"""


@pytest.mark.parametrize(("more", "told"), [((), "[]"), (("too",), "['open /proc/cpuinfo'")])
def test_no_probe_reads_files_starts_programs_or_loads_libraries_of_this_computer(more, told) -> None:
    """Whoever writes a probe that asks past the source learns it here; the second time the watch itself is proven."""
    env = os.environ | {"PYTHONPATH": str(ROOT.parents[1])}
    command = [sys.executable, "-c", WATCHED, *more]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(told)
