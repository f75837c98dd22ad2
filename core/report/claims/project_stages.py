"""Where the time goes: the stages of a small project on each device, and whether training is the most of it."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.project_stages import TRAINING, Stage
from ...analysis.project_stages import project_stages as stages_of
from ...records.result import Result, Run
from ...records.verdict import Reason
from ...verdict.hardware_scale import device_name
from ...words.phrases.claims import STAGES
from ...words.writer import Words, capital, reason
from ..chart import Part, Stack, Stacks
from .claim_finding import Found, runs_of, said

SMALL = 0.005
"""A share below this rounds to nothing and is not drawn by itself."""


def find(result: Result, words: Words) -> Found | None:
    """A stack of shares for each device."""
    known = [(run, found) for run in runs_of(result, "stages") if (found := stages_of(run))]
    if not known:
        return None
    stacks = tuple(Stack(device_name(result.machine, run.plan.device), _parts(found, words)) for run, found in known)
    reasons = [*said(result, "most-intensive"), *(r for run, found in known for r in _passes(run, found))]
    return Found(Stacks(stacks), tuple(reasons))


def _parts(found: list[Stage], words: Words) -> tuple[Part, ...]:
    return tuple(
        Part(capital(words.translate(STAGES.get(s.name, s.name))), s.share, f"{_percent(s.share, words)} %")
        for s in found
    )


def _percent(share: float, words: Words) -> str:
    return words.write(100 * share, ".1f") if share >= SMALL else f"< {words.write(100 * SMALL, '.1f')}"


def _passes(run: Run, found: list[Stage]) -> Iterator[Reason]:
    shares = {s.name: s.share for s in found}
    step = sum(shares.get(name, 0.0) for name in TRAINING)
    if step and all(name in shares for name in TRAINING):
        forward, backward, update = (100 * shares[name] / step for name in TRAINING)
        yield reason("passes", forward=forward, backward=backward, update=update)
    if run.work:
        yield reason("products", percent=100 * run.work.matrix_flops / run.work.flops)
