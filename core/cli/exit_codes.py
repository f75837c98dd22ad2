"""How a command ends: its exit codes, and the one sentence on stderr that a refusal is."""

from __future__ import annotations

import sys

from ..words.safe_text import neutral

DONE, BAD_ARGUMENTS, CANCELLED, NOTHING, UNWRITTEN = 0, 2, 3, 4, 5


def refuse(sentence: str) -> int:
    """Say why, and give the exit code of bad arguments."""
    complain(f"rigdyno: {sentence}")
    return BAD_ARGUMENTS


def complain(sentence: str) -> None:
    """A line on stderr, whatever it quotes."""
    print(neutral(sentence), file=sys.stderr)
