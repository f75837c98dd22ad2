"""`rigdyno calibrate`, from a log and a stored result to the answers that it corrects."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rigdyno.core.check.job_plans import job_alone
from rigdyno.core.cli import command_line
from rigdyno.core.cli.commands import job as job_command
from rigdyno.core.cli.commands import market, measure
from rigdyno.core.cli.console import PlainConsole
from rigdyno.core.probes.inspect_machine import inspect
from rigdyno.core.records.events import DepthTiming, Timing, Work
from rigdyno.core.records.plan import Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.reference import job_catalogue
from rigdyno.core.store import result_files
from rigdyno.core.store.calibrations import FILE
from rigdyno.core.store.data_folder import data_folder
from rigdyno.core.store.history import History
from rigdyno.core.words import language

from tests.core.builders import RULES, job_run, machine, result, train_run

JOB = job_catalogue.job("bert-squad")
FORECAST = JOB.batch / 2.4
"""Samples/s of `single`."""


@pytest.fixture(scope="module")
def here():
    """This computer, with a torch."""
    return replace(inspect(), torch=machine().torch)


@pytest.fixture(autouse=True)
def _home(home):
    yield
    language.speak(language.ENGLISH)


@pytest.fixture
def log(tmp_path):
    """Writes the log of a training that takes so many seconds a step, and gives its path."""

    def write(seconds: float = 2.4 / 0.82, name: str = "log.csv") -> str:
        path = tmp_path / name
        path.write_text("step,loss,elapsed\n" + "".join(f"{n},0.5,{n * seconds}\n" for n in range(10, 1201, 10)))
        return str(path)

    return write


def single(here, workload=JOB.workload):
    """The job alone, from steps of two depths: 2.4 s a step of a whole."""
    plan = job_alone(workload, JOB.work)
    parts = tuple(DepthTiming(0.0, n, 12, JOB.batch, 384, 1e9 * n, (0.2 * n,) * 3) for n in (2, 4))
    work = Work(0.0, JOB.batch, 12e9, 12e9, 1.0)
    run = Run("workload", plan.train, Rules(), 0.0, 1.0, "time-limit", "PASSIVE", depths=parts, work=work)
    return replace(result(1, "2026-11-24T05:00:00+00:00"), machine=here, plan=plan, runs=(run,), verdict=None)


def check(here):
    """A check of this computer, from which all jobs are guessed."""
    timings = (Timing(0.0, "peak", (1.0,), 1e11, "flop", "fp32"), Timing(0.0, "copy", (1.0,), 2e10, "byte"))
    products = Run("matmul", Plan(), Rules(), 0.0, 1.0, "converged", "ACTIVE", timings=timings)
    runs = (train_run(1700), products, job_run("mlp-table", 1e5), job_run("resnet18-small-images", 40))
    return result_files.judged(replace(result(), machine=here, runs=runs), RULES)


@pytest.fixture
def measured(here):
    for one in (check(here), single(here)):
        History(data_folder()).store(one)


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    try:
        code = command_line.main(list(arguments))
    except SystemExit as end:
        code = end.code
    told = capsys.readouterr()
    return code, " ".join(told.out.split()), " ".join(told.err.split())


def all_jobs(capsys) -> dict[str, dict]:
    """What is known of each job on the processor."""
    assert command_line.main(["job", "--all", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["jobs"]
    return {job["name"]: job["devices"][0] for job in told if job["devices"]}


def test_the_whole_way(capsys, measured, log):
    before, verdict = all_jobs(capsys), result_files.to_json(History(data_folder()).load("id0"))
    stored = result_files.to_json(History(data_folder()).load("id1"))
    code, out, _ = said(capsys, "calibrate", JOB.name, "--log", log())
    assert code == 0
    assert "Your training: 4.1 samples/s on the CPU (1,200 steps of 12 samples; median of 58 intervals)" in out
    assert "Rigdyno's forecast here: 5 samples/s (extrapolated from a part of it, 2026-11-24)." in out
    assert "forecasts of classifying text on the CPU are multiplied by 0.82" in out
    after = all_jobs(capsys)
    assert after[JOB.name]["factor"] == pytest.approx(0.82)
    assert after[JOB.name]["samples_per_s"] == pytest.approx(0.82 * before[JOB.name]["samples_per_s"])
    assert after["bert-classification"]["seconds"] == pytest.approx(before["bert-classification"]["seconds"] / 0.82)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {job.name for job in job_catalogue.load_catalogue() if job.family == "text"}
    assert result_files.to_json(History(data_folder()).load("id0")) == verdict
    assert result_files.to_json(History(data_folder()).load("id1")) == stored
    assert said(capsys, "calibrate", "--remove", "text")[0] == 0
    assert all_jobs(capsys) == before


def test_the_answer_of_a_job_says_it(capsys, measured, log, here, monkeypatch):
    assert said(capsys, "calibrate", JOB.name, "--log", log())[0] == 0
    monkeypatch.setattr(measure, "measured", lambda *_: (single(here), 0))  # as if it was measured again
    sentence = "corrected by 0.82, from your own training of 1,200 steps on 20"
    assert sentence in said(capsys, "job", JOB.name)[1]
    assert job_command.measure is measure
    _, out, _ = said(capsys, "job", JOB.name, "--json")
    (told,) = json.loads(out)["devices"]
    assert told["factor"] == pytest.approx(0.82)
    assert told["corrected_by"]["steps"] == 1200
    assert told["samples_per_s"] == pytest.approx(0.82 * FORECAST)
    market.show_want(PlainConsole(), single(here), JOB.name)
    assert sentence in " ".join(capsys.readouterr().out.split())
    assert sentence in said(capsys, "job", "--all")[1]


def test_another_computer_is_not_corrected(capsys, measured, log, here, monkeypatch):
    assert said(capsys, "calibrate", JOB.name, "--log", log())[0] == 0
    elsewhere = replace(single(here), machine=machine(cpu_gb=3))
    monkeypatch.setattr(measure, "measured", lambda *_: (elsewhere, 0))
    _, out, _ = said(capsys, "job", JOB.name, "--json")
    assert json.loads(out)["devices"][0]["factor"] is None


def test_several_logs_make_one_factor_with_its_spread(capsys, measured, log):
    for name, seconds in (("one.csv", 2.4 / 0.5), ("two.csv", 2.4 / 2)):
        _, out, _ = said(capsys, "calibrate", JOB.name, "--log", log(seconds, name))
    assert "multiplied by 1.00" in out
    assert "from 2 trainings of your own of 2,400 steps in all" in out
    assert "0.50 to 2.00" in out
    assert said(capsys, "calibrate", JOB.name, "--log", log(2.4 / 2, "two.csv"))[0] == 0
    _, out, _ = said(capsys, "calibrate", "--list", "--json")
    assert [one["factor"] for one in json.loads(out)] == pytest.approx([0.5, 2.0]), "the same log counts once"
    assert "Classifying text on the CPU" in said(capsys, "calibrate", "--list")[1]


def test_a_factor_that_is_far_off_is_refused_unless_it_is_forced(capsys, measured, log):
    code, out, err = said(capsys, "calibrate", JOB.name, "--log", log(2.4 / 8))
    assert (code, out) == (command_line.BAD_ARGUMENTS, "")
    assert "the factor is 8: your training did 40 samples/s, and the forecast is 5; allowed is 0.2 to 5" in err
    assert not (data_folder() / FILE).exists()
    assert said(capsys, "calibrate", JOB.name, "--log", log(2.4 / 8), "--force")[0] == 0


def test_the_samples_of_a_step_are_the_jobs_or_what_is_said(capsys, measured, log, here):
    _, out, _ = said(capsys, "calibrate", JOB.name, "--log", log(), "--step-samples", "6", "--json")
    assert json.loads(out)["factor"] == pytest.approx(0.41)
    code, _, err = said(capsys, "calibrate", JOB.name, "--log", log(), "--batch", "24")
    assert code == command_line.NOTHING
    assert "measure it first: rigdyno job bert-squad --batch 24" in err
    twice = replace(JOB.workload, batch=24, accumulation=2)
    History(data_folder()).store(replace(single(here, twice), id="id2"))
    options = ("--batch", "24", "--accumulation", "2", "--json")
    _, out, _ = said(capsys, "calibrate", JOB.name, "--log", log(), *options)
    assert json.loads(out)["samples_of_a_step"] == 48


def test_a_job_that_was_not_measured_here_is_to_be_measured_first(capsys, measured, log, here):
    code, out, err = said(capsys, "calibrate", "llama-8b-lora", "--log", log())
    assert (code, out) == (command_line.NOTHING, "")
    assert "measure it first: rigdyno job llama-8b-lora" in err
    code, _, err = said(capsys, "calibrate", JOB.name, "--log", log(), "--device", "cuda:0")
    assert "rigdyno job bert-squad --devices cuda:0" in err
    History(data_folder()).delete(["id0", "id1"])
    History(data_folder()).store(replace(single(here), machine=machine(cpu_gb=3)))
    assert "not measured here" in said(capsys, "calibrate", JOB.name, "--log", log())[2], "it was another computer"


def test_a_job_that_the_check_has_measured_needs_no_other_measurement(capsys, measured, log):
    _, out, _ = said(capsys, "calibrate", "resnet18-small-images", "--log", log(1.0), "--json", "--force")
    told = json.loads(out)
    assert (told["forecast_kind"], told["forecast_result"]) == ("measured", "id0")
    assert told["forecast_samples_per_s"] == pytest.approx(40, rel=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name one job"),
        (("no-such-job", "--log", "x"), 'There is no job "no-such-job"'),
        ((JOB.name,), "--log: name the file"),
        ((JOB.name, "--log", "/no/such"), "/no/such: No such file"),
        ((JOB.name, "--log", "/dev/null"), "not a file"),
        (("llama-8b-generate", "--log", "x"), "no training steps"),
        (("boosting-airline", "--log", "x"), "no training steps"),
        (("--remove", "text"), "no training of yours is known"),
        ((JOB.name, "--log", "x", "--step-samples", "0"), "0 is not allowed"),
    ],
)
def test_what_is_refused(capsys, measured, arguments, message):
    code, out, err = said(capsys, "calibrate", *arguments)
    assert (code, out) == (command_line.BAD_ARGUMENTS, "")
    assert message in err


def test_a_wrong_line_of_the_log_is_named(capsys, measured, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("step,elapsed\n1,1\n2,-3\n")
    assert f"--log: {path}: line 3: the time is -3" in said(capsys, "calibrate", JOB.name, "--log", str(path))[2]
    path.write_text("step,elapsed\n1,1\n")
    assert "it is too short" in said(capsys, "calibrate", JOB.name, "--log", str(path))[2]


def test_another_family_to_remove_is_named(capsys, measured, log):
    assert said(capsys, "calibrate", JOB.name, "--log", log())[0] == 0
    assert "allowed is one of text" in said(capsys, "calibrate", "--remove", "images")[2]


def test_a_damaged_file_is_told_and_corrects_nothing(capsys, measured):
    (data_folder() / FILE).write_text("{")
    code, out, err = said(capsys, "job", "--all", "--json")
    assert code == 0
    assert "your trainings cannot be read" in err
    assert all(device["factor"] is None for job in json.loads(out)["jobs"] for device in job["devices"])


def test_totals_of_a_trainer_that_had_other_batches_are_doubted(capsys, measured, tmp_path):
    path = tmp_path / "trainer_state.json"
    last = {"step": 1200, "train_runtime": 3600.0, "train_samples_per_second": 8.0, "train_steps_per_second": 0.333}
    path.write_text(json.dumps({"log_history": [{"step": 10, "loss": 1.0}, last]}))
    out = said(capsys, "calibrate", JOB.name, "--log", str(path))[1]
    assert "the mean of the whole, as this log has no times of single steps" in out
    assert "the log's steps have 24 samples, not 12" in out


def test_in_spanish(capsys, measured, log):
    code, out, _ = said(capsys, "--language", "es", "calibrate", JOB.name, "--log", log())
    assert code == 0
    assert "Su entrenamiento: 4,1 muestras/s" in out
    assert "según su propio entrenamiento de 1.200 pasos del" in said(capsys, "--language", "es", "job", "--all")[1]
