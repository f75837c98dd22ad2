"""Finds every engine on this computer and on removable media, and asks each for its versions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from ..analysis.engine_fit import EngineFit, assess_fit
from ..records.machine import Gpu
from ..records.verdict import Reason
from ..reference import hardware_tables
from ..session.worker_command import foreign_environment
from ..session.worker_session import SessionError
from ..words.writer import reason
from . import packs
from .chosen_engine import read_choice
from .engine_paths import INTERPRETER_PLACES, engine_identity, engine_label, same_engine
from .engine_start import worker_torch
from .packs import EngineError

OLDEST_PYTHON = (3, 10)
"""The oldest Python that the worker's code runs on."""
OLDEST_TORCH = (2, 9)
"""PyTorch 2.9 introduced torch.backends.fp32_precision; the worker has not been tried with older ones."""
PATIENCE_S = 60.0
"""A cold import of torch from a slow disk takes up to half a minute."""
ENVIRONMENT_FOLDERS = (
    *(".conda/envs", "miniconda3/envs", "anaconda3/envs", "miniforge3/envs", "mambaforge/envs"),
    *(".virtualenvs", ".local/share/virtualenvs", ".pyenv/versions"),
)
"""Folders below the user's home in which tools keep environments."""

_QUESTION = """
import json, sys
told = {"python": "%d.%d.%d" % sys.version_info[:3], "torch": "", "cuda": "", "architectures": [], "problem": ""}
try:
    import torch
    told["torch"], told["cuda"] = torch.__version__ + "", torch.version.cuda or ""
    flags = getattr(torch._C, "_cuda_getArchFlags", None)
    told["architectures"] = (flags() or "").split() if told["cuda"] and flags else []
    import numpy
except Exception as error:
    told["problem"] = "%s: %s" % (type(error).__name__, str(error).splitlines()[0] if str(error) else "")
sys.stdout.write("\\n" + json.dumps(told))
"""


OWN, ENVIRONMENT, PACK = "own", "environment", "pack"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What `_QUESTION` prints."""

    python: str
    torch: str
    cuda: str
    architectures: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine's answer. `path`: its label for people; `place`: its real path; `problem`: why it cannot be used."""

    path: str
    place: str = ""
    kind: str = ENVIRONMENT
    python: str = ""
    torch: str = ""
    cuda: str = ""
    architectures: tuple[str, ...] = ()
    problem: Reason | None = None

    @property
    def own(self) -> bool:
        """Whether it is this program's own engine."""
        return self.kind == OWN

    def fit(self, gpus: Sequence[Gpu], makers: Collection[str] = ()) -> EngineFit:
        """Whether it can use one of these NVIDIA GPUs, or those of one of these `makers`, and why."""
        return assess_fit(self.torch, self.cuda, self.architectures, gpus, hardware_tables.torch_builds(), makers)


def ask_engine(engine: Path) -> Engine:
    """What an engine answers; a pack is started for that. Raises EngineError if it cannot be used."""
    found = _asked(engine)
    if found.problem:
        raise EngineError(found.problem)
    if found.kind == PACK:
        try:
            told = worker_torch(engine)
        except (SessionError, OSError) as error:
            failure = error.failure if isinstance(error, SessionError) else None
            code, detail = (failure.code, failure.detail) if failure else ("error", str(error))
            raise EngineError(reason("engine-no-answer", path=found.path, failure=code, detail=detail)) from error
        return replace(found, python=told.python.split()[0], torch=told.version, cuda=told.cuda)
    return found


def candidates() -> Iterator[Path]:
    """Paths that may be engines, each once: the chosen one, packs, this Python, active environments, known folders.

    A frozen program's own engine is not among them.
    """
    folders: list[Path] = [Path(v) for k in ("VIRTUAL_ENV", "CONDA_PREFIX") if (v := os.environ.get(k))]
    listed = Path.home() / ".conda/environments.txt"
    if listed.is_file():
        folders += [Path(line.strip()) for line in listed.read_text("utf-8", "replace").splitlines() if line.strip()]
    parents = [Path.home() / name for name in ENVIRONMENT_FOLDERS]
    parents += packs.pack_folders()
    folders += [Path.cwd() / ".venv", Path.cwd() / "venv"]
    folders += [folder for parent in parents if parent.is_dir() for folder in sorted(parent.iterdir())]
    paths = [p for f in folders if (p := next((f / n for n in INTERPRETER_PLACES[1:] if (f / n).is_file()), None))]
    paths += [Path(place) / name for place in os.get_exec_path() for name in ("python3", "python.exe")]
    own = None if _frozen() else Path(sys.executable)
    there = [p for p in (*packs.installed_packs(), own, *paths) if p and (p.is_file() or packs.is_pack(p))]
    seen: set[str] = set()
    for path in filter(None, (read_choice(), *there)):  # the chosen one even if it no longer exists
        if (place := engine_identity(path)) not in seen:
            seen.add(place)
            yield path


def ask_all_engines() -> list[Engine]:
    """Every candidate with its answer, this program's own first, then working ones; all are asked at the same time."""
    paths = list(candidates())
    with ThreadPoolExecutor(max_workers=max(1, min(8, len(paths)))) as pool:
        own = [pool.submit(_frozen_own)] if _frozen() else []
        found = [*(each.result() for each in own), *pool.map(_asked, paths)]
    return sorted(found, key=lambda e: (not e.own, bool(e.problem), e.kind != PACK))


def _frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _frozen_own() -> Engine:
    """The engine of a frozen program, which has no Python to ask: its worker answers."""
    try:
        told = worker_torch(None)
    except (SessionError, OSError) as error:
        why = reason("engine-unstartable", path=sys.executable, detail=str(error))
        return Engine(sys.executable, sys.executable, OWN, problem=why)
    return Engine(
        engine_label(Path(sys.executable)), sys.executable, OWN, told.python.split()[0], told.version, told.cuda,
        told.architectures,
    )  # fmt: skip


def _asked(engine: Path) -> Engine:
    if engine.is_dir():
        return _pack(engine)
    path, kind = engine_label(engine), OWN if same_engine(engine, Path(sys.executable)) else ENVIRONMENT
    nothing = Engine(path, str(engine), kind)
    try:
        done = subprocess.run(
            [engine, "-c", _QUESTION], capture_output=True, text=True, timeout=PATIENCE_S, check=False,
            env=foreign_environment(), stdin=subprocess.DEVNULL,
        )  # fmt: skip
        told = msgspec.convert(json.loads(done.stdout.rpartition("\n")[2]), _Answer)
    except subprocess.TimeoutExpired:
        return replace(nothing, problem=reason("engine-silent", path=path, seconds=PATIENCE_S))
    except OSError as error:
        return replace(nothing, problem=reason("engine-unstartable", path=path, detail=error.strerror))
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return replace(nothing, problem=reason("engine-broken", path=path, exit=done.returncode))
    found = replace(nothing, python=told.python, torch=told.torch, cuda=told.cuda, architectures=told.architectures)
    return replace(found, problem=_problem(found, told.problem))


def _problem(found: Engine, trouble: str) -> Reason | None:
    """Why it cannot be used; None if it can. `trouble`: the error that it printed."""
    path, version = found.path, found.torch
    if _version(found.python) < OLDEST_PYTHON:
        return reason("engine-old-python", path=path, version=found.python, needed=_written(OLDEST_PYTHON))
    if not version:
        return reason("engine-no-torch", path=path, detail=trouble)
    if _version(version) < OLDEST_TORCH:
        return reason("engine-old-torch", path=path, version=version, needed=_written(OLDEST_TORCH))
    return reason("engine-incomplete", path=path, version=version, detail=trouble) if trouble else None


def _pack(folder: Path) -> Engine:
    """A pack, by its manifest and its files."""
    nothing = Engine(engine_label(folder), str(folder), PACK)
    try:
        pack = packs.read_manifest(folder)
    except EngineError as error:
        return replace(nothing, problem=error.reason)
    return replace(
        nothing, python=pack.python, torch=pack.torch, cuda=pack.cuda, architectures=pack.architectures,
        problem=packs.pack_problem(folder, pack),
    )  # fmt: skip


def _version(written: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", written)[:2])


def _written(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
