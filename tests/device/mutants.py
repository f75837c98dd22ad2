"""Takes each synchronise out of the measuring code in turn, and looks whether what is measured is still true.

    python -m tests.device.mutants      # one line of JSON: for each mutant, what is wrong with its numbers

Time is by hand here (see dyno.cpp), so that a window that waits lasts as long as what was put into the queue meanwhile,
to the microsecond; and one that does not wait, does not.
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

EXPERIMENTS = ("train", "sweep", "stages", "tune", "accuracy", "soak", "matmul", "job")
LAUNCH_S = 20e-3
"""Of each operation: a step takes about a second of the clock by hand, and some milliseconds of ours."""
EXACT, ROUGH = 0.02, 0.1
"""By how much a measured time may differ from the time that was enqueued: the microseconds of the host, and what a
single operation prepares."""


def sites(module: str, tree: ast.Module) -> list[ast.AST]:
    """Every place of a module that waits, or hands on the way to wait."""
    calls = [
        n for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call) and _waits(n.value.func)
    ]
    handed = [n for c in ast.walk(tree) if isinstance(c, ast.Call) for n in c.args if _waits(n)]
    return [*calls, *handed] if module.endswith("measurement") else handed


def _waits(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lstrip("_") == "synchronize"


class _Without(ast.NodeTransformer):
    """The module without one of its sites."""

    def __init__(self, site: ast.AST) -> None:
        self._site = site

    def visit(self, node: ast.AST) -> Any:
        if node is not self._site:
            return super().visit(node)
        new = ast.parse("pass" if isinstance(node, ast.Expr) else "(lambda: None)").body[0]
        return ast.copy_location(new if isinstance(node, ast.Expr) else new.value, node)  # type: ignore[attr-defined]


def mutants() -> Iterator[tuple[str, str, ast.Module]]:
    """(module, what was taken out, the module without it)."""
    import rigdyno.core

    core = Path(rigdyno.core.__file__).parent
    for path in (
        core / "worker" / "measurement.py",
        *(core / "worker" / "experiments" / f"{name}.py" for name in EXPERIMENTS),
    ):
        module = "rigdyno.core." + ".".join(path.relative_to(core).with_suffix("").parts)
        for number in range(len(sites(module, ast.parse(path.read_text())))):
            tree = ast.parse(path.read_text())
            site = sites(module, tree)[number]
            yield module, f"{path.name}:{site.lineno}", ast.fix_missing_locations(_Without(site).visit(tree))  # type: ignore[attr-defined]


def fresh(changed: str = "", tree: ast.Module | None = None) -> dict[str, Any]:
    """The experiments, imported anew, one module of them changed."""
    for name in [
        n for n in sys.modules if n.startswith(("rigdyno.core.worker.measurement", "rigdyno.core.worker.experiments"))
    ]:
        del sys.modules[name]
    if tree is not None:
        spec = importlib.util.find_spec(changed)
        assert spec
        module = importlib.util.module_from_spec(spec)
        sys.modules[changed] = module
        exec(compile(tree, str(spec.origin), "exec"), module.__dict__)
        if (parent := sys.modules.get("rigdyno.core.worker.experiments")) and "experiments" in changed:
            setattr(parent, changed.rpartition(".")[2], module)
    experiments = importlib.import_module("rigdyno.core.worker.experiments").EXPERIMENTS
    if tree is not None and ".experiments." in changed:
        experiments[changed.rpartition(".")[2]] = sys.modules[changed].run
    return dict(experiments)


def lies(task: str, run: Any, extension: Any) -> list[str]:
    """What an experiment says that is not so."""
    from rigdyno.core.records.events import Event, Phase, Timing, Trial, Window
    from rigdyno.core.records.plan import Plan, Request, Rules

    heard: list[tuple[Event, float]] = []
    extension.configure(LAUNCH_S, 1e15, 2**40, task != "matmul", "")  # a product of 4096 is too much for a processor
    # A job has time for a part of its batch alone, so that its second way of measuring is walked.
    rules = Rules(0.5, 1, 2, 2, 3, 0.01, budget_s=4 if task == "job" else 20)
    plan = Plan(device="dyno:0", threads=1, seconds=2, depth=1, width=4, batch=8, data="synthetic")
    plan = replace(plan, data="fashion-mnist" if task == "accuracy" else "synthetic")
    request = Request(task, plan, rules, precisions=("bf16",) if task == "job" else ())
    run(request, lambda event: heard.append((event, extension.enqueued())))
    found: list[str] = []
    before, forward, last = 0.0, 0.0, None
    for event, done in heard:
        passed = done - before
        if isinstance(event, Window) and not (
            task == "tune" and last is not Window
        ):  # a trial learns before its windows
            _compare(found, f"window at {event.t:.3f}", event.seconds, passed, EXACT)
        elif isinstance(event, Timing) and event.name not in ("store", "load"):
            # Once more than told, untimed; and before each backward there is a forward.
            each = passed / (len(event.seconds) + 1) - (forward if event.name == "backward" else 0)
            forward = each if event.name == "forward" else forward
            if each > LAUNCH_S / 2:
                typical = sorted(event.seconds)[len(event.seconds) // 2]
                _compare(found, f"{event.name} {event.way}", typical, each, ROUGH)
        if isinstance(event, Window | Timing | Phase | Trial):
            before, last = done, type(event)
    if task == "job":
        events = [event for event, _ in heard]
        chosen = next(e for e in events if isinstance(e, Trial) and e.chosen)
        # Half a batch, in which nothing is new; on this device a step takes as long whatever its batch.
        part = [e for e in events if isinstance(e, Window)][1]
        _compare(found, "a trial", plan.batch / chosen.samples_per_s, part.seconds / part.steps, ROUGH)
    return found


def _compare(found: list[str], what: str, measured: float, true: float, within: float) -> None:
    if abs(measured - true) > within * true:
        found.append(f"{what}: {measured:.4f} s measured, {true:.4f} s it took")


def main() -> None:
    """Print what each mutant gets wrong; the code as it is comes first, under its own names."""
    import tests.device

    extension = tests.device.install()
    extension.by_hand()
    time.perf_counter = extension.clock
    told: dict[str, list[str]] = {}
    for task, run in fresh().items():
        if task in EXPERIMENTS:
            told[task] = lies(task, run, extension)
    for module, place, tree in mutants():
        runs = fresh(module, tree)
        tasks = ("train", "stages") if module.endswith("measurement") else (module.rpartition(".")[2],)
        told[place] = [lie for task in tasks for lie in lies(task, runs[task], extension)]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
