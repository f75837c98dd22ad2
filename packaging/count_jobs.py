"""Counts the work and the memory of the catalogue's jobs, and writes them to resources/job_work.toml.

python packaging/count_jobs.py                 # all of them; some minutes
python packaging/count_jobs.py yolo-training   # after this job or its network has changed
python packaging/count_jobs.py --check         # writes nothing; fails where the file is not what is counted now
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterable
from pathlib import Path

from rigdyno.core.analysis.jobs.memory_remedies import remedies
from rigdyno.core.records.workload import Workload
from rigdyno.core.reference.job_catalogue import load_catalogue
from rigdyno.core.reference.job_fields import BOOSTING
from rigdyno.core.reference.job_work import JobWork, parse_job_work
from rigdyno.core.worker.memory_counting.count import count_memory
from rigdyno.core.worker.operation_count import KINDS
from rigdyno.core.worker.work_counting.by_kind import count_answer, count_by_kind

FILE = Path(__file__).resolve().parent.parent / "resources" / "job_work.toml"
HEADING = """\
# Counted by packaging/count_jobs.py; do not edit. A table for each job of the catalogue that has a network, see
# core/reference/job_work.py: work of one sample as [GFLOP, GB], memory as GB of [weights, gradients, optimiser, peak].
"""
TOLERANCE = 0.02
"""Versions of PyTorch differ in a few of the small operations that they do."""
DIGITS = 4
SMALL_GB = 3
"""Jobs that take less fit every GPU that one would train with, so that the memory of their remedies is not counted."""


def counted(workload: Workload, fused: bool = True, memory: bool = True) -> JobWork:
    """The table of one workload. `fused`: see `count_by_kind`."""
    if workload.new_tokens:
        return _counted_answer(workload)
    step = count_by_kind(workload, fused)
    shares = step.per_sample(workload.accumulation)
    work = {kind: (_rounded(shares[kind].flops / 1e9), _rounded(shares[kind].bytes / 1e9)) for kind in KINDS}
    kinds = ("cuda", "cpu") if memory else ()
    return JobWork(
        step.parameters,
        step.trained,
        _rounded(step.calls(workload.accumulation)),
        **work,
        **{kind: _memory(workload, kind) for kind in kinds},
        remedies=remedies_memory(workload) if memory else {},
    )


def _counted_answer(workload: Workload) -> JobWork:
    """The table of a workload that writes text."""
    told, memory = count_answer(workload), count_memory(workload, "cpu")
    giga = 1e9 * told.batch
    return JobWork(
        told.parameters,
        0,
        _rounded(sum(work.calls for work in told.prompt.values())),
        **{kind: (_rounded(work.flops / giga), _rounded(work.bytes / giga)) for kind, work in told.prompt.items()},
        **{kind: _memory(workload, kind) for kind in ("cuda", "cpu")},
        token=_rounded(told.token_bytes / 1e9),
        token_calls=told.token_calls,
        cache=_rounded(memory.cache / 1e9),
        remedies=remedies_memory(workload),
    )


def _memory(workload: Workload, kind: str) -> tuple[float, ...]:
    told = count_memory(workload, kind)
    return tuple(_rounded(size / 1e9) for size in (told.weights, told.gradients, told.optimizer, told.peak))


def remedies_memory(workload: Workload) -> dict[str, float]:
    """GB at the worst moment after each remedy; empty for a job that hardly any GPU lacks the memory for."""
    if _memory(workload, "cuda")[-1] < SMALL_GB:
        return {}
    found = {}
    for item in remedies(workload):
        with contextlib.suppress(ValueError):  # a network that normalises over the batch cannot train single samples
            found[item.code] = _memory(item.workload, "cuda")[-1]
    return found


def _rounded(value: float) -> float:
    """A value with few digits, so that the file can be read."""
    return float(f"{value:.{DIGITS}g}")


def written(name: str, work: JobWork) -> str:
    """A job's table as TOML; what is zero is left out."""
    lines = [f"[{name}]", f"parameters = {work.parameters:_}", f"trained = {work.trained:_}", f"calls = {work.calls:g}"]
    for kind in (*KINDS, "cuda", "cpu"):
        values = getattr(work, kind)
        if any(values):
            lines.append(f"{kind} = [{', '.join(_number(v) for v in values)}]")
    lines += [f"{name} = {value:g}" for name in ("token", "token_calls", "cache") if (value := getattr(work, name))]
    if work.remedies:
        lines.append(f"remedies = {{ {', '.join(f'{code} = {_number(v)}' for code, v in work.remedies.items())} }}")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """A number of TOML, which has a point or an exponent for each float."""
    text = f"{value:.{DIGITS}g}"
    return text if "." in text or "e" in text else f"{text}.0"


def differences(name: str, known: JobWork | None, now: JobWork) -> list[str]:
    """What of a job's table is not what is counted now."""
    if known is None:
        return [f"{name}: is missing"]
    found = []
    for field in JobWork.__dataclass_fields__:
        before, after = (_values(getattr(work, field)) for work in (known, now))
        same = len(before) == len(after) and all(map(_alike, before, after))
        if not same:
            found.append(f"{name}: {field} is {before}, counted are {after}")
    return found


def _values(value: float | tuple[float, ...] | dict[str, float]) -> tuple[float, ...]:
    if isinstance(value, dict):
        return tuple(value.values())
    return value if isinstance(value, tuple) else (value,)


def _alike(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def problems(names: Iterable[str] = ()) -> list[str]:
    """What is wrong with the file: of the named jobs, or of all."""
    known = parse_job_work(FILE.read_text(encoding="utf-8"))
    wanted = set(names)
    jobs = {job.name: job for job in load_catalogue() if job.kind != BOOSTING}
    found = [] if wanted else [f"{name}: is no job" for name in known if name not in jobs]
    for name, job in jobs.items():
        if not wanted or name in wanted:
            found += differences(name, known.get(name), counted(job.workload))
    return found


def main() -> int:
    """Write the file, or only look. Returns 0, or 1 where it is not current."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    if options.check:
        found = problems(options.names)
        print("\n".join(found) or "current")
        return 1 if found else 0
    known = parse_job_work(FILE.read_text(encoding="utf-8")) if options.names else {}
    tables = []
    for job in load_catalogue():
        if job.kind != BOOSTING:
            old = None if job.name in options.names else known.get(job.name)
            tables.append(written(job.name, old or counted(job.workload)))
            print("" if old else f"{job.name}\n", end="", flush=True)
    FILE.write_text("\n".join([HEADING, *tables]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
