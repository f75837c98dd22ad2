"""What each field of a job in `resources/jobs.toml` may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..records.bounds import MAX_COUNT, MAX_SECONDS
from ..words.safe_text import neutral
from .decoders import DECODERS

TRAIN, GENERATE, BOOSTING = "train", "generate", "boosting"
"""Kinds of jobs: training a network, writing text with a language model, and boosted trees on the processor."""
FAMILIES = (
    *("language", "text", "images", "generators", "detection", "segmentation"),
    *("speech", "series", "tables", "reinforcement"),
)
LANGUAGE_MODEL = "decoder"
"""The network whose numbers are those of a known model, the field `decoder`."""
CHOICES: dict[str, tuple[str | int, ...]] = {
    "family": FAMILIES,
    "kind": (TRAIN, GENERATE, BOOSTING),
    "decoder": ("", *DECODERS),
    "lora_layers": ("linear", "attention"),
    "bits": (0, 4, 8),
    "data": ("", "jpeg"),
    "optimizer": ("adamw", "adam", "sgd", "adamw-8bit", "paged-adamw-8bit"),
    "precision": ("fp32", "tf32", "bf16", "fp16", "bf16-true"),
}
LIMITS: dict[str, tuple[int, int]] = {
    "samples": (1, MAX_COUNT),
    "epochs": (1, 10**6),
    "deadline_s": (1, int(MAX_SECONDS)),
    "batch": (1, 2**16),
    "sequence": (0, 2**20),
    "image_size": (0, 2**13),
    "classes": (0, 10**6),
    "lora": (0, 2**12),
    "accumulation": (1, 2**16),
    "loss_chunks": (1, 2**10),
    "prompt": (0, 2**20),
    "new_tokens": (0, 2**20),
    "columns": (0, 10**6),
    "trees": (0, 10**6),
    "tree_depth": (0, 64),
    "accelerators": (0, 10**6),
    "file_bytes": (0, 2**26),
    "file_width": (0, 2**14),
    "file_height": (0, 2**14),
    "files_per_sample": (0, 16),
}
TEXTS: dict[str, tuple[str, str]] = {
    "name": (r"[a-z0-9]+(-[a-z0-9]+)*", "small letters and digits with hyphens between them"),
    "network": (r"[a-z0-9]+(-[a-z0-9]+)*", "small letters and digits with hyphens between them"),
    "source": (r"\S.*\S", "a text that is not empty"),
}
"""A pattern for the whole text, and what it says."""
LONGEST_TEXT = 300
LONGEST_SHOWN = 60
"""Characters of a value in an error."""


def allowed(field: str) -> str:
    """What a field may be, in words."""
    if field in CHOICES:
        return ", ".join(str(option) or '""' for option in CHOICES[field])
    if field in LIMITS:
        low, high = LIMITS[field]
        return f"{'a number' if field == 'deadline_s' else 'a whole number'} from {low} to {high:,}"
    return f"{TEXTS[field][1]}, up to {LONGEST_TEXT} characters" if field in TEXTS else "true or false"


def is_allowed(field: str, value: Any) -> bool:
    """Whether a value of the right type may stand in a field."""
    if field in CHOICES:
        return value in CHOICES[field]
    if field in LIMITS:
        return bool(LIMITS[field][0] <= value <= LIMITS[field][1])  # of NaN it is not
    if field in TEXTS:
        return len(value) <= LONGEST_TEXT and re.fullmatch(TEXTS[field][0], value) is not None
    return isinstance(value, bool)


def complaint(field: str, value: object) -> str:
    """The error about a field: what was given, and what is allowed."""
    return f"{field} is {shown(value)}; allowed is {allowed(field)}"


def shown(value: object) -> str:
    """A value in a few harmless characters."""
    text = value if isinstance(value, str) else str(value)
    cut = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return neutral(f'"{cut}"' if isinstance(value, str) else cut).replace("\n", " ")


def contradiction(job: Mapping[str, Any]) -> str | None:
    """What is wrong with fields that are allowed one by one; None if nothing is."""
    kind, network = job["kind"], job["network"]
    if (network == LANGUAGE_MODEL) != bool(job["decoder"]):
        return complaint("decoder", job["decoder"]) + f': a name with the network "{LANGUAGE_MODEL}", else none'
    if kind == GENERATE and network != LANGUAGE_MODEL:
        return f'network is {shown(network)}; allowed with the kind "{GENERATE}" is "{LANGUAGE_MODEL}"'
    if (kind == BOOSTING) != (network == BOOSTING):
        return f'network is {shown(network)}; allowed with the kind "{kind}" is ' + (
            f'"{BOOSTING}"' if kind == BOOSTING else "any other"
        )
    for owner, fields in ((GENERATE, ("prompt", "new_tokens")), (BOOSTING, ("columns", "trees", "tree_depth"))):
        for field in fields:
            if (kind == owner) != bool(job[field]):
                told = f"1 to {LIMITS[field][1]:,}" if kind == owner else "0"
                return f'{field} is {job[field]}; allowed with the kind "{kind}" is {told}'
    for field in ("file_bytes", "file_width", "file_height", "files_per_sample"):
        if bool(job["data"]) != bool(job[field]):
            told = f"1 to {LIMITS[field][1]:,}" if job["data"] else "0"
            return f"{field} is {job[field]}; allowed with the data {shown(job['data'])} is {told}"
    if job["data"] and not job["image_size"]:
        return f"data is {shown(job['data'])}; allowed without an image_size is none"
    if kind != TRAIN and job["lora"]:
        return f'lora is {job["lora"]}; allowed with the kind "{kind}" is 0'
    if job["bits"] and not job["lora"] and kind == TRAIN:
        return f"bits is {job['bits']}; allowed without lora is 0, as weights of few bits cannot be trained"
    if job["loss_chunks"] > 1 and not job["sequence"]:
        return f"loss_chunks is {job['loss_chunks']}; allowed without a sequence is 1"
    return None
