"""The commands that measure this computer or another one: `check`, the single measurements, and `gpu`."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from types import FrameType

from ...analysis import plan_limits
from ...check import check, step_durations
from ...check.updates import Concluded, Update
from ...records.plan import CheckPlan, Plan
from ...records.result import Result
from ...session.computer import Computer
from ...session.ssh_computer import SshComputer
from ...store import portable_copy, result_files
from ...store.data_folder import data_folder
from ...words.language import _
from ...words.writer import spoken as words
from .. import result_output, shared_options
from ..console import PlainConsole
from ..exit_codes import CANCELLED, DONE, NOTHING, UNWRITTEN, complain, refuse
from ..live_progress import LiveProgress
from ..stop_signals import STOPS
from . import history, market

Add = Callable[..., argparse.ArgumentParser]


def register(add: Add) -> None:
    """Add the commands to the parser."""
    one = add("check", _check, _("measure this computer and say which scenario it is"))
    speed = one.add_mutually_exclusive_group()
    speed.add_argument("--quick", action="store_true", help=_("within a minute (the default)"))
    speed.add_argument("--full", action="store_true", help=_("within five minutes, with narrower ranges"))
    about = _("then train for ten minutes: what heat and power limits leave")
    one.add_argument("--soak", action="store_true", help=about)
    about = _("the same for so many minutes (0.1 to 1440)")
    one.add_argument("--soak-minutes", type=shared_options.minutes, metavar="N", help=about)
    market.want_option(one)
    shared_options.common(one)

    one = add("train", partial(_custom, step="train"), _("train one network and say how fast and how well"))
    shared_options.planned(one)

    about = _("train one network at batch sizes 1 to 1024: latency against throughput")
    one = add("sweep", partial(_custom, step="sweep"), about)
    shared_options.planned(one, without={"batch", "data", "seconds", "epochs"})

    one = add("forecast", _forecast, _("measure a training for a moment and say how long all of it would take"))
    about = _("samples in one epoch of the training")
    one.add_argument("--samples", type=shared_options.count, required=True, metavar="N", help=about)
    about = _("epochs of the training (default 1)")
    one.add_argument("--passes", type=shared_options.count, default=1, metavar="N", help=about)
    shared_options.planned(one, without={"data", "seconds", "epochs"})

    about = _("one matrix product, from one multiplication at a time to all at once")
    one = add("matmul", partial(_custom, step="matmul"), about)
    shared_options.planned(one, without=plan_limits.FIELD_LIMITS.keys() - {"threads"})

    about = _("time each stage of a project: preprocess, train, store, load, deploy")
    one = add("stages", partial(_custom, step="stages"), about)
    shared_options.planned(one, without={"model", "data", "seconds", "epochs", "image_size", "channels", "classes"})


def register_gpu(add: Add) -> None:
    """Add `gpu`, which stands further down in the list of commands."""
    one = add("gpu", _gpu, _("measure GPUs through their drivers alone: for those that PyTorch cannot use"))
    about = _("seconds of load without a pause (default 8)")
    one.add_argument("--seconds", type=shared_options.load_seconds, default=8.0, metavar="S", help=about)
    one.add_argument("--json", type=Path, metavar="FILE", help=_("write the result to FILE"))


def conduct(plan: CheckPlan, options: argparse.Namespace) -> int:
    """Run a check where the options say, with progress on the terminal and Ctrl-C as its cancel; returns exit code."""
    console, json = PlainConsole(), options.json
    if json and json.is_dir():
        return refuse(_("--json: {path} is a folder; name a file").format(path=json))
    if json and not json.parent.is_dir():
        return refuse(_("--json: the folder {path} does not exist").format(path=json.parent))
    try:
        with LiveProgress(console) as progress:
            result, stored = _run(plan, options, progress)
    except check.PlanError as error:
        return _refused(error)
    unwritten = stored
    if json:  # before anything is shown: a terminal that has gone away must not cost the file
        unwritten = ""
        try:
            result_files.write(result, json)
        except OSError as error:
            told = _("{option}: {path} could not be written: {why}")
            unwritten = told.format(option="--json", path=json, why=error.strerror)
    result_output.show_result(console, result, getattr(options, "tips", False))
    if want := getattr(options, "want", None):
        market.show_want(console, result, want)
    for line in filter(None, dict.fromkeys((stored, unwritten, kept_elsewhere()))):
        complain(line)
    return _exit_code(result) or (UNWRITTEN if unwritten else DONE)


def measured(
    plan: CheckPlan, options: argparse.Namespace, listener: Callable[[Update], None] | None = None
) -> tuple[Result | None, int]:
    """Run a check whose result somebody else shows: (the result, exit code); None where the plan is refused.

    Progress goes to the `listener`, by default to the terminal.
    """
    try:
        if listener:
            result, stored = _run(plan, options, listener)
        else:
            with LiveProgress(PlainConsole()) as progress:
                result, stored = _run(plan, options, progress)
    except check.PlanError as error:
        return None, _refused(error)
    if stored:
        complain(stored)
    return result, _exit_code(result)


def _run(plan: CheckPlan, options: argparse.Namespace, listener: Callable[[Update], None]) -> tuple[Result, str]:
    """The result, and why it could not be stored."""
    history.tell_leftovers()
    stored = ""

    def listen(update: Update) -> None:
        nonlocal stored
        listener(update)
        if isinstance(update, Concluded):
            stored = words.sentence("unsaved", {"why": update.unsaved}) if update.unsaved else ""

    return _cancellable(check.Check(plan, listen, site=_computer(options))), stored


def _refused(error: check.PlanError) -> int:
    return refuse("\n".join(words.problem(p.code, p.numbers) for p in error.problems))


def kept_elsewhere() -> str:
    """Where a portable program on a medium that cannot be written keeps its results; empty where it is none."""
    folder = portable_copy.unwritable_folder()
    if folder is None:
        return ""
    return words.sentence("kept-elsewhere", {"folder": str(folder), "place": str(data_folder())})


def _check(options: argparse.Namespace) -> int:
    minutes = options.soak_minutes or (step_durations.SOAK_S / 60 if options.soak else 0)
    preset = "full" if options.full else "quick"
    plan = step_durations.whole(preset, tuple(options.devices or ()), 60 * minutes)
    return conduct(market.wanted_first(plan, options.want), options)


def _gpu(options: argparse.Namespace) -> int:
    return conduct(CheckPlan("custom", ("driver",), ("cpu",), Plan(seconds=options.seconds)), options)


def _forecast(options: argparse.Namespace) -> int:
    return _custom(options, "job", options.samples * options.passes)


def _custom(options: argparse.Namespace, step: str, samples: int = 0) -> int:
    """One step with a plan from the terminal's options."""
    given = {f.name: v for f in fields(Plan) if (v := getattr(options, f.name, None)) is not None}
    if given.get("epochs") and "seconds" in given:
        return refuse(_("--seconds and --epochs: each says when to stop; give one of them"))
    if (model := given.get("model", "small-cnn")) != "small-cnn":
        given.setdefault("data", "synthetic")
        if model in plan_limits.IMAGE_MODELS or model not in plan_limits.MODELS:
            # The labels of a network of unknown make stay within any number of classes that it may have.
            classes = 1000 if model in plan_limits.MODELS else 2
            given = {"image_size": 224, "channels": 3, "classes": classes, "batch": 32} | given
    plan = Plan(**given)
    if step == "train" and plan.data == "fashion-mnist" and not {"seconds", "epochs"} & given.keys():
        plan = replace(plan, epochs=plan_limits.DEFAULT_EPOCHS)
    return conduct(CheckPlan("custom", (step,), tuple(options.devices or ()), plan, samples=samples), options)


def _computer(options: argparse.Namespace) -> Computer | None:
    host = getattr(options, "host", None)
    return SshComputer(replace(host, python=options.host_python)) if host else None


def _cancellable(running: check.Check) -> Result:
    def stop(_number: int, _frame: FrameType | None) -> None:
        running.cancel()

    before = {s: signal.signal(s, stop) for s in STOPS}
    try:
        return running.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit_code(result: Result) -> int:
    runs = [*result.runs, *(gpu.run for gpu in result.driver_gpus)]
    cancelled = any(r.stop == "cancelled" for r in runs)
    if result.status == "partial" and (cancelled or not runs) and not result.problems:
        return CANCELLED
    if "jobs" in result.plan.steps:
        return DONE if result.verdict else NOTHING
    return DONE if result.status == "complete" else NOTHING
