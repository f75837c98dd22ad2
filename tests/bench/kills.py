"""Kill the program, or its worker, at random moments of real checks, and look at what is left.

    python -m tests.bench.kills [--count 300] [--seed 1] [--fronts terminal,window] [--json FILE]

After each kill (SIGKILL): the store is sound, no finished result is missing, what was heard before the kill is in the
result or in the journal, and no process of the program lives. Exit code 1 where that is not so.
Linux alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
from rigdyno.core.check.interrupted_checks import interrupted_checks, keep
from rigdyno.core.records.result import Result
from rigdyno.core.reference import scenarios
from rigdyno.core.store.history import History

APP = Path(__file__).with_name("kills_app.py")
MOMENTS = {"started": (1, 4.0), "measuring": (3, 4.0), "ended": (2, 0.08)}
"""How many kills of six come within how many seconds: after the start, when torch is still being loaded; after the
first window, anywhere in a check; and after the end of a run, as storing a result takes milliseconds."""
GONE_S = 2.0
"""The promise: once the program is gone, its children end within this."""
PATIENCE_S = 240.0
"""A start takes seconds, and minutes where twenty other programs want the processor."""
MARK = "RIGDYNO_KILLED_BY"
"""A variable that every process of the program inherits."""


@dataclass
class Found:
    """What is wrong so far, and the figures."""

    kills: dict[str, int] = field(default_factory=dict)
    unharmed: int = 0
    """Checks that were over before their moment came."""
    recovered: int = 0
    corrupt: int = 0
    lost_results: int = 0
    orphans: int = 0
    refused: int = 0
    """Journals or results that could not be read."""
    lost_events: list[float] = field(default_factory=list)
    """For each kill: seconds from the first event that is missing to the kill; 0 where none is."""
    gone_s: list[float] = field(default_factory=list)
    """For each kill of the program: seconds until its children had ended."""

    @property
    def wrong(self) -> list[str]:
        """A sentence for each promise that was broken."""
        losses = [s for s in self.lost_events if s]
        counts = {
            "corrupt databases": self.corrupt,
            "lost finished results": self.lost_results,
            "orphan processes": self.orphans,
            "unreadable leftovers": self.refused,
            "kills that lost what had been told": len(losses),
        }
        return [f"{count} {name}" for name, count in counts.items() if count]


@dataclass
class App:
    """The program, and what it has told."""

    process: subprocess.Popen[bytes]
    told: list[dict[str, object]] = field(default_factory=list)
    phases: dict[str, threading.Event] = field(default_factory=lambda: {name: threading.Event() for name in MOMENTS})

    def listen(self, wire: int) -> None:
        self.phases["started"].set()
        with os.fdopen(wire, "rb") as lines:
            for line in lines:
                with suppress(ValueError):  # the last line of a killed program may be half a line
                    self.told.append(json.loads(line))
                    reached = {"Window": "measuring", "Done": "ended"}.get(str(self.told[-1]["kind"]))
                    if reached:
                        self.phases[reached].set()
        for phase in self.phases.values():
            phase.set()


def rounds(count: int, seed: int, fronts: tuple[str, ...], home: Path, pace: float = 1.0, say: bool = False) -> Found:
    """Kill `count` times, with this data folder; `pace` times as late as `MOMENTS` has it."""
    chance, found, finished = random.Random(seed), Found(), set[str]()
    home.mkdir(parents=True, exist_ok=True)
    while sum(found.kills.values()) < count:
        front, what = chance.choice(fronts), chance.choice(("quick", "train", "train", "train"))
        victim = chance.choice(("program", "program", "worker"))
        (phase,) = chance.choices(list(MOMENTS), [weight for weight, _ in MOMENTS.values()])
        moment = pace * chance.uniform(0, MOMENTS[phase][1])
        mark = f"{os.getpid()}-{chance.random()}"
        before = {entry.id for entry in History(home).entries()}
        app, reader = start(front, what, home, mark)
        try:
            killed_at = kill(app, victim, phase, moment)
            if killed_at is None:
                found.unharmed += 1
            else:
                name = f"{front}'s {victim}"
                found.kills[name] = found.kills.get(name, 0) + 1
            if victim == "program" and killed_at is not None:
                app.process.wait(PATIENCE_S)  # for a processor, where others want it, so that it can end
                found.gone_s.append(gone(mark, found))
            finish(app, front)
        finally:
            app.process.kill()
        reader.join(5.0)
        gone(mark, found)
        finished |= {str(line["id"]) for line in app.told if line["kind"] == "stored"}
        judge(home, app, killed_at, before, finished, found)
        if say:
            print(json.dumps(asdict(found) | {"lost_events": max(found.lost_events, default=0)}), flush=True)
    return found


def start(front: str, what: str, home: Path, mark: str) -> tuple[App, threading.Thread]:
    ours, theirs = os.pipe()
    environment = os.environ | {"RIGDYNO_HOME": str(home), MARK: mark, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-P", str(APP), front, what, str(theirs)]
    null = subprocess.DEVNULL
    app = App(subprocess.Popen(command, env=environment, pass_fds=(theirs,), stdin=null, stdout=null, stderr=null))
    os.close(theirs)
    reader = threading.Thread(target=app.listen, args=(ours,), daemon=True)
    reader.start()
    return app, reader


def kill(app: App, victim: str, phase: str, moment: float) -> float | None:
    """Wait for the moment and kill; returns when, or None where nobody was left to be killed."""
    app.phases[phase].wait(PATIENCE_S)
    time.sleep(moment)
    if app.process.poll() is not None:
        return None
    target = app.process.pid
    if victim == "worker":
        workers = [c for c in psutil.Process(target).children() if "rigdyno.core.worker" in " ".join(_command(c))]
        if not workers:
            return None
        target = workers[-1].pid
    at = time.monotonic()
    try:
        os.kill(target, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return at


def finish(app: App, front: str) -> None:
    """Without its worker, and where it was not killed, a program ends well: the window when it is asked to."""
    deadline = time.monotonic() + PATIENCE_S
    while front == "window" and app.process.poll() is None and time.monotonic() < deadline:
        if any(line["kind"] == "stored" for line in app.told):
            app.process.terminate()
            break
        time.sleep(0.05)
    app.process.wait(PATIENCE_S)


def gone(mark: str, found: Found) -> float:
    """Seconds until no process of the program lives; those that still do after `GONE_S` are orphans, and ended."""
    begin = time.monotonic()
    while left := list(_marked(mark)):
        if time.monotonic() - begin > GONE_S:
            found.orphans += len(left)
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    return time.monotonic() - begin


def judge(home: Path, app: App, killed_at: float | None, before: set[str], finished: set[str], found: Found) -> None:
    """Look at the store and the journals, keep what was left, and compare it with what was told."""
    kept: list[Result] = []
    try:
        for left in interrupted_checks(home):
            keep(left, home, scenarios.load_rules())
            found.recovered += 1
        with closing(sqlite3.connect(home / "results.sqlite")) as database:
            if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
                found.corrupt += 1
        history = History(home)
        there = {entry.id for entry in history.entries()}
        found.lost_results += len(finished - there)
        kept = [history.load(new) for new in there - before]  # stored by the program, told or not, or just now
    except sqlite3.Error:
        found.corrupt += 1
        raise
    except (OSError, ValueError):
        found.refused += 1
        raise
    if killed_at is not None:
        here = {moment for result in kept for moment in moments(result)}
        lost = [line for line in app.told if "t" in line and (line["kind"], line["t"]) not in here]
        # What a check heard before it measured anything is not worth keeping; neither is it a loss.
        measured = any(line["kind"] in ("Window", "Timing", "Trial") for line in lost)
        first = min((float(str(line["at"])) for line in lost), default=killed_at)
        found.lost_events.append(killed_at - first if kept or measured else 0.0)


def moments(result: Result) -> Iterator[tuple[str, float]]:
    """Every event and sample of a result, by kind and time."""
    for sample in result.telemetry:
        yield "Sample", sample.t
    for run in result.runs:
        single = [each for each in (run.done, run.work, run.capacity) if each]
        groups = (run.windows, run.trials, run.scores, run.phases, run.timings, run.scalings, run.checks, single)
        for event in (event for group in groups for event in group):
            yield type(event).__name__, event.t


def _marked(mark: str) -> Iterator[int]:
    """The processes that have inherited the mark; a zombie has no environment any more."""
    wanted = f"{MARK}={mark}".encode()
    for file in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if wanted in file.read_bytes().split(b"\0") and not _doomed(file.with_name("status")):
                yield int(file.parent.name)


def _doomed(status: Path) -> bool:
    """Whether it has been killed, and only waits for the processor to end on: seconds, where twenty others want it."""
    pending = [int(line.split()[1], 16) for line in status.read_text().splitlines() if line[:6] in ("SigPnd", "ShdPnd")]
    return any(signals >> (signal.SIGKILL - 1) & 1 for signals in pending)


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=300, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--fronts", default="terminal,window", metavar="A,B")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # through what ends the program under test
    with tempfile.TemporaryDirectory(prefix="rigdyno-kills-") as folder:
        found = rounds(options.count, options.seed, tuple(options.fronts.split(",")), Path(folder), say=True)
    figures = asdict(found) | {"seed": options.seed, "most_lost_s": max(found.lost_events, default=0.0)}
    if options.json:
        options.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in figures.items() if not isinstance(v, list)}))
    for line in found.wrong:
        print(line, file=sys.stderr)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
