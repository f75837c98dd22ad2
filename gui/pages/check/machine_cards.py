"""What is in this computer, as cards; each value tells its source when pointed at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from ....core.records.machine import Gpu, Machine, Reading, Torch
from ....core.words.writer import capital
from ...widgets.parts import Columns, advice, card, clear, label, tip
from ...words import text

CARDS = (
    ("cpu.model", ("cpu.physical_cores", "cpu.logical_cores", "cpu.usable_cores", "cpu.base_clock", "cpu.max_clock",
                   "cpu.simd")),
    ("memory.total", ("memory.available", "memory.swap_used", "memory.limit", "disk.free")),
    ("host.os", ("host.model", "host.virtual", "power.source", "power.battery", "power.battery_health")),
)  # fmt: skip
"""What a buyer looks for: the headline of each card, and its rows. The terminal's `inspect` shows every reading."""
GPU_ROWS = ("gpu.memory_total", "gpu.memory_free", "gpu.capability", "gpu.driver", "gpu.power_limit")
BESIDE = 12
"""A longer value stands below its name."""
ASKED = "asked of the training process"


class MachineView(QWidget):
    """The cards. Shows what is known so far and is told again when more is."""

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._trouble = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._title = label(self.tr("Looking at this computer …"), "headline")
        self._columns = Columns(wide=232, most=5)
        self._hints = QVBoxLayout()
        column.addWidget(self._title)
        column.addLayout(self._hints)
        column.addWidget(self._columns)
        column.addStretch(1)

    def show_machine(self, machine: Machine) -> None:
        """Show these readings."""
        if machine != self._machine:
            self._machine, self._trouble = machine, ""
            self._build()

    def show_trouble(self, sentence: str) -> None:
        """The training process did not answer."""
        self._trouble = sentence
        self._build()

    def _build(self) -> None:
        from ....core.verdict.check_warnings import check_warnings

        machine = self._machine
        self._title.setText(self.tr("This computer"))
        if machine is None:
            self._columns.fill([card(label(self._trouble, "error", wrap=True))])
            return
        clear(self._hints)
        if found := check_warnings(machine):
            title = label(self.tr("Before you start"), "overline")
            lines = (advice(text.sentence(hint)) for hint in found)
            self._hints.addWidget(card(title, *lines, role="warning", spacing=6))
        cpu, memory, host = (self._card(key, rows, machine.readings) for key, rows in CARDS)
        gpus = [self._gpu(gpu) for gpu in machine.gpus] or [self._no_gpu(machine)]
        self._columns.fill([cpu, *gpus, memory, self._torch(machine.torch), host])

    def _card(self, headline: str, rows: tuple[str, ...], readings: dict[str, Reading]) -> QFrame:
        absent = Reading(None, self.tr("no probe for it on this system"))
        return self._frame(
            text.label(headline),
            text.reading(headline, readings.get(headline, absent)),
            text.source(readings.get(headline, absent)),
            [
                (text.label(k), text.reading(k, v), text.source(v), v.value is not None)
                for k in rows
                if (v := readings.get(k, absent)).value is not None or k in readings
            ],
        )

    def _gpu(self, gpu: Gpu) -> QFrame:
        return self._card("gpu.name", GPU_ROWS, gpu.readings)

    def _no_gpu(self, machine: Machine) -> QFrame:
        note = capital(text.words.translate(machine.gpu_note)) or self.tr("No NVIDIA GPU found")
        told = label(self.tr("Training runs on the processor."), "dim", wrap=True)
        frame = self._frame(text.label("gpu.name"), note, "NVML", [], known=False)
        column = frame.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(2, told)
        return frame

    def _torch(self, torch: Torch | None) -> QFrame:
        title = text.label("torch.version")
        if torch is None:
            waiting = self._trouble or self.tr("Asking the training process …")
            return self._frame(title, waiting, ASKED, [], known=False, bad=bool(self._trouble))
        build = f"CUDA {torch.cuda}" if torch.cuda else self.tr("processor only")
        rows = [
            (text.label("torch.build"), build, ASKED, True),
            (self.tr("Vector units used"), torch.cpu_capability, ASKED, True),
        ]
        for device in torch.devices:
            state = ", ".join(device.precisions) if device.usable else self.tr("not usable: ") + device.problem
            name = self.tr("Trains on") if device.usable else self.tr("Cannot train on")
            rows.append((name, f"{device.name} ({state})", ASKED, device.usable))
        return self._frame(title, torch.version, ASKED, rows)

    def _frame(
        self,
        title: str,
        headline: str,
        source: str,
        rows: list[tuple[str, str, str, bool]],
        known: bool = True,
        bad: bool = False,
    ) -> QFrame:
        head = label(headline, "error" if bad else "headline" if known else "dim", wrap=True)
        head.setToolTip(tip(source))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for index, (name, value, origin, answered) in enumerate(rows):
            shown = label(value, "" if answered else "dim", wrap=len(value) > BESIDE)
            shown.setToolTip(tip(origin))
            shown.setAccessibleName(f"{name}: {value}")
            grid.addWidget(label(name, "dim"), 2 * index, 0, Qt.AlignmentFlag.AlignTop)
            if len(value) > BESIDE:
                grid.addWidget(shown, 2 * index + 1, 0, 1, 2)
            else:
                grid.addWidget(shown, 2 * index, 1, Qt.AlignmentFlag.AlignTop)
        frame = card(label(title, "overline"), head, grid, spacing=6)
        column = frame.layout()
        assert isinstance(column, QVBoxLayout)
        column.addStretch(1)
        return frame
