"""Each broken link between a GPU and a training step: its code, and the one sentence that says what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rigdyno.core.analysis import gpu_usability
from rigdyno.core.analysis.gpu_usability import PROBE_NOTES, usability_chains
from rigdyno.core.probes import graphics_adapters, nvidia_gpus
from rigdyno.core.records.machine import Adapter, Gpu, Machine, Reading, Torch, TorchDevice
from rigdyno.core.reference.hardware_tables import torch_builds

PIP = "python -m pip install --force-reinstall torch --index-url https://download.pytorch.org/whl/"
CPU = TorchDevice("cpu", "CPU", ("fp32",), usable=True)
CARD = Adapter("NVIDIA", "NVIDIA GeForce RTX 4060 Mobile", "0000:01:00.0", "nvidia", asleep=False)


def machine(
    capability: str = "8.9",
    driver: str = "12.8",
    cuda: str = "12.6",
    archs: tuple[str, ...] = ("sm_75", "sm_80", "sm_90"),
    device: TorchDevice | None = None,
    **torch: object,
) -> Machine:
    """A computer with one GPU, and a torch that offers `device` besides the processor."""
    told = {
        "gpu.name": "RTX 4060",
        "gpu.capability": capability,
        "gpu.cuda_driver": driver,
        "gpu.memory_total": 8 << 30,
    }
    gpu = Gpu("GPU-1", "0000:01:00.0", {k: Reading(v, "NVML") for k, v in told.items()})
    version = "2.13.0" + ("" if cuda else "+cpu")
    devices = (CPU, device) if device else (CPU,)
    found = Torch(version, "3.11", cuda, "AVX2", 2, archs, devices, 1.0, **torch)  # type: ignore[arg-type]
    return Machine({"host.os": Reading("Ubuntu 24.04", "test")}, (gpu,), "", found, (CARD,))


def offered(**changes: object) -> TorchDevice:
    good = TorchDevice("cuda:0", "RTX 4060", ("fp32",), usable=True, uuid="GPU-1", memory_free=7 << 30)
    return replace(good, **changes)  # type: ignore[arg-type]


def broken(at: Machine) -> tuple[str, str]:
    (chain,) = usability_chains(at)
    return (chain.broken_link.code, chain.broken_link.sentence) if chain.broken_link else ("", "")


def test_a_whole_chain_names_its_device():
    (chain,) = usability_chains(machine(device=offered()))
    assert (chain.name, chain.broken_link, chain.device) == ("RTX 4060", None, "cuda:0")


def test_the_bus_matches_where_no_uuid_does():
    (chain,) = usability_chains(machine(device=offered(uuid="", pci="0000:01:00.0")))
    assert chain.device == "cuda:0"
    (chain,) = usability_chains(machine(device=offered(uuid="GPU-2", pci="0000:01:00.0")))
    assert chain.broken_link, "another GPU"


def test_a_part_of_a_gpu_has_a_uuid_of_its_own():
    part = machine(device=offered(uuid="GPU-of-the-part", pci="0000:01:00.0"))
    (gpu,) = part.gpus
    split = replace(gpu, readings=gpu.readings | {"gpu.split": Reading(True, "NVML")})
    (chain,) = usability_chains(replace(part, gpus=(split,)))
    assert (chain.broken_link, chain.device) == (None, "cuda:0")


def test_before_torch_has_answered_no_link_is_broken():
    assert broken(replace(machine(), torch=None)) == ("", "")


def test_a_cpu_build_of_torch_is_a_broken_link():
    code, said = broken(machine(cuda="", archs=()))
    assert code == "catch-cpu-torch"
    assert said.endswith(f"Install the CUDA build and check again: {PIP}cu126")


@pytest.mark.parametrize(
    ("capability", "driver", "wheel"),
    [
        ("6.1", "12.2", "cu126"),  # Pascal: only this one holds its code
        ("7.0", "13.0", "cu126"),
        ("8.6", "13.0", "cu130"),
        ("8.6", "13.2", "cu132"),
        ("8.9", "12.4", "cu126"),  # a driver of CUDA 12 runs no wheel of CUDA 13
        ("12.0", "12.8", "cu128"),  # the last one of CUDA 12 for it
        ("12.0", "13.0", "cu130"),
    ],
)
def test_the_command_is_for_this_generation_and_driver(capability: str, driver: str, wheel: str):
    assert broken(machine(capability, driver, cuda="", archs=()))[1].endswith(f"{PIP}{wheel}")


def test_a_program_without_pip_loads_it_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert broken(machine(cuda="", archs=()))[1].endswith("check again: rigdyno engine install cuda --build cu126")


def test_a_driver_too_old_for_this_cuda_is_a_broken_link():
    code, said = broken(machine(driver="12.8", cuda="13.0"))
    assert code == "catch-driver"
    assert "knows CUDA 12.8, and PyTorch is built for 13.0" in said
    assert "sudo ubuntu-drivers install" in said
    assert said.endswith(f"{PIP}cu126")


def test_an_architecture_missing_in_this_torch_is_a_broken_link():
    code, said = broken(machine(capability="12.0"))
    assert code == "catch-torch"
    assert said == (
        "This PyTorch (2.13.0) holds no code for RTX 4060 (compute capability 12.0). "
        f"Take a build that does: {PIP}cu128"
    )
    assert broken(machine("12.0", archs=("sm_80", "compute_90")))[0] == "gpu-smoke", "PTX is translated for later ones"
    assert broken(machine("8.0", archs=("sm_86",)))[0] == "catch-torch", "a later minor version's binary does not run"
    assert broken(machine("8.9", archs=()))[0] == "gpu-smoke", "not told is not wrong"


def test_a_gpu_too_old_for_every_current_torch_is_told_so():
    code, said = broken(machine(capability="3.5", cuda="", archs=()))
    assert code == "gpu-too-old"
    assert "too old for every PyTorch of today" in said
    assert "pip" not in said


def test_a_failing_trial_step_is_a_broken_link():
    code, said = broken(machine(device=offered(usable=False, problem="CUDA error: no kernel image is available")))
    assert code == "gpu-smoke"
    assert said.startswith("A first training step on RTX 4060 failed: CUDA error: no kernel image is available.")


def test_too_little_free_memory_is_a_broken_link():
    code, said = broken(machine(device=offered(usable=False, problem="CUDA out of memory. Tried to allocate 2 MiB")))
    assert code == "gpu-no-memory"
    assert said.startswith("There is no room for even one training step on RTX 4060")
    code, said = broken(machine(device=offered(memory_free=300 << 20)))
    assert code == "gpu-little-memory"
    assert said.startswith("Only 300 MiB of memory are free on RTX 4060, and training needs 1.0 GiB")


def test_hidden_gpus_and_gpus_that_torch_cannot_start_are_told_apart():
    code, said = broken(machine(environment={"CUDA_VISIBLE_DEVICES": ""}))
    assert (code, "CUDA_VISIBLE_DEVICES=" in said) == ("gpu-hidden", True)
    code, said = broken(machine(problem="CUDA unknown error"))
    assert (code, "CUDA unknown error" in said) == ("gpu-smoke", True)


def test_which_of_eight_gpus_is_lost_and_what_all_need_is_said_once():
    lost = Gpu("", "", {"gpu.memory_total": Reading(None, "NVML", "the GPU is lost")})
    has = machine(cuda="", archs=())
    said = [r.sentence for r in gpu_usability.broken_links(replace(has, gpus=(*2 * has.gpus, lost, lost)))]
    assert len(said) == 3
    assert said[0].startswith("RTX 4060 is there")
    assert [s.partition(" has")[0] for s in said[1:]] == ["NVIDIA GPU 2", "NVIDIA GPU 3"]


@pytest.mark.parametrize("note", PROBE_NOTES)
def test_each_note_of_the_probe_is_a_link(note: str):
    assert note in nvidia_gpus.NOTES.values()
    code, said = broken(Machine({}, (), note, adapters=(CARD,)))
    assert code == PROBE_NOTES[note]
    assert CARD.name in said


def test_an_nvidia_gpu_on_the_bus_without_any_note_lacks_its_driver():
    code, said = broken(Machine({}, (), nvidia_gpus.NOTES["no-library"], adapters=(replace(CARD, driver="nouveau"),)))
    assert code == "gpu-no-driver"
    assert said.endswith("https://www.nvidia.com/drivers")


@pytest.mark.parametrize(
    ("adapter", "system", "code", "words"),
    [
        (Adapter("AMD", "AMD Radeon RX 7600"), "Debian", "gpu-other-torch", "whl/rocm7.2"),
        (Adapter("AMD", "AMD Radeon RX 7600"), "Windows 11", "gpu-other", "no build for AMD Radeon RX 7600"),
        (Adapter("Intel", "Intel Arc A380"), "Windows 11", "gpu-other-torch", "whl/xpu"),
        (Adapter("Apple", "Apple M3"), "macOS 13", "gpu-apple", "macOS 14 or newer"),
    ],
)
def test_gpus_of_other_makers_name_the_build_they_need(adapter: Adapter, system: str, code: str, words: str):
    at = Machine({"host.os": Reading(system, "test")}, torch=machine(cuda="").torch, adapters=(adapter,))
    told = broken(at)
    assert told[0] == code
    assert words in told[1]
    devices = (CPU, TorchDevice("mps:0", "MPS", ("fp32",), usable=True))
    assert at.torch
    assert usability_chains(replace(at, torch=replace(at.torch, devices=devices)))[0].device == "mps:0"


def test_a_screen_of_a_virtual_machine_is_no_gpu():
    assert (
        usability_chains(Machine({}, (), nvidia_gpus.NOTES["no-gpu"], adapters=(Adapter("", "PCI 1234:1111"),))) == ()
    )


def test_every_build_says_what_it_holds():
    assert len(torch_builds()) > 5
    assert all(build.cuda[:1] in ((12,), (13,), ()) and build.source for build in torch_builds())
    pascal = [build.wheel for build in torch_builds() if build.has_code_for((6, 1))]
    assert set(pascal) == {"cu126"}


# --- where the adapters come from ------------------------------------------------------------------------------------


def put(sysfs: Path, place: str, **files: str) -> Path:
    device = sysfs / "bus/pci/devices" / place
    (device / "power").mkdir(parents=True)
    for name, told in files.items():
        device.joinpath(*name.split("__")).write_text(told + "\n")
    return device


def test_linux_lists_every_makers_adapters(tmp_path: Path):
    names = tmp_path / "pci.ids"
    names.write_text(
        "# ids\n10de  NVIDIA Corporation\n\t28e0  AD107M [GeForce RTX 4060 Max-Q / Mobile]\n8086  Intel\n\t28e0  X\n"
    )
    card = put(
        tmp_path,
        "0000:01:00.0",
        vendor="0x10de",
        device="0x28e0",
        **{"class": "0x030000"},
        power__runtime_status="suspended",
    )
    (tmp_path / "drivers/nvidia").mkdir(parents=True)
    (card / "driver").symlink_to(tmp_path / "drivers/nvidia")
    put(tmp_path, "0000:00:02.0", vendor="0x8086", device="0x7d55", **{"class": "0x030000"})
    put(tmp_path, "0000:00:03.0", vendor="0x8086", device="0x0001", **{"class": "0x020000"})
    assert list(graphics_adapters.linux(tmp_path, (names,))) == [
        Adapter("Intel", "Intel 8086:7d55", "0000:00:02.0", "", None),
        Adapter("NVIDIA", "NVIDIA GeForce RTX 4060 Max-Q / Mobile", "0000:01:00.0", "nvidia", True),
    ]
    assert next(a for a in graphics_adapters.linux(tmp_path, ()) if a.asleep).name == "NVIDIA 10de:28e0"


def test_windows_and_macos_list_their_adapters():
    one = (
        '{"Name":"NVIDIA GeForce RTX 4060 Laptop GPU","PNPDeviceID":"PCI\\\\VEN_10DE&DEV_28E0",'
        '"DriverVersion":"32.0.15.6094"}'
    )
    assert list(graphics_adapters.windows(one)) == [
        Adapter("NVIDIA", "NVIDIA GeForce RTX 4060 Laptop GPU", driver="32.0.15.6094")
    ]
    two = f'[{one},{{"Name":"Microsoft Basic Display Adapter","PNPDeviceID":null,"DriverVersion":null}}]'
    assert [a.vendor for a in graphics_adapters.windows(two)] == ["NVIDIA", ""]
    assert list(graphics_adapters.windows("")) == []
    told = '{"SPDisplaysDataType":[{"sppci_model":"Apple M3 Pro","spdisplays_vendor":"sppci_vendor_Apple"}]}'
    assert list(graphics_adapters.macos(told)) == [Adapter("Apple", "Apple M3 Pro", driver="macOS")]


# --- the whole program on a machine with a GPU that this torch cannot use --------------------------------------------


@pytest.mark.parametrize(
    "machine",
    ["rtx-4060-laptop-45w", *(pytest.param(m, marks=pytest.mark.slow) for m in ("gtx-1080-laptop", "a100-x8"))],
)
def test_inspect_names_the_broken_link(driver, cpu_torch, machine: str):
    driver.play(machine)
    env = {**os.environ, **driver.environment(), "COLUMNS": "100"}
    command = [sys.executable, "-P", "-m", "rigdyno.core.cli", "inspect"]
    told = subprocess.run([*command, "--json"], env=env, capture_output=True, text=True, timeout=200, check=True)
    seen = json.loads(told.stdout)
    assert len(seen["gpus"]) == (8 if machine == "a100-x8" else 1)
    said = subprocess.run(command, env=env, capture_output=True, text=True, timeout=200, check=True).stdout
    name = seen["gpus"][0]["readings"]["gpu.name"]["value"]
    assert f"! {name} is there, but this PyTorch is built for the CPU alone." in said
    assert f"{PIP}cu126" in said
