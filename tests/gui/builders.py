"""Results as the pages show them, small enough to know every number."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel, QWidget
from rigdyno.core.records.events import Window
from rigdyno.core.records.machine import Machine
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import Result, Run
from rigdyno.core.records.verdict import Forecast, Margin, Verdict
from rigdyno.core.words.writer import reason


def shown(widget: QWidget) -> str:
    """All that a widget says, were it on the screen."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


FITS = Forecast("mlp-table", 1, "cpu", 17.0, 12.0, 24.0, 600.0, 10**9, 16 * 2**30, 1.0, False, 1e5)
LATE = Forecast("resnet18-small-images", 2, "cpu", 17e3, 13e3, 22e3, 7200.0, 10**9, 16 * 2**30, 0.0, True, 88.0)
PERHAPS = replace(LATE, job="resnet50-finetune", seconds=7e3, low=6e3, high=8e3, probability=0.6)
SMALL = replace(FITS, job="transformer-finetune", probability=0.0, memory_need=20 * 2**30)
NONE = replace(LATE, job="resnet50-imagenet-day", seconds=None, low=None, high=None, memory_has=None)
WINDOWS = tuple(Window(i / 4, 0.25, 4, 256, 64, 0.5, warm=False, loss=0.5) for i in range(8))
RUN = Run("train", Plan(), Rules(), 0.0, 2.0, "time-limit", "ACTIVE", windows=WINDOWS)


def judged(machine: Machine) -> Result:
    """A whole check of a machine without a GPU, with a verdict."""
    verdict = Verdict(
        scenario=1,
        probability=0.99,
        trust="C",
        reasons=(reason("trains-at", rate=3262.0, device="cpu", half_width=3.05, windows=27),),
        margin=Margin(2, "resnet18-small-images", 2.36, "For scenario 2 it would have to be 2.4 times as fast."),
        doubts=(reason("on-battery"),),
        forecasts=(FITS, LATE, PERHAPS, SMALL, NONE),
        rules="2026-11",
    )
    return Result(
        1, "id", "2026-11-23T05:48:41+00:00", "0.1.0", "complete", machine, CheckPlan(), (RUN,), verdict=verdict
    )
