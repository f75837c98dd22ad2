"""What one training step costs, counted without doing it: floating-point operations, and bytes read and written."""

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
from .networks import example, network
from .trainer import optimizer


class Counter(TorchDispatchMode):
    """Counts every operation that runs under it.

    `matrix_flops` are those of matrix products and convolutions, by torch's own formulas (a multiplication and an
    addition each); `flops` adds one for every value that any other operation writes. `bytes` is what each operation
    reads and writes, as if nothing stayed in a cache; a view moves nothing.
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
            # In-place operations on lists (an optimiser's) return nothing: they write what they were given first.
            done = float(sum(x.numel() for x in (written or read) if x.is_floating_point()))
        self.flops += done
        return out


def count(plan: Plan, batch: int) -> Work | None:
    """One training step at `batch`, counted in fp32; None for a network that will not tell.

    It runs on torch's "meta" device, where tensors have shapes and no values: a large network costs no more than a
    small one. A user's network that looks at values cannot run there.
    """
    counter = Counter()
    try:
        with torch.device("meta"):
            model = network(plan)
            inputs, labels = example(plan, batch), torch.zeros(batch, dtype=torch.int64)
        update = optimizer(plan, model)
        with counter:
            nn.functional.cross_entropy(model(inputs), labels).backward()
            update.step()
    except (RuntimeError, NotImplementedError, TypeError, ValueError):
        return None
    if not (counter.flops > 0 and counter.bytes > 0):
        return None
    return Work(time.perf_counter(), batch, counter.flops, counter.matrix_flops, counter.bytes)


def _is_view(func: Any) -> bool:
    """Whether an operation gives another look at its input's memory; one that writes in place does move bytes."""
    aliases = [r.alias_info for r in func._schema.returns if r.alias_info is not None]
    return bool(aliases) and not any(a.is_write for a in aliases)
