"""How much faster a user's own program would train: by each setting that was tuned, and by a compiler or the like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records.duet import Duet
from ..records.events import Trial
from ..records.experiment_events.acceleration import Acceleration
from ..records.result import Run
from ..records.verdict import Numbers, Reason
from ..words.writer import reason

LINES = {
    "compile": "torch.compile(network)",
    "cuda-graphs": "torch.cuda.make_graphed_callables(network, (images,))",
    "cores": "OMP_PROC_BIND=close OMP_PLACES=cores",
    "numa": "numactl --cpunodebind=0 --membind=0",
}
"""What a user would write for a way to train: a line of code, variables, or what comes before the command."""


def gain(run: Run) -> float:
    """Speed of the chosen settings as a multiple of the first ones tried; 1 if nothing was chosen or the run failed."""
    trials = run.trials
    if run.failure or not (trials and trials[-1].chosen):
        return 1.0
    return trials[-1].gain or trials[-1].samples_per_s / trials[0].samples_per_s


def lines(run: Run) -> Iterator[Reason]:
    """For each setting that "tune" chose over PyTorch's own: the line of code for it, and its gain. Nothing for old
    results, whose trials were not compared in turn.
    """
    if run.failure or len(run.trials) < 2 or not run.trials[-1].chosen:
        return
    *tried, chosen = run.trials
    for before, after in _steps(tried, chosen):
        if before.gain and after.gain:
            line, device = _line(before, after, run.plan.device), run.plan.device
            yield reason("line-gains", line=line, gain=after.gain / before.gain, device=device)


def _steps(tried: Sequence[Trial], chosen: Trial) -> Iterator[tuple[Trial, Trial]]:
    """The trials that led from the first one to the chosen one, each with the best one before it."""
    best = tried[0]
    for name in ("threads", "channels_last", "precision"):
        wanted = getattr(chosen, name)
        if getattr(best, name) == wanted:
            continue
        for trial in tried[1:]:
            if _settings(trial) == _settings(best) | {name: wanted}:
                yield best, trial
                best = trial
                break


def _settings(trial: Trial) -> dict[str, object]:
    return {"threads": trial.threads, "channels_last": trial.channels_last, "precision": trial.precision}


def _line(before: Trial, after: Trial, device: str) -> str:
    if before.threads != after.threads:
        return f"torch.set_num_threads({after.threads})"
    if before.channels_last != after.channels_last:
        return "network.to(memory_format=torch.channels_last)"
    if after.precision == "tf32":
        return 'torch.backends.cuda.matmul.fp32_precision = "tf32"'
    kind = "bfloat16" if after.precision == "bf16" else "float16"
    return f'torch.autocast("{device.partition(":")[0]}", dtype=torch.{kind})'


def speedups(run: Run, runs: Sequence[Run]) -> Iterator[Reason]:
    """What each way to train gained or lost, or why it was not tried; and the gain over plain PyTorch with it."""
    for tried in run.accelerations:
        about: Numbers = {"line": LINES[tried.way], "model": run.plan.model, "device": run.plan.device}
        if tried.obstacle:
            yield reason(f"way-{tried.obstacle}", **about, seconds=tried.start_s, detail=tried.detail)
        else:
            yield from _compared(tried, about, _tuned_gain(run, runs))


def _compared(tried: Acceleration, about: Numbers, tuned: float | None) -> Iterator[Reason]:
    """`tuned`: how many times as fast as plain PyTorch the settings are that it was compared with; None: not known."""
    duet = Duet(tried.rates, tried.plain)
    times = duet.ratio.median
    if not duet.won:
        yield reason("way-loses", **about, factor=times)
        return
    if tried.start_s:
        yield reason("way-wins", **about, gain=times, seconds=tried.start_s, time=tried.start_s / (1 - 1 / times))
    else:
        yield reason("way-wins-at-once", **about, gain=times)
    if tuned:
        yield reason("way-in-all", **about, gain=tuned * times, factor=tuned)


def _tuned_gain(run: Run, runs: Sequence[Run]) -> float | None:
    """The gain of the tuned settings over PyTorch's, for the network and the device of `run`."""
    for other in runs:
        same = (other.plan.model, other.plan.device) == (run.plan.model, run.plan.device)
        if other.task == "tune" and same and other.trials and other.trials[-1].chosen:
            return gain(other)
    return None
