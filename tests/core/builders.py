"""Machines, runs and results for the tests: exact rates, so that every conclusion can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rigdyno.core.records.events import (
    Adapters,
    Capacity,
    Checked,
    DepthTiming,
    Done,
    Failed,
    Failure,
    Hello,
    Phase,
    Progress,
    Scaling,
    Score,
    Timing,
    Trial,
    Window,
    Work,
)
from rigdyno.core.records.experiment_events.acceleration import Acceleration
from rigdyno.core.records.experiment_events.boosting import BoostingTiming
from rigdyno.core.records.experiment_events.memory import MemoryCount, WorkCount
from rigdyno.core.records.machine import DriverAdapter, Machine, Reading, Sample, Torch, TorchDevice
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import FORMAT, DriverGpu, Result, Run
from rigdyno.core.reference import scenarios

RULES = scenarios.load_rules()
JOBS = {job.name: job for job in RULES.jobs}
GB = 10**9
START, END = 10.0, 20.0
"""When every run here begins and ends."""


def machine(gpus: int = 0, memory_gb: float = 0, cpu_gb: float = 16, **readings: str | int | float) -> Machine:
    """A computer with so many equal GPUs; `power_source="battery"` becomes the reading `power.source`."""
    devices = [TorchDevice("cpu", "CPU", ("fp32", "bf16"), usable=True)]
    devices += [
        TorchDevice(f"cuda:{i}", "GPU", ("fp32", "fp16"), usable=True, memory_total=int(memory_gb * GB))
        for i in range(gpus)
    ]
    torch = Torch("2.13.0", "3.11", "", "AVX2", 2, (), tuple(devices), 1.0)
    found = {"memory.total": int(cpu_gb * GB)} | {k.replace("_", ".", 1): v for k, v in readings.items()}
    return Machine({k: Reading(v, "test") for k, v in found.items()}, torch=torch)


def windows(rate: float, batch: int, count: int = 30, noise: float = 0.0) -> tuple[Window, ...]:
    """Windows of one step each at this rate, every other one a share `noise` above it and the rest below."""
    made = []
    for i in range(count):
        seconds = batch / (rate * (1 + noise * (-1) ** i))
        made.append(Window(START + i * seconds, seconds, 1, batch, batch, 2 * seconds, warm=False, loss=1.0))
    return tuple(made)


def train_run(rate: float, device: str = "cpu") -> Run:
    """The small network on two threads that had the whole of their two cores."""
    plan = Plan(device=device, threads=2)
    made = windows(rate, plan.batch)
    return Run("train", plan, Rules(), START, END, "converged", "ACTIVE", made, done=done())


def job_run(name: str, rate: float, device: str = "cpu", **how: int | float) -> Run:
    """The network of a job at its own batch; `how` goes to `windows`."""
    plan = JOBS[name].plan(Plan(device=device, threads=2))
    made = windows(rate, plan.batch, **how)
    return Run("job", plan, Rules(), START, END, "converged", "ACTIVE", made, done=done())


def out_of_memory(name: str, device: str = "cuda:0") -> Run:
    """A job that did not fit."""
    return replace(job_run(name, 1, device), windows=(), failure=Failure("out-of-memory"), stop="failed", done=None)


def gpu_runs(resnet18: float, resnet50: float, transformer: float | None, count: int = 1) -> list[Run]:
    """A whole check of a machine with GPUs, rates in samples/s of each; None: the transformer does not fit."""
    runs = [train_run(1500), job_run("mlp-table", 150_000), job_run("resnet18-small-images", 60)]
    for i in range(count):
        device = f"cuda:{i}"
        runs += [
            job_run("resnet18-small-images", resnet18, device),
            job_run("resnet50-finetune", resnet50, device),
            job_run("resnet50-imagenet", resnet50, device),
            job_run("transformer-finetune", transformer, device)
            if transformer
            else out_of_memory("transformer-finetune", device),
        ]
    return runs


def done(settled: bool | None = True) -> Done:
    """The end of a run that went well."""
    return Done(END, "converged", settled, 2, "fp32", 100)


def samples(key: str, values: Iterable[float | None]) -> list[Sample]:
    """One sensor's values, all while the runs went on."""
    return [Sample(START + i * 0.01, {key: value}) for i, value in enumerate(values)]


CARD = DriverAdapter("NVIDIA GeForce RTX 4060 Laptop GPU", "NVIDIA", "discrete", "Vulkan", "560.94")
"""What the driver of a laptop's GPU calls it."""


def shaded(rates: list[float], gigabytes: float = 200.0, adapter: DriverAdapter = CARD) -> DriverGpu:
    """Products of 1 GFLOP in windows of half a second, at these GFLOP/s."""
    windows = tuple(
        Window(0.5 * i, 0.5, round(rate / 2), round(rate / 2), 1, 0.1, warm=False) for i, rate in enumerate(rates)
    )
    copy = Timing(0, "copy", (1.0, 1.0, 1.0), gigabytes * 1e9, "byte", "shader")
    work = Work(0, 1, 1e9, 1e9, 1e6)
    run = Run(
        "driver", Plan(device="0"), Rules(), 0, 0.5 * len(rates), "time-limit", "ACTIVE", windows, timings=(copy,)
    )
    return DriverGpu(adapter, replace(run, work=work))


EVENTS = [
    Hello(1.0, 7, 1, Torch("2.13.0+cpu", "3.11", "", "AVX2", 2, ("sm_75",), (), 1.5)),
    Phase(1.0, "warm-up"),
    Progress(1.5, 640, 1000.0),
    Window(1.0, 0.25, 4, 256, 64, 0.5, True, 2.3, None),
    Trial(1.0, 2, True, "bf16", 2000.0, None, True),
    Score(3.0, 0.85, 2.0, 10_000, 2000),
    Timing(3.5, "forward", (0.01, 2), 64, "sample", "bf16"),
    Work(3.6, 32, 2e9, 1.5e9, 1e8),
    Capacity(3.7, 512, 8 * GB, 64, None, estimated=True),
    Scaling(3.8, 2, 1, 3, (0.75, 0.76), (0.72, 0.73)),
    Done(4.0, "converged", None, 2, "fp32", 100),
    Adapters(1.0, 7, 1, (DriverAdapter("llvmpipe (LLVM 15.0.6, 256 bits)", "", "software", "Vulkan"),)),
    Checked(2.0, "product", 509, 1.5e-6),
    MemoryCount(2.0, "cpu", 8, 0, 4000, 4000, 8000, 30_000, 300_000_000, None),
    WorkCount(2.0, 8, 1000, 10, 25.5, (0.0, 0.0), (1.5e12, 2e9), (1e9, 1e8), (1e6, 1e9)),
    DepthTiming(3.0, 2, 16, 1, 512, 1.5e12, (0.5, 1), "prompt"),
    Acceleration(3.0, "compile", (1250.0, 1240.5), (1000.0, 990.5), 31.5),
    Acceleration(3.0, "cores", obstacle="no-affinity"),
    BoostingTiming(3.0, "lightgbm", "4.6.0", 10**6, 4, (1.5, 2), None),
    Failed(4.0, "out-of-memory", "ß\n\u2028"),
]
"""One of each, with what is hard to write: a missing value, an int for a float, a line end inside a string."""


def result(number: int = 0, created: str = "2026-11-23T05:00:00+00:00") -> Result:
    """A small whole result."""
    found = Machine(
        {"cpu.model": Reading("AMD EPYC", "/proc/cpuinfo"), "power.battery": Reading(None, "sysfs", "none")}
    )
    run = Run("train", Plan(), Rules(), 0.0, 2.0, "converged", "ACTIVE", (EVENTS[3],), (EVENTS[4],), (EVENTS[5],))
    sample = Sample(0.25, {"cpu.total": 12.5, "cpu.clock": None})
    return Result(FORMAT, f"id{number}", created, "0.1.0", "complete", found, CheckPlan(), (run,), (sample,))
