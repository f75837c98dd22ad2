"""The article's claims: what each finds in a result, worked out by hand, and that none finds what is not there."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rigdyno.core.analysis.comparison import comparison_rows, unfair_reasons
from rigdyno.core.records.events import Score, Timing, Window, Work
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import FORMAT, Result, Run
from rigdyno.core.report.chart import NEUTRAL, Axis, Bar, Bars, Chart, Curves, Line, Mark, Moments, Stacks, told
from rigdyno.core.report.chart_svg import draw
from rigdyno.core.report.claims import CLAIMS
from rigdyno.core.report.svg_picture import Drawing, Look
from rigdyno.core.verdict.judge import judge
from rigdyno.core.words.phrases import claims as claim_phrases
from rigdyno.core.words.writer import Words, english

from tests.core.builders import END, RULES, START, job_run, machine, train_run
from tests.core.verdict.test_verdict_properties import machines, runs, samples

LOOK = Look("#000000", "#555555", "#dddddd", "#ffffff", "#888888", ("#111111", "#222222", "#333333"))
FIND = {claim.code: claim.find for claim in CLAIMS}
WORK = Work(1.0, 64, 2e9, 1.5e9, 1e8)


def run(task: str, device: str = "cpu", **what) -> Run:
    plan = Plan(device=device, threads=2)
    return Run(task, plan, Rules(), START, END, "converged", "ACTIVE", **what)


def sweep(device: str, rates: dict[int, float]) -> Run:
    made = [
        Window(START + i, 4 * batch / rate, 4, 4 * batch, batch, 1.0, warm=False)
        for batch, rate in rates.items()
        for i in range(3)
    ]
    return run("sweep", device, windows=tuple(made))


def timing(name: str, seconds: float, work: float, unit: str = "flop", way: str = "") -> Timing:
    return Timing(1.0, name, (seconds, 2 * seconds), work, unit, way)


@pytest.mark.parametrize("work", [5e-324, 0.5, 0.0, 1e30])
def test_what_was_timed_did_something_and_no_wonders(work):
    with pytest.raises(ValueError, match="has times and work"):
        timing("peak", 1.0, work, way="fp32")


MATMUL = run(
    "matmul",
    timings=(
        timing("matmul", 1.0, 3e7, way="one-at-a-time"),
        timing("matmul", 1.0, 6e10, way="all-cores"),
        timing("peak", 1.0, 1e11, way="fp32"),
        timing("copy", 1.0, 2e10, unit="byte"),
    ),
)
STAGES = run(
    "stages",
    timings=tuple(
        timing(name, seconds, samples, unit="sample")
        for name, seconds, samples in (
            ("preprocess", 0.064, 64),
            ("forward", 0.064, 64),
            ("backward", 0.128, 64),
            ("optimizer", 0.064, 64),
            ("store", 1.0, 1),
            ("deploy", 0.001, 1),
        )
    ),
    work=WORK,
)


def result(*runs: Run, gpus: int = 0) -> Result:
    there = machine(gpus, memory_gb=8, cpu_model="Test 9000")
    verdict = judge(there, runs, [], RULES, complete=True)
    return Result(
        FORMAT, "id", "2026-11-23T05:00:00+00:00", "0.1.0", "complete", there, CheckPlan(), runs, verdict=verdict
    )


def find(code: str, *runs: Run, gpus: int = 0) -> tuple[Chart, dict[str, dict]]:
    found = FIND[code](result(*runs, gpus=gpus), english)
    assert found
    return found.chart, {reason.code: reason.numbers for reason in found.reasons}


CPU = {1: 200.0, 8: 400.0, 64: 500.0}
GPU = {1: 20.0, 8: 300.0, 64: 4000.0}


def test_the_truck_overtakes_where_its_line_crosses():
    chart, said = find("ferrari", sweep("cpu", CPU), sweep("cuda:0", GPU), gpus=1)
    assert isinstance(chart, Curves)
    assert chart.x.log
    assert chart.y.log
    cpu, gpu = chart.lines
    assert dict(cpu.points) == pytest.approx(CPU)
    assert dict(gpu.points) == pytest.approx(GPU)
    assert (cpu.colour, gpu.colour) == (0, 1)
    assert [mark.value for mark in chart.marks] == [64]
    assert said["overtakes"] == {"device": "cuda:0", "other": "cpu", "batch": 64}
    assert said["latency"]["one"] == pytest.approx(1000 / 20), "of the last device; milliseconds"
    assert said["latency"]["gain"] == pytest.approx(4000 / 20)


def test_a_truck_that_never_leads_is_told():
    _, said = find("ferrari", sweep("cpu", CPU), sweep("cuda:0", {b: r / 2 for b, r in CPU.items()}), gpus=1)
    assert "overtakes" not in said
    assert said["never-overtakes"]["device"] == "cuda:0"


def test_one_device_has_nobody_to_overtake():
    chart, said = find("ferrari", sweep("cpu", CPU))
    assert "lonely" in said
    assert [mark.value for mark in chart.marks] == [64], "the smallest batch within a tenth of the best: 400 is not"


def test_all_at_once_in_gigaflops():
    chart, said = find("at-once", MATMUL)
    assert isinstance(chart, Bars)
    assert [bar.value for bar in chart.bars] == pytest.approx([0.03, 60])
    assert chart.bars[0].name == "One multiplication at a time (Python) · Test 9000"
    assert said["ways"]["gain"] == pytest.approx(2000)


def test_stages_add_up():
    chart, said = find("stages", STAGES)
    assert isinstance(chart, Stacks)
    parts = {part.name: part.share for part in chart.stacks[0].parts}
    assert sum(parts.values()) == pytest.approx(1)
    assert parts["Backward pass"] == pytest.approx(2 * parts["Forward pass"])
    assert said["passes"] == pytest.approx({"forward": 25, "backward": 50, "update": 25})
    assert said["products"]["percent"] == pytest.approx(75)


def test_the_roof_and_what_is_under_it():
    trained = replace(train_run(640), work=WORK)
    chart, _ = find("roofline", MATMUL, trained)
    assert isinstance(chart, Curves)
    roof, spots = chart.lines
    assert roof.points[1] == pytest.approx((5, 100)), "1e11 operations/s over 2e10 bytes/s, in GFLOP/s"
    assert spots.points == (pytest.approx((20, 20)),), "2e9 over 1e8 bytes; 640 / 64 steps a second"
    assert spots.labels == ("The small network",)


def test_accuracy_over_the_seconds_of_each_seed():
    scores = (Score(1.0, 0.7, 1.0, 100, 50), Score(2.0, 0.9, 2.0, 200, 50))
    chart, said = find("accuracy", *(run("accuracy", scores=scores) for _ in range(2)))
    assert isinstance(chart, Curves)
    assert [line.points for line in chart.lines] == [((1.0, 70.0), (2.0, 90.0))] * 2
    assert [line.dashed for line in chart.lines] == [False, True]
    assert chart.marks == (Mark(85.0, "85 %", upright=False),)
    assert chart.y.low == 60
    assert said == {}, "these runs did not stop because they had reached it"


def test_scores_that_no_training_has_are_not_drawn():
    absurd = (Score(1.0, 1e308, 1e308, 1, 1), Score(1.0, -1.0, 1.0, 1, 1), Score(1.0, 0.5, 0.0, 1, 1))
    assert FIND["accuracy"](result(run("accuracy", scores=absurd)), english) is None
    chart, _ = find("accuracy", run("accuracy", scores=(*absurd, Score(1.0, 0.8, 1.0, 1, 1))))
    assert chart.lines[0].points == ((1.0, 80.0),)


def test_stanford_on_paper_and_this_machine_as_measured():
    chart, said = find("milestones", MATMUL)
    assert isinstance(chart, Bars)
    values = {bar.name: bar.value for bar in chart.bars}
    assert values["Test 9000, measured"] == pytest.approx(100)
    assert values["Stanford 2013: 12 x GTX 680, data sheet"] == pytest.approx(12 * 3250)
    assert values["Google 2012: 16,000 processor cores"] is None, "nobody published it"
    assert said["below-stanford"]["factor"] == pytest.approx(390)


def test_a_place_among_one_sources_entries():
    runs = (train_run(1500), job_run("mlp-table", 1e5), job_run("resnet18-small-images", 60))
    chart, said = find("scale", *runs, job_run("resnet50-finetune", 100))
    assert isinstance(chart, Bars)
    (own,) = (bar for bar in chart.bars if bar.colour != NEUTRAL)
    assert own.value == pytest.approx(100)
    values = [bar.value for bar in chart.bars]
    assert values == sorted(values)
    assert said["place"]["slower"] == 0
    assert said["place"]["count"] > 20


def test_the_timeline_ends_here():
    chart, _ = find("timeline", MATMUL)
    assert isinstance(chart, Moments)
    assert [m.here for m in chart.moments] == [False] * (len(chart.moments) - 1) + [True]
    assert chart.moments[-1].year == "2026"


@pytest.mark.parametrize("code", [c for c in FIND if c != "timeline"])
def test_nothing_measured_is_nothing_found(code):
    assert FIND[code](result(run("train")), english) is None


def test_every_claim_has_words_and_every_step_exists():
    from rigdyno.core.check.step_durations import STEPS

    assert list(FIND) == list(claim_phrases.CLAIMS)
    assert {step for claim in CLAIMS for step in claim.steps} <= {s for steps in STEPS.values() for s in steps}


ALL = (
    MATMUL,
    STAGES,
    sweep("cpu", CPU),
    sweep("cuda:0", GPU),
    replace(train_run(640), work=WORK),
    run("accuracy", scores=(Score(1.0, 0.7, 1.0, 100, 50), Score(2.0, 0.9, 2.0, 200, 50))),
    job_run("mlp-table", 1e5),
    job_run("resnet18-small-images", 60),
    job_run("resnet50-finetune", 20),
)


@pytest.mark.parametrize("width", [260, 560, 1200])
@pytest.mark.parametrize("code", list(FIND))
def test_every_chart_is_drawn_inside_of_its_picture(code, width):
    found = FIND[code](result(*ALL, gpus=1), english)
    assert found
    drawing = draw(found.chart, width, LOOK, english.marked)
    for element in Xml.fromstring(drawing.svg()).iter():
        for name in ("x", "cx", "x1", "x2"):
            assert -0.01 <= float(element.get(name, 0)) <= width + 0.01
        for name in ("y", "cy", "y1", "y2"):
            assert -0.01 <= float(element.get(name, 0)) <= drawing.height + 0.01
    assert all(0 <= s.x <= width and 0 <= s.y <= drawing.height for s in drawing.spots)
    assert drawing.spots or code == "timeline", "there is something to point at"


def test_equal_factors_are_equal_distances():
    chart = Curves(Axis("x", log=True), Axis("y"), (Line("a", ((1, 1), (10, 2), (100, 3))),))
    spots = draw(chart, 500, LOOK).spots
    first, second, third = (s.x for s in spots)
    assert second - first == pytest.approx(third - second)
    assert spots[0].y - spots[1].y == pytest.approx(spots[1].y - spots[2].y), "and linear ones equal differences"


def test_devices_are_told_apart_by_shape_too():
    def shapes(colour: int) -> set[str]:
        drawing = Xml.fromstring(draw(Curves(Axis("x"), Axis("y"), (Line("a", ((1, 1),), colour),)), 500, LOOK).svg())
        return {e.tag.rpartition("}")[2] for e in drawing.iter()} & {"circle", "rect", "polygon"}

    assert [shapes(n) for n in range(3)] == [{"circle"}, {"rect"}, {"polygon"}]


@given(st.text(max_size=200), st.floats(1e-9, 1e30), st.floats(1e-9, 1e30))
def test_whatever_a_machine_reports_is_drawn_as_whole_xml(name, a, b):
    bars = Bars(Axis(name, log=True), (Bar(name, a, name, 0), Bar(name, b, name), Bar(name, None, name)))
    drawing = draw(bars, 400, LOOK)
    assert isinstance(drawing, Drawing)
    assert Xml.fromstring(drawing.svg()).tag.endswith("svg")
    lines = Curves(Axis(name, log=True), Axis(name, log=True), (Line(name, ((a, b), (b, a)), labels=(name, name)),))
    Xml.fromstring(draw(lines, 400, LOOK).svg())


def test_a_chart_in_words_holds_every_value():
    chart, _ = find("ferrari", sweep("cpu", CPU))
    assert "1: 200; 8: 400; 64: 500" in told(chart, english.marked)
    assert "60 GFLOP/s" in told(find("at-once", MATMUL)[0], english.marked)


def test_charts_speak_the_readers_language():
    words = Words(lambda text: text.replace("all cores", "todos los núcleos"), marks=lambda: (",", "."))
    found = FIND["at-once"](result(MATMUL), words)
    assert found
    assert "Todos los núcleos" in told(found.chart, words.marked)
    assert "0,03 GFLOP/s" in told(found.chart, words.marked)


@settings(max_examples=200)
@given(machines, st.lists(runs, max_size=8), st.lists(samples, max_size=6), st.sampled_from([260, 640]))
def test_no_measurement_breaks_a_claim_or_its_chart(at, measured, telemetry, width):
    verdict = judge(at, measured, telemetry, RULES, complete=True)
    when = "2026-11-23T05:00:00+00:00"
    there = Result(FORMAT, "id", when, "0.1.0", "complete", at, CheckPlan(), tuple(measured), tuple(telemetry))
    for claim in CLAIMS:
        if found := claim.find(replace(there, verdict=verdict), english):
            Xml.fromstring(draw(found.chart, width, LOOK, english.marked).svg())
            assert told(found.chart, english.marked)
    pair = [there, replace(there, verdict=verdict)]
    for row in comparison_rows(pair):
        row.difference(1)
    unfair_reasons(pair, ["one", "other"])
