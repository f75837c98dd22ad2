"""The answer for a job of the catalogue follows from its range of time, its memory and its deadline."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.analysis.jobs.job_estimate import JobEstimate
from rigdyno.core.analysis.jobs.text_generation import Quantity, Writing
from rigdyno.core.records.experiment_events.memory import MemoryCount
from rigdyno.core.reference.job_catalogue import job
from rigdyno.core.verdict.catalogue_answer import best_estimate, catalogue_answer, remarks

BERT = job("bert-classification")
DAY = BERT.deadline_s
COUNT = MemoryCount(1.0, "cpu", 32, 128, 2**30, 2**28, 2**29, 2**32, 0, 2**33)


def lasting(low: float, seconds: float, high: float, device: str = "cpu", fits: bool | None = True) -> JobEstimate:
    """An estimate with times in deadlines of the job."""
    return JobEstimate(device, "guess", 1.0, seconds * DAY, low * DAY, high * DAY, COUNT, fits)


@pytest.mark.parametrize(
    ("estimate", "code"),
    [
        (lasting(0.2, 0.5, 0.9), "want-yes"),
        (lasting(0.5, 1.0, 1.5), "want-perhaps"),
        (lasting(2, 3, 4), "want-slowly"),
        (lasting(20, 30, 40), "want-too-slow"),
        (lasting(0.2, 0.5, 0.9, fits=False), "want-memory"),
        (lasting(0.2, 0.5, 0.9, fits=None), "want-yes"),
        (JobEstimate("cpu", "guess", None, None, None, None, COUNT, True), "want-unknown"),
        (JobEstimate("cpu", "guess", None, None, None, None, COUNT, False), "want-memory"),
    ],
)
def test_an_estimate_has_its_answer(estimate, code):
    told = catalogue_answer(BERT, [estimate])
    assert told.code == code
    assert "BERT-base" in told.sentence
    assert "{" not in told.sentence


def test_nothing_known_is_no_answer():
    assert best_estimate([]) is None
    assert catalogue_answer(BERT, []).code == "want-unknown"


def test_the_fastest_device_with_room_counts():
    slow, fast, full = lasting(2, 3, 4), lasting(0.2, 0.3, 0.4, "cuda:0"), lasting(0.1, 0.1, 0.1, "cuda:1", fits=False)
    assert best_estimate([slow, full, fast]) == fast
    assert catalogue_answer(BERT, [slow, full, fast]).numbers["device"] == "cuda:0"


def test_a_job_for_several_accelerators_asks_for_them():
    several = replace(BERT, accelerators=2)
    assert catalogue_answer(several, [lasting(0.1, 0.2, 0.3, "cuda:0")]).code == "want-accelerators"
    both = [lasting(0.1, 0.2, 0.3, "cuda:0"), lasting(0.1, 0.2, 0.3, "cuda:1")]
    assert catalogue_answer(several, both).code == "want-yes"


def test_a_model_that_writes_is_told_by_its_first_token_and_its_rate():
    first, rate = Quantity.within(2.0, 0.5, "extrapolated"), Quantity(20.0, 8.0, 50.0, "measured")
    plain = lasting(0.1, 0.2, 0.3)
    assert remarks(plain) == []
    told = [r.sentence for r in remarks(replace(plain, writing=Writing(first, rate), unpacked_bits=4))]
    assert told == [
        "The first token comes after 1.3 to 3.0 s (extrapolated from a part of it); then 8.00 to 50 tokens/s are "
        "written (measured).",
        "That is PyTorch's speed with weights of 4 bits; programs made for writing, such as llama.cpp, are faster.",
    ]
