"""The catalogue of jobs: those of `resources/jobs.toml`, and the jobs of the scenarios."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, get_type_hints

import msgspec

from ..records.workload import BoostedTrees, ImageFiles, Workload
from ..words.language import _
from ..words.safe_text import neutral
from . import job_fields
from .decoders import decoder
from .job_fields import BOOSTING, FAMILIES, GENERATE, TRAIN, complaint, is_allowed, shown
from .scenarios import Job, load_rules

CLOSE_NAMES, LEAST_ALIKE = 5, 0.5
"""Names that are told where one is unknown: at most so many, and at least so alike (0 to 1)."""
LONGEST_COMPLAINT = 600
FAMILY_OF_NETWORK = {
    "mlp": "tables",
    "resnet18": "images",
    "resnet50": "images",
    "vgg16": "images",
    "small-cnn": "images",
    "transformer": "text",
}
"""Of the networks that jobs of scenarios train."""
TOKENS_OF_NETWORK = {"transformer": 512}
PHOTO_SIZE = 224
"""From this size on, jobs of scenarios train on photos in files; smaller images are kept in memory all together."""
PHOTO_FILE: dict[str, Any] = {
    "data": "jpeg",
    "file_bytes": 115_000,
    "file_width": 500,
    "file_height": 375,
    "files_per_sample": 1,
}
"""Those of ImageNet: 147.9 GB in 1,281,167 files, most of them of this size."""
SCENARIO_SOURCE = "resources/scenarios.toml"


@dataclass(frozen=True, slots=True)
class CatalogueJob:
    """A job that people do: a network in its real shape, the data, and how long one is willing to wait.

    `job_fields` has the bounds of each field; what is outside raises ValueError.
    """

    name: str
    family: str
    """One of FAMILIES."""
    network: str
    """A name of the worker's networks, or "boosting"."""
    samples: int
    epochs: int
    deadline_s: float
    source: str
    """Where the sizes are from."""
    kind: str = TRAIN
    """train; generate: text with a language model; boosting: trees, by a library that uses the processor."""
    decoder: str = ""
    """Name of the language model, for the network "decoder"."""
    batch: int = 1
    sequence: int = 0
    image_size: int = 0
    classes: int = 0
    optimizer: str = "adamw"
    precision: str = "fp32"
    lora: int = 0
    lora_layers: str = "linear"
    bits: int = 0
    checkpoint: bool = False
    accumulation: int = 1
    loss_chunks: int = 1
    prompt: int = 0
    """Tokens that are read before the first is written."""
    new_tokens: int = 0
    columns: int = 0
    """Numbers in a row of the table."""
    trees: int = 0
    tree_depth: int = 0
    accelerators: int = 0
    """The fewest that the job asks for; a job of a scenario may."""
    data: str = ""
    """"jpeg": a training reads its images from such files; empty where reading its data costs next to nothing."""
    file_bytes: int = 0
    """Bytes of a file in the mean."""
    file_width: int = 0
    file_height: int = 0
    """Pixels that most files have."""
    files_per_sample: int = 0

    def __post_init__(self) -> None:
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        for field, value in told.items():
            if not is_allowed(field, value):
                raise ValueError(complaint(field, value))
        if wrong := job_fields.contradiction(told):
            raise ValueError(wrong)

    @property
    def work(self) -> int:
        """Samples in total: those of all epochs."""
        return self.samples * self.epochs

    @property
    def files(self) -> ImageFiles | None:
        """What its images are read from; None where it reads none from files."""
        sizes = self.file_bytes, self.file_width, self.file_height, self.files_per_sample
        return ImageFiles(*sizes) if self.data else None

    @property
    def workload(self) -> Workload:
        """One training step of it; of a job that generates: one batch of answers; of boosted trees: all of them."""
        if self.kind == BOOSTING:
            trees = BoostedTrees(self.samples, self.columns, self.trees, self.tree_depth, self.classes)
            return Workload(BOOSTING, boosting=trees)
        return Workload(
            network=self.network,
            batch=self.batch,
            sequence=self.prompt + self.new_tokens if self.kind == GENERATE else self.sequence,
            image_size=self.image_size,
            classes=self.classes,
            decoder=decoder(self.decoder) if self.decoder else None,
            optimizer=self.optimizer,
            precision=self.precision,
            lora=self.lora,
            lora_layers=self.lora_layers,
            bits=self.bits,
            checkpoint=self.checkpoint,
            accumulation=self.accumulation,
            loss_chunks=self.loss_chunks,
            new_tokens=self.new_tokens,
        )


class UnknownJobError(KeyError):
    """There is no job of this name; `close` are names like it."""

    def __init__(self, name: str, close: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.close = name, close

    def __str__(self) -> str:
        if not self.close:
            return _("There is no job {name}.").format(name=shown(self.name))
        return _("There is no job {name}; close to it: {names}.").format(
            name=shown(self.name), names=", ".join(self.close)
        )


@cache
def load_catalogue() -> tuple[CatalogueJob, ...]:
    """All jobs, family by family; a family's jobs of scenarios come last."""
    own = parse_jobs((files("rigdyno.resources") / "jobs.toml").read_text(encoding="utf-8"))
    return merged(own, load_rules().jobs)


def job(name: str) -> CatalogueJob:
    """The job of this name. Raises UnknownJobError."""
    known = {item.name: item for item in load_catalogue()}
    if name not in known:
        asked = name.lower()
        close = [other for other in known if asked and asked in other]
        close += difflib.get_close_matches(asked, known, CLOSE_NAMES, LEAST_ALIKE)
        raise UnknownJobError(name, tuple(dict.fromkeys(close))[:CLOSE_NAMES])
    return known[name]


def parse_jobs(text: str) -> tuple[CatalogueJob, ...]:
    """Jobs from TOML text. Raises ValueError that says which job and field is wrong, and what is allowed."""
    try:
        raw = tomllib.loads(text)
        if unknown := raw.keys() - {"job"}:
            raise ValueError(f"unknown key {shown(min(unknown))}; allowed is job")
        tables = raw.get("job")
        if not isinstance(tables, list) or not tables:
            raise ValueError("job is no list of tables")
        return _unique(_read(place, table) for place, table in enumerate(tables))
    except RecursionError as error:
        raise ValueError("jobs: nested too deeply") from error
    except ValueError as error:  # includes the decoder's errors
        raise ValueError(neutral(f"jobs: {str(error)[:LONGEST_COMPLAINT]}").replace("\n", " ")) from error


def merged(own: Iterable[CatalogueJob], of_scenarios: Iterable[Job]) -> tuple[CatalogueJob, ...]:
    """The jobs of both, family by family. Raises ValueError where a name is there twice."""
    together = _unique([*own, *(from_scenario(item) for item in of_scenarios)])
    return tuple(sorted(together, key=lambda item: FAMILIES.index(item.family)))


def from_scenario(item: Job) -> CatalogueJob:
    """A scenario's job as one of the catalogue. Raises ValueError where the family of its network is not known."""
    family = FAMILY_OF_NETWORK.get(item.model)
    if family is None:
        raise ValueError(f"jobs: {shown(item.name)}: no family is known for the network {shown(item.model)}")
    return CatalogueJob(
        name=item.name,
        family=family,
        network=item.model,
        samples=item.samples,
        epochs=item.epochs,
        deadline_s=item.deadline_s,
        source=SCENARIO_SOURCE,
        batch=item.batch,
        sequence=TOKENS_OF_NETWORK.get(item.model, 0),
        image_size=item.image_size if family == "images" else 0,
        classes=item.classes,
        optimizer=item.optimizer,
        accelerators=item.accelerators,
        **(PHOTO_FILE if family == "images" and item.image_size >= PHOTO_SIZE else {}),
    )


def _unique(jobs: Iterable[CatalogueJob]) -> tuple[CatalogueJob, ...]:
    known: dict[str, CatalogueJob] = {}
    for item in jobs:
        if item.name in known:
            raise ValueError(f"{shown(item.name)}: name is there twice; allowed is a name of its own")
        known[item.name] = item
    return tuple(known.values())


def _read(place: int, table: object) -> CatalogueJob:
    """One table as a job; errors begin with its name, or its place where it has none."""
    if not isinstance(table, dict):
        raise ValueError(f"job[{place}] is {shown(table)}; allowed is a table")
    name = table.get("name")
    label = shown(name) if isinstance(name, str) and name else f"job[{place}]"
    try:
        return CatalogueJob(**_converted(table))
    except ValueError as error:
        raise ValueError(f"{label}: {error}") from error


def _converted(table: dict[str, Any]) -> dict[str, Any]:
    """Each value in the type of its field, strictly: no number stands for a truth, and no text for a number."""
    if unknown := table.keys() - TYPES.keys():
        raise ValueError(f"unknown key {shown(min(unknown))}; allowed are {', '.join(TYPES)}")
    if missing := [name for name in REQUIRED if name not in table]:
        raise ValueError(f"{missing[0]} is missing; allowed is {job_fields.allowed(missing[0])}")
    values = {}
    for field, value in table.items():
        try:
            values[field] = msgspec.convert(value, TYPES[field])
        except msgspec.ValidationError as error:
            raise ValueError(complaint(field, value)) from error
    return values


TYPES: dict[str, Any] = get_type_hints(CatalogueJob)
REQUIRED = ("name", "family", "network", "samples", "epochs", "deadline_s", "source")
