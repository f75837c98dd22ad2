"""The cards of the machine: what should be mended before a check stands above them, in words that say what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from rigdyno.core.records.machine import Gpu, Reading
from rigdyno.gui.pages.check.machine_cards import MachineCards
from rigdyno.gui.words import language

from tests.gui.builders import shown


@pytest.fixture
def view(qtbot, dressed):
    made = MachineCards()
    qtbot.addWidget(made)
    return made


def test_a_good_computer_has_no_warning(view, machine):
    view.show_machine(machine)
    assert "Test 9000" in shown(view)
    assert "Before you start" not in shown(view)


def test_what_should_be_mended_is_said_and_goes_when_it_is(view, machine):
    poor = machine.readings | {
        "power.source": Reading("battery", "invented"),
        "memory.available": Reading(2**30, "invented"),
    }
    view.show_machine(replace(machine, readings=poor, gpu_note="the NVIDIA driver is installed but not loaded"))
    said = shown(view)
    assert "plug it in" in said
    assert "Only 1.0 GiB of 16.0 GiB of memory are free: close" in said
    assert "restart the computer" in said
    view.show_machine(machine)
    assert "plug it in" not in shown(view)


def test_why_no_gpu_was_found_is_said_in_the_language(view, settings, machine):
    language.speak("es", settings)
    view.show_machine(replace(machine, gpu_note="looking for GPUs failed: OSError: lost"))
    assert "OSError: lost" in shown(view)
    assert "ooking for" not in shown(view)


def test_a_command_can_be_copied_and_eight_gpus_need_it_once(view, machine):
    gpu = Gpu("", "", {"gpu.name": Reading("NVIDIA A100", "invented"), "gpu.capability": Reading("8.0", "invented")})
    view.show_machine(replace(machine, gpus=8 * (gpu,), gpu_note=""))
    (hint,) = [label for label in view.findChildren(QLabel) if "pip install" in label.text()]
    assert hint.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    hint.setSelection(0, len(hint.text()))
    assert hint.selectedText().endswith("https://download.pytorch.org/whl/cu132")
