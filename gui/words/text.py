"""Codes and numbers of the engine as the words that only the window shows; all others come from `words`."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Qt

from ...core.analysis.plan_limits import PlanProblem
from ...core.records.machine import Machine, Reading
from ...core.records.plan import CheckPlan, Plan
from ...core.records.result import Run
from ...core.records.verdict import Forecast, Reason
from ...core.records.window_statistics import rate as throughput
from ...core.words.language import N_, _, ngettext
from ...core.words.writer import Words, outlook

IMAGES, SAMPLES = N_("images/s"), N_("samples/s")
UNITS = {"mlp": N_("rows/s"), "transformer": N_("sequences/s")}
"""The unit of a network's throughput, where its samples are no images."""
MODELS = {
    "small-cnn": N_("Small network"),
    "mlp": N_("Table network"),
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
    "vgg16": "VGG16",
    "transformer": N_("Transformer"),
}
"""Names of networks as headings; `words.model` has those for the middle of a sentence."""
STEPS = {
    "tune": N_("Settings"),
    "train": N_("Training"),
    "sweep": N_("Batch sizes"),
    "matmul": N_("Products"),
    "stages": N_("Stages"),
    "accuracy": N_("To 85 %"),
    "capacity": N_("Memory"),
    "memory": N_("Memory"),
    "workload": N_("Job"),
    "loading": N_("Images"),
    "generation": N_("Job"),
    "boosting": N_("Job"),
    "speedups": N_("Compiler"),
    "soak": N_("Soak"),
    "scaling": N_("Together"),
}
"""Names of steps that are short enough for the live plot; `words.step` has whole sentences."""


def _marks() -> tuple[str, str]:
    locale = QLocale()
    return locale.decimalPoint(), locale.groupSeparator()


words = Words(marks=_marks, typed_in_english=False)
"""The engine's phrases in the current language, with numbers as Qt's locale writes them."""


def source(value: Reading) -> str:
    """Where a reading comes from, and on a second line why it has no value."""
    return words.stored(value.source) + (f"\n{words.stored(value.reason)}" if value.reason else "")


def band(step: str, network: str) -> str:
    """The short name of a step for the live plot; empty for a step that has none."""
    return model(network) if step == "job" else _(STEPS.get(step, ""))


def model(name: str) -> str:
    """The name of a network as a heading."""
    return _(MODELS.get(name, name))


def unit(network: str, step: str = "") -> str:
    """The unit of a network's throughput, such as images/s; samples/s for the step of a job of the catalogue."""
    found = SAMPLES if step in ("workload", "generation") else UNITS.get(network, IMAGES)
    return _(found)


def wanted(plan: CheckPlan) -> str:
    """The job of the catalogue that a check measures; empty for one that measures none."""
    if plan.train.workload is None:
        return ""
    from ...core.analysis.jobs.job_of_result import job_of_plan  # imports tables that a start does not need
    from ...core.reference.job_catalogue import load_catalogue

    job = job_of_plan(plan, load_catalogue())
    return words.job(job.name if job else plan.train.workload.network)


def sentence(reason: Reason) -> str:
    """The sentence of a coded reason."""
    return words.sentence(reason.code, reason.numbers)


def failure(code: str, detail: str) -> str:
    """The sentence of a failure's code; `detail` is what the failing part said itself."""
    return words.sentence(code, {"detail": detail})


def problem(found: PlanProblem, fields: dict[str, str]) -> str:
    """Why a plan cannot run; `fields` are the captions of the form's fields, by the names of the plan's."""
    caption = fields.get(found.field)
    return words.problem(found.code, found.numbers | ({"field": caption} if caption else {}))


def device(machine: Machine | None, name: str) -> str:
    """The name of the processor or GPU behind a torch device, such as "NVIDIA H100" for cuda:0."""
    if name == "cpu":
        known = machine.value("cpu.model") if machine else None
        return str(known) if known else _("Processor")
    found = machine.device(name) if machine else None
    return found.name if found else words.device(name)


def settings(plan: Plan) -> str:
    """Precision, batch size, memory layout and threads of a run, in one line."""
    parts = [plan.precision, _("batch {size}").format(size=plan.batch)]
    if plan.channels_last:
        parts.append("channels_last")
    if plan.device == "cpu" and plan.threads:
        parts.append(words.threads(plan.threads))
    return " · ".join(parts)


def speed(run: Run) -> str:
    """The range of a run's throughput over its windows; empty where nothing was measured."""
    known = throughput(run)
    if known is None:
        return ""
    written = ngettext(
        "{low} to {high} {unit} in {count} window", "{low} to {high} {unit} in {count} windows", known.windows
    )
    low, high = words.figure(known.low), words.figure(known.high)
    return written.format(low=low, high=high, unit=unit(run.plan.model), count=words.write(known.windows))


def accuracy(run: Run) -> str:
    """The last test accuracy of a run, with the time of training before it; empty where it was not tested."""
    if not run.scores:
        return ""
    last = run.scores[-1]
    return _("{percent} % of {count} unseen images right after {time} of training").format(
        percent=words.write(100 * last.accuracy, ".1f"),
        count=words.write(last.test_samples),
        time=words.duration(last.train_s),
    )


def answer(forecast: Forecast) -> tuple[str, str]:
    """Whether a job ends before its deadline, and the style-sheet role (good, warn, bad) of that answer."""
    code = outlook(forecast)
    return words.answer(code, forecast.probability), {"yes": "good", "perhaps": "warn"}.get(code, "bad")


def date(created: str) -> str:
    """A result's ISO 8601 time in the local time zone, as the language writes it."""
    when = QDateTime.fromString(created, Qt.DateFormat.ISODate).toLocalTime()
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)
