"""A table of embeddings whose random values are as small as language models begin with."""

from __future__ import annotations

from torch import nn

STANDARD_DEVIATION = 0.02
"""Of GPT-2, BERT and their successors. torch's own is 1, whose logits are far too large where the head is tied."""


class Embedding(nn.Embedding):
    """torch's embedding with weights of mean 0 and deviation 0.02, drawn once."""

    def reset_parameters(self) -> None:
        """Draw the weights."""
        nn.init.normal_(self.weight, std=STANDARD_DEVIATION)
