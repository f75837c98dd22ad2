"""Attention and recurrent layers on the meta device, counted as the single kernels that devices have for them.

The meta device takes them apart: attention into scores, a softmax and products, and a recurrent layer into a dozen
operations for each point in time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ..memory_counting.attention_kernels import AttentionKernels
from ..operation_count import ATTENTION, MATRIX, OperationCounter

FORWARD_PRODUCTS, BACKWARD_PRODUCTS = 2, 5
"""Matrix products of a fused attention kernel: scores and output; the backward pass makes the scores again, and then
four gradients (Dao et al. 2022, arXiv:2205.14135).
"""
CAUSAL_PLACE = 2
"""Of `is_causal` among the arguments after queries, keys and values."""
GATE_PASSES = 2
"""A recurrent layer writes what its products give to the gates, and reads it again."""


class FusedKernels(AttentionKernels):
    """Inside of its `with` block attention and LSTMs tell their work to a counter, as if each were one operation."""

    def __init__(self, counter: OperationCounter) -> None:
        super().__init__("cuda")
        self._counter = counter

    def __torch_function__(
        self, func: Any, types: Sequence[Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        # Sequences of different lengths come with their lengths in place of the state: they are taken apart.
        if func is torch.lstm and len(args) == 9 and isinstance(args[1], Sequence):
            return self._lstm(*args)
        return super().__torch_function__(func, types, args, kwargs)

    def _attention(self, query: Tensor, key: Tensor, value: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        causal = kwargs.get("is_causal", args[CAUSAL_PLACE] if len(args) > CAUSAL_PLACE else False)
        apply: Callable[..., Tensor] = _Attention.apply
        return apply(query, key, value, self._counter, 0.5 if causal else 1.0)

    def _lstm(self, x: Tensor, state: Sequence[Tensor], weights: Sequence[Tensor], *how: Any) -> tuple[Tensor, ...]:
        both_ways = how[4]
        hidden = state[0].shape[-1] * (2 if both_ways else 1)
        apply: Callable[..., Tensor] = _Recurrence.apply
        return apply(self._counter, hidden, x, *weights), torch.empty_like(state[0]), torch.empty_like(state[1])


class _Attention(torch.autograd.Function):
    """Allocates the output and the gradients alone. `share`: of the scores that are computed, half if causal."""

    @staticmethod
    def forward(
        context: Any, query: Tensor, key: Tensor, value: Tensor, counter: OperationCounter, share: float
    ) -> Tensor:
        batch, heads, rows, width = query.shape
        product = share * 2.0 * batch * heads * rows * key.shape[-2] * (width + value.shape[-1]) / 2
        context.save_for_backward(query, key, value)
        context.counter, context.product = counter, product
        with _within(counter, ATTENTION):  # counts the queries as read, and the output as written
            out = query.new_empty(batch, rows, heads, value.shape[-1]).transpose(1, 2)
        counter.by_kind[ATTENTION].add(FORWARD_PRODUCTS * product, key.nbytes + value.nbytes, calls=0)
        return out

    @staticmethod
    def backward(context: Any, *grads: Any) -> tuple[Tensor, Tensor, Tensor, None, None]:
        query, key, value = context.saved_tensors
        with _within(context.counter, ATTENTION):
            made = tuple(torch.empty_like(x) for x in (query, key, value))
        outputs = 2 * grads[0].nbytes  # the forward pass's, and its gradient
        context.counter.by_kind[ATTENTION].add(BACKWARD_PRODUCTS * context.product, outputs, calls=0)
        return made[0], made[1], made[2], None, None


class _Recurrence(torch.autograd.Function):
    """Every weight matrix meets every point in time of every sample: once forwards, twice backwards."""

    @staticmethod
    def forward(context: Any, counter: OperationCounter, hidden: int, x: Tensor, *weights: Tensor) -> Tensor:
        points = x.shape[0] * x.shape[1]
        matrices = [w for w in weights if w.ndim == 2]
        context.save_for_backward(x, *weights)
        context.counter, context.flops = counter, 2.0 * points * sum(w.numel() for w in matrices)
        context.gates = GATE_PASSES * points * x.element_size() * sum(w.shape[0] for w in matrices)
        with _within(counter, MATRIX):
            out = x.new_empty(*x.shape[:-1], hidden)
        counter.by_kind[MATRIX].add(context.flops, context.gates + sum(w.nbytes for w in weights), calls=0)
        return out

    @staticmethod
    def backward(context: Any, *grads: Any) -> tuple[Any, ...]:
        with _within(context.counter, MATRIX):
            made = tuple(torch.empty_like(x) for x in context.saved_tensors)
        context.counter.by_kind[MATRIX].add(2 * context.flops, 2 * context.gates + grads[0].nbytes, calls=0)
        return None, None, *made


@contextlib.contextmanager
def _within(counter: OperationCounter, kind: str) -> Iterator[None]:
    """All operations belong to a kind."""
    before, counter.inside = counter.inside, kind
    try:
        yield
    finally:
        counter.inside = before
