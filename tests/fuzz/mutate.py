"""Mutations of real files: values that a type allows and nobody expects, parts that move, and damage to bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any

FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-9, 1e-12, 5e-324, 1e9, 1e10, 1e15, 1e30, 1e300, 1e308, -1e308, 1.7e308, 3600.0)
INTS = (0, 1, -1, 2, 7, 255, 65536, 2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 10**15, 10**9)
STRINGS = (
    "",
    " ",
    "\x00",
    "a\nb\r\nc",
    "line\u2028separator\u2029",
    "\x1b[31mred\x1b[0m\x07",
    "\x9b31m",
    "[bold]rich[/bold][link=file:///etc/passwd]x[/link]",
    "<b id=hostile>html</b>",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]></svg><svg onload=alert(1)>",
    "\u202eesrever\u202c",
    "\u2066isolated\u2069\u200b\ufeff",
    "../../../etc/passwd",
    "/dev/zero",
    "C:\\Windows\\System32",
    "file:///etc/passwd",
    "{0.__class__}",
    "{device}%s%n",
    "'; DROP TABLE results; --",
    "cpu",
    "cuda:0",
    "cuda:99999999999999999999",
    "train",
    "job",
    "soak",
    "resnet50",
    "NaN",
    "1e999",
    "\U0001f4a9" * 40,
    "x" * 5000,
    "é" * 300,
    "-1",
    "２０２６-01-01",
    "9999-99-99T99:99:99",
)  # fmt: skip
RAW = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"9" * 400, b"0.1e-999", b"\\ud800", b"null", b"{}",
    b"[]", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\\", b"[" * 2000, b'{"a":' * 2000, b"\n" * 9, b"\x1b[2J",
)  # fmt: skip
"""What is put between bytes."""


def document(content: bytes, others: list[Any], random: Random) -> bytes:
    """One JSON document changed in some places; most of the time its types are kept, so that it is read on."""
    tree = json.loads(content)
    for _ in range(random.choice((1, 1, 1, 2, 3, 5, 9))):
        changed(tree, others, random)
    told = json.dumps(tree, indent=random.choice((None, None, 1)), ensure_ascii=random.random() < 0.5)
    written = told.encode("utf-8", "surrogatepass")
    return damaged(written, random) if random.random() < 0.1 else written


def changed(tree: Any, others: list[Any], random: Random) -> None:
    """Change one place, anywhere in the tree."""
    holder, key = _place(tree, random)
    if holder is None:
        return
    act = random.random()
    if act < 0.6:
        holder[key] = like(holder[key], random)
    elif act < 0.7:
        del holder[key]
    elif act < 0.8:  # a part of another file, from a place of the same name
        found = _named(random.choice(others), key) if isinstance(key, str) else []
        holder[key] = copy.deepcopy(random.choice(found)) if found else any_value(random)
    elif act < 0.9 and isinstance(holder, list):
        random.choice(LISTS)(holder, key, random)
    else:
        holder[key if isinstance(holder, list) else random.choice((key, random.choice(STRINGS)))] = any_value(random)


def like(value: Any, random: Random) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return random.choice((*INTS, value + 1, -value, value * 1000))
    if isinstance(value, float):
        return random.choice(
            (*FLOATS, value * 1e6, value * 1e-6, -value, float(int(value)) if abs(value) < 1e9 else 0.0)
        )
    if isinstance(value, str):
        return random.choice((*STRINGS, value + random.choice(STRINGS), value[: len(value) // 2], value.upper()))
    if value is None:
        return random.choice((0, 1.5, "", "x", [], None, 1e308))
    if isinstance(value, list):
        return random.choice(([], value * 2, value[:1], value[::-1], value[:1] * 50))
    return random.choice(({}, {random.choice(STRINGS): v for v in list(value.values())[:1]}))


def any_value(random: Random) -> Any:
    """A value of any type."""
    return random.choice(
        (None, True, random.choice(INTS), random.choice(FLOATS), random.choice(STRINGS), [], {}, [[[]]])
    )


def damaged(content: bytes, random: Random) -> bytes:
    """Bytes flipped, cut out, repeated, put in, moved; the end cut off; another encoding."""
    made = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 4))):
        at, length = random.randrange(len(made) + 1), random.choice((1, 1, 2, 8, 64, 500))
        act = random.randrange(7)
        if act == 0 and at < len(made):
            made[at] ^= 1 << random.randrange(8)
        elif act == 1:
            del made[at : at + length]
        elif act == 2:
            made[at:at] = made[at : at + length] * random.choice((1, 3, 50))
        elif act == 3:
            made[at:at] = random.choice(RAW)
        elif act == 4:
            made[at : at + length] = random.randbytes(length)
        elif act == 5:
            del made[at:]
        else:
            made[at : at + length] = random.choice(STRINGS).encode("utf-8", "surrogatepass")
    if random.random() < 0.02:
        return bytes(made).decode("latin-1").encode("utf-16")
    return bytes(made)


def _repeat(holder: list[Any], key: int, random: Random) -> None:
    holder[key:key] = [copy.deepcopy(holder[key]) for _ in range(random.choice((1, 2, 30)))]


def _swap(holder: list[Any], key: int, random: Random) -> None:
    other = random.randrange(len(holder))
    holder[key], holder[other] = holder[other], holder[key]


def _reverse(holder: list[Any], _key: int, _random: Random) -> None:
    holder.reverse()


LISTS: tuple[Callable[[list[Any], int, Random], None], ...] = (_repeat, _swap, _reverse)


def _place(tree: Any, random: Random) -> tuple[Any, Any]:
    """A container and a key in it, each depth as likely as the next: most leaves lie in the longest lists."""
    holder, key, node = None, None, tree
    deep = random.randrange(1, 9)
    for _ in range(deep):
        if not isinstance(node, dict | list) or not node:
            break
        holder = node
        key = random.choice(list(node)) if isinstance(node, dict) else random.randrange(len(node))
        node = holder[key]
    return holder, key


def _named(tree: Any, key: str) -> list[Any]:
    """What stands under this name anywhere; a walk of at most some thousand steps."""
    found, todo = [], [tree]
    for _ in range(3000):
        if not todo:
            break
        node = todo.pop()
        if isinstance(node, dict):
            found += [node[key]] if key in node else []
            todo += node.values()
        elif isinstance(node, list):
            todo += node[:20]
    return found
