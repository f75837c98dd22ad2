"""The guess of every job from one quick check, against the measurement of each job on the same machine.

    python -m tests.bench.guess_truth --folder FOLDER [--only NAME,NAME] [--devices cuda:0] [--json FILE]

A check takes a minute, and each job half of one on each device. What is in FOLDER is not done again, so that it can be
stopped and continued; remove `check.json` with the others there for a new trial. The jobs that the check itself trains
tell its rates, so they are shown and not counted. Exit code 1 where less than 90 % of the others are within range.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rigdyno.core.analysis.jobs.job_guess import CONVOLVING, STARTING, device_rates, guess
from rigdyno.core.analysis.jobs.job_of_result import is_measurable
from rigdyno.core.records.result import Result
from rigdyno.core.reference.job_catalogue import load_catalogue
from rigdyno.core.reference.job_work import load_job_work
from rigdyno.core.store import result_files

TARGET = 0.9
COMMAND = (sys.executable, "-P", "-m", "rigdyno.core.cli")
LONGEST_S = 900
OF_THE_CHECK = (STARTING, *CONVOLVING)


@dataclass(frozen=True)
class Line:
    """A job on a device: samples/s as guessed, at least and at most, and as measured; `kind`: of the measurement."""

    job: str
    device: str
    low: float
    guessed: float
    high: float
    measured: float
    kind: str

    @property
    def inside(self) -> bool:
        return self.low <= self.measured <= self.high

    @property
    def counts(self) -> bool:
        return self.job not in OF_THE_CHECK


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--only", default="", metavar="NAME,NAME")
    parser.add_argument("--devices", metavar="ID,ID", help="default: all usable")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    check = checked(options.folder, options.devices)
    lines: list[Line] = []
    for name in wanted(options.only):
        told = measured(name, options.folder, options.devices)
        for line in compared(name, check, told):
            lines.append(line)
            print(shown(line), flush=True)
    counted = [line for line in lines if line.counts]
    share = sum(line.inside for line in counted) / max(1, len(counted))
    widths = [line.high / line.low for line in counted]
    factors = sorted(max(line.measured / line.guessed, line.guessed / line.measured) for line in counted)
    if factors:
        print(f"{share:.0%} of {len(counted)} inside; median width {median(widths):.2f} times from lowest to highest")
        print(f"off by a factor of {median(factors):.2f} in the median, {factors[-1]:.2f} at most")
    if options.json:
        options.json.write_text(json.dumps([asdict(line) | {"inside": line.inside} for line in lines], indent=1))
    return 0 if share >= TARGET else 1


def wanted(only: str) -> list[str]:
    """Names of the jobs to measure; boosted trees have operations of their own kind, and a bench of their own."""
    names = [job.name for job in load_catalogue() if is_measurable(job) and not job.workload.boosting]
    return [name for name in names if not only or name in only.split(",")]


def checked(folder: Path, devices: str | None) -> Result:
    """The quick check; from the folder where it is there already."""
    path = folder / "check.json"
    if not path.exists():
        program("check", "--quick", "--json", str(path), *(("--devices", devices) if devices else ()), folder=folder)
    return result_files.read(path)


def measured(name: str, folder: Path, devices: str | None) -> dict[str, object]:
    """What the program measures of one job; from the folder where it is there already."""
    path = folder / f"{name}.json"
    if not path.exists():
        told = program("job", name, "--json", *(("--devices", devices) if devices else ()), folder=folder)
        json.loads(told)  # a half-written file would count as done
        path.write_text(told)
    found = json.loads(path.read_text())
    assert isinstance(found, dict)
    return found


def program(*arguments: str, folder: Path) -> str:
    """Standard output of the program, with its data beside the bench's."""
    home = {**os.environ, "RIGDYNO_HOME": str(folder / "home")}
    done = subprocess.run([*COMMAND, *arguments], env=home, capture_output=True, text=True, timeout=LONGEST_S)
    if not done.stdout:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()[-500:]}")
    return done.stdout


def compared(name: str, check: Result, told: dict[str, object]) -> Iterator[Line]:
    """The guess beside the measurement, on each device that has both."""
    job = next(job for job in load_catalogue() if job.name == name)
    devices = told["devices"]
    assert isinstance(devices, list)
    for item in devices:
        rates = device_rates(check.runs, item["device"]) if item["here"] else None
        if rates is None:
            continue
        if not item["samples_per_s"]:
            print(f"{name:32} {item['device']:8} not measured: {item.get('failure', '')}", flush=True)
            continue
        by_guess = guess(job, item["device"], load_job_work()[name], rates)
        assert by_guess.seconds
        assert by_guess.low
        assert by_guess.high
        low, middle, high = (job.work / s for s in (by_guess.high, by_guess.seconds, by_guess.low))
        yield Line(name, item["device"], low, middle, high, item["samples_per_s"], item["kind"])


def shown(line: Line) -> str:
    """A line of the table."""
    note = "" if line.inside else "OUTSIDE"
    note = note if line.counts else "(of the check)"
    return (
        f"{line.job:32} {line.device:8} {line.low:10.4g} to {line.high:10.4g} samples/s, "
        f"{line.kind:12} {line.measured:10.4g}  x{line.measured / line.guessed:5.2f} {note}"
    )


if __name__ == "__main__":
    sys.exit(main())
