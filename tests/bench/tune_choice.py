"""(f) The rate of the setting that the program's tuning chooses, against the best of all combinations."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from itertools import product

from rigdyno.core.check import schedule
from rigdyno.core.check.step_durations import pace
from rigdyno.core.probes.inspect_machine import inspect
from rigdyno.core.records.machine import Machine
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.window_statistics import measured_windows, rates
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import SessionError, WorkerSession

from .children import ChildError
from .contention import Watch
from .rounds import Figure, Measured, Round, Stretch, interleave
from .settings import Settings

TARGET = 0.97
CHOSEN = "chosen"
VISITS = 4
"""Each combination is measured so often in a round, in alternating order."""
WINDOW_S, WINDOWS = 0.2, 3


def run(settings: Settings) -> Measured:
    """Each round: a fresh worker tunes as a quick check does, then trains every combination in turn.

    A neighbour is our own child, so it does not spoil a round as others do.
    """
    machine = inspect()
    plan = Plan(threads=settings.threads)
    visits = 2 if settings.short else VISITS
    with neighbour() if settings.beside else nullcontext():
        rounds = interleave(lambda kept: one_round(plan, machine, visits, kept % 2 == 1), settings.pairs, settings.say)
    best = [max(s.value for name, s in r.items() if name != CHOSEN) for r in rounds.kept]
    chosen = [r[CHOSEN].value for r in rounds.kept]
    plain = [r[name_of(plan)].value for r in rounds.kept]
    return [
        Figure("rate of tune's choice / best of all combinations", "", ratios(chosen, best), TARGET),
        Figure("tune's choice / PyTorch's defaults", "", ratios(chosen, plain)),
        Figure("tune's choice", "images/s", chosen),
        Figure("tuning takes", "s", [float(str(r[CHOSEN].detail["tuning_s"])) for r in rounds.kept]),
    ], [rounds]


@contextmanager
def neighbour() -> Iterator[None]:
    """A program that keeps one core busy."""
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        child.kill()
        child.wait()


def one_round(plan: Plan, machine: Machine, visits: int, reverse: bool) -> Round:
    """One stretch for each combination, by its name, and "chosen": the rate of tune's choice in the same visits.

    A combination's rate is the best window of all visits: what slows a window is never itself.
    """
    session = WorkerSession(WorkerCommand(threads=plan.threads), time.perf_counter)
    watch = Watch()
    try:
        torch = session.start()
        begin = time.perf_counter()
        tuned = asked(session, request("tune", plan, machine))
        tuning_s = time.perf_counter() - begin
        every = list(combinations(plan, machine, torch.devices[0].precisions))
        found: dict[str, list[float]] = {name_of(p): [] for p in every}
        for visit in range(visits):
            for one in reversed(every) if (visit % 2 == 1) != reverse else every:
                found[name_of(one)] += rates(measured_windows(asked(session, trial(one))))
        usage = watch.stop()
    except SessionError as error:
        raise ChildError(str(error)) from error
    finally:
        session.close()
    last = tuned.trials[-1]
    choice = replace(plan, threads=last.threads, channels_last=last.channels_last, precision=last.precision)
    done = {name: Stretch(max(values), usage, {"windows": values}) for name, values in found.items()}
    trials = [(t.threads, t.channels_last, t.precision, t.samples_per_s) for t in tuned.trials]
    detail: dict[str, object] = {"choice": name_of(choice), "trials": trials, "tuning_s": tuning_s}
    return done | {CHOSEN: Stretch(done[name_of(choice)].value, usage, detail)}


def combinations(plan: Plan, machine: Machine, precisions: tuple[str, ...]) -> Iterator[Plan]:
    """All that tune could choose; the plan's own threads, layout and precision are among them."""
    threads = sorted({plan.threads, *schedule.thread_counts(machine)})
    for count, channels_last, precision in product(threads, (False, True), precisions):
        yield replace(plan, threads=count, channels_last=channels_last, precision=precision)


def request(task: str, plan: Plan, machine: Machine) -> Request:
    """What a quick check asks of the worker."""
    return Request(task, plan, pace("quick", task, plan).rules, tuple(schedule.thread_counts(machine)))


def trial(plan: Plan) -> Request:
    """A few windows of one combination, the first of which do not count."""
    rules = Rules(
        window_s=WINDOW_S, warmup_min_s=0, warmup_min_windows=1, warmup_cap_s=WINDOW_S, min_windows=WINDOWS, target=0
    )
    return Request("job", replace(plan, seconds=WINDOW_S * WINDOWS), rules)


def asked(session: WorkerSession, wanted: Request) -> Run:
    """The worker's answer. Raises ChildError."""
    run = session.run(wanted, lambda _: None)
    if run.failure:
        raise ChildError(f"{wanted.task}: {run.failure.code} {run.failure.detail}")
    return run


def name_of(plan: Plan) -> str:
    """A combination in words."""
    layout = "channels_last" if plan.channels_last else "contiguous"
    return f"{plan.threads} threads, {layout}, {plan.precision}"


def ratios(values: list[float], others: list[float]) -> list[float]:
    """One to the other, round by round."""
    return [a / b for a, b in zip(values, others, strict=True)]
