"""Gradient checkpointing: blocks keep only their input, and compute the rest again in the backward pass (Chen et al.
2016, arXiv:1604.06174).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from torch import nn
from torch.utils.checkpoint import checkpoint


class CheckpointedBlock(nn.Module):
    """A block that forgets its activations until the backward pass needs them, and computes them in `again` then."""

    again: Callable[[], AbstractContextManager[None]] = staticmethod(nullcontext)

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        # Dropout draws other values the second time: for time and memory that makes no difference, and keeping the
        # state of the random numbers would read from the device.
        contexts = lambda: (nullcontext(), self.again())  # noqa: E731
        return checkpoint(
            self.block, *args, use_reentrant=False, preserve_rng_state=False, context_fn=contexts, **kwargs
        )


def checkpoint_blocks(network: nn.Module, block_lists: tuple[str, ...]) -> int:
    """Wrap every member of the network's lists of blocks; returns how many there are."""
    count = 0
    for path in block_lists:
        blocks = network.get_submodule(path)
        for name, block in list(blocks.named_children()):
            setattr(blocks, name, CheckpointedBlock(block))
            count += 1
    return count
