"""Impossible plans are refused with the field and what is allowed; possible ones pass and train."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from rigdyno.core.analysis.plan_limits import FIELD_LIMITS, NETWORK_MEMORY, plan_problems, training_bytes
from rigdyno.core.records.machine import Machine, Reading, Torch, TorchDevice
from rigdyno.core.records.plan import Plan
from rigdyno.core.words.writer import english
from rigdyno.core.worker.devices import Device
from rigdyno.core.worker.networks import NETWORKS, parameter_count
from rigdyno.core.worker.trainer import Trainer, make_optimizer

FREE = Plan(data="synthetic", image_size=64, channels=3)
CPU = TorchDevice("cpu", "CPU", ("fp32", "bf16"), usable=True)
OLD_GPU = TorchDevice("cuda:0", "GeForce GT 740M", ("fp32",), usable=False, problem="no kernel image is available")


def machine(gib: float = 16, cores: int = 4) -> Machine:
    readings = {
        "memory.available": Reading(int(gib * 2**30), "test"),
        "cpu.usable_cores": Reading(cores, "test"),
    }
    return Machine(readings, torch=Torch("2.13.0", "3.11", "", "AVX2", cores, (), (CPU, OLD_GPU), 1.0))


@pytest.mark.parametrize("name", [n for n, f in FIELD_LIMITS.items() if not f.choices])
def test_ranges_hold_at_both_ends(name):
    field = FIELD_LIMITS[name]
    kind = type(getattr(Plan(), name))
    for end in (field.low, field.high):
        found = [p for p in plan_problems(replace(FREE, **{name: kind(end)})) if "is not allowed" in p.sentence]
        assert not found
    step = field.low / 2 or 1
    for outside in (field.low - step, field.high + 1):
        (found,) = plan_problems(replace(FREE, **{name: kind(outside)}))
        assert found.field == name
        assert found.sentence.startswith(f"{name}: ")
        assert english.allowed(*field.range) in found.sentence


@pytest.mark.parametrize("name", [n for n, f in FIELD_LIMITS.items() if f.choices])
def test_choices_are_named(name):
    (found,) = plan_problems(replace(FREE, **{name: "fp8"}))
    assert found.field == name
    assert found.sentence.startswith(f"{name}: fp8 ")
    assert all(choice in found.sentence for choice in FIELD_LIMITS[name].choices)
    for choice in FIELD_LIMITS[name].choices:
        assert not [p for p in plan_problems(replace(FREE, **{name: choice})) if "is not allowed" in p.sentence]


def test_every_field_of_a_plan_has_its_limit():
    """The device depends on the machine, a switch has no range, and a workload has limits of its own; a new field must
    not slip through.
    """
    assert {f.name for f in fields(Plan)} - {"device", "channels_last", "workload", "files"} == set(FIELD_LIMITS)


def test_the_choices_are_what_the_worker_can_do():
    assert set(FIELD_LIMITS["model"].choices) == set(NETWORKS)
    for name in FIELD_LIMITS["optimizer"].choices:
        assert type(make_optimizer(Plan(optimizer=name), torch.nn.Linear(1, 1))).__name__.lower() == name


def test_every_field_at_fault_is_told_at_once():
    found = plan_problems(Plan(depth=0, width=0, batch=0, model="vgg", seconds=0.0))
    assert {p.field for p in found} == {"depth", "width", "batch", "model", "seconds"}


def test_the_default_plan_can_run():
    assert not plan_problems(Plan())
    assert not plan_problems(Plan(), machine())
    assert not plan_problems(Plan(), Machine({})), "what a machine does not tell forbids nothing"


@pytest.mark.parametrize(
    ("plan", "field", "allowed"),
    [
        (Plan(depth=5), "depth", "1 to 4"),
        (replace(FREE, depth=6, width=512), "width", "1 to 128"),
        (Plan(image_size=32), "image_size", "allowed is 28"),
        (Plan(batch=20_000), "batch", "1 to 10000"),
        (replace(FREE, epochs=1), "epochs", "allowed is 0"),
        (Plan(model="resnet18"), "data", "synthetic"),
        (Plan(channels=3), "channels", "allowed is 1"),
        (Plan(classes=100), "classes", "allowed is 10"),
        (replace(FREE, image_size=4), "depth", "1 to 2"),
        (replace(FREE, model="resnet18", image_size=8, batch=1), "batch", "2 to 65536"),
        (replace(FREE, model="resnet50", image_size=4, batch=1), "batch", "2 to 65536"),
        (replace(FREE, model="vgg16", image_size=31), "image_size", "32 to 512"),
        (Plan(learning_rate=float("nan")), "learning_rate", "1e-08 to 10"),
    ],
)
def test_contradictory_fields_are_refused(plan, field, allowed):
    found = plan_problems(plan)
    assert found[0].field == field
    assert allowed in found[0].sentence


@pytest.mark.faults
@pytest.mark.parametrize(
    ("plan", "field", "allowed"),
    [
        (Plan(threads=5), "threads", "0 to 4"),
        (Plan(device="cuda:7"), "device", "cuda:7 cannot train here; allowed is cpu"),
        (Plan(precision="fp16"), "precision", "fp32, bf16"),
        (Plan(device="cuda:0"), "device", "no kernel image is available); allowed is cpu"),
        (replace(FREE, image_size=512, width=64, batch=512), "batch", "1 to "),
        (replace(FREE, image_size=512, width=512, depth=1, classes=10_000), "batch", "make the network or the image"),
    ],
)
def test_plans_beyond_the_machine_are_refused(plan, field, allowed):
    found = plan_problems(plan, machine())
    assert found[0].field == field
    assert allowed in found[0].sentence


@pytest.mark.parametrize(
    "plan",
    [
        replace(FREE, image_size=512, width=64, batch=512),
        replace(FREE, image_size=512, width=1, depth=1, channels=1, classes=10_000, batch=60_000),  # weights of 10 GB
    ],
    ids=["large maps", "large weights"],
)
def test_the_batch_that_is_offered_fits(plan):
    fits = int(plan_problems(plan, machine())[0].sentence.rstrip(".").rsplit(" ", 1)[1])
    assert not plan_problems(replace(plan, batch=fits), machine())
    assert plan_problems(replace(plan, batch=fits + 1), machine())


SLOW_TO_BUILD = ("transformer", "vgg16")


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(model, marks=[pytest.mark.slow] if model in SLOW_TO_BUILD else [])
        for model in sorted(NETWORK_MEMORY.keys() - {"mlp"})
    ],
)
def test_real_architectures_have_an_estimate_too(model):
    plan = replace(FREE, model=model, batch=65_536, image_size=224)
    (found,) = plan_problems(plan, machine())
    assert found.field == "batch"
    assert "GiB may be used" in found.sentence
    counted = parameter_count(NETWORKS[model].build(replace(plan, classes=1000)))
    assert counted <= NETWORK_MEMORY[model][0] <= 1.1 * counted


def test_a_gpu_counts_with_its_own_memory():
    plan = replace(FREE, image_size=256, batch=256, device="cuda:1")
    here = machine()
    for gib, ok in ((4, False), (40, True)):
        gpu = TorchDevice("cuda:1", "GPU", ("fp32",), usable=True, memory_free=gib * 2**30)
        with_gpu = replace(here, torch=replace(here.torch, devices=(CPU, gpu)))
        assert (not plan_problems(plan, with_gpu)) is ok
    silent = replace(gpu, memory_free=None)
    assert not plan_problems(plan, replace(here, torch=replace(here.torch, devices=(CPU, silent))))


@pytest.mark.parametrize("plan", [FREE, replace(FREE, channels=16, width=1, depth=1, classes=2), Plan()])
def test_the_estimate_is_not_below_what_training_holds(plan):
    """What can be counted without running: data, weights with gradient and moments, and all that backward keeps."""
    batch, kept = 8, {}
    plan = replace(plan, batch=batch, threads=1)
    trainer = Trainer(plan, Device("cpu"))

    def keep(tensor):
        kept[tensor.data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        trainer.step()()
    data = trainer.data.images.untyped_storage().nbytes() if plan.data == "synthetic" else 0
    assert training_bytes(plan) >= sum(kept.values()) + data + 4 * 4 * trainer.parameters


SMALL = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["small-cnn", "mlp", "resnet18"]),
        "depth": st.integers(1, 4),
        "width": st.integers(1, 8),
        "image_size": st.integers(4, 20),
        "channels": st.integers(1, 4),
        "classes": st.integers(2, 20),
        "batch": st.integers(1, 4),
        "optimizer": st.sampled_from(["adam", "adamw", "sgd"]),
        "precision": st.sampled_from(["fp32", "bf16"]),
        "channels_last": st.booleans(),
    }
)


@settings(max_examples=25)
@given(SMALL)
@example({"model": "resnet18", "image_size": 9, "channels": 3, "batch": 1})
@example({"model": "small-cnn", "image_size": 4, "depth": 2, "batch": 1})
def test_whatever_passes_trains_a_step(values):
    plan = Plan(**values, data="synthetic", threads=1)
    assume(not plan_problems(plan, machine()))
    assert math.isfinite(Trainer(plan, Device("cpu")).step()())
