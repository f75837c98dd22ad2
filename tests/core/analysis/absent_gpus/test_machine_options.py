"""The machines that would do a job, on the shipped tables: their orders, budgets and prices."""

from __future__ import annotations

import pytest
from rigdyno.core.analysis.absent_gpus.absent_job import asked_job
from rigdyno.core.analysis.absent_gpus.machine_options import (
    Tables,
    affordable,
    cheapest,
    gpu_of_offer,
    is_usable,
    machine_options,
    published_rates,
    smallest,
)
from rigdyno.core.reference import hardware_tables
from rigdyno.core.reference.gpu_names import gpus_called
from rigdyno.core.reference.gpu_speed import load_speed_fit
from rigdyno.core.reference.job_catalogue import job
from rigdyno.core.reference.job_work import load_job_work

GPUS = hardware_tables.gpu_models()
TABLES = Tables(
    GPUS,
    hardware_tables.cloud_offers(),
    hardware_tables.published_throughputs(),
    hardware_tables.torch_builds(),
    load_speed_fit(),
)


def options(name: str):
    return machine_options(asked_job(job(name), load_job_work()[name]), TABLES)


def test_orders():
    found = options("llama-8b-lora")
    seconds = [item.known.job.seconds for item in found]
    assert seconds == sorted(seconds)
    assert {item.way for item in found} == {"buy", "rent"}
    for way in ("buy", "rent"):
        spent = [item.spent for item in cheapest(found, way)]
        assert spent == sorted(spent)
    memory = [item.gpu.count * item.gpu.memory for item in smallest(found)]
    assert memory == sorted(memory)
    assert all(item.known.job.fits or item.known.remedy for item in found)


def test_a_budget_and_a_time_leave_what_suits_both():
    found = options("llama-8b-lora")
    kept = affordable(found, 20, 86_400)
    assert kept
    assert all(item.spent <= 20 and item.known.job.seconds <= 86_400 for item in kept)
    assert {item.way for item in kept} == {"rent"}, "no GPU is sold for that"
    assert affordable(found, None, None) == found
    assert not affordable(found, 0.01, 60)


def test_renting_costs_its_hours():
    rented = next(item for item in options("bert-squad") if item.way == "rent")
    low, high = rented.money
    assert low == pytest.approx(rented.known.job.low / 3600 * rented.price)
    assert high > low
    assert rented.price_date


def test_old_prices_and_gpus_without_code_are_left_out():
    found = options("bert-squad")
    assert not any("2017" in item.price_date for item in found)
    assert all(is_usable(item.gpu.model, TABLES.builds) for item in found)
    assert not is_usable(gpus_called("GT 740M", GPUS)[0], TABLES.builds)


def test_a_job_for_several_accelerators_takes_machines_with_several():
    found = options("resnet50-imagenet-day")
    assert found
    assert all(item.gpu.count >= 2 for item in found)


def test_published_rates_of_the_same_hardware_come_first():
    found = options("resnet50-imagenet")
    kinds = {(item.gpu.model.name, item.gpu.count): item.known.job.kind for item in found}
    assert kinds["GeForce RTX 3080", 1] == "published"
    assert kinds["GeForce RTX 3080 Ti", 1] == "scaled"
    assert kinds["GeForce RTX 5070", 1] == "scaled"


@pytest.mark.parametrize(
    ("name", "count", "hardware"),
    [("H100 PCIe", 1, "H100 80GB PCIe"), ("H100 SXM", 8, "H100 80GB SXM5"), ("RTX 2080 Ti", 1, "RTX 2080 Ti")],
)
def test_rows_of_a_gpu(name, count, hardware):
    rows = published_rates(gpus_called(name, GPUS)[0], count, TABLES.rates, GPUS)
    assert rows
    assert all(hardware in row.hardware for row in rows)


def test_every_offer_of_an_nvidia_gpu_is_understood():
    others = ("Xilinx", "Trainium", "Inferentia", "GH200")
    for offer in TABLES.offers:
        if offer.accelerator_count and not offer.accelerator.startswith(others):
            assert gpu_of_offer(offer, GPUS), offer
