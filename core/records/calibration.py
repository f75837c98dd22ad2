"""A training that the user has done, set beside its forecast, and the factor that follows for other forecasts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """One training of the user's own; `factor` is its rate over the forecast of the same job on the same device."""

    family: str
    """Which jobs it tells of, see `analysis/jobs/calibration.py`."""
    device: str
    """The device's id in torch."""
    computer: str
    """A digest of what is lasting about the computer, see `analysis/same_computer.py`."""
    job: str
    date: str
    """The day on which the training ended, as YYYY-MM-DD."""
    steps: int
    samples_per_s: float
    factor: float
    log: str
    """A digest of the log: the same log, read again, takes its own place."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What forecasts of a family on a device are multiplied by: the geometric mean of the factors of so many
    trainings, from the `lowest` to the `highest`; `steps` are those of all of them, `date` is the latest.
    """

    factor: float
    lowest: float
    highest: float
    trainings: int
    steps: int
    date: str
