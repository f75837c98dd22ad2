"""loading: how many samples a second are read from the disk and decoded, by 1 to all cores' worker processes."""

from __future__ import annotations

import errno
import multiprocessing
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from torch.utils.data import DataLoader

from ...records.events import Done, Event, Failed, Phase, Timing
from ...records.plan import Request
from ..measurement import MAX_REPETITIONS, Clock
from ..trial_images import MOST_BYTES, TrialImages, bytes_from_disk, make_images, read_image

BATCH = 4
"""Samples that a process hands over at once: few, so that rounds are short, and that little memory is shared."""
MAKE_SHARE, READ_SHARE, LOAD_SHARE = 0.15, 0.1, 0.55
"""Of the time: for making the files, for reading some of them alone, and for loading by all numbers of processes."""
LEAST_ROUNDS = 3
WARM_BATCHES = 1
"""Of each process, which starts with it and is not timed."""
START_S = 60.0
"""How long to wait for a batch: where processes cannot be forked, each imports torch first."""
PATH_ROOM = 60
"""Characters of a folder in which sockets can still be made: their paths have 108 at most, see unix(7)."""
LEAST_FREE = 4 * MOST_BYTES
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
FORKED = sys.platform == "linux"
"""Whether processes are forked, as by torch itself up to Python 3.13, or begin anew."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit a `Timing` "read" of single files, whose way is "cold" (from the disk) or "cached", and a `Timing` "loading"
    for each number of processes, which is its way: the seconds of rounds, in which every process hands over a batch.

    `torch.utils.data.DataLoader` loads them, as in most trainings; `trial_images` has the work of its processes. Fails
    with "no-decoder" where Pillow is missing, and with "disk-full". Stops: time-limit.
    """
    files, workload, clock = request.plan.files, request.plan.workload, Clock()
    if files is None or workload is None:
        raise ValueError("image files and a workload are needed")
    budget, place = request.rules.budget_s, request.folder or None
    counts = sorted({1, *request.threads})
    if not FORKED:  # the first and the last are enough where each start takes seconds
        counts = counts[:1] + counts[1:][-1:]
    emit(Phase(clock.wall(), "prepare"))
    try:
        if (free := shutil.disk_usage(place or tempfile.gettempdir()).free) < LEAST_FREE:
            raise OSError(errno.ENOSPC, f"{free >> 20} MiB are free, and {LEAST_FREE >> 20} MiB are asked for")
        with tempfile.TemporaryDirectory(prefix="rigdyno-", dir=place, ignore_cleanup_errors=True) as folder:
            paths = make_images(Path(folder), files, MAKE_SHARE * budget)
            emit(Phase(clock.wall(), "measure"))
            emit(_reading(paths, READ_SHARE * budget, clock))
            images = TrialImages(paths, workload.image_size, files.per_sample)
            for processes in counts:
                seconds = _rounds(images, processes, folder, LOAD_SHARE * budget / len(counts), clock)
                emit(Timing(clock.wall(), "loading", seconds, processes * BATCH, "sample", str(processes)))
    except ImportError as error:
        emit(Failed(clock.wall(), "no-decoder", str(error)))
    except OSError as error:
        if error.errno not in FULL:
            raise
        emit(Failed(clock.wall(), "disk-full", error.strerror or str(error)))
    else:
        emit(Done(clock.wall(), "time-limit", None, request.plan.threads, request.plan.precision, 0))


def _reading(paths: Sequence[Path], seconds: float, clock: Clock) -> Timing:
    """Files that are read one by one, by this process alone; it has not read them before."""
    over, before = clock.wall() + seconds, bytes_from_disk()
    times, size = [], 0
    for path in paths[:MAX_REPETITIONS]:
        begin = clock.wall()
        size += len(read_image(path))
        times.append(max(clock.wall() - begin, 1e-9))
        if clock.wall() >= over:
            break
    after = bytes_from_disk()
    cold = before is not None and after is not None and after - before >= size / 2
    return Timing(clock.wall(), "read", tuple(times), size / len(times), "byte", "cold" if cold else "cached")


def _rounds(images: TrialImages, processes: int, folder: str, seconds: float, clock: Clock) -> tuple[float, ...]:
    """The seconds of each round, in which each process hands over a batch. At the end, the processes have ended."""
    with warnings.catch_warnings():
        # Python 3.12 warns of forking a process with threads: the children here touch none of their locks.
        warnings.simplefilter("ignore")
        loader = DataLoader(
            images,
            batch_size=BATCH,
            num_workers=processes,
            timeout=START_S,
            worker_init_fn=_Sockets(folder),
            multiprocessing_context=multiprocessing.get_context("fork" if FORKED else "spawn"),
        )
        batches = iter(loader)
    for _batch in range(WARM_BATCHES * processes):
        next(batches)
    times: list[float] = []
    begin = clock.wall()
    over = begin + seconds
    while len(times) < LEAST_ROUNDS or (begin < over and len(times) < MAX_REPETITIONS):
        for _batch in range(processes):
            next(batches)
        now = clock.wall()
        times.append(max(now - begin, 1e-9))
        begin = now
    return tuple(times)


class _Sockets:
    """Lets the process of a loader keep its sockets in the folder of the images, which is removed in every case."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __call__(self, _number: int) -> None:
        if len(self._folder) <= PATH_ROOM:
            tempfile.tempdir = self._folder
