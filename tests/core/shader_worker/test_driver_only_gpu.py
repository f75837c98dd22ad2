"""GPUs measured through their drivers alone: real shaders on Mesa's software adapter, and what follows from them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from rigdyno.core.analysis import driver_only_gpu
from rigdyno.core.analysis.driver_only_gpu import (
    COPY_SHARE,
    PRODUCT_SHARE,
    RESNET50_IMAGE_WORK,
    RESNET50_IMAGES_PER_GB,
    TRAINING_FLOPS_SHARE,
    ShaderFigures,
)
from rigdyno.core.check import check, schedule
from rigdyno.core.check.steps import shaders
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.core.records.events import Phase
from rigdyno.core.records.machine import Adapter, DriverAdapter, Gpu, Machine, Reading, Sample
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.reference import hardware_tables
from rigdyno.core.shader_worker.gpu_measurement import SIZES, TOLERANCE
from rigdyno.core.store.result_files import judged

from tests.core.builders import CARD, JOBS, RULES, job_run, machine, result, shaded, train_run

ONLY = CheckPlan("custom", ("driver",), ("cpu",), Plan(seconds=1))
CHIP = DriverAdapter("Intel(R) UHD Graphics", "Intel", "integrated", "Vulkan")
LAVAPIPE = DriverAdapter("llvmpipe (LLVM 15.0.6, 256 bits)", "", "software", "Vulkan")

DISGUISED = (
    "from rigdyno.core.shader_worker import gpu, request_loop\n"
    "described = gpu._described\n"
    "gpu._described = lambda info: __import__('dataclasses').replace(\n"
    "    described(info), name='NVIDIA GeForce RTX 4060 Laptop GPU', vendor='NVIDIA', kind='discrete')\n"
    "request_loop.main()\n"
)
"""The same child and the same shaders, in which the software adapter passes for the GPU of the scripted laptop."""


@pytest.fixture
def lavapipe(monkeypatch):
    """Mesa's software adapter alone, whatever else this computer has."""
    found = sorted(Path("/usr/share/vulkan/icd.d").glob("lvp_icd*.json"))
    if not found:
        pytest.skip("Mesa's software adapter is not installed (Debian: mesa-vulkan-drivers)")
    monkeypatch.setenv("VK_DRIVER_FILES", str(found[0]))
    monkeypatch.setenv("VK_ICD_FILENAMES", str(found[0]))


@pytest.fixture
def no_driver(monkeypatch):
    """A computer on which no graphics driver is installed."""
    monkeypatch.setenv("VK_DRIVER_FILES", "/nowhere.json")
    monkeypatch.setenv("VK_ICD_FILENAMES", "/nowhere.json")


def probed(monkeypatch, script: str = ""):
    """What shaders alone leave where there is no torch at all, and the child that asks the drivers is `script`."""
    if script:
        monkeypatch.setattr(shaders, "SHADER_WORKER", (sys.executable, "-P", "-c", script))
    return check.Check(ONLY, lambda update: None, command=("/nowhere/python",)).run()


def test_products_and_copies_are_numpys_and_the_adapter_is_called_software(lavapipe, home, monkeypatch):
    found = probed(monkeypatch)
    (gpu,) = found.driver_gpus
    checked = gpu.run.checks
    assert [(c.name, c.size) for c in checked[:2]] == [("product", 512), ("product", 509)]
    assert [c.name for c in checked[2:]] == ["copy", "product"], "the product is compared again after its load"
    assert checked[3].t > gpu.run.windows[-1].t
    assert max(c.error for c in checked) <= TOLERANCE == 1e-4
    assert (gpu.adapter.kind, gpu.run.stop, found.status) == ("software", "time-limit", "complete")
    assert found.machine.torch is None, "whoever has no torch that works is whom this is for"
    assert len(gpu.run.windows) > 1
    (copied,) = [t for t in gpu.run.timings if t.name == "copy"]
    assert copied.unit == "byte"
    assert found.driver_note is not None
    assert "software adapter" in found.driver_note.sentence
    assert "llvmpipe" in found.driver_note.sentence
    told = driver_only_gpu.driver_reasons(found.machine, found.driver_gpus, found.telemetry, RULES)
    assert [r.code for r in told] == ["driver-speed"], "no forecast comes from a processor that plays a GPU"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shader", "right", "wrong"),
    [
        ("PRODUCT", "c[(row + 3u) * n.x + column] = values.w", "c[(row + 3u) * n.x + column] = values.z"),
        ("PRODUCT", "if (row < n.x && column < n.x) { return b[", "if (column < n.x) { return 1.001 * b["),
        ("COPY", "= source[id.x]", "= 1.01 * source[id.x]"),
    ],
)
def test_a_gpu_that_calculates_wrongly_gives_no_figures(lavapipe, home, monkeypatch, shader, right, wrong):
    script = (
        "from rigdyno.core.shader_worker import gpu, request_loop\n"
        f"assert {right!r} in gpu.{shader}\n"
        f"gpu.{shader} = gpu.{shader}.replace({right!r}, {wrong!r})\n"
        "request_loop.main()\n"
    )
    found = probed(monkeypatch, script)
    (gpu,) = found.driver_gpus
    assert gpu.run.failure
    assert gpu.run.failure.code == "driver-wrong"
    assert driver_only_gpu.shader_figures(gpu) is None
    assert "calculates wrongly" in driver_only_gpu.measurement_failures(found)[-1].sentence


def test_without_any_adapter_there_is_one_sentence(no_driver, home):
    command = [sys.executable, "-m", "rigdyno.core.cli", "gpu", "--seconds", "1"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "300"})
    assert told.returncode == 4
    after = [line for line in told.stdout.splitlines() if " s  " not in line]
    assert after == [
        "No graphics driver here offers a GPU: install the driver from the maker of the GPU, if there is one."
    ]
    assert not told.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        (
            "import sys; sys.modules['wgpu'] = None; import rigdyno.core.shader_worker.request_loop as p; p.main()",
            "",
            "wgpu",
        ),
        ("import os; os.kill(os.getpid(), 9)", "", "SIGKILL"),
        (
            "import os; from rigdyno.core.shader_worker import gpu_measurement, request_loop\n"
            "gpu_measurement.measure = lambda *_: os.kill(os.getpid(), 9)\nrequest_loop.main()",
            "died",
            "SIGKILL",
        ),
        (
            "from rigdyno.core.shader_worker import gpu_measurement, request_loop\n"
            "gpu_measurement.measure = lambda *_: 1 / 0\nrequest_loop.main()",
            "driver-error",
            "ZeroDivisionError",
        ),
    ],
)
def test_a_driver_that_breaks_costs_its_own_child_only(lavapipe, home, monkeypatch, script, code, said):
    found = probed(monkeypatch, script)
    failures = [gpu.run.failure.code for gpu in found.driver_gpus if gpu.run.failure]
    assert failures == ([code] if code else [])
    assert said in " ".join(r.sentence for r in driver_only_gpu.measurement_failures(found))
    assert not found.problems


@pytest.mark.slow
def test_a_check_measures_the_gpu_that_torch_cannot_use(lavapipe, driver, cpu_torch, home, hasty, monkeypatch):
    """The whole way: a scripted laptop GPU, its sensors, a torch for the processor alone, and the real shaders."""
    driver.play("rtx-4060-laptop-45w")
    for name, value in driver.environment().items():
        monkeypatch.setenv(name, value)
    script = (
        "import sys\n"
        "from dataclasses import replace\n"
        "from rigdyno.core.check import check, step_durations\n"
        "from rigdyno.core.check.steps import shaders\n"
        "from rigdyno.core.store import result_files\n"
        "from rigdyno.core.reference import scenarios\n"
        "from rigdyno.core.records.plan import CheckPlan, Rules\n"
        "rules = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3,\n"
        "    budget_s=3)\n"
        "shipped = scenarios.load_rules()\n"  # ResNet-50 takes seconds for a single step here
        "jobs = [replace(j, batch=min(j.batch, 4)) for j in shipped.jobs if j.model in ('mlp', 'resnet18')]\n"
        "few = replace(shipped, jobs=tuple(jobs))\n"
        "scenarios.load_rules = lambda: few\n"
        "step_durations.QUICK = dict.fromkeys(step_durations.QUICK, step_durations.Pace(rules, 0.7))\n"
        f"shaders.SHADER_WORKER = (sys.executable, '-P', '-c', {DISGUISED!r})\n"
        "plan = CheckPlan('quick', ('jobs',))\n"
        "sys.stdout.buffer.write(result_files.to_json(check.Check(plan, lambda u: None).run()))\n"
    )
    command = [sys.executable, "-c", script]  # a process of its own: the library of the driver is loaded only once
    told = subprocess.run(command, capture_output=True, check=True).stdout
    found = json.loads(told)
    assert found["plan"]["steps"][0] == "driver"
    (gpu,) = found["driver_gpus"]
    assert gpu["adapter"]["kind"] == "discrete"
    assert gpu["run"]["failure"] is None
    verdict = found["verdict"]
    codes = [r["code"] for r in verdict["driver"]]
    assert codes[0] == "driver-speed"
    assert "driver-sensors" in codes
    assert codes[-1] in ("driver-scenario", "driver-scenarios")
    assert not [f for f in verdict["forecasts"] if f["device"] == gpu["adapter"]["name"]]
    assert "catch-cpu-torch" in {r["code"] for r in verdict["catches"]}
    assert not [r for r in found["runs"] if r["task"] == "driver"]


def test_a_cancel_ends_it(lavapipe, home):
    plan = replace(ONLY, train=Plan(seconds=100))

    def listen(update):
        if isinstance(update, WorkerSaid) and isinstance(update.event, Phase):
            running.cancel()

    running = check.Check(plan, listen)
    found = running.run()
    assert found.status == "partial"
    assert [gpu.run.stop for gpu in found.driver_gpus] == ["cancelled"]
    assert not driver_only_gpu.measurement_failures(found)[1:], "that it was stopped is no trouble"


# --- conclusions -----------------------------------------------------------------------------------------------------


def test_burst_and_sustained_are_told_apart():
    found = driver_only_gpu.shader_figures(shaded([2000] + 6 * [9000] + 6 * [8000] + 7 * [6000]))
    assert found
    assert (found.burst, found.sustained, found.copied, found.seconds) == (9000, 6000, 200, 10)
    assert found.kept == pytest.approx(2 / 3)


def test_the_works_of_the_jobs_are_those_that_are_counted():
    from rigdyno.core.worker import operation_count

    for job in RULES.jobs:
        work = operation_count.count_operations(job.plan(Plan()), job.batch)
        assert work
        assert work.flops / job.batch / 1e9 == pytest.approx(job.gflop, rel=1e-4)
        assert work.bytes / job.batch / 1e9 == pytest.approx(job.gbyte, rel=1e-4)


ALIASES = {
    "Tesla V100": "Tesla V100 PCIe 16 GB",
    "LambdaCloud 1x V100 16GB": "Tesla V100 PCIe 16 GB",
    "LambdaCloud 1x A100 40GB PCIe": "A100 PCIe 40 GB",
    "A100 80GB SXM4": "A100 SXM4 80 GB",
    "A100 PCIe 40GB (2020-21 run)": "A100 PCIe 40 GB",
    "A100 SXM4 40GB (2020-21 run)": "A100 SXM4 40 GB",
    "H100 80GB PCIe Gen5": "H100 PCIe 80 GB",
    "H100 80GB SXM5": "H100 SXM5 80 GB",
    "1CC H100 80GB SXM5": "H100 SXM5 80 GB",
    "LambdaCloud 1x B200 192GB SXM5": "B200",
}
"""What the two tables call the same card."""


def published() -> list[tuple[str, float, float, float]]:
    """(GPU, its peak GFLOP/s, its GB/s, images/s of ResNet-50): every single GPU of which both tables tell."""
    known = {gpu.name: gpu for gpu in hardware_tables.gpu_models()}
    table = (files("rigdyno.resources") / "reference" / "train_throughput.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(table.splitlines()):
        card = ALIASES.get(row["hardware"], row["hardware"]).removeprefix("GeForce ")
        names = [n for n in known if card == n.removeprefix("GeForce ")]
        if row["model"] == "resnet50" and row["num_devices"] == "1" and names:
            gpu = known[names[0]]
            found.append((gpu.name, 1000 * gpu.fp32_tflops, gpu.mem_bw_gbs, float(row["train_images_per_s"])))
    return found


@pytest.mark.parametrize("end", [0, 1])
def test_published_throughputs_lie_in_the_range_that_shaders_would_have_given(end):
    """Whether our product reaches the least or the most of the peak that it may, and the copy likewise."""
    rows = published()
    assert len({name for name, *_ in rows}) >= 14
    for name, gflops, gigabytes, images in rows:
        found = ShaderFigures(1, PRODUCT_SHARE[end] * gflops, COPY_SHARE[end] * gigabytes, 10, 0)
        low, high = driver_only_gpu.guessed_rate(found, JOBS["resnet50-finetune"]) or (0, 0)
        assert low <= images <= high, name


def test_the_guides_are_the_lowest_and_the_highest_published():
    shares = [images * RESNET50_IMAGE_WORK[0] / gflops for _, gflops, _, images in published()]
    traffics = [images / gigabytes for _, _, gigabytes, images in published()]
    assert (min(shares), max(shares)) == pytest.approx(TRAINING_FLOPS_SHARE, rel=0.02)
    assert (min(traffics), max(traffics)) == pytest.approx(RESNET50_IMAGES_PER_GB, rel=0.02)


def test_a_fast_gpu_makes_scenarios_likely_and_raises_none():
    told = result()
    known = {"gpu.name": Reading(CARD.name, "NVML"), "gpu.memory_total": Reading(8 << 30, "NVML")}
    laptop = replace(machine(), gpus=(Gpu("GPU-1", "", known),))
    small, photos = job_run("resnet18-small-images", 40), job_run("resnet50-finetune", 2)
    runs = (train_run(900), job_run("mlp-table", 150_000), small, photos)
    plain = judged(replace(told, machine=laptop, runs=runs), RULES)
    found = judged(replace(plain, driver_gpus=(shaded(20 * [7000], 240),)), RULES)
    assert plain.verdict
    assert found.verdict
    assert replace(found.verdict, driver=()) == plain.verdict
    assert found.verdict.scenario == 1
    said = [r.sentence for r in found.verdict.driver]
    assert any("fine-tuning ResNet-50" in s and "estimated" in s for s in said)
    assert "would probably be in scenario 2" in said[-1]


@pytest.mark.parametrize(
    ("gflops", "gigabytes", "memory_gb", "least", "most"),
    [
        (100, 10, 2, 1, 1),  # GT 740M
        (200, 20, 16, 1, 2),  # a laptop's own graphics
        (7000, 230, 8, 2, 2),  # RTX 4060 laptop: the transformer does not fit
        (20000, 850, 24, 3, 3),  # RTX 3090
        (20000, 850, None, 2, 3),  # the same, of unknown memory
    ],
)
def test_at_least_and_perhaps(gflops, gigabytes, memory_gb, least, most):
    found = ShaderFigures(gflops, gflops, gigabytes, 10, 0)
    memory = None if memory_gb is None else int(memory_gb * 1e9 * 1.07)
    got = driver_only_gpu.guessed_scenarios(found, RULES, memory, ())
    if memory_gb is None:
        least = 1  # without its memory nothing is certain to fit
    assert got == (least, most)


def test_which_adapters_are_shaded():
    torchless = machine()
    both = (LAVAPIPE, CHIP, CARD, CARD)
    assert driver_only_gpu.adapters_to_measure(both, torchless, everything=False) == [2, 1]
    assert driver_only_gpu.adapters_to_measure((LAVAPIPE,), torchless, everything=False) == []
    assert driver_only_gpu.adapters_to_measure((LAVAPIPE,), torchless, everything=True) == [0]
    assert driver_only_gpu.adapters_to_measure((), torchless, everything=True) == []
    trains = machine(1, 8)
    assert trains.torch
    named = replace(trains.torch, devices=tuple(replace(d, name=CARD.name) for d in trains.torch.devices))
    assert driver_only_gpu.adapters_to_measure(both, replace(trains, torch=named), everything=False) == [1]


def test_a_check_adds_the_step_only_where_torch_lacks_a_gpu():
    bare, whole = machine(), CheckPlan()
    lacking = replace(bare, adapters=(Adapter("AMD", "Radeon 780M"),))
    assert schedule.joined(whole, bare, ["cpu"]).steps == whole.steps
    assert schedule.joined(whole, lacking, ["cpu"]).steps == ("driver", *whole.steps)
    single = CheckPlan("custom", ("train",))
    assert schedule.joined(single, lacking, ["cpu"]) == single


def test_what_its_sensors_told_stands_beside_it():
    keys = {"power": 44.0, "sm_clock": 1800.0, "temperature": 71.0, "throttle": float(0x04)}
    during = [Sample(1 + i, {f"gpu.0.{k}": v for k, v in keys.items()}) for i in range(5)]
    after = [Sample(100, {"gpu.0.power": 5.0, "gpu.0.sm_clock": 200.0, "gpu.0.temperature": 40.0})]
    has = Machine({}, gpus=(Gpu("GPU-1", "", {"gpu.name": Reading(CARD.name, "NVML")}),))
    told = {
        r.code: r.sentence
        for r in driver_only_gpu.driver_reasons(has, (shaded(20 * [7000]),), [*during, *after], RULES)
    }
    assert "44 W" in told["driver-sensors"]
    assert "1,800 MHz and 71 °C" in told["driver-sensors"]
    assert "its power limit in 100 %" in told["slowed"]


def test_the_sizes_that_are_checked_are_a_whole_one_and_one_with_rests():
    assert SIZES == (512, 509)


def test_a_result_of_shaders_alone_says_so_in_every_form():
    from rigdyno.core.report import report_file
    from rigdyno.core.words.writer import english

    told = replace(result(), runs=(), driver_gpus=(shaded(20 * [7000]),))
    for written in (report_file.html(told, english), report_file.markdown(told, english)):
        assert "GPU compute (driver only)" in written
        assert "7,000 GFLOP/s" in written
