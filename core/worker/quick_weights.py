"""Fresh weights in a moment: large tensors are filled with copies of one small random piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

PIECE = 2**16
"""Random numbers that are drawn; larger tensors repeat them. Drawing all weights of 2 B would take half a minute."""
DEVIATION = 0.02
"""Standard deviation of the weights, as language models are usually initialised."""
RANDOM = {
    *(init.normal_, init.uniform_, init.trunc_normal_, init.kaiming_uniform_, init.kaiming_normal_),
    *(init.xavier_uniform_, init.xavier_normal_, Tensor.normal_, Tensor.uniform_),
}


class QuickWeights(TorchFunctionMode):
    """Inside of its `with` block, random initialisation of large tensors copies a piece of random numbers.

    How long a step takes does not depend on the values, as long as they are neither zeros nor denormal.
    """

    def __torch_function__(
        self, func: Any, types: Sequence[Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in RANDOM:
            tensor = args[0] if args else kwargs.get("tensor")
            if isinstance(tensor, Tensor) and tensor.numel() > PIECE and tensor.is_contiguous():
                return filled(tensor)
        return func(*args, **kwargs)


def filled(tensor: Tensor) -> Tensor:
    """A tensor whose memory is contiguous, filled with copies of the piece."""
    with torch.no_grad():
        flat = tensor.view(-1)
        piece = torch.randn(PIECE, device=tensor.device, dtype=torch.float32).mul_(DEVIATION).to(tensor.dtype)
        whole = len(flat) // PIECE * PIECE
        flat[:whole].view(-1, PIECE).copy_(piece.expand(whole // PIECE, PIECE))
        flat[whole:].copy_(piece[: len(flat) - whole])
    return tensor
