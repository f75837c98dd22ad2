"""`rigdyno plan` and `rigdyno simulate`, as a user calls them."""

from __future__ import annotations

import json

import pytest
from rigdyno.core.check.job_counts import CountError, count_job
from rigdyno.core.cli import command_line
from rigdyno.core.cli.command_line import BAD_ARGUMENTS, DONE, NOTHING
from rigdyno.core.records.workload import Workload
from rigdyno.core.reference.job_catalogue import job
from rigdyno.core.reference.job_work import load_job_work
from rigdyno.core.store.data_folder import data_folder


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path))


def told(capsys, *arguments: str) -> dict:
    assert command_line.main([*arguments, "--json"]) == DONE
    return json.loads(capsys.readouterr().out)


def test_a_plan_as_json(capsys):
    found = told(capsys, "plan", "llama-8b-lora", "--budget", "1000", "--within", "2d")
    assert found["within_s"] == 2 * 86_400
    names = {item["name"] for item in found["fastest"]}
    for order in ("cheapest_to_rent", "cheapest_to_buy", "smallest"):
        assert found[order]
        assert set(found[order]) <= names
    for item in found["fastest"]:
        assert item["low"] < item["seconds"] < item["high"]
        assert item["kind"] in ("scaled", "published")
        assert item["limited_by"] in ("arithmetic", "bandwidth", "starting", "memory")
        assert item["fits"] or item["remedies"]


def test_more_samples_take_longer(capsys):
    one = told(capsys, "plan", "bert-squad", "--samples", "1000", "--within", "1w")["fastest"][0]
    ten = told(capsys, "plan", "bert-squad", "--samples", "10000", "--within", "1w")["fastest"][0]
    assert ten["seconds"] == pytest.approx(10 * one["seconds"])


def test_a_changed_job_is_counted_first(capsys):
    """By a worker, as its memory is not that of the catalogue; smaller batches start more operations for a sample."""
    as_it_is = told(capsys, "plan", "bert-squad", "--within", "1w")["fastest"]
    changed = told(capsys, "plan", "bert-squad", "--within", "1w", "--batch", "2")["fastest"]
    known = {(item["name"], item["gpu"], item["memory_bytes"]): item for item in as_it_is}
    for item in changed:
        same = known[item["name"], item["gpu"], item["memory_bytes"]]
        assert item["needs_bytes"] < same["needs_bytes"]
        if same["fits"]:
            assert item["seconds"] > same["seconds"]


def test_a_count_of_the_worker_is_that_of_the_catalogue():
    """Those of `packaging/count_jobs.py`, which counts without a worker."""
    for name in ("distilbert-classification", "vit-b16-finetune"):
        known = load_job_work()[name]
        workload, now = count_job(job(name).workload)
        assert workload == job(name).workload
        for kind in ("matrix", "elementwise", "convolution", "attention", "cuda"):
            assert getattr(now, kind) == pytest.approx(getattr(known, kind), rel=0.02, abs=1e-4), (name, kind)
        assert now.remedies == pytest.approx(known.remedies, rel=0.02)


def test_what_cannot_be_counted_says_why():
    with pytest.raises(CountError, match="no-such-module"):
        count_job(Workload("no-such-module:build", batch=0))


def test_a_plan_in_the_terminal(capsys):
    assert command_line.main(["plan", "resnet50-imagenet", "--within", "2w"]) == DONE
    shown = capsys.readouterr().out
    for heading in ("Fastest", "Cheapest to rent", "Cheapest to buy", "Smallest"):
        assert heading in shown
    assert "were not measured" in shown


def test_where_nothing_suits_it_says_what_is_fastest(capsys):
    assert command_line.main(["plan", "llama-8b-lora", "--within", "1s"]) == NOTHING
    assert "the fastest" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plan", "nonsense"], "There is no job"),
        (["plan"], "name one job"),
        (["plan", "boosting-airline"], "runs on the processor"),
        (["simulate", "--gpu", "RTX 9999"], "no GPU of the table"),
        (["simulate", "--gpu", "A100"], "A100 PCIe 40 GB, A100 SXM4 40 GB"),
        (["simulate", "--gpu", "RTX 4060 laptop", "--power", "500"], "allowed is 34 to 172 W"),
    ],
)
def test_what_is_wrong_is_said(capsys, arguments, sentence):
    assert command_line.main(arguments) == BAD_ARGUMENTS
    assert sentence in capsys.readouterr().err


def test_a_time_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit):
        command_line.main(["plan", "bert-squad", "--within", "soon"])
    assert "90min" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "scenario"),
    [
        (["--gpu", "GTX 1080 Mobile"], 2),
        (["--gpu", "RTX 4060 laptop", "--power", "55"], 2),
        (["--gpu", "RTX 3090"], 3),
        (["--gpu", "A100 PCIe 40"], 3),
        (["--gpu", "A100 SXM4 80", "--gpus", "8"], 4),
    ],
)
def test_scenarios_of_known_machines(capsys, arguments, scenario):
    """Those of the rules' sanity checks."""
    found = told(capsys, "simulate", *arguments)
    assert found["simulated"] is True
    assert "nothing was measured" in found["note"]
    assert found["verdict"]["scenario"] == scenario
    assert found["verdict"]["trust"] == "D"
    assert found["verdict"]["margin"]["sentence"]
    assert {item["name"] for item in found["jobs"]} >= {"llama-8b-lora", "resnet50-imagenet"}


def test_a_simulation_says_so_and_leaves_nothing_behind(capsys):
    assert command_line.main(["simulate", "--gpu", "RTX 3090"]) == DONE
    shown = capsys.readouterr().out
    assert "SIMULATED, NOT MEASURED" in shown
    assert "llama-8b-lora" in shown
    assert not list(data_folder().rglob("*.sqlite*"))


def test_a_gpu_that_pytorch_cannot_use_has_no_verdict(capsys):
    assert command_line.main(["simulate", "--gpu", "GT 740M"]) == NOTHING
    assert "No build of PyTorch" in capsys.readouterr().err
