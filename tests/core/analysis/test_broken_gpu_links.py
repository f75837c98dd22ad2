"""GPUs that cannot train for reasons outside of PyTorch, after public reports: each has its own sentence."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rigdyno.core.analysis.gpu_architectures import is_unsupported
from rigdyno.core.analysis.gpu_usability import broken_links
from rigdyno.core.probes import graphics_adapters, nvidia_gpus
from rigdyno.core.probes.nvml_queries import Missing
from rigdyno.core.records.machine import Adapter, Gpu, Machine, Reading, Torch, TorchDevice

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads a tree as Linux has it")
CPU = TorchDevice("cpu", "CPU", ("fp32",), usable=True)
TORCH = Torch("2.13.0+cpu", "3.11", "", "AVX2", 2, (), (CPU,), 1.0)


def pci(root: Path, place: str, ids: str, kind: str = "0x030000", driver: str = "") -> Path:
    folder = root / "sys/bus/pci/devices" / place
    folder.mkdir(parents=True)
    for name, value in zip(("vendor", "device", "class"), (*ids.split(":"), kind), strict=True):
        (folder / name).write_text(value if name == "class" else f"0x{value}")
    if driver:
        (folder / "driver").symlink_to(f"../../drivers/{driver}")
    return root


def note(root: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the probe says of a tree where NVML's init gives this code."""

    class Opened:
        def __enter__(self) -> str:
            return code

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(nvidia_gpus, "open_nvml", Opened)
    return nvidia_gpus.gpus(sysfs=root / "sys", proc=root / "proc")[1]


def proc(root: Path, **files: str) -> Path:
    for name, content in files.items():
        path = root / "proc" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


@linux
@pytest.mark.parametrize(
    ("driver", "files", "code", "found", "words"),
    [
        ("nvidia", {"driver__nvidia__version": "570"}, "no-library", "gpu-not-in-container", "--gpus all"),
        ("nvidia", {"driver__nvidia__version": "570"}, "driver-not-loaded", "gpu-not-in-container", "--gpus all"),
        (
            "nvidia",
            {"driver__nvidia__version": "570"},
            "unknown-error",
            "gpu-lost-by-container",
            "restart the container",
        ),
        ("nvidia", {}, "unknown-error", "gpu-driver-error", "unknown error"),
        ("nvidia", {}, "needs-reset", "gpu-needs-reset", "needs a reset: restart the computer"),
        ("nvidia", {"driver__nvidia__version": "535"}, "no-power", "gpu-no-power", "attach all of its power cables"),
        ("nvidia", {"driver__nvidia__version": "535"}, "no-permission", "gpu-no-permission", "may not ask the driver"),
        ("nvidia", {"driver__nvidia__version": "470"}, "driver-mismatch", "gpu-driver-mismatch", "was updated"),
        ("vfio-pci", {}, "unknown-error", "gpu-handed-on", "handed to virtual machines"),
        ("", {}, "no-library", "gpu-no-driver", "its driver is not installed"),
        ("nouveau", {}, "no-library", "gpu-no-driver", "its driver is not installed"),
        ("vfio-pci", {}, "no-library", "gpu-handed-on", "handed to virtual machines (vfio-pci)"),
        ("vfio-pci", {"driver__nvidia__version": "570"}, "driver-not-loaded", "gpu-handed-on", "handed to virtual"),
        ("xen-pciback", {}, "driver-not-loaded", "gpu-handed-on", "handed to virtual machines"),
    ],
)
def test_the_first_broken_link_of_an_nvidia_gpu(
    tmp_path: Path,
    driver: str,
    files: dict[str, str],
    code: str,
    found: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = proc(pci(tmp_path, "0000:01:00.0", "10de:2684", driver=driver), **files)
    adapters = tuple(graphics_adapters.linux(root / "sys", ()))
    (link,) = broken_links(Machine({}, (), note(root, code, monkeypatch), TORCH, adapters))
    assert link.code == found
    assert words in link.sentence


@linux
@pytest.mark.parametrize("code", ["driver-not-loaded", "unknown-error"])
def test_a_library_that_hides_that_of_windows(tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    root = proc(pci(tmp_path, "14b8:00:00.0", "1414:008e"), sys__kernel__osrelease="5.15-microsoft-standard-WSL2")
    (link,) = broken_links(Machine({}, (), note(root, code, monkeypatch), TORCH))
    assert link.code == "gpu-wsl-library"
    assert "/usr/lib/wsl/lib" in link.sentence


@pytest.mark.parametrize(
    ("code", "found"),
    [(16, "gpu-needs-reset"), (15, "gpu-lost"), (8, "gpu-no-power"), (4, "gpu-no-permission")],
)
def test_a_gpu_that_tells_nothing_is_told_before_pytorch(code: int, found: str) -> None:
    silent = Gpu("", "", {"gpu.memory_total": Reading(None, "NVML", Missing.of(code).reason)})
    good = Gpu(
        "GPU-2", "0000:02:00.0", {"gpu.name": Reading("RTX 3090", "NVML"), "gpu.memory_total": Reading(1, "NVML")}
    )
    first, second = broken_links(Machine({}, (silent, good), "", TORCH))
    assert (first.code, second.code) == (found, "catch-cpu-torch")


@pytest.mark.parametrize(
    ("capability", "wheel"), [("11.0", "cu13"), ("14.0", "cu13"), ("9.0", "cu13"), ("6.1", "cu126")]
)
def test_a_gpu_that_is_newer_than_all_builds_gets_the_newest(capability: str, wheel: str) -> None:
    told = {"gpu.name": "NVIDIA Thor", "gpu.capability": capability, "gpu.cuda_driver": "13.2", "gpu.memory_total": 1}
    gpu = Gpu("GPU-1", "0000:01:00.0", {key: Reading(value, "NVML") for key, value in told.items()})
    (link,) = broken_links(Machine({}, (gpu,), "", TORCH))
    assert f"/whl/{wheel}" in link.sentence


@pytest.mark.parametrize(
    ("number", "name"),
    [(2, "Kepler"), (10, "Blackwell"), (13, "Rubin"), (11, "unknown generation"), (12, "unknown generation"),
     (0, "unknown generation"), (99, "unknown generation"), (-1, "unknown generation")],
)  # fmt: skip
def test_generations(number: int, name: str) -> None:
    import pynvml

    if name == "Rubin" and not hasattr(pynvml, "NVML_DEVICE_ARCH_RUBIN"):
        name = "unknown generation"  # of an older package
    fact = next(fact for fact in nvidia_gpus.FACTS if fact.key == "gpu.generation")
    assert fact.convert(number) == name


@linux
@pytest.mark.parametrize(
    ("ids", "kind", "vendor"),
    [
        ("1002:74a1", "0x120000", "AMD"),
        ("1002:740f", "0x038000", "AMD"),
        ("10de:20b0", "0x120000", "NVIDIA"),
        ("8086:0bda", "0x038000", "Intel"),
        ("1a03:2000", "0x030000", ""),  # the screen of a server's management
        ("10de:2330", "0x030200", "NVIDIA"),
        ("8086:7d1d", "0x120000", None),  # a neural unit
        ("1022:1502", "0x118000", None),
        ("8086:56a0", "0x030000", "Intel"),
        ("10de:228b", "0x040300", None),  # the sound of a GPU
    ],
)
def test_adapters_by_their_class(tmp_path: Path, ids: str, kind: str, vendor: str | None) -> None:
    found = list(graphics_adapters.linux(pci(tmp_path, "0000:1b:00.0", ids, kind, "some") / "sys", ()))
    assert [(a.vendor, a.model, a.driver) for a in found] == ([] if vendor is None else [(vendor, ids, "some")])


@pytest.mark.parametrize(
    ("ids", "unsupported"),
    [
        *(
            (f"8086:{i}", True)
            for i in (
                "5917",
                "3e92",
                "9a49",
                "46a6",
                "a780",
                "4c8a",
                "0412",
                "1912",
                "0166",
                "0a16",
                "22b0",
                "3184",
                "3ea0",
                "8a52",
                "4e61",
                "46d1",
                "4906",
                "9bc4",
                "5a84",
            )
        ),
        *(
            (f"8086:{i}", False)
            for i in ("56a0", "5690", "e20b", "7d55", "64a0", "0bd5", "b080", "7d67", "56c0", "6420", "7dd5", "e211")
        ),
        *(
            (f"1002:{i}", True)
            for i in (
                "67df",
                "67ff",
                "699f",
                "7300",
                "15d8",
                "15dd",
                "1638",
                "731f",
                "6810",
                "687f",
                "66af",
                "69af",
                "7340",
                "73df",
                "73ff",
                "743f",
                "163f",
                "1681",
                "164e",
                "15bf",
                "1900",
                "1114",
                "98e4",
            )
        ),
        *(
            (f"1002:{i}", False)
            for i in (
                "738c",
                "7408",
                "740f",
                "74a1",
                "75a0",
                "73bf",
                "73a5",
                "744c",
                "747e",
                "7480",
                "7550",
                "7590",
                "150e",
                "1586",
            )
        ),
        ("10de:1b80", False),
    ],
)
def test_gpus_that_no_pytorch_is_made_for(ids: str, unsupported: bool) -> None:
    vendor = {"8086": "Intel", "1002": "AMD", "10de": "NVIDIA"}[ids[:4]]
    adapter = Adapter(vendor, f"{vendor} {ids}", model=ids)
    assert is_unsupported(adapter) == unsupported
    codes = [link.code for link in broken_links(Machine({}, torch=TORCH, adapters=(adapter,)))]
    assert ("gpu-unsupported" in codes) == unsupported


@pytest.mark.parametrize(
    ("vendor", "name", "unsupported"),
    [
        ("Intel", "Intel(R) UHD Graphics 620", True), ("Intel", "Intel(R) Iris(R) Xe Graphics", True),
        ("Intel", "Intel(R) HD Graphics 4000", True), ("Intel", "Intel(R) Arc(TM) A770 Graphics", False),
        ("AMD", "Radeon RX 580 Series", True), ("AMD", "AMD Radeon(TM) Vega 8 Graphics", True),
        ("AMD", "AMD Radeon RX 5700 XT", True), ("AMD", "Radeon RX Vega 64", True),
        ("AMD", "AMD Radeon RX 6500 XT", True), ("AMD", "AMD Radeon RX 6800M", True), ("AMD", "AMD Radeon 680M", True),
        ("AMD", "AMD Radeon RX 6800 XT", False), ("AMD", "AMD Radeon(TM) 8060S Graphics", False),
        ("AMD", "AMD Instinct MI50", True), ("AMD", "AMD Instinct MI300X", False),
        ("AMD", "AMD Radeon RX 7900 XTX", False), ("AMD", "AMD Radeon 780M Graphics", True),
    ],
)  # fmt: skip
def test_without_ids_the_name_tells(vendor: str, name: str, unsupported: bool) -> None:
    assert is_unsupported(Adapter(vendor, name)) == unsupported


def test_a_build_for_rocm_without_a_gpu() -> None:
    card = Adapter("AMD", "AMD Radeon RX 7900 XTX", "0000:03:00.0", "amdgpu", model="1002:744c")
    torch = replace(TORCH, version="2.9.1+rocm6.4", rocm="6.4")
    assert (torch.build, TORCH.build, replace(TORCH, cuda="12.6").build) == ("ROCm 6.4", "", "CUDA 12.6")
    (link,) = broken_links(Machine({}, torch=torch, adapters=(card,)))
    assert link.code == "gpu-rocm"
    assert "/dev/kfd" in link.sentence
    assert "groups render and video" in link.sentence
    (link,) = broken_links(Machine({}, torch=torch, adapters=(replace(card, driver="vfio-pci"),)))
    assert link.code == "gpu-handed-on"
