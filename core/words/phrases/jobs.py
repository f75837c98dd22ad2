"""Jobs of the catalogue: how an answer was found, what makes them fit the memory, what memory is made of; and what is
said of them on machines that are not here.
"""

from __future__ import annotations

from ..language import N_

KINDS: dict[str, str] = {
    "guess": N_("not measured"),
    "scaled": N_("scaled from published rates"),
    "published": N_("from published rates"),
    "extrapolated": N_("extrapolated from a part of it"),
    "measured": N_("measured"),
}
"""Of a `JobEstimate`."""

SHORT_KINDS: dict[str, str] = {
    "guess": N_("guess"),
    "scaled": N_("scaled"),
    "published": N_("published"),
    "extrapolated": N_("extrapolated"),
    "measured": N_("measured"),
}
"""The same of a time, in the table of all jobs."""

ON_THE_PROCESSOR = N_("It runs on the processor: a GPU is not needed.")
"""Of boosted trees."""

REMEDIES: dict[str, str] = {
    "smaller-batch": N_("a batch of 1 with accumulated gradients"),
    "eight-bit-optimizer": N_("an optimiser with states of 8 bits"),
    "checkpoint": N_("gradient checkpointing"),
    "smaller-batch-checkpoint": N_("a batch of 1 with accumulated gradients, and checkpointing"),
    "four-bit": N_("frozen weights of 4 bits"),
    "four-bit-checkpoint": N_("frozen weights of 4 bits, checkpointing and a batch of 1"),
    "shorter-sequence": N_("half of the sequence"),
    "lora": N_("LoRA instead of training all weights"),
    "lora-checkpoint": N_("LoRA on frozen weights of 4 bits, and checkpointing"),
    "one-answer": N_("one answer at a time"),
    "eight-bit": N_("weights of 8 bits"),
    "shorter-prompt": N_("half of the prompt"),
    "four-bit-shorter-prompt": N_("weights of 4 bits and half of the prompt"),
}
"""What makes a job fit, by the codes of `analysis/jobs/memory_remedies.py`."""

MEMORY: dict[str, str] = {
    "weights": N_("weights"),
    "cache": N_("keys and values"),
    "gradients": N_("gradients"),
    "optimizer": N_("optimiser"),
    "activations": N_("activations"),
    "context": N_("libraries and other programs"),
}
"""Parts of the memory of a training step, or of a language model that writes."""

FAMILIES: dict[str, str] = {
    "language": N_("language models"),
    "text": N_("classifying text"),
    "images": N_("classifying images"),
    "generators": N_("image generators"),
    "detection": N_("finding objects"),
    "segmentation": N_("segmentation"),
    "speech": N_("speech"),
    "series": N_("time series"),
    "tables": N_("tables"),
    "reinforcement": N_("reinforcement learning"),
}
"""Families of the catalogue."""

WITH_ADAPTERS = N_("{family} with adapters (LoRA)")
"""What the family is called of jobs that train adapters on frozen weights."""

GPU_LIMITS: dict[str, str] = {
    "arithmetic": N_("arithmetic"),
    "bandwidth": N_("memory bandwidth"),
    "memory": N_("size of its memory"),
    "starting": N_("starting operations"),
}
"""Of a training step, by the codes of `analysis/absent_gpus/gpu_speed.py`."""

PLAN_HEADINGS: dict[str, str] = {
    "fastest": N_("Fastest"),
    "rent": N_("Cheapest to rent, by the whole job"),
    "buy": N_("Cheapest to buy, by the price at launch"),
    "smallest": N_("Smallest, by memory"),
}
"""The orders in which machines are looked at."""

PLAN_NOTE = N_(
    "Machines that are not here were not measured: their times are published, or scaled from published rates of other "
    "GPUs with their 95 % range. Processors, disks and cooling are not looked at; prices are of their dates."
)

SIMULATED = N_("SIMULATED, NOT MEASURED: a machine with {gpu}")

RECOMPUTED = N_(
    "Jobs whose pace the processor sets are left out. Times are those with the change that makes a job fit; nothing of "
    "this is stored."
)
