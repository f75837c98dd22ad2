"""A result as plain text in the reader's language, to copy into a message or keep as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Forecast, Machine, Result, Verdict
from .words import Words, evidence, outlook

ROOMS = ("cpu.model", "memory.total", "host.os")
"""The readings that tell one computer from another."""


def summary(result: Result, words: Words) -> str:
    """The verdict with its evidence, and the machine that it is for; without a verdict, the machine and what failed."""
    return "\n".join(_lines(result, words)) + "\n"


def _lines(result: Result, words: Words) -> Iterator[str]:
    verdict = result.verdict
    if verdict:
        title, meaning = words.scenario(verdict.scenario)
        yield f"# {words.title('scenario', number=verdict.scenario)}: {title}"
        yield ""
        yield meaning
        yield words.margin(verdict.margin)
    else:
        yield f"# {words.title('no-verdict')}"
    yield ""
    yield f"Rigdyno {result.rigdyno}, {result.created}"
    yield from _machine(result.machine, words)
    for problem in result.problems:
        yield f"- {words.sentence(problem.code, problem.numbers)}"
    if verdict:
        yield from _reasons(verdict, words)


def _machine(machine: Machine, words: Words) -> Iterator[str]:
    """Processor, memory, system, each GPU and torch, a line each."""
    for key in ROOMS:
        yield f"- {words.label(key)}: {words.show(key, machine.value(key))}"
    for gpu in machine.gpus:
        memory = words.show("gpu.memory_total", gpu.value("gpu.memory_total"))
        yield f"- {words.label('gpu.name')}: {gpu.name}, {memory}"
    if machine.torch:
        yield f"- {words.label('torch.version')}: {machine.torch.version}"


def _reasons(verdict: Verdict, words: Words) -> Iterator[str]:
    yield f"\n## {words.title('forecasts')}\n"
    yield "| " + " | ".join(map(words.title, ("job", "device", "time", "limit", "answer"))) + " |"
    yield "|---|---|---|---|---|"
    for forecast in verdict.forecasts:
        yield "| " + " | ".join(_cells(forecast, words)) + " |"
    for title, reasons in (
        ("catches", verdict.catches),
        ("limits", verdict.bottlenecks),
        ("evidence", evidence(verdict)),
        ("trust", verdict.doubts),
    ):
        if reasons or title == "trust":
            yield f"\n## {words.title(title, grade=verdict.trust)}\n"
            yield from (f"- {words.sentence(r.code, r.numbers)}" for r in reasons)


def _cells(forecast: Forecast, words: Words) -> tuple[str, ...]:
    return (
        words.job(forecast.job),
        words.device(forecast.device),
        words.time(forecast),
        words.limit(forecast.deadline_s),
        words.answer(outlook(forecast), forecast.probability),
    )
