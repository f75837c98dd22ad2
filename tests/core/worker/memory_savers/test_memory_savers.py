"""Adapters, few-bit weights and checkpoints change the memory of a training, and its gradients not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.worker.memory_savers.few_bit_weights import NF4, FewBitLinear
from rigdyno.core.worker.memory_savers.low_rank_adapters import AdaptedLinear
from rigdyno.core.worker.networks import UserNetworkError
from rigdyno.core.worker.workload_trainer import WorkloadTrainer
from torch import nn

CPU = torch.device("cpu")
LANGUAGE = Workload("decoder", 2, 16, decoder=DecoderShape(32, 3, 4, 2, 8, 64, 128))


def gradients(workload: Workload) -> list[torch.Tensor]:
    trainer = WorkloadTrainer(workload, CPU, seed=3)
    trainer.step()
    return [p.grad for p in trainer.trained if p.grad is not None]


def test_checkpoints_and_loss_chunks_give_the_same_gradients():
    plain = gradients(LANGUAGE)
    for saver in ({"checkpoint": True}, {"loss_chunks": 4}, {"checkpoint": True, "loss_chunks": 3}):
        for a, b in zip(plain, gradients(replace(LANGUAGE, **saver)), strict=True):
            assert torch.allclose(a, b, atol=1e-6), saver


def test_accumulated_batches_give_the_mean_gradient():
    trainer = WorkloadTrainer(replace(LANGUAGE, accumulation=4), CPU, seed=3)
    trainer.step()
    for parameter, once in zip(trainer.trained, gradients(LANGUAGE), strict=True):
        assert torch.allclose(parameter.grad, once, atol=1e-6)


def test_adapters_alone_are_trained():
    trainer = WorkloadTrainer(replace(LANGUAGE, lora=4), CPU)
    adapted = [m for m in trainer.network.modules() if isinstance(m, AdaptedLinear)]
    assert len(adapted) == 3 * 7
    assert trainer.parameters == sum(m.down.numel() + m.up.numel() for m in adapted)
    before = [p.clone() for p in trainer.network.parameters() if not p.requires_grad]
    trainer.step()
    after = [p for p in trainer.network.parameters() if not p.requires_grad]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_adapters_on_attention_leave_the_rest_alone():
    trainer = WorkloadTrainer(replace(LANGUAGE, lora=4, lora_layers="attention"), CPU)
    assert sum(isinstance(m, AdaptedLinear) for m in trainer.network.modules()) == 3 * 4


def test_a_network_without_linear_layers_in_its_blocks_is_refused():
    with pytest.raises(UserNetworkError, match="no linear layers"):
        WorkloadTrainer(Workload("resnet18", 2, image_size=32, classes=10, lora=4), CPU)


@pytest.mark.parametrize("shape", [(64, 128), (48, 30), (5, 7)])
@pytest.mark.parametrize("bits", [4, 8])
def test_few_bit_weights_have_their_shape_and_size(shape, bits):
    torch.manual_seed(0)
    layer = nn.Linear(*shape)
    few = FewBitLinear.of(layer, bits)
    weight = few.dequantised()
    assert weight.shape == layer.weight.shape
    assert torch.isfinite(weight).all()
    assert torch.allclose(few(torch.eye(shape[0])), weight.t() + layer.bias, atol=1e-5)
    if shape == (64, 128):
        held = sum(b.nbytes for name, b in few.named_buffers() if name != "pairs")
        assert held / layer.weight.numel() < 0.53 if bits == 4 else 1.05


def test_four_bits_are_the_papers_sixteen_values():
    few = FewBitLinear.of(nn.Linear(64, 2), 4)
    few.scales.fill_(1)
    few.scale_of_scales.fill_(1.0)
    few.packed.copy_(torch.arange(64, dtype=torch.uint8) * 4)
    told = few.dequantised().flatten()
    pairs = torch.stack((few.packed >> 4, few.packed & 15), -1).flatten()
    assert torch.allclose(told, torch.tensor(NF4)[pairs.long()])


def test_gradients_go_through_few_bit_weights():
    few = FewBitLinear.of(nn.Linear(16, 8), 4)
    x = torch.randn(3, 16, requires_grad=True)
    few(x).sum().backward()
    assert torch.allclose(x.grad, few.dequantised().sum(0).expand(3, 16), atol=1e-5)
    trainer = WorkloadTrainer(replace(LANGUAGE, lora=4, bits=4, checkpoint=True), CPU)
    trainer.step()
    trainer.step()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in trainer.trained)
