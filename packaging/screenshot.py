"""Takes a picture of the real window, without a screen, after a real check has been driven in it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

LIVE_S = 24.0
"""So far into a quick check, the curve of the small network is whole and its warm-up visible."""
PATIENCE_MS = 180_000


def main() -> int:
    """Drive the check, take the picture, write it. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--page", choices=("idle", "check", "verdict"), default="check")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--language", choices=("en", "es"), default="en")
    parser.add_argument("--size", default="1366x768", metavar="WxH", help="in logical pixels")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels for each logical one")
    parser.add_argument(
        "--seconds", type=float, default=LIVE_S, help="how far into the check the live picture is taken"
    )
    options = parser.parse_args()
    width, height = (int(n) for n in options.size.split("x"))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    with tempfile.TemporaryDirectory() as home:
        os.environ["RIGDYNO_HOME"] = home
        return _take(options, width, height)


def _take(options: argparse.Namespace, width: int, height: int) -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from rigdyno.core.check.updates import Concluded, MachineSeen, Sampled, Update
    from rigdyno.core.records.plan import CheckPlan
    from rigdyno.gui.bridge.user_settings import Settings
    from rigdyno.gui.shell import app

    settings = Settings(None)
    settings.choose("scheme", "dark" if options.dark else "light")
    settings.choose("language", options.language)
    running = app.prepare(QApplication(sys.argv[:1]), settings)
    window = app.open_window(settings)
    window.resize(width, height)

    def grab() -> None:
        saved = window.grab().save(str(options.out))
        window.bridge.cancel()
        running.exit(0 if saved else 1)

    def follow(update: Update) -> None:
        known = isinstance(update, MachineSeen) and update.machine.torch is not None
        if known and not window.bridge.running:
            if options.page == "idle":
                QTimer.singleShot(100, grab)
            else:
                window.start(CheckPlan())
        elif options.page == "check" and isinstance(update, Sampled) and update.sample.t >= options.seconds:
            window.bridge.updated.disconnect(follow)
            grab()
        elif options.page == "verdict" and isinstance(update, Concluded):
            QTimer.singleShot(100, grab)  # once the page has been laid out

    window.bridge.updated.connect(follow)
    QTimer.singleShot(PATIENCE_MS, lambda: running.exit(1))
    code = running.exec()
    window.bridge.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
