"""The networks that the worker can train, by name. A new network is one file here and one line in `NETWORKS`.

The program itself does not import torch, so `MODELS` in `analysis/plan_limits.py` has the names again.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...records.plan import Plan
from .network import Network
from .resnet import RESNET18, RESNET50
from .small_cnn import SMALL_CNN
from .table_network import TABLE_NETWORK
from .transformer_encoder import TRANSFORMER
from .user_network import UserNetworkError, user_network
from .vgg import VGG16

__all__ = ["NETWORKS", "Network", "UserNetworkError", "build_network", "parameter_count", "random_inputs"]

NETWORKS: dict[str, Network] = {
    "small-cnn": SMALL_CNN,
    "mlp": TABLE_NETWORK,
    "resnet18": RESNET18,
    "resnet50": RESNET50,
    "vgg16": VGG16,
    "transformer": TRANSFORMER,
}


def build_network(plan: Plan) -> nn.Module:
    """The plan's network with fresh weights, on torch's default device. Raises UserNetworkError."""
    return _find(plan.model).build(plan)


def random_inputs(plan: Plan, count: int, generator: torch.Generator | None = None) -> Tensor:
    """`count` random inputs of the plan's shape: tokens (int64), or numbers with mean 0 and deviation 1 (float32)."""
    network = _find(plan.model)
    shape = (count, *network.shape(plan))
    if network.vocabulary:
        return torch.randint(network.vocabulary, shape, generator=generator)
    return torch.randn(shape, generator=generator)


def parameter_count(network: nn.Module) -> int:
    """The number of trainable values."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def _find(name: str) -> Network:
    return NETWORKS[name] if name in NETWORKS else user_network(name)
