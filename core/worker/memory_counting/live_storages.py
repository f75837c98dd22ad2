"""Counts the bytes of all tensors that are alive, now and at most."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, UntypedStorage
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ..known_shapes import perform

ROUNDED_TO = {"cuda": 512}
"""torch's allocator for CUDA hands out multiples of so many bytes (CUDACachingAllocator.cpp, kMinBlockSize)."""

CONVOLUTIONS = (torch.ops.aten.convolution, torch.ops.aten.convolution_backward)
CHANNELS_TOGETHER = 8
"""Channels in a block of oneDNN's layout: images of fewer are filled up."""


def _copied(args: Sequence[Any], out: Any) -> int:
    """Bytes of the copies in blocks of channels that oneDNN's convolution makes on a processor while it runs.

    Measured: forward that of its input or its output, whichever is larger; backward that of both.
    """
    if isinstance(out, Tensor):
        return max(_in_blocks(args[0]), _in_blocks(out))
    return _in_blocks(args[0]) + _in_blocks(args[1])


def _in_blocks(tensor: Tensor) -> int:
    channels = tensor.shape[1]
    return tensor.nbytes * -(-channels // CHANNELS_TOGETHER) * CHANNELS_TOGETHER // max(1, channels)


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
        out = perform(func, args, kwargs or {})
        self.add(out)
        if self._copies and func._overloadpacket in CONVOLUTIONS:
            self.peak = max(self.peak, self.live + _copied(args, out))
        return out

    def add(self, tensors: Any) -> None:
        """Count the storages of all tensors inside of any structure, each once."""
        for tensor in tree_leaves(tensors):
            if not isinstance(tensor, Tensor) or tensor.device.type != "meta":
                continue  # optimisers count their steps on the processor
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
