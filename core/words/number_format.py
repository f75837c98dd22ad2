"""Python format specs for measured numbers."""

from __future__ import annotations


def digits(value: float) -> str:
    """How a measured value is written, to as many digits as are known of it: 37,804, 3.78, never 3.78e+04."""
    return ",.0f" if abs(value) >= 100 or value % 1 == 0 else ",.3g"
