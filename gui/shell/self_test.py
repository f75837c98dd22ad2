"""`--selftest`, `--screenshot FILE` and `--first-paint`: commands for smoke tests of packages and for benchmarks."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from .main_window import MainWindow

PATIENCE_S = 60.0
"""How long the first inspection of the computer may take, with a cold import of torch."""


def selftest(arguments: list[str]) -> int:
    """Use every part once: train in a child process, judge, report, QR code, window, Spanish.

    Writes what each part did as JSON to stdout, or to the file that is named. Returns 0; 1 where a part failed; 2 for
    wrong arguments.
    """
    if len(arguments) > 1:
        print("rigdyno: --selftest takes one file at most", file=sys.stderr)
        return 2
    begin = time.perf_counter()
    told: dict[str, Any] = {"frozen": bool(getattr(sys, "frozen", False)), "python": platform.python_version()}
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="rigdyno-", ignore_cleanup_errors=True) as folder:
        os.environ["RIGDYNO_HOME"] = folder  # a self-test must not add a result to the user's history
        try:
            told |= _parts(Path(folder))
            told["ok"] = True
        except Exception as error:  # any part may be missing from a package
            told |= {"ok": False, "error": f"{type(error).__name__}: {error}"}
    told["seconds"] = round(time.perf_counter() - begin, 1)
    written = json.dumps(told, indent=1) + "\n"
    if arguments:
        Path(arguments[0]).write_text(written, encoding="utf-8")
    else:
        sys.stdout.write(written)
    return 0 if told["ok"] else 1


def screenshot(arguments: list[str]) -> int:
    """Open the window, wait until it shows this computer, and write its picture to a PNG file.

    Returns 0; 1 where the picture or torch's answer is missing; 2 for wrong arguments.
    """
    if len(arguments) != 1:
        print("rigdyno: --screenshot needs one file, a PNG", file=sys.stderr)
        return 2
    from ...core.check.updates import MachineSeen
    from ...core.records.machine import Machine

    application, window = _window()
    seen: list[Machine] = []
    window.bridge.updated.connect(lambda u: seen.append(u.machine) if isinstance(u, MachineSeen) else None)
    window.resize(1366, 768)
    end = time.monotonic() + PATIENCE_S
    while not (seen and seen[-1].torch) and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.01)
    _settle(application)
    saved = window.grab().save(arguments[0])
    window.close_without_asking()
    window.bridge.close()
    if not saved:
        print(f"rigdyno: --screenshot: {arguments[0]} could not be written, or is no PNG", file=sys.stderr)
    return 0 if saved and seen and seen[-1].torch else 1


def first_paint() -> int:
    """Open the window, print the time of its first paint (seconds since 1970), and exit with 0."""
    from PySide6.QtCore import QTimer

    application, window = _window()

    def painted() -> None:
        sys.stdout.write(json.dumps({"painted": time.time()}) + "\n")
        window.close_without_asking()
        window.bridge.close()
        application.quit()

    window.painted.connect(lambda: QTimer.singleShot(0, painted))
    application.exec()
    sys.stdout.flush()
    os._exit(0)  # without waiting for the inspection that has begun meanwhile


def _parts(folder: Path) -> dict[str, Any]:
    """Run each part. Returns what each did; raises the error of the first that fails."""
    from ...core import __version__
    from ...core.check.self_test import measured
    from ...core.check.updates import Concluded
    from ...core.report import report_file
    from ...core.report.qr_text import compact
    from ..pages.verdict.qr_dialog import QrCode
    from ..words.language import speak
    from ..words.text import words

    result = measured()
    verdict = result.verdict
    if verdict is None:
        raise RuntimeError(
            "no verdict: " + " ".join([p.sentence for p in result.problems] + [str(r.failure) for r in result.runs])
        )
    application, window = _window()
    window.bridge.updated.emit(Concluded(result))
    _settle(application)
    told = {
        "version": __version__,
        "torch": result.machine.torch.version if result.machine.torch else None,
        "steps": sum(w.steps for r in result.runs for w in r.windows),
        "scenario": verdict.scenario,
        "report_bytes": len(report_file.html(result, words)),
        "qr_modules": QrCode(compact(result)).code.symbol_size()[0],
        "window": [window.width(), window.height()],
        "english": words.scenario(verdict.scenario)[0],
    }
    speak("es", application)
    told["spanish"] = words.scenario(verdict.scenario)[0]
    picture = folder / "window.png"
    if not window.grab().save(str(picture)) or told["spanish"] == told["english"]:
        raise RuntimeError("the window cannot be drawn, or speaks no Spanish")
    window.close_without_asking()
    window.bridge.close()
    return told | {"picture_bytes": picture.stat().st_size}


def _window() -> tuple[QApplication, MainWindow]:
    from PySide6.QtWidgets import QApplication

    from ...core.store.data_folder import data_folder
    from ..bridge.user_settings import Settings
    from . import app

    application = QApplication(sys.argv[:1])
    settings = Settings(data_folder())
    app.prepare(application, settings)
    return application, app.open_window(settings)


def _settle(application: QApplication) -> None:
    """Let the layouts agree, which takes several rounds of events."""
    for _ in range(20):
        application.processEvents()
