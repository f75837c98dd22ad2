"""The state of a running check: current step, throughput of each device, time left, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ....core.check.job_plans import JOB_STEPS
from ....core.check.updates import MachineSeen, Sampled, ScenarioSoFar, StepStarted, Update, WaitingForQuiet, WorkerSaid
from ....core.records.events import Event, Phase, Window
from ....core.records.experiment_events.memory import MemoryCount
from ....core.records.machine import Machine
from ....core.words.language import _
from ...widgets.containers import clear
from ...widgets.labels import ElidedLabel, Readout
from ...words import text

REFRESH_MS = 500
"""Milliseconds between two updates of the numbers, as faster ones could not be read."""
PROGRESS_STEPS = 100
"""Steps of the progress bar. They are few, as it repaints itself at each."""


class DeviceSpeed(QWidget):
    """The throughput of one device, or another figure of it, as a large `number`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.number = Readout(factor=2.4, bold=True)
        caption = Readout(dim=True)
        caption.show_text(name)
        self.setMinimumWidth(220)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.number)
        column.addWidget(caption)


class RunPanel(QFrame):
    """Give it every update of a check; it shows the latest state twice a second."""

    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._machine: Machine | None = None
        self._t = self._end = 0.0
        self._host = self._job = ""
        self._step, self._phase, self._model, self._device = "inspect", "", "", ""
        self._figures: dict[str, str] = {}
        """The latest figure of each device, in words."""
        self.speeds: dict[str, DeviceSpeed] = {}
        self.status = ElidedLabel("", "headline", most=2)
        self.scenario = ElidedLabel("", "dim")
        self.left = Readout(dim=True, right=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, PROGRESS_STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Progress of the check"))
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setToolTip(_("Stop now and keep what was measured (Esc)"))
        self.cancel.setShortcut(Qt.Key.Key_Escape)
        self.cancel.clicked.connect(self._cancelled)
        self._speed_row = QHBoxLayout()
        self._speed_row.setSpacing(24)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._show)
        self._lay_out()

    def begin(self, host: str = "", job: str = "") -> None:
        """Show a check that starts; `host` names another computer, `job` is what somebody wants to train."""
        self._host, self._job = host, job
        self._t = self._end = 0.0
        self._step, self._phase, self._model, self._device = "inspect", "", "", ""
        self._figures = {}
        self.scenario.show_text("")
        clear(self._speed_row)
        self.speeds = {}
        self.cancel.setEnabled(True)
        self._show()
        self._timer.start()

    def end(self) -> None:
        """Stop the updates: the check has ended."""
        self._timer.stop()

    def handle(self, update: Update) -> None:
        """Take one update. Cheap: it is shown at the next refresh."""
        if isinstance(update, Sampled):
            self._t = max(self._t, update.sample.t)
        elif isinstance(update, MachineSeen):
            self._machine, self._host = update.machine, update.host
        elif isinstance(update, StepStarted):
            self._step, self._phase, self._model, self._device = update.step, "", update.model, update.device
            self._t = update.t
            self.scenario.show_text("" if update.step == "engine" else self.scenario.text())
            self._end = update.t + update.remaining_s if update.remaining_s is not None else 0.0
            if update.device and update.device not in self.speeds:
                speed = DeviceSpeed(text.device(self._machine, update.device))
                self.speeds[update.device] = speed
                self._speed_row.addWidget(speed)
            if update.step not in JOB_STEPS:  # what a job needs is told until it has a rate
                self._figures.pop(update.device, None)
        elif isinstance(update, WaitingForQuiet):
            self.scenario.show_text(text.words.waiting(update.program, update.percent, update.most_s))
        elif isinstance(update, ScenarioSoFar):
            self.scenario.show_text(text.words.scenario_so_far(update.scenario, update.probability, update.certain))
        elif isinstance(update, WorkerSaid):
            self._hear(update.device, update.event)

    def _hear(self, device: str, event: Event) -> None:
        if isinstance(event, Window):
            self._figures[device] = f"{text.words.figure(event.rate)} {text.unit(self._model, self._step)}"
        elif isinstance(event, MemoryCount):
            counted = _("needs {size}").format(size=text.words.size(event.peak))
            self._figures.setdefault(device, counted)  # later counts are of other batches and remedies
        elif isinstance(event, Phase):
            self._phase = event.name

    def _cancelled(self) -> None:
        self.cancel.setEnabled(False)
        self._timer.stop()
        self.status.show_text(_("Stopping, and keeping what was measured …"))
        self.cancel_requested.emit()

    def _show(self) -> None:
        sentence = text.words.step(self._step)
        if self._phase and self._step not in ("tune", "memory"):
            sentence = text.words.step(self._phase)
        name = self._job if self._step in JOB_STEPS else ""
        where = [name or text.model(self._model)] if self._model and self._step != "tune" else []
        if len(self.speeds) > 1:
            where.append(text.device(self._machine, self._device))
        if self._host:
            where.append(self._host)
        self.status.show_text(" · ".join([sentence, *where]))
        for device, speed in self.speeds.items():
            speed.number.show_text(self._figures.get(device, "—"))
        left = max(0.0, self._end - self._t)
        self.left.show_text(
            _("at most {time} left").format(time=text.words.limit(max(1, round(left)))) if self._end else ""
        )
        self.progress.setVisible(bool(self._end))  # training for a number of epochs has no known end
        self.progress.setValue(round(PROGRESS_STEPS * self._t / self._end) if self._end else 0)

    def _lay_out(self) -> None:
        top = QHBoxLayout()  # only Cancel beside the sentence, which may be long
        top.addWidget(self.status, 1)
        top.addWidget(self.cancel)
        numbers = QHBoxLayout()
        numbers.addLayout(self._speed_row, 5)
        numbers.addWidget(self.left, 3, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.scenario)
        column.addLayout(numbers)
        column.addSpacing(6)
        column.addWidget(self.progress)
        self.setMinimumHeight(136)
