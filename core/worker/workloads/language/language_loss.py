"""The loss over a vocabulary: of all tokens at once, or of some at a time so that few logits are held."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from ....records.workload import Workload

Logits = Callable[[Tensor], Tensor]
"""From hidden states (..., width) to logits (..., vocabulary)."""


class LanguageModel(nn.Module):
    """A network whose `forward` gives the last hidden states (batch, sequence, width), without the head.

    The head is apart, so that the loss can apply it to some tokens at a time.
    """

    def logits(self, hidden: Tensor) -> Tensor:
        """Logits (..., vocabulary) of hidden states (..., width)."""
        raise NotImplementedError


def language_loss(workload: Workload, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
    """The mean cross entropy of a `LanguageModel`: the last tensor of the batch has the targets (batch, sequence), and
    the others are what its `forward` takes.
    """
    if not isinstance(network, LanguageModel):
        raise TypeError(f"{type(network).__name__} is no LanguageModel")
    *inputs, targets = batch
    return token_loss(network(*inputs), network.logits, targets, workload.loss_chunks)


def token_loss(hidden: Tensor, logits: Logits, targets: Tensor, chunks: int = 1) -> Tensor:
    """The mean cross entropy of `targets` (batch, sequence) where `hidden` is (batch, sequence, width).

    Logits are in float32 for the loss, as in Hugging Face's ForCausalLMLoss. With more than one chunk, head and loss
    are computed for so many parts of the tokens, one after the other, and again in the backward pass: only one part's
    logits exist at a time.
    """
    states, wanted = hidden.flatten(0, 1), targets.flatten()
    if chunks <= 1:
        return functional.cross_entropy(logits(states).float(), wanted)
    parts = zip(states.chunk(chunks), wanted.chunk(chunks), strict=True)
    sums = [
        # The head draws no random numbers, and to keep their state would read from the device.
        checkpoint(_summed_loss, logits, part, goal, use_reentrant=False, preserve_rng_state=False)
        for part, goal in parts
    ]
    return torch.stack(sums).sum() / wanted.numel()


def _summed_loss(logits: Logits, states: Tensor, wanted: Tensor) -> Tensor:
    return functional.cross_entropy(logits(states).float(), wanted, reduction="sum")


def random_tokens(vocabulary: int, count: int, sequence: int) -> Tensor:
    """Random tokens (count, sequence), int64, on torch's default device."""
    return torch.randint(vocabulary, (count, sequence))


def tokens_of(workload: Workload, most: int) -> int:
    """Tokens of one sample: the workload's, or the most that the network has positions for.

    Raises ValueError where the workload has more.
    """
    if workload.sequence > most:
        raise ValueError(f"{workload.network} reads at most {most} tokens, not {workload.sequence}")
    return workload.sequence or most
