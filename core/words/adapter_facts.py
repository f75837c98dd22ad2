"""What is known of a graphics adapter beside its name, in a line."""

from __future__ import annotations

from ..records.machine import Adapter
from .language import N_
from .safe_text import clipped
from .writer import Words

ADAPTER, OF_THE_SYSTEM = N_("Graphics adapter"), N_("the system's list of graphics adapters")
OWN, SHARED, INTEGRATED, EXTERNAL = (
    N_("{size} of its own"),
    N_("{size} of the computer's"),
    N_("part of the processor"),
    N_("outside of the computer"),
)
SCREEN, ASLEEP = N_("drives the screen"), N_("asleep")


def adapter_line(adapter: Adapter, words: Words) -> str:
    """Its name and what is known of it."""
    return ", ".join(filter(None, (clipped(adapter.name), adapter_facts(adapter, words))))


def adapter_facts(adapter: Adapter, words: Words) -> str:
    """As in "24 GiB of its own, drives the screen"; empty where nothing is known."""
    told = []
    for template, amount in ((OWN, adapter.dedicated_memory), (SHARED, adapter.shared_memory)):
        if amount:
            told.append(words.translate(template).format(size=words.size(amount)))
    known = {INTEGRATED: adapter.integrated, EXTERNAL: adapter.external}
    known |= {SCREEN: adapter.drives_screen, ASLEEP: adapter.asleep}
    told += [words.translate(name) for name, holds in known.items() if holds]
    return ", ".join(told)
