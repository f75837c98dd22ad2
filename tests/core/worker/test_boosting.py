"""Boosted trees for real, on small tables: by the libraries that are there, whole or in part, and without any."""

from __future__ import annotations

import json
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from rigdyno.core.analysis.jobs.boosting_time import boosting_forecast
from rigdyno.core.records.events import Done
from rigdyno.core.records.experiment_events.boosting import NO_LIBRARY, BoostingTiming
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.workload import BoostedTrees, Workload
from rigdyno.core.worker.boosting_libraries import LIBRARIES, find_library, random_table
from rigdyno.core.worker.experiments import EXPERIMENTS

SMALL = BoostedTrees(rows=4000, columns=5, trees=6, depth=3, classes=2)
ENDLESS = BoostedTrees(rows=50_000, columns=4, trees=10**6, depth=4, classes=2)


def request(job: BoostedTrees, budget_s: float = 3.0, memory: int | None = None) -> Request:
    plan = Plan(model="boosting", batch=1, threads=1, workload=Workload("boosting", boosting=job))
    return Request("boosting", plan, Rules(budget_s=budget_s), memory=memory)


def perform(job: BoostedTrees, **more) -> tuple[list[BoostingTiming], Done]:
    events: list = []
    EXPERIMENTS["boosting"](request(job, **more), events.append)
    assert isinstance(events[-1], Done)
    return [e for e in events if isinstance(e, BoostingTiming)], events[-1]


def test_a_small_job_is_trained_whole():
    (told,), done = perform(SMALL, budget_s=60.0)  # however busy the machine is
    assert (told.library, told.rows, told.trees) == ("lightgbm", SMALL.rows, SMALL.trees)
    assert done.stop == "converged"
    assert boosting_forecast([told], SMALL).measured


def test_a_large_job_is_trained_in_part_at_two_numbers_of_trees():
    told, done = perform(ENDLESS)
    few, more = sorted({t.trees for t in told})
    assert (few, done.stop) == (1, "time-limit")
    assert 1 < more < ENDLESS.trees
    assert {t.rows for t in told} == {ENDLESS.rows}, "there is time for the whole table"
    assert len({len(t.seconds) for t in told}) == 1, "in turn, equally often"
    forecast = boosting_forecast(told, ENDLESS)
    assert not forecast.measured
    assert forecast.seconds > max(max(t.seconds) for t in told)


def test_a_table_without_room_is_trained_in_part_at_two_numbers_of_rows():
    told, _ = perform(ENDLESS, memory=20_000 * (4 * 16 + 64))
    assert {t.rows for t in told} == {10_000, 20_000}
    assert {t.rows for t in told} == {t.rows for t in told if t.trees == told[0].trees}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a while")
def test_memory_holds_the_table_at_least():
    wide = BoostedTrees(rows=20_000, columns=100, trees=2, depth=3, classes=2)
    (told,), _ = perform(wide, budget_s=60.0)
    assert 4 * 20_000 * 101 < told.memory < 20_000 * (100 * 16 + 64) + 2**26


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("classes", [0, 2, 5])
def test_a_library_trains_numbers_and_classes(name, classes):
    module, train = LIBRARIES[name]
    library = pytest.importorskip(module)
    job = BoostedTrees(rows=2000, columns=4, trees=3, depth=3, classes=classes)
    table = random_table(job, job.rows, seed=1)
    trained = train(library, job, table, job.trees, 1)
    told = np.asarray(trained.predict(library.DMatrix(table[0]) if name == "xgboost" else table[0]))
    if classes and told.dtype.kind == "f" and name != "scikit-learn":
        told = told.argmax(axis=1) if told.ndim == 2 else told > 0.5
    right = np.mean(told == table[1]) if classes else np.corrcoef(told, table[1])[0, 1]
    assert right > 1.1 / max(classes, 8), "it has learnt something, as there is something to learn"


def test_trees_are_as_deep_as_asked_and_no_deeper():
    def depth(node: dict) -> int:
        children = [node[side] for side in ("left_child", "right_child") if side in node]
        return 1 + max(map(depth, children)) if children else 0

    job = BoostedTrees(rows=20_000, columns=6, trees=4, depth=5, classes=2)
    trained = find_library().train(job, random_table(job, job.rows, 0), job.trees, 1)
    depths = [depth(tree["tree_structure"]) for tree in trained.dump_model()["tree_info"]]
    assert depths == [5] * 4


@pytest.mark.parametrize("classes", [0, 2, 7])
def test_answers_follow_from_the_table_and_every_class_is_as_frequent(classes):
    job = BoostedTrees(rows=7000, columns=3, trees=1, depth=1, classes=classes)
    numbers, answers = random_table(job, job.rows, seed=0)
    assert numbers.shape == (7000, 3)
    assert (numbers.dtype, answers.dtype) == (np.float32, np.float32)
    if classes:
        assert np.bincount(answers.astype(int)).tolist() == pytest.approx([7000 / classes] * classes, rel=0.01)
    assert np.array_equal(random_table(job, job.rows, seed=0)[1], answers)


ABSENT = """
import sys
from importlib.machinery import PathFinder
class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        absent = name.split('.')[0] in {'lightgbm', 'xgboost', 'sklearn'}
        return None if absent else super().find_spec(name, path, target)
sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]
from rigdyno.core.worker.request_loop import main
main()
"""


def test_a_python_without_any_library_says_so_and_goes_on():
    asked = msgspec.json.encode(request(SMALL)).decode() + "\n"
    command = [sys.executable, "-P", "-c", ABSENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        worker.stdin.write(asked + '{"task":"memory","plan":{"threads":1},"rules":{}}\n')
        worker.stdin.flush()
        failed = []
        for line in worker.stdout:
            if (event := json.loads(line))["event"] == "Failed":
                failed.append(event["data"])
            if len(failed) == 2:
                break
        worker.stdin.close()
    assert (failed[0]["code"], failed[0]["detail"]) == (NO_LIBRARY, ", ".join(LIBRARIES))
    assert failed[1]["code"] == "error", "the next request, which has no workload"
