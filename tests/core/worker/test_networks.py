"""The networks: numbers of parameters as published, shapes, and the details on which throughput depends."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rigdyno.core.analysis.plan_limits import MODELS, plan_problems
from rigdyno.core.records.plan import Plan
from rigdyno.core.worker.networks import NETWORKS, parameter_count, random_inputs

from tests.core.builders import RULES

IMAGENET = Plan(image_size=224, channels=3, classes=1000, data="synthetic")
CIFAR = replace(IMAGENET, image_size=32, classes=10)


@pytest.mark.parametrize(
    ("name", "plan", "count"),
    [
        ("resnet18", IMAGENET, 11_689_512),  # torchvision's resnet18
        ("resnet50", IMAGENET, 25_557_032),  # torchvision's resnet50
        ("vgg16", IMAGENET, 138_357_544),  # torchvision's vgg16
        ("resnet18", CIFAR, 11_173_962),  # the usual CIFAR-10 variant: a 3x3 stem
        ("resnet50", CIFAR, 23_520_842),  # the same
        ("transformer", replace(IMAGENET, classes=2), 335_141_888 + 2 * 1024 + 2),  # BERT-large and a classifier
        ("small-cnn", Plan(), 288 + 64 + 18_432 + 128 + 73_728 + 256 + 128 * 9 * 10 + 10),
        ("mlp", Plan(classes=2), 50 * 256 + 256 + 256 * 256 + 256 + 2 * 256 + 2),
    ],
)
def test_published_parameter_counts(name, plan, count):
    with torch.device("meta"):
        assert parameter_count(NETWORKS[name].build(replace(plan, model=name))) == count


def test_frozen_weights_are_not_counted():
    layer = torch.nn.Linear(3, 2)
    layer.bias.requires_grad_(False)
    assert parameter_count(layer) == 6


def test_every_model_of_plans_and_jobs_is_registered():
    assert set(NETWORKS) == set(MODELS)
    assert {job.model for job in RULES.jobs} <= set(NETWORKS)


@pytest.mark.parametrize(
    ("name", "plan", "shape"),
    [
        ("small-cnn", Plan(), (1, 28, 28)),
        ("mlp", Plan(), (50,)),
        ("resnet18", CIFAR, (3, 32, 32)),
        ("resnet18", replace(CIFAR, image_size=64), (3, 64, 64)),
        ("resnet18", replace(CIFAR, image_size=65), (3, 65, 65)),
        ("resnet50", IMAGENET, (3, 224, 224)),
        ("vgg16", replace(IMAGENET, image_size=32), (3, 32, 32)),
        ("transformer", replace(IMAGENET, classes=2), (512,)),
    ],
)
def test_forward_and_backward_have_the_right_shapes(name, plan, shape):
    """On the meta device: shapes without arithmetic, so that the largest network takes part."""
    network = NETWORKS[name]
    assert network.shape(plan) == shape
    with torch.device("meta"):
        built = network.build(plan)
        inputs = random_inputs(replace(plan, model=name), 3)
        outputs = built(inputs)
    assert outputs.shape == (3, plan.classes)
    outputs.sum().backward()
    assert all(p.grad is not None for p in built.parameters()), "every weight takes part"


@pytest.mark.parametrize(("size", "side"), [(32, 4), (64, 8), (65, 3), (224, 7)])
def test_a_small_image_keeps_a_map_to_the_last_stage(size, side):
    """The usual stem would shrink 32 pixels to a single one; 224 pixels end at 7x7, as published."""
    with torch.device("meta"):
        network = NETWORKS["resnet18"].build(replace(CIFAR, image_size=size))
        seen = network[:-3](torch.empty(2, 3, size, size))
    assert seen.shape == (2, 512, side, side)


def test_the_stride_of_a_bottleneck_is_on_its_3x3():
    """ "ResNet v1.5": on the 1x1 it would be faster, and no published throughput could be compared with it."""
    with torch.device("meta"):
        network = NETWORKS["resnet50"].build(IMAGENET)
    strided = [m for m in network[4:].modules() if isinstance(m, torch.nn.Conv2d) and m.stride == (2, 2)]
    assert sorted(m.kernel_size[0] for m in strided) == [1, 1, 1, 3, 3, 3], "each 1x1 is a shortcut's"
    assert all(m.kernel_size == (3, 3) for block in network[4:-3] for m in block.body.modules()
               if isinstance(m, torch.nn.Conv2d) and m.stride == (2, 2))  # fmt: skip


def test_a_residual_block_adds_its_input():
    """With a body that gives nothing, a block without a shortcut of its own is a ReLU."""
    network = NETWORKS["resnet18"].build(CIFAR)
    block = network[3].eval()
    torch.nn.init.zeros_(block.body[-1].weight)
    inputs = torch.randn(2, 64, 8, 8)
    assert torch.equal(block(inputs), torch.relu(inputs))


@settings(max_examples=40)
@given(
    depth=st.integers(1, 8),
    width=st.integers(1, 512),
    image_size=st.integers(4, 512),
    channels=st.integers(1, 16),
    classes=st.integers(2, 10_000),
)
def test_every_small_cnn_within_the_limits_builds_and_runs(depth, width, image_size, channels, classes):
    plan = Plan(
        depth=depth, width=width, image_size=image_size, channels=channels, classes=classes, data="synthetic", batch=2
    )
    assume(not plan_problems(plan))
    with torch.device("meta"):
        out = NETWORKS["small-cnn"].build(plan)(torch.empty(2, channels, image_size, image_size))
    assert out.shape == (2, classes)
