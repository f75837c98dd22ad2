"""What is said of the scenario while a check runs."""

import pytest
from rigdyno.core.check.live_scenario import LiveScenario
from rigdyno.core.check.step_durations import whole
from rigdyno.core.check.updates import MachineSeen, RunEnded, StepStarted, WorkerSaid
from rigdyno.core.records.plan import CheckPlan

from tests.core.builders import JOBS, RULES, job_run, machine, windows

SMALL = JOBS["resnet18-small-images"]
BORDER = SMALL.work / SMALL.deadline_s


def started(plan=None):
    live = LiveScenario(plan or whole("quick"), RULES)
    assert live.take(MachineSeen(machine())) is None
    assert live.take(StepStarted(1.0, "job", "cpu", None, SMALL.model)) is None
    return live


def said(live, rate, count=4, warm=False):
    found = []
    for window in windows(rate, SMALL.batch, count):
        event = type(window)(**{f: getattr(window, f) for f in window.__slots__} | {"warm": warm})
        found.append(live.take(WorkerSaid("cpu", event)))
    return found


def test_it_is_said_from_the_second_window_on_and_again_only_where_it_changes():
    live = started()
    first, second, *others = said(live, BORDER / 3)
    assert first is None
    assert second.scenario == 1
    assert second.probability > 0.99
    assert others == [None, None]
    ended = live.take(RunEnded(job_run(SMALL.name, BORDER / 3)))
    assert ended.certain, "before the end of a run its rate may yet be corrected"


def test_windows_of_the_warm_up_say_nothing():
    assert said(started(), BORDER / 3, warm=True) == [None] * 4


def test_a_run_that_ends_counts_from_then_on():
    live = started()
    said(live, BORDER * 3)
    slow = job_run("resnet50-finetune", 0.1)
    news = live.take(RunEnded(slow))
    assert news.scenario == 1
    assert news.probability > 0.99


@pytest.mark.parametrize("plan", [CheckPlan("custom", ("train",)), CheckPlan("custom", ("memory", "workload"))])
def test_a_check_without_a_verdict_says_nothing(plan):
    assert said(started(plan), BORDER / 3) == [None] * 4
