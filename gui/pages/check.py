"""The Check page: what is in this machine, one button, and the run as it happens."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...core import words
from ...core.model import CheckPlan, Machine, Phase, Window
from ...core.stats import rates
from ...core.updates import Concluded, MachineSeen, RunEnded, Sampled, StepStarted, Update, WorkerSaid
from .. import text
from ..plots import LivePlots
from ..text import tr
from ..theme import Colours
from .plan_form import PlanForm

SIDE_WIDTH = 350
PRESETS = (
    ("quick", "Quick check", "A verdict within a minute"),
    ("full", "Full check", "Five minutes, narrower ranges"),
    ("custom", "My own training", "One training, as you set it"),
)


class CheckPage(QWidget):
    """Emits `started` with a plan and `cancelled`; shows every update that it is given."""

    started = Signal(object)
    cancelled = Signal()

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._until = 0.0
        self._task = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(14)
        row.addLayout(self._side())
        row.addWidget(self._stage(colours), 1)
        self._react()

    def show_update(self, update: Update) -> None:
        """Take one update of a look or a check."""
        match update:
            case MachineSeen(machine):
                self._show_machine(machine)
            case StepStarted():
                self._begin_step(update)
            case WorkerSaid(device, Phase(_, name)):
                self._say(name, device)
            case WorkerSaid(device, Window() as window):
                rate = rates([window])[0]
                self.plots.rate(device, window.t + window.seconds, rate)
                if self._running:
                    self._figure.setText(
                        tr("{rate} images/s").format(rate=f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}")
                    )
            case Sampled(sample):
                self.plots.sample(sample.t, sample.values)
                self._show_left(sample.t)
            case RunEnded(run):
                if run.failure and run.failure.code != "cancelled":
                    self._message(text.failure(run))
            case Concluded():
                self._conclude(update)
            case _:
                pass

    def show_failure(self, sentence: str) -> None:
        """Something could not be begun, or broke; the page is ready for the next try."""
        self._set_running(False)
        self._message(sentence)

    def set_colours(self, colours: Colours) -> None:
        """Take another scheme."""
        self.plots.recolour(colours)

    def plan(self) -> CheckPlan:
        """What Start will do."""
        preset = self._preset()
        if preset == "custom":
            return CheckPlan("custom", ("train",), self.form.devices(), self.form.plan())
        return CheckPlan(preset)

    # --- construction ------------------------------------------------------------------------------------------------

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(12)
        machine, inner = _card(tr("This computer"))
        machine.setFixedWidth(SIDE_WIDTH)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(10)
        self._rows.setVerticalSpacing(3)
        self._rows.setColumnStretch(1, 1)
        inner.addLayout(self._rows)
        side.addWidget(machine)

        what, inner = _card(tr("What to measure"))
        what.setFixedWidth(SIDE_WIDTH)
        self._presets = QButtonGroup(self)
        for index, (_, name, about) in enumerate(PRESETS):
            button = QRadioButton(f"{tr(name)}  ·  {tr(about)}")
            button.setAccessibleName(tr(name))
            button.setChecked(index == 0)
            self._presets.addButton(button, index)
            inner.addWidget(button)
        self._presets.idToggled.connect(self._react)
        self.form = PlanForm()
        self.form.changed.connect(self._react)
        self._options = QScrollArea()
        self._options.setWidgetResizable(True)
        self._options.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._options.setWidget(self.form)
        inner.addWidget(self._options, 1)
        self._filler = QWidget()
        inner.addWidget(self._filler, 1)
        self._start = QPushButton(tr("Start"))
        self._start.setObjectName("start")
        self._start.setDefault(True)
        self._start.clicked.connect(self._clicked_start)
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.setObjectName("cancel")
        self._cancel.clicked.connect(self.cancelled)
        inner.addWidget(self._start)
        inner.addWidget(self._cancel)
        side.addWidget(what, 1)
        return side

    def _stage(self, colours: Colours) -> QFrame:
        stage, inner = _card("")
        top = QHBoxLayout()
        self._status = QLabel(
            tr("Ready. A check trains small and real networks here and tells what this computer is enough for.")
        )
        self._status.setWordWrap(True)
        self._status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._figure = QLabel()
        self._figure.setObjectName("figure")
        self._figure.setAccessibleName(tr("Latest throughput"))
        self._left = QLabel()
        self._left.setObjectName("muted")
        top.addWidget(self._status, 1)
        top.addWidget(self._figure)
        inner.addLayout(top)
        below = QHBoxLayout()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of the check"))
        below.addWidget(self._bar, 1)
        below.addWidget(self._left)
        inner.addLayout(below)
        self.plots = LivePlots(colours)
        inner.addWidget(self.plots, 1)
        self._bar.hide()
        return stage

    # --- behaviour ---------------------------------------------------------------------------------------------------

    def _preset(self) -> str:
        return PRESETS[self._presets.checkedId()][0]

    def _react(self) -> None:
        custom = self._preset() == "custom"
        self._options.setVisible(custom)
        self._filler.setVisible(not custom)
        problem = self.form.problem() if custom else ""
        self._start.setEnabled(not problem)
        self._start.setToolTip(problem)
        self._start.setVisible(not self._running)
        self._cancel.setVisible(self._running)
        self._cancel.setEnabled(True)

    def _clicked_start(self) -> None:
        self.plots.clear()
        self._set_running(True)
        self._status.setText(words.STEPS["inspect"] + " …")
        self.started.emit(self.plan())
        self._cancel.setFocus()

    def _set_running(self, running: bool) -> None:
        self._running = running
        for button in self._presets.buttons():
            button.setEnabled(not running)
        self.form.setEnabled(not running)
        self._bar.setVisible(running)
        if not running:
            self._left.clear()
            self._figure.clear()
        self._react()

    def _begin_step(self, step: StepStarted) -> None:
        self._until = step.t + step.remaining_s
        self._task = text.MODELS.get(step.model, "")
        self._bar.setRange(0, int(self._until * 10))
        if step.device:
            label = tr("tune") if step.step == "tune" else self._task
            self.plots.begin(step.t, label)
        self._say(step.step, step.device)
        self._figure.clear()

    def _say(self, step: str, device: str) -> None:
        where = " · ".join(filter(None, (self._task, device)))
        self._status.setText(words.STEPS.get(step, step) + (f" ({where})" if where else "") + " …")

    def _show_left(self, t: float) -> None:
        if self._running and self._until:
            left = max(0.0, self._until - t)
            sentence = tr("at most {time} left").format(time=words.duration(max(1, round(left))))
            if sentence != self._left.text():
                self._left.setText(sentence)
            with QSignalBlocker(self._bar):
                self._bar.setValue(int(t * 10))

    def _conclude(self, update: Concluded) -> None:
        result = update.result
        self.plots.end(max((r.ended for r in result.runs), default=0.0))
        self._set_running(False)
        lines = [text.sentence(p) for p in result.problems]
        if result.status == "partial" and not any(r.failure and r.failure.code != "cancelled" for r in result.runs):
            lines.append(tr("Stopped. What was measured is kept as a partial result."))
        lines += [text.run_summary(r) for r in result.runs if r.task == "train" or r.failure]
        self._message(" ".join([*lines, update.unsaved]).strip() or tr("Done."))
        self._start.setFocus()

    def _message(self, sentence: str) -> None:
        self._status.setText(sentence)

    def _show_machine(self, machine: Machine) -> None:
        self.form.set_machine(machine)
        while (item := self._rows.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        for index, (label, value, source, known) in enumerate(text.machine_rows(machine)):
            name = QLabel(label)
            name.setObjectName("muted")
            shown = QLabel(value)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setToolTip(tr("Source: {source}").format(source=source))
            shown.setAccessibleName(f"{label}: {value}")
            if not known:
                shown.setObjectName("muted")
            self._rows.addWidget(name, index, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(shown, index, 1)


def _card(heading: str) -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setObjectName("card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(14, 12, 14, 12)
    if heading:
        label = QLabel(heading)
        label.setObjectName("heading")
        layout.addWidget(label)
    return frame, layout
