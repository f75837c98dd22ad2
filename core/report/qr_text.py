"""A result in so few letters that a QR code can carry it out of a shop, with a checksum that tells a torn one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ..analysis.forecast import ACCELERATORS, headline_rates, lacks_memory
from ..records.result import Result
from ..records.verdict import Forecast
from ..words.number_format import digits

MARK = "RIGDYNO 1"
"""First line: the program and the version of this text."""
LONGEST = 40
"""Letters of a name; more would not fit where a machine has several GPUs."""
MOST = 600
"""Bytes of the whole text. A code of version 20 at level M holds 666."""
GPUS = 4


def compact(result: Result) -> str:
    """Lines of `key value`, the last one `sum` with the CRC-32 of all before it; at most `MOST` bytes of UTF-8."""
    lines = list(_lines(result))
    while len("\n".join(lines).encode()) + len("\nsum 00000000") > MOST:
        lines.pop()  # what a verdict needs least stands last
    text = "\n".join(lines)
    return f"{text}\nsum {_sum(text)}"


def intact(text: str) -> bool:
    """Whether a text is one of ours, and whole."""
    body, _, last = text.rpartition("\n")
    return body.startswith(MARK) and last == f"sum {_sum(body)}"


def _lines(result: Result) -> Iterator[str]:
    verdict, machine = result.verdict, result.machine
    yield MARK
    yield f"id {_name(result.id)[:8]}"
    yield f"date {_name(result.created)[:16]}"
    yield f"with {_name(result.rigdyno)[:16]}"
    if verdict:
        yield f"scenario {verdict.scenario}"
        yield f"trust {verdict.trust}"
    yield f"cpu {_name(machine.value('cpu.model'))}"
    memory = machine.value("memory.total")
    if isinstance(memory, int):
        yield f"memory {memory / 2**30:.1f} GiB"
    for gpu in machine.gpus[:GPUS]:
        yield f"gpu {_name(gpu.name)}"
    for device, rate in headline_rates(result.runs).items():
        yield f"{device} {rate:{digits(rate)}} images/s"
    for forecast in verdict.forecasts if verdict else ():
        yield f"{forecast.job} {forecast.device} {_time(forecast)}"


def _time(forecast: Forecast) -> str:
    """Seconds, "~" behind extrapolated ones; or what is missing."""
    if lacks_memory(forecast) or forecast.seconds is None:
        return "lacks accelerators" if forecast.device.endswith(ACCELERATORS) else "lacks memory"
    return f"{forecast.seconds:{digits(forecast.seconds)}} s{' ~' if forecast.estimated else ''}"


def _name(value: object) -> str:
    """What a machine reports, on one line and not too long."""
    printable = "".join(c if c.isprintable() else " " for c in str(value if value is not None else "?"))
    return " ".join(printable.split())[:LONGEST]


def _sum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
