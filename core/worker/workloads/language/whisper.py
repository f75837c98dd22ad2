"""Whisper-small (Radford et al. 2022, arXiv:2212.04356): speech recognition by an encoder and a decoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import Workload
from ..blueprint import Batch, Blueprint
from .attention import MultiHeadAttention
from .embedding import Embedding
from .language_loss import LanguageModel, language_loss, random_tokens, tokens_of

VOCABULARY, POSITIONS, WIDTH, HEADS, PAIRS = 51_865, 448, 768, 12, 12
MEL_BANDS, MEL_FRAMES = 80, 3_000
"""Of the mel spectrogram of 30 s of sound; the second convolution halves the frames."""
SLOWEST_WAVE = 10_000.0
"""Frames in the longest of the encoder's sinusoids, divided by 2 pi (Vaswani et al. 2017)."""


class EncoderBlock(nn.Module):
    """Attention to both sides and a multilayer perceptron, each behind a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = MultiHeadAttention(width, heads, key_bias=False)
        self.up_proj, self.down_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x))
        return x + torch.as_tensor(self.down_proj(functional.gelu(self.up_proj(self.mlp_norm(x)))))


class DecoderBlock(nn.Module):
    """Causal attention, attention to what the encoder heard, and a multilayer perceptron, each behind a layer norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention_norm, self.cross_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp_norm = nn.LayerNorm(width)
        self.attention = MultiHeadAttention(width, heads, key_bias=False, causal=True)
        self.cross_attention = MultiHeadAttention(width, heads, key_bias=False)
        self.up_proj, self.down_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, heard: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x))
        x = x + self.cross_attention(self.cross_norm(x), heard)
        return x + torch.as_tensor(self.down_proj(functional.gelu(self.up_proj(self.mlp_norm(x)))))


class Whisper(LanguageModel):
    """The network of 241,734,912 parameters (Hugging Face's `openai/whisper-small`), whose head is the table of
    embeddings. The encoder's positions are sinusoids and are not trained.
    """

    def __init__(self, pairs: int) -> None:
        super().__init__()
        self.first_convolution = nn.Conv1d(MEL_BANDS, WIDTH, 3, padding=1)
        self.second_convolution = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.times = nn.Parameter(_sinusoids(MEL_FRAMES // 2, WIDTH), requires_grad=False)
        self.encoder_layers = nn.ModuleList(EncoderBlock(WIDTH, HEADS) for _ in range(pairs))
        self.encoder_norm = nn.LayerNorm(WIDTH)
        self.tokens, self.positions = Embedding(VOCABULARY, WIDTH), Embedding(POSITIONS, WIDTH)
        self.decoder_layers = nn.ModuleList(DecoderBlock(WIDTH, HEADS) for _ in range(pairs))
        self.decoder_norm = nn.LayerNorm(WIDTH)

    def forward(self, mel: Tensor, tokens: Tensor) -> Tensor:
        """Hidden states (batch, sequence, width) of spectrograms (batch, 80, 3000) and tokens (batch, sequence)."""
        sound = functional.gelu(self.second_convolution(functional.gelu(self.first_convolution(mel))))
        sound = sound.transpose(1, 2) + self.times
        for layer in self.encoder_layers:
            sound = layer(sound)
        heard = self.encoder_norm(sound)
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        for layer in self.decoder_layers:
            x = layer(x, heard)
        return torch.as_tensor(self.decoder_norm(x))

    def logits(self, hidden: Tensor) -> Tensor:
        return functional.linear(hidden, self.tokens.weight)


def _sinusoids(count: int, width: int) -> Tensor:
    """(count, width): sines and cosines of `width` / 2 wavelengths ("Positional Encoding" in Vaswani et al.)."""
    exponents = torch.arange(width // 2, dtype=torch.float32) / (width // 2 - 1)
    angles = torch.arange(count, dtype=torch.float32)[:, None] * SLOWEST_WAVE**-exponents
    return torch.cat((angles.sin(), angles.cos()), dim=1).to(torch.get_default_dtype())


def _batch(workload: Workload, count: int) -> Batch:
    sequence = tokens_of(workload, POSITIONS)
    mel = torch.randn(count, MEL_BANDS, MEL_FRAMES)
    return mel, random_tokens(VOCABULARY, count, sequence), random_tokens(VOCABULARY, count, sequence)


WHISPER_SMALL = Blueprint(
    build=lambda workload: Whisper(workload.blocks or PAIRS),
    batch=_batch,
    loss=language_loss,
    blocks=lambda _: PAIRS,
    block_lists=("encoder_layers", "decoder_layers"),
    unit="clips",
)
"""A block is a pair: one of the encoder and one of the decoder."""
