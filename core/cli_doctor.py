"""`rigdyno doctor`: what a bug report needs, on standard output, without names and serial numbers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import msgspec

from . import doctor
from .exits import DONE, NOTHING
from .look import look
from .model import Machine
from .session import SessionError
from .updates import MachineSeen, Update


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    one = add("doctor", _doctor, "what a bug report needs: versions, GPUs, paths, last errors; no names, no serials")
    one.add_argument("--json", action="store_true", help="as JSON on standard output")


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
    found = doctor.examine(seen, trouble)
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n")
    else:
        sys.stdout.write(found.text())
    return DONE if found.sound else NOTHING
