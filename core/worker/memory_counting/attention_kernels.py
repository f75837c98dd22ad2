"""Attention and dropout on the meta device as the kernels of a real device allocate them.

The meta device takes the plain kernel, whose scores need sequence x sequence numbers; real devices mostly choose a
fused one, which keeps queries, keys, values, its output and one number for each row of scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

ATTENTION: Callable[..., Tensor] = functional.scaled_dot_product_attention
HALF = (torch.float16, torch.bfloat16)
FLASH_WIDEST = 256
"""The largest width of a head that the flash kernel takes (aten/src/ATen/native/transformers/cuda/sdp_utils.cpp)."""


def is_fused(device: str, dropout: float) -> bool:
    """Whether a device of this type ("cpu", "cuda", "mps", ...) would choose a fused kernel.

    By the rules of sdp_utils.cpp and sdp_utils_cpp.cpp in PyTorch 2.13: the processor's fused kernel has no dropout; on
    CUDA the flash kernel takes half precision without a mask, and the memory-efficient one anything else.
    """
    if device == "cpu":
        return dropout == 0.0
    return device == "cuda"


class AttentionKernels(TorchFunctionMode):
    """Inside of its `with` block, `scaled_dot_product_attention` allocates what the kernel of `device` would, and so
    does dropout.
    """

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device

    def __torch_function__(
        self, func: Any, types: Sequence[Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is ATTENTION:
            return self._attention(*args, **kwargs)
        if func in (torch.lstm, torch._VF.lstm) and self.device == "cpu":
            return _lstm(func(*args, **kwargs), int(args[4]))
        if func is functional.dropout and self.device == "cuda":
            return _dropout(*args, **kwargs)
        if func is functional.multi_head_attention_forward:  # modes do not reach into its code
            functional.scaled_dot_product_attention = self._attention
            try:
                return func(*args, **kwargs)
            finally:
                functional.scaled_dot_product_attention = ATTENTION
        return func(*args, **kwargs)

    def _attention(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attn_mask: Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Tensor:
        if not is_fused(self.device, dropout_p):
            return ATTENTION(query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa)
        flash = self.device == "cuda" and query.dtype in HALF and attn_mask is None and query.shape[-1] <= FLASH_WIDEST
        out: Tensor = _FusedAttention.apply(query, key, value, flash)
        return out


LSTM_WORKSPACE = 4
"""oneDNN's LSTM keeps so many times its output more than the plain cells of the meta device: with batches of 256 and
1,024, sequences of 168 and 128 units, 4.0 and 3.8 times.
"""


def _lstm(results: tuple[Tensor, Tensor, Tensor], layers: int) -> tuple[Tensor, Tensor, Tensor]:
    """The results of an LSTM, with the workspace that oneDNN keeps of each layer for the backward pass."""
    out, hidden, cell = results
    return _Kept.apply(out, LSTM_WORKSPACE * layers), hidden, cell


class _Kept(torch.autograd.Function):
    """Keeps so many times the size of a tensor until its gradient has been computed."""

    @staticmethod
    def forward(context: Any, out: Tensor, times: int) -> Tensor:
        context.save_for_backward(out.new_empty(times * out.numel()))
        return out.view_as(out)

    @staticmethod
    def backward(_context: Any, *grads: Any) -> tuple[Tensor, None]:
        return grads[0], None


def _dropout(values: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Dropout as CUDA's fused kernel does it: it keeps a mask of one byte for each value, not of four."""
    if not training or p == 0 or inplace:
        return functional.dropout(values, p, training, inplace)
    out, _mask = torch.native_dropout(values, p, True)
    return out


class _FusedAttention(torch.autograd.Function):
    """A fused kernel's allocations: its output and a row of float32, and in the backward pass the three gradients; the
    flash kernel adds up the queries' gradients in float32 first.
    """

    @staticmethod
    def forward(context: Any, query: Tensor, key: Tensor, value: Tensor, flash: bool) -> Tensor:
        # Kernels lay the output out as (batch, sequence, heads, width), so that merging the heads copies nothing.
        batch, heads, rows, _ = query.shape
        out = query.new_empty(batch, rows, heads, value.shape[-1]).transpose(1, 2)
        sums = query.new_empty(batch, heads, rows, dtype=torch.float32)
        context.save_for_backward(query, key, value, out, sums)
        context.flash = flash
        return out

    @staticmethod
    def backward(context: Any, *_grads: Any) -> tuple[Tensor, Tensor, Tensor, None]:
        query, key, value, _out, _sums = context.saved_tensors
        added = torch.empty_like(query, dtype=torch.float32) if context.flash else None
        made = tuple(torch.empty_like(x) for x in (query, key, value))
        del added
        return made[0], made[1], made[2], None
