"""A third of the simulation: a confident verdict is that of a full check, and stated probabilities are kept."""

import pytest

from . import early_verdict


@pytest.fixture(scope="module")
def simulated():
    return early_verdict.simulate(seed=1, every=3)


def test_machines_of_all_scenarios_are_simulated_from_enough_stored_checks(simulated):
    assert set(simulated.scenarios) == {1, 2, 3, 4}
    assert sum(rig.name.startswith("stored") for rig in early_verdict.rigs()) >= 20


def test_ending_early_changes_no_confident_verdict(simulated):
    wrong = [s for s in simulated.statements if s.final and s.stated >= early_verdict.CONFIDENT and not s.as_full]
    assert not wrong
    assert simulated.quick_windows < 0.7 * simulated.full_windows


def test_what_is_stated_is_right_as_often_as_stated(simulated):
    for _, _, count, stated, as_full, _ in early_verdict.bands(simulated.statements):
        if count >= 50:
            assert as_full > stated - 0.1
