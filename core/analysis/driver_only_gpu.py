"""What compute shaders say of a GPU that torch cannot use: its figures, and a wide guess at what torch would do on it.

Never the speed of torch: a shader of ours multiplies matrices, where a vendor's library trains networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from ..records.machine import DriverAdapter, Machine, Sample
from ..records.result import DriverGpu, Result
from ..records.verdict import Forecast, Reason
from ..reference.scenarios import Job, Rulebook
from ..words.writer import reason
from .forecast import LIKELY
from .gpu_telemetry import CAUSES, slowed
from .gpu_usability import chains

SETTLE_S, BURST_S = 0.5, 3.0
"""Burst is the rate of three seconds, after the half in which clocks rise; sustained that of the last third."""
SHADER_SHARE = 0.2, 0.9
"""Of a GPU's peak in single precision, what a plain tiled product reaches, tuned for no GPU in particular."""
COPY_SHARE = 0.7, 0.95
"""Of the memory's peak, what a copy reaches."""
TRAINED_SHARE = 0.21, 2.0
"""Operations of ResNet-50 in training, as a share of the peak in single precision: the lowest (RTX 4090 in TF32) and
the highest (A100 in mixed precision) of the published throughputs in `resources/reference`."""
TRAINED_BY_GB = 0.37, 1.31
"""Images of ResNet-50 trained for each GB of the memory's peak traffic: likewise (B200 and RTX 3090, both in mixed
precision). It varies less, so it tells more."""
RESNET50 = 24.35, 0.80
"""GFLOP and GB of one image of 224 x 224 in training, counted by `counting.py` in batches of 32 and 64."""
OTHER_NETWORKS = 2.0
"""How much wider each end is for other networks, for which nothing is published: scaled from one network to another by
what is counted, times were off by 2.3 to 2.8 where tried with the smallest one."""


@dataclass(frozen=True, slots=True)
class Figures:
    """GFLOP/s at first and at last, GB/s that a copy reads and writes, the seconds of products, the worst error."""

    burst: float
    sustained: float
    copied: float
    seconds: float
    error: float

    @property
    def kept(self) -> float:
        """The share of its first speed that was left at last."""
        return self.sustained / self.burst


def figures(found: DriverGpu) -> Figures | None:
    """The figures of a GPU; None where its measurement broke off before its end."""
    run = found.run
    copies = [t for t in run.timings if t.name == "copy"]
    if run.failure or not (run.windows and copies and run.work):
        return None
    begin, end = run.windows[0].t, run.windows[-1].t + run.windows[-1].seconds
    rates = [(w.t - begin, run.work.flops / w.batch * w.rate / 1e9) for w in run.windows]
    early = [rate for t, rate in rates if SETTLE_S <= t < SETTLE_S + BURST_S]
    late = [rate for t, rate in rates if t >= 2 * (end - begin) / 3]
    return Figures(
        median(early or [rates[0][1]]),
        median(late or [rates[-1][1]]),
        copies[0].work / median(copies[0].seconds) / 1e9,
        end - begin,
        max((c.error for c in run.checks), default=0.0),
    )


def wanted(machine: Machine) -> bool:
    """Whether there is a GPU that this torch cannot train on."""
    return any(chain.broken and not chain.device for chain in chains(machine))


def chosen(adapters: Sequence[DriverAdapter], machine: Machine, everything: bool) -> list[int]:
    """The numbers of the adapters to measure, one of each kind, the fastest kind first; a software one never in a
    check, and by itself only where nothing else is there. `everything`: those too that torch trains on.
    """
    used = {d.name for d in machine.torch.devices if d.usable and d.id != "cpu"} if machine.torch else set()
    real = [n for n, a in enumerate(adapters) if a.kind != "software" and (everything or a.name not in used)]
    software = [n for n, a in enumerate(adapters) if a.kind == "software"] if everything else []
    first: dict[str, int] = {}
    for number in sorted(real or software[:1], key=lambda n: adapters[n].kind != "discrete"):
        first.setdefault(adapters[number].name, number)
    return list(first.values())


def note(adapters: Sequence[DriverAdapter]) -> Reason | None:
    """Why there is no GPU to measure; None where there is one."""
    if any(a.kind != "software" for a in adapters):
        return None
    return reason("driver-software", device=adapters[0].name) if adapters else reason("driver-none")


def troubles(result: Result) -> list[Reason]:
    """Why a GPU was not measured through its driver, or only a software one."""
    broken = [(gpu, f) for gpu in result.driver_gpus if (f := gpu.run.failure) and f.code != "cancelled"]
    found = [reason("driver-broke", device=g.adapter.name, failure=f.code, detail=f.detail) for g, f in broken]
    return [*([result.driver_note] if result.driver_note else []), *found]


def speed(found: Figures, job: Job) -> tuple[float, float] | None:
    """Samples/s of a job, from and to, if torch could use the GPU; None where the job's work is not known.

    Both by arithmetic and by memory; the lower of the two counts at either end, as each limits by itself.
    """
    if not (job.gflop and job.gbyte):
        return None
    wider = 1.0 if job.model == "resnet50" else OTHER_NETWORKS
    peak = found.sustained / SHADER_SHARE[1], found.sustained / SHADER_SHARE[0]
    traffic = found.copied / COPY_SHARE[1], found.copied / COPY_SHARE[0]
    by_arithmetic = [share * most / job.gflop for share, most in zip(TRAINED_SHARE, peak, strict=True)]
    by_memory = [images * most * RESNET50[1] / job.gbyte for images, most in zip(TRAINED_BY_GB, traffic, strict=True)]
    return min(by_arithmetic[0], by_memory[0]) / wider, min(by_arithmetic[1], by_memory[1]) * wider


def scenarios(found: Figures, rules: Rulebook, memory: int | None, measured: Sequence[Forecast]) -> tuple[int, int]:
    """The scenarios that the slowest and the fastest guess reach, each job on this GPU or where it was `measured`.

    A job whose memory the GPU lacks, or may lack, is none of the slowest guess; one of several accelerators, of none.
    """
    reached = [1, 1]
    for end in (0, 1):
        for number in sorted({j.scenario for j in rules.jobs} - {1}):
            if not all(_done(found, job, end, memory, measured) for job in rules.jobs if job.scenario == number):
                break
            reached[end] = number
    return reached[0], reached[1]


def _done(found: Figures, job: Job, end: int, memory: int | None, measured: Sequence[Forecast]) -> bool:
    if any(f.job == job.name and f.probability >= LIKELY for f in measured):
        return True
    rates = speed(found, job)
    if rates is None or job.accelerators > 1:
        return False
    fits = memory >= job.memory_need if memory is not None else end == 1
    return fits and job.work / rates[end] <= job.deadline_s


def sensors(machine: Machine, adapter: DriverAdapter) -> int | None:
    """The N of the sensors "gpu.N.…" of an adapter: by its name, where one NVIDIA GPU alone has it."""
    alike = [n for n, gpu in enumerate(machine.gpus) if gpu.name == adapter.name]
    return alike[0] if len(alike) == 1 else None


def reasons(
    machine: Machine,
    gpus: Sequence[DriverGpu],
    telemetry: Sequence[Sample],
    rules: Rulebook,
    measured: Sequence[Forecast] = (),
) -> list[Reason]:
    """What was found of each GPU, and what that would make of the machine; `measured` are its own forecasts."""
    told: list[Reason] = []
    for gpu in gpus:
        told += _of_one(machine, gpu, telemetry, rules, measured)
    return told


def _of_one(
    machine: Machine, gpu: DriverGpu, telemetry: Sequence[Sample], rules: Rulebook, measured: Sequence[Forecast]
) -> Iterator[Reason]:
    name, found = gpu.adapter.name, figures(gpu)
    if found is None:
        return
    yield reason(
        "driver-speed",
        device=name,
        backend=gpu.adapter.backend,
        gflops=found.sustained,
        gigabytes=found.copied,
        percent=100 * found.kept,
        seconds=found.seconds,
    )
    if gpu.adapter.kind == "software":
        return
    number = sensors(machine, gpu.adapter)
    if number is not None:
        yield from _felt(name, number, [s for s in telemetry if gpu.run.started <= s.t <= gpu.run.ended])
    total = machine.gpus[number].value("gpu.memory_total") if number is not None else None
    memory = total if isinstance(total, int) else None
    for job in rules.jobs:
        rates = speed(found, job) if job.model == "resnet50" and job.scenario == 2 else None
        if rates:
            low, high = job.work / rates[1], job.work / rates[0]
            yield reason("driver-job", device=name, job=job.name, low=low, high=high)
    least, most = scenarios(found, rules, memory, measured)
    code = "driver-scenario" if least == most else "driver-scenarios"
    yield reason(code, device=name, least=least, most=most)


def _felt(name: str, number: int, during: Sequence[Sample]) -> Iterator[Reason]:
    """What the driver's sensors told meanwhile."""
    keys = {"watts": "power", "clock": "sm_clock", "celsius": "temperature"}
    known = {
        title: fmean(values)
        for title, key in keys.items()
        if (values := [v for s in during if (v := s.values.get(f"gpu.{number}.{key}")) is not None])
    }
    if len(known) == len(keys):
        yield reason("driver-sensors", device=name, **known)
    for cause in CAUSES:
        share = slowed(during, number, cause)
        if share > 0:
            yield reason("slowed", device=name, cause=cause, percent=100 * share)
