"""The Check page: this computer, a button to start, and the live plots while a check runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ....core.analysis.plan_limits import PlanProblem
from ....core.check.updates import Concluded, MachineSeen, Update
from ....core.records.plan import CheckPlan
from ....core.session.ssh_host import Host
from ....core.words.language import _
from ...charts.scenario_scale import ScenarioScale
from ...widgets.containers import card, scroll
from ...widgets.labels import label
from ...words import text
from .engine_offer import EngineOffer
from .interrupted_check import InterruptedCheckCard
from .machine_cards import MachineCards
from .outcome import Outcome
from .run_panel import RunPanel
from .start_card import StartCard

if TYPE_CHECKING:
    from ...live_plots.live_plots import LivePlots


PLOTS_HEIGHT = 340
"""Least height of the live plots, in pixels."""


class CheckPage(QWidget):
    """Give it every update of a check; its signals ask to start and to cancel one."""

    start_requested = Signal(object, object)
    cancel_requested = Signal()

    def __init__(self, frames: int = 2) -> None:
        """`frames`: how often the live plots are redrawn, a second."""
        super().__init__()
        self.frames = frames
        self.interrupted = InterruptedCheckCard()
        self.start_card = StartCard()
        self.run_panel = RunPanel()
        self.outcome = Outcome()
        self.engine_offer = EngineOffer()
        self.machine = MachineCards()
        self._plots: LivePlots | None = None
        self._seen: MachineSeen | None = None
        self._plots_card = card()
        hint = label(_("A check places this computer on this scale"), "headline")
        self._scale = card(hint, ScenarioScale(), spacing=12)
        self._plots_card.setMinimumHeight(PLOTS_HEIGHT)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(14)
        for part in (self.interrupted, self.start_card, self.run_panel, self.outcome):
            column.addWidget(part)
        column.addWidget(self._plots_card, 1000)  # it takes all of the room
        column.addWidget(self.engine_offer)
        column.addWidget(self.machine)
        column.addWidget(self._scale)
        column.addStretch(1)
        for hidden in (self.run_panel, self._plots_card):
            hidden.hide()
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        self._area = scroll(content, "check")
        around.addWidget(self._area)
        self.start_card.start_requested.connect(self.start_requested)
        self.run_panel.cancel_requested.connect(self.cancel_requested)

    def focus_start(self) -> None:
        """Focus the Start button, so that Return starts a check."""
        self.start_card.start.setFocus()

    @property
    def plots(self) -> LivePlots:
        """The live plots, made at the first use, as importing pyqtgraph takes longer than all other imports."""
        if self._plots is None:
            from ...live_plots.live_plots import LivePlots

            self._plots = LivePlots()
            layout = self._plots_card.layout()
            assert layout is not None
            layout.addWidget(self._plots)
            if self._seen:
                self._plots.handle(self._seen)
        return self._plots

    @property
    def hidden_lanes(self) -> set[str] | None:
        """The lanes of the live plots that the user has hidden; None before the plots are made."""
        return self._plots.choice.hidden if self._plots else None

    def load_plots(self, hidden: set[str] | None = None) -> None:
        """Make the live plots before the first check needs them; lanes in `hidden` are not shown."""
        if hidden is not None:
            self.plots.choice.hidden = hidden
        _ = self.plots

    def handle(self, update: Update) -> None:
        """Take one update of a check."""
        if isinstance(update, MachineSeen) and not update.host:
            self._seen = update
            self.machine.show_machine(update.machine)
            self.start_card.set_machine(update.machine)
        self.run_panel.handle(update)
        if self._plots:
            self._plots.handle(update)
        if isinstance(update, Concluded):
            tasks = () if update.result.verdict else ("train", "job")
            self.outcome.show_result(update.result, update.unsaved, tasks)

    def begin(self, plan: CheckPlan, host: Host | None = None) -> None:
        """Show a check that starts, of this computer or of a `host`."""
        self._swap(running=True)
        self.outcome.clear()
        self.run_panel.begin(host.target if host else "", text.wanted(plan))
        self.plots.set_frames(self.frames)
        self.plots.begin(log="jobs" in plan.steps or plan.train.workload is not None)
        self.run_panel.cancel.setFocus()
        self._area.verticalScrollBar().setValue(0)

    def end(self) -> None:
        """Show that the check has ended."""
        focus = self.run_panel.isAncestorOf(self.focusWidget()) if self.focusWidget() else True
        self._swap(running=False)
        self.run_panel.end()
        self.plots.finish()
        if focus and self.isVisible():  # not from the page that shows the result
            self.focus_start()

    def refuse(self, problems: list[PlanProblem]) -> None:
        """Show why a plan cannot run."""
        self.outcome.warn(*dict.fromkeys(text.problem(p, self.start_card.form.names) for p in problems))

    def show_trouble(self, sentence: str) -> None:
        """Show an error that no result holds."""
        self.outcome.warn(sentence)

    def show_torch_trouble(self, sentence: str) -> None:
        """Show that PyTorch did not answer when the machine was inspected."""
        self.machine.show_trouble(sentence)
        self.show_trouble(sentence)

    def _swap(self, running: bool) -> None:
        self.run_panel.setVisible(running)
        self._scale.hide()  # from now on the verdict shows it
        for part in (self.start_card, self.machine):
            part.setVisible(not running)
        self.engine_offer.setVisible(not running and self.engine_offer.wanted)
        self.interrupted.look(allowed=not running)
        self._plots_card.show()
