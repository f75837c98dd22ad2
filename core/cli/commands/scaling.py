"""The commands for several GPUs and several computers: `scaling` measures here, `cluster` says how it is done there."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ...records.plan import CheckPlan
from .. import torchrun_lines
from ..exit_codes import DONE, refuse
from ..shared_options import common, count

Conduct = Callable[[CheckPlan, argparse.Namespace], int]


def register(add: Callable[..., argparse.ArgumentParser], conduct: Conduct) -> None:
    """Add the commands to the parser. `conduct` runs a check on the terminal, where and how the options say."""

    def scaling(options: argparse.Namespace) -> int:
        return conduct(CheckPlan("custom", ("scaling",), tuple(options.devices or ()), ranks=options.ranks), options)

    one = add("scaling", scaling, "train by several processes together, one on each GPU or on cores of the processor")
    about = "how many (default: all GPUs; without two GPUs, 2 on the processor)"
    one.add_argument("--ranks", type=count, default=0, metavar="N", help=about)
    common(one)

    one = add("cluster", _cluster, "print the commands that measure training on several computers together")
    one.add_argument("--nodes", required=True, metavar="N", help=f"computers, 1 to {torchrun_lines.MOST_NODES}")
    one.add_argument(
        "--gpus", required=True, metavar="N", help=f"GPUs in each, 1 to {torchrun_lines.MOST_GPUS}; 0: processors"
    )
    one.add_argument("--rdzv", required=True, metavar="HOST:PORT", help="where they meet: the first one, a free port")
    one.add_argument("--interface", default="", metavar="NAME", help="network card between them, such as eth0")
    one.add_argument("--json", default="result.json", metavar="FILE", help="result on the first (default result.json)")


def _cluster(options: argparse.Namespace) -> int:
    try:
        plan = torchrun_lines.parse(options.nodes, options.gpus, options.rdzv, options.interface, options.json)
    except ValueError as error:
        return refuse(str(error))
    print(torchrun_lines.instructions(plan))
    return DONE
