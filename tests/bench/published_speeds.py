"""The published training rates of both tables as counted work on GPUs of the table, split by machine for trials.

A row of `train_throughput.csv` or `job_reference.csv` goes by its table and line. The work of each was counted once by
`packaging/count_jobs.py` (its function `counted`) and lies in published_work.json.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rigdyno.core.analysis.jobs.published_jobs import COMPILED, EAGER, with_fused_dequantisation
from rigdyno.core.reference.hardware_tables import GpuModel, gpu_models, published_throughputs
from rigdyno.core.reference.job_work import JobWork
from rigdyno.core.reference.published_jobs import published_jobs

from tests.core.analysis.jobs.published_rows import ROWS

SEED, HELD_OUT_SHARE = 20261128, 1 / 3
"""Written down before anything was fitted."""
WORK = Path(__file__).parent / "published_work.json"
GPUS: dict[str, GpuModel] = {gpu.name: gpu for gpu in reversed(gpu_models())}
MACHINES = {
    # machine -> its name in gpus.csv, and what hardware is called that is this machine
    "V100": ("Tesla V100 SXM2 16 GB", r"V100"),
    "A10": ("A10 PCIe", r"A10$"),
    "A10G": ("A10G", r"A10G"),
    "A100 PCIe": ("A100 PCIe 40 GB", r"A100.*PCIe"),
    "A100 SXM": ("A100 SXM4 80 GB", r"A100"),
    "H100 PCIe": ("H100 PCIe 80 GB", r"H100.*PCIe"),
    "H100 SXM": ("H100 SXM5 80 GB", r"H100"),
    "B200": ("B200", r"B200"),
    "L40S": ("L40S", r"L40S"),
    "A40": ("A40 PCIe", r"A40$"),
    "RTX A4000": ("RTX A4000", r"A4000"),
    "RTX A6000": ("RTX A6000", r"A6000"),
    "Quadro RTX 8000": ("Quadro RTX 8000", r"RTX 8000"),
    "RTX 2070 laptop": ("GeForce RTX 2070 Mobile", r"RTX 2070.*(Max-Q|laptop)"),
    "RTX 3080 laptop": ("GeForce RTX 3080 Mobile", r"RTX 3080.*(Max-Q|laptop)"),
    "RTX 2080 Ti": ("GeForce RTX 2080 Ti", r"RTX 2080 Ti"),
    "RTX 3070": ("GeForce RTX 3070", r"RTX 3070"),
    "RTX 3080": ("GeForce RTX 3080", r"RTX 3080"),
    "RTX 3090": ("GeForce RTX 3090", r"RTX 3090"),
    "RTX 4090": ("GeForce RTX 4090", r"RTX 4090"),
    "GTX 1080 Ti": ("GeForce GTX 1080 Ti", r"GTX 1080 Ti"),
    "GTX 1080": ("GeForce GTX 1080", r"GTX 1080"),
    "TITAN X (Pascal)": ("TITAN X Pascal", r"Pascal Titan X"),
    "TITAN X (Maxwell)": ("GeForce GTX TITAN X", r"Maxwell Titan X"),
}
"""Cards that differ only in how much memory they have are one machine, so that none is on both sides of the split."""
CHANNELS_LAST = ("MXNet", "PaddlePaddle", "TensorFlow", "PyTorch 20.12")
"""Frameworks of NVIDIA's own records: channels last, fused kernels, images decoded by the GPU."""
LEFT_OUT: tuple[tuple[str, str], ...] = (
    (r"cpu", "a processor"),
    (r"cuDNN None", "without cuDNN, as nobody trains today"),
)
USUAL_BATCH = 128


@dataclass(frozen=True)
class Speed:
    """A published rate: `samples_per_s` of `count` GPUs together. `tuned`: by NVIDIA's own records."""

    table: str
    line: int
    what: str
    machine: str
    gpu: GpuModel
    count: int
    work: JobWork
    batch: int
    precision: str
    samples_per_s: float
    software: str = "eager"


def machine_of(hardware: str) -> str | None:
    """The first machine whose pattern is in the name."""
    return next((name for name, (_gpu, called) in MACHINES.items() if re.search(called, hardware)), None)


def counted() -> dict[str, JobWork]:
    """The work of all networks of the rows."""
    told = json.loads(WORK.read_text())
    return {
        key: JobWork(**{k: tuple(v) if isinstance(v, list) else v for k, v in w.items()}) for key, w in told.items()
    }


def speeds() -> list[Speed]:
    """All rows that can be told."""
    work = counted()
    return [*_throughputs(work), *_jobs(work)]


def _throughputs(work: dict[str, JobWork]) -> Iterator[Speed]:
    for line, row in enumerate(published_throughputs(), 2):
        machine = machine_of(row.hardware)
        named = re.match(r"resnet-?50|vgg-?16\b(?!_)", row.model)
        if row.device_type == "cpu" or "None" in row.framework or not (machine and named):
            continue
        network = named.group().replace("-", "")
        half = re.match("AMP|FP16", row.precision) is not None
        gpu = GPUS[MACHINES[machine][0]]
        ampere = float(gpu.compute_capability) >= 8
        tuned = row.framework.startswith(CHANNELS_LAST) or "NHWC" in row.precision
        software = "tuned" if tuned else "torch7" if "Torch7" in row.framework else "eager"
        precision = "fp16" if half else "tf32" if ampere else "fp32"
        counted = work[f"{network}-{'fp16' if half else 'fp32'}"]
        batch = 16 if software == "torch7" else USUAL_BATCH
        what = f"{network} {software}"
        rate, count = row.train_images_per_s, max(1, row.num_devices)
        yield Speed("train_throughput", line, what, machine, gpu, count, counted, batch, precision, rate, software)


def _jobs(work: dict[str, JobWork]) -> Iterator[Speed]:
    machines = {gpu: name for name, (gpu, _called) in MACHINES.items()} | {"A100 SXM4 40 GB": "A100 SXM"}
    for row in ROWS:
        told = published_jobs()[row.line - 2]
        done = work[str(row.line)]
        done = with_fused_dequantisation(done, row.workload) if row.four_bit else done
        software = "compiled" if row.software is COMPILED else "eager" if row.software is EAGER else "fused"
        assert told.rate
        yield Speed(
            "job_reference",
            row.line,
            f"{told.model} {told.job}"[:40],
            machines[row.gpu],
            GPUS[row.gpu],
            1,
            done,
            row.workload.batch,
            row.workload.precision,
            row.per_second(told.rate),
            software,
        )


def held_out(rows: list[Speed]) -> frozenset[str]:
    """The machines of a third, drawn by the seed."""
    machines = sorted({row.machine for row in rows})
    return frozenset(random.Random(SEED).sample(machines, round(len(machines) * HELD_OUT_SHARE)))
