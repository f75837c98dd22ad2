"""Operations on the meta device that were done before for the same shapes."""

from __future__ import annotations

import pytest
import torch
from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.worker import known_shapes, operation_count
from rigdyno.core.worker.known_shapes import perform
from rigdyno.core.worker.memory_counting import count, live_storages

ATEN = torch.ops.aten
X = torch.empty(4, 6, device="meta")


def performed(func, *args, **kwargs):
    """The second time: what is remembered."""
    perform(func, args, kwargs)
    return perform(func, args, kwargs)


@pytest.mark.parametrize(
    ("func", "args"),
    [
        (ATEN.mul.Tensor, (X, X.half())),
        (ATEN.mm.default, (X, X.t())),
        (ATEN.mul.Tensor, (X.t(), 2)),
        (ATEN.native_layer_norm.default, (X, [6], None, None, 1e-5)),
        (ATEN.gelu.default, (X.transpose(0, 1),)),
    ],
)
def test_results_are_like_those_of_torch(func, args):
    first, second = func(*args), performed(func, *args)
    made = (first, second) if isinstance(first, tuple) else ((first,), (second,))
    for own, ours in zip(*made, strict=True):
        assert (own.shape, own.stride(), own.dtype) == (ours.shape, ours.stride(), ours.dtype)
        assert own.untyped_storage().nbytes() == ours.untyped_storage().nbytes()


def test_numbers_that_are_equal_are_not_the_same():
    whole = torch.empty(3, dtype=torch.int64, device="meta")
    assert performed(ATEN.mul.Tensor, whole, 2).dtype == torch.int64
    assert performed(ATEN.mul.Tensor, whole, 2.0).dtype == torch.float32


def test_new_tensors_are_of_the_default_dtype():
    size = {"device": torch.device("meta"), "pin_memory": False}
    assert performed(ATEN.zeros.default, [3], **size).dtype == torch.float32
    torch.set_default_dtype(torch.bfloat16)
    try:
        assert performed(ATEN.zeros.default, [3], **size).dtype == torch.bfloat16
    finally:
        torch.set_default_dtype(torch.float32)


def test_views_and_operations_in_place_stay_in_the_same_memory():
    held = X.untyped_storage()._cdata
    for func, args in (
        (ATEN.view.default, (X, [24])),
        (ATEN._unsafe_view.default, (X, [24])),
        (ATEN.add_.Tensor, (X, 1)),
    ):
        assert performed(func, *args).untyped_storage()._cdata == held


def test_other_devices_compute():
    assert performed(ATEN.add.Tensor, torch.ones(2), 1).tolist() == [2, 2]


def test_counts_are_the_same_without_it(monkeypatch):
    shape = DecoderShape(64, 6, 4, 2, 16, 128, 512)
    for workload in (
        Workload("decoder", 2, 64, decoder=shape, lora=4, bits=4, checkpoint=True, precision="bf16-true"),
        Workload("distilbert", 2, 64, classes=2, precision="bf16"),
    ):
        counts = []
        for way in (perform, lambda func, args, kwargs: func(*args, **kwargs)):
            monkeypatch.setattr(live_storages, "perform", way)
            monkeypatch.setattr(operation_count, "perform", way)
            work = operation_count.count_workload(workload)
            counts.append((count.count_memory(workload, "cpu"), work.flops, work.matrix_flops, work.bytes))
        assert counts[0] == counts[1]
        assert known_shapes._known


def test_blocks_that_are_not_counted_do_as_much_as_those_that_are():
    workload = Workload("decoder", 2, 64, decoder=DecoderShape(64, 6, 4, 2, 16, 128, 512), lora=4, checkpoint=True)
    told, built = operation_count.count_workload(workload), operation_count._count_built(workload)
    assert (told.flops, told.matrix_flops, told.bytes) == (built.flops, built.matrix_flops, built.bytes)
