"""Sentences that results hold in English; the window and the terminal say them again in the reader's language."""

from __future__ import annotations

from ..language import N_

RULE_NOT_MET = N_(
    "scenario {scenario} asks for {job} within {seconds} s and {memory} GB with a chance of {chance}: "
    "it has a chance of {probability}, so scenario {reached} stands"
)
RULE_NOT_MEASURED = N_(
    "scenario {scenario} asks for {job} within {seconds} s and {memory} GB with a chance of {chance}: "
    "it was not measured, so scenario {reached} stands"
)
RULE_MET = N_("scenario {scenario} asks for a chance of {chance} at each of its jobs: {jobs}")
"""Which rule decided a verdict."""

TEMPLATES = (
    RULE_NOT_MET,
    RULE_NOT_MEASURED,
    RULE_MET,
    # of probes, which run where there is no catalogue
    N_("the probe failed: {why}"),
    N_("looking for GPUs failed: {why}"),
    N_("{count} logical cores"),
    N_("{count} logical cores, affinity to {cores}"),
    N_("{count} logical cores, affinity to {cores}, cgroup quota of {quota}"),
)
"""All of them. A probe's reason without a value in it is its own template."""
