"""A text classifier of the size of BERT-large (Devlin et al. 2018)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...records.plan import Plan
from .network import Network

SEQUENCE_LENGTH, VOCABULARY = 512, 30_522
"""Tokens in one input, and different tokens: those of BERT."""
LAYERS = 24


class TransformerEncoder(nn.Module):
    """24 encoder layers of width 1024 with 16 heads: 335,141,888 parameters, and a linear classifier."""

    def __init__(self, plan: Plan, layers: int = LAYERS) -> None:
        super().__init__()
        size = 1024
        self.tokens, self.positions = nn.Embedding(VOCABULARY, size), nn.Embedding(SEQUENCE_LENGTH, size)
        self.segments = nn.Embedding(2, size)
        self.norm = nn.LayerNorm(size)
        layer = nn.TransformerEncoderLayer(size, 16, 4096, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.pooler = nn.Linear(size, size)
        self.classifier = nn.Linear(size, plan.classes)

    def forward(self, tokens: Tensor) -> Tensor:
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.norm(self.tokens(tokens) + self.positions(positions) + self.segments(torch.zeros_like(tokens)))
        for layer in self.encoder.layers:  # the encoder itself looks into its layers, which may be wrapped
            x = layer(x)
        return torch.as_tensor(self.classifier(torch.tanh(self.pooler(x[:, 0]))))


TRANSFORMER = Network(TransformerEncoder, lambda _: (SEQUENCE_LENGTH,), VOCABULARY)
