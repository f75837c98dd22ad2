"""Work by kind against arithmetic by hand, and against the counter of everything."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.worker.operation_count import (
    ATTENTION,
    CONVOLUTION,
    ELEMENTWISE,
    MATRIX,
    OperationCounter,
    count_workload,
)
from rigdyno.core.worker.work_counting.by_kind import count_answer, count_by_kind
from rigdyno.core.worker.work_counting.fused_kernels import FusedKernels
from torch import nn
from torch.nn import functional

SHAPE = DecoderShape(64, 2, 4, 2, 16, 128, 1000)
SMALL = Workload("decoder", batch=2, sequence=32, decoder=SHAPE, precision="bf16-true")


def kinds(workload: Workload, fused: bool = True):
    return count_by_kind(workload, fused).per_sample(workload.accumulation)


def test_kinds_add_up_to_everything():
    counter = OperationCounter()
    with counter:
        functional.conv2d(torch.ones(1, 2, 8, 8), torch.ones(4, 2, 3, 3)).relu()
        torch.ones(4, 4) @ torch.ones(4, 4)
    parts = counter.by_kind
    assert sum(kind.flops for kind in parts.values()) == counter.flops
    assert sum(kind.bytes for kind in parts.values()) == counter.bytes
    assert parts[CONVOLUTION].flops == 2 * 4 * 2 * 9 * 36
    assert parts[MATRIX].flops == 2 * 4**3
    assert parts[ATTENTION].calls == 0


def test_a_convolution_in_groups_meets_its_own_channels_alone():
    """Each of the two gradients takes as much as the forward pass."""
    layer = nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False, device="meta")
    x = torch.empty(8, 64, 32, 32, device="meta", requires_grad=True)
    with OperationCounter() as counter:
        layer(x).sum().backward()
    assert counter.by_kind[CONVOLUTION].flops == 3 * 2 * 8 * 64 * 32 * 32 * 9


@pytest.mark.parametrize(("causal", "share"), [(False, 1.0), (True, 0.5)])
def test_attention_by_a_fused_kernel(causal, share):
    """Seven products of sequence x sequence x width for each head; it reads and writes no scores."""
    q, k, v = (torch.empty(2, 4, 128, 16, device="meta", requires_grad=True) for _ in range(3))
    counter = OperationCounter()
    with FusedKernels(counter), counter:
        out = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
    with counter:
        out.backward(torch.empty_like(out))
    one = counter.by_kind[ATTENTION]
    assert one.flops == pytest.approx(7 * share * 2 * 2 * 4 * 128 * 128 * 16, rel=0.01)
    assert one.bytes == pytest.approx(12 * q.nbytes, rel=0.01)


def test_plain_attention_counts_as_products_and_traffic():
    fused, plain = kinds(SMALL), kinds(SMALL, fused=False)
    assert fused[ATTENTION].flops > 0 == plain[ATTENTION].flops
    assert plain[MATRIX].flops > fused[MATRIX].flops
    assert plain[ELEMENTWISE].bytes > fused[ELEMENTWISE].bytes


def test_an_lstm_is_one_operation():
    step = count_by_kind(Workload("lstm", batch=4, sequence=168, optimizer="adam"))
    assert step.calls(1) < 300, "the meta device would do a dozen for each of the 168 points in time"
    layers = 4 * 128 * (24 + 128) + 4 * 128 * (128 + 128)
    assert step.per_sample(1)[MATRIX].flops == pytest.approx(3 * 2 * 168 * layers, rel=0.02)


def test_the_update_is_shared_by_accumulated_batches():
    step = count_by_kind(SMALL)
    once, often = step.per_sample(1)[ELEMENTWISE], step.per_sample(8)[ELEMENTWISE]
    assert once.bytes - often.bytes == pytest.approx(step.update[ELEMENTWISE].bytes * (1 / 2 - 1 / 16))
    assert step.calls(8) < step.calls(1)


def test_checkpoints_do_the_forward_pass_of_blocks_twice():
    """Up to the last product of each block, whose output nobody needs again; the head stays outside."""
    plain = kinds(SMALL)
    again = kinds(Workload("decoder", batch=2, sequence=32, decoder=SHAPE, precision="bf16-true", checkpoint=True))
    head, last = 3 * 2 * 32 * 64 * 1000, 2 * 2 * 32 * 128 * 64
    assert again[MATRIX].flops - plain[MATRIX].flops == pytest.approx((plain[MATRIX].flops - head) / 3 - last, rel=0.02)
    assert again[ATTENTION].flops == pytest.approx(plain[ATTENTION].flops * 9 / 7, rel=0.02)


def test_parameters_and_those_that_are_trained():
    whole = count_by_kind(SMALL)
    assert whole.parameters == whole.trained
    adapted = count_by_kind(
        Workload("decoder", batch=2, sequence=32, decoder=SHAPE, precision="bf16-true", lora=4, bits=4)
    )
    assert adapted.parameters - adapted.trained == whole.parameters, "weights of few bits count as well"
    assert adapted.trained < whole.trained / 10


def test_half_precision_halves_the_traffic():
    shape = {"batch": 8, "image_size": 32, "classes": 10, "optimizer": "sgd"}
    full, mixed = (kinds(Workload("resnet18", precision=p, **shape)) for p in ("fp32", "bf16"))
    assert 0.4 < mixed[CONVOLUTION].bytes / full[CONVOLUTION].bytes < 0.6
    assert mixed[CONVOLUTION].flops == full[CONVOLUTION].flops


def test_the_whole_count_is_as_before():
    """`count_workload` knows no kinds: it takes attention apart, and counts the first step in float32."""
    work = count_workload(Workload("resnet18", batch=8, image_size=32, classes=10, optimizer="sgd"))
    parts = kinds(Workload("resnet18", batch=8, image_size=32, classes=10, optimizer="sgd"))
    assert work.matrix_flops / 8 == pytest.approx(parts[CONVOLUTION].flops + parts[MATRIX].flops)


def test_an_answer_reads_all_weights_for_each_token():
    """Prompts of 24 tokens, then 8 more: weights of the blocks, the norms and the head, and keys and values of 28."""
    workload = Workload("decoder", 2, 32, decoder=SHAPE, precision="bf16-true", new_tokens=8)
    found = count_answer(workload)
    block = 64 * (64 + 16 * 2 * 2 + 64) + 3 * 64 * 128
    assert found.parameters == 2 * (block + 2 * 64) + 64 + 2 * 1000 * 64
    assert found.token_bytes == 2 * (found.parameters - 1000 * 64) + 2 * 2 * 2 * 2 * 28 * 2 * 16
    assert found.prompt[MATRIX].flops == 2 * 2 * (24 * 2 * block + 1000 * 64), "the head for the last token alone"
    few = count_answer(replace(workload, bits=4))
    assert few.token_bytes < 0.8 * found.token_bytes
    assert few.prompt == found.prompt, "as a fused kernel unpacks them"
    assert 0 < found.token_calls < 200
