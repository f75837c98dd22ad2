"""A result in the reader's language: the parts that every written form of it has, and the plain text of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..records.machine import Machine
from ..records.result import Result
from ..records.verdict import Forecast, Numbers, Reason, Verdict
from ..words.safe_text import clipped, neutral
from ..words.writer import Words, evidence, outlook

ROOMS = ("cpu.model", "memory.total", "host.os")
"""The readings that tell one computer from another."""
COLUMNS = ("job", "device", "time", "limit", "answer")


def summary(result: Result, words: Words, quoted: Callable[[str], str] = str) -> str:
    """Markdown of the verdict with its evidence, and the machine that it is for; without a verdict, of what failed.

    Whatever may hold a name is written as `quoted` writes it.
    """
    return neutral("\n".join(_lines(result, words, quoted)) + "\n")


def heading(result: Result, words: Words) -> tuple[str, list[str]]:
    """The title, and the sentences right under it."""
    verdict = result.verdict
    if verdict is None:
        return words.title("no-verdict"), []
    title, meaning = words.scenario(verdict.scenario)
    over = words.title("scenario", number=verdict.scenario)
    return f"{over}: {title}", [meaning, words.margin(verdict.margin)]


def machine(result: Result, words: Words) -> list[tuple[str, str]]:
    """Processor, memory, system, each GPU and torch: its label and its value."""
    return list(_machine(result.machine, words))


def problems(result: Result, words: Words) -> list[str]:
    """What went wrong, a sentence each."""
    from ..analysis import (
        driver_only_gpu,  # with it come msgspec and tables, which no start of the window should wait for
    )

    return [
        words.sentence(p.code, p.numbers) for p in (*result.problems, *driver_only_gpu.measurement_failures(result))
    ]


def table(verdict: Verdict, words: Words) -> list[tuple[str, ...]]:
    """What this computer can finish: the headings, then a row for each forecast."""
    head = tuple(map(words.title, COLUMNS))
    return [head, *(_cells(forecast, words) for forecast in verdict.forecasts)]


def sections(result: Result, words: Words) -> list[tuple[str, list[str]]]:
    """Title and sentences of each section that has something to say; of a verdict trust last and always."""
    verdict = result.verdict
    if verdict is None:
        return (
            [(words.title("driver"), told)] if (told := [words.sentence(*_coded(r)) for r in shaders(result)]) else []
        )
    found = (
        ("catches", verdict.catches),
        ("limits", verdict.bottlenecks),
        ("evidence", evidence(verdict)),
        ("driver", verdict.driver),
        ("trust", verdict.doubts),
    )
    return [
        (words.title(title, grade=verdict.trust), [words.sentence(*_coded(r)) for r in reasons])
        for title, reasons in found
        if reasons or title == "trust"
    ]


def shaders(result: Result) -> list[Reason]:
    """What GPUs did through their drivers, where no verdict says it."""
    from ..analysis import driver_only_gpu
    from ..reference import scenarios

    if result.verdict:
        return []
    return driver_only_gpu.driver_reasons(result.machine, result.driver_gpus, result.telemetry, scenarios.load_rules())


def _coded(reason: Reason) -> tuple[str, Numbers]:
    return reason.code, reason.numbers


def _lines(result: Result, words: Words, quoted: Callable[[str], str]) -> Iterator[str]:
    title, under = heading(result, words)
    yield f"# {title}"
    yield ""
    if under:
        yield from under
        yield ""
    yield quoted(f"Rigdyno {result.rigdyno}, {result.created}")
    yield from (f"- {name}: {quoted(value)}" for name, value in machine(result, words))
    yield from (f"- {quoted(sentence)}" for sentence in problems(result, words))
    if result.verdict:
        yield from _rows(result.verdict, words, quoted)
    for title, sentences in sections(result, words):
        yield f"\n## {title}\n"
        yield from (f"- {quoted(sentence)}" for sentence in sentences)


def _rows(verdict: Verdict, words: Words, quoted: Callable[[str], str]) -> Iterator[str]:
    head, *rows = table(verdict, words)
    yield f"\n## {words.title('forecasts')}\n"
    yield f"| {' | '.join(head)} |"
    yield "|---|---|---|---|---|"
    yield from (f"| {' | '.join(map(quoted, row))} |" for row in rows)


def _machine(known: Machine, words: Words) -> Iterator[tuple[str, str]]:
    for key in ROOMS:
        yield words.label(key), words.show(key, known.value(key))
    for gpu in known.gpus:
        memory = words.show("gpu.memory_total", gpu.value("gpu.memory_total"))
        yield words.label("gpu.name"), f"{clipped(gpu.name)}, {memory}"
    if known.torch:
        yield words.label("torch.version"), clipped(known.torch.version)


def _cells(forecast: Forecast, words: Words) -> tuple[str, ...]:
    return (
        words.job(forecast.job),
        words.device(forecast.device),
        words.time(forecast),
        words.limit(forecast.deadline_s),
        words.answer(outlook(forecast), forecast.probability),
    )
