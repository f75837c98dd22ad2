"""The folders of tests/machines, and what is expected of each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from rigdyno.core.analysis.gpu_usability import usability_chains
from rigdyno.core.check.inspection import look_at
from rigdyno.core.records.machine import Machine
from rigdyno.core.store import machine_folder
from rigdyno.core.words.writer import english

ROOT = Path(__file__).parent / "machines"
NAMES = sorted(path.parent.name for path in ROOT.glob("*/machine.json"))


def machine(name: str) -> Machine:
    """What the program sees of one."""
    return look_at(machine_folder.read(ROOT / name))


def expected(name: str) -> dict[str, Any]:
    """What it must see."""
    return tomllib.loads((ROOT / name / "expected.toml").read_text(encoding="utf-8"))


def chains(seen: Machine) -> list[str]:
    """The usability chain of each GPU in one sentence."""
    return [f"{c.name}: {_outcome(c)}" for c in usability_chains(seen)]


def _outcome(chain: Any) -> str:
    if chain.broken_link:
        return english.reason(chain.broken_link)
    return f"trains as {chain.device}" if chain.device else "not asked"
