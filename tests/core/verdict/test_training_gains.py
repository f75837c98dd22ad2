"""Which line of code gains how much, and whether a compiler is worth its start."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.records.events import Trial
from rigdyno.core.records.experiment_events.acceleration import Acceleration
from rigdyno.core.records.result import Run
from rigdyno.core.verdict.evidence import evidence
from rigdyno.core.verdict.training_gains import LINES, gain, lines, speedups

from tests.core.builders import machine, train_run


def tuned(*trials: tuple[int, bool, str, float | None], device: str = "cpu") -> Run:
    """A tune run of trials (threads, channels_last, precision, gain), the last of which was chosen."""
    made = [Trial(n, t, c, p, 1000.0, 0.9, gain=g) for n, (t, c, p, g) in enumerate(trials)]
    made[-1] = replace(made[-1], chosen=True)
    run = train_run(1)
    return replace(run, task="tune", windows=(), plan=replace(run.plan, device=device), trials=tuple(made))


FULL = tuned(
    (2, False, "fp32", 1.0), (1, False, "fp32", 0.8), (4, False, "fp32", 1.5), (4, True, "fp32", 1.8),
    (4, True, "bf16", 3.6), (4, True, "bf16", 3.6),
)  # fmt: skip


def test_every_line_has_its_own_gain():
    told = [(r.numbers["line"], round(r.numbers["gain"], 3)) for r in lines(FULL)]
    assert told == [
        ("torch.set_num_threads(4)", 1.5),
        ("network.to(memory_format=torch.channels_last)", 1.2),
        ('torch.autocast("cpu", dtype=torch.bfloat16)', 2.0),
    ]
    assert gain(FULL) == 3.6
    assert "makes training 2.0 times as fast on the CPU" in list(lines(FULL))[-1].sentence


def test_a_setting_that_lost_has_no_line():
    run = tuned((2, False, "fp32", 1.0), (2, True, "fp32", 1.01), (2, False, "bf16", 1.3), (2, False, "bf16", 1.3))
    assert [r.numbers["line"] for r in lines(run)] == ['torch.autocast("cpu", dtype=torch.bfloat16)']
    kept = tuned((2, False, "fp32", 1.0), (2, True, "fp32", 1.01), (2, False, "fp32", 1.0))
    assert list(lines(kept)) == []


def test_old_results_have_a_gain_but_no_lines():
    old = tuned((2, False, "fp32", None), (2, True, "fp32", None), (2, True, "fp32", None))
    assert list(lines(old)) == []
    assert gain(old) == 1.0
    assert list(lines(replace(old, trials=()))) == []


def test_a_gpu_has_other_lines():
    run = tuned((2, False, "fp32", 1.0), (2, False, "tf32", 1.5), (2, False, "fp16", 2.0), (2, False, "fp16", 2.0),
                device="cuda:0")  # fmt: skip
    assert [r.numbers["line"] for r in lines(run)] == ['torch.autocast("cuda", dtype=torch.float16)']


def ways(*found: Acceleration, model: str = "small-cnn") -> Run:
    run = train_run(1)
    return replace(run, task="speedups", windows=(), plan=replace(run.plan, model=model), accelerations=found)


WON = Acceleration(1.0, "compile", (1250.0,) * 6, (1000.0,) * 6, start_s=31.0)


def test_a_compiler_is_worth_it_from_the_time_that_its_start_costs():
    run = ways(WON)
    wins, in_all = speedups(run, [FULL, run])
    assert (wins.code, in_all.code) == ("way-wins", "way-in-all")
    assert wins.numbers["gain"] == pytest.approx(1.25)
    assert wins.numbers["time"] == pytest.approx(155), "at 1.25 times the speed a fifth of the time is saved"
    assert in_all.numbers["gain"] == pytest.approx(4.5)
    assert in_all.numbers["factor"] == pytest.approx(3.6)
    assert [r.code for r in speedups(ways(WON, model="resnet18"), [FULL])] == ["way-wins"], "tuned was another network"


def test_what_is_within_noise_is_not_worth_it():
    noisy = replace(WON, rates=(1250.0, 900.0, 1300.0, 1200.0, 950.0, 1250.0))
    assert [r.code for r in speedups(ways(noisy), [])] == ["way-loses"]
    tied = Acceleration(1.0, "cores", (1200.0,) * 6, (1000.0,) * 6)
    assert [r.code for r in speedups(ways(tied), [])] == ["way-wins-at-once"]


@pytest.mark.parametrize(
    "obstacle", ["no-compiler", "no-triton", "frozen", "no-affinity", "over-time", "broke", "differs"]
)
def test_every_obstacle_is_said(obstacle):
    (told,) = speedups(ways(Acceleration(1.0, "compile", obstacle=obstacle, detail="cannot", start_s=40)), [])
    assert LINES["compile"] in told.sentence


def test_the_verdict_rests_on_them():
    codes = [r.code for r in evidence(machine(), [FULL, ways(WON)], [])]
    assert codes[:4] == ["tuned", "line-gains", "line-gains", "line-gains"]
    assert {"way-wins", "way-in-all"} <= set(codes)


@pytest.mark.parametrize(
    "wrong", [{}, {"rates": (1.0,)}, {"rates": (0.0,), "plain": (1.0,)}, {"rates": (1.0,), "plain": (-1.0,)}]
)
def test_an_acceleration_has_rates_in_pairs_or_an_obstacle(wrong):
    with pytest.raises(ValueError, match="rates in pairs, or an obstacle"):
        Acceleration(1.0, "compile", **wrong)
