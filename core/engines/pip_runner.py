"""Runs pip to resolve and unpack wheels, if this program's Python has it. A frozen program has no pip."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ..words.writer import reason
from .packs import EngineError
from .resumable_download import StoppedError

INDEX = "https://download.pytorch.org/whl/"
POLL_S = 0.2
"""Seconds between two looks at `stop` while pip runs."""


def pip_available() -> bool:
    """Whether this program's Python has pip."""
    return not getattr(sys, "frozen", False) and find_spec("pip") is not None


def download_command(version: str, build: str) -> str:
    """The command that downloads the wheels on another computer with pip and the same version of Python."""
    return f"python -m pip download torch=={version} --index-url {INDEX}{build} -d wheels"


def resolve_wheels(version: str, build: str, stop: threading.Event) -> list[tuple[str, str]]:
    """URLs and SHA-256 sums of a PyTorch build and all that it needs, from its own index. Raises EngineError."""
    exact = "" if version.endswith("*") else f"+{build}"
    return _resolved(f"torch=={version}{exact}", ("--index-url", INDEX + build), build, dict(os.environ), stop)


def wheels_needed(torch: Path, folder: Path, stop: threading.Event) -> list[Path]:
    """The wheels in a folder that the wheel `torch` needs, itself included. Raises EngineError."""
    local = ("--no-index", "--find-links", str(folder))
    found = _resolved(str(torch), local, "", os.environ | {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}, stop)
    return [Path(url2pathname(unquote(urlsplit(url).path))) for url, _ in found]


def unpack_wheels(wheels: Sequence[Path], into: Path, stop: threading.Event) -> None:
    """Unpack these wheels into a folder, without what they depend on. Raises EngineError, StoppedError."""
    code, _, trouble = _run(
        ("install", "--no-index", "--no-deps", "--no-compile", "--only-binary", ":all:", "--target", str(into),
         *map(str, wheels)), os.environ, stop,
    )  # fmt: skip
    if code:
        raise EngineError(reason("install-pip", detail=_last(trouble)))


def _resolved(
    what: str, source: Sequence[str], build: str, environment: Mapping[str, str], stop: threading.Event
) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as nowhere:  # with a target, pip ignores what is installed already
        report = Path(nowhere) / "report.json"
        options = ("--dry-run", "--ignore-installed", "--only-binary", ":all:", "--target", nowhere)
        code, _, trouble = _run(("install", *options, "--report", str(report), *source, what), environment, stop)
        if code:
            raise EngineError(reason("install-index", version=what, build=build, detail=_last(trouble)))
        parts = [part["download_info"] for part in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return [(part["url"], part["archive_info"].get("hashes", {}).get("sha256", "")) for part in parts]


def _run(arguments: Sequence[str], environment: Mapping[str, str], stop: threading.Event) -> tuple[int, str, str]:
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_QUIET": "1", "PIP_NO_COLOR": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "pip", *arguments], env={**environment, **quiet}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        while True:
            try:
                told, trouble = process.communicate(timeout=POLL_S)
                return process.returncode, told, trouble
            except subprocess.TimeoutExpired:
                if stop.is_set():
                    process.kill()
                    raise StoppedError from None
            except BaseException:  # Ctrl-C
                process.kill()
                raise


def _last(trouble: str) -> str:
    """The last line of pip's errors that is neither a warning nor a notice."""
    lines = [line.removeprefix("ERROR: ").strip() for line in trouble.splitlines()]
    told = [line for line in lines if line and not line.startswith(("WARNING", "[notice]"))]
    return told[-1] if told else "it ended without a word"
