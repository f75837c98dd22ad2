"""Answers of NVML: what stands for a missing one, and the form in which they are recorded."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

NVML = "NVML "
"""How questions to NVML begin: "NVML 0 nvmlDeviceGetName" is one about GPU 0."""
NOT_SUPPORTED = "not supported by this GPU"
SILENT, LOST, FORBIDDEN = "the driver does not answer", "the GPU is lost", "no permission"
NEEDS_RESET = "the GPU needs a reset"
NO_POWER = "the power cables of the GPU are not attached"

_ERRORS = {
    1: "NVML is not open",
    3: NOT_SUPPORTED,
    4: FORBIDDEN,
    8: NO_POWER,
    10: "the GPU did not answer in time",
    13: "the driver is too old to tell",
    15: LOST,
    16: NEEDS_RESET,
    999: "unknown driver error",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Stands for a value that NVML did not give. `code` is the error of NVML, if there was one."""

    reason: str
    code: int | None = None

    @classmethod
    def of(cls, code: int) -> Missing:
        """The `Missing` for an error of NVML."""
        return cls(_ERRORS.get(code, f"NVML error {code}"), code)


def encoded(found: Any) -> Any:
    """An answer as plain values: a structure is a dict of its fields, a `Missing` one of its reason and code.

    Of the programs on a GPU only their number is kept.
    """
    if isinstance(found, Missing):
        return {"missing": found.reason, "code": found.code}
    if isinstance(found, list | tuple):
        return [encoded(part) for part in found]
    if isinstance(found, bytes):
        return found.decode("utf-8", "replace")
    if found is None or isinstance(found, str | int | float):
        return found
    fields = {name: getattr(found, name) for name, *_ in getattr(found, "_fields_", ())}
    return {name: encoded(value) for name, value in fields.items() if isinstance(value, str | bytes | int | float)}


def decoded(told: Any) -> Any:
    """The answer that was encoded so; a structure is an object with its fields."""
    if isinstance(told, list):
        return [decoded(part) for part in told]
    if not isinstance(told, dict):
        return told
    if "missing" in told:
        code = told.get("code")
        return Missing(str(told["missing"]), code if isinstance(code, int) else None)
    return SimpleNamespace(**{str(name): value for name, value in told.items()})
