"""What a GPU that is not here would do, against published rates of machines that no figure was fitted to.

    python -m tests.bench.plan_truth          # every row of the machines held out, and how many are within a factor
    python -m tests.bench.plan_truth --all    # also those that the figures were fitted to
    python -m tests.bench.plan_truth --fit    # fits anew and writes resources/reference/gpu_speed.toml

A third of the machines is held out, drawn by the seed of `published_speeds`. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import geometric_mean, median

from rigdyno.core.analysis.absent_gpus.gpu_speed import architecture, step_parts
from rigdyno.core.analysis.jobs.job_memory import USUAL_CONTEXT
from rigdyno.core.reference.gpu_speed import SpeedFit, load_speed_fit
from rigdyno.core.reference.published_jobs import published_jobs

from .published_speeds import Speed, held_out, speeds

FILE = Path(__file__).resolve().parents[2] / "resources" / "reference" / "gpu_speed.toml"
PEAKS = Path(__file__).parent / "published_peaks.json"
HEADING = """\
# Fitted by tests/bench/plan_truth.py; do not edit. See core/reference/gpu_speed.py. The errors are those on published
# rates of machines that were held out.
"""
NEAR, FAR = 1.25, 1.5
NEAR_SHARE, FAR_SHARE, MEMORY_SHARE = 0.70, 0.90, 0.95
QUANTILE = 0.95
START = SpeedFit(0.75, 0.4, 0.6, 0.5, 0.9, 0.85, 20e-6, 0.97, {"fused": 0.5, "compiled": 0.5, "tuned": 0.6})
BOUNDS = {"call_s": (5e-6, 40e-6), "efficiency": (0.7, 1.0), "traffic": (0.5, 1.0)}
SHRINK = 1.0
"""An architecture's factor counts as if this many further machines had none."""
SIZES_GB = (4, 6, 8, 11, 12, 16, 24, 32, 40, 48, 80)


def told(row: Speed, fit: SpeedFit) -> float:
    """Samples/s of a row by a fit."""
    way = row.software
    own = replace(fit, call_s=0.3 * fit.call_s) if way == "compiled" else fit
    one = 1 / step_parts(row.work, row.batch, row.gpu, row.precision, own, way=way).seconds
    return one * row.count * (fit.efficiency if row.count > 1 else 1.0)


def ratio(row: Speed, fit: SpeedFit) -> float:
    """Told over published."""
    return told(row, fit) / row.samples_per_s


def loss(rows: Sequence[Speed], fit: SpeedFit) -> float:
    """Mean of absolute logarithms; rows of the same network on the same machine count as the root of their number."""
    groups: dict[tuple[str, str, str, bool], list[float]] = defaultdict(list)
    for row in rows:
        groups[row.machine, row.what, row.precision, row.count > 1].append(abs(math.log(ratio(row, fit))))
    weights = {key: math.sqrt(len(values)) for key, values in groups.items()}
    return sum(weights[k] * sum(v) / len(v) for k, v in groups.items()) / sum(weights.values())


def fitted(rows: Sequence[Speed]) -> SpeedFit:
    """The shares that tell the rows best, one after the other until nothing changes; then architectures' factors."""
    fit = START
    for step in (0.2, 0.1, 0.05, 0.02):
        changed = True
        while changed:
            changed = False
            for change in _changes(step):
                other = change(fit)
                if _inside(other) and loss(rows, other) < loss(rows, fit) - 1e-6:
                    fit, changed = other, True
    return replace(fit, architectures=factors(rows, fit))


def _changes(step: float) -> list[Callable[[SpeedFit], SpeedFit]]:
    """Each figure a step up and down."""
    names = [n for n in asdict(START) if isinstance(getattr(START, n), float) and not n.startswith("error")]
    found: list[Callable[[SpeedFit], SpeedFit]] = []
    for by in (1 + step, 1 / (1 + step)):
        found += [lambda fit, n=n, by=by: replace(fit, **{n: getattr(fit, n) * by}) for n in names]  # type: ignore[misc]
        for way in START.merged:
            found.append(lambda fit, w=way, by=by: replace(fit, merged=fit.merged | {w: fit.merged[w] * by}))  # type: ignore[misc]
    return found


def _inside(fit: SpeedFit) -> bool:
    bounded = all(low <= getattr(fit, name) <= high for name, (low, high) in BOUNDS.items())
    return bounded and all(0.3 <= share <= 1 for share in fit.merged.values())


def factors(rows: Sequence[Speed], fit: SpeedFit) -> dict[str, float]:
    """By which published rates of each architecture are higher than told: machines count alike."""
    machines: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        machines[architecture(row.gpu, row.precision)][row.machine].append(-math.log(ratio(row, fit)))
    logs = {key: [median(values) for values in found.values()] for key, found in machines.items()}
    return {key: math.exp(sum(values) / (len(values) + SHRINK)) for key, values in sorted(logs.items())}


def with_errors(fit: SpeedFit, known: Sequence[Speed], unseen: Sequence[Speed]) -> SpeedFit:
    """The fit with its errors on rows that it was not fitted to: of machines, and of whole architectures."""
    strange = []
    for capability in {row.gpu.compute_capability for row in known}:
        others = [row for row in known if row.gpu.compute_capability != capability]
        bare = fitted(others)
        strange += [ratio(row, bare) for row in known if row.gpu.compute_capability == capability]
    return replace(fit, error=_wide([ratio(row, fit) for row in unseen]), error_unknown=_wide(strange))


def _wide(ratios: Sequence[float]) -> float:
    """By how much most of them are off at most, as a share."""
    off = sorted(max(value, 1 / value) for value in ratios)
    return off[math.ceil(QUANTILE * len(off)) - 1] - 1


def written(fit: SpeedFit) -> str:
    """As TOML."""
    lines, tables = [], []
    for name, value in asdict(fit).items():
        if isinstance(value, dict):
            tables += [f"\n[{name}]", *(f'"{key}" = {number:.4g}' for key, number in value.items())]
        else:
            lines.append(f"{name} = {value:.4g}")
    return HEADING + "\n".join([*lines, *tables]) + "\n"


def memory_verdicts() -> list[tuple[int, float, bool, bool]]:
    """(line, GB of a GPU, fits by the count, fits as published) of every published peak on every size of GPU."""
    found = []
    for line, peak in json.loads(PEAKS.read_text()).items():
        published = published_jobs()[int(line) - 2].peak_bytes
        assert published
        for size in SIZES_GB:
            room = size * 2**30 - USUAL_CONTEXT
            found.append((int(line), size, peak <= room, published <= room))
    return found


def share_within(rows: Sequence[Speed], fit: SpeedFit, factor: float) -> float:
    """Share of the rows that are told within a factor."""
    return sum(1 / factor <= ratio(row, fit) <= factor for row in rows) / max(1, len(rows))


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="also the rows that the figures were fitted to")
    parser.add_argument("--fit", action="store_true", help="fit anew, and write the file")
    options = parser.parse_args()
    rows = speeds()
    apart = held_out(rows)
    known, unseen = [r for r in rows if r.machine not in apart], [r for r in rows if r.machine in apart]
    fit = with_errors(fitted(known), known, unseen) if options.fit else load_speed_fit()
    if options.fit:
        FILE.write_text(written(fit), encoding="utf-8")
    for row in (*(known if options.all else ()), *unseen):
        print(shown(row, fit))
    print(summary("fitted to", known, fit))
    print(summary("held out", unseen, fit))
    right = [counted == published for _line, _size, counted, published in memory_verdicts()]
    print(f"memory: {sum(right)} of {len(right)} verdicts right ({sum(right) / len(right):.1%})")
    reached = share_within(unseen, fit, NEAR) >= NEAR_SHARE and share_within(unseen, fit, FAR) >= FAR_SHARE
    return 0 if reached and sum(right) >= MEMORY_SHARE * len(right) else 1


def shown(row: Speed, fit: SpeedFit) -> str:
    """A line of the table."""
    value = ratio(row, fit)
    off = max(value, 1 / value)
    note = "" if off <= NEAR else "beyond 25 %" if off <= FAR else "BEYOND 1.5"
    where = f"{row.table}:{row.line}"
    return f"{where:22} {row.what[:36]:36} {row.count:2} x {row.machine:18} {row.precision:9} x{value:5.2f} {note}"


def summary(name: str, rows: Sequence[Speed], fit: SpeedFit) -> str:
    """How many rows are told how well."""
    off = geometric_mean([max(ratio(row, fit), 1 / ratio(row, fit)) for row in rows])
    near, far = (share_within(rows, fit, factor) for factor in (NEAR, FAR))
    return f"{name}: {len(rows)} rows, within 25 % {near:.0%}, within 1.5 {far:.0%}, off by {off:.2f} in the mean"


if __name__ == "__main__":
    sys.exit(main())
