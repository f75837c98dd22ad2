"""The hardware and PyTorch of this computer as cards; the tool tip of each value names its source."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from ....core.records.machine import Gpu, Machine, Reading, Torch
from ....core.words.adapter_facts import ADAPTER, OF_THE_SYSTEM, adapter_line
from ....core.words.language import N_, _
from ....core.words.writer import capital
from ...widgets.containers import Columns, card, clear
from ...widgets.labels import ElidedLabel, advice, label, tip
from ...words import text

CARDS = (
    ("cpu.model", ("cpu.physical_cores", "cpu.logical_cores", "cpu.usable_cores", "cpu.base_clock", "cpu.max_clock",
                   "cpu.simd")),
    ("memory.total", ("memory.modules", "memory.channels", "memory.available", "memory.swap_used", "memory.limit",
                      "disk.free")),
    ("host.os", ("host.model", "host.virtual", "npu.names", "power.source", "power.battery", "power.battery_health")),
)  # fmt: skip
"""The headline of each card and its rows: what a buyer looks for. The terminal's `inspect` shows every reading."""
IF_KNOWN = ("memory.modules", "memory.channels", "npu.names")
"""Rows that are left out where they have no value, as on most computers."""
GPU_ROWS = ("gpu.memory_total", "gpu.memory_free", "gpu.capability", "gpu.driver", "gpu.power_limit")
BESIDE = 12
"""Characters; a longer value is written below its name instead of beside it."""
ROOM = 28
"""Characters that the longest name of a card and a value beside it may have together."""
ASKED = N_("asked of the training process")


class MachineCards(QWidget):
    """The cards of a machine. Readings that arrive later are shown by another call of `show_machine`."""

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._trouble = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._title = label(_("Looking at this computer …"), "headline")
        self._columns = Columns(wide=232, most=5)
        self._hints = QVBoxLayout()
        column.addWidget(self._title)
        column.addLayout(self._hints)
        column.addWidget(self._columns)
        column.addStretch(1)

    def show_machine(self, machine: Machine) -> None:
        """Show the readings of a machine."""
        if machine != self._machine:
            self._machine, self._trouble = machine, ""
            self._build()

    def show_trouble(self, sentence: str) -> None:
        """Show that the training process did not answer."""
        self._trouble = sentence
        self._build()

    def _build(self) -> None:
        from ....core.verdict.warnings.check_warnings import check_warnings  # imports tables that a start does not need

        machine = self._machine
        self._title.setText(_("This computer"))
        if machine is None:
            self._columns.fill([card(label(self._trouble, "error", wrap=True))])
            return
        clear(self._hints)
        if found := check_warnings(machine):
            title = label(_("Before you start"), "overline")
            lines = (advice(text.sentence(hint)) for hint in found)
            self._hints.addWidget(card(title, *lines, role="warning", spacing=6))
        cpu, memory, host = (self._card(key, rows, machine.readings) for key, rows in CARDS)
        gpus = [self._gpu(gpu) for gpu in machine.gpus] or [self._no_gpu(machine)]
        self._columns.fill([cpu, *gpus, memory, self._torch(machine.torch), host])

    def _card(self, headline: str, rows: tuple[str, ...], readings: dict[str, Reading]) -> QFrame:
        absent = Reading(None, _("no probe for it on this system"))
        return self._frame(
            text.words.label(headline),
            text.words.show(headline, readings.get(headline, absent).value),
            text.source(readings.get(headline, absent)),
            [
                (text.words.label(k), text.words.show(k, v.value), text.source(v), v.value is not None)
                for k in rows
                if (v := readings.get(k, absent)).value is not None or (k in readings and k not in IF_KNOWN)
            ],
        )

    def _gpu(self, gpu: Gpu) -> QFrame:
        return self._card("gpu.name", GPU_ROWS, gpu.readings)

    def _no_gpu(self, machine: Machine) -> QFrame:
        note = capital(text.words.stored(machine.gpu_note)) or _("No NVIDIA GPU found")
        told = label(_("Training runs on the processor."), "dim", wrap=True)
        source = _(OF_THE_SYSTEM)
        rows = [(_(ADAPTER), adapter_line(one, text.words), source, True) for one in machine.adapters]
        frame = self._frame(text.words.label("gpu.name"), note, "NVML", rows, known=False)
        column = frame.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(2, told)
        return frame

    def _torch(self, torch: Torch | None) -> QFrame:
        title = text.words.label("torch.version")
        if torch is None:
            waiting = self._trouble or _("Asking the training process …")
            return self._frame(title, waiting, _(ASKED), [], known=False, bad=bool(self._trouble))
        build = torch.build or _("processor only")
        rows = [
            (text.words.label("torch.build"), build, _(ASKED), True),
            (_("Vector units used"), torch.cpu_capability, _(ASKED), True),
        ]
        for device in torch.devices:
            state = ", ".join(device.precisions) if device.usable else _("not usable: ") + device.problem
            name = _("Trains on") if device.usable else _("Cannot train on")
            rows.append((name, f"{device.name} ({state})", _(ASKED), device.usable))
        return self._frame(title, torch.version, _(ASKED), rows)

    def _frame(
        self,
        title: str,
        headline: str,
        source: str,
        rows: list[tuple[str, str, str, bool]],
        known: bool = True,
        bad: bool = False,
    ) -> QFrame:
        head = label(headline, "error" if bad else "dim", wrap=True)
        if known and not bad:  # names of kernels are long words, which a plain label would cut off
            head = ElidedLabel(headline, "headline", most=8)
        head.setToolTip(tip(source))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        beside = min(BESIDE, ROOM - max((len(name) for name, *_rest in rows), default=0))
        for index, (name, value, origin, answered) in enumerate(rows):
            below = len(value) > beside
            shown = label(value, "" if answered else "dim", wrap=below)
            shown.setToolTip(tip(origin))
            shown.setAccessibleName(f"{name}: {value}")
            grid.addWidget(label(name, "dim"), 2 * index, 0, Qt.AlignmentFlag.AlignTop)
            if below:
                grid.addWidget(shown, 2 * index + 1, 0, 1, 2)
            else:
                grid.addWidget(shown, 2 * index, 1, Qt.AlignmentFlag.AlignTop)
        frame = card(label(title, "overline"), head, grid, spacing=6)
        column = frame.layout()
        assert isinstance(column, QVBoxLayout)
        column.addStretch(1)
        return frame
