"""Machines that are not here: what limits them, and what their figures rest on."""

from __future__ import annotations

from ..language import N_

LIMITS: dict[str, str] = {
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
    "Nothing here was measured: times are published, or scaled from published rates of other GPUs with their 95 % "
    "range. Processors, disks and cooling are not looked at; prices are of their dates."
)

SIMULATED = N_("SIMULATED, NOT MEASURED: a machine with {gpu}")

RECOMPUTED = N_(
    "Jobs whose pace the processor sets are left out. Times are those with the change that makes a job fit; nothing of "
    "this is stored."
)
