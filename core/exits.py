"""How a command ends: its exit codes, and the one sentence on stderr that a refusal is."""

from __future__ import annotations

import sys

DONE, BAD_ARGUMENTS, CANCELLED, NOTHING, UNWRITTEN = 0, 2, 3, 4, 5


def refuse(sentence: str) -> int:
    """Say why, and give the exit code of bad arguments."""
    print(f"rigdyno: {sentence}", file=sys.stderr)
    return BAD_ARGUMENTS
