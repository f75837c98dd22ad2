"""What a claim finds in a result, and what all claims ask of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...records.machine import Machine
from ...records.result import Result, Run
from ...records.verdict import Reason
from ...verdict.evidence import evidence
from ..chart import NEUTRAL, Chart


@dataclass(frozen=True, slots=True)
class Found:
    """The chart, in the reader's language, and what was measured."""

    chart: Chart
    reasons: tuple[Reason, ...] = ()


def colour(machine: Machine, device: str) -> int:
    """The place of a device among those that torch offers, the processor's is 0."""
    known = [d.id for d in machine.torch.devices if d.id != "cpu"] if machine.torch else []
    return 0 if device == "cpu" else known.index(device) + 1 if device in known else NEUTRAL


def runs_of(result: Result, task: str) -> list[Run]:
    """The runs of a task, in the order in which they ran."""
    return [run for run in result.runs if run.task == task]


def said(result: Result, *codes: str) -> Iterable[Reason]:
    """What the evidence says of a result under these codes."""
    return (r for r in evidence(result.machine, result.runs, result.telemetry) if r.code in codes)
