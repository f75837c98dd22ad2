"""The processes that the benchmarks start: one JSON line in, one out; and the environment that they share."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
SCREEN = (1366, 768)
ENDED_S = 5.0
"""A killed process is gone within this."""


class ChildError(RuntimeError):
    """A child ended, or said something else than an answer."""


@contextlib.contextmanager
def surroundings(xvfb: bool) -> Iterator[None]:
    """The environment of every child: a data folder, a place for compiled modules, and a laptop's screen.

    Compiled modules are kept, so that a start finds them as an installed program's does. The screen is Qt's offscreen
    platform, or a virtual X server.
    """
    with tempfile.TemporaryDirectory(prefix="rigdyno-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        os.environ["RIGDYNO_HOME"] = str(folder / "home")
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "pyc")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        if xvfb:
            os.environ["DISPLAY"] = stack.enter_context(_x_server())
            os.environ["QT_QPA_PLATFORM"] = "xcb"
        else:
            screen = {"name": "laptop", "x": 0, "y": 0, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
            screen |= {"width": SCREEN[0], "height": SCREEN[1]}
            (folder / "screen.json").write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
            os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={folder / 'screen.json'}"
            os.environ["QT_LOGGING_RULES"] = (
                "default.warning=false"  # what this platform cannot do, said at every start
            )
        yield


@contextlib.contextmanager
def _x_server() -> Iterator[str]:
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class Child:
    """One of the scripts of this folder in a process of its own. Use as a context manager."""

    def __init__(self, script: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | (environment or {}),
            text=True,
            encoding="utf-8",
        )

    def ask(self, **question: object) -> dict[str, Any]:
        """Send one line, wait for one. Raises ChildError."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ChildError(f"{self._process.args[2]} is gone: {error}") from error
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """Wait for one line. Raises ChildError."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise ChildError(f"{self._process.args[2]} said {line[:200]!r}") from error
        if not isinstance(answer, dict):
            raise ChildError(f"{self._process.args[2]} said {line[:200]!r}")
        return answer

    def family(self) -> list[psutil.Process]:
        """It and all that it started, eldest first."""
        me = psutil.Process(self._process.pid)
        return [me, *me.children(recursive=True)]

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        """End it and all that it started, stopped ones too, and wait: what lives on would spoil the next stretch."""
        with contextlib.suppress(psutil.NoSuchProcess):
            family = self.family()
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(family, timeout=ENDED_S)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
