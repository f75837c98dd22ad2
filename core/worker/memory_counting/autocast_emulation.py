"""Mixed precision on the meta device: casts arguments where autocast would, as meta tensors know no autocast."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

IN_HALF = {
    *(functional.linear, functional.conv1d, functional.conv2d, functional.conv3d),
    *(functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d),
    *(functional.scaled_dot_product_attention, torch.matmul, torch.mm, torch.bmm, torch.addmm, torch.baddbmm),
    *(torch.einsum, torch.lstm, torch.gru, torch.Tensor.matmul, torch.Tensor.__matmul__, torch.Tensor.mm),
    *(torch.Tensor.bmm, functional.bilinear, functional.multi_head_attention_forward),
}
"""Functions that autocast computes in half precision: torch/amp's documentation, "CUDA Op-Specific Behavior"."""
IN_FULL = {
    *(functional.layer_norm, functional.softmax, functional.log_softmax, functional.cross_entropy, functional.nll_loss),
    *(functional.mse_loss, functional.l1_loss, functional.smooth_l1_loss, functional.binary_cross_entropy_with_logits),
    *(functional.group_norm, functional.softplus, functional.cosine_similarity, functional.normalize),
    *(torch.softmax, torch.log_softmax, torch.exp, torch.log, torch.pow, torch.rsqrt, torch.sum, torch.prod),
    *(torch.cumsum, torch.norm, torch.Tensor.softmax, torch.Tensor.log_softmax, torch.Tensor.exp, torch.Tensor.log),
    *(torch.Tensor.pow, torch.Tensor.rsqrt, torch.Tensor.sum, torch.Tensor.prod, torch.Tensor.cumsum),
}
"""Functions that autocast computes in float32 on accelerators."""
IN_FULL_ON_CPU = {functional.mse_loss, functional.smooth_l1_loss, functional.l1_loss, functional.cosine_similarity}
"""The processor's list is shorter: "CPU Op-Specific Behavior"."""


class AutocastEmulation(TorchFunctionMode):
    """Inside of its `with` block arguments are cast to `dtype` or float32, as autocast of `device` would.

    The half-precision copy of a trained weight is made once and kept until the `scope` ends, as autocast's cache does.
    """

    def __init__(self, device: str, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype
        self.full = IN_FULL_ON_CPU if device == "cpu" else IN_FULL
        self._copies: dict[int, Tensor] = {}

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """What autocast's own context is: at its end the copies of weights go."""
        try:
            yield
        finally:
            self._copies.clear()

    def __torch_function__(
        self, func: Any, types: Sequence[Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in IN_HALF:
            args, kwargs = tree_map(self._half, (tuple(args), dict(kwargs)))
        elif func in self.full:
            args, kwargs = tree_map(_full, (tuple(args), dict(kwargs)))
        return func(*args, **kwargs)

    def _half(self, value: Any) -> Any:
        if not isinstance(value, Tensor) or value.dtype != torch.float32:
            return value
        if not (value.is_leaf and value.requires_grad):
            return value.to(self.dtype)
        if id(value) not in self._copies:
            self._copies[id(value)] = value.to(self.dtype)
        return self._copies[id(value)]


def _full(value: Any) -> Any:
    half = isinstance(value, Tensor) and value.dtype in (torch.bfloat16, torch.float16)
    return value.float() if half else value
