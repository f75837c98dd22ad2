"""The window for tests: dressed as users get it, its engine real, its end waited for."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from rigdyno.core.records.machine import Machine, Reading, Torch, TorchDevice
from rigdyno.gui.bridge.check_bridge import Bridge
from rigdyno.gui.bridge.user_settings import Settings
from rigdyno.gui.shell import app
from rigdyno.gui.shell.main_window import MainWindow
from rigdyno.gui.words import language

from tests.gui import builders

PATIENCE_MS = 200_000
"""How long a test waits: less than pytest-timeout does, so that a hang is told with the wait that it is in."""


class PatientBot(QtBot):
    """pytest-qt's bot, patient by default: its own waits of 1 to 5 s end too early on a busy machine."""

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **more):
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals, *, timeout=PATIENCE_MS, **more):
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitActive(self, widget, *, timeout=PATIENCE_MS):
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget, *, timeout=PATIENCE_MS):
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp, request):
    """In the place of pytest-qt's."""
    return PatientBot(request)


@pytest.fixture
def settings(qapp, home):
    """English and light, kept in the test's own data folder."""
    made = Settings(home)
    made.choose("scheme", "light")
    made.choose("language", "en")
    made.welcomed = True
    yield made
    made.choose("language", "en")
    language.speak("en", made)


@pytest.fixture
def dressed(qapp, settings):
    """The application as users get it."""
    return app.prepare(qapp, settings)


@pytest.fixture
def window(qtbot, dressed, settings):
    """The whole window. A check that a test leaves behind is cancelled and waited for."""
    made = MainWindow(Bridge(), settings)
    qtbot.addWidget(made, before_close_func=MainWindow.close_without_asking)  # which asks nothing
    made.show()
    qtbot.waitExposed(made)
    yield made
    if made.bridge.running:
        with qtbot.waitSignal(made.bridge.running_changed):
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


@pytest.fixture
def judged(machine):
    """A result with a verdict, of the same computer."""
    return builders.judged(machine)
