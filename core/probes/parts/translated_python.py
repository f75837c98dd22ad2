"""Whether this Python was made for another kind of processor, and each of its instructions is translated here."""

from __future__ import annotations

from ...records.machine import Reading
from ..patience import PATIENCE_S, SILENT, ask
from ..sources.current import answer, platform
from ..system_sources import reading, sysctl_number
from ..windows import system_calls

_ARM64 = 0xAA64
"""IMAGE_FILE_MACHINE_ARM64 of winnt.h."""
X64_ON_ARM, ROSETTA = "x64 on ARM (Windows' emulation)", "x86-64 on Apple silicon (Rosetta)"
_NEVER = "only Windows on ARM and macOS translate programs"


def probe(patience_s: float = PATIENCE_S) -> dict[str, Reading]:
    """Key host.translated: how this Python is translated, "none" where it is not."""
    if platform() == "win32":
        told, why = ask(lambda: answer("IsWow64Process2", system_calls.machines), patience_s)
        value = on_windows(*told) if told else None
        return {"host.translated": reading(value, "IsWow64Process2", why if why == SILENT else "Windows does not say")}
    if platform() == "darwin":
        return {"host.translated": Reading(on_macos(sysctl_number("sysctl.proc_translated")), _TRANSLATED)}
    return {"host.translated": Reading(None, "Linux", _NEVER)}


_TRANSLATED = "sysctl sysctl.proc_translated"


def on_windows(machine: int, python: str) -> str | None:
    """From the processor's IMAGE_FILE_MACHINE_* and the platform of the Python: a translated one sees an x64 processor
    everywhere but in IsWow64Process2. None where Windows told no machine.
    """
    if not machine:
        return None
    return X64_ON_ARM if machine == _ARM64 and not python.endswith("arm64") else "none"


def on_macos(translated: int | None) -> str:
    """From sysctl.proc_translated, which Macs without translation do not have."""
    return ROSETTA if translated == 1 else "none"
