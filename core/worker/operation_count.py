"""Counts the floating-point operations and the bytes read and written of a training step, without doing it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

from ..records.events import Work
from ..records.plan import Plan
from .networks import build_network, random_inputs
from .trainer import make_optimizer


class OperationCounter(TorchDispatchMode):
    """Counts every torch operation inside of its `with` block.

    `matrix_flops` are the operations of matrix products and convolutions by torch's own formulas, which count
    multiplications and additions. `flops` adds one for every value that any other operation writes. `bytes` is what
    each operation reads and writes, as if there were no cache; a view moves nothing.
    """

    flops = matrix_flops = bytes = 0.0

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if _is_view(func):
            return out
        read = [x for x in tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
        written = [x for x in tree_leaves(out) if isinstance(x, Tensor)]
        self.bytes += sum(x.nbytes for x in (*read, *written))
        if formula := flop_registry.get(func._overloadpacket):
            done = float(formula(*args, **kwargs, out_val=out))
            self.matrix_flops += done
        else:
            # In-place operations on lists, as of optimisers, return nothing: they write to the tensors that they take.
            done = float(sum(x.numel() for x in (written or read) if x.is_floating_point()))
        self.flops += done
        return out


def count_operations(plan: Plan, batch: int) -> Work | None:
    """The work of one training step at `batch` in fp32; None where the network cannot be counted.

    It runs on torch's "meta" device, whose tensors have shapes but no values, so a large network takes no longer than a
    small one. A user's network that reads values cannot run there.
    """
    counter = OperationCounter()
    try:
        with torch.device("meta"):
            model = build_network(plan)
            inputs, labels = random_inputs(plan, batch), torch.zeros(batch, dtype=torch.int64)
        update = make_optimizer(plan, model)
        with counter:
            nn.functional.cross_entropy(model(inputs), labels).backward()
            update.step()
    except (RuntimeError, NotImplementedError, TypeError, ValueError):
        return None
    if not (counter.flops > 0 and counter.bytes > 0):
        return None
    return Work(time.perf_counter(), batch, counter.flops, counter.matrix_flops, counter.bytes)


def _is_view(func: Any) -> bool:
    """Whether an operation returns a view of its input's memory. In-place operations do so too, but they write."""
    aliases = [r.alias_info for r in func._schema.returns if r.alias_info is not None]
    return bool(aliases) and not any(a.is_write for a in aliases)
