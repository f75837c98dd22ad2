"""Counts the bytes of all tensors that are alive, now and at most."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, UntypedStorage
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

ROUNDED_TO = {"cuda": 512}
"""torch's allocator for CUDA hands out multiples of so many bytes (CUDACachingAllocator.cpp, kMinBlockSize)."""

CONVOLUTIONS = (torch.ops.aten.convolution, torch.ops.aten.convolution_backward)
"""oneDNN's convolutions on a processor copy what they read and write into a layout in blocks while they run."""


class LiveStorages(TorchDispatchMode):
    """Inside of its `with` block a storage counts from the operation that makes it until it dies.

    `live` and `peak` are bytes, each storage rounded up to a multiple of `rounding`. What kernels allocate for
    themselves is not seen, but for the `copies` of convolutions.
    """

    def __init__(self, rounding: int = 1, copies: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._copies = copies
        self.live = self.peak = 0
        self._rounding = rounding
        self._known: dict[int, weakref.ref[UntypedStorage]] = {}

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        self.add(out)
        if self._copies and func._overloadpacket in CONVOLUTIONS:
            passed = {t.untyped_storage()._cdata: t.nbytes for t in tree_leaves((args, out)) if isinstance(t, Tensor)}
            self.peak = max(self.peak, self.live + sum(passed.values()))
        return out

    def add(self, tensors: Any) -> None:
        """Count the storages of all tensors inside of any structure, each once."""
        for tensor in tree_leaves(tensors):
            if not isinstance(tensor, Tensor) or tensor.device.type != "meta":  # optimisers count steps on the processor
                continue
            storage = tensor.untyped_storage()
            key = storage._cdata
            if key in self._known:
                continue
            size = -(-storage.nbytes() // self._rounding) * self._rounding

            def died(_: Any, key: int = key, size: int = size) -> None:
                self._known.pop(key, None)
                self.live -= size

            self._known[key] = weakref.ref(storage, died)
            self.live += size
        self.peak = max(self.peak, self.live)
