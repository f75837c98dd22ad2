"""Another computer as a user names it: what `ssh` is given, and nothing that it would take for an option."""

from __future__ import annotations

import re
from dataclasses import dataclass

PYTHON = "python3"
"""What is started there where nobody says otherwise."""
_HOST = re.compile(
    r"(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9_.+-]*)@)?"
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Host:
    """`target` is what `ssh` is given, `python` a Python with torch on it, by name or path."""

    target: str
    port: int | None = None
    python: str = PYTHON

    @classmethod
    def parse(cls, written: str, python: str = PYTHON) -> Host:
        """ "user@server:port", all but the server optional. Raises ValueError with a sentence."""
        found = _HOST.fullmatch(written)
        if not found or (found["port"] and not 0 < int(found["port"]) < 65536):
            raise ValueError(f"{written!r} is no host; allowed is [user@]server[:port]")
        name = found["name"].strip("[]")
        target = f"{found['user']}@{name}" if found["user"] else name
        return cls(target, int(found["port"]) if found["port"] else None, a_python(python))


def a_python(written: str) -> str:
    """A name or a path of a Python. Raises ValueError with a sentence."""
    if not written or written.startswith("-") or not written.isprintable():
        raise ValueError(f"{written!r} is no Python; allowed is a name or a path, such as {PYTHON}")
    return written
