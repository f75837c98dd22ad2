"""The shipped rules are complete, measurable and have words; wrong rules are refused with the place of the fault."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rigdyno.core.analysis.plan_limits import plan_problems
from rigdyno.core.check import step_durations
from rigdyno.core.records.plan import Plan
from rigdyno.core.reference import scenarios
from rigdyno.core.words.phrases import names

from tests.core.builders import JOBS, RULES

A_JOB = {
    "name": '"x"', "scenario": "2", "model": '"mlp"', "batch": "8", "classes": "2", "samples": "10", "epochs": "3",
    "deadline_s": "1800", "memory_gb": "1",
}  # fmt: skip


def toml(version: str = '"1"', *jobs: dict[str, str]) -> str:
    tables = ["[[job]]\n" + "\n".join(f"{k} = {v}" for k, v in job.items()) for job in jobs]
    return "\n".join([f"version = {version}" if version else "", *tables])


def test_the_shipped_rules_are_whole():
    assert len(JOBS) == len(RULES.jobs), "names are unique"
    assert {j.scenario for j in RULES.jobs} == {1, 2, 3, 4}
    assert all(a.scenario <= b.scenario for a, b in pairwise(RULES.jobs))
    assert set(names.JOBS) == set(JOBS)
    assert set(names.SCENARIOS) == {1, 2, 3, 4}
    assert RULES.version


@pytest.mark.parametrize("job", RULES.jobs, ids=lambda j: j.name)
def test_every_job_can_be_measured(job):
    tuned = Plan(device="cuda:1", threads=3, precision="bf16", channels_last=True, seed=5)
    plan = job.plan(tuned)
    assert not plan_problems(plan)
    assert (plan.device, plan.threads, plan.precision, plan.channels_last, plan.seed) == ("cuda:1", 3, "bf16", True, 5)
    assert (plan.model, plan.batch, plan.classes, plan.data) == (job.model, job.batch, job.classes, "synthetic")
    for preset in ("quick", "full"):
        assert step_durations.pace(preset, job.model, plan).rules.budget_s > 0
    assert job.model in names.MODELS


def test_a_harder_scenario_is_never_easier():
    """The same network, the same work: less time in the higher scenario."""
    weeks, day = JOBS["resnet50-imagenet"], JOBS["resnet50-imagenet-day"]
    assert weeks.work == day.work == 115_305_030
    assert (weeks.deadline_s, day.deadline_s) == (14 * 86_400, 86_400)
    assert day.accelerators == 2


def test_rules_are_read_in_the_order_of_their_scenarios():
    rules = scenarios.parse_rules(toml('"7"', {**A_JOB, "scenario": "3"}, {**A_JOB, "name": '"y"', "scenario": "1"}))
    assert [j.name for j in rules.jobs] == ["y", "x"]
    assert rules.version == "7"
    assert (rules.jobs[0].work, rules.jobs[0].deadline_s) == (30, 1800)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (toml('"1"', {**A_JOB, "batch": '"many"'}), r"scenario rules: .*int.*batch"),
        (toml('"1"', A_JOB, {**A_JOB, "deadline_s": "true"}), r"scenario rules: .*\[1\].deadline_s"),
        (toml('"1"', {k: v for k, v in A_JOB.items() if k != "samples"}), r"scenario rules: .*samples"),
        (toml("", A_JOB), r"scenario rules: .*str"),
        ('version = "1" "2"', "line 1"),
        ('version = "1"\njob = 7', "scenario rules: "),
    ],
)
def test_rules_that_are_wrong_name_the_place(text, place):
    with pytest.raises(ValueError, match=place):
        scenarios.parse_rules(text)
