"""Language models of the kind of Llama, Mistral, Qwen and Gemma, from the numbers of their configuration.

Llama 2: Touvron et al. 2023, arXiv:2307.09288. Qwen 2 has biases (arXiv:2407.10671), Qwen 3 normalised queries and keys
(arXiv:2505.09388). Gemma has scaled embeddings (arXiv:2403.08295), Gemma 2 more norms and limited logits
(arXiv:2408.00118). Windows of attention are left out: plain training code computes all scores, whatever it masks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from ....records.workload import DecoderShape, Workload
from ..blueprint import Batch, Blueprint
from .attention import merge_heads, split_heads
from .embedding import Embedding
from .key_value_cache import BlockCache, KeyValueCache
from .language_loss import LanguageModel, language_loss, random_tokens

EPSILON = 1e-6
ROTARY_BASE = 10_000.0
"""Of the wavelengths of positions; it changes neither time nor memory, and models differ."""
USUAL_SEQUENCE = 2_048
"""Tokens of a sample where the workload names none."""
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "silu": functional.silu,
    "gelu": functional.gelu,
    "gelu_pytorch_tanh": partial(functional.gelu, approximate="tanh"),
}


class RootMeanSquareNorm(nn.Module):
    """x / sqrt(mean(x^2)) * weight (Zhang and Sennrich 2019, arXiv:1910.07467), step by step and in float32, as code
    without fused kernels has it. Gemma's weight counts from 1, and is multiplied in float32 too.
    """

    def __init__(self, width: int, from_one: bool) -> None:
        super().__init__()
        self.from_one = from_one
        self.weight = nn.Parameter(torch.zeros(width) if from_one else torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        full = x.float()
        full = full * torch.rsqrt(full.pow(2).mean(-1, keepdim=True) + EPSILON)
        if self.from_one:
            return (full * (1.0 + self.weight.float())).to(x.dtype)
        return self.weight * full.to(x.dtype)


class Attention(nn.Module):
    """Causal attention with rotary positions (Su et al. 2021, arXiv:2104.09864), where several heads of queries may
    share a head of keys and values (Ainslie et al. 2023, arXiv:2305.13245).
    """

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.heads, self.key_heads = shape.num_attention_heads, shape.num_key_value_heads
        self.softcap, width, bias = shape.attention_softcap, shape.hidden_size, shape.attention_bias
        self.q_proj = nn.Linear(width, self.heads * shape.head_dim, bias=bias)
        self.k_proj = nn.Linear(width, self.key_heads * shape.head_dim, bias=bias)
        self.v_proj = nn.Linear(width, self.key_heads * shape.head_dim, bias=bias)
        self.o_proj = nn.Linear(self.heads * shape.head_dim, width, bias=False)
        self.q_norm, self.k_norm = (
            RootMeanSquareNorm(shape.head_dim, shape.scaled_embedding) if shape.qk_norm else nn.Identity()
            for _ in range(2)
        )

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor, cache: BlockCache | None = None) -> Tensor:
        q = rotated(self.q_norm(split_heads(self.q_proj(x), self.heads)), cosines, sines)
        k = rotated(self.k_norm(split_heads(self.k_proj(x), self.key_heads)), cosines, sines)
        v = split_heads(self.v_proj(x), self.key_heads)
        if cache is not None:
            k, v = cache.extended(k, v)
            if q.shape[2] == 1:
                return torch.as_tensor(self.o_proj(merge_heads(self._of_one_token(q, k, v))))
        k, v = repeated(k, self.heads // self.key_heads), repeated(v, self.heads // self.key_heads)
        return torch.as_tensor(self.o_proj(merge_heads(self._mixed(q, k, v, causal=True))))

    def _of_one_token(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Queries (batch, heads, 1, width) see all keys: those that share a head of keys are rows of one product, so
        that nothing of the cache is copied.
        """
        rows = q.reshape(len(q), self.key_heads, -1, q.shape[-1])
        return self._mixed(rows, k, v, causal=False).reshape(q.shape)

    def _mixed(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
        if self.softcap:
            return softcapped_attention(q, k, v, self.softcap, causal)
        return functional.scaled_dot_product_attention(q, k, v, is_causal=causal)


class GatedMlp(nn.Module):
    """down(activation(gate(x)) * up(x)) (Shazeer 2020, arXiv:2002.05202)."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.up_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.down_proj = nn.Linear(shape.intermediate_size, shape.hidden_size, bias=False)
        self.activation = ACTIVATIONS[shape.hidden_act]

    def forward(self, x: Tensor) -> Tensor:
        return torch.as_tensor(self.down_proj(self.activation(self.gate_proj(x)) * self.up_proj(x)))


class DecoderBlock(nn.Module):
    """Attention and a gated MLP, each behind a norm, and before another one in Gemma 2 and 3."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        norm = partial(RootMeanSquareNorm, shape.hidden_size, shape.scaled_embedding)
        self.attention, self.mlp = Attention(shape), GatedMlp(shape)
        self.attention_norm, self.mlp_norm = norm(), norm()
        self.attention_post_norm = norm() if shape.post_norms else nn.Identity()
        self.mlp_post_norm = norm() if shape.post_norms else nn.Identity()

    def forward(self, x: Tensor, cosines: Tensor, sines: Tensor, cache: BlockCache | None = None) -> Tensor:
        x = x + self.attention_post_norm(self.attention(self.attention_norm(x), cosines, sines, cache))
        return x + torch.as_tensor(self.mlp_post_norm(self.mlp(self.mlp_norm(x))))


class Decoder(LanguageModel):
    """The whole network: embeddings, blocks, a norm, and a head, which may be the table of embeddings."""

    def __init__(self, shape: DecoderShape, blocks: int) -> None:
        super().__init__()
        self.shape = shape
        self.tokens = Embedding(shape.vocab_size, shape.hidden_size)
        self.layers = nn.ModuleList(DecoderBlock(shape) for _ in range(blocks))
        self.norm = RootMeanSquareNorm(shape.hidden_size, shape.scaled_embedding)
        tied = shape.tie_word_embeddings
        self.head = None if tied else nn.Linear(shape.hidden_size, shape.vocab_size, bias=False)

    def forward(self, tokens: Tensor, cache: KeyValueCache | None = None) -> Tensor:
        """With a `cache` the tokens come after those that it knows, which stay as they are; it takes the new ones in.
        It may have more blocks than the network.
        """
        x = self.tokens(tokens)
        if self.shape.scaled_embedding:
            x = x * self.shape.hidden_size**0.5
        first = cache.length if cache else 0
        cosines, sines = rotary_tables(tokens.shape[1], self.shape.head_dim, x, first)
        for layer, *own in zip(self.layers, cache, strict=False) if cache else zip(self.layers, strict=True):
            x = layer(x, cosines, sines, *own)
        return torch.as_tensor(self.norm(x))

    def logits(self, hidden: Tensor) -> Tensor:
        logits = functional.linear(hidden, self.tokens.weight) if self.head is None else self.head(hidden)
        cap = self.shape.logit_softcap
        return torch.tanh(logits / cap) * cap if cap else torch.as_tensor(logits)


def rotary_tables(sequence: int, width: int, like: Tensor, first: int = 0) -> tuple[Tensor, Tensor]:
    """Cosines and sines (sequence, width) of the positions from `first` on, computed in float32, in the number format
    of `like`.
    """
    exponents = torch.arange(0, width, 2, dtype=torch.float32, device=like.device) / width
    positions = torch.arange(first, first + sequence, dtype=torch.float32, device=like.device)
    angles = positions[:, None] * ROTARY_BASE**-exponents
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos().to(like.dtype), angles.sin().to(like.dtype)


def rotated(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """`x` (batch, heads, sequence, width), turned by its positions: the first half of the width is the real part of
    complex numbers, and the second half the imaginary one.
    """
    real, imaginary = x.chunk(2, dim=-1)
    return x * cosines + torch.cat((-imaginary, real), dim=-1) * sines


def repeated(x: Tensor, times: int) -> Tensor:
    """Each head of `x` (batch, heads, sequence, width) so many times.

    `scaled_dot_product_attention` can share heads itself (`enable_gqa`), but not everywhere by a fused kernel: up to
    PyTorch 2.13 CUDA's memory-efficient one cannot, which takes float32, GPUs before Ampere and wide heads, and the
    plain one in its place needs sequence x sequence scores. Hugging Face repeats heads too where sequences are padded.
    """
    if times == 1:
        return x
    batch, heads, sequence, width = x.shape
    return x[:, :, None].expand(batch, heads, times, sequence, width).reshape(batch, heads * times, sequence, width)


def softcapped_attention(q: Tensor, k: Tensor, v: Tensor, cap: float, causal: bool = True) -> Tensor:
    """Attention whose scores are limited to plus and minus `cap` by tanh; all of them (batch, heads, queries, keys) are
    held, with a softmax in float32.
    """
    scores = torch.matmul(q, k.transpose(2, 3)) * q.shape[-1] ** -0.5
    scores = torch.tanh(scores / cap) * cap
    if causal:
        scores = scores + torch.full(scores.shape[-2:], float("-inf"), dtype=scores.dtype, device=scores.device).triu(1)
    weights = functional.softmax(scores, dim=-1, dtype=torch.float32).to(q.dtype)
    return torch.matmul(weights, v)


def _shape(workload: Workload) -> DecoderShape:
    if workload.decoder is None:
        raise ValueError("the network decoder needs the numbers of a language model")
    return workload.decoder


def _build(workload: Workload) -> nn.Module:
    shape = _shape(workload)
    return Decoder(shape, workload.blocks or shape.num_hidden_layers)


def _batch(workload: Workload, count: int) -> Batch:
    vocabulary, sequence = _shape(workload).vocab_size, workload.sequence or USUAL_SEQUENCE
    return random_tokens(vocabulary, count, sequence), random_tokens(vocabulary, count, sequence)


DECODER = Blueprint(
    build=_build,
    batch=_batch,
    loss=language_loss,
    blocks=lambda workload: _shape(workload).num_hidden_layers,
    block_lists=("layers",),
    vocabulary_modules=("tokens", "head"),
    unit="sequences",
)
