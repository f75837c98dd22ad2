"""The real way of each kind of hostile input: read, judged, told, drawn, compared, stored, shown."""

from __future__ import annotations

import functools
import io
import math
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import msgspec
from PySide6.QtWidgets import QWidget
from rigdyno.core.analysis.comparison import comparison_rows, unfair_reasons
from rigdyno.core.analysis.jobs.calibration import combined
from rigdyno.core.analysis.jobs.training_rate import training_rate
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.core.cli import command_line, live_progress, market_tables, result_output
from rigdyno.core.cli.commands import market
from rigdyno.core.cli.console import PlainConsole
from rigdyno.core.engines import chosen_engine, engine_paths
from rigdyno.core.records.events import Hello
from rigdyno.core.records.plan import Plan, Request
from rigdyno.core.records.result import Result
from rigdyno.core.reference import hardware_tables, scenarios
from rigdyno.core.reference.training_logs.reader import read_training_log
from rigdyno.core.reference.training_logs.training_log import TrainingLogError
from rigdyno.core.report import qr_text, report_file, result_text
from rigdyno.core.session import protocol
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import SessionError, WorkerSession
from rigdyno.core.store import calibrations, history, history_entries, result_files, result_lookup
from rigdyno.core.store.data_folder import data_folder
from rigdyno.core.verdict import hardware_scale, job_cost
from rigdyno.core.verdict.warnings import check_warnings
from rigdyno.core.words.writer import english
from rigdyno.gui.bridge import user_settings

from . import seeds

LONGEST = 400
"""Letters of a sentence about a file that cannot be used."""
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TAGS = frozenset(
    ("html", "head", "meta", "title", "style", "body", "div", "header", "section", "footer", "p", "h1", "h2", "h3",
     "ol", "ul", "li", "table", "tr", "th", "td", "svg", "line", "path", "text", "rect", "circle", "polyline",
     "polygon", "g")
)  # fmt: skip
"""What a report may hold; each with attributes of ours alone."""


class WrongAnswerError(AssertionError):
    """The reader ended well, and what it said was wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one input is read: a folder of its own, and how much of the way it goes."""

    folder: Path
    random: Random
    window: Callable[[Result], None] | None = None
    """Shows a result in the window's pages; None where that is not to be tried this time."""
    terminal: bool = False
    """Whether the commands themselves are run too."""


def sentence(error: Exception) -> None:
    """A clear one: a line, of a length that is read, without control characters or what Python calls things."""
    told = str(error)
    if not told or len(told) > LONGEST or "\n" in told or "Traceback" in told or _controls(told):
        raise WrongAnswerError(f"no clear sentence: {told[:LONGEST]!r}") from error


def read_result(content: bytes, place: Place) -> bool:
    """A file that somebody hands over; returns whether it was taken for a result."""
    path = place.folder / "in.json"
    path.write_bytes(content)
    try:
        found = result_lookup.find(str(path))
    except result_lookup.NotFoundError as error:
        sentence(ValueError(str(error).removeprefix(f"{path}: ")))
        return False
    use(found, place)
    if place.terminal:
        commands(path, place)
    return True


def use(result: Result, place: Place) -> None:
    """All that is done with a result, whoever measured it: always judged, and told in some of the ways."""
    ways = WAYS if place.window else [way for way in WAYS if place.random.random() < way[0]]
    for _, way in ways:
        way(result)
    if place.window:
        place.window(result)


def _kept(result: Result) -> None:
    if result_files.from_json(result_files.to_json(result)) != result:
        raise WrongAnswerError("a result does not survive its own file")


def _printed(result: Result) -> None:
    console = PlainConsole(file=io.StringIO(), width=80)
    result_output.show_result(console, result)
    result_output.show_machine(console, result.machine)
    market.show_want(console, result, "1")
    if result.verdict:
        terms = job_cost.OwnershipTerms(1500, 0.3, 20, 4, job_cost.mean_gpu_watts(result.runs, result.telemetry) or 90)
        market_tables.show_cost(console, terms, job_cost.job_costs(result.verdict.forecasts, terms), [], True)
    plain(console.file.getvalue())


def _reported(result: Result) -> None:
    markup(report_file.html(result, english))


def _written(result: Result) -> None:
    told = report_file.markdown(result, english)
    plain(told)
    if "<b id" in told or "<script" in told or "<img" in told:
        raise WrongAnswerError("a name became markup in Markdown")
    plain(result_text.summary(result, english))


def _coded(result: Result) -> None:
    code = qr_text.compact(result)
    if len(code.encode()) > qr_text.MOST or not qr_text.intact(code):
        raise WrongAnswerError(f"a torn code: {code!r}")
    plain(code)


def _compared(result: Result) -> None:
    for pair in ([_base(), result], [result, _base(), result]):
        for row in comparison_rows(pair):
            english.row(row.code, row.numbers)
            [row.difference(column) for column in range(len(pair))]
        unfair_reasons(pair, [history_entries.label_of(each) for each in pair])
    hardware_scale.own_entry(result)
    [english.sentence(hint.code, hint.numbers) for hint in check_warnings.check_warnings(result.machine)]


def _stored(result: Result) -> None:
    kept = history.History(data_folder())
    kept.store(result)
    kept.load(result.id)
    kept.entries()
    kept.delete([result.id])


WAYS = (
    (1.0, _compared),
    (1.0, _coded),
    (0.3, _kept),
    (0.1, _written),
    (0.15, _reported),
    (0.03, _printed),
    (0.02, _stored),
)
"""What is done with a result, and in which share of the cases: what only formats what others computed, in few."""


def commands(path: Path, place: Place) -> None:
    """The terminal's commands on the same file."""
    base = place.folder / "base.json"
    base.write_bytes(result_files.to_json(_base()))
    for words in (["judge", str(path)], ["judge", "--json", str(path)], ["compare", str(base), str(path)],
                  ["report", str(path), "-o", str(place.folder / "out.html")], ["scale", "--result", str(path)],
                  ["cost", "--result", str(path), "--price", "9", "--kwh", "1", "--hours", "9"]):  # fmt: skip
        command(words)


def command(words: list[str]) -> None:
    """One command of the terminal program: known exit codes, and no control characters on the terminal."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = command_line.main(words)
    if code not in (0, 2, 4, 5):
        raise WrongAnswerError(f"{words[0]} ended with {code}")
    if "--json" not in words:
        plain(out.getvalue())
    plain(err.getvalue())


def read_rules(content: bytes, place: Place) -> bool:
    """A rulebook: refused with the place, or all that is judged by it ends well."""
    try:
        rules = scenarios.parse_rules(content.decode("utf-8"))
    except ValueError as error:
        if not isinstance(error, UnicodeDecodeError):
            sentence(error)
        return False
    judged = result_files.judged(_base(), rules)
    plain(result_text.summary(judged, english))
    markup(report_file.html(judged, english))
    [job.plan(Plan()) for job in rules.jobs]
    return True


def read_table(content: bytes, place: Place) -> bool:
    """A table of hardware, as `scale --table` reads it."""
    if place.terminal:
        path = place.folder / "in.csv"
        path.write_bytes(content)
        command(["scale", "--table", str(path)])
    try:
        rows_ = hardware_tables.parse_csv(content.decode("utf-8-sig").splitlines(), hardware_tables.PublishedThroughput)
    except ValueError as error:
        if not isinstance(error, UnicodeDecodeError):
            sentence(error)
        return False
    return bool(hardware_scale.scale_entries(rows_[:5], seeds.RULES, hardware_tables.gpu_models()[:20]))


def read_settings(content: bytes, place: Place) -> bool:
    """The window's settings: each value one that may be chosen, and a place that Qt itself checks."""
    (place.folder / user_settings.FILE).write_bytes(content)
    found = user_settings.Settings(place.folder)
    for name, allowed in user_settings.CHOICES.items():
        if found.value(name) not in allowed:
            raise WrongAnswerError(f"{name} is {found.value(name)!r}")
    QWidget().restoreGeometry(found.geometry)
    found.choose("memory", "GB" if found.value("memory") == "GiB" else "GiB")
    return found.welcomed


def read_engine(content: bytes, place: Place) -> bool:
    """The file with the chosen engine: whatever it holds, nothing is started by reading it."""
    (data_folder() / chosen_engine.CHOICE_FILE).write_bytes(content)
    try:
        chosen = chosen_engine.read_choice()
        plain(engine_paths.engine_label(chosen))
        chosen_engine.engine_reading(engine_paths.engine_label(chosen))
        return chosen is not None
    finally:
        (data_folder() / chosen_engine.CHOICE_FILE).unlink()


def read_log(content: bytes, _place: Place) -> bool:
    """The log of a training: it tells a rate that can be, or one clear complaint."""
    try:
        found = training_rate(read_training_log(content), 32)
    except TrainingLogError as error:
        sentence(error)
        return False
    if found and not (found.samples_per_s >= 0 and found.steps >= 0):
        raise WrongAnswerError(f"a training at {found}")
    return found is not None


def read_trainings(content: bytes, _place: Place) -> bool:
    """The file of the user's own trainings: a factor that follows from it is a number above 0."""
    path = data_folder() / calibrations.FILE
    path.write_bytes(content)
    try:
        known = calibrations.calibrations()
    except calibrations.CalibrationsError as error:
        sentence(error)
        return False
    finally:
        path.unlink()
    if known and not 0 < combined(known).factor < math.inf:
        raise WrongAnswerError(f"a factor of {combined(known).factor}")
    return True


def read_code(content: bytes, _place: Place) -> bool:
    """The text of a QR code, as somebody types or scans it."""
    return qr_text.intact(content.decode("utf-8", "replace"))


def read_lines(content: bytes, place: Place) -> bool:
    """What a worker writes: each line is an event or one clear complaint; then what came of all of them."""
    events, fine = [], True
    progress = live_progress.LiveProgress(PlainConsole(file=io.StringIO()))
    for line in content.split(b"\n"):
        try:
            event = protocol.parse(line + b"\n")
        except protocol.ProtocolError as error:
            sentence(error)
            fine = False
            continue
        events.append(event)
        progress(WorkerSaid("cpu", event))
        english.sentence(getattr(event, "code", ""), {"detail": getattr(event, "detail", "")})
    if place.terminal:  # through a real pipe, as the check hears it
        piped(content, place)
    task = place.random.choice(
        ("tune", "train", "job", "sweep", "matmul", "stages", "accuracy", "capacity", "soak", "scaling", "speedups")
    )
    of = lambda kind: tuple(e for e in events if type(e).__name__ == kind)  # noqa: E731
    run = replace(
        _base().runs[0], task=task, windows=of("Window"), trials=of("Trial"), scores=of("Score"), phases=of("Phase"),
        timings=of("Timing"), work=next(iter(of("Work")), None), capacity=next(iter(of("Capacity")), None),
        scalings=of("Scaling"), accelerations=of("Acceleration"), checks=of("Checked"),
        done=next(iter(of("Done")), None),
    )  # fmt: skip
    hello = next((e for e in events if isinstance(e, Hello)), None)
    torch = hello.torch if hello else _base().machine.torch
    beside = _base().runs if place.window else _base().runs[:2]
    made = replace(_base(), machine=replace(_base().machine, torch=torch), runs=(*beside, run), telemetry=())
    use(result_files.judged(made, seeds.RULES), place)
    return fine


def piped(content: bytes, place: Place) -> None:
    """The same bytes out of a real child that ends after them."""
    path = place.folder / "lines"
    path.write_bytes(content)
    session = WorkerSession(_Written((sys.executable,), path=str(path)), time.perf_counter, 5.0, 5.0)
    try:
        session.start()
        while session.alive:
            session.run(Request("train", Plan()), lambda _event: None)
    except SessionError as error:
        if len(str(error)) > LONGEST:
            raise WrongAnswerError(f"{len(str(error))} letters about a worker's end") from error
    finally:
        session.close()


@dataclass(frozen=True, slots=True)
class _Written(WorkerCommand):
    """A child that writes a file."""

    path: str = ""

    def start(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(["/bin/cat", self.path], stdin=pipe, stdout=pipe, stderr=pipe)


def plain(text: str) -> None:
    """What a terminal or an editor gets: no escapes, no control characters, nothing that turns the line around."""
    if bad := _controls(text.replace("\n", "")):
        raise WrongAnswerError(f"control characters {bad[:5]!r} in {_around(text, bad[0])!r}")


def markup(page: str) -> None:
    """A page holds tags of ours alone."""
    if foreign := {tag for tag in re.findall(r"<([A-Za-z][^\s/>]*)", page) if tag.lower() not in TAGS}:
        raise WrongAnswerError(f"tags that are not ours: {sorted(foreign)[:5]}")
    if re.search(r"<[^>]*\son[a-z]+=", page) or "id=hostile" in re.sub(r"&lt;.*?&gt;", "", page):
        raise WrongAnswerError("a name became markup")
    if bad := [c for c in _controls(page) if c not in "\n"]:
        raise WrongAnswerError(f"control characters {bad[:5]!r} in a page, {_around(page, bad[0])!r}")


def _controls(text: str) -> list[str]:
    return [
        c
        for c in text
        if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c in BIDI or "\ud800" <= c <= "\udfff"
    ]


def _around(text: str, sign: str) -> str:
    at = text.index(sign)
    return text[max(0, at - 40) : at + 40]


@functools.cache
def _base() -> Result:
    return result_files.judged(msgspec.json.decode(seeds.stored()[0], type=Result), seeds.RULES)
