"""While a check runs: what happens now, how fast each device trains, how much time is left, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ....core.check.updates import MachineSeen, Sampled, StepStarted, Update, WorkerSaid
from ....core.records.events import Phase, Window
from ....core.records.machine import Machine
from ...widgets.parts import Elided, Readout, clear
from ...words import text

REFRESH_MS = 500
"""Numbers that change faster cannot be read."""
FINE = 100
"""Steps of the progress bar, which repaints itself at once at each: few."""


class Speed(QWidget):
    """The rate of one device as a big number."""

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

    def show_rate(self, rate: float | None, model: str) -> None:
        """The latest rate; None where this device has not begun."""
        self.number.show_text(f"{text.rate(rate)} {text.unit(model)}" if rate else "—")


class RunPanel(QFrame):
    """Feed it every update; it shows the latest twice a second."""

    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._machine: Machine | None = None
        self._t = self._end = 0.0
        self._host = ""
        self._step, self._phase, self._model, self._device = "inspect", "", "", ""
        self._rates: dict[str, tuple[float, str]] = {}
        self.speeds: dict[str, Speed] = {}
        self.status = Elided("", "headline", most=2)
        self.left = Readout(dim=True, right=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, FINE)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the check"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop now and keep what was measured (Esc)"))
        self.cancel.setShortcut(Qt.Key.Key_Escape)
        self.cancel.clicked.connect(self._cancelled)
        self._speed_row = QHBoxLayout()
        self._speed_row.setSpacing(24)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._show)
        self._lay_out()

    def begin(self, host: str = "") -> None:
        """A new check, of another computer where one is named."""
        self._host = host
        self._t = self._end = 0.0
        self._step, self._phase, self._model, self._device = "inspect", "", "", ""
        self._rates = {}
        clear(self._speed_row)
        self.speeds = {}
        self.cancel.setEnabled(True)
        self._show()
        self._timer.start()

    def end(self) -> None:
        """The check is over."""
        self._timer.stop()

    def hear(self, update: Update) -> None:
        """Take one update; cheap."""
        if isinstance(update, Sampled):
            self._t = max(self._t, update.sample.t)
        elif isinstance(update, MachineSeen):
            self._machine, self._host = update.machine, update.host
        elif isinstance(update, StepStarted):
            self._step, self._phase, self._model, self._device = update.step, "", update.model, update.device
            self._t = update.t
            self._end = update.t + update.remaining_s if update.remaining_s is not None else 0.0
            if update.device and update.device not in self.speeds:
                speed = Speed(text.device(self._machine, update.device))
                self.speeds[update.device] = speed
                self._speed_row.addWidget(speed)
            self._rates.pop(update.device, None)
        elif isinstance(update, WorkerSaid):
            if isinstance(update.event, Window):
                self._rates[update.device] = (update.event.rate, self._model)
            elif isinstance(update.event, Phase):
                self._phase = update.event.name

    def _cancelled(self) -> None:
        self.cancel.setEnabled(False)
        self._timer.stop()
        self.status.show_text(self.tr("Stopping, and keeping what was measured …"))
        self.cancel_requested.emit()

    def _show(self) -> None:
        sentence = text.step(self._step)
        if self._phase and self._step != "tune":
            sentence = text.step(self._phase)
        where = [text.model(self._model)] if self._model and self._step != "tune" else []
        if len(self.speeds) > 1:
            where.append(text.device(self._machine, self._device))
        if self._host:
            where.append(self._host)
        self.status.show_text(" · ".join([sentence, *where]))
        for device, speed in self.speeds.items():
            speed.show_rate(*self._rates.get(device, (None, "")))
        left = max(0.0, self._end - self._t)
        self.left.show_text(
            self.tr("at most {time} left").format(time=text.duration(max(1, round(left)))) if self._end else ""
        )
        self.progress.setVisible(bool(self._end))  # epochs have no clock to show
        self.progress.setValue(round(FINE * self._t / self._end) if self._end else 0)

    def _lay_out(self) -> None:
        top = QHBoxLayout()  # the sentence may be long: it shares its line with Cancel alone
        top.addWidget(self.status, 1)
        top.addWidget(self.cancel)
        numbers = QHBoxLayout()
        numbers.addLayout(self._speed_row, 5)
        numbers.addWidget(self.left, 3, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(numbers)
        column.addSpacing(6)
        column.addWidget(self.progress)
        self.setMinimumHeight(136)
