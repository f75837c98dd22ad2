"""What ending early costs: simulated checks that stop as the quick check does, against checks that measure everything.

python -m tests.bench.early_verdict

The machines are stored full checks of a processor (windows of ResNet-18 and ResNet-50, in `stored_windows.json`) and
published rates of GPUs, each made faster or slower so that some lie at the borders. Windows vary as stored ones did.
All updates go through the product's own classes.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table
from rigdyno.core.analysis.forecast import forecast_job
from rigdyno.core.check import schedule
from rigdyno.core.check.live_scenario import LiveScenario
from rigdyno.core.check.step_durations import QUICK, whole
from rigdyno.core.check.updates import MachineSeen, RunEnded, ScenarioSoFar, StepStarted, WorkerSaid
from rigdyno.core.records.events import Window
from rigdyno.core.records.machine import Machine, Torch, TorchDevice
from rigdyno.core.records.plan import Plan
from rigdyno.core.records.result import Run
from rigdyno.core.records.window_statistics import MODEL_ERROR, is_decided
from rigdyno.core.reference.hardware_tables import gpu_models, published_throughputs
from rigdyno.core.reference.scenarios import Job, load_rules
from rigdyno.core.verdict.hardware_scale import scale_entries
from rigdyno.core.verdict.scenario_decision import decide_scenario

STORED = Path(__file__).with_name("stored_windows.json")
SPEEDS = (0.5, 0.7, 0.8, 0.87, 0.93, 1.0, 1.07, 1.15, 1.25, 1.4, 2.0)
"""A machine is simulated so many times as fast; with these, the borders of all scenarios are crossed in small steps."""
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)
"""Of stated probabilities, for the table."""
CONFIDENT = 0.95
MOST_GPUS = 4
LONG_WINDOWS = 20
"""Windows of a job in the full check."""
RULES = load_rules()


@dataclass(frozen=True, slots=True)
class Rig:
    """A machine: its samples/s at each network, on one kind of device, and how its windows vary around them."""

    name: str
    rates: dict[str, float]
    noise: dict[str, list[float]]
    """Rates of windows in their order as shares of their median, by network."""
    gpus: int = 0
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a simulated quick check stated, and what became of it."""

    rig: str
    stated: float
    final: bool
    """The verdict itself; else said on the way."""
    as_full: bool
    """Whether the full check of the same machine says the same scenario."""
    as_training: bool
    """Whether a whole training does, which differs from windows by the model's error."""


@dataclass(slots=True)
class Simulated:
    """All statements, the number of checks by their full scenario, and the share of windows that were saved."""

    statements: list[Statement] = field(default_factory=list)
    scenarios: dict[int, int] = field(default_factory=dict)
    quick_windows: int = 0
    full_windows: int = 0


def rigs(seed: int = 0) -> Iterator[Rig]:
    """The machines."""
    chance = random.Random(seed)
    stored = json.loads(STORED.read_text())
    noise = {name: [shares(check[name]) for check in stored] for name in ("resnet18", "resnet50")}
    for number, check in enumerate(stored):
        rates = {name: median(check[name]) for name in noise}
        own = {name: noise[name][number] for name in noise}
        yield Rig(f"stored {number}", rates | {"transformer": rates["resnet50"] / 41}, own | {"transformer": [1.0]})
    flops = {job.model: job.gflop for job in RULES.jobs if job.gflop}
    for entry in scale_entries(published_throughputs(), RULES, gpu_models()):
        if not 0 < entry.accelerators <= MOST_GPUS:
            continue
        each = entry.images_per_s / entry.accelerators
        of_flops = {m: each * flops["resnet50"] / flops[m] for m in ("resnet18", "transformer")}
        rates = {m: rate * math.exp(chance.gauss(0, 0.3)) for m, rate in of_flops.items()}
        lent = {name: chance.choice(found) for name, found in noise.items()}
        yield Rig(
            entry.hardware, rates | {"resnet50": each}, lent | {"transformer": lent["resnet50"]},
            entry.accelerators, entry.memory,
        )  # fmt: skip


def shares(values: Sequence[float]) -> list[float]:
    """Rates as shares of their median."""
    middle = median(values)
    return [v / middle for v in values]


def simulate(seed: int = 0, every: int = 1) -> Simulated:
    """Check every machine at every speed; `every` 3 takes a third of them."""
    chance = random.Random(seed)
    found = Simulated()
    for number, rig in enumerate(rigs(seed)):
        for speed in SPEEDS if number % every == 0 else ():
            faster = replace(rig, rates={m: r * speed * chance.uniform(0.98, 1.02) for m, r in rig.rates.items()})
            one_check(faster, chance, found)
    return found


def one_check(rig: Rig, chance: random.Random, found: Simulated) -> None:
    """One quick check beside the full one of the same machine."""
    machine, devices = computer(rig), [f"cuda:{i}" for i in range(rig.gpus)] or ["cpu"]
    jobs = [job for job in shapes() if rig.gpus or job.scenario < 3]
    full = [run_of(job, d, windows_of(rig, job, 0, LONG_WINDOWS)) for job in jobs for d in devices]
    truth = scenario(machine, full)
    drift = math.exp(chance.gauss(0, MODEL_ERROR / 1.96))
    trained = scenario(machine, [slower(run, drift) for run in full])
    found.scenarios[truth] = found.scenarios.get(truth, 0) + 1
    found.full_windows += sum(len(run.windows) for run in full)
    live = LiveScenario(whole("quick"), RULES)
    runs: list[Run] = []
    said: list[ScenarioSoFar | None] = []
    live.take(MachineSeen(machine))
    for job in schedule.worth_trying(RULES, machine, runs):
        for device in devices if job in jobs else ():
            said += one_run(rig, job, device, chance, live, runs)
    found.quick_windows += sum(len(run.windows) for run in runs)
    for news in filter(None, said):
        right = news.scenario == truth, news.scenario == trained
        found.statements.append(Statement(rig.name, news.probability, False, *right))
    decided = decide_scenario({j.name: forecast_job(j, machine, runs) for j in RULES.jobs}, RULES)
    right = decided.reached == truth, decided.reached == trained
    found.statements.append(Statement(rig.name, decided.sure, True, *right))


def one_run(
    rig: Rig, job: Job, device: str, chance: random.Random, live: LiveScenario, runs: list[Run]
) -> Iterator[ScenarioSoFar | None]:
    """Measure a job until it is decided or its time is over; yields what is said meanwhile."""
    start = chance.randrange(len(rig.noise[job.model]))
    run = run_of(job, device, ())
    live.take(StepStarted(0, "job", device, None, job.model))
    for window in windows_of(rig, job, start, LONG_WINDOWS):
        run = replace(run, windows=(*run.windows, window))
        yield live.take(WorkerSaid(device, window))
        over = sum(w.seconds for w in run.windows) >= QUICK[job.model].seconds
        if over or is_decided(run.windows, schedule.borders(RULES, run.plan)):
            break
    runs.append(run)
    yield live.take(RunEnded(run))


def shapes() -> list[Job]:
    """The jobs whose networks are measured, each shape once."""
    return list({j.model: j for j in reversed(RULES.jobs) if j.scenario > 1}.values())


def computer(rig: Rig) -> Machine:
    """What the product would see of this machine."""
    cpu = TorchDevice("cpu", "CPU", ("fp32",), True)
    gpus = [TorchDevice(f"cuda:{i}", rig.name, ("fp32",), True, memory_total=rig.memory) for i in range(rig.gpus)]
    return Machine({}, torch=Torch("2.13.0", "3.11", "", "", 1, (), (cpu, *gpus), 1.0))


def windows_of(rig: Rig, job: Job, start: int, count: int) -> tuple[Window, ...]:
    """`count` windows of at least 0.25 s from a place of the noise on."""
    noise = rig.noise[job.model]
    found = []
    for number in range(start, start + count):
        rate = rig.rates[job.model] * noise[number % len(noise)]
        steps = max(1, round(0.25 * rate / job.batch))
        samples = steps * job.batch
        found.append(Window(float(number), samples / rate, steps, samples, job.batch, 1.0, warm=False))
    return tuple(found)


def run_of(job: Job, device: str, windows: tuple[Window, ...]) -> Run:
    """A run of this job."""
    plan = job.plan(Plan(device=device))
    return Run("job", plan, QUICK[job.model].rules, 0, 1, "converged", "ACTIVE", windows)


def slower(run: Run, factor: float) -> Run:
    """The run with every window so many times as long."""
    return replace(run, windows=tuple(replace(w, seconds=w.seconds * factor) for w in run.windows))


def scenario(machine: Machine, runs: list[Run]) -> int:
    """The scenario that these runs bring; GPUs of one kind each have the rate of the first."""
    return decide_scenario({j.name: forecast_job(j, machine, runs) for j in RULES.jobs}, RULES).reached


def bands(statements: Sequence[Statement]) -> Iterator[tuple[float, float, int, float, float, float]]:
    """(from, to, statements, mean stated, share right by the full check, share right by a whole training)."""
    for low, high in pairwise(BANDS):
        some = [s for s in statements if low <= s.stated < high]
        if some:
            n = len(some)
            yield (
                low,
                min(high, 1.0),
                n,
                sum(s.stated for s in some) / n,
                *(sum(getattr(s, what) for s in some) / n for what in ("as_full", "as_training")),
            )


def main() -> int:
    """Print the tables; returns 1 where a confident statement was wrong."""
    found = simulate()
    console = Console()
    for title, final in (("Verdicts", True), ("Said on the way", False)):
        table = Table("stated", "cases", "mean stated", "as the full check", "as a whole training", title=title)
        for low, high, n, mean, full, training in bands([s for s in found.statements if s.final == final]):
            table.add_row(f"{low:.2f} to {high:.2f}", str(n), f"{mean:.3f}", f"{full:.3f}", f"{training:.3f}")
        console.print(table)
    wrong = [s for s in found.statements if s.stated >= CONFIDENT and not s.as_full]
    checks = sum(found.scenarios.values())
    console.print(f"{checks} checks, by scenario {dict(sorted(found.scenarios.items()))}")
    console.print(f"windows: {found.quick_windows} of {found.full_windows}")
    console.print(f"stated with {CONFIDENT:.0%} or more and otherwise in the full check: {len(wrong)}", wrong[:5])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
