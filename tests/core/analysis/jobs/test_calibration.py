"""What a training of the user's own corrects: its family, on its device, on its computer, and by how much."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.calibration import (
    calibration_family,
    combined,
    corrected,
    corrected_table,
    correction,
    plausible,
)
from rigdyno.core.analysis.jobs.job_estimate import JobEstimate
from rigdyno.core.analysis.same_computer import computer_digest
from rigdyno.core.records.calibration import Calibration
from rigdyno.core.records.machine import Gpu, Reading
from rigdyno.core.records.workload import Workload
from rigdyno.core.reference.job_catalogue import job, load_catalogue
from rigdyno.core.verdict.catalogue_answer import remarks

from tests.core.builders import machine

HERE = machine(cpu_physical_cores=4)
ESTIMATE = JobEstimate("cpu", "measured", 10.0, 100.0, 80.0, 120.0, None, None)


def training(factor: float = 0.8, **changes) -> Calibration:
    digest = computer_digest(HERE, "cpu")
    told = Calibration("text", "cpu", digest, "bert-squad", "2026-11-28", 1200, 10 * factor, factor, f"{factor}")
    return replace(told, **changes)


def test_rates_are_multiplied_and_times_divided():
    (told,) = corrected([ESTIMATE], "text", HERE, [training(0.8)])
    assert (told.samples_per_s, told.seconds, told.low, told.high) == pytest.approx((8.0, 125.0, 100.0, 150.0))


def test_a_corrected_estimate_says_so():
    (told,) = corrected([ESTIMATE], "text", HERE, [training(0.82)])
    (sentence,) = (remark.sentence for remark in remarks(told))
    assert "corrected by 0.82, from your own training of 1,200 steps on 2026-11-28" in sentence


def test_several_trainings_make_their_geometric_mean_and_widen_the_range():
    known = [training(0.5, date="2026-11-27"), training(2.0, steps=300)]
    (told,) = corrected([ESTIMATE], "text", HERE, known)
    assert (told.seconds, told.low, told.high) == pytest.approx((100.0, 40.0, 240.0))
    both = combined(known)
    assert (both.factor, both.lowest, both.highest, both.trainings) == (pytest.approx(1), 0.5, 2.0, 2)
    (sentence,) = (remark.sentence for remark in remarks(told))
    assert "from 2 trainings of your own of 1,500 steps in all, the latest on 2026-11-28" in sentence
    assert "0.50 to 2.00" in sentence


@pytest.mark.parametrize("other", [{"family": "images"}, {"device": "cuda:0"}, {"computer": "other"}])
def test_another_family_device_or_computer_is_told_nothing(other):
    assert corrected([ESTIMATE], "text", HERE, [training(**other)]) == [ESTIMATE]
    assert correction([training(family="")], "", HERE, "cpu") is None


def test_what_is_not_known_stays_so():
    unknown = replace(ESTIMATE, samples_per_s=None, seconds=None, low=None, high=None)
    assert corrected([unknown], "text", HERE, [training()]) == [unknown]


def test_families_of_jobs():
    told = {name: calibration_family(job(name).workload, job(name)) for name in ("bert-squad", "llama-8b-lora")}
    assert told == {"bert-squad": "text", "llama-8b-lora": "language-lora"}
    assert calibration_family(job("llama-8b-full").workload, job("llama-8b-full")) == "language"
    assert calibration_family(job("llama-8b-lora").workload) == "language-lora", "by its config.json"
    assert calibration_family(Workload("my_net:build", batch=0)) == "my_net:build"
    for name in ("llama-8b-generate", "boosting-airline"):
        assert calibration_family(job(name).workload, job(name)) == ""
    trained = [each for each in load_catalogue() if each.kind == "train"]
    assert all(calibration_family(each.workload, each) for each in trained)


def test_in_the_table_of_all_jobs_only_the_family_changes():
    table = [(each, [ESTIMATE]) for each in load_catalogue()]
    changed = {each.name for each, (item,) in corrected_table(table, HERE, [training()]) if item != ESTIMATE}
    assert changed == {each.name for each in load_catalogue() if each.family == "text"}


def test_a_computer_is_known_by_what_is_lasting():
    later = replace(HERE, readings=HERE.readings | {"memory.available": Reading(1, "test")})
    assert computer_digest(later, "cpu") == computer_digest(HERE, "cpu")
    assert computer_digest(machine(cpu_gb=64, cpu_physical_cores=4), "cpu") != computer_digest(HERE, "cpu")
    one, other = (replace(HERE, gpus=(Gpu(uuid, "", {}),)) for uuid in ("GPU-1", "GPU-2"))
    assert computer_digest(one, "cpu") == computer_digest(other, "cpu"), (
        "a GPU may sleep, and the processor is the same"
    )
    assert computer_digest(one, "cuda:0") != computer_digest(other, "cuda:0")


@pytest.mark.parametrize(("factor", "told"), [(0.2, True), (5.0, True), (0.19, False), (5.1, False)])
def test_how_far_a_factor_may_be_off(factor, told):
    assert plausible(factor) is told
