"""The card of the settings for the PyTorch that checks use, and for others on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from ....core.words.language import _
from ...widgets.containers import clear
from ...widgets.flow_layout import FlowLayout
from ...widgets.input_fields import Choice, enable
from ...widgets.labels import ElidedLabel, label
from ...words import text

if TYPE_CHECKING:  # what they come from is loaded when an engine is looked for
    from ....core.analysis.engine_fit import EngineFit
    from ....core.engines.engine_options import EngineOptions
    from ....core.engines.engine_search import Engine
    from ....core.records.machine import Machine
    from ....core.records.verdict import Reason

OWN = "own"
"""The name of the program's own engine in a machine's readings."""


class EngineCard(QFrame):
    """Its signals ask for a search and for a choice. There is no search without a click, as it starts every engine."""

    search_requested = Signal()
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._current = ""
        self._found: dict[str, tuple[Engine, EngineFit | None]] = {}
        self.now = label(_("Asking the training process …"), wrap=True)
        self.choice = Choice(())
        self.choice.setAccessibleName(_("Engine"))
        self.choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(10)
        self.choice.activated.connect(self._show_fit)
        self.why = label("", "small", wrap=True)
        self.search = QPushButton(_("Look for others"))
        self.search.clicked.connect(self._search)
        self.use = QPushButton(_("Use it"))
        self.use.clicked.connect(self._used)
        self.trouble = label("", "bad", wrap=True)
        self._broken = QVBoxLayout()
        buttons = QWidget()
        row = FlowLayout(buttons, spacing=8)
        for button in (self.search, self.use):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        about = _("Checks train with the PyTorch of this program, of another environment, or of a pack on a stick.")
        for part in (label(_("Engine"), "headline"), self.now, self.choice, self.why, self.trouble):
            column.addWidget(part)
        column.addLayout(self._broken)
        column.addWidget(buttons)
        column.addWidget(label(about, "small", wrap=True))
        column.addStretch(1)
        for hidden in (self.choice, self.why, self.use, self.trouble):
            hidden.hide()

    def show_machine(self, machine: Machine) -> None:
        """Show the engine of a machine."""
        if machine.torch is None:
            return
        self._current = str(machine.value("torch.engine") or OWN)
        name = _("this program's own") if self._current == OWN else self._current
        told = _("Now: PyTorch {version}, {engine}").format(version=machine.torch.version, engine=name)
        self.now.setText(told)
        self._show_fit()

    def show_offer(self, offer: EngineOptions) -> None:
        """Show the engines that were found."""
        self._found = {"" if e.own else e.place: (e, how) for e, how in offer.engines if not e.problem}
        self.choice.clear()
        for place, (engine, _fit) in self._found.items():
            name = _("this program's own") if engine.own else engine.path
            self.choice.addItem(f"{engine.torch} · {name}", place)
        for place, (engine, _fit) in self._found.items():
            if engine.path == self._current or (engine.own and self._current == OWN):
                self.choice.set_value(place)
        clear(self._broken)
        for engine, _fit in offer.engines:
            if engine.problem:
                self._broken.addWidget(ElidedLabel(text.sentence(engine.problem), "dim", most=4))
        for shown in (self.choice, self.why):
            shown.setVisible(bool(self._found))
        self.search.setEnabled(True)
        self.search.setText(_("Look for others"))
        self._show_fit()

    def refuse(self, why: Reason | None) -> None:
        """Show why an engine cannot be used; None clears it."""
        self.trouble.setText(text.sentence(why) if why else "")
        self.trouble.setVisible(bool(why))
        self.search.setEnabled(True)
        self.search.setText(_("Look for others"))

    def set_running(self, running: bool) -> None:
        """Disable the buttons during a check, which searches would disturb."""
        for button in (self.search, self.use):
            enable(button, not running, _("After the check"))

    def _search(self) -> None:
        self.refuse(None)
        self.search.setEnabled(False)
        self.search.setText(_("Asking every engine …"))
        self.search_requested.emit()

    def _show_fit(self) -> None:
        engine, how = self._found.get(self.choice.value(), (None, None)) if self.choice.count() else (None, None)
        self.why.setText(text.sentence(how.reason) if how else "")
        current = engine is not None and (engine.path == self._current or (engine.own and self._current == OWN))
        self.use.setVisible(engine is not None and not current)

    def _used(self) -> None:
        self.refuse(None)
        self.chosen.emit(self.choice.value())
