"""The sentence of every code: reasons, failures, doubts, catches and the like, from one place."""

from __future__ import annotations

from ..plural import Template
from . import answers, claims, comparison, doubts, engines, evidence, failures, warnings

TABLES: tuple[dict[str, Template], ...] = (
    evidence.EVIDENCE,
    evidence.LIMITS,
    evidence.MARGINS,
    warnings.CATCHES,
    warnings.GPU_PROBLEMS,
    warnings.HINTS,
    answers.ANSWERS,
    doubts.DOUBTS,
    failures.FAILURES,
    failures.UNREADABLE,
    claims.SENTENCES,
    comparison.SENTENCES,
    engines.SENTENCES,
)
SENTENCES: dict[str, Template] = {code: template for table in TABLES for code, template in table.items()}
"""By code. No code is in two tables."""
