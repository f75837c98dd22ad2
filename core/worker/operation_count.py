"""Counts the floating-point operations and the bytes read and written of a training step, without doing it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

from ..records.events import Work
from ..records.plan import Plan
from ..records.workload import Workload
from .networks import build_network, random_inputs
from .text_generator import TextGenerator
from .trainer import make_optimizer
from .workload_trainer import UNCOUNTABLE, WorkloadTrainer

CONVOLUTION, MATRIX, ATTENTION, ELEMENTWISE = KINDS = ("convolution", "matrix", "attention", "elementwise")
"""Kinds of work; "elementwise" is everything that is none of the others, sums and normalisations too."""
CONVOLUTIONS = {
    *(torch.ops.aten.convolution, torch.ops.aten._convolution, torch.ops.aten.convolution_backward),
    *(torch.ops.aten.cudnn_convolution, torch.ops.aten._slow_conv2d_forward),
}


@dataclass
class KindWork:
    """Work of one kind: floating-point operations, bytes read and written, and how many torch operations did it."""

    flops: float = 0.0
    bytes: float = 0.0
    calls: int = 0

    def add(self, flops: float, moved: float, calls: int = 1) -> None:
        """Count more of it."""
        self.flops += flops
        self.bytes += moved
        self.calls += calls


class OperationCounter(TorchDispatchMode):
    """Counts every torch operation inside of its `with` block.

    `matrix_flops` are the operations of matrix products and convolutions by torch's own formulas, which count
    multiplications and additions. `flops` adds one for every value that any other operation writes. `bytes` is what
    each operation reads and writes, as if there were no cache; a view moves nothing. `by_kind` has the same figures for
    each of KINDS; while `inside` names one, all operations belong to it (`work_counting` does so for attention).
    """

    flops = matrix_flops = bytes = 0.0
    inside = ""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.by_kind = {kind: KindWork() for kind in KINDS}

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if _is_view(func):
            return out
        read = [x for x in tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
        written = [x for x in tree_leaves(out) if isinstance(x, Tensor)]
        moved = sum(x.nbytes for x in (*read, *written))
        self.bytes += moved
        kind = CONVOLUTION if func._overloadpacket in CONVOLUTIONS else MATRIX
        if formula := flop_registry.get(func._overloadpacket):
            done = _product_flops(formula, func, args, kwargs, out)
            self.matrix_flops += done
        else:
            # In-place operations on lists, as of optimisers, return nothing: they write to the tensors that they take.
            done = float(sum(x.numel() for x in (written or read) if x.is_floating_point()))
            kind = ELEMENTWISE
        self.flops += done
        self.by_kind[self.inside or kind].add(done, moved)
        return out


def _product_flops(
    formula: Callable[..., Any], func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], out: Any
) -> float:
    """Operations by torch's formula. Of a convolution in groups it counts the weights' gradient as if all channels met:
    a depthwise one with 64 channels would have 64 times too many, so that is taken off.
    """
    told = float(formula(*args, **kwargs, out_val=out))
    if func._overloadpacket is torch.ops.aten.convolution_backward and len(args) > 10 and args[9] > 1:
        of_weights = float(formula(*args[:10], (False, args[10][1], False), **kwargs, out_val=out))
        told -= of_weights * (1 - 1 / args[9])
    return told


def count_operations(plan: Plan, batch: int) -> Work | None:
    """The work of one training step at `batch` in fp32; None where the network cannot be counted.

    It runs on torch's "meta" device, whose tensors have shapes but no values, so a large network takes no longer than a
    small one. A user's network that reads values cannot run there.
    """

    def step() -> Callable[[], object]:
        with torch.device("meta"):
            model = build_network(plan)
            inputs, labels = random_inputs(plan, batch), torch.zeros(batch, dtype=torch.int64)
        update = make_optimizer(plan, model)

        def trained() -> None:
            nn.functional.cross_entropy(model(inputs), labels).backward()
            update.step()

        return trained

    return _counted(step, batch)


def count_workload(workload: Workload) -> Work | None:
    """The work of one forward and backward pass of a workload and of an update, or of reading the prompts of answers;
    None where it cannot be counted.
    """

    def step() -> Callable[[], object]:
        if workload.new_tokens:
            return TextGenerator(workload, torch.device("meta"), autocast=contextlib.nullcontext).read_prompt
        one = replace(workload, accumulation=1)
        return WorkloadTrainer(one, torch.device("meta"), autocast=contextlib.nullcontext).step

    return _counted(step, workload.batch)


def _counted(prepare: Callable[[], Callable[[], object]], samples: int) -> Work | None:
    """The work of what `prepare` returns; None where the meta device cannot do it."""
    counter = OperationCounter()
    try:
        step = prepare()
        with counter:
            step()
    except UNCOUNTABLE:
        return None
    if not (counter.flops > 0 and counter.bytes > 0):
        return None
    return Work(time.perf_counter(), samples, counter.flops, counter.matrix_flops, counter.bytes)


def _is_view(func: Any) -> bool:
    """Whether an operation returns a view of its input's memory. In-place operations do so too, but they write."""
    aliases = [r.alias_info for r in func._schema.returns if r.alias_info is not None]
    return bool(aliases) and not any(a.is_write for a in aliases)
