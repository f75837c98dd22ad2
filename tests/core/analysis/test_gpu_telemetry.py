"""What a GPU's sensors show over a period: counters are preferred to samples, and missing values stay unknown."""

import pytest
from rigdyno.core.analysis import gpu_telemetry
from rigdyno.core.records.machine import Sample


def told(seconds: int, **values) -> list[Sample]:
    """A sample each second; a value may be a function of the time."""
    return [
        Sample(float(t), {f"gpu.0.{k.replace('__', '.')}": v(t) if callable(v) else v for k, v in values.items()})
        for t in range(seconds + 1)
    ]


def test_throttle_counters_are_preferred_to_the_event_mask():
    samples = told(10, throttled__heat=lambda t: 5.0 + 0.3 * t, throttle=0.0)
    assert gpu_telemetry.throttled_share(samples, 0, "heat") == pytest.approx(0.3)
    assert gpu_telemetry.throttled_share(samples, 0, "power-limit") == 0.0, "the mask, which says nothing of it"


def test_without_counters_the_event_mask_counts():
    samples = told(9, throttle=lambda t: 0x24 if t < 5 else 0.0, throttled__heat=None)
    assert (
        gpu_telemetry.throttled_share(samples, 0, "heat")
        == gpu_telemetry.throttled_share(samples, 0, "power-limit")
        == 0.5
    )
    assert gpu_telemetry.throttled_share(samples, 0, "power-brake") == 0.0
    assert gpu_telemetry.throttled_share([], 0, "heat") == gpu_telemetry.throttled_share(samples, None, "heat") == 0.0


def test_energy_is_the_counters_else_integrated_power_else_none():
    assert gpu_telemetry.energy_joules(told(10, energy=lambda t: 1e6 + 90.0 * t, power=100.0), 0) == pytest.approx(900)
    assert gpu_telemetry.energy_joules(told(10, energy=None, power=100.0), 0) == pytest.approx(1000)
    assert gpu_telemetry.energy_joules(told(10, energy=5e6, power=100.0), 0) == pytest.approx(1000), (
        "a counter that stands"
    )
    assert gpu_telemetry.energy_joules(told(10, energy=None, power=None), 0) is None
    assert gpu_telemetry.energy_joules(told(10, energy=5e6, power=0.0), 0) is None


def test_a_counter_that_restarts_at_zero_is_no_negative_energy():
    samples = told(10, energy=lambda t: 1e6 + 90.0 * t if t < 5 else 90.0 * (t - 4))
    assert gpu_telemetry.energy_joules(samples, 0) == pytest.approx(9 * 90)


def test_a_pause_between_samples_is_not_counted():
    samples = [*told(10, power=100.0), *(Sample(s.t + 100, s.values) for s in told(10, power=100.0))]
    assert gpu_telemetry.energy_joules(samples, 0) == pytest.approx(2000)


def test_the_pcie_link_is_the_fastest_one_seen():
    samples = told(4, pcie_generation=lambda t: 1.0 if t < 2 else 4.0, pcie_width=8.0)
    assert gpu_telemetry.fastest_pcie_link(samples, 0) == (4, 8)
    assert gpu_telemetry.pcie_bandwidth(4, 8) == pytest.approx(15.75, rel=0.01)
    assert gpu_telemetry.pcie_bandwidth(9, 1) == gpu_telemetry.pcie_bandwidth(6, 1)
    assert gpu_telemetry.fastest_pcie_link(told(4, pcie_generation=None, pcie_width=8.0), 0) is None


def test_use_by_others_is_a_mean_or_unknown():
    assert gpu_telemetry.used_by_others(told(3, others=lambda t: 10.0 * t), 0) == 15
    assert gpu_telemetry.used_by_others(told(3, others=None), 0) is None
