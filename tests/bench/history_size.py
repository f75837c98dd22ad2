"""Thousands of results in the history: bytes of one, `rigdyno history`, and the Compare page until it is painted.

    python -m tests.bench.history_size RESULT [--count 10000] [--rounds 5] [--json FILE]

RESULT is a file that `rigdyno check --json` wrote; the history is filled with copies of it under other ids. Figures are
medians of the rounds, after one that is not counted. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import msgspec
from rigdyno.core.store import result_files
from rigdyno.core.store.body_compression import compressed
from rigdyno.core.store.history import History

TARGETS = {"kB a result": 30.0, "rigdyno history, s": 1.0, "Compare page painted, s": 2.0}
SIZE = 1200, 700
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SPAN_MINUTES = 53
"""Between two copies: 10,000 of them are made over a year."""


def fill(folder: Path, source: Path, count: int) -> None:
    """Make a history of so many copies of a result file, as `History.store` would, but in one transaction."""
    result = result_files.read(source)
    history = History(folder)
    history.store(result)
    body = msgspec.json.encode(result)
    with closing(sqlite3.connect(history.path)) as database, database:
        (row,) = database.execute("SELECT * FROM results").fetchall()
        for number in range(1, count):
            new = uuid.uuid5(uuid.NAMESPACE_OID, str(number)).hex
            when = (BEGIN + number * timedelta(minutes=SPAN_MINUTES)).isoformat()
            database.execute(f"INSERT INTO results VALUES ({', '.join('?' * len(row))})", (new, when, *row[2:]))
            copy = compressed(body.replace(result.id.encode(), new.encode()))
            database.execute("INSERT INTO bodies (id, body) VALUES (?, ?)", (new, copy))


def bytes_a_result(folder: Path) -> float:
    """The size of the store for each result in it."""
    history = History(folder)
    return history.path.stat().st_size / len(history.entries())


def listed(folder: Path) -> tuple[float, float]:
    """Seconds of the command `rigdyno history`, the start of the program included: passed, and of the processor."""
    begin, used = time.perf_counter(), _children_s()
    environment = os.environ | {"RIGDYNO_HOME": str(folder)}
    command = [sys.executable, "-P", "-m", "rigdyno.core.cli", "history"]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin, _children_s() - used


def _children_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


def painted(folder: Path) -> float:
    """Seconds from showing the Compare page until its rows are painted, in a program of its own."""
    environment = os.environ | {"RIGDYNO_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, __file__, "paint"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return float(done.stdout)


def paint() -> float:
    """Show the Compare page of this process's data folder; returns seconds until the last paint of its table."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication
    from rigdyno.gui.bridge.user_settings import Settings
    from rigdyno.gui.pages.compare.page import ComparePage
    from rigdyno.gui.shell.app import prepare

    app = prepare(QApplication(sys.argv[:1]), Settings(None))
    times: list[float] = []

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                times.append(time.perf_counter())
            return False

    page, watch = ComparePage(), Watch()
    page.resize(*SIZE)
    page.table.viewport().installEventFilter(watch)
    begin = time.perf_counter()
    page.show()
    while not times or time.perf_counter() - times[-1] < 0.2:  # until nothing more is painted
        app.processEvents()
    return times[-1] - begin


def measure(source: Path, count: int, rounds: int) -> dict[str, list[float]]:
    """Every figure by its name, one value a round."""
    with tempfile.TemporaryDirectory(prefix="rigdyno-history-") as name:
        folder = Path(name)
        fill(folder, source, count)
        for act in (listed, painted):
            act(folder)
        passed, used = zip(*(listed(folder) for _ in range(rounds)), strict=True)
        return {
            "kB a result": [bytes_a_result(folder) / 1000],
            "rigdyno history, s": list(passed),
            "rigdyno history, s of the processor": list(used),
            "Compare page painted, s": [painted(folder) for _ in range(rounds)],
        }


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.history_size", description=__doc__)
    parser.add_argument("result", type=Path, metavar="RESULT")
    parser.add_argument("--count", type=int, default=10_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every round to this file")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    found = measure(options.result, options.count, options.rounds)
    print(f"{options.count} results; load average {before:.1f} before, {os.getloadavg()[0]:.1f} after")
    missed = False
    for name, values in found.items():
        target = TARGETS.get(name, math.inf)
        missed |= median(values) > target
        print(f"{name}: {median(values):.2f} ({min(values):.2f}–{max(values):.2f}), target {target:g}")
    if options.json:
        options.json.write_text(json.dumps(found) + "\n", encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["paint"]:
        print(paint(), flush=True)
        os._exit(0)  # without waiting for what the page began in the background
    sys.exit(main())
