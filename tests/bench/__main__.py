"""Run the benchmarks: `python -m tests.bench [--only a,b] [--json FILE]`. They need a quiet machine and minutes.

Exit codes: 0 measured; 1 something could not be measured (too much other load), or --check and a target was missed;
2 bad arguments.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from . import (
    forecast_truth,
    frozen,
    report,
    tune_choice,
    window_cost,
    window_long,
    window_share,
    window_start,
    window_ticks,
    worker_rate,
)
from .children import ChildError, surroundings
from .rounds import Measured
from .settings import Settings, usable_threads

Bench = Callable[[Settings], Measured]

BENCHES: dict[str, tuple[str, Bench]] = {
    "a": ("the worker against a bare PyTorch loop", worker_rate.run),
    "b": ("the worker with the window open and live against without", window_cost.run),
    "c": ("start to first paint against a bare window", window_start.run),
    "d": ("gaps between event-loop ticks while the processor is saturated", window_ticks.run),
    "e": ("a step's time as it is extrapolated against real steps", forecast_truth.run),
    "f": ("the setting that tune chooses against all combinations", tune_choice.run),
    "g": ("the share of a core that the window and its sensors take", window_share.run),
    "h": ("a stored result of 100,000 samples: shown and moved", window_long.run),
    "i": ("memory while the picture is drawn again and again", window_long.memory),
    "j": ("the frozen program against this Python", frozen.run),
}


def main() -> int:
    """Returns the exit code."""
    options = _parser().parse_args()
    console = Console(stderr=True)
    begin = time.monotonic()

    def say(line: str) -> None:
        console.print(f"[{time.monotonic() - begin:6.1f} s] {line}", markup=False, highlight=False)

    # Children that are stopped would outlive us: end as Ctrl-C does, through their context managers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    settings = Settings(options.pairs, options.short, usable_threads(), say, options.beside)
    findings: list[report.Finding] = []
    broken: list[str] = []
    with surroundings(options.xvfb):
        for letter in options.only:
            title, bench = BENCHES[letter]
            say(f"({letter}) {title}")
            try:
                findings.append((letter, *bench(settings)))
            except ChildError as error:
                say(f"({letter}) broke: {error}")
                broken.append(letter)
        record = report.record(settings, findings)
    report.show(Console(), findings)
    if options.json:
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    complete = not broken and all(rounds.complete for _, _, groups in findings for rounds in groups)
    missed = any(f.met is False for _, figures, _ in findings for f in figures)
    return 1 if not complete or (options.check and missed) else 0


def _parser() -> argparse.ArgumentParser:
    listed = "; ".join(f"{letter}: {title}" for letter, (title, _) in BENCHES.items())
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=f"Benchmarks of rigdyno. {listed}.")
    parser.add_argument(
        "--only",
        type=_letters,
        default=[b for b in BENCHES if b != "j"],
        metavar="a,b",
        help="these alone (default: all but j, which needs a build)",
    )
    parser.add_argument("--pairs", type=int, default=5, metavar="N", help="rounds that must count (default 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every raw stretch to this file")
    parser.add_argument("--short", action="store_true", help="a third of the time: to see that it works")
    parser.add_argument("--beside", action="store_true", help="(f) beside a child that keeps a core busy")
    parser.add_argument("--check", action="store_true", help="exit 1 where a target is missed")
    parser.add_argument("--xvfb", action="store_true", help="show the windows on a virtual X server, not offscreen")
    return parser


def _letters(text: str) -> list[str]:
    letters = [part.strip() for part in text.split(",")]
    unknown = [letter for letter in letters if letter not in BENCHES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    return letters


if __name__ == "__main__":
    sys.exit(main())
