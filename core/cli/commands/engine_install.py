"""`rigdyno engine install`: makes a pack, with progress; Ctrl-C keeps what was loaded."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from ...engines import build_choice, engine_search, pack_installation, torch_index
from ...engines.build_choice import AUTO, FAMILIES
from ...engines.packs import EngineError
from ...engines.resumable_download import StoppedError
from ...probes import nvidia_gpus
from ...probes.inspect_machine import inspect
from ...store.data_folder import data_folder
from ...words.language import N_, _
from ...words.writer import spoken as words
from ..exit_codes import CANCELLED, NOTHING, refuse

STAGES = {
    "list": N_("Looking for its wheels"),
    "load": N_("Loading"),
    "unpack": N_("Unpacking"),
    "check": N_("Comparing what was written"),
}


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    each = add(
        "install", help=_("make a pack: a PyTorch beside this program, for the GPU here or for another computer")
    )
    each.add_argument(
        "kind",
        choices=FAMILIES,
        help=_("for NVIDIA GPUs (cuda), AMD's (rocm), the CPU alone, or auto: what suits this computer"),
    )
    each.add_argument(
        "--to", type=Path, metavar="DIR", help=_("where to put it, such as a stick (default: the user's data)")
    )
    each.add_argument(
        "--from", dest="wheels", type=Path, metavar="WHEELS", help=_("a folder of wheels (default: network)")
    )
    each.add_argument(
        "--build",
        metavar="BUILD",
        help=_("the build, such as cu130 or rocm7.2 (default: the one for the GPU, the driver and the system here)"),
    )
    each.set_defaults(run=_install)


def _install(options: argparse.Namespace) -> int:
    if options.build and (options.wheels or options.kind not in (AUTO, build_choice.family_of(options.build))):
        return refuse(
            _("engine install: --build {build} does not go with {kind}").format(
                build=options.build, kind="--from" if options.wheels else options.kind
            )
        )
    if options.to and not options.to.is_dir():
        return refuse(_("engine install: --to: {path} is no folder").format(path=options.to))
    try:
        pack = _shown(_build(options), options.to or data_folder(), options.wheels)
        found = engine_search.ask_engine(pack)
    except EngineError as error:
        print(f"rigdyno: engine install: {words.reason(error.reason)}", file=sys.stderr)
        return NOTHING
    except (StoppedError, KeyboardInterrupt):
        print(_("Stopped. What was loaded is kept: the same command goes on from there."), file=sys.stderr)
        return CANCELLED
    starts = _("{path}: PyTorch {version}, and it starts. To measure with it: rigdyno engine use '{pack}'")
    print(starts.format(path=found.path, version=found.torch, pack=pack))
    return 0


def _build(options: argparse.Namespace) -> str:
    """The build that is wanted; of wheels of one's own the family. Without a choice of the user's the index is asked
    which builds there are.
    """
    if options.wheels:
        return str(options.kind)
    if options.build:
        return str(options.build)
    published = torch_index.published_torches(threading.Event())
    awake = inspect(gpus=partial(nvidia_gpus.gpus, wake=True))  # a sleeping GPU tells neither its kind nor its driver
    choice = build_choice.choose_build(awake, build_choice.described_builds(published), options.kind)
    named = _("{device}: PyTorch {version}, build {build}") if choice.device else _("PyTorch {version}, build {build}")
    print(named.format(device=choice.device, version=choice.torch, build=choice.build), file=sys.stderr)
    if choice.note:
        print(words.reason(choice.note), file=sys.stderr)
    return choice.build


def _shown(build: str, to: Path, source: Path | None) -> Path:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[told]}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None, told="")

        def show(now: pack_installation.InstallProgress) -> None:
            bar.update(
                task, description=_(STAGES[now.stage]), completed=now.done, total=now.total or None, told=_told(now)
            )

        return pack_installation.install_pack(build, to, show, threading.Event(), source)


def _told(now: pack_installation.InstallProgress) -> str:
    """Bytes, speed and time left."""
    done = _("{done} of {total}").format(done=words.size(now.done), total=words.size(now.total))
    parts = [done] if now.total else []
    if now.speed and now.left_s is not None:
        speed = f"{words.write(now.speed / 1e6, '.1f')} MB/s"
        parts += [speed, _("{time} left").format(time=words.duration(now.left_s))]
    return ", ".join(parts)
