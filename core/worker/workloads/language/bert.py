"""BERT (Devlin et al. 2018, arXiv:1810.04805) and DistilBERT (Sanh et al. 2019, arXiv:1910.01108), fine-tuned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint
from .attention import MultiHeadAttention
from .embedding import Embedding
from .language_loss import random_tokens, tokens_of

VOCABULARY, POSITIONS, SEGMENTS = 30_522, 512, 2
DROPOUT, EPSILON = 0.1, 1e-12
"""Both stand in the published configurations; dropout is on while fine-tuning."""


@dataclass(frozen=True)
class EncoderShape:
    """Numbers of an encoder. `distilled`: no embeddings of segments, and a classifier as DistilBERT has it."""

    width: int
    blocks: int
    heads: int
    distilled: bool = False


class EncoderBlock(nn.Module):
    """Attention to both sides and a multilayer perceptron of four times the width, each before a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(width, heads, dropout=DROPOUT)
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)
        self.up_proj, self.down_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.attention_norm(x + self.dropout(self.attention(x)))
        inner = self.down_proj(functional.gelu(self.up_proj(x)))
        return torch.as_tensor(self.mlp_norm(x + self.dropout(inner)))


class Encoder(nn.Module):
    """Tokens (batch, sequence) to hidden states (batch, sequence, width), from one segment without padding."""

    def __init__(self, shape: EncoderShape, blocks: int) -> None:
        super().__init__()
        self.tokens, self.positions = Embedding(VOCABULARY, shape.width), Embedding(POSITIONS, shape.width)
        self.segments = None if shape.distilled else Embedding(SEGMENTS, shape.width)
        self.norm, self.dropout = nn.LayerNorm(shape.width, EPSILON), nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(EncoderBlock(shape.width, shape.heads) for _ in range(blocks))

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        if self.segments is not None:
            x = x + self.segments(torch.zeros_like(tokens))
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x)
        return torch.as_tensor(x)


class TextClassifier(nn.Module):
    """Classes of a text from its first token: a pooler, which BERT counts to its 109,482,240 parameters, and a linear
    classifier. DistilBERT's pooler has ReLU in place of tanh, and more dropout.
    """

    def __init__(self, shape: EncoderShape, blocks: int, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder(shape, blocks)
        self.pooler = nn.Linear(shape.width, shape.width)
        self.activation: nn.Module = nn.ReLU() if shape.distilled else nn.Tanh()
        self.dropout = nn.Dropout(0.2 if shape.distilled else DROPOUT)
        self.classifier = nn.Linear(shape.width, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        pooled = self.activation(self.pooler(self.encoder(tokens)[:, 0]))
        return torch.as_tensor(self.classifier(self.dropout(pooled)))


class SpanFinder(nn.Module):
    """Where an answer begins and ends (SQuAD): two logits for each token, and no pooler."""

    def __init__(self, shape: EncoderShape, blocks: int) -> None:
        super().__init__()
        self.encoder = Encoder(shape, blocks)
        self.outputs = nn.Linear(shape.width, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits (batch, sequence, 2)."""
        return torch.as_tensor(self.outputs(self.encoder(tokens)))


def _classes(workload: Workload) -> int:
    return workload.classes or 2


def _build_classifier(shape: EncoderShape, workload: Workload) -> nn.Module:
    return TextClassifier(shape, workload.blocks or shape.blocks, _classes(workload))


def _text_batch(workload: Workload, count: int) -> Batch:
    tokens = random_tokens(VOCABULARY, count, tokens_of(workload, POSITIONS))
    return tokens, torch.randint(_classes(workload), (count,))


def _class_loss(_: Workload, network: nn.Module, batch: Batch) -> Tensor:
    tokens, wanted = batch
    return functional.cross_entropy(network(tokens), wanted)


def _build_span_finder(shape: EncoderShape, workload: Workload) -> nn.Module:
    return SpanFinder(shape, workload.blocks or shape.blocks)


def _span_batch(workload: Workload, count: int) -> Batch:
    sequence = tokens_of(workload, POSITIONS)
    first, last = torch.randint(sequence, (count,)), torch.randint(sequence, (count,))
    return random_tokens(VOCABULARY, count, sequence), first, last


def _span_loss(_: Workload, network: nn.Module, batch: Batch) -> Tensor:
    """The mean of the two cross entropies over the tokens."""
    tokens, first, last = batch
    begins, ends = network(tokens).unbind(dim=-1)
    return (functional.cross_entropy(begins, first) + functional.cross_entropy(ends, last)) / 2


def _blocks(shape: EncoderShape, _: Workload) -> int:
    return shape.blocks


def _classifier(shape: EncoderShape) -> Blueprint:
    return Blueprint(
        build=partial(_build_classifier, shape),
        batch=_text_batch,
        loss=_class_loss,
        blocks=partial(_blocks, shape),
        block_lists=("encoder.layers",),
        unit="texts",
    )


def _span_finder(shape: EncoderShape) -> Blueprint:
    return replace(_classifier(shape), build=partial(_build_span_finder, shape), batch=_span_batch, loss=_span_loss)


BASE, LARGE = EncoderShape(768, 12, 12), EncoderShape(1_024, 24, 16)
BERT_BASE, BERT_BASE_SQUAD = _classifier(BASE), _span_finder(BASE)
BERT_LARGE, BERT_LARGE_SQUAD = _classifier(LARGE), _span_finder(LARGE)
DISTILBERT = _classifier(EncoderShape(768, 6, 12, distilled=True))
"""66,362,880 parameters below its pooler."""
