"""Check, cancel, check again, for an hour: whether the window's process keeps its memory, descriptors and threads.

    python -m tests.bench.cycles [--seconds 3600 | --count N] [--latest S] [--layer window|check] [--json FILE]

Each check is a real one that is cancelled at a random moment (seeded), `--latest` seconds after its start at most. The
layer `check` leaves the window out. Exit code 1 where something grew. Memory is compared once a tenth of the time has
filled pools and caches: the median of the last tenth against that of the tenth after the first.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psutil

GROWTH_PERCENT = 3.0
SEED = 7
JUDGED_FROM = 40
"""Fewer looks do not tell growth from the filling of pools; then descriptors, threads and children alone are judged."""


class Watch:
    """A look at this process after each cycle, and what they say together."""

    def __init__(self, seconds: float, count: int) -> None:
        self.seconds, self.count = seconds, count
        self._begin = time.monotonic()
        self._me = psutil.Process()
        self.looks: list[dict[str, float]] = []

    @property
    def over(self) -> bool:
        passed = time.monotonic() - self._begin
        return len(self.looks) >= self.count if self.count else passed >= self.seconds

    def look(self) -> None:
        self.looks.append(
            {
                "t": time.monotonic() - self._begin,
                "rss": self._me.memory_info().rss,
                "files": self._me.num_fds() if hasattr(self._me, "num_fds") else self._me.num_handles(),
                "threads": self._me.num_threads(),
                "ours": threading.active_count(),
                "children": len(self._me.children(recursive=True)),
            }
        )

    def report(self) -> tuple[dict[str, object], list[str]]:
        """The figures, and what is wrong with them."""
        tenth = max(1, len(self.looks) // 10)
        early, late = self.looks[tenth : 2 * tenth] or self.looks[:1], self.looks[-tenth:]
        start = self.looks[: 2 * tenth]  # pools are filled at the first chance, which a check may be too short for
        told: dict[str, object] = {"cycles": len(self.looks), "seconds": round(self.looks[-1]["t"])}
        wrong = []
        for key in ("rss", "files", "threads", "ours", "children"):
            first, last = (median(look[key] for look in looks) for looks in (early, late))
            told[key] = [first, last]
            if key == "rss":
                told["growth_percent"] = round(100 * (last / first - 1), 2)
                if len(self.looks) >= JUDGED_FROM and last > first * (1 + GROWTH_PERCENT / 100):
                    wrong.append(f"memory grew from {first / 2**20:.1f} to {last / 2**20:.1f} MiB")
            elif last > (most := max(look[key] for look in start)):
                wrong.append(f"{key} grew from {most:g} to {last:g}")
        if any(look["children"] for look in self.looks):
            wrong.append("a child outlived its check")
        return told, wrong


def windowed(watch: Watch, moments: Callable[[], float]) -> None:
    """Cycles in the real window, offscreen unless Qt is told otherwise."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from rigdyno.gui.bridge.user_settings import Settings
    from rigdyno.gui.shell.app import open_window, prepare

    app = prepare(QApplication(sys.argv[:1]), settings := Settings(None))
    window = open_window(settings)

    def begin() -> None:
        window.start(plan())
        QTimer.singleShot(round(1000 * moments()), window.bridge.cancel)

    def ended(running: bool) -> None:
        if not running:
            QTimer.singleShot(0, again)  # once the thread of the check has ended

    def again() -> None:
        if busy():
            QTimer.singleShot(5, again)
            return
        watch.look()
        if watch.over:
            window.close_without_asking()
        else:
            begin()

    def busy() -> bool:
        return any(t.name in ("rigdyno-check", "rigdyno-look") for t in threading.enumerate())

    window.bridge.running_changed.connect(ended)
    window.painted.connect(lambda: QTimer.singleShot(0, again))  # the first look has a child of its own
    app.exec()


def bare(watch: Watch, moments: Callable[[], float]) -> None:
    """Cycles of the check alone, as the terminal does them."""
    from rigdyno.core.check.check import Check

    while not watch.over:
        check = Check(plan(), lambda _: None)
        timer = threading.Timer(moments(), check.cancel)
        timer.start()
        check.run()
        timer.join()
        watch.look()


def plan() -> object:
    """A training that never ends by itself."""
    from rigdyno.core.records.plan import CheckPlan, Plan

    return CheckPlan("custom", ("train",), ("cpu",), Plan(threads=1, seconds=600, data="synthetic"))


LAYERS = {"window": windowed, "check": bare}


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cycles", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600.0, metavar="S")
    parser.add_argument("--count", type=int, default=0, metavar="N", help="so many cycles, however long they take")
    parser.add_argument("--latest", type=float, default=8.0, metavar="S", help="cancel by then (default 8)")
    parser.add_argument("--layer", choices=LAYERS, default="window")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every look to this file")
    options = parser.parse_args()
    chance = random.Random(SEED)
    watch = Watch(options.seconds, options.count)
    with tempfile.TemporaryDirectory(prefix="rigdyno-cycles-") as folder:
        os.environ["RIGDYNO_HOME"] = folder
        LAYERS[options.layer](watch, lambda: chance.uniform(0.0, options.latest))
    told, wrong = watch.report()
    print(json.dumps(told))
    if options.json:
        options.json.write_text(json.dumps({**told, "wrong": wrong, "looks": watch.looks}) + "\n", encoding="utf-8")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
