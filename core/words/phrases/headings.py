"""Headings of a result, and the answers in its table."""

from __future__ import annotations

from ..language import N_

TITLES = {
    "scenario": N_("Scenario {number} of 4"),
    "no-verdict": N_("No verdict"),
    "forecasts": N_("What this computer can finish"),
    "job": N_("Job"),
    "device": N_("On"),
    "time": N_("Time"),
    "limit": N_("Limit"),
    "answer": N_("In time?"),
    "catches": N_("Before you buy"),
    "limits": N_("What limits it"),
    "driver": N_("GPU compute (driver only)"),
    "evidence": N_("What it rests on"),
    "trust": N_("How far to trust it: {grade}"),
    "machine": N_("This computer"),
    "explored": N_("Common claims about deep learning, measured"),
    "made-by": N_("Made by Rigdyno {version} on {date}, result {id}. This file loads nothing and sends nothing."),
}
"""Headings of a result, wherever it is shown."""

ANSWERS = {
    "yes": N_("yes"),
    "perhaps": N_("perhaps ({percent} %)"),
    "memory": N_("no: memory"),
    "slow": N_("no: too slow"),
    "no": N_("no"),
}
"""Whether a job is done in time; the codes of `words.outlook`."""
