"""Logs of trainings: those that real programs have written (`tests/logs`), and what is refused, with its line."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.analysis.jobs.training_rate import training_rate
from rigdyno.core.reference.training_logs.reader import read_training_log
from rigdyno.core.reference.training_logs.training_log import TrainingLog, TrainingLogError

LOGS = Path(__file__).parents[3] / "logs"
HEADER = "step,elapsed\n"


def read(text: str, clock=None) -> TrainingLog:
    return read_training_log(text.encode(), clock)


def refused(content: bytes | str) -> str:
    with pytest.raises(TrainingLogError) as told:
        read_training_log(content if isinstance(content, bytes) else content.encode())
    return str(told.value)


def steady(form: str, steps=range(10, 501, 10)) -> str:
    """Rows of a training that does two steps a second: 10 of them each row."""
    return "".join(
        form.format(step=n, seconds=5 + n / 2, minutes=int(5 + n / 2) // 60, rest=(5 + n / 2) % 60) for n in steps
    )


@pytest.mark.parametrize(
    "text",
    [
        "step,loss,elapsed\n" + steady("{step},0.5,{seconds}\n"),
        "loss\titeration\tseconds\n" + steady("0.5\t{step}\t{seconds}\n"),
        "Step;Time (s)\n" + steady("{step};{seconds}\n").replace(".", ","),
        "trainer/global_step,train/loss,_runtime\n" + steady("{step},0.5,{seconds}\n"),
        "step,time_ms\n" + "".join(f"{n},{500 * n}\n" for n in range(10, 501, 10)),
        "global_step,timestamp\n" + steady("{step},2026-11-28T12:{minutes:02d}:{rest:04.1f}+01:00\n"),
        "Wall time,Step,Value\n" + "".join(f"{1.7e9 + n / 2},{n},0.5\n" for n in range(10, 501, 10)),
        steady('{{"step": {step}, "time": {seconds}, "loss": 0.5}}\n'),
        json.dumps([{"step": n, "elapsed": n / 2} for n in range(10, 501, 10)]),
        steady("step {step} loss 0.5 ({seconds} s)\n"),
        steady("[INFO] Step: {step}/500, loss: 0.5, elapsed {minutes}:{rest:04.1f}\n"),
        steady("2026-11-28 12:{minutes:02d}:{rest:04.1f} iter {step} loss 0.5\n").replace(".0 iter", ",000 iter"),
        steady("step {step}: 64.0 samples/s\n"),
        steady("iter {step}, 2.00 it/s\n"),
        steady("step {step} 500.0 ms/step\n"),
        "step,samples_per_second\n" + steady("{step},64.0\n"),
        "step,step_time\n" + steady("{step},0.5\n"),
        "step,seconds\n" + "".join(f"{n},{0.5 + 0.01 * (-1) ** n}\n" for n in range(1, 51)),
    ],
)  # fmt: skip
def test_all_forms_tell_the_same_rate(text):
    for content in (text.encode(), b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), text.encode("utf-16")):
        found = training_rate(read_training_log(content), 32)
        assert found.samples_per_s == pytest.approx(64, rel=0.021)
        assert found.intervals >= 3


@pytest.mark.parametrize(("name", "clock", "rate", "steps"), json.loads((LOGS / "expected.json").read_text("utf-8")))
def test_logs_that_programs_have_written(name, clock, rate, steps):
    """Four are of one training on a machine that did other things, too; tqdm writes whole seconds alone."""
    log = read_training_log((LOGS / name).read_bytes(), clock)
    found = training_rate(log, 1)
    assert found.samples_per_s == pytest.approx(rate, rel=0.1)
    assert found.steps == steps


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lightning_metrics.csv", "it has no times, only"),
        ("keras_history.csv", "keras' CSVLogger"),
        ("trainer_state_of_a_checkpoint.json", "checkpoints of Hugging Face"),
    ],
)
def test_a_log_without_times_is_told_so(name, said):
    assert said in refused((LOGS / name).read_bytes())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"\x00\x01\xff" * 100, "it is binary"),
        (b"\x18\x00\x00\x00\x00\x00\x00\x00\xa3\x7fK\"brain.Event:2", "TensorBoard's event files are not read"),
        (b"\xff\xd8\xff\xe0 JFIF", "no line has a step"),
        ("hello\nworld\n", "no line has a step"),
        ("step,loss\n1,2\n", "no column of times"),
        ("loss,elapsed\n1,2\n", "no column of steps"),
        (HEADER, "a header and no rows"),
        (HEADER + "1,1\n2,1e300\n", "line 3: the time is 1e300; allowed is seconds from 0 to 10^11"),
        (HEADER + "1,1\n2,inf\n", "line 3: the time is inf"),
        (HEADER + "1,1\n\n2,-3\n", "line 4: the time is -3"),
        (HEADER + "1,1\n-2,3\n", "line 3: the step is -2; allowed is a whole number"),
        (HEADER + "1,1\n1.5,3\n", "line 3: the step is 1.5"),
        (HEADER + "1,1\n1e300,3\n", "line 3: the step is 1e300"),
        (HEADER + "1,1\n2,2026-11-28 12:00:00\n", "line 3: the time is 2026-11-28 12:00:00, and rows before have none"),
        (HEADER + "1,1\n2,3,4,5\n", "line 3: it has 4 cells, and the header 2"),
        (HEADER + "1," + "x" * 200_000, "line 2: it is no row of a table"),
        ("step,samples_per_second\n1,-5\n", "line 2: the rate is -5"),
        ('{"step": 1, "time": 1}\nhello\n{"step": 2, "time": 2}\n', "line 2: hello is no JSON record"),
        ('{"step": 1, "time": 1}\n{"step": 2, "time": -2}\n{"a": 1}', "line 2: the time is -2"),
        ('{"step": 1' + "0" * 400 + ', "time": 1}\n{"step": 2, "time": 2}', "line 1: the step is 1000"),
        ('{"log_history": [{"step": 1},\n {"loss":', "line 2: it begins as JSON and is none"),
        ('{"log_history": 3}', "no list of records"),
        ("[1, 2]", "no list of records"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"step": 1, "time": 1}, {"step": 2, "time": -1}]', "entry 2: the time is -1"),
        ("step 1 took -3 s\nstep 2 took -3 s\n", "line 1: the time is -3"),
        ("step 1 took inf s\nstep 2 took inf s\n", "line 1: the time is inf"),
        ("step 1 is done\nstep 2 is done\n", "line 1: it has a step and no time"),
        ("iteration,seconds\n" + "".join(f"{n},{5 + n % 3}\n" for n in range(0, 90, 10)), "--time step"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_sentence_with_its_line(content, said):
    told = refused(content)
    assert said in told
    assert "\n" not in told
    assert len(told) < 300


@pytest.mark.parametrize("text", [HEADER + "1,1\n", HEADER + "1,1\n2,NaN\n", HEADER + "1,\n,2\n", "step 1: 3 s\n"])
def test_too_few_rows_tell_no_rate(text):
    assert training_rate(read(text), 1) is None


def test_a_bar_of_two_seconds_tells_no_rate():
    assert training_rate(read_training_log((LOGS / "trainer_progress.txt").read_bytes()), 1) is None


def test_a_line_of_many_digits_is_read_at_once():
    told = "step 1 took 1 s\n" * 9 + f"step {'9' * 999} took {'1' * 999} s\n" * 200
    assert training_rate(read(told), 1) is None


def test_cells_that_are_empty_or_not_a_number_are_left_out():
    told = HEADER + "".join(f"{n},{n / 2 if n % 3 else ''}\n{n},NaN\n" for n in range(60))
    assert training_rate(read(told), 32).samples_per_s == pytest.approx(64)


def test_the_last_line_may_be_cut_short():
    told = steady('{{"step": {step}, "time": {seconds}}}\n') + '{"step": 51'
    assert training_rate(read(told), 32).samples_per_s == pytest.approx(64)


def test_a_header_that_is_written_again_is_no_row():
    told = HEADER + steady("{step},{seconds}\n") + HEADER + steady("{step},{seconds}\n")
    assert training_rate(read(told), 32).samples_per_s == pytest.approx(64)


def test_the_user_may_say_what_seconds_count():
    told = "iteration,seconds\n" + "".join(f"{n},{5 + n % 3}\n" for n in range(0, 900, 10))
    assert training_rate(read(told, "step"), 6).samples_per_s == pytest.approx(1)
    assert training_rate(read(told, "interval"), 6).samples_per_s == pytest.approx(10, rel=0.1)


def test_a_bar_of_an_evaluation_is_not_the_training():
    train = [f"{n}/500 [{n // 120:02d}:{n // 2 % 60:02d}<01:00, 2.00it/s]" for n in range(501)]
    evaluation = [f"{n}/50 [00:{n // 10:02d}<00:01, 10.00it/s]" for n in range(51)]
    told = "\r".join([*train[:250], *evaluation, *train[250:], *evaluation])
    assert training_rate(read(told), 32).samples_per_s == pytest.approx(64, rel=0.05)


def test_a_date_tells_when_the_training_ended():
    told = "step,timestamp\n" + steady("{step},2026-11-28T12:{minutes:02d}:{rest:04.1f}+01:00\n")
    assert read(told).ended == pytest.approx(1795863855)
    assert read(HEADER + steady("{step},{seconds}\n")).ended is None


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_nothing_else_than_a_sentence_comes_of_any_file(content):
    with suppress(TrainingLogError):
        training_rate(read_training_log(content), 1)


CELLS = st.sampled_from(
    ["1", "2", "1e9", "nan", "inf", "-1", "", "x", "0:10", "2026-01-01 00:00:00", "1e13", '"', "9" * 50]
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=8), st.sampled_from([",", "\t", ";", " s step "]))
def test_nor_of_any_table(rows, sign):
    text = sign.join(("step", "time", "samples/s")) + "\n" + "\n".join(sign.join(row) for row in rows)
    for content in (text, text.replace("samples/s", "loss"), "\n".join(f"step {' '.join(row)} s" for row in rows)):
        with suppress(TrainingLogError):
            training_rate(read(content), 1)
