"""Readers of files, sysctl and registry that all probes share. They return None where there is no value, and never
raise. They ask the computer that `sources` names, which may be a recorded one.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ..records.machine import Reading, Value
from .sources.current import answer, source


def reading(value: Value, source: str, reason: str) -> Reading:
    """A reading; `reason` is kept only where there is no value."""
    return Reading(value, source, reason if value is None else "")


def text(path: Path, having: str = "") -> str | None:
    """The text of a file, stripped, only the lines with `having`; None where it is absent, unreadable or empty."""
    return source().text(path, having)


def exists(path: Path) -> bool:
    """Whether there is such a file or folder."""
    return source().exists(path)


def link_name(path: Path) -> str:
    """The last part of where a symbolic link leads; empty where there is none."""
    return Path(source().link(path) or "").name


def number(path: Path) -> int | None:
    """The whole number in a file; None where it is absent, unreadable or not a number."""
    try:
        return int(text(path) or "")
    except ValueError:
        return None


def in_wsl(proc: Path = Path("/proc")) -> bool:
    """Whether this is WSL, the Linux in Windows: there the NVIDIA driver reports some values as 0."""
    release = (text(proc / "sys/kernel/osrelease") or "").lower()
    # The user's own kernel may bear any name; WSL's own folders and the binary format of Windows' programs stay.
    named = "microsoft" in release or "wsl" in release or "microsoft" in (text(proc / "version") or "").lower()
    return named or exists(proc / "sys/fs/binfmt_misc/WSLInterop")


MOST_PROCESSORS = 8192
"""No Linux kernel counts further (CONFIG_NR_CPUS_RANGE_END)."""


def cpu_list(written: str | None) -> list[int]:
    """The kernel's list of processors, as in "0-3,8": [0, 1, 2, 3, 8]."""
    found: list[int] = []
    for part in (written or "").split(","):
        first, _, last = part.partition("-")
        try:
            found.extend(range(int(first), min(MOST_PROCESSORS, int(last or first) + 1)))
        except ValueError:
            continue
    return found


def subfolders(folder: Path, pattern: str) -> list[Path]:
    """The paths in `folder` that match `pattern`, sorted; empty where it cannot be listed."""
    return [folder / name for name in source().names(folder, pattern)]


def sysctl_text(name: str) -> str | None:
    """A string from macOS's sysctl, without starting a process."""

    def ask() -> str | None:
        raw = _sysctl(name)
        return raw.rstrip(b"\0").decode("utf-8", "replace").strip() or None if raw else None

    found = _told_or_none(f"sysctl {name}", ask)
    return found if isinstance(found, str) else None


def sysctl_number(name: str) -> int | None:
    """A whole number from macOS's sysctl: 4 or 8 bytes, little-endian on every Mac."""

    def ask() -> int | None:
        raw = _sysctl(name)
        return int.from_bytes(raw, "little", signed=True) if raw and len(raw) in (4, 8) else None

    found = _told_or_none(f"sysctl {name}", ask)
    return found if isinstance(found, int) else None


def registry(path: str, name: str) -> str | int | None:
    """A value below Windows' HKEY_LOCAL_MACHINE. Needs no administrator."""

    def ask() -> str | int | None:
        winreg = import_module("winreg")
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            value = winreg.QueryValueEx(key, name)[0]
        return value if isinstance(value, int) else str(value).strip() or None

    return _told_or_none(rf"HKLM\{path}\{name}", ask)


def windows_library(name: str) -> Any:
    """A system library of Windows, such as kernel32. Raises OSError where it is missing, and on all other systems."""
    loader = getattr(ctypes, "WinDLL", None)
    if loader is None:
        raise OSError(f"no {name} on {sys.platform}")
    return loader(name)


def _told_or_none(question: str, ask: Callable[[], str | int | None]) -> str | int | None:
    try:
        return answer(question, ask)
    except (ImportError, OSError):
        return None


def _sysctl(name: str) -> bytes | None:
    try:
        ask = ctypes.CDLL(None).sysctlbyname
        size = ctypes.c_size_t(0)
        if ask(name.encode(), None, ctypes.byref(size), None, ctypes.c_size_t(0)) != 0:
            return None
        buffer = ctypes.create_string_buffer(size.value)
        if ask(name.encode(), buffer, ctypes.byref(size), None, ctypes.c_size_t(0)) != 0:
            return None
        return buffer.raw[: size.value]
    except (OSError, AttributeError, TypeError):  # no such function, or no C library by that name: not a Mac
        return None
