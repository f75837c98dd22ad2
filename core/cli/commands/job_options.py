"""The options of `job`: which job, and what about it is changed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...records.workload import ImageFiles, Workload
from ...reference import job_catalogue, job_fields, model_config
from ...reference.job_catalogue import CatalogueJob
from ...store.data_folder import read_small
from ...words.language import N_, _
from ...words.writer import spoken as words
from .. import shared_options

CHANGES: dict[str, str] = {
    "batch": N_("samples in one forward pass"),
    "sequence": N_("tokens of a sample"),
    "image_size": N_("side of a square image, in pixels"),
    "prompt": N_("tokens that a language model reads before it writes"),
    "new_tokens": N_("tokens that it writes"),
    "lora": N_("rank of the adapters; 0 trains all weights"),
    "bits": N_("bits of frozen weights, below adapters or of a model that writes: 0, 4 or 8"),
    "accumulation": N_("batches before the weights are updated"),
    "loss_chunks": N_("parts in which the loss over the vocabulary is computed"),
    "optimizer": N_("rule that updates the weights"),
    "precision": N_("number format"),
    "samples": N_("samples of one epoch"),
    "epochs": N_("epochs of the training"),
}
"""Fields of a job that an option changes."""
DEFAULT_SAMPLES, DEFAULT_EPOCHS = 10_000, 1
"""Of a job that is not from the catalogue."""
CONFIG_BYTES = 2**20
CONFIG_PRECISION = "bf16-true"
"""How language models are mostly adapted."""
CONFIG_SEQUENCE = 2048
CONFIG, MODEL = "config", "model"
WRITING = ("prompt", "new_tokens")
"""Options of jobs that write text; with --config they make it one."""
OF_TRAINING = ("sequence", "lora", "accumulation", "loss_chunks", "optimizer", "checkpoint")
"""Options that jobs which write text do not have."""
USUAL_TEXT = {"prompt": 512, "new_tokens": 128}
"""Tokens of a text of one's own; as llama.cpp's benchmark has them."""


@dataclass(frozen=True)
class ChosenJob:
    """What is to be answered for: a name, the workload, the samples in total, and the catalogue's job behind it."""

    name: str
    workload: Workload
    work: int
    catalogued: CatalogueJob | None

    @property
    def files(self) -> ImageFiles | None:
        """What it reads its images from."""
        return self.catalogued.files if self.catalogued else None


class JobOptionError(ValueError):
    """The options name no job, or one that cannot be; the message is for the user."""


def add(parser: argparse.ArgumentParser) -> None:
    """All options that choose a job or change it."""
    parser.add_argument("name", nargs="?", metavar="NAME", help=_("a job of the catalogue, see `rigdyno job --list`"))
    about = _("a language model of your own, by its config.json (Llama, Mistral, Qwen or Gemma)")
    parser.add_argument("--config", type=Path, metavar="FILE", help=about)
    about = _("a training of your own: package.module:function, see the README")
    parser.add_argument("--model", metavar="NAME", help=about)
    for field, text in CHANGES.items():
        flag = "--" + field.replace("_", "-")
        if choices := job_fields.CHOICES.get(field):
            kind: Callable[[str], object] = int if isinstance(choices[0], int) else str
            parser.add_argument(flag, type=kind, choices=choices, help=_(text))
        else:
            parser.add_argument(flag, type=_whole(field), metavar="N", help=_(text))
    about = _("keep only the blocks' inputs, and compute the rest twice (or not: --no-checkpoint)")
    parser.add_argument("--checkpoint", action=argparse.BooleanOptionalAction, default=None, help=about)


def chosen_job(options: argparse.Namespace) -> ChosenJob:
    """The job that the options name, changed as they say. Raises JobOptionError."""
    named = [flag for flag in ("name", CONFIG, MODEL) if getattr(options, flag)]
    if len(named) != 1:
        raise JobOptionError(_("name one job: NAME of `rigdyno job --list`, --config FILE or --model NAME"))
    changes = {f: v for f in CHANGES if (v := getattr(options, f)) is not None}
    if options.checkpoint is not None:
        changes["checkpoint"] = options.checkpoint
    found = _from_catalogue(options.name) if options.name else _of_ones_own(options)
    if found.workload.boosting:
        _refuse_changes(options, found.name, tuple(changes))
    samples, epochs = changes.pop("samples", None), changes.pop("epochs", None)
    if found.catalogued:
        samples, epochs = samples or found.catalogued.samples, epochs or found.catalogued.epochs
    writing = {f: n for f in WRITING if (n := changes.pop(f, None)) is not None}
    if writing or found.workload.new_tokens:
        found = _with_text(found, writing, changes)
        samples = samples or 1
    workload = replace(found.workload, **changes)
    if "lora" in changes and not workload.lora and "bits" not in changes:
        workload = replace(workload, bits=0)
    _check(workload, changes)
    return replace(found, workload=workload, work=(samples or DEFAULT_SAMPLES) * (epochs or DEFAULT_EPOCHS))


def _with_text(found: ChosenJob, changed: dict[str, int], others: Collection[str]) -> ChosenJob:
    """The job with as much text as is asked for. Raises JobOptionError where it is to be trained."""
    before = found.workload
    if not before.new_tokens and not (before.decoder and found.catalogued is None):
        raise JobOptionError(_("--prompt and --new-tokens are for a job that writes text, and for --config"))
    if wrong := [field.replace("_", "-") for field in OF_TRAINING if field in others]:
        raise JobOptionError(_("--{option} is not for a job that writes text").format(option=wrong[0]))
    usual = {"prompt": before.prompt, "new_tokens": before.new_tokens} if before.new_tokens else USUAL_TEXT
    told = usual | changed
    if not all(told.values()):
        raise JobOptionError(_("--prompt and --new-tokens: allowed is 1 or more"))
    sequence, new_tokens = sum(told.values()), told["new_tokens"]
    return replace(found, workload=replace(before, sequence=sequence, new_tokens=new_tokens))


def _from_catalogue(name: str) -> ChosenJob:
    try:
        job = job_catalogue.job(name)
    except job_catalogue.UnknownJobError as error:
        raise JobOptionError(str(error)) from None
    return ChosenJob(job.name, job.workload, job.work, job)


def _of_ones_own(options: argparse.Namespace) -> ChosenJob:
    if options.model:
        return ChosenJob(options.model, Workload(options.model, batch=0), 0, None)
    try:
        shape = model_config.read_config(read_small(options.config, CONFIG_BYTES).decode())
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise JobOptionError(_("--config: {path}: {why}").format(path=options.config, why=why)) from None
    except model_config.ModelConfigError as error:
        raise JobOptionError(_("--config: {path}: {why}").format(path=options.config, why=error)) from None
    workload = Workload(job_fields.LANGUAGE_MODEL, sequence=CONFIG_SEQUENCE, decoder=shape, precision=CONFIG_PRECISION)
    return ChosenJob(options.config.name, workload, 0, None)


def _refuse_changes(options: argparse.Namespace, name: str, given: Sequence[str]) -> None:
    """Boosted trees are measured as the catalogue has them, on the processor."""
    if given:
        flag = "--" + given[0].replace("_", "-")
        raise JobOptionError(_("{option}: {name} is measured as it is in the catalogue").format(option=flag, name=name))
    if options.memory:
        told = _("--memory: that of {name} cannot be counted; it is measured while some trees are trained")
        raise JobOptionError(told.format(name=name))
    if set(options.devices or ("cpu",)) != {"cpu"}:
        raise JobOptionError(_("--devices: {name} runs on the processor; allowed is cpu").format(name=name))


def _check(workload: Workload, changes: Collection[str]) -> None:
    """That the changed fields suit each other."""
    if workload.bits and not (workload.lora or workload.new_tokens):
        told = _("--bits: weights of few bits cannot be trained; allowed is 0, or 4 and 8 with --lora")
        raise JobOptionError(told)
    if "sequence" in changes and workload.sequence < 1:
        raise JobOptionError(_("--sequence: allowed is 1 or more"))


def _whole(field: str) -> Callable[[str], int]:
    low, high = job_fields.LIMITS[field]

    def number(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise shared_options.not_allowed(text, words.allowed("between", {"low": str(low), "high": str(high)}))
        return int(text)

    return number
