"""boosting: boosted trees on a random table, all of a job or fewer trees on fewer rows, by a library that is there."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from ...records.events import Done, Event, Failed, Phase, Progress
from ...records.experiment_events.boosting import NO_LIBRARY, BoostingTiming
from ...records.plan import Request
from ...records.workload import BoostedTrees
from ..boosting_libraries import BoostingLibrary, NoLibraryError, Table, find_library, random_table
from ..measurement import Clock
from ..process_memory import current_memory, peak_memory, reset_peak_memory, return_freed_memory

SAMPLE, FIRST_NUMBERS, FEWEST_ROWS = 200_000, 2**21, 2**12
"""The first table has as many rows as LightGBM and scikit-learn look at to choose their bins, since from there on the
preparation of each row costs much less; a wide one has fewer, so that it holds no more numbers than this.
"""
PROBE_TREES = 3
CLEARLY, PROBE_SHARE = 1.5, 0.2
"""To find out what a tree costs, so many are doubled until they take clearly longer than one, or until this share of
the time is over.
"""
LEAST_OF_A_TREE = 0.1
"""A tree takes at least this share of the time of a training divided by its trees, whatever noise says."""
TREES_SHARE = 0.5
"""A single tree is trained, and so many that all the others take at least this share of that time: a difference that is
smaller would be lost in noise.
"""
ROUNDS, MOST_ROUNDS = 3, 5
KEPT = 0.85
"""The share of the time that is planned with: others may slow a training down."""
MOST_BYTES = 4 * 10**9
BYTES_OF_A_NUMBER, BYTES_OF_A_ROW = 16, 64
"""What a training takes at most, of any of the libraries: the table, its copies, and what there is for each row."""
RESET = 2**24
"""Bytes: the peak of the memory was really forgotten if it is no further above what the process holds."""
Size = tuple[int, int]
"""Rows and trees."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Train the plan's boosted trees: all of them where there is time; else fewer trees on as many rows as there is
    time for, at two numbers of trees, and on half of the rows too unless the table is whole.

    `analysis/jobs/boosting_time.py` goes on from them to the whole. Emits a `BoostingTiming` for each size. Stops:
    converged (the whole job), time-limit. Fails with NO_LIBRARY.
    """
    plan, clock = request.plan, Clock()
    job = plan.workload.boosting if plan.workload else None
    if job is None:
        raise ValueError("boosted trees are needed")
    over = clock.wall() + request.rules.budget_s
    emit(Phase(clock.wall(), "prepare"))
    try:
        library = find_library()
    except NoLibraryError as error:
        emit(Failed(clock.wall(), NO_LIBRARY, str(error)))
        return
    measurement = _Measurement(request, job, library, clock, over, emit)
    emit(Phase(clock.wall(), "measure"))
    stop = measurement.measure()
    emit(Done(clock.wall(), stop, None, max(1, plan.threads), "fp32", 0))


@dataclass(frozen=True)
class _Cost:
    """Seconds of a training of one tree on so many rows, for each row more, and for each tree more."""

    rows: int
    seconds: float
    row: float
    tree: float

    def of(self, size: Size) -> float:
        """About what another size takes."""
        rows, trees = size
        table = self.seconds + self.row * (rows - self.rows) if rows > self.rows else self.seconds * rows / self.rows
        return table + (trees - 1) * self.tree * rows / self.rows


@dataclass
class _Measurement:
    request: Request
    job: BoostedTrees
    library: BoostingLibrary
    clock: Clock
    over: float
    emit: Callable[[Event], None]
    table: Table | None = None
    seconds: dict[Size, list[float]] = field(default_factory=dict)
    memory: dict[Size, int] = field(default_factory=dict)

    @property
    def left(self) -> float:
        """Seconds that may still be planned with."""
        return KEPT * (self.over - self.clock.wall())

    def measure(self) -> str:
        """Find out what a training costs, choose sizes that there is time for, and train them in turn."""
        job = self.job
        most = min(job.rows, max(1, self._room() // (job.columns * BYTES_OF_A_NUMBER + BYTES_OF_A_ROW)))
        first = min(most, max(FEWEST_ROWS, min(SAMPLE, FIRST_NUMBERS // job.columns)))
        cost = self._probe(first, most)
        whole = (job.rows, job.trees)
        sizes = [whole] if most == job.rows and cost.of(whole) <= self.left else self._parts(cost, first, most)
        self.seconds, self.memory = {}, {}
        begin, rounds = self.clock.wall(), 0
        while rounds < MOST_ROUNDS and (not rounds or (self.clock.wall() - begin) / rounds <= self.left):
            for size in sizes:
                self._train(size)
            rounds += 1
        about = self.library.name, self.library.version
        for (rows, trees), seconds in self.seconds.items():
            memory = self.memory.get((rows, trees))
            self.emit(BoostingTiming(self.clock.wall(), *about, rows, trees, tuple(seconds), memory))
        return "converged" if sizes == [whole] else "time-limit"

    def _room(self) -> int:
        return min(MOST_BYTES, self.request.memory or MOST_BYTES)

    def _probe(self, first: int, most: int) -> _Cost:
        """What a training costs: on a small table and on one of twice the rows, there with more trees too."""
        rows, more, begin = min(most, 2 * first), min(PROBE_TREES, self.job.trees), self.clock.wall()
        self._train((first, 1))  # starts threads and loads code
        small, large = self._train((first, 1)), self._train((rows, 1))
        longer = self._train((rows, more))
        enough = begin + PROBE_SHARE * self.left
        while longer < CLEARLY * large and more < self.job.trees and self.clock.wall() < enough:
            more = min(2 * more, self.job.trees)  # so that trees can be told from the preparation
            longer = self._train((rows, more))
        tree = max((longer - large) / max(1, more - 1), LEAST_OF_A_TREE * longer / more)
        row = max(0.0, large - small) / (rows - first) if rows > first else 0.0
        return _Cost(rows, large, row, tree)

    def _parts(self, cost: _Cost, first: int, most: int) -> list[Size]:
        """Sizes of which several rounds are done in time: on the largest table, with as many trees as then remain."""
        rows, trees = most, min(self.job.trees, 1 + math.ceil(TREES_SHARE * cost.seconds / cost.tree))

        def in_time(rows: int, trees: int) -> bool:
            return ROUNDS * sum(map(cost.of, self._corners(rows, trees))) <= self.left

        while rows >= 4 * first and not in_time(rows, trees):
            rows //= 2
        while 2 * trees <= self.job.trees and in_time(rows, 2 * trees):
            trees *= 2
        return self._corners(rows, trees)

    def _corners(self, rows: int, trees: int) -> list[Size]:
        tables = [rows] if rows == self.job.rows else sorted({max(1, rows // 2), rows})
        return [(r, n) for r in tables for n in sorted({1, trees})]

    def _train(self, size: Size) -> float:
        """Train once; the seconds."""
        rows, trees = size
        self.emit(Progress(self.clock.wall(), 0, 0.0))  # the parent ends a worker that is silent for long
        numbers, answers = self._table(rows)
        gc.collect()
        return_freed_memory()
        reset_peak_memory()
        held, before = current_memory(), peak_memory()
        begin = self.clock.wall()
        trained = self.library.train(self.job, (numbers, answers), trees, max(1, self.request.plan.threads))
        seconds = max(1e-9, self.clock.wall() - begin)
        after = peak_memory()
        del trained
        self.seconds.setdefault(size, []).append(seconds)
        if held is not None and before is not None and after is not None and before - held <= RESET:
            taken = numbers.nbytes + answers.nbytes + max(0, after - held)
            self.memory[size] = max(taken, self.memory.get(size) or 0)
        return seconds

    def _table(self, rows: int) -> Table:
        """The first rows of the random table, which is made as large as it is needed."""
        if self.table is None or len(self.table[1]) < rows:
            self.table = None
            self.table = random_table(self.job, rows, self.request.plan.seed)
        numbers, answers = self.table
        return numbers[:rows], answers[:rows]
