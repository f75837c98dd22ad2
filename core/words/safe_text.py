"""Text from elsewhere, made harmless to look at: it neither steers a terminal nor turns a line around."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\ufffd"
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
"""C0, DEL and C1: ESC and CSI begin what a terminal obeys."""
_DIRECTIONS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
"""Unicode's marks of direction: a name with one may show the rest of a sentence backwards (CVE-2021-42574)."""
_HALVES = range(0xD800, 0xE000)
"""Of a pair of UTF-16 alone: no encoding writes them."""
TABLE = {c: REPLACEMENT for c in (*_CONTROLS, *_DIRECTIONS, *_HALVES) if chr(c) not in "\n\t"}
LONGEST = 2000
"""Letters of a name that are shown: more is read by nobody, and a line of a million takes minutes to lay out."""


def clipped(text: str) -> str:
    """The text, with an ellipsis where it is too long to be shown."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def neutral(text: str) -> str:
    """The text with a sign in place of each character that acts instead of being seen; line ends and tabs stay."""
    return text if text.isascii() and text.isprintable() else text.translate(TABLE)


def for_xml(text: str) -> str:
    """Without the characters that no XML may hold; French's narrow space between thousands stays."""
    return "".join(c for c in text if c.isprintable() or unicodedata.category(c) == "Zs")
