"""How long counted work takes at given rates: the arithmetic behind every guess of a job's time."""

from __future__ import annotations

from dataclasses import dataclass

from ...reference.job_work import JobWork

CONVOLUTION_MOVES = 2.0
"""A convolution's data are moved about twice: libraries bring it into a layout of their own first."""


@dataclass(frozen=True, slots=True)
class KindRates:
    """What a device does: operations/s of matrix products, convolutions and attention, bytes/s of everything else, and
    the seconds that each torch operation takes to be started.
    """

    matrix: float
    convolution: float
    attention: float
    traffic: float
    call_s: float


def sample_seconds(work: JobWork, batch: int, rates: KindRates) -> float:
    """Seconds of one sample where a forward and backward pass takes `batch` of them.

    The parts are added up. In truth they overlap a little, as operations are started while earlier ones run; of the
    rules that were tried on published rates (sum, root of squares, maximum) the sum was the closest.
    """
    arithmetic = (
        work.matrix[0] / rates.matrix + work.convolution[0] / rates.convolution + work.attention[0] / rates.attention
    )
    moved = (work.elementwise[1] + CONVOLUTION_MOVES * work.convolution[1]) / rates.traffic
    return 1e9 * (arithmetic + moved) + work.calls * rates.call_s / batch
