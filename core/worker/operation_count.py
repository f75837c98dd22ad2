"""Counts the floating-point operations and the bytes read and written of a training step, without doing it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

from ..records.events import Work
from ..records.plan import Plan
from ..records.workload import Workload
from .known_shapes import perform
from .text_generation.text_generator import TextGenerator
from .workload_trainer import UNCOUNTABLE, WorkloadTrainer
from .workloads import blueprint_of
from .workloads.blueprint import Blueprint
from .workloads.plan_workload import plan_blueprint, plan_workload

CONVOLUTION, MATRIX, ATTENTION, ELEMENTWISE = KINDS = ("convolution", "matrix", "attention", "elementwise")
"""Kinds of work; "elementwise" is everything that is none of the others, sums and normalisations too."""
CONVOLUTIONS = {
    *(torch.ops.aten.convolution, torch.ops.aten._convolution, torch.ops.aten.convolution_backward),
    *(torch.ops.aten.cudnn_convolution, torch.ops.aten._slow_conv2d_forward),
}
COUNTED_BLOCKS = 3
"""Networks of so many blocks are counted whole."""


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
        out = perform(func, args, kwargs)
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

    return _count_built(plan_workload(plan, batch), plan_blueprint(plan))


def count_workload(workload: Workload) -> Work | None:
    """The work of one forward and backward pass of a workload and of an update, or of reading the prompts of answers;
    None where it cannot be counted.

    Of networks that are one block repeated, one and two blocks are counted: each further block does as much.
    """
    blocks = 0 if workload.blocks else blueprint_of(workload).blocks(workload)
    if blocks <= COUNTED_BLOCKS:
        return _count_built(workload)
    one, two = (_count_built(replace(workload, blocks=n)) for n in (1, 2))
    if not (one and two):
        return None
    more = {name: getattr(two, name) - getattr(one, name) for name in ("flops", "matrix_flops", "bytes")}
    return replace(one, **{name: getattr(one, name) + (blocks - 1) * each for name, each in more.items()})


def _count_built(workload: Workload, blueprint: Blueprint | None = None) -> Work | None:
    """The work of all blocks that are built; None where the meta device cannot do it."""
    counter = OperationCounter()
    try:
        step = _step_of(workload, blueprint)
        with counter:
            step()
    except UNCOUNTABLE:
        return None
    if not (counter.flops > 0 and counter.bytes > 0):
        return None
    return Work(time.perf_counter(), workload.batch, counter.flops, counter.matrix_flops, counter.bytes)


def _step_of(workload: Workload, blueprint: Blueprint | None) -> Callable[[], object]:
    """What is counted, on the meta device."""
    meta, plain = torch.device("meta"), contextlib.nullcontext
    if workload.new_tokens:
        return TextGenerator(workload, meta, autocast=plain).read_prompt
    return WorkloadTrainer(replace(workload, accumulation=1), meta, autocast=plain, blueprint=blueprint).step


def _is_view(func: Any) -> bool:
    """Whether an operation returns a view of its input's memory. In-place operations do so too, but they write."""
    aliases = [r.alias_info for r in func._schema.returns if r.alias_info is not None]
    return bool(aliases) and not any(a.is_write for a in aliases)
