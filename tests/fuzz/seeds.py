"""What is mutated: results of real checks cut to a few of their thousand samples, settings, rules, tables and lines."""

from __future__ import annotations

import functools
import json
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from rigdyno.core.records.calibration import Calibration
from rigdyno.core.records.machine import Gpu, Reading, Sample, Torch, TorchDevice
from rigdyno.core.records.result import Neighbour, Result
from rigdyno.core.records.verdict import Reason
from rigdyno.core.report import qr_text
from rigdyno.core.store import result_files

from tests.core.builders import EVENTS, RULES, done, gpu_runs, job_run, machine, result, shaded, train_run

TESTS = Path(__file__).parent.parent
KEPT = 6
"""Samples and windows of a real check that stay: a reader does the same with the other thousand."""
SETTINGS = json.dumps(
    {"language": "es", "scheme": "dark", "memory": "GB", "frames": "4", "samples": "2", "welcomed": "yes",
     "place": "01d9d0cb000300000000000000000000000004ff000002e300000000000000000000fffffffeffffffff00"}
).encode()  # fmt: skip
ENGINE = json.dumps({"python": "/usr/bin/python3"}).encode()


VALUES = (
    b"0", b"-1", b"1e308", b"-1e308", b"nan", b"inf", b"-inf", b"9" * 400, b"1_000_000_000_000_000_000", b'""',
    b'"x"', b"[]", b"{}", b"true", b"1979-05-27T07:32:00Z", b'"\\u202e"', b'"<b id=hostile>x</b>"',
    b'"[bold]x[/bold]"', b"0.0", b"5e-324", b'"\\u001b[31m"', b'"%s"' % (b"x" * 5000), b"[[job]]",
    b"0x7fffffffffffffff", b'"resnet50"',
    b'"vgg16"', b"4", b"3",
)  # fmt: skip
"""Values of rules and tables."""


@functools.cache
def stored() -> tuple[bytes, ...]:
    """Result files: two real ones, one of a rig with GPUs, one of a GPU without torch, and a small whole one."""
    real = (
        json.loads((TESTS / "results" / name).read_bytes())
        for name in ("full_check.json", "full_check_by_earlier_version.json")
    )
    made = (result_files.to_json(each) for each in (rig(), _shaded(), result()))
    return (*(json.dumps(_thin(each)).encode() for each in real), *made)


def rig() -> Result:
    """A workstation with two GPUs, everything told of them."""
    at = machine(2, 24, power_source="mains", cpu_physical_cores=8)
    told = {
        "gpu.name": "NVIDIA RTX 4090",
        "gpu.memory_total": 24 * 2**30,
        "gpu.power_limit": 450.0,
        "gpu.capability": "8.9",
    }
    gpus = tuple(Gpu(f"GPU-{n}", f"0000:0{n}:00.0", {k: Reading(v, "NVML") for k, v in told.items()}) for n in (1, 2))
    samples = tuple(
        Sample(float(t), {"cpu.others": 1.0, "gpu.0.power": 300.0, "gpu.0.temperature": 70.0, "gpu.1.throttle": 4.0})
        for t in range(10, 20)
    )
    runs = [
        *gpu_runs(2764, 471.69, 30, count=2),
        replace(train_run(9000, "cuda:0"), task="soak"),
        job_run("mlp-table", 1e5),
    ]
    runs = [replace(run, windows=run.windows[:KEPT]) for run in runs]
    made = replace(result(), machine=replace(at, gpus=gpus), runs=tuple(runs), telemetry=samples)
    made = replace(made, neighbours=(Neighbour("firefox", 30.0),), problems=(Reason("died", {"detail": "x"}, "X"),))
    return result_files.judged(made, RULES)


def _shaded() -> Result:
    """A laptop whose GPU only its graphics driver can use."""
    known = replace(result(), driver_gpus=(shaded([900.0] * 20),), driver_note=Reason("driver-software", {}, "X"))
    torch = Torch("2.13.0", "3.11", "", "AVX2", 2, (), (TorchDevice("cpu", "CPU", ("fp32",), usable=True),), 1.0)
    return replace(known, machine=replace(known.machine, torch=torch, adapters=()))


def _thin(tree: dict[str, Any]) -> dict[str, Any]:
    """The same file with a few of each list."""
    tree["telemetry"] = tree["telemetry"][:: max(1, len(tree["telemetry"]) // KEPT)]
    for run in tree["runs"]:
        for name in ("windows", "timings", "phases"):
            run[name] = run[name][:: max(1, len(run[name]) // KEPT)]
        for timing in run["timings"]:
            timing["seconds"] = timing["seconds"][:KEPT]
    return tree


@functools.cache
def rules() -> bytes:
    """The shipped rulebook."""
    return (files("rigdyno.resources") / "scenarios.toml").read_bytes()


@functools.cache
def table() -> bytes:
    """The first rows of the shipped table of hardware."""
    folder = files("rigdyno.resources") / "reference"
    whole = next(f for f in folder.iterdir() if f.name == "train_throughput.csv").read_bytes()
    return b"\n".join(whole.splitlines()[:40])


@functools.cache
def logs() -> tuple[bytes, ...]:
    """What trainings have written."""
    return tuple(path.read_bytes() for path in sorted((TESTS / "logs").iterdir()))


@functools.cache
def trainings() -> bytes:
    """The file of the user's own trainings."""
    one = Calibration("text", "cpu", "1234", "bert-squad", "2026-11-28", 1200, 8.0, 0.8, "abcd")
    return json.dumps({"format": 1, "trainings": [asdict(one)] * 2}).encode()


@functools.cache
def lines() -> tuple[bytes, ...]:
    """What a worker writes, one of each kind of event."""
    told = (*EVENTS, done())
    return tuple(json.dumps({"event": type(each).__name__, "data": asdict(each)}).encode() for each in told)


@functools.cache
def codes() -> tuple[bytes, ...]:
    """The texts of QR codes."""
    return tuple(qr_text.compact(msgspec.json.decode(each, type=Result)).encode() for each in stored())
