"""How far a bench's cases are off: printed, written to a file, and held against the target."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

MEDIAN, WORST = 0.05, 0.10
"""Targets for times, as shares."""


def summarise(
    found: Sequence[Mapping[str, object]], path: Path | None, most: float = MEDIAN, worst: float = WORST
) -> int:
    """The exit code: 1 where the median of the cases' "error" (a share) is above `most`, or one of them above `worst`.

    `path`: of a JSON file that shall have all figures.
    """
    errors = [abs(float(str(item["error"]))) for item in found]
    print(f"{len(found)} cases: median error {median(errors):.1%}, worst {max(errors):.1%}")
    if path:
        path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0 if median(errors) <= most and max(errors) <= worst else 1
