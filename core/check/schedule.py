"""What a check does next and how long that may take, chosen from the plan, the machine and the runs so far. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..analysis.driver_only_gpu import has_untrainable_gpu
from ..analysis.forecast import ASSUMED_EFFICIENCY, forecast_job
from ..records.machine import Machine, TorchDevice
from ..records.plan import CheckPlan, Plan
from ..records.result import Run
from ..records.scaling_efficiency import rank_counts
from ..records.window_statistics import SURE
from ..reference.scenarios import Job, Rulebook
from .step_durations import ENGINE_S, SEEDS, pace

HOPELESS = 0.01
"""Below this probability of a scenario's jobs, the jobs of the next scenario are not measured."""
LEAST_SHARE = 0.2
"""A step gets at least this share of its budget: less would measure nothing."""
CUSTOM_OVERHEAD = 1.5, 3.0
"""A training of s seconds takes about 1.5 s + 3 seconds with warm-up and tests; for the estimate of the time left."""


def threads(plan: Plan, machine: Machine) -> int:
    """The number of threads to start with: the plan's, or the physical cores that this process may use."""
    if plan.threads:
        return plan.threads
    known = [v for k in ("cpu.physical_cores", "cpu.usable_cores") if isinstance(v := machine.value(k), int)]
    return max(1, min(known, default=1))


def cores_taken(machine: Machine, percent: float | None) -> int:
    """How many cores other programs keep busy that use so much of the processor; parts of a core count from a half on,
    as threads that share one wait for each other.
    """
    cores = machine.value("cpu.usable_cores") or machine.value("cpu.logical_cores")
    return math.floor((percent or 0.0) / 100 * cores + 0.5) if isinstance(cores, int) else 0


def quiet_threads(used: int, most: int, taken: int) -> int:
    """The threads, of `most` in all, that a run would have had without other programs on `taken` cores, if it left them
    exactly these; 0: as many as it had, since its number was chosen for another reason.
    """
    return most if taken and most > used == max(1, most - taken) else 0


def thread_counts(machine: Machine, taken: int = 0) -> Iterator[int]:
    """The numbers of threads to try: 1, performance, physical and logical cores, as far as they may be used; and all
    physical cores but those that are `taken` by other programs.
    """
    usable = machine.value("cpu.usable_cores")
    keys = ("cpu.performance_cores", "cpu.physical_cores", "cpu.logical_cores")
    known = {v for k in keys if isinstance(v := machine.value(k), int)} | {1}
    if taken:
        known.add(max(1, threads(Plan(), machine) - taken))
    yield from sorted(v for v in known if not isinstance(usable, int) or v <= usable)


def process_counts(machine: Machine) -> Iterator[int]:
    """How many processes load images together: the powers of 2 below the number of usable cores, and that number."""
    usable = machine.value("cpu.usable_cores")
    yield from rank_counts(usable if isinstance(usable, int) else 1)


def halves(task: str, step: str, device: TorchDevice | None) -> tuple[str, ...]:
    """The half precision that one of our own jobs may choose on an accelerator; empty if it has none.

    A user's own training (the step "job") is measured with the settings that were asked for.
    """
    if task != "job" or step == "job" or device is None or device.id == "cpu":
        return ()
    return tuple(p for p in ("bf16", "fp16") if p in device.precisions)[:1]


def as_trained(plan: Plan, devices: Sequence[str], machine: Machine, runs: Sequence[Run]) -> Plan:
    """The plan with the settings that its network was trained with before, if all of the devices support them."""
    done = [r for r in runs if r.task in ("train", "job") and r.plan.device in devices and not r.failure]
    settings = next((r.plan for r in done if r.plan.model == plan.model), plan)
    if any(settings.precision not in found.precisions for d in devices if (found := machine.device(d))):
        return plan
    return replace(plan, precision=settings.precision, channels_last=settings.channels_last)


def worth_trying(rules: Rulebook, machine: Machine, runs: Sequence[Run]) -> Iterator[Job]:
    """The jobs, each network and shape once, until a scenario is out of reach on every device.

    Those of scenario 2 come first, as they tell scenario 1 from the others; those of scenario 1 come last, as every
    computer is in it. `runs` grows while this is iterated: each job is chosen by what the jobs before it showed.
    """
    tried: set[tuple[str, int, int]] = set()
    for job in _by_weight(rules):
        shape = (job.model, job.batch, job.image_size)
        lower = [forecast_job(j, machine, runs) for j in rules.jobs if 1 < j.scenario < job.scenario]
        hopeless = any(f and max(x.probability for x in f) < HOPELESS for f in lower)
        if shape not in tried and not hopeless:
            tried.add(shape)
            yield job


def is_superfluous(job: Job, device: str, rules: Rulebook, machine: Machine, runs: Sequence[Run]) -> bool:
    """Whether the processor's rate at a job would change no verdict: an accelerator finishes it for certain, and was
    faster at another job that both have done.
    """
    if device != "cpu":
        return False
    certain = any(f.device != "cpu" and f.probability >= SURE for f in forecast_job(job, machine, runs))
    others = [forecast_job(j, machine, runs) for j in rules.jobs if j.model != job.model]
    slower = any(f[0].device != "cpu" and f[-1].device == "cpu" for f in others if f)
    return certain and slower


def borders(rules: Rulebook, plan: Plan) -> tuple[float, ...]:
    """The rates (samples/s) of this network and shape at which a job of the rules is just in time, for one device."""
    shaped = [j for j in rules.jobs if (j.model, j.image_size) == (plan.model, plan.image_size)]
    needed = {j.work / j.deadline_s / (ASSUMED_EFFICIENCY * j.accelerators if j.accelerators else 1) for j in shaped}
    return tuple(sorted(needed))


def remaining(plan: CheckPlan, rules: Rulebook, devices: int, step: str = "", done: int = 0) -> float | None:
    """The most seconds from the start of `step` on ("tune", "train" or a model); from the very start for "".

    `done` of the devices have that step behind them. None where epochs decide: how long they take is what is being
    measured.
    """
    if plan.preset == "custom" and "train" in plan.steps:
        if plan.train.epochs:
            return None
        factor, extra = CUSTOM_OVERHEAD
        return (factor * plan.train.seconds + extra) * (devices - done) + (0 if step else ENGINE_S)
    steps = list(_steps(plan, rules))
    later = steps[steps.index(step) :] if step in steps else steps
    timed = replace(plan.train, seconds=plan.soak_s)  # only a soak's budget looks at it
    budgets = [pace(plan.preset, s, timed).rules.budget_s for s in later]
    return sum(budgets) * devices - sum(budgets[:1]) * done if step else sum(budgets) * devices + ENGINE_S


def share(plan: CheckPlan, rules: Rulebook, devices: int, step: str, done: int, now: float) -> float:
    """The share of its budget (0-1) that a step may use at `now`, so that earlier overruns do not add up.

    Beside a busy program, a single training step of a job can take as long as the whole budget.
    """
    left, whole = remaining(plan, rules, devices, step, done), remaining(plan, rules, devices)
    if plan.preset == "custom" or not left or not whole:
        return 1.0
    return min(1.0, max(LEAST_SHARE, (whole - now) / left))


def team(devices: Sequence[str], ranks: int) -> tuple[str, ...]:
    """The device of each rank of a training by several: the CUDA GPUs, or the processor once for each rank.

    `ranks` 0 means all GPUs, or two ranks on the processor. With a single GPU and a processor it is the processor.
    """
    gpus = tuple(d for d in devices if d.startswith("cuda:"))
    if len(gpus) > 1 or gpus == tuple(devices):
        return gpus[: ranks or None]
    return ("cpu",) * (ranks or 2)


def joined(plan: CheckPlan, machine: Machine, devices: Sequence[str], shaders: bool = True) -> CheckPlan:
    """The plan of a whole check with this machine's own steps: "driver" first, if `shaders` can run and there is
    a GPU that torch cannot use; "scaling" before the soak, if torch can use more than one GPU.
    """
    if plan.preset == "custom":
        return plan
    if shaders and has_untrainable_gpu(machine):
        plan = replace(plan, steps=("driver", *plan.steps))
    if sum(d.startswith("cuda:") for d in devices) < 2:
        return plan
    soak = tuple(s for s in plan.steps if s == "soak")
    return replace(plan, steps=(*(s for s in plan.steps if s != "soak"), "scaling", *soak))


def repetitions(step: str) -> list[str]:
    """The names of a step's repetitions: its own name if it is done once."""
    return [f"{step}:{number}" for number in range(SEEDS)] if step == "accuracy" else [step]


def _by_weight(rules: Rulebook) -> list[Job]:
    """The jobs, those first that tell most about the scenario."""
    return sorted(rules.jobs, key=lambda job: job.scenario == 1)


def _steps(plan: CheckPlan, rules: Rulebook) -> Iterator[str]:
    for step in plan.steps:
        if step == "jobs":
            yield from dict.fromkeys(j.model for j in _by_weight(rules) if j.scenario < 3)
        else:
            yield from repetitions(step)
