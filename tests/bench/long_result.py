"""A stored result of many samples in the live picture: `long_result.py open|redraw COUNT`. Prints JSON, then ends.

`open` reads, shows and paints one with COUNT telemetry samples and moves its time axis; `redraw` draws a short one
COUNT times and prints the resident bytes as it goes.
"""

import json
import math
import sys
import time

import psutil
from PySide6.QtWidgets import QApplication
from rigdyno.core.records.events import Window
from rigdyno.core.records.machine import Gpu, Machine, Reading, Sample
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.records.result import Result, Run

PERIOD_S = 0.25
MOVES = 100
LOOKS = 20
SIZE = 1000, 560
"""What a screen of 1366x768 leaves to the picture."""


def build(count: int) -> Result:
    """A training that took as long as so many samples do, on a computer with two cores and a GPU, none of it quiet."""
    samples = []
    for i in range(count):
        wave, jitter = math.sin(i / 500), math.sin(i * i)
        values = {
            "cpu.total": 90 + 10 * jitter, "cpu.own": 80 + 10 * jitter, "cpu.app": 2.0, "cpu.others": 5 + 5 * jitter,
            "cpu.steal": 0.0, "cpu.core.0": 100.0, "cpu.core.1": 80 + 20 * jitter, "memory.own": 1e9 + 1e8 * wave,
            "memory.used": 6e9 + 1e8 * wave, "swap.used": 0.0, "cpu.clock": 3000 + 200 * jitter,
            "cpu.temperature": None if i % 1000 < 50 else 70 + 10 * wave, "gpu.0.utilization": 90 + 10 * jitter,
            "gpu.0.memory": 5e9, "gpu.0.power": 100 + 10 * jitter, "gpu.0.power_limit": 115.0,
            "gpu.0.sm_clock": 1800 + 100 * jitter, "gpu.0.memory_clock": 7000.0, "gpu.0.temperature": 75 + 5 * wave,
            "gpu.0.throttle": 4.0 if jitter > 0.5 else 0.0,
        }  # fmt: skip
        samples.append(Sample(i * PERIOD_S, values))
    windows = tuple(
        Window(float(i), 1.0, 16, 1000 + round(80 * math.sin(i * i)), 64, 1.6, False)  # as a soak makes them
        for i in range(max(8, round(count * PERIOD_S)))
    )
    run = Run("soak", Plan(), Rules(), 0.0, count * PERIOD_S, "time-limit", "ACTIVE", windows)
    gpu = Gpu("GPU-1", "0", {"gpu.name": Reading("GPU", "invented")})
    plan = CheckPlan("custom", ("soak",))
    return Result(1, "id", "2026-11-23T05:00:00+00:00", "0.1.0", "complete", Machine({}, (gpu,)), plan, (run,),
                  tuple(samples))  # fmt: skip


def opened(app: QApplication, count: int) -> dict[str, object]:
    """Milliseconds to read, and to show and paint; frames per second as its half, and a short stretch, moves."""
    import msgspec
    from rigdyno.core.store import result_files
    from rigdyno.gui.live_plots.live_plots import LivePlots

    content = msgspec.json.encode(build(count))  # as the history keeps it
    plots = LivePlots()
    plots.resize(*SIZE)
    plots.show()
    plots.show_result(build(8))  # the first picture of a process loads fonts and more
    app.processEvents()
    begin = time.perf_counter()
    result = result_files.from_json(content)
    read = time.perf_counter()
    plots.show_result(result)
    app.processEvents()
    painted = time.perf_counter()
    rates = []
    for share in (0.5, 0.01):
        plots.pointer.zoom(math.inf, 0.0)
        plots.pointer.zoom(share, plots.pointer.end / 2)
        app.processEvents()
        length = plots.pointer.right - plots.pointer.left
        start = time.perf_counter()
        for i in range(MOVES):
            plots.pointer.move(length / 100 * (1 if i < MOVES / 2 else -1))
            plots.catch_up()
            app.processEvents()
        rates.append(MOVES / (time.perf_counter() - start))
    return {"read_ms": 1000 * (read - begin), "show_ms": 1000 * (painted - read), "frames_per_s": min(rates)}


def redrawn(app: QApplication, count: int) -> dict[str, object]:
    """Resident bytes at `LOOKS` moments of so many redraws, each of all lanes with other points."""
    from rigdyno.gui.live_plots.live_plots import LivePlots

    plots = LivePlots()
    plots.resize(SIZE[0] // 2, SIZE[1])
    plots.show()
    plots.show_result(build(2000))
    plots.pointer.zoom(0.2, 0.0)
    process, resident = psutil.Process(), []
    for i in range(count):
        if i % (count // LOOKS) == 0:
            resident.append(process.memory_info().rss)
        if not plots.pointer.move(3.0):
            plots.pointer.move(-plots.pointer.end)
        plots.pointer.point(plots.pointer.left + 1.0)
        plots.catch_up()
        app.processEvents()
    return {"resident": [*resident, process.memory_info().rss]}


if __name__ == "__main__":
    from rigdyno.gui.bridge.user_settings import Settings
    from rigdyno.gui.shell.app import prepare

    application = prepare(QApplication(sys.argv[:1]), Settings(None))
    act = {"open": opened, "redraw": redrawn}[sys.argv[1]]
    print(json.dumps(act(application, int(sys.argv[2]))), flush=True)
