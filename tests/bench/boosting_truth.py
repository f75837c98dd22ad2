"""Whole trainings of boosted trees against what the program tells of them from parts.

    python -m tests.bench.boosting_truth [--only "NAME;NAME"] [--seconds 8] [--threads N] [--busy] [--json FILE]

Each case is told in so many seconds, which are too few for all of it, then trained whole, twice. With --busy one thread
trains and its processor time counts, for a machine that others use too. Exit code 1 where one is outside of its range.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from rigdyno.core.analysis.jobs.boosting_time import boosting_forecast
from rigdyno.core.records.events import Event
from rigdyno.core.records.experiment_events.boosting import BoostingTiming
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.workload import BoostedTrees, Workload
from rigdyno.core.worker.experiments import boosting
from rigdyno.core.worker.measurement import Clock

CASES: dict[str, BoostedTrees] = {
    "200,000 rows, 50 trees, depth 10": BoostedTrees(200_000, 8, 50, 10, 2),
    "200,000 rows, 300 trees, depth 6": BoostedTrees(200_000, 8, 300, 6, 2),
    "500,000 rows, 40 columns, 50 trees": BoostedTrees(500_000, 40, 50, 8, 0),
    "boosting-airline": BoostedTrees(1_000_000, 8, 100, 10, 2),
}
WHOLE_S = 1e6
"""Seconds within which every case is trained whole."""


def timings(job: BoostedTrees, seconds: float, threads: int) -> list[BoostingTiming]:
    """What the experiment tells in so many seconds."""
    told: list[Event] = []
    plan = Plan(model="boosting", batch=1, threads=threads, workload=Workload("boosting", boosting=job))
    boosting.run(Request("boosting", plan, Rules(budget_s=seconds)), told.append)
    return [event for event in told if isinstance(event, BoostingTiming)]


def measured(name: str, seconds: float, threads: int) -> dict[str, object]:
    """Tell one case and train it; prints and returns the figures."""
    job = CASES[name]
    parts = timings(job, seconds, threads)
    told = boosting_forecast(parts, job)
    rounds, boosting.MOST_ROUNDS = boosting.MOST_ROUNDS, 2
    (whole,) = timings(job, WHOLE_S, threads)
    boosting.MOST_ROUNDS = rounds
    assert told
    real = min(whole.seconds)
    inside = real / (1 + told.error) <= told.seconds <= real * (1 + told.error)
    sizes = ", ".join(f"{t.rows} x {t.trees}" for t in parts)
    real_mb, told_mb = ((size or 0) / 1e6 for size in (whole.memory, told.memory))
    print(
        f"{name:36} real {real:.2f} s  told {told.seconds:.2f} s  {told.seconds / real - 1:+.1%} "
        f"(range {told.error:.0%})  memory real {real_mb:.0f} MB  told {told_mb:.0f} MB  "
        f"from {sizes}",
        flush=True,
    )
    return {"name": name, "real": real, "told": told.seconds, "inside": inside, "measured": told.measured}


def main(arguments: list[str] | None = None) -> int:
    """Measure the cases and say how far off the parts are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of cases, with semicolons between them")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--busy", action="store_true", help="one thread, by its processor time")
    options = parser.parse_args(arguments)
    if options.busy:
        options.threads, boosting.Clock = 1, partial(Clock, wall=time.process_time)  # type: ignore[misc]
    names = options.only.split(";") if options.only else list(CASES)
    found = [measured(name, options.seconds, options.threads) for name in names]
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0 if all(item["inside"] for item in found) else 1


if __name__ == "__main__":
    sys.exit(main())
