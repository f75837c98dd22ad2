"""Writes down which wheels a pack is made of, so that a frozen program needs no pip to load them.

    python packaging/lock_engines.py cu130                                  # PyPI's own build, for Linux
    python packaging/lock_engines.py cu126 --platform win_amd64 --index https://download.pytorch.org/whl/cu126

pip resolves; the lines of that build, Python and system in resources/reference/engine_wheels.csv are replaced.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rigdyno.core.engines import resumable_download, wheel_selection

TABLE = Path(__file__).resolve().parent.parent / "resources" / "reference" / "engine_wheels.csv"
HEADING = ("build", "python", "platform", "url", "size", "sha256")
SYSTEMS = {
    "linux_x86_64": [f"manylinux_2_{n}_x86_64" for n in range(34, 4, -1)] + ["manylinux2014_x86_64"],
    "win_amd64": ["win_amd64"],
}
"""What pip is told that the system can load; Linux wheels name the oldest libc that they run with."""


def main() -> int:
    """Resolve one pack and write its lines. Returns 0; what fails ends with pip's own error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="such as cu126")
    parser.add_argument("--python", default="3.11", help="the version of the frozen program's Python")
    parser.add_argument("--platform", default="linux_x86_64", choices=SYSTEMS)
    parser.add_argument("--index", metavar="URL", help="default: pip's own")
    options = parser.parse_args()
    key = (options.build, "cp" + options.python.replace(".", ""), options.platform)
    before = [tuple(row) for row in csv.reader(TABLE.open(encoding="utf-8"))][1:] if TABLE.exists() else []
    found = [(*key, url, str(resumable_download.remote_size(url)), sha256) for url, sha256 in resolved(options)]
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        rows = sorted([row for row in before if row[:3] != key] + found)
        csv.writer(file, lineterminator="\n").writerows([HEADING, *rows])
    print(f"{len(found)} wheels, {sum(int(row[4]) for row in found) / 1e9:.2f} GB")
    return 0


def resolved(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Addresses and checksums of PyTorch and of all that it needs."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        systems = [part for name in SYSTEMS[options.platform] for part in ("--platform", name)]
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--target", place,
             "--only-binary", ":all:", "--python-version", options.python, "--implementation", "cp", *systems,
             *(["--index-url", options.index] if options.index else []), "--report", report,
             f"torch=={wheel_selection.pack_torch_version()}"],
            check=True, env=os.environ | {"PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull},
        )  # fmt: skip
        parts = [part["download_info"] for part in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return sorted((part["url"], part["archive_info"]["hashes"]["sha256"]) for part in parts)


if __name__ == "__main__":
    sys.exit(main())
