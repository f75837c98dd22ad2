"""The settings that one step hands on to the next."""

from dataclasses import replace

import pytest
from rigdyno.core.check.schedule import as_trained, halves
from rigdyno.core.records.events import Failure
from rigdyno.core.records.machine import Machine, Torch, TorchDevice
from rigdyno.core.records.plan import Plan

from tests.core.builders import job_run

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
