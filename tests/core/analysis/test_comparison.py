"""Comparing results: what differs, whether that is more than noise, and what makes it unfair."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.analysis.comparison import ComparisonRow, Difference, Figure, comparison_rows, unfair_reasons
from rigdyno.core.cli import command_line
from rigdyno.core.cli.exit_codes import BAD_ARGUMENTS, DONE
from rigdyno.core.records.machine import Reading
from rigdyno.core.records.plan import CheckPlan
from rigdyno.core.records.result import FORMAT, Result
from rigdyno.core.store import result_files
from rigdyno.core.store.history import History
from rigdyno.core.verdict.judge import judge
from rigdyno.core.words.phrases.comparison import ROWS, SENTENCES
from rigdyno.core.words.writer import english

from tests.core.builders import RULES, job_run, machine, train_run
from tests.core.report.test_claims import MATMUL


def measured(rate: float, name: str = "id", noise: float = 0.0) -> Result:
    there = machine(cpu_model="Test 9000")
    runs = (
        train_run(rate),
        MATMUL,
        job_run("mlp-table", 100 * rate),
        job_run("resnet18-small-images", rate / 30, noise=noise),
    )
    verdict = judge(there, runs, [], RULES, complete=True)
    return Result(
        FORMAT, name, "2026-11-23T05:00:00+00:00", "0.1.0", "complete", there, CheckPlan(), runs, verdict=verdict
    )


def row(found: list[ComparisonRow], code: str, **numbers) -> ComparisonRow:
    (one,) = (r for r in found if r.code == code and numbers.items() <= r.numbers.items())
    return one


def test_twice_as_fast_is_a_hundred_per_cent_more_and_half_the_time():
    found = comparison_rows([measured(1000), measured(2000)])
    assert row(found, "rate", device="cpu").difference(1) == Difference(pytest.approx(100), better=True, noise="beyond")
    assert row(found, "job", job="mlp-table").difference(1) == Difference(
        pytest.approx(-50), better=True, noise="beyond"
    )
    assert row(found, "product").difference(1).percent == pytest.approx(0)
    assert row(found, "rate").difference(0) is None, "the first differs from nothing"


def test_ranges_that_overlap_are_no_difference():
    found = comparison_rows([measured(1000, noise=0.1), measured(1010, noise=0.1)])
    assert row(found, "job", job="resnet18-small-images").difference(1).noise == "within"


def test_a_value_without_a_range_is_of_unknown_noise():
    assert row(comparison_rows([measured(1000), measured(1000)]), "bandwidth").difference(1).noise == "unknown"


def test_a_figure_that_one_result_lacks_has_no_difference():
    alone = replace(measured(1000), runs=(train_run(1000),), verdict=None)
    found = comparison_rows([measured(1000), alone])
    assert row(found, "product").figures[1] is None
    assert row(found, "product").difference(1) is None
    assert row(comparison_rows([alone, measured(1000)]), "product").difference(1) is None


figures = st.builds(
    lambda middle, a, b: Figure(middle, middle * (1 - a), middle * (1 + b)),
    st.floats(1e-3, 1e6),
    st.floats(0, 0.9),
    st.floats(0, 9),
)


@given(figures, figures, st.booleans())
def test_swapping_two_results_swaps_who_is_better(one, other, rises):
    there, back = (ComparisonRow("rate", {}, pair, rises).difference(1) for pair in ((one, other), (other, one)))
    assert there.noise == back.noise
    assert (1 + there.percent / 100) * (1 + back.percent / 100) == pytest.approx(1)
    if there.percent != 0 and back.percent != 0:
        assert there.better != back.better


@given(figures)
def test_nothing_differs_from_itself(one):
    difference = ComparisonRow("rate", {}, (one, one)).difference(1)
    assert difference.percent == pytest.approx(0)
    assert difference.noise == "within"


def codes(*found: Result) -> list[str]:
    return [r.code for r in unfair_reasons(found, [f"number {n}" for n in range(len(found))])]


def test_comparing_alike_results_is_fair():
    assert codes(measured(1000), measured(2000), measured(3000)) == []


BASE = measured(1000)
TORCH = replace(BASE.machine.torch, version="2.9.0")
UNFAIR = {
    "unfair-battery": replace(
        BASE, machine=replace(BASE.machine, readings=BASE.machine.readings | {"power.source": Reading("battery", "t")})
    ),
    "unfair-trust": replace(BASE, verdict=replace(BASE.verdict, trust="C")),
    "unfair-partial": replace(BASE, status="partial"),
    "unfair-version": replace(BASE, rigdyno="0.0.9"),
    "unfair-torch": replace(BASE, machine=replace(BASE.machine, torch=TORCH)),
    "unfair-precision": replace(
        BASE, runs=(replace(BASE.runs[0], plan=replace(BASE.runs[0].plan, precision="bf16")), *BASE.runs[1:])
    ),
    "unfair-plan": replace(
        BASE, runs=(replace(BASE.runs[0], plan=replace(BASE.runs[0].plan, batch=128)), *BASE.runs[1:])
    ),
    "unfair-preset": replace(BASE, plan=CheckPlan(preset="full")),
}


def test_every_kind_of_unfairness_is_tried():
    assert UNFAIR.keys() == SENTENCES.keys()


@pytest.mark.parametrize("code", UNFAIR)
def test_what_is_unfair_is_named_with_the_result_at_fault(code):
    found = unfair_reasons([BASE, UNFAIR[code]], ["the base", "the other"])
    assert [r.code for r in found] == [code]
    assert "the other" in found[0].sentence.lower()


def test_a_job_in_another_number_format_is_unfair():
    """As an earlier version trained it, whose jobs all had the small network's settings."""
    number, job = next((n, r) for n, r in enumerate(BASE.runs) if r.task == "job")
    other = replace(job, plan=replace(job.plan, precision="bf16"))
    assert codes(BASE, replace(BASE, runs=(*BASE.runs[:number], other, *BASE.runs[number + 1 :]))) == [
        "unfair-precision"
    ]


def test_different_tuned_threads_are_fair():
    run = replace(BASE.runs[0], plan=replace(BASE.runs[0].plan, threads=16, channels_last=True))
    assert codes(BASE, replace(BASE, runs=(run, *BASE.runs[1:]))) == []


def test_every_row_has_words():
    for one in comparison_rows([BASE, UNFAIR["unfair-trust"]]):
        assert "{" not in english.row(one.code, one.numbers)
        assert one.code in ROWS


@pytest.fixture
def stored(home, tmp_path):
    home.mkdir(parents=True)
    history = History(home)
    history.store(measured(1000, "aaaa1111"))
    history.store(replace(measured(2000, "aabb2222"), rigdyno="0.0.9"))
    history.rename("aabb2222", "the laptop")
    path = tmp_path / "c.json"
    result_files.write(measured(4000, "cccc"), path)
    return path


def test_the_terminal_lists_and_compares(stored, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    assert command_line.main(["history"]) == DONE
    said = capsys.readouterr().out
    assert "aaaa1111" in said
    assert "the laptop" in said
    assert "2,000" in said
    assert command_line.main(["history", "--json"]) == DONE
    assert {e["id"] for e in json.loads(capsys.readouterr().out)} == {"aaaa1111", "aabb2222"}
    assert command_line.main(["compare", "aaaa", "aabb", str(stored)]) == DONE
    said = capsys.readouterr().out
    assert "+100.0 %, beyond the noise" in said
    assert "+300.0 %" in said
    assert "0.0.9" in said, "what is unfair"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["aaaa"], "two or more"),
        (["aaaa", "zzzz"], "neither a file nor an id"),
        (["aaaa", "aa"], "2 results of the history begin so"),
        (["", "aaaa"], "an empty name names no result"),
    ],
)
def test_refused_comparisons_say_why(stored, capsys, names, told):
    assert command_line.main(["compare", *names]) == BAD_ARGUMENTS
    assert told in capsys.readouterr().err


def test_a_damaged_file_is_named(stored, capsys):
    stored.write_text('{"format": 1}')
    assert command_line.main(["compare", "aaaa", str(stored)]) == BAD_ARGUMENTS
    assert "c.json: Not a Rigdyno result" in capsys.readouterr().err


def test_a_damaged_history_is_set_aside_by_the_command_that_is_named(home, capsys):
    home.mkdir(parents=True)
    (home / "results.sqlite").write_bytes(b"my diary " * 1000)
    for command in (["history"], ["compare", "aaaa", "bbbb"], ["report", "-o", "x.html"], ["judge", "aaaa"]):
        assert command_line.main(command) == BAD_ARGUMENTS
        said = capsys.readouterr().err
        assert str(home / "results.sqlite") in said
        assert "rigdyno history --set-aside" in said
    assert command_line.main(["history", "--set-aside"]) == DONE
    assert "results.damaged-" in capsys.readouterr().out
    assert command_line.main(["history"]) == DONE
    assert command_line.main(["history", "--set-aside"]) == BAD_ARGUMENTS
    assert "nothing was done" in capsys.readouterr().err


def test_every_command_takes_an_id(stored, capsys, tmp_path):
    assert command_line.main(["report", "aaaa", "-o", str(tmp_path / "x.md")]) == DONE
    assert "aaaa1111" not in capsys.readouterr().err
    assert (tmp_path / "x.md").exists()
    for command in (["judge", "aaaa"], ["scale", "--result", "aaaa"]):
        command_line.main(command)
        assert capsys.readouterr().err in ("", "Too little was measured to name a scenario.\n")


def test_settings_of_a_plan_are_named_in_words():
    told = [
        r.sentence
        for code in ("unfair-preset", "unfair-plan")
        for r in unfair_reasons([BASE, UNFAIR[code]], ["a", "b"])
    ]
    assert told == [
        "B is of a full check, a of a quick check.",
        "B trained with other settings than a: images in a step 128, not 64.",
    ]


def test_an_empty_history_says_what_to_do(home, capsys):
    assert command_line.main(["history"]) == DONE
    assert "rigdyno check" in capsys.readouterr().out
