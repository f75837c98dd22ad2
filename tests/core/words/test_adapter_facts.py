"""What is known of a graphics adapter, in a line."""

from __future__ import annotations

import pytest
from rigdyno.core.records.machine import Adapter
from rigdyno.core.words.adapter_facts import adapter_line
from rigdyno.core.words.writer import spoken

GIB = 2**30


@pytest.mark.parametrize(
    ("adapter", "line"),
    [
        (Adapter("AMD", "Radeon", dedicated_memory=24 * GIB, drives_screen=True, external=True),
         "Radeon, 24.0 GiB of its own, outside of the computer, drives the screen"),
        (Adapter("Intel", "UHD", dedicated_memory=0, shared_memory=8 * GIB, integrated=True, drives_screen=False),
         "UHD, 8.0 GiB of the computer's, part of the processor"),
        (Adapter("NVIDIA", "RTX 4060", asleep=True), "RTX 4060, asleep"),
        (Adapter("", "VGA"), "VGA"),
    ],
)  # fmt: skip
def test_the_line_of_an_adapter(adapter: Adapter, line: str) -> None:
    assert adapter_line(adapter, spoken) == line
