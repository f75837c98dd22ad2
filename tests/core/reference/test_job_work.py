"""The counted work of the catalogue's jobs: the file is that of the networks as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.reference.job_catalogue import load_catalogue
from rigdyno.core.reference.job_fields import BOOSTING, TRAIN
from rigdyno.core.reference.job_work import JobWork, load_job_work, parse_job_work
from rigdyno.core.reference.published_jobs import published_jobs

from tests.core.analysis.jobs.counting import count_jobs


def test_every_job_that_has_a_network_is_counted():
    assert load_job_work().keys() == {job.name for job in load_catalogue() if job.kind != BOOSTING}


def test_the_file_is_current_for_four_jobs():
    assert count_jobs.problems(["mlp-table", "lstm-forecasting", "vit-b16-finetune", "llama-8b-generate"]) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_file_is_current_for_every_third_job():
    """`python packaging/count_jobs.py --check` looks at all of them, which takes some minutes."""
    assert count_jobs.problems([job.name for job in load_catalogue() if job.kind == TRAIN][::3]) == []


def test_what_is_written_is_read_again():
    work = JobWork(1_000, 10, 12.5, (0.5, 1e-7), matrix=(1234.0, 2.0), cuda=(1.0, 0.0, 0.0, 3.0), cpu=(1.0, 0, 0, 2.5))
    assert parse_job_work(count_jobs.written("mine", work)) == {"mine": work}
    writes = replace(work, trained=0, token=4.5, token_calls=900, cache=0.08)
    assert parse_job_work(count_jobs.written("mine", writes)) == {"mine": writes}


def test_differences_are_told():
    work = JobWork(1_000, 10, 12.5, (0.5, 0.1))
    assert count_jobs.differences("mine", work, JobWork(1_000, 10, 12.6, (0.5, 0.1))) == []
    assert "calls" in count_jobs.differences("mine", work, JobWork(1_000, 10, 13.0, (0.5, 0.1)))[0]
    assert count_jobs.differences("mine", None, work) == ["mine: is missing"]


@pytest.mark.parametrize("text", ["[mine]\nparameters = 1\n", "[mine]\nparameters = true\n", "mine = 1\n", "["])
def test_a_wrong_file_is_refused(text):
    with pytest.raises(ValueError, match=r"job_work"):
        parse_job_work(text)


def test_memory_of_published_rows_is_in_their_units():
    rows = published_jobs()
    assert rows[0].peak_bytes == pytest.approx(18.9 * 2**30), "torchtune counts GiB"
    assert rows[3].peak_bytes == pytest.approx(4.49e9), "litgpt counts GB"
