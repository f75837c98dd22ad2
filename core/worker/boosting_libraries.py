"""Libraries that train boosted trees on the processor. None of them is needed: the first that is there does it."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..records.workload import BoostedTrees

MOST_LEAVES = 2**17
"""Of a tree of LightGBM, which refuses more."""
SIGNAL_COLUMNS, LEVELS = 8, 64
"""Columns of the random table on which the answers depend, and the parts of their range that differ in it. So 100 trees
of depth 10 do not exhaust what can be learnt: with a smooth dependence the last ones had half of the leaves, and took
0.7 of the time of the first ones; so they are alike within 10 %.
"""
NOISE = 0.5
"""Standard deviation of the noise in the answers, as a multiple of that of what can be learnt. Where there is nothing
to learn, trees cut single rows off at the edges, and are cheaper than those of real tables.
"""

Table = tuple[Any, Any]
"""Numbers of (rows, columns) and answers of (rows,), both as float32 arrays of numpy."""


class NoLibraryError(ImportError):
    """None of the libraries can be loaded; the text names each, with the error of one that is there and broken."""


@dataclass(frozen=True)
class BoostingLibrary:
    """A library, its version, and how it trains so many trees of a job on a table with so many threads."""

    name: str
    version: str
    train: Callable[[BoostedTrees, Table, int, int], object]


def find_library() -> BoostingLibrary:
    """The first of LIBRARIES that this Python has. Raises NoLibraryError."""
    tried = []
    for name, (module, train) in LIBRARIES.items():
        try:
            if importlib.util.find_spec(module.partition(".")[0]) is None:
                tried.append(name)
                continue
            library = importlib.import_module(module)
            version = str(importlib.import_module(module.partition(".")[0]).__version__)
        except (ImportError, OSError, RuntimeError, ValueError, AttributeError) as error:
            tried.append(f"{name}: {type(error).__name__}: {error}")
            continue
        return BoostingLibrary(name, version, partial(train, library))
    raise NoLibraryError(", ".join(tried))


def random_table(job: BoostedTrees, rows: int, seed: int) -> Table:
    """A table of the job's width, with answers that follow from some of its columns by themselves and in pairs, and
    noise.
    """
    chance = np.random.default_rng(seed)
    table = chance.random((rows, job.columns), dtype=np.float32)
    score = np.zeros(rows, dtype=np.float32)
    level = (LEVELS * table[:, 0]).astype(np.int32)
    for number in range(min(SIGNAL_COLUMNS, job.columns)):
        following = (LEVELS * table[:, (number + 1) % job.columns]).astype(np.int32)
        score += chance.standard_normal(LEVELS, dtype=np.float32)[level]
        score += chance.standard_normal((LEVELS, LEVELS), dtype=np.float32)[level, following]
        level = following
    score += NOISE * float(score.std()) * chance.standard_normal(rows, dtype=np.float32)
    if job.classes < 2:
        return table, score
    bounds = np.quantile(score, np.arange(1, job.classes) / job.classes)
    return table, np.digitize(score, bounds).astype(np.float32)


def _lightgbm(library: Any, job: BoostedTrees, table: Table, trees: int, threads: int) -> object:
    """Leaf by leaf, with no more leaves than a tree of the job's depth has."""
    settings = {
        "objective": _objective(job, "regression", "binary", "multiclass"),
        "max_depth": job.depth,
        "num_leaves": min(MOST_LEAVES, 2**job.depth),
        "num_threads": threads,
        "verbosity": -1,
    }
    several = {"num_class": job.classes} if job.classes > 2 else {}
    numbers, answers = table
    return library.train(settings | several, library.Dataset(numbers, label=answers), num_boost_round=trees)


def _xgboost(library: Any, job: BoostedTrees, table: Table, trees: int, threads: int) -> object:
    settings = {
        "objective": _objective(job, "reg:squarederror", "binary:logistic", "multi:softprob"),
        "tree_method": "hist",
        "device": "cpu",
        "max_depth": job.depth,
        "nthread": threads,
        "verbosity": 0,
    }
    several = {"num_class": job.classes} if job.classes > 2 else {}
    numbers, answers = table
    data = library.QuantileDMatrix(numbers, label=answers, nthread=threads)
    return library.train(settings | several, data, num_boost_round=trees)


def _scikit_learn(library: Any, job: BoostedTrees, table: Table, trees: int, _threads: int) -> object:
    """With the threads of OMP_NUM_THREADS, which the worker is started with."""
    kind = library.HistGradientBoostingClassifier if job.classes > 1 else library.HistGradientBoostingRegressor
    model = kind(max_iter=trees, max_depth=job.depth, max_leaf_nodes=None, early_stopping=False)
    return model.fit(*table)


def _objective(job: BoostedTrees, number: str, two: str, several: str) -> str:
    return number if job.classes < 2 else two if job.classes == 2 else several


LIBRARIES: dict[str, tuple[str, Callable[[Any, BoostedTrees, Table, int, int], object]]] = {
    "lightgbm": ("lightgbm", _lightgbm),
    "xgboost": ("xgboost", _xgboost),
    "scikit-learn": ("sklearn.ensemble", _scikit_learn),
}
"""By the name under which pip knows it: its module, and how it trains. The fastest come first."""
