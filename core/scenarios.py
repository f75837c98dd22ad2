"""The rules of the verdict, read from `resources/scenarios.toml`: which jobs define which scenario."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from importlib.resources import files

import msgspec

from .model import Plan


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of real work: a network in its real shape, how many samples, and by when."""

    name: str
    scenario: int
    model: str
    batch: int
    classes: int
    samples: int
    epochs: int
    deadline_s: float
    memory_gb: float
    image_size: int = 28
    optimizer: str = "sgd"
    accelerators: int = 0
    gflop: float = 0
    gbyte: float = 0
    """Arithmetic and memory traffic of one sample in training, counted at this batch; 0 where nobody counted."""

    @property
    def work(self) -> int:
        """Samples to train in all."""
        return self.samples * self.epochs

    @property
    def memory_need(self) -> int:
        """What training at this batch needs, in bytes."""
        return int(self.memory_gb * 1e9)

    def plan(self, tuned: Plan) -> Plan:
        """The plan that measures this job, with the device and settings of a tuned plan."""
        own = Plan(
            model=self.model,
            image_size=self.image_size,
            channels=3,
            classes=self.classes,
            batch=self.batch,
            optimizer=self.optimizer,
            data="synthetic",
        )
        return retuned(own, tuned)


def retuned(plan: Plan, tuned: Plan) -> Plan:
    """The same training with the device and the settings of a tuned plan."""
    return replace(
        plan,
        device=tuned.device,
        precision=tuned.precision,
        channels_last=tuned.channels_last,
        threads=tuned.threads,
        seed=tuned.seed,
    )


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All jobs, from the lowest scenario to the highest, and the version of the rules."""

    version: str
    jobs: tuple[Job, ...]


def load() -> Rulebook:
    """The shipped rules."""
    return parse((files("rigdyno.resources") / "scenarios.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Rulebook:
    """Rules from TOML text. Raises ValueError that names what is wrong and where."""
    raw = tomllib.loads(text)
    try:
        jobs = msgspec.convert(raw.get("job", []), tuple[Job, ...])
        for place, table in enumerate(raw.get("job", [])):  # msgspec passes over keys that a dataclass lacks
            if unknown := table.keys() - {f.name for f in fields(Job)}:
                raise ValueError(f"scenario rules: unknown key {min(unknown)} in job[{place}]")
        return Rulebook(msgspec.convert(raw.get("version"), str), tuple(sorted(jobs, key=lambda j: j.scenario)))
    except msgspec.ValidationError as error:
        raise ValueError(f"scenario rules: {error}") from error
