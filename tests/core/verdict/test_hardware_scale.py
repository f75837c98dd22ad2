"""The scale of known hardware, cloud rentals, the cost of a job, and the answer whether a machine is enough for it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.analysis.forecast import forecast_job
from rigdyno.core.cli import command_line
from rigdyno.core.records.machine import Sample
from rigdyno.core.records.plan import CheckPlan
from rigdyno.core.reference import gpu_names, hardware_tables
from rigdyno.core.reference.hardware_tables import CloudOffer, PublishedThroughput
from rigdyno.core.store import result_files
from rigdyno.core.verdict import cloud_rentals, hardware_scale, job_answer, job_cost
from rigdyno.core.words.phrases.sentences import SENTENCES

from tests.core.builders import JOBS, RULES, START, gpu_runs, job_run, machine, result, train_run

ROWS = [r for r in hardware_tables.published_throughputs() if hardware_scale.RESNET50.match(r.model)]
GPUS = hardware_tables.gpu_models()
RENTALS = cloud_rentals.rentals_of(hardware_tables.cloud_offers(), hardware_tables.published_throughputs(), GPUS)
LITTLE_MEMORY = {"GTX 1080", "GeForce RTX 3070"}
"""Desktop cards of 8 GB: as fast as those of scenario 3, but without the 10 GB of its second job."""
BAD_LIBRARIES = {("Torch7 cuDNN None",), ("Torch7 cuDNN 4.0.07",)}
"""Measured without cuDNN, or with one that is slower than what a week or two leave time for."""


def expected(row: PublishedThroughput) -> set[int]:
    """The article's scenario for a class of machine."""
    if row.device_type == "cpu":
        return {1, 2}
    if "laptop" in row.hardware:
        return {2}
    if row.num_devices == 1:
        slow = (row.framework,) in BAD_LIBRARIES
        return {2} if row.hardware in LITTLE_MEMORY else {2, 3} if slow else {3}
    return {3, 4} if row.num_devices == 2 else {4}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.source[:6]}-{r.hardware}-{r.precision}-{r.train_images_per_s}")
def test_every_published_row_is_where_the_article_puts_it(row):
    (place,) = hardware_scale.scale_entries([row], RULES, GPUS)
    assert place.scenario in expected(row), hardware_scale.what_blocks(place)


def test_the_scale_has_all_published_rows():
    assert len(ROWS) == 189
    found = hardware_scale.scale_entries(ROWS, RULES, GPUS)
    assert len(found) == len(ROWS)
    assert [p.images_per_s for p in found] == sorted(p.images_per_s for p in found)
    best = hardware_scale.fastest_entries(found)
    assert len({(p.source, p.hardware, p.accelerators) for p in best}) == len(best)
    assert {(p.hardware, p.images_per_s) for p in best} >= {("RTX 4090", 1301.0), ("GeForce RTX 3080", 650.76)}


@pytest.mark.parametrize(
    ("hardware", "gigabytes"),
    [
        ("LambdaCloud 4xV100 16GB", 16), ("GeForce RTX 3080 Max-Q (laptop)", 8), ("GeForce RTX 3080", 10),
        ("GeForce RTX 2080 Ti", 11), ("2x RTX 4090", 24), ("Pascal Titan X", 12), ("Maxwell Titan X", 12),
        ("GTX 1080 Ti", 11), ("RTX A6000 (2021 run)", 48), ("A40", 48), ("LambdaCloud 1x A10", 24),
        ("AWS p3.8xlarge (4x V100)", 16), ("A card nobody knows", None), ("", None),
    ],
)  # fmt: skip
def test_the_memory_of_a_card(hardware, gigabytes):
    told = gpu_names.memory_by_name(hardware, GPUS)
    assert told == (gigabytes * gpu_names.GIB if gigabytes else None)


AMOUNT = st.floats(5e-324, 1.7e308)


@given(AMOUNT, AMOUNT, st.integers(0, 64), st.integers(0, 64), st.sampled_from([None, 1, 8, 12, 80]), st.booleans())
def test_more_never_lowers_a_scenario_and_nothing_breaks(rate, other, count, more, gigabytes, cpu):
    def place(images_per_s: float, devices: int, memory: int | None) -> hardware_scale.ScaleEntry:
        name = f"Card {memory} GB" if memory else "Card"
        kind = "cpu" if cpu else "gpu"
        (made,) = hardware_scale.scale_entries(
            [PublishedThroughput(name, devices, kind, "resnet50", "FP32", images_per_s)], RULES, GPUS
        )
        assert made.scenario in (1, 2, 3, 4)
        assert all(math.isfinite(v) for v in hardware_scale.what_blocks(made)[1:])
        return made

    low, high = sorted((rate, other))
    here = place(low, count, gigabytes)
    assert place(high, count, gigabytes).scenario >= here.scenario
    assert place(low, count + more, gigabytes).scenario >= here.scenario
    if gigabytes:
        assert place(low, count, 4 * gigabytes).scenario >= here.scenario


def measured():
    """A stored result of a machine with one GPU of 8.6 GB."""
    runs = tuple(gpu_runs(2764, 471.69, None))
    return result_files.judged(replace(result(), machine=machine(1, 8.6), runs=runs, plan=CheckPlan()), RULES)


def test_this_machine_has_its_own_place():
    own = hardware_scale.own_entry(measured())
    assert (own.here, own.images_per_s, own.hardware) == (True, pytest.approx(471.69), "GPU")
    assert own.scenario == measured().verdict.scenario == 2
    assert hardware_scale.what_blocks(own)[0] == "memory"
    assert hardware_scale.own_entry(replace(measured(), runs=(train_run(1000),))) is None


def test_rentals_are_recent_known_and_dated():
    assert len(RENTALS) >= 10
    assert all(r.offer.price_date and r.slowest <= r.fastest for r in RENTALS)
    assert not [r for r in RENTALS if r.offer.price_date.startswith("2017")]
    assert not [r for r in RENTALS if r.offer.accelerator_count > 1 and r.offer.accelerator_count not in (2, 4, 8)]
    v100 = next(r for r in RENTALS if r.offer.instance == "p3.2xlarge")
    assert (v100.slowest, v100.fastest) == (833.0, 1376.0), "between the sources, each at its best precision"


def test_the_cheapest_rental_is_in_time_and_has_the_memory():
    job = JOBS["resnet50-imagenet-day"]
    found = cloud_rentals.cheapest_rental(job, RENTALS)
    assert found.offer.accelerator_count >= 2
    assert found.hours(job)[1] * 3600 <= job.deadline_s
    assert all(found.dollars(job)[1] <= r.dollars(job)[1] for r in RENTALS if r.finishes(job))
    assert cloud_rentals.cheapest_rental(JOBS["transformer-finetune"], RENTALS) is None, "no table times that network"
    assert cloud_rentals.cheapest_rental(job, []) is None


def told(name: str, *runs, **computer: float) -> list[str]:
    here = machine(**computer)
    forecasts = [f for job in RULES.jobs for f in forecast_job(job, here, runs)]
    found = job_answer.job_answer(JOBS[name], forecasts, RENTALS)
    assert all("{" not in r.sentence and ": " not in r.sentence[:2] for r in found)
    return [r.code for r in found]


def test_a_job_is_answered_with_yes_slowly_or_no_and_an_alternative():
    name = "resnet50-finetune"  # 50,000 images in two hours: 6.9 a second
    assert told(name, job_run(name, 20)) == ["want-yes"]
    assert told(name, job_run(name, 3)) == ["want-slowly", "rent"]
    assert told(name, job_run(name, 0.5)) == ["want-too-slow", "rent"]
    assert told(name) == ["want-untried", "rent"]
    assert told("transformer-finetune") == ["want-untried", "gpu-class"]
    small = gpu_runs(2764, 471.69, None)
    assert told("transformer-finetune", *small, gpus=1, memory_gb=8) == ["want-memory", "gpu-class"]
    assert told("resnet50-imagenet-day", *small, gpus=1, memory_gb=8) == ["want-accelerators", "rent"]


TERMS = job_cost.OwnershipTerms(price=1000, kwh=0.5, hours=10, years=2, watts=200)


def test_the_cost_of_an_hour_and_of_a_job():
    assert TERMS.power_per_hour == pytest.approx(0.1)
    assert TERMS.per_hour == pytest.approx(0.1 + 1000 / (2 * 52 * 10))
    forecasts = forecast_job(JOBS["resnet50-finetune"], machine(), [job_run("resnet50-finetune", 10)])
    (found,) = job_cost.job_costs(forecasts, TERMS)
    assert found.hours == pytest.approx((forecasts[0].low / 3600, forecasts[0].high / 3600))
    assert found.money == pytest.approx(tuple(h * TERMS.per_hour for h in found.hours))
    assert job_cost.job_costs([replace(forecasts[0], seconds=None, low=None, high=None)], TERMS) == []


def test_when_buying_pays_off():
    offer = CloudOffer("Some", "one", 2.0, "V100", 1)
    equal = cloud_rentals.Rental(offer, 100, 200, None)
    (found,) = job_cost.break_even(100, [equal], TERMS)
    # ten hours a week: rented 20 dollars at the same speed, 10 at twice; our electricity costs 1
    assert found.weeks == pytest.approx((1000 / 19, 1000 / 9))
    (never,) = job_cost.break_even(1, [equal], TERMS)
    assert never.weeks == (None, None), "a slow machine never earns its electricity back"


def test_watts_are_the_mean_of_the_gpus_while_they_train():
    runs = [job_run("resnet50-finetune", 10, "cuda:0")]
    during = [Sample(START + 1, {"gpu.0.power": 100.0, "gpu.1.power": 50.0}), Sample(START - 5, {"gpu.0.power": 9.0})]
    assert job_cost.mean_gpu_watts(runs, during) == 150
    assert job_cost.mean_gpu_watts([train_run(10)], during) is None, "the processor tells nothing"


def test_the_commands_scale_and_cost_print_tables_and_json(home, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    stored = tmp_path / "result.json"
    result_files.write(measured(), stored)
    assert command_line.main(["scale", "--result", str(stored), "--source", "timm"]) == 0
    out = capsys.readouterr().out
    assert "this machine" in out
    assert "RTX 3090" in out
    assert command_line.main(["scale", "--all", "--json"]) == 0
    assert capsys.readouterr().out.count('"hardware"') == 189
    assert command_line.main(["cost", "--result", str(stored), "--price", "900", "--kwh", "0.3", "--hours", "9"]) == 2
    assert "--watts" in capsys.readouterr().err
    line = ["cost", "--result", str(stored), "--price", "900", "--kwh", "0.3", "--hours", "9", "--watts", "300"]
    assert command_line.main(line) == 0
    assert "p3.2xlarge" in capsys.readouterr().out
    assert command_line.main(line[:1] + line[3:]) == 4, "nothing is stored here"
    assert "no check" in capsys.readouterr().err
    assert command_line.main(["judge", str(stored), "--want", "3"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Yes: ResNet-50 on ImageNet" in out
    assert "It takes a GPU with" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        ("", "no rows"),
        ("hardware,model\n", "no rows"),
        ("hardware,model\nA,resnet50\n", "missing required field"),
        ("hardware,num_devices,device_type,model,precision,train_images_per_s\nA,1,gpu,resnet50,FP32,fast\n", "line 2"),
        ("hardware,num_devices,device_type,model,precision,train_images_per_s\nA,1,gpu,vgg16,FP32,9\n", "no row of"),
        ("hardware,num_devices,device_type,model,precision,train_images_per_s\nA,1,gpu,resnet50,FP32,nan\n", "line 2"),
        ("hardware,num_devices,device_type,model,precision,train_images_per_s\nA,1,gpu,resnet50,FP32,-4\n", "line 2"),
    ],
)
def test_a_table_that_cannot_be_read(home, tmp_path, capsys, content, said):
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert command_line.main(["scale", "--table", str(path)]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_every_answer_has_words():
    codes = {"want-yes", "want-slowly", "want-too-slow", "want-memory", "want-accelerators", "want-untried", "rent",
             "gpu-class"}  # fmt: skip
    assert codes <= set(SENTENCES)
