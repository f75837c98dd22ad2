"""The Check page: what is in this computer, one button, and everything live while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ....core.analysis.plan_limits import PlanProblem
from ....core.check.updates import Concluded, MachineSeen, Update
from ....core.records.plan import CheckPlan
from ....core.session.ssh_host import Host
from ...charts.verdict_figures import Scale
from ...widgets.parts import card, label, scroll
from ...words import text
from .engine_offer import EngineOffer
from .interrupted_check import LeftoverCard
from .machine_cards import MachineView
from .outcome import Outcome
from .run_panel import RunPanel
from .start_card import StartCard

if TYPE_CHECKING:
    from ...live_plots.live_plots import LivePlots


PLOTS_LEAST = 340


class CheckPage(QWidget):
    """Feed it every update; it asks with signals for what it cannot do itself."""

    start_requested = Signal(object, object)
    cancel_requested = Signal()

    def __init__(self, frames: int = 2) -> None:
        """`frames`: the live picture's, for each second."""
        super().__init__()
        self.frames = frames
        self.leftover = LeftoverCard()
        self.start_card = StartCard()
        self.run_panel = RunPanel()
        self.outcome = Outcome()
        self.engine_offer = EngineOffer()
        self.machine = MachineView()
        self._plots: LivePlots | None = None
        self._seen: MachineSeen | None = None
        self._picture = card()
        hint = label(self.tr("A check places this computer on this scale"), "headline")
        self._scale = card(hint, Scale(), spacing=12)
        self._picture.setMinimumHeight(PLOTS_LEAST)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        for part in (self.leftover, self.start_card, self.run_panel, self.outcome):
            column.addWidget(part)
        column.addWidget(self._picture, 1000)  # all of the room, where it is shown
        column.addWidget(self.engine_offer)
        column.addWidget(self.machine)
        column.addWidget(self._scale)
        column.addStretch(1)
        for hidden in (self.run_panel, self._picture):
            hidden.hide()
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        self._area = scroll(content, "check")
        around.addWidget(self._area)
        self.start_card.start_requested.connect(self.start_requested)
        self.run_panel.cancel_requested.connect(self.cancel_requested)

    def focus_start(self) -> None:
        """Return is enough to begin."""
        self.start_card.start.setFocus()

    @property
    def plots(self) -> LivePlots:
        """The live picture, made when it is first asked for: what draws it takes longer to load than all the rest."""
        if self._plots is None:
            from ...live_plots.live_plots import LivePlots

            self._plots = LivePlots()
            layout = self._picture.layout()
            assert layout is not None
            layout.addWidget(self._plots)
            if self._seen:
                self._plots.hear(self._seen)
        return self._plots

    @property
    def hidden_lanes(self) -> set[str] | None:
        """The lanes of the live picture that are not to be shown; None before it is loaded."""
        return self._plots.choice.hidden if self._plots else None

    def get_ready(self, hidden: set[str] | None = None) -> None:
        """Load what the first check will need; call it when nobody is waiting. `hidden` lanes are not shown."""
        if hidden is not None:
            self.plots.choice.hidden = hidden
        _ = self.plots

    def hear(self, update: Update) -> None:
        """Take one update of the engine."""
        if isinstance(update, MachineSeen) and not update.host:
            self._seen = update
            self.machine.show_machine(update.machine)
            self.start_card.set_machine(update.machine)
        self.run_panel.hear(update)
        if self._plots:
            self._plots.hear(update)
        if isinstance(update, Concluded):
            tasks = () if update.result.verdict else ("train", "job")
            self.outcome.show_result(update.result, update.unsaved, tasks)

    def begin(self, plan: CheckPlan, host: Host | None = None) -> None:
        """A check with this plan begins, here or there: what belongs to one that runs takes the place of the rest."""
        self._swap(running=True)
        self.outcome.clear()
        self.run_panel.begin(host.target if host else "")
        self.plots.set_frames(self.frames)
        self.plots.begin(log="jobs" in plan.steps)
        self.run_panel.cancel.setFocus()
        self._area.verticalScrollBar().setValue(0)

    def end(self) -> None:
        """The check is over, whatever came of it."""
        focus = self.run_panel.isAncestorOf(self.focusWidget()) if self.focusWidget() else True
        self._swap(running=False)
        self.run_panel.end()
        self.plots.finish()
        if focus:
            self.focus_start()

    def refuse(self, problems: list[PlanProblem]) -> None:
        """The plan could not run: say why, beside the button."""
        self.outcome.warn(*dict.fromkeys(text.problem(p, self.start_card.form.names) for p in problems))

    def apologise(self, sentence: str) -> None:
        """Something failed outside every result; the window still works."""
        self.outcome.warn(sentence)

    def engine_silent(self, sentence: str) -> None:
        """The first look did not get an answer from PyTorch."""
        self.machine.show_trouble(sentence)
        self.apologise(sentence)

    def _swap(self, running: bool) -> None:
        self.run_panel.setVisible(running)
        self._scale.hide()  # the verdict has it from now on
        for part in (self.start_card, self.machine):
            part.setVisible(not running)
        self.engine_offer.setVisible(not running and self.engine_offer.wanted)
        self.leftover.look(allowed=not running)
        self._picture.show()
