"""What is bundled for Windows: the licences of all of it in one file, and a list of the parts (CycloneDX).

Linux asks an environment for these; wheels of another system cannot be installed in one, so they are read as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
import zipfile
from pathlib import Path

import fetch
import recipe

LGPL = recipe.HERE / "licences"
"""Qt and PySide6 are under the LGPL here; their wheels hold its text no more than many others' licences do."""
LEGAL = re.compile(r"\.dist-info/(licenses/.*|LICEN[CS]E[^/]*|COPYING[^/]*|NOTICE[^/]*|AUTHORS[^/]*)$")
RULE = "\n" + 100 * "=" + "\n"
OTHERS = (
    ("Microsoft Visual C++ runtime", "msvcp140*.dll and vcruntime140*.dll, which Microsoft lets programs bring along."),
    ("MinGW-w64", "Rigdyno.exe and rigdyno.com start with its code, which is in the public domain."),
    ("NSIS", "The installer is made with NSIS, under the zlib licence."),
)


def licences(tree: Path, wheels: list[Path]) -> None:
    """Write LICENSES.txt: Python's own, each wheel's, and those of what has no wheel."""
    told = [f"Python\n\n{(tree / 'runtime' / 'LICENSE.txt').read_text('utf-8')}"]
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            said = fetch.metadata(archive)
            texts = [archive.read(n).decode("utf-8", "replace") for n in sorted(archive.namelist()) if LEGAL.search(n)]
        head = f"{said['Name'][0]} {said['Version'][0]}\n{_licence(said)}\n{_home(said)}"
        told.append("\n\n".join((head, *(text.replace("\r\n", "\n") for text in texts))))
    told += [f"{name}\n{text}" for name, text in OTHERS]
    told += [path.read_text(encoding="utf-8") for path in sorted(LGPL.iterdir())]
    (tree / "LICENSES.txt").write_text(RULE.join(told), encoding="utf-8")


def parts(tree: Path, wheels: list[Path]) -> None:
    """Write parts.cdx.json."""
    components = [_component("Python", "3.11.9", "PSF-2.0", "pkg:generic/python@3.11.9", "")]
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            said = fetch.metadata(archive)
        name, version = said["Name"][0], said["Version"][0]
        # Rigdyno itself is built here, so its hash says nothing to anybody.
        known = "" if name == "rigdyno" else hashlib.sha256(wheel.read_bytes()).hexdigest()
        normal = re.sub(r"[-_.]+", "-", name).lower()
        components.append(_component(name, version, _licence(said), f"pkg:pypi/{normal}@{version}", known))
    whole = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components, sort_keys=True))}",
        "version": 1,
        "components": sorted(components, key=lambda c: str(c["name"]).lower()),
    }
    (tree / "parts.cdx.json").write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _component(name: str, version: str, licence: str, purl: str, sha256: str) -> dict[str, object]:
    told: dict[str, object] = {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}
    if licence:
        told["licenses"] = [{"license": {"name": licence}}]
    if sha256:
        told["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return told


def _licence(said: dict[str, list[str]]) -> str:
    """In one line: the expression, else the classifiers, else what the author wrote; some paste a whole text."""
    classified = [c.rpartition(":: ")[2] for c in said.get("Classifier", []) if c.startswith("License ::")]
    found = said.get("License-Expression") or classified or said.get("License") or [""]
    return "; ".join(found).strip().split("\n")[0]


def _home(said: dict[str, list[str]]) -> str:
    return next(iter(said.get("Home-page", []) + [u.split(", ", 1)[-1] for u in said.get("Project-URL", [])]), "")
