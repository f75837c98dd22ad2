"""What `rigdyno job --model` says of twelve networks that it does not know, against a plain training loop of each.

    python -m tests.bench.model_truth [--only NAME,NAME] [--seconds 8] [--json FILE]

The plain loop trains before and after the program's measurement, in processes of its own; the median of its steps
counts, as that of the program's windows does, and the mean of both times. Exit code 1 where the target is missed:
median error at most 5 %, the worst at most 10 %.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from . import unknown_networks
from .error_summary import summarise

PROGRAM = (sys.executable, "-P", "-m", "rigdyno.core.cli", "job", "--json", "--devices", "cpu", "--model")
PLAIN = "from tests.bench import model_truth; model_truth.train({name!r}, {seconds})"
WARM_STEPS = 3
LONGEST_S = 300


def train(name: str, seconds: float) -> None:
    """A training loop as a user writes it, for so many seconds; prints the samples a second of the median step."""
    import torch
    from torch import Tensor
    from torch.nn import functional
    from torch.utils._pytree import tree_leaves

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(0)
    made = getattr(unknown_networks, name)()
    if callable(made):
        step, samples = made, 1
    else:
        network, example = made
        optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4)
        samples = len(tree_leaves(example)[0])

        def step() -> Tensor:
            optimizer.zero_grad()
            if isinstance(example, dict):
                loss = network(**example)["loss"]
            else:
                out = network(*example) if isinstance(example, tuple) else network(example)
                loss = out if out.ndim == 0 else functional.mse_loss(out, torch.zeros_like(out))
            loss.backward()
            optimizer.step()
            return loss

    print(json.dumps(samples / median_step(step, seconds)))


def median_step(step: Callable[[], object], seconds: float) -> float:
    """Seconds of the median step after the first ones."""
    taken: list[float] = []
    begin = time.perf_counter()
    while time.perf_counter() < begin + seconds or len(taken) < WARM_STEPS + 2:
        before = time.perf_counter()
        step()
        taken.append(time.perf_counter() - before)
    return median(taken[WARM_STEPS:])


def compared(name: str, seconds: float) -> dict[str, object]:
    """One network: real, program, real; prints and returns its figures."""
    before = real(name, seconds)
    told = program(name)
    after = real(name, seconds)
    truth = (before + after) / 2
    noise = max(before, after) / min(before, after) - 1
    error = told["samples_per_s"] / truth - 1
    print(
        f"{name:22} real {truth:9.4g} samples/s  told {told['samples_per_s']:9.4g} ({told['kind']})  {error:+.1%}"
        f"  (before and after differ by {noise:.1%})",
        flush=True,
    )
    return {"name": name, "real": truth, "error": error, "noise": noise, "told": told}


def program(name: str) -> dict[str, object]:
    """What the program says of the network on the processor."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [*PROGRAM, f"tests.bench.unknown_networks:{name}"],
            env={**os.environ, "RIGDYNO_HOME": home, "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
        )
    if not done.stdout:
        raise SystemExit(f"{name}: {done.stderr.strip()[-800:]}")
    device: dict[str, object] = json.loads(done.stdout)["devices"][0]
    if not device["samples_per_s"]:
        raise SystemExit(f"{name}: not measured: {device.get('failure')}")
    return device


def real(name: str, seconds: float) -> float:
    """Samples a second of the plain loop, on the program's number of threads."""
    from .settings import usable_threads

    environment = {**os.environ, "OMP_NUM_THREADS": str(usable_threads())}
    command = [sys.executable, "-c", PLAIN.format(name=name, seconds=seconds)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=LONGEST_S)
    return float(json.loads(done.stdout))


def main(arguments: list[str] | None = None) -> int:
    """Compare all networks and say how far off the program is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="NAME,NAME")
    parser.add_argument("--seconds", type=float, default=8.0, help="of the plain loop, before and after")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    names = [function.__name__ for function in unknown_networks.ALL]
    found = [compared(n, options.seconds) for n in names if not options.only or n in options.only.split(",")]
    return summarise(found, options.json)


if __name__ == "__main__":
    sys.exit(main())
