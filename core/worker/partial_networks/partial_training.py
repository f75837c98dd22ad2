"""Training steps of parts of a workload, all by one network."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch

from ...records.workload import Workload
from ..devices import Device
from ..workload_trainer import WorkloadTrainer, default_dtype
from ..workloads import blueprint_of
from .part_sizes import flops_of
from .partial_network import Part, PartialNetwork
from .small_vocabulary import vocabularies, with_both_vocabularies, with_small_vocabulary, with_vocabulary

MANY_PASSES = 8
"""From so many passes for each update of the weights on, parts leave the update out: it takes less time than a pass."""


class PartialTraining(PartialNetwork):
    """A network in training, of all of its blocks or of the first ones alone, with its own or a small vocabulary.

    `workload` is the deepest part with the largest vocabulary; `whole`: what it is a part of.
    """

    warm_steps: ClassVar[int] = 2
    """The first makes the optimiser's state."""

    def __init__(self, workload: Workload, device: Device, seed: int, whole: Workload | None = None) -> None:
        self.whole = whole or workload
        plain, small = blueprint_of(workload), with_small_vocabulary(workload)
        blueprint = plain if small == workload else with_both_vocabularies(plain)
        self.trainer = WorkloadTrainer(workload, device.torch, seed, blueprint=blueprint)
        super().__init__(self.trainer.network, blueprint, workload, device)
        if workload.decoder and small.decoder and small != workload:
            sizes = workload.decoder.vocab_size, small.decoder.vocab_size
            self.vocabularies = dict(zip(sizes, vocabularies(self.network, blueprint), strict=True))

    def part(self, blocks: int, workload: Workload) -> Part:
        """A part with data of its own; its network is that of `workload` with `blocks` blocks."""
        own = replace(workload, blocks=blocks if self._blocks else 0)
        with torch.device(self.device.torch), default_dtype(own):
            batch = self.trainer.blueprint.batch(own, own.batch)
        part = Part(blocks, own, flops_of(own), batch)
        if own.decoder and own.decoder.vocab_size in self.vocabularies:
            part.vocabulary = own.decoder.vocab_size
            part.whole_flops = flops_of(with_vocabulary(self.whole, part.vocabulary))
        return part

    def run(self, part: Part) -> None:
        """Enqueue one pass, with its share of the update."""
        self.trainer.workload, self.trainer.batch = part.workload, part.batch
        if self.whole.accumulation >= MANY_PASSES:
            self.trainer.add_gradients(part.batch)
        else:
            self.trainer.step()
