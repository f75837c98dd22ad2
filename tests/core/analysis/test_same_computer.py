"""Two looks at a computer are of the same one if what lasts is the same."""

from __future__ import annotations

from dataclasses import replace

from rigdyno.core.analysis.same_computer import is_same_computer
from rigdyno.core.records.machine import Gpu, Machine, Reading

ONE = Machine({"cpu.model": Reading("Test 9000", ""), "memory.available": Reading(1, "")}, (Gpu("GPU-1", "", {}),))


def test_what_changes_from_look_to_look_does_not_matter():
    later = replace(ONE, readings=ONE.readings | {"memory.available": Reading(2, "")}, gpu_note="driver updated")
    assert is_same_computer(ONE, later)


def test_another_processor_or_gpu_is_another_computer():
    assert not is_same_computer(ONE, replace(ONE, readings={"cpu.model": Reading("Else 1", "")}))
    assert not is_same_computer(ONE, replace(ONE, gpus=(Gpu("GPU-2", "", {}),)))


def test_a_gpu_that_slept_may_be_missing():
    asleep = replace(ONE, gpus=())
    assert not is_same_computer(ONE, asleep)
    assert is_same_computer(ONE, asleep, asleep=True)
    assert not is_same_computer(ONE, replace(ONE, gpus=(Gpu("GPU-2", "", {}),)), asleep=True)
