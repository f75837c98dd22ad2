"""A language model that writes: it reads a prompt at once, then one token after the other with a key/value cache."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...records.workload import Workload
from ..memory_savers.few_bit_weights import hold_in_few_bits
from ..quick_weights import filled
from ..workload_trainer import Autocast, default_dtype, torch_autocast
from ..workloads import blueprint_of
from ..workloads.language.decoder import Decoder
from ..workloads.language.key_value_cache import KeyValueCache
from ..workloads.language.language_loss import random_tokens


class TextGenerator:
    """The workload's language model on `device`, with frozen random weights, a prompt, and room for the whole answer.

    Weights of few bits are made as such, so that whole ones need no room. `device` may be torch's "meta" device, with
    `autocast` in place of torch's; see `WorkloadTrainer`. Raises ValueError for other networks than the decoder.
    """

    def __init__(
        self,
        workload: Workload,
        device: torch.device,
        seed: int = 0,
        autocast: Autocast | None = None,
    ) -> None:
        torch.manual_seed(seed)
        self.workload, blueprint = workload, blueprint_of(workload)
        with torch.device("meta"), default_dtype(workload):
            network = blueprint.build(workload)
        if not isinstance(network, Decoder):
            raise ValueError(f"{workload.network} writes no text")
        with default_dtype(workload):
            if workload.bits:
                hold_in_few_bits(network, blueprint.block_lists, workload.bits, device)
            _give_values(network, device)
            with torch.device(device):
                self.cache = KeyValueCache(network.shape, len(network.layers), workload.batch, workload.sequence)
                self.prompt = random_tokens(network.shape.vocab_size, workload.batch, workload.prompt)
        self.network = network.eval()
        self._autocast = autocast or torch_autocast(workload, device)

    def next_logits(self, tokens: Tensor, known: int) -> Tensor:
        """Logits (batch, vocabulary) of what follows on `tokens` (batch, any number), which come after the first
        `known` tokens of the cache.
        """
        self.cache.length = known
        with torch.no_grad(), self._autocast():
            return self.network.logits(self.network(tokens, self.cache)[:, -1])

    def read_prompt(self) -> Tensor:
        """Enqueue reading the prompt; the first token (batch, 1) of an answer."""
        return self.next_logits(self.prompt, 0).argmax(-1, keepdim=True)

    def write_answer(self) -> Tensor:
        """Enqueue a whole answer: the prompt is read, and all tokens are written, always the likeliest. Returns them,
        (batch, new_tokens).
        """
        written = [self.read_prompt()]
        for known in range(self.workload.prompt, self.workload.sequence - 1):
            written.append(self.next_logits(written[-1], known).argmax(-1, keepdim=True))
        return torch.cat(written, dim=1)


def _give_values(network: nn.Module, device: torch.device) -> None:
    """Replace the parameters of a network without values by frozen ones: matrices of small random numbers, and vectors,
    which scale, of ones.
    """
    for module in network.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            made = torch.empty_like(parameter, device=device)
            with torch.no_grad():
                made = filled(made) if made.ndim > 1 else made.fill_(1.0)
            setattr(module, name, nn.Parameter(made, requires_grad=False))
