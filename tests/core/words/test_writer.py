"""Sentences: every code has one, every number finds its place, and nothing strange breaks them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rigdyno.core.analysis import plan_limits
from rigdyno.core.check import step_durations
from rigdyno.core.check.job_plans import JOB_STEPS
from rigdyno.core.verdict import trust
from rigdyno.core.words.phrases import claims, failures, labels, names
from rigdyno.core.words.phrases.sentences import SENTENCES, TABLES
from rigdyno.core.words.writer import english as words

from tests.core.builders import RULES

TEMPLATES = {code: text for table in TABLES[:9] for code, text in table.items()}
EXAMPLES = {
    "job": "mlp-table", "model": "resnet18", "device": "cpu", "percent": 12.34, "half_width": 1.25, "rate": 1700.4,
    "windows": 22, "accuracy": 85.14, "seconds": 90.0, "threads": 2, "precision": "bf16", "layout": "channels_last",
    "gain": 1.75, "time": 15_000.0, "low": 13_000.0, "high": 17_000.0, "deadline": 7200.0, "need": 7 * 10**9,
    "has": 4 * 10**9, "scenario": 4, "towards": 3, "factor": 2.345, "failure": "It died.", "detail": "signal SIGKILL",
    "cause": "heat", "gpu": "GeForce GT 740M", "why": "no driver is loaded.", "batch": 64,
    "best": 3745.1, "slow": 0.044, "fast": 201.5, "prepare": 5.4, "tried": 16,
    "variables": "OMP_NUM_THREADS=2", "naive": 9e9,
    "minutes": 10.0, "stability": 97.5, "runs": 3, "kilojoules": 120.5, "images": 9.5, "many": 31.4, "one": 2.7,
    "offer": "Lambda gpu_1x_a10", "accelerators": "1 x A10", "least": 1.5, "most": 20.4, "date": "2026-09-24",
    "program": "python3", "times": 412.0, "mode": "low-power", "watts": 55.0, "driver": "11.4", "wanted": "12.6",
    "version": "2.13.0", "capability": "3.5", "cores": 8,
    "ratio": 1.23, "gflops": 243.1, "peak": 440.2, "compute": 55.3, "gigabytes": 4.02, "bandwidth": 29.9,
    "memory": 13.4, "ranks": 4, "exchange": 8.9, "prepared": 44_000.0, "trained": 50_100.0,
    "workers": 4, "loaded": 210.3,
    "line": "torch.compile(network)",
    "lanes": 8, "generation": 4, "link": "https://www.nvidia.com/drivers", "command": "pip install torch", "count": 3,
    "variable": "CUDA_VISIBLE_DEVICES=1",
    "folder": "/media/stick", "place": "/home/ada/data",
    "backend": "Vulkan", "clock": 1815.0, "celsius": 71.3,
    "governor": "powersave", "usable": 2, "logical": 8, "when": "2026-11-26 03:14",
    "bits": 4, "first_kind": "extrapolated", "rate_kind": "measured",
    "steps": 1200, "trainings": 2,
}  # fmt: skip
UNITS = {"s": 1, "min": 60, "hours": 3600, "days": 86_400, "months": 30.44 * 86_400, "years": 365.25 * 86_400}


@pytest.mark.parametrize("code", TEMPLATES)
def test_every_sentence_takes_its_numbers(code):
    template = TEMPLATES[code]
    forms = [template] if isinstance(template, str) else [template.one, template.many]
    for count, form in enumerate(forms, 1):
        wanted = [name for _, name, _, _ in string.Formatter().parse(form) if name]
        numbers = {name: EXAMPLES[name] for name in wanted}
        if len(forms) > 1:
            numbers[template.by] = count
        said = words.sentence(code, numbers)
        assert not set("{}") & set(said)
        assert said[0] == said[0].upper()
        for name in set(wanted) - {"low"}:  # of a range of time the longer end names the unit
            assert words.number(name, numbers[name]).casefold() in said.casefold()
        missing = words.sentence(code, dict.fromkeys(wanted))
        assert missing.count("ot reported") == len(wanted), "an unknown number is said to be unknown"
        assert "None" not in missing


def test_every_doubt_that_is_weighed_has_words():
    assert set(trust._WEIGHTS) <= set(SENTENCES)


def test_no_code_means_two_things():
    assert sum(map(len, TABLES)) == len(SENTENCES)


def test_everything_that_can_be_chosen_has_a_name():
    assert set(names.MODELS) == set(plan_limits.MODELS)
    judged = {job.model for job in RULES.jobs}
    for preset, table in (("quick", step_durations.QUICK), ("full", step_durations.FULL)):
        steps = set(step_durations.STEPS[preset]) - {"jobs"} | {"scaling", "driver"}  # which some GPUs add
        assert set(table) == {*steps, *judged}, "every step has its pace, and no other"
        assert {*step_durations.STEPS[preset], *JOB_STEPS} - {"jobs", "vgg16"} <= set(names.STEPS)


def test_a_code_without_words_hides_nothing():
    assert words.sentence("tea-spilt", {"cups": 2}) == "tea-spilt: cups 2"


@pytest.mark.parametrize("code", TEMPLATES)
def test_a_code_without_its_numbers_breaks_nothing(code):
    """A worker may report any code at all, `wide` among them, with nothing but a detail."""
    assert words.sentence(code, {"detail": "seen"})


@given(st.sampled_from(sorted(failures.FAILURES)), st.text())
def test_what_a_worker_says_is_quoted_and_not_obeyed(code, detail):
    said = words.sentence(code, {"detail": detail})
    if "{detail}" in failures.FAILURES[code]:
        assert detail[1:] in said
    assert words.sentence("error", {"detail": "{0.__class__} {job}"}).endswith("{0.__class__} {job}")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0 s"), (0.5, "0.5 s"), (1.0, "1.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (119.4, "119 s"),
        (120.0, "2.0 min"), (599.0, "10 min"), (3600.0, "60 min"), (7199.0, "120 min"), (7200.0, "2.0 hours"),
        (36 * 3600.0, "36 hours"), (48 * 3600.0, "2.0 days"), (99 * 86_400.0, "99 days"),
        (100 * 86_400.0, "3.3 months"), (700 * 86_400.0, "1.9 years"), (1e12, "31,688 years"),
    ],
)  # fmt: skip
def test_durations_come_in_the_unit_that_suits_them(seconds, said):
    assert words.duration(seconds) == said


@given(st.floats(0.01, 1e12))
def test_durations_are_true_to_their_digits(seconds):
    number, unit = words.duration(seconds).replace(",", "").split(" ")
    assert float(number) * UNITS[unit] == pytest.approx(seconds, rel=0.051)


def test_a_limit_is_exact():
    said = words.sentence("finishes", {**EXAMPLES, "deadline": 7200.0, "time": 7200.0})
    assert "about 2.0 hours" in said
    assert "and 2 hours is the limit" in said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (98 * 86_400.0, 4.4 * 30.44 * 86_400, "3.2 – 4.4 months"), (117 * 60.0, 2.7 * 3600, "1.9 – 2.7 hours"),
        (60.0, 119.0, "60 – 119 s"), (20 * 60.0, 2.5 * 3600, "0.33 – 2.5 hours"), (60.0, 86_400.0, "60 s – 24 hours"),
        (0.0, 0.0, "0 – 0 s"),
    ],
)  # fmt: skip
def test_both_ends_of_a_range_are_in_one_unit(low, high, said):
    assert words.span(low, high) == said
    numbers = {**EXAMPLES, "low": low, "high": high}
    assert f"takes {said.replace(' –', ' to')} on" in words.sentence("want-yes", numbers)


def test_no_accelerators_are_none():
    assert words.device("0 accelerators") == "none"
    assert (words.device("1 accelerator"), words.device("1 accelerators")) == ("1 accelerator", "1 accelerator")
    assert words.sentence("too-few-accelerators", {**EXAMPLES, "has": 0}).endswith("this machine has none.")


@pytest.mark.parametrize(
    ("code", "by", "one", "two"),
    [
        ("few-windows", "windows", "1 window of ResNet-18 on the CPU was", "2 windows of ResNet"),
        ("trains-at", "windows", ", 1 window)", ", 2 windows)"), ("catch-link", "lanes", " 1 lane of", " 2 lanes of"),
        ("energy", "images", ": 1 image for", ": 2 images for"),
        ("per-joule", "many", "trains 1 image", "2 images for"),
        ("pack-size", "size", "has 1 byte instead", "has 2 bytes instead"),
    ],
)  # fmt: skip
def test_a_count_has_its_plural(code, by, one, two):
    for count, said in ((1, one), (1.0, one), (2, two)):
        assert said in words.sentence(code, {**EXAMPLES, "path": "p", "file": "f", "expected": 9, by: count})


@pytest.mark.parametrize(
    ("images", "said"),
    [(1.003, "1 image "), (1.7, "1.7 images "), (0.5, "0.5 images "), (0.0, "0 images "), (100.2, "100 images ")],
)
def test_the_plural_is_that_of_the_number_as_it_is_written(images, said):
    assert f": {said}" in words.sentence("energy", {**EXAMPLES, "images": images})


@pytest.mark.parametrize(
    ("batch", "ends"), [(1, ("1 image is enough", "1 image on")), (64, ("64 images are", "64 im"))]
)
def test_marks_of_a_chart_have_their_plural(batch, ends):
    assert words.phrase(claims.MARKS["knee"], batch=batch).startswith(ends[0])
    assert ends[1] in words.phrase(claims.MARKS["crossover"], batch=batch, device="A100")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("cpu.model", None, "not reported"), ("host.virtual", True, "yes"), ("host.virtual", False, "no"),
        ("cpu.simd", ["AVX2", "FMA"], "AVX2, FMA"), ("cpu.simd", [], "none"), ("memory.total", 16 * 2**30, "16.0 GiB"),
        ("gpu.memory_free", 512 * 2**20, "512 MiB"), ("cpu.max_clock", 4700, "4.70 GHz"), ("power.battery", 80, "80 %"),
        ("gpu.power_limit", 115.5, "115.5 W"), ("cpu.physical_cores", 8, "8"), ("gpu.name", "A100", "A100"),
        ("memory.total", 0, "0 MiB"),
    ],
)  # fmt: skip
def test_readings(key, value, said):
    assert words.show(key, value) == said


def test_units_belong_to_known_readings():
    own = {"memory.used", "memory.own"}  # sensors, which have no line in the inventory
    assert (set(labels.UNITS) | labels.BYTES) - own <= set(labels.LABELS)
