"""The machine as a whole: every probe is heard, and none can stop the others."""

from rigdyno.core.probes import inspect_machine
from rigdyno.core.records.machine import Gpu, Reading
from rigdyno.core.words.phrases import labels


def no_gpus() -> tuple[tuple[Gpu, ...], str]:
    return (), "no NVIDIA GPU found"


def test_this_machine() -> None:
    seen = inspect_machine.inspect()
    assert {"host.os", "cpu.model", "memory.total", "power.source", "disk.free"} <= set(seen.readings)
    assert isinstance(seen.value("memory.total"), int)
    assert seen.gpus or seen.gpu_note
    assert seen.torch is None


def test_every_key_has_a_label() -> None:
    assert set(inspect_machine.inspect().readings) <= set(labels.LABELS)


def test_a_probe_that_raises_is_one_missing_reading() -> None:
    def broken() -> dict[str, Reading]:
        raise ZeroDivisionError("no such machine")

    def sound() -> dict[str, Reading]:
        return {"cpu.model": Reading("6502", "the label")}

    broken.__module__ = "rigdyno.core.probes.abacus"
    seen = inspect_machine.inspect(probes=(broken, sound), gpus=no_gpus)
    assert seen.value("cpu.model") == "6502"
    assert seen.readings["abacus.probe"] == Reading(
        None, "rigdyno.core.probes.abacus", "the probe failed: ZeroDivisionError: no such machine"
    )


def test_gpus_that_raise_leave_a_note() -> None:
    def broken() -> tuple[tuple[Gpu, ...], str]:
        raise OSError("bus fell")

    seen = inspect_machine.inspect(probes=(), gpus=broken)
    assert (seen.gpus, seen.gpu_note) == ((), "looking for GPUs failed: OSError: bus fell")
