"""What the benchmarks found: as a table for people, as JSON with every raw stretch for everybody else."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from rich.console import Console
from rich.table import Table
from rigdyno.core.probes.inspect_machine import inspect

from .contention import OTHERS_PERCENT, STEAL_PERCENT
from .rounds import Figure, Round, Rounds
from .settings import Settings

PACKAGES = ("rigdyno", "torch", "numpy", "PySide6-Essentials", "pyqtgraph", "psutil", "msgspec")

Finding = tuple[str, list[Figure], list[Rounds]]
"""A benchmark's letter, its figures, and the groups of rounds that they come from."""


def show(console: Console, findings: list[Finding]) -> None:
    """The table: one row a figure."""
    table = Table("", "measurement", "median", "min–max", "kept/spoilt", "target", "met")
    for letter, figures, groups in findings:
        for i, figure in enumerate(figures):
            low_high = f"{_number(min(figure.values))}–{_number(max(figure.values))}" if figure.values else ""
            sign = ("" if figure.signed else "±") + ("≥" if figure.at_least else "≤")
            table.add_row(
                letter if i == 0 else "",
                figure.name,
                "not measured" if figure.median is None else f"{_number(figure.median)} {figure.unit}".strip(),
                low_high,
                _counts(groups) if i == 0 else "",
                "" if figure.target is None else f"{sign} {figure.target:g}",
                _met(figure, groups),
                end_section=i == len(figures) - 1,
            )
    console.print(table)
    console.print(
        f"Medians of interleaved rounds. Spoilt: others used more than {OTHERS_PERCENT:g} % of the machine, or its "
        f"host more than {STEAL_PERCENT:g} %; those rounds were repeated, not averaged in."
    )
    for letter, _, groups in findings:
        if not _complete(groups):
            console.print(
                f"({letter}) could not be measured: kept/spoilt is {_counts(groups)}, and "
                f"{sum(rounds.wanted for rounds in groups)} are wanted. Try again when the machine is quiet."
            )


def record(settings: Settings, findings: list[Finding]) -> dict[str, object]:
    """The same as JSON."""
    return {
        "format": 1,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": environment(settings),
        "measurements": {
            letter: {
                "figures": [asdict(f) | {"median": f.median, "met": f.met} for f in figures],
                "complete": _complete(groups),
                "waited_for_quiet_s": round(sum(rounds.waited_s for rounds in groups), 1),
                "groups": [
                    {"kept": [_raw(r) for r in rounds.kept], "spoilt": [_raw(r) for r in rounds.spoilt]}
                    for rounds in groups
                ],
            }
            for letter, figures, groups in findings
        },
    }


def environment(settings: Settings) -> dict[str, object]:
    """What the figures were taken with."""
    machine = inspect()
    return {
        "cpu": machine.value("cpu.model"),
        "cores": os.cpu_count(),
        "usable_cores": machine.value("cpu.usable_cores"),
        "threads": settings.threads,
        "short": settings.short,
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "qt_platform": os.environ.get("QT_QPA_PLATFORM"),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _raw(done: Round) -> dict[str, object]:
    return {name: asdict(stretch) | {"spoilt": stretch.spoilt} for name, stretch in done.items()}


def _complete(groups: list[Rounds]) -> bool:
    return all(rounds.complete for rounds in groups)


def _counts(groups: list[Rounds]) -> str:
    return f"{sum(len(r.kept) for r in groups)}/{sum(len(r.spoilt) for r in groups)}"


def _met(figure: Figure, groups: list[Rounds]) -> str:
    if figure.target is None:
        return ""
    if not _complete(groups):
        return "?"
    return "yes" if figure.met else "[bold]no[/bold]"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:,.0f}"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
