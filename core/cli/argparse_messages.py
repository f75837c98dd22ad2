"""What argparse itself says to users, in the catalogue of this program."""

from __future__ import annotations

import argparse

from ..words.language import N_, _, ngettext
from ..words.plural import Plural

MESSAGES = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("not allowed with argument %s"),
    N_("unrecognized arguments: %s"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    Plural("expected %s argument", "expected %s arguments"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""Those that a user of this program can meet; argparse looks its texts up by these."""


def translate() -> None:
    """Let argparse speak the language of the catalogue; by itself it knows that of the environment alone."""
    vars(argparse).update(_=_, ngettext=ngettext)
