"""Feed mutated files and lines to their readers: `python -m tests.fuzz [--cases N] [--seed N] [--findings FOLDER]`.

Prints what was fed, how fast, and the peak of memory. Exit codes: 0 nothing was found; 1 something was, or the memory
went over its limit; 2 bad arguments.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

MOST_MB = 300


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--findings", type=Path, default=Path("build/findings"), metavar="FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rigdyno-fuzz-") as name:
        folder = Path(name)
        os.environ["RIGDYNO_HOME"] = str(folder)
        from .cases import Runner
        from .guard import Guard

        runner, begin = Runner(folder, Guard(folder), options.seed), time.monotonic()
        told = 0
        while (done := runner.tally.cases.total()) < options.cases:
            known = len(runner.tally.findings)
            runner.step()
            if len(runner.tally.findings) > known:
                _keep(list(runner.tally.findings.items())[-1], options.findings)
            if done >= told + 5000:
                told = done
                print(f"{done:,} cases, {done / (time.monotonic() - begin):.0f}/s, {_peak():.0f} MB", flush=True)
        seconds = time.monotonic() - begin
    tally = runner.tally
    for kind, count in sorted(tally.cases.items()):
        print(f"{kind:9} {count:8,} fed, {tally.taken[kind]:8,} taken for one")
    found = f"{len(tally.findings)} findings, peak memory {_peak():.0f} MB"
    print(f"{tally.cases.total():,} cases in {seconds:.0f} s, {found}")
    for where in tally.findings:
        print(f"  {where}")
    return 1 if tally.findings or _peak() > MOST_MB else 0


def _peak() -> float:
    """The most memory that this process has had, in MB."""
    told = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(told[1]) / 1000 if told else 0.0  # not getrusage's: a child takes that over from who started it


def _keep(finding: tuple[str, tuple[str, bytes, str]], folder: Path) -> None:
    where, (kind, content, trace) = finding
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{kind}-{sha256(where.encode()).hexdigest()[:10]}"
    (folder / stem).write_bytes(content)
    (folder / f"{stem}.txt").write_text(f"{where}\n\n{trace}", encoding="utf-8")
    print(f"FOUND {where}  ->  {folder / stem}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
