"""Starts a worker with any engine: this program's own Python, the Python of another environment, or a pack.

The worker needs Python, numpy and torch alone (see core/worker), so a check can use the torch of another environment:
a build for this GPU, or the one that the user trains with. A pack (see `packs.py`) has no Python of its own and runs
on this program's.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from ..records.machine import Torch
from ..session.ssh_package import package_as_zip
from ..session.worker_command import WORKER, WorkerCommand
from ..session.worker_session import WorkerSession
from ..store.data_folder import data_folder
from . import packs
from .engine_paths import same_engine
from .packs import EngineError

_RUN = (
    "import runpy, sys; sys.path[:] = [p for p in sys.path if p]; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), None, '__main__', True)"
)
"""Runs the module of the second argument with the folder of the first on the path, but not the current folder."""


def launch_settings(base: WorkerCommand, engine: Path | None) -> WorkerCommand:
    """`base` with the command, or the folder of packages, that starts a worker with a Python or a pack; None is own.

    Raises EngineError for a damaged pack, OSError where the worker's code cannot be written to the data folder.
    """
    if engine is None or same_engine(engine, Path(sys.executable)):
        return replace(base, command=WORKER)
    if engine.is_dir():
        if problem := packs.pack_problem(engine, packs.read_manifest(engine)):
            raise EngineError(problem)
        return replace(base, command=WORKER, packages=str(engine / packs.PACKAGES))
    return replace(base, command=(str(engine), "-c", _RUN, str(_worker_code()), "rigdyno.core.worker"))


def worker_torch(engine: Path | None) -> Torch:
    """What a worker that is started with the engine reports of its torch. Raises EngineError, SessionError, OSError."""
    session = WorkerSession(launch_settings(WorkerCommand(), engine), time.perf_counter)
    try:
        return session.start()
    finally:
        session.close()


def _worker_code() -> Path:
    """A folder with the worker's code, for Pythons without this program; written once for each version of the code."""
    packed = package_as_zip()
    place = data_folder() / "engine" / f"{crc32(packed):08x}"
    if not (place / "rigdyno").is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=place.parent))
        zipfile.ZipFile(io.BytesIO(packed)).extractall(partial)
        try:
            partial.rename(place)
        except OSError:  # another instance has made it meanwhile
            shutil.rmtree(partial, ignore_errors=True)
    return place
