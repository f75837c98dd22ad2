"""The allocator is told of the whole batch's sizes, in the numbers that glibc's malloc.h gives."""

from __future__ import annotations

import pytest
from rigdyno.core.experiments import allocation, job
from rigdyno.core.model import Done, Plan, Request, Rules, Window

MB = 2**20


@pytest.mark.parametrize(("share", "large", "trim"), [(1.0, 32, 64), (0.5, 16, 32), (0.25, 8, 16)])
def test_limits_shrink_with_the_batch(share, large, trim):
    calls = []
    assert allocation.scaled(share, lambda parameter, value: calls.append((parameter, value)) or 1)
    assert calls == [(-3, large * MB), (-1, trim * MB)]


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(allocation.sys, "platform", "darwin")
    assert allocation.scaled(0.5) is False


def test_a_library_that_refuses_is_no_failure():
    assert allocation.scaled(0.5, lambda parameter, value: 0) is False


PLAN = Plan(model="mlp", image_size=28, channels=3, batch=64, data="synthetic", optimizer="sgd", threads=1, seconds=0.1)


@pytest.fixture
def told(monkeypatch):
    """The shares that the allocator was told, in order."""
    shares = []
    monkeypatch.setattr(allocation, "scaled", lambda share: shares.append(share) or True)
    return shares


def windows(budget_s: float) -> list[Window]:
    events = []
    job.run(Request("job", PLAN, Rules(window_s=0.02, warmup_cap_s=0.05, target=0, budget_s=budget_s)), events.append)
    assert isinstance(events[-1], Done)
    return [e for e in events if isinstance(e, Window)]


def test_without_time_half_of_the_batch_is_measured_after_a_warm_one(told):
    found = windows(budget_s=0)
    assert [(w.batch, w.warm) for w in found] == [(16, True), (16, True), (32, True), (32, False)]
    assert told == [0.5, 1.0]


def test_with_time_the_batch_itself_is_measured_and_the_allocator_left_alone(told):
    counted = [w.batch for w in windows(budget_s=20) if not w.warm]
    assert counted
    assert set(counted) == {64}
    assert told == []
