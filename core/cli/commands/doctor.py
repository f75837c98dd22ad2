"""`rigdyno doctor`: what a bug report needs, on standard output, without names and serial numbers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import msgspec

from ...check.inspection import look
from ...check.updates import MachineSeen, Update
from ...records.machine import Machine
from ...session.worker_session import SessionError
from ...words.language import _
from ...words.writer import english, spoken
from .. import bug_report
from ..exit_codes import DONE, NOTHING


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add("doctor", _doctor, _("what a bug report needs: versions, GPUs, paths, last errors; no names, no serials"))
    one.add_argument("--json", action="store_true", help=_("as JSON on standard output"))


def _doctor(options: argparse.Namespace) -> int:
    """0 where all that was looked at works, 4 where something does not."""
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
