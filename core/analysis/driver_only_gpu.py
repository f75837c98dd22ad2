"""A GPU that torch cannot use, measured by compute shaders: its figures, and a wide guess at its speed with a torch.

The figures are never the speed of torch: they are those of a plain shader that multiplies matrices, while torch trains
with the vendor's tuned libraries.
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
from .gpu_telemetry import THROTTLE_CAUSES, throttled_share
from .gpu_usability import usability_chains

SETTLE_S, BURST_S = 0.5, 3.0
"""Burst is the rate of the three seconds that follow the first half second, in which clocks still rise; sustained is
that of the last third."""
PRODUCT_SHARE = 0.2, 0.9
"""Share of a GPU's single-precision peak that a plain tiled matrix product reaches, lowest and highest."""
COPY_SHARE = 0.7, 0.95
"""Share of the memory's peak bandwidth that a copy reaches, lowest and highest."""
TRAINING_FLOPS_SHARE = 0.21, 2.0
"""Operations/s of ResNet-50 training as a share of the single-precision peak: the lowest (RTX 4090 in TF32) and the
highest (A100 in mixed precision) of the published throughputs in `resources/reference`."""
RESNET50_IMAGES_PER_GB = 0.37, 1.31
"""Images of ResNet-50 trained for each GB of the memory's peak traffic: lowest (B200) and highest (RTX 3090) of the
same table, both in mixed precision. This ratio varies less between GPUs, so it is the better predictor."""
RESNET50_IMAGE_WORK = 24.35, 0.80
"""GFLOP and GB of one image of 224 x 224 in training, counted by core/worker/operation_count.py (batches of
32 and 64)."""
OTHER_NETWORKS_FACTOR = 2.0
"""Factor by which each end of the range is widened for other networks, for which nothing is published. Times that were
scaled from the smallest network to others by counted operations were off by factors of 2.3 to 2.8."""


@dataclass(frozen=True, slots=True)
class ShaderFigures:
    """`burst` and `sustained` in GFLOP/s, `copied` in GB/s read and written together, `seconds` of matrix products, and
    the largest relative `error` of a checked product.
    """

    burst: float
    sustained: float
    copied: float
    seconds: float
    error: float

    @property
    def kept(self) -> float:
        """Sustained speed as a share of the burst."""
        return self.sustained / self.burst


def shader_figures(found: DriverGpu) -> ShaderFigures | None:
    """The figures of a GPU; None if its measurement failed or did not end."""
    run = found.run
    copies = [t for t in run.timings if t.name == "copy"]
    if run.failure or not (run.windows and copies and run.work):
        return None
    begin, end = run.windows[0].t, run.windows[-1].t + run.windows[-1].seconds
    rates = [(w.t - begin, run.work.flops / w.batch * w.rate / 1e9) for w in run.windows]
    early = [rate for t, rate in rates if SETTLE_S <= t < SETTLE_S + BURST_S]
    late = [rate for t, rate in rates if t >= 2 * (end - begin) / 3]
    return ShaderFigures(
        median(early or [rates[0][1]]),
        median(late or [rates[-1][1]]),
        copies[0].work / median(copies[0].seconds) / 1e9,
        end - begin,
        max((c.error for c in run.checks), default=0.0),
    )


def has_untrainable_gpu(machine: Machine) -> bool:
    """Whether there is a GPU that this torch cannot train on."""
    return any(chain.broken_link and not chain.device for chain in usability_chains(machine))


def adapters_to_measure(adapters: Sequence[DriverAdapter], machine: Machine, everything: bool) -> list[int]:
    """Indices of the adapters to measure: one of each name, discrete GPUs first.

    Without `everything` (in a check), adapters that torch trains on and software adapters are left out. With it, a
    software adapter is measured only if there is no other.
    """
    used = {d.name for d in machine.torch.devices if d.usable and d.id != "cpu"} if machine.torch else set()
    real = [n for n, a in enumerate(adapters) if a.kind != "software" and (everything or a.name not in used)]
    software = [n for n, a in enumerate(adapters) if a.kind == "software"] if everything else []
    first: dict[str, int] = {}
    for number in sorted(real or software[:1], key=lambda n: adapters[n].kind != "discrete"):
        first.setdefault(adapters[number].name, number)
    return list(first.values())


def no_gpu_reason(adapters: Sequence[DriverAdapter]) -> Reason | None:
    """Why there is no GPU to measure; None if there is one."""
    if any(a.kind != "software" for a in adapters):
        return None
    return reason("driver-software", device=adapters[0].name) if adapters else reason("driver-none")


def measurement_failures(result: Result) -> list[Reason]:
    """Why GPUs were not measured through their drivers, or only a software adapter was."""
    broken = [(gpu, f) for gpu in result.driver_gpus if (f := gpu.run.failure) and f.code != "cancelled"]
    found = [reason("driver-broke", device=g.adapter.name, failure=f.code, detail=f.detail) for g, f in broken]
    return [*([result.driver_note] if result.driver_note else []), *found]


def guessed_rate(found: ShaderFigures, job: Job) -> tuple[float, float] | None:
    """Lowest and highest samples/s of a job if torch could use the GPU; None if the job's work was not counted.

    Guessed from the arithmetic and from the memory traffic. At either end the lower of the two counts, as each is a
    limit by itself.
    """
    if not (job.gflop and job.gbyte):
        return None
    wider = 1.0 if job.model == "resnet50" else OTHER_NETWORKS_FACTOR
    peak = found.sustained / PRODUCT_SHARE[1], found.sustained / PRODUCT_SHARE[0]
    traffic = found.copied / COPY_SHARE[1], found.copied / COPY_SHARE[0]
    by_arithmetic = [share * most / job.gflop for share, most in zip(TRAINING_FLOPS_SHARE, peak, strict=True)]
    by_memory = [
        images * most * RESNET50_IMAGE_WORK[1] / job.gbyte
        for images, most in zip(RESNET50_IMAGES_PER_GB, traffic, strict=True)
    ]
    return min(by_arithmetic[0], by_memory[0]) / wider, min(by_arithmetic[1], by_memory[1]) * wider


def guessed_scenarios(
    found: ShaderFigures, rules: Rulebook, memory: int | None, measured: Sequence[Forecast]
) -> tuple[int, int]:
    """The scenarios reached by the slowest and by the fastest guess; jobs that were `measured` elsewhere count as well.

    The slowest guess leaves out jobs if the GPU's `memory` (bytes, None: unknown) is or may be too small for them; both
    leave out jobs that need several accelerators.
    """
    reached = [1, 1]
    for end in (0, 1):
        for number in sorted({j.scenario for j in rules.jobs} - {1}):
            if not all(_done(found, job, end, memory, measured) for job in rules.jobs if job.scenario == number):
                break
            reached[end] = number
    return reached[0], reached[1]


def _done(found: ShaderFigures, job: Job, end: int, memory: int | None, measured: Sequence[Forecast]) -> bool:
    if any(f.job == job.name and f.probability >= LIKELY for f in measured):
        return True
    rates = guessed_rate(found, job)
    if rates is None or job.accelerators > 1:
        return False
    fits = memory >= job.memory_need if memory is not None else end == 1
    return fits and job.work / rates[end] <= job.deadline_s


def sensor_index(machine: Machine, adapter: DriverAdapter) -> int | None:
    """The N of the sensors "gpu.N.…" of an adapter; None unless exactly one NVIDIA GPU has its name."""
    alike = [n for n, gpu in enumerate(machine.gpus) if gpu.name == adapter.name]
    return alike[0] if len(alike) == 1 else None


def driver_reasons(
    machine: Machine,
    gpus: Sequence[DriverGpu],
    telemetry: Sequence[Sample],
    rules: Rulebook,
    measured: Sequence[Forecast] = (),
) -> list[Reason]:
    """What was measured on each GPU, and the scenario it might reach; `measured` are the forecasts of the check."""
    told: list[Reason] = []
    for gpu in gpus:
        told += _of_one(machine, gpu, telemetry, rules, measured)
    return told


def _of_one(
    machine: Machine, gpu: DriverGpu, telemetry: Sequence[Sample], rules: Rulebook, measured: Sequence[Forecast]
) -> Iterator[Reason]:
    name, found = gpu.adapter.name, shader_figures(gpu)
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
    number = sensor_index(machine, gpu.adapter)
    if number is not None:
        yield from _sensor_reasons(name, number, [s for s in telemetry if gpu.run.started <= s.t <= gpu.run.ended])
    total = machine.gpus[number].value("gpu.memory_total") if number is not None else None
    memory = total if isinstance(total, int) else None
    for job in rules.jobs:
        rates = guessed_rate(found, job) if job.model == "resnet50" and job.scenario == 2 else None
        if rates:
            low, high = job.work / rates[1], job.work / rates[0]
            yield reason("driver-job", device=name, job=job.name, low=low, high=high)
    least, most = guessed_scenarios(found, rules, memory, measured)
    code = "driver-scenario" if least == most else "driver-scenarios"
    yield reason(code, device=name, least=least, most=most)


def _sensor_reasons(name: str, number: int, during: Sequence[Sample]) -> Iterator[Reason]:
    """Means of the driver's sensors during the run, and what throttled the GPU."""
    keys = {"watts": "power", "clock": "sm_clock", "celsius": "temperature"}
    known = {
        title: fmean(values)
        for title, key in keys.items()
        if (values := [v for s in during if (v := s.values.get(f"gpu.{number}.{key}")) is not None])
    }
    if len(known) == len(keys):
        yield reason("driver-sensors", device=name, **known)
    for cause in THROTTLE_CAUSES:
        share = throttled_share(during, number, cause)
        if share > 0:
            yield reason("slowed", device=name, cause=cause, percent=100 * share)
