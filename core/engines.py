"""The Pythons with torch on this computer and the packs, any of which can be the engine, and the one that was chosen.

The worker needs Python, numpy and torch alone (see `worker.py`), so that a check can use the torch of another
environment: one that is built for this GPU, or the very one that somebody trains with. A pack (see `packs.py`) has no
Python of its own: this program's runs it.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import msgspec

from . import packs, reference
from .engine import WORKER, outside
from .engine import Engine as Start
from .fit import Fit, fit
from .model import Gpu, Reading, Reason, Torch
from .packs import EngineError
from .paths import data_folder, write_whole
from .remote import package
from .session import Session, SessionError
from .words import reason

FILE = "engine.json"
OLDEST = (3, 10)
"""What the worker's code asks of a Python."""
OLDEST_TORCH = (2, 9)
"""2.9 brought torch.backends.fp32_precision; the worker has not been run with older ones."""
PATIENCE_S = 60.0
"""A cold import of torch from a slow disk takes up to half a minute."""
PLACES = ("", "bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
"""Where a folder that is an environment keeps its interpreter."""
HOMES = (".conda/envs", "miniconda3/envs", "anaconda3/envs", "miniforge3/envs", "mambaforge/envs", ".virtualenvs",
         ".local/share/virtualenvs", ".pyenv/versions")  # fmt: skip

_RUN = (
    "import runpy, sys; sys.path[:] = [p for p in sys.path if p]; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), None, '__main__', True)"
)
_ASK = """
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
class _Told:
    """What `_ASK` prints."""

    python: str
    torch: str
    cuda: str
    architectures: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine as it answered: `path` as people read it; `problem` says why it cannot be used."""

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
        """Whether it is this program's."""
        return self.kind == OWN

    def fit(self, gpus: Sequence[Gpu]) -> Fit:
        """Whether it can use the GPUs here."""
        return fit(self.torch, self.cuda, self.architectures, gpus, reference.builds())


def chosen() -> Path | None:
    """The Python that the user has chosen; None for this program's own, as for a choice that cannot be read."""
    try:
        told = json.loads((data_folder() / FILE).read_text(encoding="utf-8"))
        return Path(told["python"]) if told["python"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def choose(python: Path | None) -> None:
    """From now on checks use this Python; None for this program's own. Raises OSError."""
    write_whole(data_folder() / FILE, json.dumps({"python": str(python) if python else ""}).encode())


def start(base: Start, engine: Path | None) -> Start:
    """How to start a worker with a Python or a pack; None is this program's own.

    Raises EngineError for a pack that is not whole, OSError where the worker's code cannot be laid out.
    """
    if engine is None or same(engine, Path(sys.executable)):
        return replace(base, command=WORKER)
    if engine.is_dir():
        if trouble := packs.trouble(engine, packs.read(engine)):
            raise EngineError(trouble)
        return replace(base, command=WORKER, packages=str(engine / packs.PACKAGES))
    return replace(base, command=(str(engine), "-c", _RUN, str(_code()), "rigdyno.core.worker"))


def hello(engine: Path | None) -> Torch:
    """What its worker says when it starts. Raises EngineError, SessionError, OSError."""
    session = Session(start(Start(), engine), time.perf_counter)
    try:
        return session.start()
    finally:
        session.close()


def label(python: Path | None) -> str:
    """What a result calls it: its place, the user's home left out."""
    if python is None:
        return "own"
    home = str(Path.home())
    return "~" + str(python)[len(home) :] if str(python).startswith(home + os.sep) else str(python)


def reading(name: str, why: str = "") -> Reading:
    """Which engine measured, for the result; `why` another one that was chosen did not."""
    return Reading(name, "the engine that was chosen" if name != label(None) else "this program", why)


def locate(written: str) -> Path:
    """A pack, or the interpreter of a Python or of a folder that is an environment. Raises EngineError."""
    place = Path(written).expanduser()
    if not place.exists():
        raise EngineError(reason("engine-nowhere", path=written))
    if packs.is_pack(place):
        return place.resolve()
    found = next((p for name in PLACES if (p := place / name if name else place).is_file()), None)
    if found is None:
        raise EngineError(reason("engine-no-python", path=written))
    return found.parent.resolve() / found.name  # not its own link: its place makes it that environment's


def ask(engine: Path) -> Engine:
    """What it says of itself; a pack is started for it. Raises EngineError where it cannot be the engine."""
    found = _asked(engine)
    if found.problem:
        raise EngineError(found.problem)
    if found.kind == PACK:
        try:
            told = hello(engine)
        except (SessionError, OSError) as error:
            failure = error.failure if isinstance(error, SessionError) else None
            code, detail = (failure.code, failure.detail) if failure else ("error", str(error))
            raise EngineError(reason("engine-no-answer", path=found.path, failure=code, detail=detail)) from error
        return replace(found, python=told.python.split()[0], torch=told.version, cuda=told.cuda)
    return found


def candidates() -> Iterator[Path]:
    """The engines that there may be here, each once: the chosen one, packs, this Python, the active ones, known places.

    A frozen program's own is not among them.
    """
    folders: list[Path] = [Path(v) for k in ("VIRTUAL_ENV", "CONDA_PREFIX") if (v := os.environ.get(k))]
    listed = Path.home() / ".conda/environments.txt"
    if listed.is_file():
        folders += [Path(line.strip()) for line in listed.read_text("utf-8", "replace").splitlines() if line.strip()]
    parents = [Path.home() / name for name in HOMES]
    parents += packs.places()
    folders += [Path.cwd() / ".venv", Path.cwd() / "venv"]
    folders += [folder for parent in parents if parent.is_dir() for folder in sorted(parent.iterdir())]
    paths = [p for f in folders if (p := next((f / n for n in PLACES[1:] if (f / n).is_file()), None))]
    paths += [Path(place) / name for place in os.get_exec_path() for name in ("python3", "python.exe")]
    own = None if _frozen() else Path(sys.executable)
    there = [p for p in (*packs.found(), own, *paths) if p and (p.is_file() or packs.is_pack(p))]
    seen: set[str] = set()
    for path in filter(None, (chosen(), *there)):  # the chosen one even where it has gone
        if (key := _key(path)) not in seen:
            seen.add(key)
            yield path


def survey() -> list[Engine]:
    """Every candidate as it answered, this program's own first; all are asked at the same time."""
    paths = list(candidates())
    with ThreadPoolExecutor(max_workers=max(1, min(8, len(paths)))) as pool:
        own = [pool.submit(_frozen_own)] if _frozen() else []
        found = [*(each.result() for each in own), *pool.map(_asked, paths)]
    return sorted(found, key=lambda e: (not e.own, bool(e.problem), e.kind != PACK))


def fitting(gpus: Sequence[Gpu]) -> list[tuple[Engine, Fit]]:
    """The engines here, other than this program's own, that can use a GPU here, with why."""
    each = [(found, found.fit(gpus)) for found in survey() if not found.problem and not found.own]
    return [(found, told) for found, told in each if told.uses]


def same(one: Path, other: Path) -> bool:
    """Whether two paths start the same Python in the same environment."""
    return _key(one) == _key(other)


def _key(path: Path) -> str:
    """Its folder resolved, its own link not: an environment's Python is a link to the one that made it."""
    return str(path.parent.resolve() / path.resolve().name)


def _frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _frozen_own() -> Engine:
    """The engine of a program without a Python that could be asked: its worker tells."""
    try:
        told = hello(None)
    except (SessionError, OSError) as error:
        why = reason("engine-unstartable", path=sys.executable, detail=str(error))
        return Engine(sys.executable, sys.executable, OWN, problem=why)
    return Engine(
        label(Path(sys.executable)), sys.executable, OWN, told.python.split()[0], told.version, told.cuda,
        told.architectures,
    )  # fmt: skip


def _asked(engine: Path) -> Engine:
    if engine.is_dir():
        return _pack(engine)
    path, kind = label(engine), OWN if same(engine, Path(sys.executable)) else ENVIRONMENT
    nothing = Engine(path, str(engine), kind)
    try:
        done = subprocess.run(
            [engine, "-c", _ASK], capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=outside(),
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        told = msgspec.convert(json.loads(done.stdout.rpartition("\n")[2]), _Told)
    except subprocess.TimeoutExpired:
        return replace(nothing, problem=reason("engine-silent", path=path, seconds=PATIENCE_S))
    except OSError as error:
        return replace(nothing, problem=reason("engine-unstartable", path=path, detail=error.strerror))
    except (ValueError, msgspec.ValidationError):
        return replace(nothing, problem=reason("engine-broken", path=path, exit=done.returncode))
    found = replace(nothing, python=told.python, torch=told.torch, cuda=told.cuda, architectures=told.architectures)
    return replace(found, problem=_problem(found, told.problem))


def _problem(found: Engine, trouble: str) -> Reason | None:
    """Why it cannot be the engine."""
    path, version = found.path, found.torch
    if _version(found.python) < OLDEST:
        return reason("engine-old-python", path=path, version=found.python, needed=_written(OLDEST))
    if not version:
        return reason("engine-no-torch", path=path, detail=trouble)
    if _version(version) < OLDEST_TORCH:
        return reason("engine-old-torch", path=path, version=version, needed=_written(OLDEST_TORCH))
    return reason("engine-incomplete", path=path, version=version, detail=trouble) if trouble else None


def _pack(folder: Path) -> Engine:
    """A pack, by what its manifest and its files tell."""
    nothing = Engine(label(folder), str(folder), PACK)
    try:
        pack = packs.read(folder)
    except EngineError as error:
        return replace(nothing, problem=error.reason)
    return replace(
        nothing, python=pack.python, torch=pack.torch, cuda=pack.cuda, architectures=pack.architectures,
        problem=packs.trouble(folder, pack),
    )  # fmt: skip


def _code() -> Path:
    """The folder with the worker's code, for Pythons that lack this program; written once for each version of it."""
    packed = package()
    place = data_folder() / "engine" / f"{crc32(packed):08x}"
    if not (place / "rigdyno").is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=place.parent))
        zipfile.ZipFile(io.BytesIO(packed)).extractall(partial)
        try:
            partial.rename(place)
        except OSError:  # another instance was faster
            shutil.rmtree(partial, ignore_errors=True)
    return place


def _version(written: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", written)[:2])


def _written(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
