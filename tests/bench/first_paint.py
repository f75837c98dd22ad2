"""Opens a window and prints when it was painted first: `first_paint.py bare|rigdyno`. Lives until stdin ends.

`bare` is the smallest window with a live plot: PySide6, pyqtgraph, one plot and one button. The yardstick of ours.
"""

import json
import sys
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer


class FirstPaint(QObject):
    """Watches a window: it is painted at the first turn of the event loop after its first paint event."""

    seen = False

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint and not self.seen:
            self.seen = True
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self):
        print(json.dumps({"painted": time.perf_counter()}), flush=True)
        sys.stdin.read()
        QCoreApplication.quit()


def watch_before_exec() -> None:
    """Look at the main window from the moment when the event loop begins; nothing is painted earlier."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    begin, first = QApplication.exec, FirstPaint()

    def watched(*_: object) -> int:
        (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow))
        window.installEventFilter(first)
        return begin()

    QApplication.exec = watched


def bare() -> int:
    import pyqtgraph
    from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QVBoxLayout, QWidget

    app = QApplication(sys.argv)
    window = QMainWindow()
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.addWidget(pyqtgraph.PlotWidget())
    layout.addWidget(QPushButton("Start"))
    window.setCentralWidget(page)
    window.resize(1280, 740)
    window.show()
    return app.exec()


def rigdyno() -> int:
    """As the command `rigdyno` does it."""
    from rigdyno.gui.launch import main

    return main([])


watch_before_exec()
sys.exit({"bare": bare, "rigdyno": rigdyno}[sys.argv[1]]())
