"""The probabilities of scenarios while a check runs."""

from dataclasses import replace

import pytest
from rigdyno.core.records.window_statistics import SURE
from rigdyno.core.verdict.scenario_chances import scenario_chances

from tests.core.builders import JOBS, RULES, job_run, machine

SMALL, PHOTOS, IMAGENET = JOBS["resnet18-small-images"], JOBS["resnet50-finetune"], JOBS["resnet50-imagenet"]


def needed(job):
    return job.work / job.deadline_s


def chances(*runs, gpus=0):
    return scenario_chances(RULES, machine(gpus=gpus, memory_gb=24), runs)


def test_nothing_is_said_before_a_job_of_scenario_2_was_measured():
    assert chances() == {}
    assert chances(job_run(JOBS["mlp-table"].name, 1e6)) == {}


@pytest.mark.parametrize("speed", [0.1, 0.7, 1.0, 1.3, 10.0])
def test_they_add_up_to_one(speed):
    found = chances(job_run(SMALL.name, speed * needed(SMALL)))
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 <= p <= 1 for p in found.values())


def test_a_computer_that_is_too_slow_for_small_images_is_certainly_in_scenario_1():
    assert chances(job_run(SMALL.name, 0.5 * needed(SMALL)))[1] > SURE


def test_at_the_border_both_sides_are_as_likely():
    found = chances(job_run(SMALL.name, needed(SMALL)), job_run(PHOTOS.name, 5 * needed(PHOTOS)))
    assert found[1] == pytest.approx(0.5, abs=0.02)
    assert found[2] == pytest.approx(0.5, abs=0.02)


def test_a_job_that_was_not_measured_yet_is_guessed_and_leaves_doubt():
    one = chances(job_run(SMALL.name, 3 * needed(SMALL)))
    both = chances(job_run(SMALL.name, 3 * needed(SMALL)), job_run(PHOTOS.name, 3 * needed(PHOTOS)))
    assert one[2] < both[2]


def test_several_gpus_are_guessed_from_the_first_until_each_was_measured():
    day = JOBS["resnet50-imagenet-day"]
    rate = 3 * needed(day)
    first = job_run(IMAGENET.name, rate, device="cuda:0")
    found = chances(job_run(SMALL.name, 1e5, device="cuda:0"), first, gpus=2)
    assert 0.5 < found[4] < 1, "the transformer and the second GPU are guessed"
    alone = chances(job_run(SMALL.name, 1e5, device="cuda:0"), first, gpus=1)
    assert alone[4] == 0
    second = replace(first, plan=replace(first.plan, device="cuda:1"))
    assert chances(job_run(SMALL.name, 1e5, device="cuda:0"), first, second, gpus=2)[4] >= found[4]
