"""Keys and values of the tokens that a language model has seen, so that a new one is computed by itself."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from ....records.workload import DecoderShape
from ...quick_weights import filled


class BlockCache:
    """Keys and values (batch, heads, room, width) of one block, of which the first `length` tokens are known."""

    def __init__(self, batch: int, heads: int, room: int, width: int) -> None:
        self.keys, self.values = (filled(torch.empty(batch, heads, room, width)) for _ in range(2))
        self.length = 0

    def extended(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Keep those of new tokens (batch, heads, tokens, width) behind the others; views of all of them together.

        Raises ValueError where several tokens come after others: causal attention has no mask for these here.
        """
        begin, end = self.length, self.length + keys.shape[2]
        if begin and end > begin + 1:
            raise ValueError("a prompt is read at once, and then one token after the other")
        samples = len(keys)
        self.keys[:samples, :, begin:end] = keys
        self.values[:samples, :, begin:end] = values
        self.length = end
        return self.keys[:samples, :, :end], self.values[:samples, :, :end]


class KeyValueCache:
    """The caches of `blocks` blocks on torch's default device, with room for `room` tokens of each of `batch` texts.

    Memory that no token has filled holds random numbers.
    """

    def __init__(self, shape: DecoderShape, blocks: int, batch: int, room: int) -> None:
        self._blocks = [BlockCache(batch, shape.num_key_value_heads, room, shape.head_dim) for _ in range(blocks)]

    def __iter__(self) -> Iterator[BlockCache]:
        return iter(self._blocks)

    @property
    def length(self) -> int:
        """Tokens that are known, all of which the first block has."""
        return self._blocks[0].length

    @length.setter
    def length(self, tokens: int) -> None:
        for block in self._blocks:
            block.length = tokens

    @property
    def nbytes(self) -> int:
        """Bytes of all of it, filled or not."""
        return sum(block.keys.nbytes + block.values.nbytes for block in self._blocks)
