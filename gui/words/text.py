"""Codes and numbers as the words that the window shows, in its language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from ...core.analysis.plan_limits import PlanProblem
from ...core.records.machine import Machine, Reading
from ...core.records.plan import Plan
from ...core.records.result import Run
from ...core.records.verdict import Forecast, Margin, Reason
from ...core.records.window_statistics import rate as rate_of
from ...core.words.writer import Words, outlook

IMAGES = "images/s"
UNITS = {"mlp": "rows/s", "transformer": "sequences/s"}
"""What a network is fed with; all others take images."""
MODELS = {
    "small-cnn": "Small network",
    "mlp": "Table network",
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
    "vgg16": "VGG16",
    "transformer": "Transformer",
}
STEPS = {
    "tune": "Settings",
    "train": "Training",
    "sweep": "Batch sizes",
    "matmul": "Products",
    "stages": "Stages",
    "accuracy": "To 85 %",
    "capacity": "Memory",
    "soak": "Soak",
    "scaling": "Together",
}


def tr(text: str) -> str:
    """A string of the window in the reader's language, for what is no method of a widget."""
    return QCoreApplication.translate("", text)


def _marks() -> tuple[str, str]:
    locale = QLocale()
    return locale.decimalPoint(), locale.groupSeparator()


words = Words(lambda text: QCoreApplication.translate("words", text) if text else "", _marks)
"""The engine's phrases in the language that is installed in Qt now, numbers as Qt's locale writes them."""


def title(name: str, **numbers: object) -> str:
    """A heading of a result."""
    return words.title(name, **numbers)


def label(key: str) -> str:
    """What a reading is called."""
    return words.label(key)


def reading(key: str, value: Reading) -> str:
    """A reading's value with its unit, or "not reported"."""
    return words.show(key, value.value)


def source(value: Reading) -> str:
    """Where a reading comes from, and why it is missing where it is."""
    return words.translate(value.source) + (f"\n{words.translate(value.reason)}" if value.reason else "")


def scenario(number: int) -> tuple[str, str]:
    """Title and sentence of a scenario."""
    return words.scenario(number)


def job(name: str) -> str:
    """What a job is, as the start of a line."""
    return words.job(name)


def step(name: str) -> str:
    """What happens in a step or a phase."""
    return words.step(name)


def band(name: str, network: str) -> str:
    """The short name of a step, to write on its stretch of the plot."""
    return model(network) if name == "job" else words.translate(STEPS.get(name, ""))


def model(name: str) -> str:
    """What a network is called."""
    return words.translate(MODELS.get(name, name))


def unit(network: str) -> str:
    """The unit of a network's rate."""
    return words.translate(UNITS.get(network, IMAGES))


def sentence(reason: Reason) -> str:
    """The sentence of a coded reason."""
    return words.sentence(reason.code, reason.numbers)


def margin(margin: Margin) -> str:
    """How far the next scenario is."""
    return words.margin(margin)


def problem(found: PlanProblem, fields: dict[str, str]) -> str:
    """Why a plan cannot run; `fields` are the captions that its fields have in the window."""
    caption = fields.get(found.field)
    return words.problem(found.code, found.numbers | ({"field": caption} if caption else {}))


def failure(code: str, detail: str) -> str:
    """Why something ended badly."""
    return words.sentence(code, {"detail": detail})


def limit(seconds: float) -> str:
    """A deadline, which is exact."""
    return words.limit(seconds)


def duration(seconds: float) -> str:
    """A time span as people say it."""
    return words.duration(seconds)


def rate(value: float) -> str:
    """A rate to as many digits as are known of it."""
    return words.figure(value)


def device(machine: Machine | None, name: str) -> str:
    """What a device is called: the processor's or the GPU's own name."""
    if name == "cpu":
        known = machine.value("cpu.model") if machine else None
        return str(known) if known else tr("Processor")
    found = machine.device(name) if machine else None
    return found.name if found else words.device(name)


def settings(plan: Plan) -> str:
    """How a run was set up, in one line."""
    parts = [plan.precision, tr("batch {size}").format(size=plan.batch)]
    if plan.channels_last:
        parts.append("channels_last")
    if plan.device == "cpu" and plan.threads:
        parts.append(tr("{count} threads").format(count=plan.threads))
    return " · ".join(parts)


def speed(run: Run) -> str:
    """The rate of a run with its range; empty where nothing was measured."""
    known = rate_of(run)
    if known is None:
        return ""
    return tr("{low} to {high} {unit} in {count} windows").format(
        low=rate(known.low), high=rate(known.high), unit=unit(run.plan.model), count=known.windows
    )


def accuracy(run: Run) -> str:
    """What the network of a run had learnt at its end; empty where it was not tested."""
    if not run.scores:
        return ""
    last = run.scores[-1]
    return tr("{percent} % of {count} unseen images right after {time} of training").format(
        percent=words.write(100 * last.accuracy, ".1f"),
        count=words.write(last.test_samples),
        time=duration(last.train_s),
    )


def span(forecast: Forecast) -> str:
    """A forecast as a range of time."""
    return words.time(forecast)


def answer(forecast: Forecast) -> tuple[str, str]:
    """Whether the job is done before its deadline, and the role (good, warn, bad) of that answer."""
    code = outlook(forecast)
    return words.answer(code, forecast.probability), {"yes": "good", "perhaps": "warn"}.get(code, "bad")
