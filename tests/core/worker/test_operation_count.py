"""Counted operations against arithmetic by hand and published figures."""

from __future__ import annotations

import pytest
import torch
from rigdyno.core.records.plan import Plan
from rigdyno.core.worker.operation_count import OperationCounter, count_operations

IMAGENET = Plan(image_size=224, channels=3, classes=1000, optimizer="sgd", data="synthetic")


def test_a_product_and_what_it_moves():
    a, b = torch.ones(4, 8), torch.ones(8, 16)
    with OperationCounter() as counter:
        a @ b
    assert counter.matrix_flops == counter.flops == 2 * 4 * 8 * 16
    assert counter.bytes == 4 * (4 * 8 + 8 * 16 + 4 * 16)


def test_other_operations_count_one_for_each_value_and_views_nothing():
    a = torch.ones(100)
    with OperationCounter() as counter:
        a.view(10, 10).t()
    assert (counter.flops, counter.bytes) == (0, 0)
    with OperationCounter() as counter:
        torch.relu(a)
    assert (counter.flops, counter.matrix_flops, counter.bytes) == (100, 0, 800)


@pytest.mark.parametrize(
    ("model", "forward_gmacs"),
    [("resnet50", 4.09), ("vgg16", 15.47), ("resnet18", 1.81)],
)
def test_published_networks(model, forward_gmacs):
    """Forward multiply-additions as published with torchvision; a backward pass costs twice the forward one, less
    the first layer's gradient of its input."""
    work = count_operations(Plan(**{**{f: getattr(IMAGENET, f) for f in IMAGENET.__slots__}, "model": model}), 2)
    assert work.matrix_flops == pytest.approx(2 * 2 * 3 * forward_gmacs * 1e9, rel=0.03)
    assert work.flops > work.matrix_flops


def test_twice_the_batch_is_twice_the_products():
    one, two = count_operations(Plan(), 32), count_operations(Plan(), 64)
    assert two.matrix_flops == pytest.approx(2 * one.matrix_flops)
    assert one.bytes < two.bytes < 2 * one.bytes, "the weights are read once"


def test_what_looks_at_values_is_not_counted(tmp_path, monkeypatch):
    (tmp_path / "peeking.py").write_text(
        "import torch\n"
        "class Peeking(torch.nn.Linear):\n"
        "    def forward(self, x):\n"
        "        return super().forward(x.flatten(1)) if x.sum().item() > -1e9 else x\n"
        "def build():\n"
        "    return Peeking(16, 2)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    plan = Plan(model="peeking:build", image_size=4, channels=1, classes=2, data="synthetic")
    assert count_operations(plan, 2) is None
