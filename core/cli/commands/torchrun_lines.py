"""Training over several computers: the command line for each of them, in words that can be copied."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass

from ...words.language import _

MOST_NODES, MOST_GPUS = 1024, 16
"""Computers, and GPUs in one of them; no machine on sale has more."""
WIDTH = 103
"""Letters in a line of the instructions."""
_HOST = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]"
_INTERFACE = r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,14}"
"""As Linux allows them: fifteen letters (IFNAMSIZ)."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """So many computers with so many GPUs each (0: processors), and where they meet."""

    nodes: int
    gpus: int
    host: str
    port: int
    interface: str
    json: str


def parse(nodes: str, gpus: str, rdzv: str, interface: str, json: str) -> Cluster:
    """A cluster from what was typed. Raises ValueError with one sentence: which option, and what is allowed."""
    count = _number("--nodes", nodes, 1, MOST_NODES)
    each = _number("--gpus", gpus, 0, MOST_GPUS)
    if count == 1 and each < 2:
        told = _("--gpus: {value} is not allowed; allowed on a single computer is 2 to {most}")
        raise ValueError(told.format(value=each, most=MOST_GPUS))
    host, colon, port = rdzv.rpartition(":")
    if not colon or not re.fullmatch(_HOST, host):
        told = _("--rdzv: {value} is not allowed; allowed is host:port, such as node1:29500 or [fe80::1]:29500")
        raise ValueError(told.format(value=rdzv))
    at = _number(_("--rdzv: the port"), port, 1024, 65535)
    if interface and not re.fullmatch(_INTERFACE, interface):
        told = _("--interface: {value} is not allowed; allowed is the name of a network card, such as eth0")
        raise ValueError(told.format(value=interface))
    if json.rpartition("/")[2] in ("", ".", "..") or json.startswith("-") or not json.isprintable():
        raise ValueError(_("--json: allowed is the name of a file, such as result.json"))
    return Cluster(count, each, host, at, interface, json)


def commands(plan: Cluster) -> list[str]:
    """The torchrun command line of each computer, the first one's first."""
    cards = [f"{name}_SOCKET_IFNAME={plan.interface}" for name in ("GLOO", "NCCL")] if plan.interface else []
    devices = [f"cuda:{n}" for n in range(plan.gpus)] or ["cpu"]  # one process uses all cores
    lines = []
    for node in range(plan.nodes):
        line = ["torchrun", "--nnodes", str(plan.nodes), "--nproc-per-node", str(len(devices))]
        # Static: rank 0 is the first computer's, so that it is known where the result will be.
        line += ["--node-rank", str(node), "--master-addr", plan.host.strip("[]"), "--master-port", str(plan.port)]
        line += ["-m", "rigdyno.core.worker.distributed", "--devices", ",".join(devices)]
        line += ["--json", plan.json] if node == 0 else []
        lines.append(shlex.join(["env", *cards, *line] if cards else line))
    return lines


def instructions(plan: Cluster) -> str:
    """What to install, what to type on each computer, and how to bring the result home."""
    needs = _(
        "On every computer: the same Rigdyno and the same PyTorch (for NVIDIA GPUs one built for CUDA), as Rigdyno's "
        "README installs them, in an environment that is active. Port {port} of {host}, and all ports above 1023 "
        "between the computers, must be open."
    )
    text = [
        *_comment(1, needs.format(port=plan.port, host=plan.host)),
        "",
        *_comment(2, _("One line on each computer, within five minutes of each other:")),
    ]
    for number, command in enumerate(commands(plan), 1):
        where = _("computer {number}") if number > 1 else _("computer {number}, which is {host}")
        text += [f"# {where.format(number=number, host=plan.host)}", command]
    copy = shlex.join(["scp", f"{plan.host}:{plan.json}", "."])
    home = _("{host} writes {file}. Bring it home and look at it:").format(host=plan.host, file=shlex.quote(plan.json))
    text += ["", *_comment(3, home), copy, shlex.join(["rigdyno", "judge", plan.json.rsplit("/", 1)[-1]])]
    return "\n".join(text)


def _comment(number: int, sentences: str) -> list[str]:
    """A numbered step as comments of a shell."""
    return textwrap.wrap(
        sentences,
        WIDTH,
        initial_indent=f"# {number}. ",
        subsequent_indent="#    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _number(option: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
        told = _("{option}: {value} is not allowed; allowed is {low} to {high}")
        raise ValueError(told.format(option=option, value=text or _("nothing"), low=low, high=high))
    return int(text)
