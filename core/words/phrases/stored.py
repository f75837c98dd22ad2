"""Sentences that results hold in English; the window and the terminal say them again in the reader's language."""

from __future__ import annotations

import re

from ..language import N_
from ..plural import Plural, Template
from . import engines

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

TEMPLATES: tuple[Template, ...] = (
    RULE_NOT_MET,
    RULE_NOT_MEASURED,
    RULE_MET,
    # of probes, which run where there is no catalogue
    N_("the probe failed: {why}"),
    N_("looking for GPUs failed: {why}"),
    N_("NVML error {code}"),
    N_("this nvidia-ml-py has no {name}"),
    N_("a value of the unknown type {type}"),
    N_("unexpected answer: {why}"),
    Plural(
        "{count} logical core, affinity to {cores}, cgroup quota of {quota}",
        "{count} logical cores, affinity to {cores}, cgroup quota of {quota}",
    ),
    Plural("{count} logical core, affinity to {cores}", "{count} logical cores, affinity to {cores}"),
    Plural("{count} logical core, cgroup quota of {quota}", "{count} logical cores, cgroup quota of {quota}"),
    Plural("{count} logical core", "{count} logical cores"),
    # what failures quote
    N_("About {need} GiB are needed, and {most} GiB may be used."),
    N_("signal {name}, which the system also sends when memory runs out; its last words: {words}"),
    N_("signal {name}, which the system also sends when memory runs out"),
    N_("signal {name}; its last words: {words}"),
    N_("exit code {code}; its last words: {words}"),
    N_("exit code {code}"),
    Plural("after {count} sample", "after {count} samples"),
    N_("rank {rank} was ended by {signal}"),
    N_("it was closed before this run"),
    N_("it was closed"),
    N_("there is no ssh client on this computer; install OpenSSH"),
    *engines.SENTENCES.values(),
)
"""All of them: of two that fit the same sentence, the one with more words comes first."""
NUMBERS = ("count", "quota", "seconds", "memory", "chance", "probability", "jobs", "need", "most", "has", "size",
           "expected")  # fmt: skip
"""Values that are numbers or hold some; all others stay as they are, versions among them."""

PLACE = re.compile(r"\{(\w+)\}")


def match(text: str) -> tuple[Template, dict[str, str]]:
    """The template that made a text and the values in it; both empty where none did.

    Earlier versions wrote "1 logical cores".
    """
    for template in TEMPLATES:
        for form in (template,) if isinstance(template, str) else (template.many, template.one):
            if values := _values(form, text):
                return template, values
    return "", {}


def _values(template: str, text: str) -> dict[str, str]:
    """The value of each place. The text is read once: somebody may have made it to keep a regular expression busy."""
    first, *rest = PLACE.split(template)
    found: dict[str, str] = {}
    at = len(first) if text.startswith(first) else len(text) + 1
    for name, literal in zip(rest[::2], rest[1::2], strict=True):
        last = len(found) + 1 == len(rest) // 2
        end = len(text) - len(literal) if last and text.endswith(literal) else text.find(literal, at)
        if end < at or (last and not text.endswith(literal)):
            return {}
        found[name], at = text[at:end], end + len(literal)
    return found
