"""The plan of a job: by itself, and in front of a whole check, from which the catalogue knows it again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.job_of_result import is_measurable, job_of_plan
from rigdyno.core.analysis.plan_limits import plan_problems
from rigdyno.core.check.job_plans import NETWORK_STEPS, job_alone, job_first, steps_of
from rigdyno.core.check.step_durations import whole
from rigdyno.core.records.plan import CheckPlan
from rigdyno.core.reference.job_catalogue import job, load_catalogue

MEASURABLE = [each for each in load_catalogue() if is_measurable(each)]


@pytest.mark.parametrize("wanted", MEASURABLE, ids=lambda each: each.name)
def test_every_job_that_can_be_measured_has_a_plan_that_can_run_and_is_known_again(wanted):
    alone = job_alone(wanted.workload, wanted.work, ("cpu",), wanted.files)
    assert alone.steps == steps_of(wanted.workload, wanted.files)
    assert ("loading" in alone.steps) == bool(wanted.data)
    assert alone.train.files == wanted.files
    assert alone.devices == ("cpu",)
    assert plan_problems(alone.train) == []
    assert job_of_plan(alone, load_catalogue()) == wanted


@pytest.mark.parametrize(("name", "steps"), [("unet-2d", NETWORK_STEPS), ("boosting-airline", ("boosting",))])
def test_a_whole_check_measures_it_before_the_rest(name, steps):
    plan, wanted = whole("full", ("cpu",)), job(name)
    first = job_first(plan, wanted.workload, wanted.work)
    assert first.steps == steps + plan.steps
    assert (first.preset, first.devices) == (plan.preset, plan.devices)
    assert job_of_plan(first, load_catalogue()) == wanted


def test_only_a_job_that_reads_files_has_them_loaded():
    plan, wanted = whole("quick"), job("convnext-t-training")
    first = job_first(plan, wanted.workload, wanted.work, wanted.files)
    assert first.steps == ("memory", "workload", "loading", *plan.steps)
    assert "loading" not in plan.steps, "a quick check takes no longer"


def test_a_changed_job_is_none_of_the_catalogue():
    wanted = job("unet-2d")
    changed = replace(wanted.workload, batch=wanted.batch + 1)
    assert job_of_plan(job_alone(changed, wanted.work), load_catalogue()) is None
    assert job_of_plan(CheckPlan(), load_catalogue()) is None
