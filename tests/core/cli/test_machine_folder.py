"""`inspect --machine` and `doctor --machine`: a computer as a folder, from anybody, with nobody's name in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rigdyno.core.check import inspection
from rigdyno.core.cli import command_line
from rigdyno.core.cli.diagnosis import anonymised_text
from rigdyno.core.cli.diagnosis.anonymised_machine import anonymised
from rigdyno.core.records.machine import Torch, TorchDevice
from rigdyno.core.store import machine_folder
from rigdyno.core.store.machine_folder import RecordedComputer, TorchAnswer

from tests.recorded_computers import ROOT

PI = ROOT / "raspberry-pi-5"
HEAD = '{"format": 1, "system": "linux"}'


def inspect(folder: Path, *more: str) -> int:
    return command_line.main(["inspect", "--machine", str(folder), *more])


def test_a_recorded_computer_is_shown_instead_of_this_one(capsys) -> None:
    assert inspect(ROOT / "macbook-air-m2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["readings"]["cpu.model"]["value"] == "Apple M2"
    assert told["torch"]["devices"][1]["id"] == "mps"
    assert inspect(ROOT / "server-mi300x") == 0
    assert "may not open /dev/kfd" in " ".join(capsys.readouterr().out.split())


def test_why_its_pytorch_did_not_answer_is_told(tmp_path, capsys) -> None:
    machine_folder.write(tmp_path / "m", RecordedComputer("linux", torch=TorchAnswer(failure="it died")))
    assert inspect(tmp_path / "m") == 0
    assert "PyTorch did not answer: it died" in capsys.readouterr().err


# --- folders that are none -------------------------------------------------------------------------------------------


def made(folder: Path, name: str, content: bytes | str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "machine.json").write_text(HEAD)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


HOSTILE = {
    "machine.json": [
        (b"\x7fELF\x00\xff\xfe", "is not what it has to be"),
        ("", "is not what it has to be"),
        ("[" * 200_000, "is not what it has to be"),
        ("{}", "missing required field `format`"),
        ('{"format": 2, "system": "linux"}', "has the format 2; this version reads 1"),
        ('{"format": 1, "system": "beos"}', "Invalid enum value 'beos'"),
        ('{"format": 1, "system": "linux", "about": 3}', "Expected `str`, got `int`"),
    ],
    "files.json": [
        ("[]", "Expected `object`, got `array`"),
        ('{"/proc/cpuinfo": 3}', "is not what it has to be"),
        ('{"/proc/cpuinfo": "a', "is not what it has to be"),
    ],
    "calls.json": [(b"a = 1", "is not what it has to be"), (b"\xff{}", "is not what it has to be")],
    "nvml.json": [("7", "Expected `object`, got `int`")],
    "torch.json": [
        ('{"torch": {"version": 2}}', "Expected `str`, got `int` - at `$.torch.version`"),
        ('{"torch": "2.13"}', "is not what it has to be"),
    ],
}


@pytest.mark.parametrize(("name", "content", "said"), [(n, *case) for n, cases in HOSTILE.items() for case in cases])
def test_a_file_that_is_none_is_told_in_one_sentence(tmp_path, capsys, name, content, said) -> None:
    assert inspect(made(tmp_path / "m", name, content)) == 2
    told = capsys.readouterr().err
    assert said in told
    assert name in told
    assert len(told.splitlines()) == 1


def test_what_is_no_folder_is_told_in_one_sentence(tmp_path, capsys) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    within = made(tmp_path / "folder", "x", "")
    (within / "calls.json").mkdir()
    pipe = made(tmp_path / "pipe", "x", "")
    os.mkfifo(pipe / "files.json")
    huge = made(tmp_path / "huge", "files.json", "")
    os.truncate(huge / "files.json", machine_folder.MOST_BYTES + 1)
    loop = made(tmp_path / "inner-loop", "x", "")
    (loop / "nvml.json").symlink_to("nvml.json")
    out = made(tmp_path / "out", "x", "")
    (out / "files.json").symlink_to(PI / "calls.json")
    for folder, said in (
        ("nowhere", "there is no "),
        ("file", "is a file, not the folder of a computer"),
        ("empty", "holds no machine.json"),
        ("loop", "there is no "),
        ("folder", "a folder, a pipe or a device, not a file"),
        ("pipe", "a folder, a pipe or a device, not a file"),
        ("huge", "larger than 16384 KiB"),
        ("inner-loop", "links"),
        ("out", "leads out of the folder"),
        ("x" * 300, "File name too long"),
    ):
        assert inspect(tmp_path / folder) == 2, folder
        told = capsys.readouterr().err
        assert said in told
        assert len(told.splitlines()) == 1


def test_links_of_a_tree_that_lead_out_are_not_followed(tmp_path) -> None:
    folder = made(tmp_path / "m", "x", "")
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name : Secret 9000\n")
    (folder / "proc").mkdir()
    (folder / "proc" / "cpuinfo").symlink_to("../../cpuinfo")
    (folder / "sys").symlink_to("/sys")
    seen = inspection.look_at(machine_folder.read(folder))
    assert seen.value("cpu.model") is None
    assert seen.value("cpu.logical_cores") is None
    shutil.copy(tmp_path / "cpuinfo", folder / "cpuinfo")
    (folder / "proc" / "cpuinfo").unlink()
    (folder / "proc" / "cpuinfo").symlink_to("../cpuinfo")
    assert inspection.look_at(machine_folder.read(folder)).value("cpu.model") == "Secret 9000"


@pytest.mark.parametrize(
    "calls",
    [
        {"psutil.virtual_memory": 7, "psutil.swap_memory": [], "os-release": {}, "speed variables": 3},
        {"NVML nvmlInit": "", "NVML nvmlDeviceGetCount": 10**12},
        {"NVML nvmlInit": 5},
        {"NVML nvmlInit": "", "NVML nvmlDeviceGetCount": "many"},
        {"nvidia-powerd runs": {"error": ["x"]}, "psutil affinity": -3, "os.cpu_count": "two"},
    ],
)
def test_answers_that_no_computer_gives_end_nothing(tmp_path, capsys, calls: dict[str, Any]) -> None:
    nvml = {key.removeprefix("NVML "): told for key, told in calls.items() if key.startswith("NVML ")}
    folder = made(tmp_path / "m", "calls.json", json.dumps(calls))
    (folder / "nvml.json").write_text(json.dumps(nvml))
    (folder / "files.json").write_text('{"/sys/devices/system/cpu/online": "0-99999999999"}')
    code = inspect(folder)
    told = capsys.readouterr()
    assert code in (0, 2)
    assert "Traceback" not in told.err
    assert code == 0 or len(told.err.splitlines()) == 1


# --- writing one -----------------------------------------------------------------------------------------------------


@pytest.fixture
def named(monkeypatch):
    monkeypatch.setattr(anonymised_text, "_users", lambda: ("ada.lovelace", "Zoë"))
    monkeypatch.setattr(anonymised_text, "_hosts", lambda: ("enigma-7.bletchley.example", "enigma-7"))
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada.lovelace"))


GPU, OTHER = "3d3b1c6e-9c5e-4d0a-8a3b-0123456789ab", "3d3b1c6e-9c5e-4d0a-8a3b-0123456789ac"
CONTAINER = "3f0c9d2a7b6e4f1a8c5d0e9b2a7c6f4d1e8b5a0c9f3d6e2b7a4c1d8e5f0b9a6c"
SECRETS = (
    *("ada.lovelace", "Zoë", "enigma-7", "bletchley", GPU, OTHER, CONTAINER, "00:1b:44:11:3a:b7", "10.1.2.3"),
    *("PF2XK9A1", "C02XK1ABJG5J", "100000009f8e7d6c", "grace", "MON12345", "0A1B2C3D"),
)


def private() -> RecordedComputer:
    """A computer whose every file and answer tells of somebody."""
    devices = (
        TorchDevice("cuda:0", "GPU", ("fp32",), usable=True, uuid=f"GPU-{GPU}"),
        TorchDevice(
            "cuda:1", "GPU", ("fp32",), usable=False, uuid=f"GPU-{OTHER}", problem="/home/grace/x.so is missing"
        ),
    )
    torch = Torch("2.13", "3.12", "13.0", "AVX2", 2, (), devices, 1.0, {"LD_PRELOAD": "/home/ada.lovelace/jemalloc.so"})
    return RecordedComputer(
        "linux",
        {
            "/proc/self/cgroup": f"0::/docker/{CONTAINER}/user@1000.service",
            f"/sys/fs/cgroup/docker/{CONTAINER}/memory.max": "4294967296",
            "/sys/fs/cgroup/memory.max": "9223372036854771712",
            "/proc/cpuinfo": "processor\t: 0\nSerial\t\t: 100000009f8e7d6c\nModel\t\t: Raspberry Pi 5",
            "/proc/version": "Linux version 6.8 (Zoë@enigma-7.bletchley.example) on 10.1.2.3",
            "/run/udev/data/+dmi:id": "E:MEMORY_DEVICE_0_SIZE=8589934592\nE:MEMORY_DEVICE_0_SERIAL_NUMBER=0A1B2C3D",
            "/sys/bus/pci/devices/": ["0000:01:00.0"],
            "/sys/class/power_supply/": ["hid-00:1b:44:11:3a:b7-battery", "wacom_00:1b:44:11:3a:b7"],
        },
        {
            "NVML 0 nvmlDeviceGetUUID": f"GPU-{GPU}",
            "NVML 1 nvmlDeviceGetUUID": f"GPU-{OTHER.upper()}",
            "$ system_profiler": '{"serial_number": "C02XK1ABJG5J", "spdisplays-serial-number":"MON12345", "n": 1}',
            "machine": {"board_serial": "PF2XK9A1", "total": 33},
            "speed variables": ["OMP_PLACES=/Users/grace/places"],
            "os-release": "Ubuntu 24.04, Serial Number: PF2XK9A1",
        },
        TorchAnswer(torch),
    )


def test_nothing_that_is_written_names_anybody(named, tmp_path) -> None:
    del named
    clean = anonymised(private())
    written = machine_folder.write(tmp_path / "m", clean)
    whole = "\n".join(path.read_text(encoding="utf-8") for path in written)
    assert [secret for secret in SECRETS if secret.lower() in whole.lower()] == []
    again = machine_folder.read(tmp_path / "m")
    assert again.answers["NVML 0 nvmlDeviceGetUUID"] == "GPU-<uuid-1>"
    assert again.answers["NVML 1 nvmlDeviceGetUUID"] == "GPU-<uuid-2>"
    assert again.torch.torch is not None
    assert [device.uuid for device in again.torch.torch.devices] == ["GPU-<uuid-1>", "GPU-<uuid-2>"], "still the same"
    group = str(again.files["/proc/self/cgroup"]).split("/")[2]
    assert again.files[f"/sys/fs/cgroup/docker/{group}/memory.max"] == "4294967296", "its path leads to it"
    assert again.files["/sys/fs/cgroup/memory.max"] == "9223372036854771712", "an amount is no number of anybody's"
    assert "MEMORY_DEVICE_0_SIZE=8589934592" in str(again.files["/run/udev/data/+dmi:id"])
    assert (
        again.answers["$ system_profiler"]
        == '{"serial_number": "<serial>", "spdisplays-serial-number":"<serial>", "n": 1}'
    )
    assert again.files["/sys/bus/pci/devices/"] == ["0000:01:00.0"]


def test_this_computer_is_written_and_shown_again(tmp_path, capsys) -> None:
    assert command_line.main(["doctor", "--machine", str(tmp_path / "here")]) == 0
    assert "Look through them" in capsys.readouterr().out
    whole = "\n".join(path.read_text(encoding="utf-8") for path in (tmp_path / "here").iterdir())
    for name in (*anonymised_text._users(), *anonymised_text._hosts(), str(Path.home())):
        public = len(name) < anonymised_text.SHORTEST or name.lower() in anonymised_text.EVERYBODYS
        assert public or not _stands_in(name, whole), name
    assert inspect(tmp_path / "here", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert command_line.main(["inspect", "--json"]) == 0
    here = json.loads(capsys.readouterr().out)
    for key in ("cpu.model", "cpu.physical_cores", "cpu.simd", "cpu.caches", "memory.total", "host.os", "host.virtual"):
        assert told["readings"][key] == here["readings"][key]
    assert told["torch"]["devices"] == here["torch"]["devices"]
    assert command_line.main(["doctor", "--machine", str(tmp_path / "here")]) == 5
    assert "is not empty: name a new folder" in capsys.readouterr().err


def _stands_in(name: str, text: str) -> bool:
    import re

    return re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text) is not None


def test_what_cannot_be_written_is_told_in_one_sentence(tmp_path, capsys) -> None:
    (tmp_path / "file").write_text("x")
    for place, said in (("file", "is a file, not a folder"), ("file/below", "cannot be written: Not a directory")):
        assert command_line.main(["doctor", "--machine", str(tmp_path / place)]) == 5
        told = capsys.readouterr().err
        assert said in told
        assert len(told.splitlines()) == 1


def test_gpus_of_a_recording_are_still_told_apart(driver, tmp_path) -> None:
    """Eight alike, whose UUIDs are taken out, through the real command and the scripted driver."""
    driver.play("a100-x8")
    folder = tmp_path / "server"
    env = os.environ | driver.environment()
    command = [sys.executable, "-m", "rigdyno.core.cli", "doctor", "--machine", str(folder)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "a1000000-0000" not in (folder / "nvml.json").read_text()
    seen = inspection.look_at(machine_folder.read(folder))
    assert [gpu.uuid for gpu in seen.gpus] == [f"GPU-<uuid-{n}>" for n in range(1, 9)]
    assert {gpu.name for gpu in seen.gpus} == {"NVIDIA A100-SXM4-80GB"}
    assert {gpu.value("gpu.memory_total") for gpu in seen.gpus} == {85899345920}
