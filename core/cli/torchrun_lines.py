"""Training over several computers: the command line for each of them, in words that can be copied. Pure."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

MOST_NODES, MOST_GPUS = 1024, 16
"""Computers, and GPUs in one of them; no machine on sale has more."""
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
        raise ValueError(f"--gpus: {each} is not allowed; allowed on a single computer is 2 to {MOST_GPUS}")
    host, colon, port = rdzv.rpartition(":")
    if not colon or not re.fullmatch(_HOST, host):
        raise ValueError(f"--rdzv: {rdzv} is not allowed; allowed is host:port, such as node1:29500 or [fe80::1]:29500")
    at = _number("--rdzv: the port", port, 1024, 65535)
    if interface and not re.fullmatch(_INTERFACE, interface):
        raise ValueError(
            f"--interface: {interface} is not allowed; allowed is the name of a network card, such as eth0"
        )
    if json.rpartition("/")[2] in ("", ".", "..") or json.startswith("-") or not json.isprintable():
        raise ValueError("--json: allowed is the name of a file, such as result.json")
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
    text = [
        "# 1. On every computer: the same Rigdyno and the same PyTorch (for NVIDIA GPUs one built for CUDA), as",
        "#    Rigdyno's README installs them, in an environment that is active. Port "
        f"{plan.port} of {plan.host}, and all",
        "#    ports above 1023 between the computers, must be open.",
        "",
        "# 2. One line on each computer, within five minutes of each other:",
    ]
    for number, command in enumerate(commands(plan), 1):
        where = f"computer {number}" + (f", which is {plan.host}" if number == 1 else "")
        text += [f"# {where}", command]
    name = shlex.quote(plan.json)
    copy = shlex.join(["scp", f"{plan.host}:{plan.json}", "."])
    text += [
        "",
        f"# 3. {plan.host} writes {name}. Bring it home and look at it:",
        copy,
        shlex.join(["rigdyno", "judge", plan.json.rsplit("/", 1)[-1]]),
    ]
    return "\n".join(text)


def _number(option: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
        raise ValueError(f"{option}: {text or 'nothing'} is not allowed; allowed is {low} to {high}")
    return int(text)
