"""`rigdyno job --all`: every job after the latest check, and what single jobs have measured since."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rigdyno.core.check.job_plans import job_alone, job_first
from rigdyno.core.cli import command_line
from rigdyno.core.cli.commands import market
from rigdyno.core.cli.console import PlainConsole
from rigdyno.core.records.events import DepthTiming, Failure, Timing, Work
from rigdyno.core.records.experiment_events.boosting import NO_LIBRARY, BoostingTiming
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.reference import job_catalogue
from rigdyno.core.store import result_files
from rigdyno.core.store.data_folder import data_folder
from rigdyno.core.store.history import History

from tests.core.builders import RULES, job_run, machine, result, train_run, windows

JOB, AIRLINE = job_catalogue.job("bert-squad"), job_catalogue.job("boosting-airline")
HERE = machine(cpu_physical_cores=4)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path))


def check():
    """A check of a processor: products, a copy, and the jobs of two scenarios."""
    timings = (Timing(0.0, "peak", (1.0,), 1e11, "flop", "fp32"), Timing(0.0, "copy", (1.0,), 2e10, "byte"))
    products = Run("matmul", Plan(), Rules(), 0.0, 1.0, "converged", "ACTIVE", timings=timings)
    runs = (train_run(1700), products, job_run("mlp-table", 1e5), job_run("resnet18-small-images", 40))
    return result_files.judged(replace(result(), machine=HERE, runs=runs), RULES)


def single():
    """BERT alone, later, from steps of two depths."""
    plan = job_alone(JOB.workload, JOB.work)
    parts = tuple(DepthTiming(0.0, n, 12, JOB.batch, 384, 1e9 * n, (0.2 * n,) * 3) for n in (2, 4))
    work = Work(0.0, JOB.batch, 12e9, 12e9, 1.0)
    run = Run("workload", plan.train, Rules(), 0.0, 1.0, "time-limit", "PASSIVE", depths=parts, work=work)
    return replace(result(1, "2026-11-24T05:00:00+00:00"), machine=HERE, plan=plan, runs=(run,), verdict=None)


def told(capsys, *arguments: str) -> dict[str, list[dict]]:
    """Devices by the names of jobs."""
    assert command_line.main(["job", "--all", "--json", *arguments]) == command_line.DONE
    found = json.loads(capsys.readouterr().out)
    return {job["name"]: job["devices"] for job in found["jobs"]}


def test_without_a_check_it_says_what_to_do(capsys):
    assert command_line.main(["job", "--all"]) == command_line.NOTHING
    assert "rigdyno check" in capsys.readouterr().err


def test_all_jobs_are_guessed_or_measured(capsys):
    History(data_folder()).store(check())
    found = told(capsys)
    assert found.keys() == {job.name for job in job_catalogue.load_catalogue()}
    (guessed,) = found[JOB.name]
    assert guessed["kind"] == "guess"
    assert guessed["low"] < guessed["seconds"] < guessed["high"]
    assert guessed["memory_bytes"] > 1e9
    assert found["resnet18-small-images"][0]["kind"] == "measured"
    (trees,) = found["boosting-airline"]
    assert (trees["device"], trees["kind"], trees["memory_bytes"]) == ("cpu", "guess", None)
    (writes,) = found["llama-8b-generate"]
    assert writes["tokens_per_s_kind"] == writes["first_token_s_kind"] == "guess"
    assert writes["tokens_per_s_low"] < writes["tokens_per_s"] < writes["tokens_per_s_high"]
    assert writes["memory"]["cache"] > 0


def test_a_later_measurement_takes_the_place_of_the_guess(capsys):
    for one in (check(), single()):
        History(data_folder()).store(one)
    (measured,) = told(capsys)[JOB.name]
    assert (measured["kind"], measured["samples_per_s"]) == ("extrapolated", pytest.approx(JOB.batch / 2.4))


def boosted(number: int, created: str, **told):
    """The trees of the catalogue, trained or not."""
    plan = job_alone(AIRLINE.workload, AIRLINE.work)
    run = Run("boosting", plan.train, Rules(), 0.0, 1.0, "time-limit", "PASSIVE", **told)
    return replace(result(number, created), machine=HERE, plan=plan, runs=(run,), verdict=None)


def test_trees_are_measured_once_and_stay_so_where_the_library_is_gone(capsys):
    whole = BoostingTiming(0.0, "lightgbm", "4.6.0", AIRLINE.samples, AIRLINE.trees, (25.0,), 10**9)
    gone = Failure(NO_LIBRARY, "lightgbm")
    History(data_folder()).store(check())
    History(data_folder()).store(boosted(2, "2026-11-24T05:00:00+00:00", failure=gone))
    (guessed,) = told(capsys)[AIRLINE.name]
    assert guessed["kind"] == "guess"
    assert "pip install lightgbm" in guessed["failure"]
    History(data_folder()).store(boosted(3, "2026-11-24T06:00:00+00:00", boosted=(whole,)))
    History(data_folder()).store(boosted(4, "2026-11-24T07:00:00+00:00", failure=gone))
    (measured,) = told(capsys)[AIRLINE.name]
    assert (measured["kind"], measured["seconds"], measured["memory_bytes"]) == ("measured", 25.0, 10**9)
    assert (measured["library"], measured["version"], measured["memory"]) == ("lightgbm", "4.6.0", None)


def test_another_computer_tells_nothing_of_this_one(capsys):
    History(data_folder()).store(check())
    History(data_folder()).store(replace(single(), machine=machine(cpu_gb=64, cpu_physical_cores=4)))
    assert told(capsys)[JOB.name][0]["kind"] == "guess"


def test_a_wanted_job_on_photos_is_answered_with_what_sets_its_pace(capsys):
    wanted = job_catalogue.job("convnext-t-training")
    plan = job_first(CheckPlan(), wanted.workload, wanted.work, wanted.files)
    trained = Run("workload", plan.train, Rules(), 0.0, 1.0, "converged", "PASSIVE", windows=windows(10, wanted.batch))
    timings = (Timing(0.0, "loading", (0.4,) * 8, 8, "sample", "2"),)
    loaded = Run("loading", plan.train, Rules(), 0.0, 1.0, "time-limit", "PASSIVE", timings=timings)
    market.show_want(PlainConsole(), replace(result(), plan=plan, runs=(trained, loaded)), wanted.name)
    out = " ".join(capsys.readouterr().out.split())
    assert "ConvNeXt-T on ImageNet, 300 epochs would take" in out
    assert "→ Arithmetic sets the pace on the CPU; reading and decoding images takes 33 % of the time" in out


def test_as_a_table(capsys):
    History(data_folder()).store(check())
    assert command_line.main(["job", "--all"]) == command_line.DONE
    out = capsys.readouterr().out
    for word in ("llama-8b-lora", "guess", "measured"):
        assert word in out
