"""`rigdyno engine install`: makes a pack, with progress; Ctrl-C keeps what was loaded."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from ...engines import engine_search, pack_installation, wheel_selection
from ...engines.packs import EngineError
from ...engines.resumable_download import StoppedError
from ...probes.inspect_machine import inspect
from ...store.data_folder import data_folder
from ...words.writer import english as words
from ..exit_codes import CANCELLED, NOTHING, refuse

STAGES = {
    "list": "Looking for its wheels",
    "load": "Loading",
    "unpack": "Unpacking",
    "check": "Comparing what was written",
}


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    each = add("install", help="make a pack: a PyTorch beside this program, for the GPU here or for another computer")
    each.add_argument("kind", choices=("cuda", wheel_selection.CPU), help="for NVIDIA GPUs, or for the CPU alone")
    each.add_argument(
        "--to", type=Path, metavar="DIR", help="where to put it, such as a stick (default: the user's data)"
    )
    each.add_argument(
        "--from", dest="wheels", type=Path, metavar="WHEELS", help="a folder of wheels (default: network)"
    )
    each.add_argument("--build", metavar="cuXXX", help="of which CUDA (default: what the GPU and the driver here take)")
    each.set_defaults(run=_install)


def _install(options: argparse.Namespace) -> int:
    if options.build and (options.wheels or options.kind == wheel_selection.CPU):
        return refuse("engine install: --build is for CUDA from the network; wheels are of the build that they are of")
    if options.to and not options.to.is_dir():
        return refuse(f"engine install: --to: {options.to} is no folder")
    try:
        build = _build(options)
        pack = _shown(build, options.to or data_folder(), options.wheels)
        found = engine_search.ask_engine(pack)
    except EngineError as error:
        print(f"rigdyno: engine install: {error}", file=sys.stderr)
        return NOTHING
    except (StoppedError, KeyboardInterrupt):
        print("Stopped. What was loaded is kept: the same command goes on from there.", file=sys.stderr)
        return CANCELLED
    print(f"{found.path}: PyTorch {found.torch}, and it starts. To measure with it: rigdyno engine use '{pack}'")
    return 0


def _build(options: argparse.Namespace) -> str:
    """Of the network's builds the right one; with wheels of one's own "cuda" is what is expected of them."""
    if options.kind == wheel_selection.CPU or options.wheels:
        return str(options.kind)
    return (
        wheel_selection.check_build_name(options.build)
        if options.build
        else wheel_selection.choose_build(inspect().gpus)
    )


def _shown(build: str, to: Path, source: Path | None) -> Path:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None, told="")

        def show(now: pack_installation.InstallProgress) -> None:
            bar.update(
                task, description=STAGES[now.stage], completed=now.done, total=now.total or None, told=_told(now)
            )

        return pack_installation.install_pack(build, to, show, threading.Event(), source)


def _told(now: pack_installation.InstallProgress) -> str:
    """Bytes, speed and time left."""
    parts = [f"{words.size(now.done)} of {words.size(now.total)}"] if now.total else []
    if now.speed and now.left_s is not None:
        parts += [f"{now.speed / 1e6:.1f} MB/s", f"{words.duration(now.left_s)} left"]
    return ", ".join(parts)
