"""The options that commands share, and what their values may be: what is not allowed is refused with what is."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Set
from dataclasses import fields
from pathlib import Path

from ..analysis import plan_limits
from ..records.plan import Plan
from ..session.ssh_host import PYTHON, Host, checked_python
from ..words.language import _
from ..words.writer import spoken as words


def common(parser: argparse.ArgumentParser) -> None:
    """Which devices, and where the result goes."""
    devices(parser)
    remote(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help=_("also write the result to this file"))
    tips(parser)


def devices(parser: argparse.ArgumentParser) -> None:
    """Which devices."""
    parser.add_argument("--devices", type=names, metavar="ID,ID", help=_("such as cpu,cuda:0 (default: all usable)"))


def remote(parser: argparse.ArgumentParser) -> None:
    """On which computer."""
    about = _("do it on another computer, over ssh")
    parser.add_argument("--host", type=host, metavar="[USER@]SERVER[:PORT]", help=about)
    parser.add_argument(
        "--host-python",
        default=PYTHON,
        type=python,
        metavar="PATH",
        help=_("the Python with torch that is used there ({python})").format(python=PYTHON),
    )


def tips(parser: argparse.ArgumentParser) -> None:
    """Whether to say more than a beginner asks for."""
    about = _("also name the environment variables that make other programs as fast")
    parser.add_argument("--tips", action="store_true", help=about)


def host(written: str) -> Host:
    """A computer to connect to."""
    try:
        return Host.parse(written)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def python(written: str) -> str:
    """A Python there."""
    try:
        return checked_python(written)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def planned(parser: argparse.ArgumentParser, without: Set[str] = frozenset()) -> None:
    """The options that make a plan."""
    common(parser)
    for item in fields(Plan):
        limit = plan_limits.FIELD_LIMITS.get(item.name)
        if limit and item.name not in without:
            option(parser, limit, getattr(Plan(), item.name))
    about = _("memory layout that suits convolutions")
    parser.add_argument("--channels-last", action="store_true", default=None, help=about)


def option(parser: argparse.ArgumentParser, limit: plan_limits.FieldLimit, default: object) -> None:
    """One option of `train` from its row in the table of limits, which also checks its value later."""
    about = _("{about} ({allowed}; default {default})").format(
        about=_(limit.about), allowed=words.allowed(*limit.range), default=default
    )
    flag = "--" + limit.name.replace("_", "-")
    if limit.choices and not limit.pattern:
        parser.add_argument(flag, choices=limit.choices, help=about)
    else:
        parser.add_argument(flag, type=type(default), metavar=limit.name.upper(), help=about)


def minutes(text: str) -> float:
    """Minutes of a soak."""
    return number(text, lambda v: 0.1 <= v <= 1440, _("0.1 to 1440 minutes"))


def load_seconds(text: str) -> float:
    """Seconds of load on a GPU."""
    return number(text, lambda v: 1 <= v <= 3600, _("1 to 3600 seconds"))


def count(text: str) -> int:
    """A number of samples or passes."""
    if not text.isdecimal() or not 0 < int(text) <= 10**12:
        raise not_allowed(text, words.allowed("between", {"low": "1", "high": "10^12"}))
    return int(text)


def names(text: str) -> list[str]:
    """Devices by their ids, each once."""
    found = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not found:
        raise argparse.ArgumentTypeError(_("name at least one device, such as cpu, or leave it out for all"))
    return found


def amount(text: str) -> float:
    """Money, nothing included."""
    return number(text, lambda v: 0 <= v <= 1e9, _("0 to 1,000,000,000"))


def positive(text: str) -> float:
    """Anything above nothing."""
    return number(text, lambda v: 0 < v <= 1e6, _("above 0, up to 1,000,000"))


def hours(text: str) -> float:
    """Hours of a week."""
    return number(text, lambda v: 0 < v <= 168, _("above 0, up to 168"))


def not_allowed(text: str, which: str) -> argparse.ArgumentTypeError:
    """What argparse is told of a value that may not be; `which` may."""
    told = _("{value} is not allowed; allowed is {range}")
    return argparse.ArgumentTypeError(told.format(value=text, range=which))


def number(text: str, allowed: Callable[[float], bool], which: str) -> float:
    """A number that is `allowed`; `which` says what is."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not allowed(value):
        raise not_allowed(text, which)
    return value
