"""A language model beside itself with a small vocabulary.

Embedding and head of a vocabulary of 128,000 tokens take longer than several blocks: where few blocks are timed, the
difference between two depths would drown in their noise. With a small vocabulary it stands out; what the vocabulary
takes is then timed once, at one depth.
"""

from __future__ import annotations

from dataclasses import replace

from torch import nn

from ...records.workload import DecoderShape, Workload
from ..workloads.blueprint import Blueprint

SHARE = 4
"""A block has at least so many times the weights of a small vocabulary's embedding and head."""
MULTIPLE = 64
"""The number of tokens is a multiple of it, as the kernels of matrix products like."""
NAME = "small_vocabulary"
"""The member of the network that holds the modules of the small vocabulary."""


def small_vocabulary(shape: DecoderShape) -> int:
    """Tokens of the small vocabulary; 0 where embedding and head of the model's own have fewer weights than a block."""
    width, queries = shape.hidden_size, shape.num_attention_heads * shape.head_dim
    keys = shape.num_key_value_heads * shape.head_dim
    block = width * (2 * queries + 2 * keys + 3 * shape.intermediate_size)
    tokens = max(1, block // (SHARE * 2 * width) // MULTIPLE) * MULTIPLE
    return tokens if 2 * width * shape.vocab_size > block and tokens < shape.vocab_size else 0


def with_vocabulary(workload: Workload, tokens: int) -> Workload:
    """The workload with a vocabulary of so many tokens."""
    return replace(workload, decoder=replace(workload.decoder, vocab_size=tokens)) if workload.decoder else workload


def with_small_vocabulary(workload: Workload) -> Workload:
    """The workload with the small vocabulary; itself where it has none."""
    tokens = small_vocabulary(workload.decoder) if workload.decoder else 0
    return with_vocabulary(workload, tokens) if tokens else workload


def with_both_vocabularies(blueprint: Blueprint) -> Blueprint:
    """A blueprint whose network also holds the modules of a small vocabulary, unused: see `vocabularies`."""

    def build(workload: Workload) -> nn.Module:
        network = blueprint.build(workload)
        small = blueprint.build(replace(with_small_vocabulary(workload), blocks=1))
        network.add_module(NAME, nn.ModuleDict(_modules(small, blueprint)))
        return network

    return replace(blueprint, build=build)


def vocabularies(network: nn.Module, blueprint: Blueprint) -> tuple[dict[str, nn.Module], dict[str, nn.Module]]:
    """The modules by their names in the network, of its own and of the small vocabulary."""
    return _modules(network, blueprint), dict(network.get_submodule(NAME).named_children())


def _modules(network: nn.Module, blueprint: Blueprint) -> dict[str, nn.Module]:
    """Those of the vocabulary; a head that is the table of embeddings is none of its own."""
    found = {name: getattr(network, name) for name in blueprint.vocabulary_modules}
    return {name: module for name, module in found.items() if isinstance(module, nn.Module)}
