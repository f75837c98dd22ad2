"""Text made fit for strangers: no names of people and computers, no numbers that tell one from all others."""

from __future__ import annotations

import getpass
import os
import platform
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHORTEST = 3
"""Letters of a name that is replaced wherever it stands; shorter ones only behind a folder of homes."""
EVERYBODYS = frozenset(
    ("root", "user", "admin", "administrator", "guest", "ubuntu", "debian", "fedora", "centos", "rocky", "arch",
     "linux", "windows", "nvidia", "jetson", "intel", "amd", "apple", "raspberrypi", "docker",
     "desktop", "laptop", "server")
)  # fmt: skip
"""Names of users and computers that systems come with. They name nobody, and stand in the names of systems and parts:
without its "Ubuntu" a computer would be another one.
"""
_HOMES = re.compile(
    r"(?i)((?:/home|/Users|/var/home|[A-Z]:[\\/]+Users|[A-Z]:[\\/]+Documents and Settings)[\\/]+)"
    r"(?:[^\\/\s:;,\"']+(?: [^\\/\s:;,\"']+)*(?=[\\/])|[^\\/\s:;,\"']+)"
)
UUID = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}[-_](?:[0-9A-Fa-f]{4}[-_]){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f])")
"""Also with underscores, as Kubernetes writes those of pods into the names of control groups."""
_PATTERNS = (
    (UUID, "<uuid>"),
    (re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b"), "<mac>"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*"), "<user>@<host>"),
    (re.compile(r"\b(?!127\.0\.0\.1\b)(?:\d{1,3}\.){3}\d{1,3}\b(?!\.)"), "<address>"),
    (re.compile(r"(?i)\b((?:serial|s/n)(?: number| no\.?)?\s*[:=]?\s*)(?=\S*\d)[\w-]{5,}"), r"\1<serial>"),
    (re.compile(r"\b[0-9a-fA-F]{16,}\b"), "<id>"),
)


def scrub(text: str, users: Iterable[str] = (), hosts: Iterable[str] = ()) -> str:
    """The text without them; `users` and `hosts` are looked for beside those of this computer."""
    home = str(Path.home())
    if len(home) > SHORTEST:
        text = re.sub(rf"{re.escape(home)}(?![\w.-])", "~", text)
    text = _HOMES.sub(r"\1<user>", text)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    for names, instead in (((*users, *_users()), "<user>"), ((*hosts, *_hosts()), "<host>")):
        for name in sorted(set(names), key=len, reverse=True):
            if len(name) >= SHORTEST and name.lower() not in EVERYBODYS:
                text = re.sub(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", instead, text)
    return text


@cache
def _users() -> tuple[str, ...]:
    """What the user is called: by the system, the environment and the folder."""
    names = [os.environ.get(key, "") for key in ("USER", "LOGNAME", "USERNAME", "SUDO_USER")]
    try:
        names.append(getpass.getuser())
    except (OSError, KeyError, ImportError):  # a container's user has no name
        names.append("")
    return tuple(name for name in (*names, Path.home().name) if name)


@cache
def _hosts() -> tuple[str, ...]:
    """What this computer is called, with its domain and without."""
    whole = platform.node()
    return tuple(name for name in (whole, whole.partition(".")[0]) if name and name != "localhost")
