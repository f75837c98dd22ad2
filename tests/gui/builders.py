"""Results as the pages show them, small enough to know every number."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel, QWidget
from rigdyno.core.analysis.jobs.memory_remedies import remedies
from rigdyno.core.check.job_plans import job_alone
from rigdyno.core.records.events import Window
from rigdyno.core.records.experiment_events.memory import MemoryCount
from rigdyno.core.records.machine import Machine
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import Result, Run
from rigdyno.core.records.verdict import Forecast, Margin, Verdict
from rigdyno.core.reference.job_catalogue import CatalogueJob
from rigdyno.core.words.writer import reason

GIB = 2**30


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


def job_result(
    machine: Machine,
    job: CatalogueJob,
    rate: float = 10.0,
    peak: int = 4 * GIB,
    fitting: str = "",
    plan: CheckPlan | None = None,
) -> Result:
    """A check of one job on the processor, which may use 8 GiB: it trains `rate` samples a second and takes `peak`
    bytes; `fitting`: the code of the change that makes it fit."""
    plan = plan or job_alone(job.workload, job.work)
    train = replace(plan.train, model=job.network, batch=job.batch, device="cpu")
    counts = [run("memory", train, memory=(counted(job.batch, job.sequence, peak),))]
    for remedy in remedies(job.workload):
        if remedy.code == fitting:
            changed = replace(train, workload=remedy.workload)
            counts.append(run("memory", changed, memory=(counted(1, job.sequence, 5 * GIB),)))
    windows = tuple(Window(i / 4, 4 * job.batch / rate, 4, 4 * job.batch, job.batch, 0.5, warm=False) for i in range(8))
    runs = (*counts, run("workload", train, windows=windows))
    return Result(1, f"job-{job.name}", "2026-11-24T05:48:41+00:00", "0.1.0", "complete", machine, plan, runs)


def counted(batch: int, sequence: int, peak: int) -> MemoryCount:
    """A count of memory of which a half are weights."""
    return MemoryCount(1.0, "cpu", batch, sequence, peak // 2, peak // 8, peak // 4, peak, GIB // 4, 8 * GIB)


def run(task: str, plan: Plan, **told: object) -> Run:
    """A run that told this."""
    return Run(task, plan, Rules(), 0.0, 2.0, "time-limit", "ACTIVE", **told)  # type: ignore[arg-type]
