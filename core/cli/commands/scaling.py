"""The commands for several GPUs and several computers: `scaling` measures here, `cluster` says how it is done there."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ...records.plan import CheckPlan
from ...words.language import _
from ..exit_codes import DONE, refuse
from ..shared_options import common, count
from . import torchrun_lines

Conduct = Callable[[CheckPlan, argparse.Namespace], int]


def register(add: Callable[..., argparse.ArgumentParser], conduct: Conduct) -> None:
    """Add the commands to the parser. `conduct` runs a check on the terminal, where and how the options say."""

    def scaling(options: argparse.Namespace) -> int:
        return conduct(CheckPlan("custom", ("scaling",), tuple(options.devices or ()), ranks=options.ranks), options)

    one = add(
        "scaling", scaling, _("train by several processes together, one on each GPU or on cores of the processor")
    )
    about = _("how many (default: all GPUs; without two GPUs, 2 on the processor)")
    one.add_argument("--ranks", type=count, default=0, metavar="N", help=about)
    common(one)

    one = add("cluster", _cluster, _("print the commands that measure training on several computers together"))
    about = _("computers, 1 to {most}").format(most=torchrun_lines.MOST_NODES)
    one.add_argument("--nodes", required=True, metavar="N", help=about)
    about = _("GPUs in each, 1 to {most}; 0: processors").format(most=torchrun_lines.MOST_GPUS)
    one.add_argument("--gpus", required=True, metavar="N", help=about)
    one.add_argument(
        "--rdzv", required=True, metavar="HOST:PORT", help=_("where they meet: the first one, a free port")
    )
    one.add_argument(
        "--interface", default="", metavar="NAME", help=_("the network card that connects them, such as eth0")
    )
    one.add_argument(
        "--json",
        default="result.json",
        metavar="FILE",
        help=_("where the first computer writes the result (default result.json)"),
    )


def _cluster(options: argparse.Namespace) -> int:
    try:
        plan = torchrun_lines.parse(options.nodes, options.gpus, options.rdzv, options.interface, options.json)
    except ValueError as error:
        return refuse(str(error))
    print(torchrun_lines.instructions(plan))
    return DONE
