"""Several trainings alive at once that take turns: all but one are stopped, and stopped time is not a training's own.

A machine's speed wanders by 10 % in a second even when nobody else uses it. Turns of less than a second, side by side,
feel the same weather; and each group of rounds has fresh processes, as two processes of one program differ for life.
"""

from __future__ import annotations

import contextlib
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import psutil
from rigdyno.core.records.plan import ACTIVE

from .children import Child, ChildError
from .contention import Usage, Watch, wait_for_quiet
from .rounds import PATIENCE_S, Round, Rounds, Stretch, interleave
from .settings import Settings

ROUNDS_PER_GROUP = 12
OPENINGS = 5
STARVED = 0.9
"""Threads that wait busily use all of their cores: with less than this share, the processor was taken from them."""
BEGINS_S = 60.0
"""A training measures at the latest so long after its start."""

Marks = list[tuple[float, int]]
"""Times, and the samples that were trained by then."""


class Trainee(Protocol):
    """A training that can be stopped and continued, and knows how far it was at some moments."""

    family: list[psutil.Process]

    def marks(self) -> Marks:
        """All so far."""
        ...

    def aside(self) -> list[tuple[float, float]]:
        """From when to when it did something that is not training, such as testing."""
        ...


class Training:
    """A training by the program, in a child that tells of each window as it ends."""

    def __init__(self, child: Child) -> None:
        """Waits until it measures, then stops it."""
        self._child = child
        self._heard: list[tuple[float, dict[str, Any]]] = []
        self._measures, self._failure = threading.Event(), ""
        threading.Thread(target=self._listen, daemon=True).start()
        if not self._measures.wait(BEGINS_S) or self._failure:
            raise ChildError(self._failure or f"no measuring within {BEGINS_S:g} s")
        self.family = child.family()
        self.wait_policy = self.family[-1].environ().get("OMP_WAIT_POLICY")
        stop(self)
        # The child's times may count from any moment: no line comes before what it tells of, and some come at once.
        self._shift = min(heard - _when(line) for heard, line in self._heard)

    def marks(self) -> Marks:
        if self._failure:
            raise ChildError(self._failure)
        samples, found = 0, []
        for _, line in list(self._heard):
            if window := line.get("window"):
                samples += window["samples"]
                found.append((_when(line) + self._shift, samples))
        return found

    def aside(self) -> list[tuple[float, float]]:
        phases = [(_when(line) + self._shift, line["phase"]) for _, line in list(self._heard) if "phase" in line]
        pairs = zip(phases, [*phases[1:], (float("inf"), "")], strict=True)
        return [(begin, end) for (begin, name), (end, _) in pairs if name == "evaluate"]

    def _listen(self) -> None:
        try:
            while True:
                line = self._child.hear()
                self._heard.append((time.perf_counter(), line))
                if line.get("phase") == "measure":
                    self._measures.set()
        except ChildError as error:
            self._failure = str(error)
            self._measures.set()


@contextlib.contextmanager
def training(script: str, *arguments: str) -> Iterator[Training]:
    """A training that waits busily, as the program chooses on a quiet machine: until it does, begin again."""
    for _ in range(OPENINGS):
        wait_for_quiet(PATIENCE_S)
        with Child(script, *arguments) as child:
            opened = Training(child)
            if opened.wait_policy == ACTIVE:
                yield opened
                return
    raise ChildError(f"{OPENINGS} trainings found the machine busy")


def stop(trainee: Trainee) -> None:
    """Stop the training first, then whoever watches it."""
    for process in reversed(trainee.family):
        process.suspend()


def take_turns(sides: Mapping[str, Trainee], threads: int, turn_s: float, turns: int, reverse: bool) -> Round:
    """One round: every side has `turns` turns, A B B A A B ...; each one's rate over the time that it ran."""
    ran: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    watch = Watch()
    for turn in range(turns):
        for name in reversed(sides) if (turn % 2 == 1) != reverse else sides:
            begin = time.perf_counter()
            for process in sides[name].family:
                process.resume()
            time.sleep(turn_s)
            stop(sides[name])
            ran[name].append((begin, time.perf_counter()))
    usage = watch.stop()
    done = {}
    for name, side in sides.items():
        samples, seconds = progress(side.marks(), ran[name], side.aside())
        flaw = starved(usage, threads) if seconds > turn_s else "it was silent"
        rate = samples / seconds if seconds else 0.0
        done[name] = Stretch(rate, usage, {"samples": samples, "seconds": seconds}, flaw)
    return done


def progress(marks: Marks, ran: list[tuple[float, float]], aside: list[tuple[float, float]]) -> tuple[int, float]:
    """Samples, and the seconds that they took, from the first mark in the given turns to the last one."""
    times = [t for t, _ in marks]
    first, last = bisect_left(times, ran[0][0]), bisect_left(times, ran[-1][1]) - 1
    if last <= first:
        return 0, 0.0
    begin, end = times[first], times[last]
    seconds = _shared(ran, begin, end)
    for since, until in aside:
        seconds -= _shared(ran, max(begin, since), min(end, until))
    return marks[last][1] - marks[first][1], seconds


def groups(
    open_sides: Callable[[], contextlib.AbstractContextManager[Mapping[str, Trainee]]],
    settings: Settings,
    turn_s: float,
    turns: int,
) -> list[Rounds]:
    """As many groups of rounds as there shall be pairs, each with processes of its own."""
    done = []
    for number in range(settings.pairs):
        settings.say(f" processes {number + 1} of {settings.pairs}")
        with open_sides() as sides:
            wanted = 3 if settings.short else ROUNDS_PER_GROUP

            def measure(kept: int, sides: Mapping[str, Trainee] = sides) -> Round:
                return take_turns(sides, settings.threads, turn_s, turns, kept % 2 == 1)

            rounds = interleave(measure, wanted, settings.say)
        done.append(rounds)
    return done


def starved(usage: Usage, threads: int) -> str:
    """Why the threads cannot have had their cores; empty where they had. It is the same for all sides of a round."""
    share = usage.own / 100 * psutil.cpu_count() / threads
    return f"we had {100 * share:.0f} % of {threads} cores" if share < STARVED else ""


def _shared(ran: list[tuple[float, float]], begin: float, end: float) -> float:
    """The seconds of the turns that lie between two moments."""
    return sum(max(0.0, min(b, end) - max(a, begin)) for a, b in ran)


def _when(line: dict[str, Any]) -> float:
    """The moment that a line of a training tells of: a window's end, or a phase's beginning."""
    window = line.get("window")
    return float(window["t"] + window["seconds"] if window else line["t"])
