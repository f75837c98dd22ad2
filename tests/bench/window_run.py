"""The real window with a training in it: `window_run.py THREADS SECONDS`. Lives until stdin ends.

Tells of each window as plain_run.py does. Under it a timer of 5 ms runs where a third argument, `ticks`, is given: then
the gaps between its ticks in the run are told at the end. Qt's platform (offscreen, xcb) comes from the environment.
"""

import json
import os
import sys
import threading
import time
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QGraphicsView
from rigdyno.core.check import check
from rigdyno.core.check.updates import Concluded, MachineSeen, Update, WorkerSaid
from rigdyno.core.records.events import Phase, Window
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.gui.bridge.user_settings import Settings
from rigdyno.gui.shell.app import open_window, prepare

TICK_MS = 5
PLOTS_THERE_MS = 1500
"""By then the plots of a run have been made."""


class Drive(QObject):
    """Starts the run once the window knows its machine, and tells how it goes."""

    def __init__(self, plan: Plan, ticking: bool) -> None:
        super().__init__()
        self._plan, self._ticking, self._begun = plan, ticking, False
        self.ticks: list[float] = []
        self.frames = 0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(lambda: self.ticks.append(time.perf_counter()))
        window.bridge.updated.connect(self.hear)

    def hear(self, update: Update) -> None:
        if isinstance(update, MachineSeen) and update.machine.torch and not self._begun:
            self._begun = True
            window.start(CheckPlan("custom", ("train",), ("cpu",), self._plan))
            if self._ticking:
                self._timer.start()
                QTimer.singleShot(PLOTS_THERE_MS, self.count_frames)
        elif isinstance(update, WorkerSaid):
            event = update.event
            if isinstance(event, Window):
                tell(window={"t": event.t, "seconds": event.seconds, "samples": event.samples})
            elif isinstance(event, Phase):
                tell(phase=event.name, t=event.t)
        elif isinstance(update, Concluded) and self._ticking:
            self._timer.stop()
            tell(ticks=self.ticks, frames=self.frames, status=update.result.status)

    def count_frames(self) -> None:
        for view in window.findChildren(QGraphicsView):
            view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.frames += event.type() == QEvent.Type.Paint
        return False


def tell(**line: object) -> None:
    print(json.dumps(line), flush=True)


check.Check = partial(check.Check, silence_s=3600.0)  # a worker that is stopped meanwhile is not lost
settings = Settings(None)
app = prepare(QApplication(sys.argv[:1]), settings)
window = open_window(settings)
drive = Drive(Plan(threads=int(sys.argv[1]), seconds=float(sys.argv[2])), "ticks" in sys.argv[3:])
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
sys.exit(app.exec())
