"""Sweeps over batch sizes: curves from raw windows, the knee, the crossover of two devices, and a real sweep."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.analysis import batch_sweep
from rigdyno.core.check import step_durations
from rigdyno.core.check.check import Check
from rigdyno.core.records.events import Window
from rigdyno.core.records.machine import Sample
from rigdyno.core.records.plan import CheckPlan, Plan, Request, Rules
from rigdyno.core.worker.experiments import sweep
from rigdyno.core.worker.measurement import Clock

from tests.core.builders import train_run

BASE = replace(train_run(1000), task="sweep", windows=())


def curve(*rates: float, batch: int = 1):
    """A sweep with these rates at batches 1, 2, 4, …"""
    windows = [
        Window(t=10.0 * i, seconds=1.0, steps=1, samples=round(rate), batch=batch * 2**i, cpu_s=1.0, warm=False)
        for i, rate in enumerate(rates)
    ]
    return replace(BASE, windows=tuple(windows))


def points(*rates: float, batch: int = 1):
    return batch_sweep.sweep_curve(curve(*rates, batch=batch))


def test_a_point_is_the_median_of_its_windows_and_warm_up_is_not_in_it():
    run = curve(100, 200)
    slow = [replace(run.windows[0], samples=n, steps=2) for n in (90, 40)]
    cold = replace(run.windows[0], samples=1, warm=True)
    first, second = batch_sweep.sweep_curve(replace(run, windows=(cold, *run.windows, *slow)))
    assert (first.batch, first.rate.median, first.rate.windows, first.step_s) == (1, 90, 3, 0.5)
    assert (second.batch, second.rate.median, second.step_s) == (2, 200, 1)
    assert batch_sweep.sweep_curve(BASE) == []


@pytest.mark.parametrize(
    ("rates", "batch"),
    [((100, 200, 400, 800), 8), ((100, 899, 1000), 4), ((100, 900, 1000, 1000), 2), ((900, 1000, 700), 1)],
)
def test_the_knee_is_the_smallest_batch_near_the_best(rates, batch):
    assert batch_sweep.knee(points(*rates)).batch == batch


def test_without_points_there_is_no_knee():
    assert batch_sweep.knee([]) is None


@pytest.mark.parametrize(
    ("truck", "ferrari", "batch"),
    [
        ((50, 100, 200, 400), (120, 140, 150, 150), 4),
        ((150, 300, 600), (120, 140, 150), 1),
        ((50, 60, 70), (120, 140, 150), None),
        ((50, 200, 100, 400), (120, 140, 150, 150), 8),  # it fell back once: only the last lead counts
        ((50, 140), (120, 140), None),  # level is not ahead
        ((50, 100, 200), (120, 140), None),  # where only one was measured nobody overtakes
        ((), (1, 2), None),
    ],
)
def test_the_crossover_is_where_the_first_device_stays_ahead(truck, ferrari, batch):
    assert batch_sweep.crossover(points(*truck), points(*ferrari)) == batch


RATES = st.lists(st.integers(1, 10**6), max_size=11)


@given(RATES, RATES)
def test_at_most_one_device_overtakes_the_other_at_a_batch(a, b):
    there, back = (batch_sweep.crossover(points(*x), points(*y)) for x, y in ((a, b), (b, a)))
    assert there is None or back is None


def test_joules_are_counted_while_the_windows_last():
    run = curve(100, 200)
    telemetry = [
        Sample(t, {"gpu.0.power": watts}) for t, watts in ((0.2, 40.0), (0.8, 60.0), (5.0, 900.0), (10.5, None))
    ]
    assert batch_sweep.samples_per_joule(run, 1, telemetry, "gpu.0.power") == 2.0
    assert batch_sweep.samples_per_joule(run, 2, telemetry, "gpu.0.power") is None, "a sensor that is silent is not 0 W"
    assert batch_sweep.samples_per_joule(run, 4, telemetry, "gpu.0.power") is None


@pytest.mark.slow
def test_a_real_sweep_measures_every_batch(home, monkeypatch):
    pace = step_durations.FULL["sweep"]
    monkeypatch.setitem(step_durations.FULL, "sweep", replace(pace, rules=replace(pace.rules, budget_s=600)))
    plan = CheckPlan("custom", ("sweep",), ("cpu",), Plan(width=2, depth=1, threads=1, precision="bf16"))
    result = Check(plan, lambda _: None).run()
    (run,) = result.runs
    assert result.status == "complete"
    assert (run.task, run.stop, run.failure) == ("sweep", "converged", None)
    found = batch_sweep.sweep_curve(run)
    assert [p.batch for p in found] == list(sweep.BATCHES)
    assert {p.rate.windows for p in found} == {sweep.WINDOWS}
    assert found[-1].step_s > found[0].step_s, "a thousand images take longer than one"
    assert found[-1].rate.median > found[0].rate.median, "and each of them less"


def test_a_sweep_that_runs_out_of_time_keeps_what_it_has(monkeypatch):
    seconds = itertools.count()  # every look at the sweep's clock is a second: two before the first batch
    monkeypatch.setattr(sweep, "Clock", lambda: Clock(wall=lambda: float(next(seconds))))
    events = []
    sweep.run(Request("sweep", Plan(width=2, depth=1, threads=1), Rules(window_s=0.01, budget_s=5)), events.append)
    assert events[-1].stop == "time-limit"
    assert {e.batch for e in events if isinstance(e, Window) and not e.warm} == {1, 2, 4}


@pytest.mark.parametrize("batch", [1, 64])
def test_a_sweep_that_runs_out_of_memory_keeps_what_it_has(monkeypatch, batch):
    """A graphics card refuses with torch.OutOfMemoryError; here a step of the real network does."""
    import torch

    step = sweep.Trainer.step

    def refuse(self, size):
        if size >= batch:
            raise torch.OutOfMemoryError("no room")
        return step(self, size)

    monkeypatch.setattr(sweep.Trainer, "step", refuse)
    events = []
    request = Request("sweep", Plan(width=2, depth=1, threads=1), Rules(window_s=0.01, budget_s=20))
    if batch == 1:
        with pytest.raises(torch.OutOfMemoryError):
            sweep.run(request, events.append)
        return
    sweep.run(request, events.append)
    assert events[-1].stop == "out-of-memory"
    assert {e.batch for e in events if isinstance(e, Window) and not e.warm} == {1, 2, 4, 8, 16, 32}
