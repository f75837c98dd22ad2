"""Every page of the window with a real stored result, in both languages and colours and in three sizes, to look at.

python tests/screenshots.py FOLDER        # all pictures; names what does not fit, and then exits with 1
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from rigdyno.core.records.machine import Machine
    from rigdyno.core.records.result import Result
    from rigdyno.gui.shell.main_window import MainWindow

HERE = Path(__file__).resolve().parent
RESULT = HERE / "results" / "full_check.json"
"""A full check of a small computer without a GPU, as `rigdyno check --full --json` wrote it."""
EARLIER = HERE / "results" / "full_check_by_earlier_version.json"
"""Another one of the same computer, by an earlier version; without its telemetry."""
SIZES = {"1366x768": (1366, 768, 1), "1920x1080": (1920, 1080, 1), "200": (683, 384, 2)}
"""Logical pixels and the scale; the last one is a screen of 1366x768 at 200 %."""
LANGUAGES, SCHEMES = ("en", "es"), ("light", "dark")


def main() -> int:
    """Take all pictures, a process for each scale. Returns 0, or 1 where something does not fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--size", choices=SIZES, help="of all sizes this one alone")
    parser.add_argument("--language", choices=LANGUAGES, help="of all languages this one alone")
    parser.add_argument("--scheme", choices=SCHEMES, help="of both colour schemes this one alone")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    looks = [
        (language, scheme)
        for language in LANGUAGES
        for scheme in SCHEMES
        if options.language in (None, language) and options.scheme in (None, scheme)
    ]
    if options.in_this_process:
        return _take(options.folder, options.size, looks)
    return max([_child(options.folder, size, sys.argv[2:]) for size in ([options.size] if options.size else SIZES)])


def _child(folder: Path, size: str, more: list[str]) -> int:
    """A process of its own: Qt fixes the scale when it starts."""
    with tempfile.TemporaryDirectory() as home:
        settings = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(SIZES[size][2]), "RIGDYNO_HOME": home}
        command = [sys.executable, __file__, str(folder), *more, "--size", size, "--in-this-process"]
        return subprocess.run(command, env=os.environ | settings, check=False).returncode


def _take(folder: Path, size: str, looks: list[tuple[str, str]]) -> int:
    sys.path.insert(0, str(HERE.parent))
    from PySide6.QtWidgets import QApplication
    from rigdyno.gui.bridge.user_settings import Settings
    from rigdyno.gui.shell import app

    from tests.gui.layout import misfits, nameless

    application = QApplication([])
    settings = Settings(Path(os.environ["RIGDYNO_HOME"]))
    app.prepare(application, settings)
    found = 0
    for language, scheme in looks:
        settings.choose("language", language)
        settings.choose("scheme", scheme)
        for name, window in _states(settings, size):
            _settle(application)
            window.grab().save(str(folder / f"{name}-{language}-{scheme}-{size}.png"))
            for line in (*misfits(window), *nameless(window)):
                found += 1
                print(f"{name} {language} {scheme} {size}: {line}")
    return 1 if found else 0


def _states(settings: object, size: str) -> Iterator[tuple[str, QWidget]]:
    """Each page in each state that it has, one after the other in the same window."""
    from PySide6.QtTest import QTest
    from rigdyno.core.check.updates import Concluded, MachineSeen
    from rigdyno.core.records.plan import CheckPlan
    from rigdyno.core.reference import scenarios
    from rigdyno.core.store import result_files
    from rigdyno.core.store.data_folder import data_folder
    from rigdyno.core.store.history import History
    from rigdyno.gui.bridge.check_bridge import Bridge
    from rigdyno.gui.pages.check.run_panel import REFRESH_MS
    from rigdyno.gui.shell import main_window as rooms

    result = result_files.judged(result_files.read(RESULT), scenarios.load_rules())
    store = History(data_folder())
    store.delete([entry.id for entry in store.entries()])
    window = rooms.MainWindow(Bridge(), settings)  # type: ignore[arg-type]
    width, height, _ = SIZES[size]
    window.show()
    window.resize(width, height)
    hear: Callable[[object], None] = window.bridge.updated.emit
    hear(MachineSeen(result.machine))
    for name, page in (
        ("welcome", rooms.WELCOME),
        ("check", rooms.CHECK),
        ("verdict-empty", rooms.VERDICT),
        ("explore-empty", rooms.EXPLORE),
        ("compare-empty", rooms.COMPARE),
        ("settings", rooms.SETTINGS),
    ):
        window.show_page(page)
        yield name, window
    yield from _engines(window, result.machine)
    hear(MachineSeen(result.machine))
    window.check_page.start_card.choose("custom")
    window.show_page(rooms.CHECK)
    yield "check-custom", window
    window.check_page.start_card.choose("quick")
    window.check_page.start_card.options.setChecked(False)
    window.check_page.start_card.job.family.set_value("language")
    yield "check-job", window
    window.check_page.begin(CheckPlan())
    for update in _live(result):
        hear(update)
    window.check_page.plots.finish()
    QTest.qWait(REFRESH_MS + 100)
    yield "check-live", window
    window.check_page.end()
    hear(Concluded(result))
    yield "verdict", window
    yield from _jobs(window, result)
    hear(Concluded(_without_cuda(result)))
    yield "verdict-driver", window
    hear(Concluded(result))
    window.verdict_page.result_actions.code.click()
    yield "code", window.verdict_page.result_actions.dialog
    window.verdict_page.result_actions.dialog.reject()
    window.show_page(rooms.EXPLORE)
    yield "explore", window
    other = result_files.read(EARLIER)
    for each in (result, other):
        store.store(each)
    store.rename(other.id, "the day before")
    store.annotate(other.id, "with another allocator")
    window.show_page(rooms.COMPARE)
    yield "compare", window
    window.compare_page.table.selectAll()
    window.compare_page.compare.click()
    QTest.qWait(100)
    yield "compare-two", window
    window.close()
    window.deleteLater()


def _jobs(window: MainWindow, result: Result) -> Iterator[tuple[str, QWidget]]:
    """A wanted job that does not fit, and another one of the table."""
    from rigdyno.core.check.updates import Concluded
    from rigdyno.core.reference.job_catalogue import job

    from tests.gui.builders import GIB, job_result

    page, wanted = window.verdict_page, job("llama-8b-lora")
    window.bridge.updated.emit(Concluded(job_result(result.machine, wanted, 0.2, 20 * GIB, fitting="four-bit")))
    yield "verdict-wanted", window
    if page.jobs:
        page.jobs.table.select("bert-classification")
        page._area.ensureWidgetVisible(page.jobs.answer)
    yield "verdict-jobs", window


def _engines(window: MainWindow, plain: Machine) -> Iterator[tuple[str, QWidget]]:
    """A GPU that this PyTorch cannot use: what is offered, what is loaded, what went wrong, what can be chosen."""
    from rigdyno.core.analysis.engine_fit import assess_fit
    from rigdyno.core.check.updates import MachineSeen
    from rigdyno.core.engines.engine_options import EngineOptions
    from rigdyno.core.engines.engine_search import ENVIRONMENT, OWN, PACK, Engine
    from rigdyno.core.engines.pack_installation import InstallProgress
    from rigdyno.core.reference.hardware_tables import torch_builds
    from rigdyno.core.words.writer import reason
    from rigdyno.gui.shell.main_window import CHECK, SETTINGS

    bridge, machine = window.bridge, _with_gpu(plain)
    window.engines._wanted = f"{machine.gpus[0].name} {machine.value('torch.engine')}"  # nobody is asked here
    bridge.updated.emit(MachineSeen(machine))
    name, place = machine.gpus[0].name, Path("/home/ada/.local/share/rigdyno")
    bridge.engines_found.emit(EngineOptions((), name, "cu126", place))
    window.show_page(CHECK)
    bridge.installing_changed.emit(True)
    bridge.engine_progress.emit(InstallProgress("load", "torch.whl", 1_200_000_000, 2_740_000_000, 34_500_000.0))
    yield "check-engine-loads", window
    bridge.installing_changed.emit(False)
    bridge.engine_refused.emit(reason("install-connection", host="download.pytorch.org", detail="timed out"))
    yield "check-engine", window
    stick = "/media/ada/STICK/rigdyno-engines/torch-2.13.0+cu129-cp311-linux_x86_64"
    found = [
        Engine("/usr/bin/rigdyno", "/usr/bin/rigdyno", OWN, "3.11.7", "2.13.0+cpu"),
        Engine(stick, stick, PACK, "cp311", "2.13.0+cu129", "12.9"),
        Engine("~/miniconda3/envs/learn/bin/python", "/c", ENVIRONMENT, "3.12.1", "2.11.0+cu128", "12.8", ("sm_70",)),
    ]
    old = "~/old/bin/python"
    broken = Engine(old, old, problem=reason("engine-old-torch", path=old, version="1.13.1", needed="2.9"))
    each = [(e, assess_fit(e.torch, e.cuda, e.architectures, machine.gpus, torch_builds())) for e in found]
    bridge.engines_found.emit(EngineOptions((*each, (broken, None)), name, "cu126", place))
    window.show_page(SETTINGS)
    window.settings_page.engine.choice.setCurrentIndex(1)
    window.settings_page.engine.choice.activated.emit(1)
    yield "settings-engines", window
    bridge.engines_found.emit(EngineOptions(()))


def _with_gpu(machine: Machine) -> Machine:
    """The same computer with a GPU that its torch cannot use."""
    from rigdyno.core.records.machine import Gpu, Reading

    from tests.core.builders import CARD

    told = {"gpu.name": CARD.name, "gpu.memory_total": 8 << 30, "gpu.capability": "8.9", "gpu.cuda_driver": "12.8"}
    gpu = Gpu("GPU-1", "0000:01:00.0", {key: Reading(value, "NVML") for key, value in told.items()})
    return replace(machine, gpus=(gpu,), gpu_note="")


def _without_cuda(result: Result) -> Result:
    """The same computer with a GPU that its torch cannot use, and that shaders measured."""
    from rigdyno.core.reference import scenarios
    from rigdyno.core.store import result_files

    from tests.core.builders import shaded

    measured = shaded([5900.0] * 8 + [5200.0] * 8, 228.0)
    return result_files.judged(
        replace(result, machine=_with_gpu(result.machine), driver_gpus=(measured,)), scenarios.load_rules()
    )


def _live(result: Result) -> Iterator[object]:
    """What the first run of a stored check said, as it said it."""
    from rigdyno.core.check.updates import Sampled, StepStarted, WorkerSaid

    run = next(run for run in result.runs if run.task == "train")
    yield StepStarted(run.started, "train", run.plan.device, 20.0, run.plan.model)
    events = [(e.t, WorkerSaid(run.plan.device, e)) for e in (*run.phases, *run.windows)]
    samples = [(s.t, Sampled(s)) for s in result.telemetry if s.t <= run.ended]
    yield from (update for _, update in sorted([*events, *samples], key=lambda pair: pair[0]))


def _settle(application: object) -> None:
    """Layouts ask each other a few times until they agree."""
    for _ in range(20):
        application.processEvents()  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
