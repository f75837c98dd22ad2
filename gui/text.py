"""Codes and numbers as the words of the window; English from core.words for now, other languages by code later."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ..core import words
from ..core.model import Forecast, Machine, Reason, Reading, Run
from ..core.stats import rate

MODELS = {
    "small-cnn": "small CNN",
    "mlp": "table MLP",
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
    "transformer": "transformer",
}
SUMMARY = (
    "host.model",
    "cpu.model",
    "cpu.usable_cores",
    "cpu.simd",
    "memory.total",
    "memory.available",
    "disk.free",
    "power.source",
    "power.battery",
    "host.virtual",
    "host.os",
)
"""What a buyer looks for, in this order; the terminal's `inspect` shows everything."""
GPU_SUMMARY = ("gpu.name", "gpu.memory_total", "gpu.driver", "gpu.power_limit")

Row = tuple[str, str, str, bool]
"""Label, value, where it comes from, and whether it is known."""


def tr(text: str) -> str:
    """A string of the window in the reader's language."""
    return QCoreApplication.translate("window", text)


def machine_rows(machine: Machine) -> list[Row]:
    """The machine summary."""
    rows = [_row(key, machine.readings[key]) for key in SUMMARY if key in machine.readings]
    for gpu in machine.gpus:
        rows += [_row(key, gpu.readings[key]) for key in GPU_SUMMARY if key in gpu.readings]
    if machine.gpu_note:
        rows.append((tr("NVIDIA GPU"), machine.gpu_note, "NVML", False))
    torch = machine.torch
    source = tr("asked of the training process")
    if torch is None:
        return [*rows, ("PyTorch", tr("being asked …"), source, False)]
    build = f"CUDA {torch.cuda}" if torch.cuda else tr("CPU only")
    rows.append(("PyTorch", f"{torch.version}, {build}, {torch.cpu_capability}", source, True))
    for device in torch.devices:
        if device.id != "cpu":
            state = ", ".join(device.precisions) if device.usable else device.problem
            rows.append((device.id, f"{device.name}: {state}", source, device.usable))
    return rows


def sentence(reason: Reason) -> str:
    """A coded reason in words."""
    return words.sentence(reason.code, reason.numbers)


def failure(run: Run) -> str:
    """What went wrong in a run, in one sentence; empty where nothing did."""
    if run.failure is None:
        return ""
    return words.sentence(run.failure.code, {"detail": run.failure.detail})


def run_summary(run: Run) -> str:
    """A run in one line: its rate, and what it learnt."""
    speed = rate(run)
    if speed is None:
        return failure(run) or tr("Nothing was measured.")
    text = tr("{model} on {device}: {rate} images/s ({low} to {high}), {precision}").format(
        model=MODELS.get(run.plan.model, run.plan.model),
        device=run.plan.device,
        rate=f"{speed.median:,.0f}",
        low=f"{speed.low:,.0f}",
        high=f"{speed.high:,.0f}",
        precision=run.plan.precision,
    )
    if run.scores:
        last = run.scores[-1]
        text += " · " + tr("{accuracy} % of unseen images right after {time} of training").format(
            accuracy=f"{100 * last.accuracy:.1f}", time=words.duration(last.train_s)
        )
    problem = failure(run)
    return f"{text} · {problem}" if problem else text


def span(forecast: Forecast) -> str:
    """A forecast as a range of time."""
    if forecast.low is None or forecast.high is None:
        return "—"
    return f"{words.duration(forecast.low)} – {words.duration(forecast.high)}"


def answer(forecast: Forecast) -> str:
    """Yes, no, or in between: whether the job is done before its deadline."""
    if forecast.seconds is None:
        return tr("no: memory") if forecast.memory_has else tr("no")
    if forecast.probability >= 0.95:
        return tr("yes")
    if forecast.probability > 0.05:
        return tr("perhaps ({percent} %)").format(percent=f"{100 * forecast.probability:.0f}")
    return tr("no: memory") if forecast.seconds < forecast.deadline_s else tr("no: too slow")


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def _row(key: str, reading: Reading) -> Row:
    source = reading.source + (f": {reading.reason}" if reading.reason else "")
    return words.LABELS.get(key, key), words.show(key, reading.value), source, reading.value is not None
