"""`rigdyno doctor`: what a bug report needs, on standard output, without names and serial numbers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from ...check.inspection import look, record
from ...check.updates import MachineSeen, Update
from ...records.machine import Machine
from ...session.worker_session import SessionError
from ...store import machine_folder
from ...words.language import _
from ...words.safe_text import neutral
from ...words.writer import english, spoken
from ..diagnosis import bug_report
from ..diagnosis.anonymised_machine import anonymised
from ..exit_codes import DONE, NOTHING, UNWRITTEN, complain


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add("doctor", _doctor, _("what a bug report needs: versions, GPUs, paths, last errors; no names, no serials"))
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))
    about = _(
        "write what this computer answers to a new folder, without names and serial numbers, to send with the report"
    )
    one.add_argument("--machine", metavar="FOLDER", type=Path, help=about)


def _doctor(options: argparse.Namespace) -> int:
    """0 where all that was looked at works, 4 where something does not."""
    if options.machine:
        return _write_machine(options.machine)
    seen, trouble = Machine({}), ""

    def listen(update: Update) -> None:
        nonlocal seen
        seen = update.machine if isinstance(update, MachineSeen) else seen

    try:
        look(listen)
    except (SessionError, OSError) as error:
        trouble = str(error)
    found = bug_report.examine(seen, english if options.json else spoken, trouble)
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n")
    else:
        sys.stdout.write(found.text())
    return DONE if found.sound else NOTHING


def _write_machine(folder: Path) -> int:
    """This computer as a folder, which `inspect --machine` shows."""
    try:
        computer, _seen = record()
        written = machine_folder.write(folder, anonymised(computer))
    except (machine_folder.MachineFolderError, OSError) as error:
        complain(f"rigdyno: {error}")
        return UNWRITTEN
    told = _(
        "{path} holds this computer in {count} files. Look through them before you send them; "
        "`rigdyno inspect --machine` shows it."
    )
    print(neutral(told.format(path=folder, count=len(written))))
    return DONE
