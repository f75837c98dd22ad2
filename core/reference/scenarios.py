"""The rules of the verdict, read from `resources/scenarios.toml`: the jobs that define each scenario."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from importlib.resources import files

import msgspec

from ..records.bounds import MAX_COUNT, MAX_SECONDS, MIN_SECONDS
from ..records.plan import Plan
from ..words.safe_text import neutral

LONGEST_QUOTED_KEY, LONGEST_COMPLAINT = 80, 300
"""Characters of a key, and of the whole message, in an error."""


@dataclass(frozen=True, slots=True)
class Job:
    """A real training job: a network in its real shape, the number of samples, and the deadline in seconds."""

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
    """GFLOP and GB of memory traffic of one sample in training, counted at this batch; 0 if not counted."""
    threads: int = 0
    """Threads on a processor; 0: those that the small network trains fastest with."""

    def __post_init__(self) -> None:
        counts = self.batch, self.classes, self.samples, self.epochs, self.image_size
        if self.scenario not in (1, 2, 3, 4):
            raise ValueError(f"scenario {self.scenario} is not allowed; allowed is 1 to 4")
        if not all(0 < n <= MAX_COUNT for n in counts) or not all(
            0 <= n <= MAX_COUNT for n in (self.accelerators, self.threads)
        ):
            raise ValueError(
                f"batch, classes, samples, epochs and image_size are 1 to {MAX_COUNT:.0e}, accelerators and threads "
                "from 0 on"
            )
        if not MIN_SECONDS <= self.deadline_s <= MAX_SECONDS:
            raise ValueError(f"deadline_s is not allowed; allowed is {MIN_SECONDS:g} to {MAX_SECONDS:g}")
        if not all(0 <= n < MAX_COUNT for n in (self.memory_gb, self.gflop, self.gbyte)):
            raise ValueError(f"memory_gb, gflop and gbyte are 0 to {MAX_COUNT:.0e}")

    @property
    def work(self) -> int:
        """Samples to train in total: those of all epochs."""
        return self.samples * self.epochs

    @property
    def memory_need(self) -> int:
        """Bytes that training at this batch needs."""
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
        plan = with_tuned_settings(own, tuned)
        return replace(plan, threads=self.threads) if self.threads and plan.device == "cpu" else plan


def with_tuned_settings(plan: Plan, tuned: Plan) -> Plan:
    """`plan` with the device, precision, memory layout, threads and seed of a tuned plan."""
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
    """All jobs, sorted by scenario, and the version of the rules."""

    version: str
    jobs: tuple[Job, ...]


def load_rules() -> Rulebook:
    """The shipped rules."""
    return parse_rules((files("rigdyno.resources") / "scenarios.toml").read_text(encoding="utf-8"))


def parse_rules(text: str) -> Rulebook:
    """Rules from TOML text. Raises ValueError that says what is wrong and where."""
    try:
        raw = tomllib.loads(text)
        told = raw.get("job", [])
        jobs = msgspec.convert(told, tuple[Job, ...])
        for place, table in enumerate(told):  # msgspec ignores keys that are no fields
            if unknown := table.keys() - {f.name for f in fields(Job)}:
                raise ValueError(f"unknown key {min(unknown)[:LONGEST_QUOTED_KEY]} in job[{place}]")
        return Rulebook(msgspec.convert(raw.get("version"), str), tuple(sorted(jobs, key=lambda j: j.scenario)))
    except RecursionError as error:
        raise ValueError("scenario rules: nested too deeply") from error
    except ValueError as error:  # includes the errors of both decoders
        raise ValueError(neutral(f"scenario rules: {str(error)[:LONGEST_COMPLAINT]}").replace("\n", " ")) from error
