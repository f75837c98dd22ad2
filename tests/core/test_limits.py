"""Impossible plans: one sentence each, with the field and what is allowed; possible ones pass and build."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from rigdyno.core.limits import FIELDS, problems
from rigdyno.core.model import Machine, Plan, Reading, Torch, TorchDevice
from rigdyno.core.models import NETWORKS

FREE = Plan(data="synthetic", image_size=64, channels=3)
CPU = TorchDevice("cpu", "CPU", ("fp32", "bf16"), usable=True)
OLD_GPU = TorchDevice("cuda:0", "GeForce GT 740M", ("fp32",), usable=False, problem="no kernel image is available")


def machine(gib: float = 16, cores: int = 4) -> Machine:
    readings = {
        "memory.available": Reading(int(gib * 2**30), "test"),
        "cpu.usable_cores": Reading(cores, "test"),
    }
    return Machine(readings, torch=Torch("2.13.0", "3.11", "", "AVX2", cores, (), (CPU, OLD_GPU), 1.0))


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if not f.choices])
def test_ranges_hold_at_both_ends(name):
    field = FIELDS[name]
    kind = type(getattr(Plan(), name))
    for end in (field.low, field.high):
        found = [p for p in problems(replace(FREE, **{name: kind(end)})) if "is not allowed" in p.sentence]
        assert not found
    step = field.low / 2 or 1
    for outside in (field.low - step, field.high + 1):
        (found,) = problems(replace(FREE, **{name: kind(outside)}))
        assert found.field == name
        assert found.sentence.startswith(f"{name}: ")
        assert field.allowed in found.sentence


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if f.choices])
def test_choices_are_named(name):
    (found,) = problems(replace(FREE, **{name: "fp8"}))
    assert all(choice in found.sentence for choice in FIELDS[name].choices)


@pytest.mark.parametrize(
    ("plan", "field", "allowed"),
    [
        (Plan(depth=5), "depth", "1 to 4"),
        (replace(FREE, depth=6, width=512), "width", "1 to 128"),
        (Plan(image_size=32), "image_size", "allowed is 28"),
        (Plan(batch=20_000), "batch", "1 to 10000"),
        (replace(FREE, epochs=1), "epochs", "allowed is 0"),
        (Plan(model="resnet18"), "data", "synthetic"),
        (Plan(learning_rate=float("nan")), "learning_rate", "1e-08 to 10"),
    ],
)
def test_contradictions(plan, field, allowed):
    found = problems(plan)
    assert found[0].field == field
    assert allowed in found[0].sentence


@pytest.mark.parametrize(
    ("plan", "field", "allowed"),
    [
        (Plan(threads=5), "threads", "0 to 4"),
        (Plan(precision="fp16"), "precision", "fp32, bf16"),
        (Plan(device="cuda:0"), "device", "no kernel image is available); allowed is cpu"),
        (replace(FREE, image_size=512, width=64, batch=512), "batch", "1 to "),
    ],
)
def test_what_a_machine_cannot_do(plan, field, allowed):
    found = problems(plan, machine())
    assert found[0].field == field
    assert allowed in found[0].sentence


def test_the_batch_that_is_offered_fits():
    plan = replace(FREE, image_size=512, width=64, batch=512)
    fits = int(problems(plan, machine())[0].sentence.rstrip(".").rsplit(" ", 1)[1])
    assert not problems(replace(plan, batch=fits), machine())
    assert problems(replace(plan, batch=fits + 1), machine())


@given(
    depth=st.integers(1, 8),
    width=st.integers(1, 512),
    image_size=st.integers(4, 512),
    channels=st.integers(1, 16),
    classes=st.integers(2, 10_000),
)
def test_whatever_passes_builds_and_forwards(depth, width, image_size, channels, classes):
    plan = Plan(
        depth=depth, width=width, image_size=image_size, channels=channels, classes=classes, data="synthetic", batch=2
    )
    assume(not problems(plan))
    with torch.device("meta"):
        out = NETWORKS["small-cnn"].build(plan)(torch.empty(2, channels, image_size, image_size))
    assert out.shape == (2, classes)
