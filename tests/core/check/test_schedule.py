"""The settings that one step hands on to the next."""

from dataclasses import replace

import pytest
from rigdyno.core.check import schedule
from rigdyno.core.check.schedule import as_trained, halves
from rigdyno.core.records.events import Failure
from rigdyno.core.records.machine import Machine, Torch, TorchDevice
from rigdyno.core.records.plan import Plan

from tests.core.builders import JOBS, RULES, job_run, machine

AMPERE = TorchDevice("cuda:0", "A", ("fp32", "tf32", "bf16", "fp16"), usable=True)
TURING = replace(AMPERE, id="cuda:1", precisions=("fp32", "fp16"))
CPU = TorchDevice("cpu", "CPU", ("fp32", "bf16"), usable=True)
MACHINE = Machine({}, torch=Torch("2.13.0", "3.11", "13.0", "AVX2", 2, (), (CPU, AMPERE, TURING), 1.0))
PLAN = Plan(model="resnet50", device="cuda")


@pytest.mark.parametrize(
    ("task", "step", "device", "may"),
    [
        ("job", "resnet50", AMPERE, ("bf16",)),
        ("job", "vgg16", TURING, ("fp16",)),
        ("job", "resnet50", CPU, ()),
        ("job", "resnet50", None, ()),
        ("job", "job", AMPERE, ()),
        ("train", "train", AMPERE, ()),
    ],
)
def test_only_our_own_jobs_choose_and_only_what_the_gpu_has(task, step, device, may):
    assert halves(task, step, device) == may


def test_what_follows_is_trained_as_the_job_was():
    done = job_run("resnet50-finetune", 4, "cuda:0")
    done = replace(done, plan=replace(done.plan, model="resnet50", precision="bf16", channels_last=True))
    assert as_trained(PLAN, ("cuda:0",), MACHINE, [done]) == replace(PLAN, precision="bf16", channels_last=True)
    assert as_trained(PLAN, ("cuda:0", "cuda:1"), MACHINE, [done]) == PLAN, "one of them cannot"
    assert as_trained(PLAN, ("cuda:1",), MACHINE, [done]) == PLAN, "another device"
    assert as_trained(replace(PLAN, model="vgg16"), ("cuda:0",), MACHINE, [done]).precision == "fp32"
    assert as_trained(PLAN, ("cuda:0",), MACHINE, [replace(done, failure=Failure("died"))]) == PLAN


@pytest.mark.parametrize(
    ("percent", "cores", "taken"), [(None, 2, 0), (12.0, 2, 0), (50.0, 2, 1), (12.5, 8, 1), (5.0, 8, 0), (40.0, 8, 3)]
)
def test_cores_that_others_keep_busy(percent, cores, taken):
    assert schedule.cores_taken(machine(cpu_logical_cores=cores), percent) == taken


@pytest.mark.parametrize(
    ("used", "most", "taken", "without"),
    [
        (1, 2, 1, 2),
        (2, 2, 1, 0),
        (7, 8, 1, 8),
        (8, 8, 1, 0),
        (16, 64, 1, 0),
        (1, 2, 0, 0),
        (6, 8, 4, 0),
        (4, 8, 4, 8),
        (1, 4, 9, 4),
    ],
)
def test_the_threads_of_a_quiet_machine_are_those_used_and_those_taken(used, most, taken, without):
    assert schedule.quiet_threads(used, most, taken) == without


def test_all_cores_but_the_taken_ones_are_tried():
    eight = machine(cpu_physical_cores=8, cpu_logical_cores=16, cpu_usable_cores=16)
    assert list(schedule.thread_counts(eight)) == [1, 8, 16]
    assert list(schedule.thread_counts(eight, 3)) == [1, 5, 8, 16]


def test_borders_are_the_rates_at_which_a_job_is_just_in_time():
    plan = JOBS["resnet50-finetune"].plan(Plan())
    found = schedule.borders(RULES, plan)
    assert found == tuple(sorted(found))
    assert len(found) == 3, "fine-tuning, ImageNet in two weeks, and in a day with two accelerators"
    assert found[0] == pytest.approx(10_000 * 5 / 7_200)
    assert found[2] == pytest.approx(1_281_167 * 90 / 86_400 / 1.8)


@pytest.mark.parametrize(
    ("gpu_small", "gpu_photos", "cpu_small", "superfluous"),
    [(9000, 900, 200, True), (9000, 7.2, 200, False), (150, 900, 200, False), (None, 900, 200, False)],
)
def test_a_processor_that_is_slower_than_a_gpu_which_finishes_for_certain_changes_nothing(
    gpu_small, gpu_photos, cpu_small, superfluous
):
    seen = machine(gpus=1, memory_gb=24)
    small, photos = JOBS["resnet18-small-images"], JOBS["resnet50-finetune"]
    runs = [job_run(small.name, cpu_small), job_run(photos.name, gpu_photos, "cuda:0")]
    runs += [job_run(small.name, gpu_small, "cuda:0")] if gpu_small else []
    assert schedule.is_superfluous(photos, "cpu", RULES, seen, runs) is superfluous
    assert not schedule.is_superfluous(photos, "cuda:0", RULES, seen, runs)
