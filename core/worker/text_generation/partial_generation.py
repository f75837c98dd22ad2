"""Reading a prompt, and writing a token, by few of a language model's blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from ...records.workload import Workload
from ..devices import Device
from ..partial_networks.part_sizes import flops_of
from ..partial_networks.partial_network import Part, PartialNetwork
from ..workloads import blueprint_of
from .text_generator import TextGenerator


@dataclass
class GenerationPart(Part):
    """`tokens` (batch, any number) go through so many blocks after `known` ones, whose keys and values are there."""

    tokens: Tensor | None = None
    known: int = 0


class PartialGeneration(PartialNetwork):
    """A language model of the deepest part, which writes with all of its blocks or with the first ones alone."""

    warm_steps = 1

    def __init__(self, workload: Workload, device: Device, seed: int) -> None:
        self.generator = TextGenerator(workload, device.torch, seed)
        super().__init__(self.generator.network, blueprint_of(workload), workload, device)

    def reading(self, blocks: int, workload: Workload) -> GenerationPart:
        """A part that reads the prompt of `workload`, which is that of the generator or a shorter one."""
        own = replace(workload, blocks=blocks)
        tokens = self.generator.prompt[: own.batch, : own.prompt]
        return GenerationPart(blocks, own, flops_of(own), what="prompt", tokens=tokens)

    def writing(self, blocks: int) -> GenerationPart:
        """A part that writes one token at the middle of the generator's answer, where a token takes the mean time."""
        own = replace(self.generator.workload, blocks=blocks)
        tokens, known = self.generator.prompt[:, :1], own.prompt + own.new_tokens // 2
        return GenerationPart(blocks, own, 0.0, what="token", tokens=tokens, known=min(known, own.sequence - 1))

    def run(self, part: Part) -> None:
        """Enqueue reading, or one token."""
        if not isinstance(part, GenerationPart) or part.tokens is None:
            raise TypeError("a language model reads and writes tokens")
        self.generator.next_logits(part.tokens, part.known)
