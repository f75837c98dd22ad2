"""The window in front of every recorded computer: its cards, its hints, and room for all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rigdyno.core.check.updates import MachineSeen
from rigdyno.core.verdict.warnings.check_warnings import check_warnings
from rigdyno.core.words.writer import english
from rigdyno.gui.shell.main_window import CHECK

from tests.recorded_computers import NAMES, machine

from .builders import shown
from .layout import misfits

FEW = ("laptop-rtx-4060-55w", "server-dgx-h100", "windows-gaming-laptop", "mac-studio-m2-ultra")


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in FEW else pytest.mark.slow) for n in NAMES])
def test_the_window_shows_what_is_in_it_and_what_to_put_right(window, qtbot, name: str) -> None:
    seen = machine(name)
    window.resize(1366, 768)
    window.show_page(CHECK)
    window.bridge.updated.emit(MachineSeen(replace(seen, torch=None)))
    window.bridge.updated.emit(MachineSeen(seen))
    names = [str(seen.value("cpu.model")), *(gpu.name for gpu in seen.gpus)]
    qtbot.waitUntil(lambda: all(told in shown(window.check_page) for told in names))
    said = shown(window.check_page)
    assert said.count("Compute capability") == len(seen.gpus)
    for hint in check_warnings(seen):
        assert english.reason(hint) in said
    if seen.torch:
        assert seen.torch.version in said
    qtbot.waitUntil(lambda: misfits(window.check_page) == [])
