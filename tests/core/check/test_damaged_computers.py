"""Folders of computers whose answers somebody has changed: each is shown, or refused in one sentence."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rich.console import Console
from rigdyno.core.analysis.gpu_usability import usability_chains
from rigdyno.core.check.inspection import look_at
from rigdyno.core.cli import result_output
from rigdyno.core.store import machine_folder
from rigdyno.core.store.machine_folder import MachineFolderError
from rigdyno.core.verdict.warnings.check_warnings import check_warnings
from rigdyno.core.verdict.warnings.purchase_warnings import purchase_warnings

from tests.recorded_computers import NAMES, ROOT

ROUNDS = 25
STRANGE: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 10**30, 1e308, "", "x" * 5000, "0-4000000000", "\x1b[2J\u202e", "9" * 4000),
    *([], [None], [[1]] * 3, {}, {"error": 3}, {"hex": "zz"}, {"hex": "00"}, {"missing": 1, "code": "x"}, {"link": ""}),
    *("nan", "-5", "../../etc", "GPU-", "{}", "[{]", '[{"Name": 3}]', "a: b\n" * 500),
)


def changed(told: Any, random: Random) -> Any:
    """The same with one thing in it replaced or removed."""
    if isinstance(told, dict) and told and random.random() < 0.9:
        key = random.choice(sorted(told))
        if random.random() < 0.2:
            return {k: v for k, v in told.items() if k != key}
        return told | {key: changed(told[key], random)}
    if isinstance(told, list) and told and random.random() < 0.8:
        at = random.randrange(len(told))
        return [*told[:at], changed(told[at], random), *told[at + 1 :]]
    return random.choice(STRANGE)


@pytest.mark.parametrize("name", NAMES)
def test_damaged_answers_are_shown_or_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    shown, refused = 0, []
    for seed in range(ROUNDS):
        random, folder = Random(f"{name} {seed}"), tmp_path / str(seed)
        shutil.copytree(ROOT / name, folder)
        for _ in range(random.randrange(1, 4)):
            path = random.choice(sorted(folder.glob("*.json")))
            path.write_text(json.dumps(changed(json.loads(path.read_text("utf-8")), random)), "utf-8")
        try:
            seen = look_at(machine_folder.read(folder))
        except MachineFolderError as error:
            refused.append(str(error))
            continue
        usability_chains(seen)
        check_warnings(seen)
        purchase_warnings(seen, (), (), ())
        result_output.show_machine(Console(file=io.StringIO(), width=120), seen)
        shown += 1
    assert shown, "a change of one answer is no reason to refuse all others"
    assert [told for told in refused if "\n" in told or not told.strip()] == []
