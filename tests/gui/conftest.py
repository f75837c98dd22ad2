"""The window for tests: dressed as users get it, its engine real, its end waited for."""

from __future__ import annotations

import pytest
from rigdyno.core.model import Machine, Reading, Torch, TorchDevice
from rigdyno.gui import app, theme
from rigdyno.gui.bridge import Bridge
from rigdyno.gui.main_window import MainWindow


@pytest.fixture
def dressed(qapp):
    """The application in the light theme."""
    return app.prepare(qapp, theme.LIGHT)


@pytest.fixture
def window(qtbot, dressed, home):
    """The whole window. A check that a test leaves behind is cancelled and waited for."""
    made = MainWindow(Bridge())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    if made.bridge.running:
        with qtbot.waitSignal(made.bridge.running_changed, timeout=10_000):
            made.bridge.cancel()


@pytest.fixture
def machine():
    """A small computer with a processor that torch can use."""
    device = TorchDevice("cpu", "CPU", ("fp32", "bf16"), usable=True)
    return Machine(
        readings={
            "cpu.model": Reading("Test 9000", "invented"),
            "cpu.usable_cores": Reading(4, "invented"),
            "cpu.base_clock": Reading(None, "invented", "the firmware does not say"),
            "memory.total": Reading(16 * 2**30, "invented"),
            "memory.available": Reading(8 * 2**30, "invented"),
        },
        gpu_note="no NVIDIA GPU found",
        torch=Torch("2.13.0", "3.11", "", "AVX2", 4, (), (device,), 1.0),
    )
