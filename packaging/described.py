"""What a package says of itself: the licences of everything that is bundled in one file, and a list of the parts."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from recipe import HERE, run

LESSER = ("LGPL-3.0.txt", "GPL-3.0.txt")
"""The former is a set of permissions added to the latter."""
WITHOUT_TEXT = {"pyside6-essentials": LESSER, "shiboken6": LESSER}
"""Wheels that name their licence and do not hold it, with files of `licences/`."""
IN_SOURCE = {"nvidia-ml-py": "pynvml.py"}
"""Wheels whose licence is the comment that a module begins with."""
RULE = "\n\n" + "=" * 100 + "\n\n"


def describe(interpreter: Path, folder: Path, lock: Path) -> None:
    """Write LICENSES.txt and parts.cdx.json (CycloneDX) into a folder, of what an environment holds by its lock."""
    locked = [line.split("==")[0] for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line]
    shipped = {"rigdyno", *map(_plain, locked)}
    debian = _from_debian(folder)
    texts = [*_wheels(interpreter, shipped), *_python(), *_system(debian)]
    (folder / "LICENSES.txt").write_text(RULE.join(texts) + "\n", encoding="utf-8")
    parts = folder / "parts.cdx.json"
    run(
        interpreter, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON", "-o", parts,
        interpreter,
    )  # fmt: skip
    whole = json.loads(parts.read_text(encoding="utf-8"))
    whole["components"] = [c for c in whole["components"] if _plain(c["name"]) in shipped]
    kept = {c["bom-ref"] for c in whole["components"]}
    whole["dependencies"] = [
        d | {"dependsOn": [r for r in d.get("dependsOn", []) if r in kept]}
        for d in whole.get("dependencies", []) if d["ref"] in kept
    ]  # fmt: skip
    for component in whole["components"]:  # where a file lay while this was built is nobody's business
        component.pop("externalReferences", None)
    whole["components"].append(_part("platform", "CPython", platform.python_version()))
    for name, version in debian.items():
        whole["components"].append(_part("library", name, version) | {"purl": f"pkg:deb/debian/{name}@{version}"})
    parts.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _part(kind: str, name: str, version: str) -> dict[str, str]:
    return {"type": kind, "name": name, "version": version, "bom-ref": name}


def _wheels(interpreter: Path, shipped: set[str]) -> Iterator[str]:
    """Of each Python package that is shipped. Ends the build where one has no text."""
    options = ("--format=json", "--with-license-file", "--no-license-path", "--with-urls")
    told = subprocess.run([interpreter, "-m", "piplicenses", *options], capture_output=True, text=True, check=True)
    packages = {_plain(p["Name"]): p for p in json.loads(told.stdout) if _plain(p["Name"]) in shipped}
    for name, package in sorted(packages.items()):
        text = package["LicenseText"]
        if name == "rigdyno":
            text = (HERE / "linux" / "copyright").read_text(encoding="utf-8").partition("Copyright: ")[2]
        elif name in WITHOUT_TEXT:
            text = "\n\n".join((HERE / "licences" / file).read_text(encoding="utf-8") for file in WITHOUT_TEXT[name])
        elif name in IN_SOURCE:
            text = _header(interpreter, IN_SOURCE[name])
        if text in ("", "UNKNOWN"):
            raise SystemExit(f"{name} does not bring the text of its licence; see WITHOUT_TEXT in described.py")
        yield f"{package['Name']} {package['Version']}\n{package['License']}\n{package['URL']}\n\n{text.strip()}"


def _header(interpreter: Path, module: str) -> str:
    """The comment at the beginning of a module."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    place = subprocess.run([interpreter, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    lines = (Path(place) / module).read_text(encoding="utf-8").splitlines()
    comment = lines[: next(n for n, line in enumerate(lines) if not line.startswith("#"))]
    return "\n".join(line.strip("# ") for line in comment)


def _python() -> Iterator[str]:
    """Of the Python that everything runs in, and of what it has from others."""
    text = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    yield f"Python {platform.python_version()}\n\n{text.read_text(encoding='utf-8').strip()}"


def _system(packages: dict[str, str]) -> Iterator[str]:
    """Of the libraries that come from the system's own packages."""
    for package, version in packages.items():
        text = (Path("/usr/share/doc") / package / "copyright").read_text(encoding="utf-8", errors="replace")
        yield f"{package} {version}, a library of Debian's\n\n{text.strip()}"


def _from_debian(folder: Path) -> dict[str, str]:
    """Debian's packages that libraries in the folder are from, with their versions; none on another system."""
    files = {p.name for p in folder.glob("_internal/lib*.so*") if not p.is_symlink()}
    files -= {name for name in files if name.startswith("libpython")}  # whichever Python this is, see _python
    if not files or not shutil.which("dpkg-query"):
        return {}
    wanted = [f"*/{name}" for name in sorted(files)]
    found = _dpkg("--search", *wanted)
    lines = [line for line in found.splitlines() if re.search(r" (/usr)?/lib/x86_64-linux-gnu/[^/]+$", line)]
    names = {line.split(":")[0] for line in lines}
    told = _dpkg("--show", "--showformat=${Package} ${Version}\n", *sorted(names)) if names else ""
    return dict(line.split() for line in told.splitlines())


def _dpkg(*arguments: str) -> str:
    """What is unknown to it is left out, with an exit code that says so."""
    return subprocess.run(["dpkg-query", *arguments], capture_output=True, text=True, check=False).stdout


def _plain(name: str) -> str:
    """A package's name as every tool may write it."""
    return re.sub(r"[-_.]+", "-", name).lower()
