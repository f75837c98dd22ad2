"""One mutated input after another, each through its reader, each watched; what goes wrong becomes a finding."""

from __future__ import annotations

import json
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from . import readers, seeds
from .guard import BrokeOutError, Guard, TooLongError
from .mutate import damaged, document
from .window import Window

CASE_S = 10.0
"""Of the processor: a reader that takes longer hangs, as the slowest honest case, all pages of the window, takes 2."""
SHARES = {
    "result": 40, "lines": 31, "rules": 8, "table": 3, "settings": 5, "engine": 4, "code": 3, "log": 4, "trainings": 2,
}  # fmt: skip
"""Per cent of the cases."""
WINDOW, COMMANDS = 0.004, 0.004
"""Shares of the cases that are shown in the window too, and given to the commands: dear ones."""


@dataclass
class Tally:
    """What came of all cases."""

    cases: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    """Those that were read as what they play."""
    findings: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    """By where it went wrong: the kind, the input, and the trace."""


class Runner:
    """Feeds readers in `folder`, which is also the data folder; `seed` decides everything."""

    def __init__(self, folder: Path, guard: Guard, seed: int) -> None:
        self.tally, self._folder, self._guard, self._random = Tally(), folder, guard, Random(seed)
        self._window = Window(folder)
        self._trees = [json.loads(each) for each in seeds.stored()]
        self._warm_up()

    def _warm_up(self) -> None:
        """What is imported late is imported now: code of ours that comes into being is no file's doing."""
        place = readers.Place(self._folder, self._random, self._window, terminal=True)
        readers.read_result(seeds.stored()[0], place)
        readers.read_lines(b"\n".join(seeds.lines()), place)
        readers.read_table(seeds.table(), place)
        readers.read_rules(seeds.rules(), place)
        readers.read_engine(seeds.ENGINE, place)
        readers.read_trainings(seeds.trainings(), place)
        for each in seeds.logs():
            readers.read_log(each, place)

    def step(self) -> None:
        """One case."""
        random = self._random
        kind = random.choices(list(SHARES), SHARES.values())[0]
        self.feed(kind, self._made(kind, random), random.random() < WINDOW, random.random() < COMMANDS)

    def feed(self, kind: str, content: bytes, window: bool = False, commands: bool = False) -> None:
        """One input through its reader."""
        place = readers.Place(self._folder, self._random, self._window if window else None, commands)
        self.tally.cases[kind] += content.count(b"\n") + 1 if kind == "lines" else 1
        try:
            with self._guard.armed(CASE_S):
                self.tally.taken[kind] += READERS[kind](content, place)
        except (Exception, SystemExit, BrokeOutError, TooLongError) as error:
            self.tally.findings.setdefault(_where(error), (kind, content, traceback.format_exc()))

    def _made(self, kind: str, random: Random) -> bytes:
        if kind == "result":
            chosen = random.choice(seeds.stored())
            return damaged(chosen, random) if random.random() < 0.15 else document(chosen, self._trees, random)
        if kind == "lines":
            return b"\n".join(_line(random) for _ in range(random.choice((1, 3, 8))))
        if kind == "settings":
            return _flat(seeds.SETTINGS, random)
        if kind == "engine":
            return _flat(seeds.ENGINE, random)
        if kind == "rules":
            return _lines(seeds.rules(), random)
        if kind == "table":
            return _lines(seeds.table(), random)
        if kind == "log":
            return _lines(random.choice(seeds.logs()), random)
        if kind == "trainings":
            return _flat(seeds.trainings(), random)
        return damaged(random.choice(seeds.codes()), random)


READERS = {
    "result": readers.read_result,
    "lines": readers.read_lines,
    "rules": readers.read_rules,
    "table": readers.read_table,
    "settings": readers.read_settings,
    "engine": readers.read_engine,
    "code": readers.read_code,
    "log": readers.read_log,
    "trainings": readers.read_trainings,
}


def _line(random: Random) -> bytes:
    chosen = random.choice(seeds.lines())
    act = random.random()
    if act < 0.2:
        return chosen
    return damaged(chosen, random) if act < 0.35 else document(chosen, [json.loads(chosen)], random)


def _flat(content: bytes, random: Random) -> bytes:
    return damaged(content, random) if random.random() < 0.4 else document(content, [json.loads(content)], random)


def _lines(content: bytes, random: Random) -> bytes:
    """A text of lines with values: some of them replaced, dropped, doubled; or bytes damaged."""
    if random.random() < 0.3:
        return damaged(content, random)
    lines = content.split(b"\n")
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(lines))
        mark = b" = " if b" = " in lines[at] else b","
        parts = lines[at].split(mark)
        parts[random.randrange(len(parts))] = random.choice(seeds.VALUES)
        lines[at : at + 1] = random.choice(([mark.join(parts)], [mark.join(parts)], [], [lines[at]] * 3))
    return b"\n".join(lines)


def _where(error: BaseException) -> str:
    """What it is, and the innermost line of the program's that it came through."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/core/" in f.filename or "/gui/" in f.filename]
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.name}" if last else "readers"
    told = str(error)[:60] if isinstance(error, readers.WrongAnswerError | BrokeOutError) else ""
    return f"{type(error).__name__} {place} {told}".strip()
