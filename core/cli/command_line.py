"""The terminal front end: the same check as the window's, for servers, scripts and those who like it so.

Exit codes: 0 done (a check: with a verdict); 2 bad arguments; 3 cancelled, what was measured is kept as a partial
result; 4 nothing could be measured, or too little to judge; 5 measured, but what came of it could not be written.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from types import FrameType

import msgspec

from .. import __version__
from ..analysis import plan_limits
from ..check import check, step_durations
from ..check.inspection import look
from ..check.stop_signals import STOPS
from ..check.updates import Concluded, Listener, MachineSeen, Update
from ..records.plan import CheckPlan, Plan
from ..records.result import Result
from ..session.computer import Computer
from ..session.ssh_computer import SshComputer
from ..session.worker_session import SessionError
from ..store import portable_copy, result_files, result_lookup
from ..store.data_folder import data_folder
from ..words.writer import english
from . import check_progress, shared_options
from .commands import doctor, engine, history, market, report, scaling
from .commands.report import PdfWriter
from .console import PlainConsole
from .exit_codes import BAD_ARGUMENTS, CANCELLED, DONE, NOTHING, UNWRITTEN, complain, refuse
from .safe_output import Outlet


def main(arguments: list[str] | None = None, pdf: PdfWriter | None = None) -> int:
    """Run one command; returns the exit code. `pdf` writes reports as PDF, where somebody can."""
    parser = _parser(pdf)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that lacks a sign shows another; it never stops a check
            stream.reconfigure(errors="replace")
    options = parser.parse_args(arguments)
    if options.run is None:
        parser.print_help()
        return BAD_ARGUMENTS
    try:
        with Outlet.instead_of_stdout() as outlet:
            code: int = options.run(options)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return CANCELLED
    if outlet.trouble:
        print(f"rigdyno: standard output could not be written: {outlet.trouble}", file=sys.stderr)
        return code or UNWRITTEN
    return code


def _check(options: argparse.Namespace) -> int:
    minutes = options.soak_minutes or (step_durations.SOAK_S / 60 if options.soak else 0)
    preset = "full" if options.full else "quick"
    plan = step_durations.whole(preset, tuple(options.devices or ()), 60 * minutes)
    return _conduct(plan, options.json, options.want, _site(options))


def _gpu(options: argparse.Namespace) -> int:
    return _conduct(CheckPlan("custom", ("driver",), ("cpu",), Plan(seconds=options.seconds)), options.json)


def _forecast(options: argparse.Namespace) -> int:
    return _custom(options, "job", options.samples * options.passes)


def _custom(options: argparse.Namespace, step: str, samples: int = 0) -> int:
    """One step with a plan from the terminal's options."""
    given = {f.name: v for f in fields(Plan) if (v := getattr(options, f.name, None)) is not None}
    if given.get("epochs") and "seconds" in given:
        return refuse("--seconds and --epochs: each says when to stop; give one of them")
    if (model := given.get("model", "small-cnn")) != "small-cnn":
        given.setdefault("data", "synthetic")
        if model in plan_limits.IMAGE_MODELS or model not in plan_limits.MODELS:
            # The labels of a network of unknown make stay within any number of classes that it may have.
            classes = 1000 if model in plan_limits.MODELS else 2
            given = {"image_size": 224, "channels": 3, "classes": classes, "batch": 32} | given
    plan = Plan(**given)
    if step == "train" and plan.data == "fashion-mnist" and not {"seconds", "epochs"} & given.keys():
        plan = replace(plan, epochs=plan_limits.DEFAULT_EPOCHS)
    return _conduct(
        CheckPlan("custom", (step,), tuple(options.devices or ()), plan, samples=samples),
        options.json,
        site=_site(options),
    )


def _site(options: argparse.Namespace) -> Computer | None:
    return SshComputer(replace(options.host, python=options.host_python)) if options.host else None


def _conduct(plan: CheckPlan, json: Path | None, want: str | None = None, site: Computer | None = None) -> int:
    """Run a check with progress on the terminal and Ctrl-C as its cancel."""
    console = PlainConsole()
    if json and json.is_dir():
        return refuse(f"--json: {json} is a folder; name a file")
    if json and not json.parent.is_dir():
        return refuse(f"--json: the folder {json.parent} does not exist")
    history.tell_leftovers()
    stored = ""
    with check_progress.LiveProgress(console) as progress:

        def listen(update: Update) -> None:
            nonlocal stored
            progress(update)
            if isinstance(update, Concluded):
                stored = english.sentence("unsaved", {"why": update.unsaved}) if update.unsaved else ""

        try:
            result = _cancellable(check.Check(plan, listen, site=site))
        except check.PlanError as error:
            return refuse("\n".join(p.sentence for p in error.problems))
    why_not_written = stored
    if json:  # before anything is shown: a terminal that has gone away must not cost the file
        why_not_written = ""
        try:
            result_files.write(result, json)
        except OSError as error:
            why_not_written = f"--json: {json} could not be written: {error.strerror}"
    check_progress.show_result(console, result)
    if want:
        market.show_want(console, result, want)
    for line in filter(None, dict.fromkeys((stored, why_not_written, _kept_elsewhere()))):
        complain(line)
    return _exit_code(result) or (UNWRITTEN if why_not_written else DONE)


def _kept_elsewhere() -> str:
    """Where a portable program on a medium that cannot be written keeps its results; empty where it is none."""
    folder = portable_copy.unwritable_folder()
    if folder is None:
        return ""
    return english.sentence("kept-elsewhere", {"folder": str(folder), "place": str(data_folder())})


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


def _inspect(options: argparse.Namespace) -> int:
    console = PlainConsole()
    seen: list[MachineSeen] = []
    listener: Listener = lambda update: seen.append(update) if isinstance(update, MachineSeen) else None  # noqa: E731
    failure = ""
    try:
        look(listener)
    except SessionError as error:
        failure = f"PyTorch did not answer: {error}"
    machine = seen[-1].machine
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(machine), indent=1).decode() + "\n")
    else:
        check_progress.show_machine(console, machine)
    if failure:
        complain(failure)
    return DONE


def _judge(options: argparse.Namespace) -> int:
    """A stored result under today's rules: what was measured stays, the verdict is made anew."""
    try:
        result = result_lookup.find(options.result)
    except result_lookup.NotFoundError as error:
        return refuse(str(error))
    if options.json:
        sys.stdout.write(result_files.to_json(result).decode())
    else:
        console = PlainConsole()
        check_progress.show_result(console, result)
        if options.want:
            market.show_want(console, result, options.want)
        if not result.verdict:
            print("Too little was measured to name a scenario.", file=sys.stderr)
    return DONE if result.verdict else NOTHING


def _schema(_options: argparse.Namespace) -> int:
    sys.stdout.write(result_files.schema().decode())
    return DONE


def _parser(pdf: PdfWriter | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rigdyno",
        description="Puts this computer on the dyno for deep learning. Without a command, the window opens.",
        epilog="Exit codes: 0 done; 2 bad arguments; 3 cancelled, a partial result is kept; 4 too little measured; "
        "5 measured, but not written where you asked.",
    )
    parser.add_argument("--version", action="version", version=f"rigdyno {__version__}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands")
    add = _adder(commands)

    one = add("check", _check, "measure this computer and say which scenario it is")
    speed = one.add_mutually_exclusive_group()
    speed.add_argument("--quick", action="store_true", help="within a minute (the default)")
    speed.add_argument("--full", action="store_true", help="within five minutes, with narrower ranges")
    one.add_argument("--soak", action="store_true", help="then train for ten minutes: what heat and power limits leave")
    one.add_argument(
        "--soak-minutes", type=shared_options.minutes, metavar="N", help="the same for so many minutes (0.1 to 1440)"
    )
    market.want_option(one)
    shared_options.common(one)

    one = add("train", partial(_custom, step="train"), "train one network and say how fast and how well")
    shared_options.planned(one)

    one = add(
        "sweep",
        partial(_custom, step="sweep"),
        "train one network at batch sizes 1 to 1024: latency against throughput",
    )
    shared_options.planned(one, without={"batch", "data", "seconds", "epochs"})

    one = add("forecast", _forecast, "measure a training for a moment and say how long all of it would take")
    one.add_argument(
        "--samples", type=shared_options.count, required=True, metavar="N", help="samples in one epoch of it"
    )
    one.add_argument("--passes", type=shared_options.count, default=1, metavar="N", help="its epochs (default 1)")
    shared_options.planned(one, without={"data", "seconds", "epochs"})

    one = add(
        "matmul",
        partial(_custom, step="matmul"),
        "one matrix product, from one multiplication at a time to all at once",
    )
    shared_options.planned(one, without=plan_limits.FIELD_LIMITS.keys() - {"threads"})

    one = add(
        "stages",
        partial(_custom, step="stages"),
        "time each stage of a project: preprocess, train, store, load, deploy",
    )
    shared_options.planned(one, without={"model", "data", "seconds", "epochs", "image_size", "channels", "classes"})

    one = add("inspect", _inspect, "show what is in this computer, each value with its source")
    one.add_argument("--json", action="store_true", help="as JSON on standard output")
    one = add("judge", _judge, "judge a stored result again, by the rules of this version")
    one.add_argument("result", metavar="RESULT", help=result_lookup.NAMED)
    one.add_argument("--json", action="store_true", help="the result with its new verdict as JSON on standard output")
    market.want_option(one)
    one = add("gpu", _gpu, "measure GPUs through their drivers alone: for those that PyTorch cannot use")
    one.add_argument(
        "--seconds",
        type=shared_options.load_seconds,
        default=8.0,
        metavar="S",
        help="of load without a pause (default 8)",
    )
    one.add_argument("--json", type=Path, metavar="FILE", help="write the result to FILE")
    market.register(add)
    engine.register(add)
    scaling.register(add, lambda plan, options: _conduct(plan, options.json, site=_site(options)))
    history.register(add)
    report.register(add, pdf)
    doctor.register(add)
    add("schema", _schema, "print the JSON schema of a result file")
    return parser


def _adder(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]:
    def add(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    return add
