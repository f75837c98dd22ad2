"""The name of another computer, as a user writes it. Checked, so that `ssh` takes no part of it for an option."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..words.language import _

PYTHON = "python3"
"""The Python that is started there by default."""
_HOST = re.compile(
    r"(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9_.+-]*)@)?"
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Host:
    """`target` is the destination for `ssh`, `python` the name or path of a Python with torch on that computer."""

    target: str
    port: int | None = None
    python: str = PYTHON

    @classmethod
    def parse(cls, written: str, python: str = PYTHON) -> Host:
        """The host of "user@server:port"; user and port are optional. Raises ValueError with a sentence."""
        found = _HOST.fullmatch(written)
        if not found or (found["port"] and not 0 < int(found["port"]) < 65536):
            told = _("{name!r} is no host; allowed is [user@]server[:port]")
            raise ValueError(told.format(name=written))
        name = found["name"].strip("[]")
        target = f"{found['user']}@{name}" if found["user"] else name
        return cls(target, int(found["port"]) if found["port"] else None, checked_python(python))


def checked_python(written: str) -> str:
    """The name or path of a Python, unchanged. Raises ValueError with a sentence."""
    if not written or written.startswith("-") or not written.isprintable():
        told = _("{name!r} is no Python; allowed is a name or a path, such as {example}")
        raise ValueError(told.format(name=written, example=PYTHON))
    return written
