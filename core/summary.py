"""A result as plain text in the reader's language, to copy into a message or keep as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Forecast, Machine, Result, Verdict
from .words import FORECAST_CODES, Words, outlook

ROOMS = ("cpu.model", "memory.total", "host.os")
"""The readings that tell one computer from another."""


def summary(result: Result, words: Words) -> str:
    """The verdict with its evidence, and the machine that it is for; without a verdict, the machine and what failed."""
    return "\n".join(_lines(result, words)) + "\n"


def machine_lines(machine: Machine, words: Words) -> Iterator[str]:
    """Processor, memory, system, each GPU and torch, a line each."""
    for key in ROOMS:
        yield f"- {words.label(key)}: {words.show(key, machine.value(key))}"
    for gpu in machine.gpus:
        memory = words.show("gpu.memory_total", gpu.value("gpu.memory_total"))
        yield f"- {words.label('gpu.name')}: {gpu.name}, {memory}"
    if machine.torch:
        yield f"- {words.label('torch.version')}: {machine.torch.version}"


def _lines(result: Result, words: Words) -> Iterator[str]:
    t = words.translate
    verdict = result.verdict
    if verdict:
        title, meaning = words.scenario(verdict.scenario)
        yield f"# {t('Scenario {number} of 4').format(number=verdict.scenario)}: {title}"
        yield ""
        yield meaning
        yield words.margin(verdict.margin)
    else:
        yield f"# {t('No verdict')}"
    yield ""
    yield f"Rigdyno {result.rigdyno}, {result.created}"
    yield from machine_lines(result.machine, words)
    for problem in result.problems:
        yield f"- {words.sentence(problem.code, problem.numbers)}"
    if verdict:
        yield from _evidence(verdict, words)


def _evidence(verdict: Verdict, words: Words) -> Iterator[str]:
    t = words.translate
    yield ""
    yield f"## {t('What this computer can finish')}"
    yield ""
    yield f"| {t('Job')} | {t('On')} | {t('Time')} | {t('Limit')} | {t('In time?')} |"
    yield "|---|---|---|---|---|"
    for forecast in verdict.forecasts:
        yield "| " + " | ".join(_cells(forecast, words)) + " |"
    evidence = [r for r in verdict.reasons if r.code not in FORECAST_CODES]
    for title, reasons in (
        ("Before you buy", verdict.catches),
        ("What limits it", verdict.bottlenecks),
        ("What it rests on", evidence),
        ("How far to trust it: {grade}", verdict.doubts),
    ):
        if reasons or "{grade}" in title:
            yield ""
            yield f"## {t(title).format(grade=verdict.trust)}"
            yield ""
            yield from (f"- {words.sentence(r.code, r.numbers)}" for r in reasons)


def _cells(forecast: Forecast, words: Words) -> tuple[str, ...]:
    known = forecast.low is not None and forecast.high is not None
    span = words.span(forecast.low or 0, forecast.high or 0) if known else "—"
    return (
        words.job(forecast.job),
        words.device(forecast.device),
        ("~ " if forecast.estimated and known else "") + span,
        words.limit(forecast.deadline_s),
        words.answer(outlook(forecast), forecast.probability),
    )
