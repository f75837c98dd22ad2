"""A training of the user's own, "package.module:function": the function returns what is to be trained.

- an `nn.Module`: trained on random images, of the workload's size and classes;
- a module and one example batch: a tensor, a tuple or list (the module's arguments), or a dict (its keywords). The loss
  is what the module returns, if that is a single number, has `.loss` or a key "loss"; otherwise the mean square of its
  distance from a target, whose arithmetic is that of most losses;
- any other callable: one whole training step, which is then timed as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils._pytree import TreeSpec, tree_flatten, tree_unflatten

from ...records.workload import Workload
from ..networks.user_network import UserNetworkError, call_user_function
from .blueprint import Batch, Blueprint

IMAGE_SIZE, CLASSES, CHANNELS, BATCH = 224, 1000, 3, 8
"""Of the random images for a module without an example batch."""


class WholeStep(nn.Module):
    """A training step that the user has written whole; it has no weights that we know of."""

    def __init__(self, step: Callable[[], Any]) -> None:
        super().__init__()
        self.step = step


class UserWorkload:
    """What the user's function returned, as the parts of a blueprint."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._leaves: list[Tensor] = []
        self._form: TreeSpec | None = None
        self._targets: dict[tuple[torch.Size, torch.device], Tensor] = {}
        """Made once, as those of a data set are there before a step."""

    def build(self, _workload: Workload) -> nn.Module:
        """The module, on torch's default device; keeps the example batch, if one came with it."""
        made = call_user_function(self.name)
        self._leaves, self._form = [], None
        if isinstance(made, nn.Module):
            return made
        if isinstance(made, tuple) and len(made) == 2 and isinstance(made[0], nn.Module):
            self._keep(made[1])
            return made[0]
        if callable(made):
            self._form = tree_flatten(())[1]  # its data is its own affair
            return WholeStep(made)
        raise UserNetworkError(
            f"{self.name}() returned {type(made).__name__}; an nn.Module, a module and an example batch, or a function "
            "that does one training step is needed"
        )

    def _keep(self, example: Any) -> None:
        leaves, self._form = tree_flatten(example)
        if not leaves or not all(isinstance(x, Tensor) and x.ndim for x in leaves):
            raise UserNetworkError(f"{self.name}(): the example batch may hold tensors with a batch dimension alone")
        if len({len(x) for x in leaves}) > 1:
            sizes = ", ".join(str(len(x)) for x in leaves)
            raise UserNetworkError(f"{self.name}(): the tensors of the example batch have different lengths: {sizes}")
        self._leaves = leaves

    def batch(self, workload: Workload, count: int) -> Batch:
        """The example batch, repeated or cut to `count` samples (0: as it is); random images where there is none."""
        if self._form is None:
            size, classes = workload.image_size or IMAGE_SIZE, workload.classes or CLASSES
            count = count or BATCH
            return torch.randn(count, CHANNELS, size, size), torch.randint(classes, (count,))
        device = torch.empty(0).device
        if not count:
            return tuple(x.detach().to(device) for x in self._leaves)
        return tuple(_resized(x.detach().to(device), count) for x in self._leaves)

    def loss(self, _workload: Workload, module: nn.Module, batch: Batch) -> Tensor:
        """A forward pass, and its loss."""
        if self._form is None:
            return functional.cross_entropy(module(batch[0]), batch[1])
        example = tree_unflatten(list(batch), self._form)
        if isinstance(example, Mapping):
            out = module(**example)
        else:
            out = module(*example) if isinstance(example, (tuple, list)) else module(example)
        return self._loss_of(out)

    def _loss_of(self, out: Any) -> Tensor:
        told = out.get("loss") if isinstance(out, Mapping) else getattr(out, "loss", None)
        if isinstance(told, Tensor):
            return told
        tensors = [x for x in tree_flatten(out)[0] if isinstance(x, Tensor) and x.requires_grad]
        if not tensors:
            raise UserNetworkError(f"{self.name}: the module's output holds no tensor that depends on its weights")
        if len(tensors) == 1 and tensors[0].ndim == 0:
            return tensors[0]
        losses = [functional.mse_loss(x.float(), self._target(x)) for x in tensors]
        return losses[0] if len(losses) == 1 else torch.stack(losses).sum()

    def _target(self, output: Tensor) -> Tensor:
        place = output.shape, output.device
        if place not in self._targets:
            self._targets[place] = torch.zeros(output.shape, dtype=torch.float32, device=output.device)
        return self._targets[place]


def user_blueprint(name: str) -> Blueprint:
    """The blueprint of "package.module:function". Raises UserNetworkError, at once or when it is built."""
    own = UserWorkload(name)
    return Blueprint(own.build, own.batch, own.loss, unit="samples")


def _resized(example: Tensor, count: int) -> Tensor:
    times = -(-count // len(example))
    return torch.cat([example] * times)[:count].clone() if times > 1 else example[:count].clone()
