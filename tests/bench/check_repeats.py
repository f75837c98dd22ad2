"""Whole checks, one after the other, each in a fresh process: do they say the same, how soon, and beside a stranger?

python -m tests.bench.check_repeats [--checks 10] [--beside] [--json FILE]

Prints the time to the first scenario and to the verdict, and the spread (largest - smallest) / median of the headline,
each job, the largest product and the copy. `--beside` alternates quiet checks with checks beside a program that keeps
one core busy, and tells what share of the quiet rates the latter show.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from rigdyno.core.analysis.forecast import headline_rates, rate_at_plan_batch
from rigdyno.core.analysis.roofline import timing_rates
from rigdyno.core.records.result import Result
from rigdyno.core.store import result_files

from .contention import wait_for_quiet

COMMAND = (sys.executable, "-m", "rigdyno.core.cli")
STRANGER = "while True: pass"
WITHIN = 0.15
PATIENCE_S = 30.0


def main() -> int:
    """Print the tables; returns 0."""
    options = _parser().parse_args()
    found: dict[bool, list[dict[str, float]]] = defaultdict(list)
    for number in range(options.checks * (2 if options.beside else 1)):
        beside = options.beside and number % 2 == 1
        if not beside:
            wait_for_quiet(PATIENCE_S)
        with stranger() if beside else _nobody():
            found[beside].append(one_check(options.preset))
        print("beside" if beside else "quiet ", *(f"{k} {v:.4g}" for k, v in found[beside][-1].items()), flush=True)
    for beside, checks in found.items():
        print("\nbeside a stranger" if beside else "\nquiet")
        for key in checks[0]:
            values = [c[key] for c in checks if key in c]
            middle = median(values)
            spread = (max(values) - min(values)) / middle if middle else 0.0
            print(f"  {key:28} median {middle:10.4g}  spread {100 * spread:5.1f} %")
    if options.beside:
        _compare(found)
    if options.json:
        options.json.write_text(json.dumps({str(k): v for k, v in found.items()}, indent=1) + "\n")
    return 0


def _compare(found: dict[bool, list[dict[str, float]]]) -> None:
    print("\nbeside / quiet median")
    for key in found[True][0]:
        quiet = median(c[key] for c in found[False])
        ratios = [c[key] / quiet for c in found[True] if quiet]
        inside = sum(abs(r - 1) <= WITHIN for r in ratios)
        print(f"  {key:28} {', '.join(f'{r:.2f}' for r in ratios)}: {inside} of {len(ratios)} within {WITHIN:.0%}")


def one_check(preset: str = "quick") -> dict[str, float]:
    """What one check of the terminal told, and when."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        begin = time.perf_counter()
        child = subprocess.Popen(
            [*COMMAND, "check", f"--{preset}", "--devices", "cpu", "--json", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert child.stdout
        first = next((time.perf_counter() - begin for line in child.stdout if "cenario" in line), 0.0)
        child.stdout.read()
        if child.wait():
            raise SystemExit(f"the check ended with {child.returncode}")
        return {"first scenario s": first, "verdict s": time.perf_counter() - begin} | figures(result_files.read(path))


def figures(result: Result) -> dict[str, float]:
    """The figures of a result that are compared."""
    assert result.verdict
    found = {"scenario": float(result.verdict.scenario), "probability": result.verdict.probability}
    found["trust"] = float("ABCD".index(result.verdict.trust))
    found |= {f"headline {device}": rate for device, rate in headline_rates(result.runs).items()}
    for run in result.runs:
        if run.task == "job" and (known := rate_at_plan_batch(run)):
            found[f"{run.plan.model} {run.plan.device}"] = known[0].median
    for name, unit in (("peak", "product"), ("copy", "copy")):
        for way, rate in timing_rates(result.runs, name, "cpu").items():
            found[f"{unit} {way}".strip()] = rate
    found["margin"] = result.verdict.margin.factor or 0.0
    return found


@contextmanager
def stranger() -> Iterator[None]:
    """A program that takes what it can get of one core, in a session of its own."""
    child = subprocess.Popen([sys.executable, "-c", STRANGER], start_new_session=True)
    try:
        yield
    finally:
        child.kill()
        child.wait()


@contextmanager
def _nobody() -> Iterator[None]:
    yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.check_repeats", description=__doc__)
    parser.add_argument("--checks", type=int, default=10)
    parser.add_argument("--preset", choices=("quick", "full"), default="quick")
    parser.add_argument("--beside", action="store_true", help="also beside a stranger, alternating")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
