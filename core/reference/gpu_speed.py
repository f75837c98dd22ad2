"""How much of a GPU's peaks training reaches, from `resources/reference/gpu_speed.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import msgspec


@dataclass(frozen=True, slots=True)
class SpeedFit:
    """Shares of the peaks of the table of GPUs, seconds to start an operation, and factors of architectures.

    Written by `python -m tests.bench.plan_truth --fit`, from the published rates of two thirds of the machines; the
    errors are those on the other third.
    """

    matrix: float
    """Of the tensor cores' peak, in products. Fitted shares may lie above 1: times are added up that overlap a little,
    and clocks lie above those of the table."""
    attention: float
    convolution_half: float
    convolution_tf32: float
    plain: float
    """Of the single-precision peak, of all kinds, where tensor cores are not used."""
    traffic: float
    """Of the memory's bandwidth."""
    call_s: float
    efficiency: float
    """Of two and more GPUs together: their rate over the sum of their single rates."""
    merged: dict[str, float] = field(default_factory=dict)
    """The share of the counted traffic that is left, by how a training is programmed; 1 for PyTorch as it comes."""
    architectures: dict[str, float] = field(default_factory=dict)
    """By which published rates of an architecture are higher than the shares tell: "8.6 tensor", "6.1 plain"."""
    error: float = 0.5
    """Half of a 95 % range, as a share: of the rates of machines that were held out, 95 % were within 1 + so much."""
    error_unknown: float = 1.0
    """The same where no published rate of the architecture is known: each architecture was left out once."""


@cache
def load_speed_fit() -> SpeedFit:
    """The shipped fit."""
    return parse_speed_fit((files("rigdyno.resources") / "reference" / "gpu_speed.toml").read_text(encoding="utf-8"))


def parse_speed_fit(text: str) -> SpeedFit:
    """A fit from TOML text. Raises ValueError that says what is wrong."""
    try:
        return msgspec.convert(tomllib.loads(text), SpeedFit)
    except ValueError as error:  # includes msgspec's
        raise ValueError(f"gpu_speed: {error}") from error
