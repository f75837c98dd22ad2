"""The Pythons with torch on this computer, any of which can be the engine, and the one that the user has chosen.

The worker needs Python, numpy and torch alone (see `worker.py`), so that a check can use the torch of another
environment: one that is built for this GPU, or the very one that somebody trains with.
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
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import msgspec
import psutil

from .engine import WORKER, outside
from .model import Reading
from .paths import data_folder, write_whole
from .remote import package

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
FOLDER = "rigdyno-engines"
"""The folder of a stick, or of the program's data, that holds environments made for it."""

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
    told["architectures"] = torch.cuda.get_arch_list() if told["cuda"] else []
    import numpy
except Exception as error:
    told["problem"] = "%s: %s" % (type(error).__name__, str(error).splitlines()[0] if str(error) else "")
sys.stdout.write("\\n" + json.dumps(told))
"""


class EngineError(ValueError):
    """Why something is no engine, in one sentence."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One Python as it answered: `problem` says why it cannot be the engine; `own`: it runs this program."""

    path: str
    python: str = ""
    torch: str = ""
    cuda: str = ""
    architectures: tuple[str, ...] = ()
    problem: str = ""
    own: bool = False


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


def command(python: Path | None) -> tuple[str, ...]:
    """How to start a worker with it. Raises OSError where the worker's code cannot be laid out for it."""
    if python is None or same(python, Path(sys.executable)):
        return WORKER
    return (str(python), "-c", _RUN, str(_code()), "rigdyno.core.worker")


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
    """The interpreter of a Python or of a folder that is an environment. Raises EngineError."""
    place = Path(written).expanduser()
    if not place.exists():
        raise EngineError(f"{written} does not exist; name a Python, or the folder of an environment.")
    found = next((p for name in PLACES if (p := place / name if name else place).is_file()), None)
    if found is None:
        raise EngineError(f"{written} holds no Python; name a Python, or the folder of an environment.")
    return found.parent.resolve() / found.name  # not its own link: its place makes it that environment's


def ask(python: Path) -> Engine:
    """What it says of itself. Raises EngineError where it does not answer, or cannot be the engine."""
    found = _asked(python)
    if found.problem:
        raise EngineError(found.problem)
    return found


def candidates() -> Iterator[Path]:
    """The interpreters that there may be here, each once: this one, the active ones, and those of known places."""
    folders: list[Path] = [Path(v) for k in ("VIRTUAL_ENV", "CONDA_PREFIX") if (v := os.environ.get(k))]
    listed = Path.home() / ".conda/environments.txt"
    if listed.is_file():
        folders += [Path(line.strip()) for line in listed.read_text("utf-8", "replace").splitlines() if line.strip()]
    parents = [Path.home() / name for name in HOMES]
    parents += [data_folder() / FOLDER, *(Path(p.mountpoint) / FOLDER for p in psutil.disk_partitions())]
    folders += [Path.cwd() / ".venv", Path.cwd() / "venv"]
    folders += [folder for parent in parents if parent.is_dir() for folder in sorted(parent.iterdir())]
    paths = [p for f in folders if (p := next((f / n for n in PLACES[1:] if (f / n).is_file()), None))]
    paths += [Path(place) / name for place in os.get_exec_path() for name in ("python3", "python.exe")]
    seen: set[str] = set()
    for path in filter(None, (chosen(), None if getattr(sys, "frozen", False) else Path(sys.executable), *paths)):
        if path.is_file() and (key := _key(path)) not in seen:
            seen.add(key)
            yield path


def survey() -> list[Engine]:
    """Every candidate as it answered, this program's own first; all are asked at the same time."""
    paths = list(candidates())
    with ThreadPoolExecutor(max_workers=max(1, min(8, len(paths)))) as pool:
        found = list(pool.map(_asked, paths))
    return sorted(found, key=lambda e: (not e.own, bool(e.problem)))


def same(one: Path, other: Path) -> bool:
    """Whether two paths start the same Python in the same environment."""
    return _key(one) == _key(other)


def _key(path: Path) -> str:
    """Its folder resolved, its own link not: an environment's Python is a link to the one that made it."""
    return str(path.parent.resolve() / path.resolve().name)


def _asked(python: Path) -> Engine:
    own = same(python, Path(sys.executable))
    told = {"path": label(python), "own": own}
    try:
        done = subprocess.run(
            [python, "-c", _ASK], capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=outside(),
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        found = msgspec.convert(json.loads(done.stdout.rpartition("\n")[2]) | told, Engine)
    except subprocess.TimeoutExpired:
        return Engine(label(python), own=own, problem=f"{label(python)} did not answer within {PATIENCE_S:.0f} s.")
    except OSError as error:
        return Engine(label(python), own=own, problem=f"{label(python)} cannot be started: {error.strerror}.")
    except (ValueError, msgspec.ValidationError):
        return Engine(
            label(python), own=own, problem=f"{label(python)} is no Python that works (exit code {done.returncode})."
        )
    return _judged(found)


def _judged(found: Engine) -> Engine:
    """With the reason why it cannot be the engine, where there is one."""
    problem = ""
    if _version(found.python) < OLDEST:
        problem = f"{found.path} is Python {found.python}; an engine needs {_written(OLDEST)} or newer."
    elif not found.torch:
        problem = f"{found.path} has no PyTorch ({found.problem}); install it there: python -m pip install torch numpy"
    elif _version(found.torch) < OLDEST_TORCH:
        problem = f"{found.path} has PyTorch {found.torch}; an engine needs {_written(OLDEST_TORCH)} or newer."
    elif found.problem:
        problem = f"{found.path} has PyTorch {found.torch}, but not all that it needs: {found.problem}"
    return Engine(found.path, found.python, found.torch, found.cuda, found.architectures, problem, found.own)


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
