"""The text of the QR code and the text to copy: whole, short enough, and never more than plain letters."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.records.machine import Gpu, Reading
from rigdyno.core.records.plan import CheckPlan
from rigdyno.core.records.result import Result
from rigdyno.core.report.qr_text import MOST, compact, intact
from rigdyno.core.report.result_text import summary
from rigdyno.core.verdict.judge import judge
from rigdyno.core.words.writer import Words, english

from tests.core.builders import RULES, job_run, machine, train_run

RUNS = [train_run(1700), job_run("mlp-table", 100_000), job_run("resnet18-small-images", 60)]


def result(**changes) -> Result:
    verdict = judge(machine(), RUNS, [], RULES, complete=True)
    made = Result(
        1, "abcdef0123", "2026-11-23T20:00:00+00:00", "0.1.0", "complete", machine(), CheckPlan(), tuple(RUNS)
    )
    return replace(made, verdict=verdict, **changes)


def test_it_says_what_counts():
    text = compact(result())
    lines = dict(line.split(" ", 1) for line in text.splitlines())
    assert lines["RIGDYNO"] == "1"
    assert lines["scenario"] == str(result().verdict.scenario)
    assert lines["trust"] == result().verdict.trust
    assert "images/s" in lines["cpu"] or "images/s" in text
    assert intact(text)


def test_a_job_without_a_time_says_what_is_missing():
    verdict = result().verdict
    short, lonely = (replace(f, estimated=False) for f in verdict.forecasts[:2])
    short = replace(short, memory_need=2, memory_has=1, seconds=17.0, probability=0.0)
    lonely = replace(lonely, seconds=None, memory_has=None, device="1 accelerators")
    there = replace(result(), verdict=replace(verdict, forecasts=(short, lonely)))
    lines = compact(there).splitlines()
    assert f"{short.job} {short.device} lacks memory" in lines
    assert f"{lonely.job} {lonely.device} lacks accelerators" in lines


def test_a_torn_text_is_told():
    text = compact(result())
    assert not intact(text.replace("scenario ", "scenario 4", 1))
    assert not intact(text[:-1])
    assert not intact("")
    assert not intact("hello\nsum 00000000")


@given(st.text(), st.text(), st.lists(st.text(max_size=200), max_size=9))
def test_whatever_a_machine_calls_itself_fits(cpu, created, names):
    gpus = tuple(Gpu("GPU-1", "0", {"gpu.name": Reading(name, "test")}) for name in names)
    there = replace(machine(), readings={"cpu.model": Reading(cpu, "test")}, gpus=gpus)
    text = compact(result(machine=there, created=created))
    assert len(text.encode()) <= MOST
    assert intact(text)
    assert all(line.isprintable() for line in text.split("\n"))


def test_the_copy_has_verdict_machine_and_jobs():
    text = summary(result(), english)
    verdict = result().verdict
    assert text.startswith(f"# Scenario {verdict.scenario} of 4")
    assert verdict.margin.sentence in text
    assert text.count("\n| ") == len(verdict.forecasts) + 1
    assert all(doubt.sentence in text for doubt in verdict.doubts)


def test_the_copy_of_a_failed_check_says_so():
    text = summary(replace(result(), verdict=None, status="nothing"), english)
    assert text.startswith("# No verdict")


def test_the_copy_speaks_the_readers_language():
    words = Words(lambda text: text.replace("Scenario", "Escenario"), marks=lambda: (",", "."))
    text = summary(result(), words)
    assert text.startswith("# Escenario ")
