"""Writes the locks: the versions and hashes of all that is shipped, for each system."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from recipe import HERE, ROOT

ELSEWHERE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "windows": (("win_amd64",), ()),
    "macos": (("macosx_14_0_arm64", "macosx_11_0_arm64", "macosx_13_0_arm64", "macosx_10_9_universal2",
               "macosx_13_0_universal2"), ("rubicon-objc",)),
}  # fmt: skip
"""Of systems that this one is not: the tags of their wheels, and what is needed there alone (wgpu's way to Metal)."""
PYTHON = "3.11"
"""What is shipped. The same for every system, so that a finding on one holds on the others."""


def lock() -> None:
    """Write them as pip resolves the dependencies today; other systems get the same versions."""
    parts = _resolved(str(ROOT), "--ignore-installed")
    _write("linux", parts)
    for system, (tags, more) in ELSEWHERE.items():
        names = [f"{name}=={version.partition('+')[0]}" for name, version, _ in parts]
        platforms = [option for tag in tags for option in ("--platform", tag)]
        with tempfile.TemporaryDirectory() as unused:
            options = ("--no-deps", "--only-binary=:all:", "--python-version", PYTHON, "--target", unused)
            _write(system, _resolved(*options, *platforms, *names, *more))


def _resolved(*asked: str) -> list[tuple[str, str, str]]:
    """Name, version and hash of everything that pip would install; what is built from a source is left out."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", *asked]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [(p["metadata"]["name"], p["metadata"]["version"], known) for p in json.loads(told)["install"]
            if (known := p["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256"))]  # fmt: skip


def _write(system: str, parts: list[tuple[str, str, str]]) -> None:
    (HERE / "locks" / f"{system}.txt").write_text("".join(_lines(system, parts)), encoding="utf-8")


def _lines(system: str, parts: list[tuple[str, str, str]]) -> Iterator[str]:
    yield f"# Everything that the program for {system} holds. Written by: python packaging/build.py lock\n"
    for name, version, known in sorted(parts, key=lambda part: part[0].lower()):
        yield f"{name}=={version} --hash=sha256:{known}\n"
