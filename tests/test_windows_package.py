"""The program for Windows: its recipe, and the folder that it makes, looked at as Windows will."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import windows_tree

MARKERS = {
    "sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64",
    "python_version": "3.11", "python_full_version": "3.11.9", "implementation_name": "cpython",
    "platform_python_implementation": "CPython", "extra": "",
}  # fmt: skip
"""What a requirement may ask of the system that it is installed on."""

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"
TREE = ROOT / "build" / "package" / "windows" / "Rigdyno"
WHEELS = TREE.parent / "wheels"
LARGEST = 620_000_000
"""Bytes of the installed program."""
DEEPEST = 180
"""Characters of a path in it: Windows takes 259 for all, and a user's folder of programs has up to 70."""


LEFT_OUT = {"setuptools"}
"""torch compiles extensions with it."""


@pytest.fixture(scope="module")
def recipe():
    """The modules of packaging/, which is no package."""
    places = [str(PACKAGING / "windows"), str(PACKAGING)]
    sys.path[:0] = places
    try:
        import fetch
        import icons
        import pack
        import trim

        yield {"fetch": fetch, "icons": icons, "pack": pack, "trim": trim}
    finally:
        for place in places:
            sys.path.remove(place)


@pytest.fixture(scope="module")
def tree() -> Path:
    """The folder, where somebody has made it."""
    if not (TREE / "parts.cdx.json").exists():
        pytest.skip("there is no program for Windows: python packaging/build.py windows")
    return TREE


@pytest.fixture(scope="module")
def modules(tree):
    own = list((TREE.parent / "wheel").glob("rigdyno-*.whl"))
    return windows_tree.Modules(tree, [*sorted(WHEELS.glob("*.whl")), *own])


def locked(name: str) -> dict[str, str]:
    """The versions of a lock, each of whose lines has a hash."""
    found = {}
    for line in (PACKAGING / "locks" / name).read_text().splitlines():
        if not line.startswith("#"):
            told = re.fullmatch(r"([\w.-]+)==([\w.+]+) --hash=sha256:[0-9a-f]{64}", line)
            assert told, line
            found[re.sub(r"[-_.]+", "-", told.group(1)).lower()] = told.group(2).partition("+")[0]
    return found


def test_the_lock_holds_every_dependency_at_linuxs_version():
    windows, linux = locked("windows.txt"), locked("linux.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.sub(r"[-_.]+", "-", re.split(r"[<>=]", name)[0]).lower() for name in project["dependencies"]}
    assert asked <= windows.keys()
    assert {name: windows[name] for name in windows.keys() & linux.keys()} == {
        name: linux[name] for name in windows.keys() & linux.keys()
    }


@pytest.mark.parametrize(
    ("place", "gone"),
    [
        ("torch/lib/torch_cpu.dll", False),
        ("torch/lib/torch_cpu.lib", True),
        ("torch/include/ATen/ATen.h", True),
        ("PySide6/Qt6Widgets.dll", False),
        ("PySide6/Qt6Qml.dll", True),
        ("PySide6/QtQuick.pyd", True),
        ("PySide6/plugins/platforms/qwindows.dll", False),
        ("PySide6/plugins/platforms/qminimal.dll", True),
        ("PySide6/plugins/imageformats/qsvg.dll", False),
        ("PySide6/msvcp140.dll", True),
        ("torch-2.13.0.dist-info/METADATA", False),
        ("torch-2.13.0.dist-info/RECORD", True),
        ("sympy/core/tests/test_args.py", True),
        ("setuptools/__init__.py", True),
        ("networkx/__init__.py", False),
        ("torch/_inductor/scheduler.py", True),
        ("torch/_inductor/config.py", False),
    ],
)
def test_what_is_dropped(recipe, place, gone):
    assert recipe["trim"].dropped(place) == gone


@pytest.mark.parametrize(
    ("place", "alone"),
    [
        ("torch/nn/functional.py", False),
        ("torch/_inductor/utils.py", True),
        ("torch/_inductor/config.py", False),
        ("sympy/core/basic.py", True),
        ("rigdyno/core/worker/request_loop.py", False),
    ],
)
def test_which_sources_stay(recipe, place, alone):
    assert recipe["trim"].sourceless(place) == alone


def test_what_is_left_out_has_a_reason(recipe):
    for name, why in {**recipe["trim"].DROPPED, **recipe["trim"].WITH_SOURCE, **recipe["trim"].RUNTIME}.items():
        assert len(why) > 3, name


def test_the_same_files_make_the_same_archive(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(recipe["pack"].recipe, "OUT", tmp_path)
    contents = {"Rigdyno.exe": b"MZ", "app/start.py": b"pass\n", "app/Z.txt": b"z"}
    archives = []
    for order in (contents, dict(reversed(contents.items()))):
        folder = tmp_path / str(len(archives)) / "Rigdyno"
        for place, content in order.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(content)
        archives.append(recipe["pack"].portable(folder).read_bytes())
        listed = [line for line in recipe["pack"]._listed(folder) if line.startswith("SetOutPath")]
        assert listed == ['SetOutPath "$INSTDIR"\n', 'SetOutPath "$INSTDIR\\app"\n']
    assert archives[0] == archives[1]
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as archive:
        assert set(archive.namelist()) == {f"Rigdyno/{place}" for place in (*contents, "portable")}


def test_a_program_without_streams_ends_as_one_with_them():
    """As Rigdyno.exe is where no terminal started it."""
    code = (
        "import sys; sys.stdout = sys.stderr = None; from rigdyno.gui.launch import main; "
        "import os; os._exit(main(['schema']) + 10 * main(['judge', 'nothing']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (20, b"", b"")


def test_whether_a_stick_can_be_written_is_tried():
    from rigdyno.core.store.portable_copy import _can_write_file

    assert _can_write_file(ROOT)
    assert not _can_write_file(Path("/proc" if Path("/proc").is_dir() else "/nothing"))


def test_every_pattern_drops_something(recipe, tree):
    names = []
    for wheel in WHEELS.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            names += archive.namelist()
    trim = recipe["trim"]
    for pattern in (*trim.DROPPED, *trim.KEPT_ALL_THE_SAME):
        assert any(trim.matches(name, (pattern,)) for name in names), f"{pattern} matches nothing"


def test_every_import_of_the_program_is_there(modules):
    own = modules.own()
    assert "rigdyno.gui.shell.app" in own
    absent = {(module, name) for module in own for name in modules.missing(module, everything=True)}
    assert absent == {
        ("rigdyno.core.worker.measurement", "resource"),
        ("rigdyno.core.worker.process_memory", "resource"),
    }, "both ask first"


def test_whatever_its_parts_import_is_there(modules):
    reached = modules.reached(modules.own())
    assert len(reached) > 1000, "torch is among them"
    absent = {(name, asker) for name, asker in reached.items() if name not in modules and asker not in modules.own()}
    assert not absent


def test_every_part_has_what_it_requires(recipe, tree):
    fetch = recipe["fetch"]
    parts, required = {}, {}
    for place in (tree / "pkgs").glob("*.dist-info"):
        told = fetch.message_from_string((place / "METADATA").read_text(encoding="utf-8"))
        parts[canonicalize_name(told["Name"])] = told["Version"]
        asked = map(Requirement, told.get_all("Requires-Dist", []))
        required[told["Name"]] = [one for one in asked if one.marker is None or one.marker.evaluate(MARKERS)]
    for name, wanted in required.items():
        for one in wanted:
            if one.name not in LEFT_OUT:
                version = parts[canonicalize_name(one.name)]
                assert one.specifier.contains(version), f"{name} requires {one}, not {version}"
    assert parts.keys() == locked("windows.txt").keys() - LEFT_OUT


def test_modules_are_compiled_for_the_python_that_is_there(tree):
    """And never looked at anew: a stick has other dates, or cannot be written."""
    compiled = list(tree.rglob("*.pyc"))
    assert len(compiled) > 3000
    for path in compiled:
        with path.open("rb") as file:
            magic, flags = struct.unpack("<H2xI", file.read(8))
        assert (magic, flags) == (3495, 0b01), path
    for source in (tree / "pkgs").rglob("*.py"):
        assert (source.parent / "__pycache__" / f"{source.stem}.cpython-311.pyc").exists(), source


def test_nothing_of_linux_and_nothing_of_where_it_was_made(tree):
    traces = [str(place).encode() for place in {ROOT, Path.home(), Path(sys.prefix), Path(sys.base_prefix)}]
    for path in tree.rglob("*"):
        assert not path.is_symlink()
        assert len(path.relative_to(tree).as_posix()) <= DEEPEST, path
        assert path.suffix not in (".so", ".a", ".o", ".lib", ".pyi"), path
        if path.is_file() and path.suffix not in (".dll", ".pyd"):
            content = path.read_bytes()
            assert content[:4] != b"\x7fELF", path
            assert not any(trace in content for trace in traces if len(trace) > 5), path
    names = [path.relative_to(tree).as_posix().lower() for path in tree.rglob("*")]
    assert len(names) == len(set(names)), "Windows takes names for the same that differ in case alone"


def test_every_library_finds_the_libraries_it_needs(tree):
    pefile = pytest.importorskip("pefile", reason="python -m pip install pefile")
    programs = [path for path in tree.rglob("*") if path.suffix in (".dll", ".pyd", ".exe", ".com")]
    there = {path.name.lower() for path in programs}
    directories = [pefile.DIRECTORY_ENTRY[f"IMAGE_DIRECTORY_ENTRY_{kind}"] for kind in ("IMPORT", "DELAY_IMPORT")]
    absent = set()
    for path in programs:
        with pefile.PE(path, fast_load=True) as program:
            assert program.FILE_HEADER.Machine == pefile.MACHINE_TYPE["IMAGE_FILE_MACHINE_AMD64"], path
            program.parse_data_directories(directories)
            for kind in ("DIRECTORY_ENTRY_IMPORT", "DIRECTORY_ENTRY_DELAY_IMPORT"):
                for entry in getattr(program, kind, ()):
                    name = entry.dll.decode().lower()
                    if name not in there and not windows_tree.SYSTEM.fullmatch(name):
                        absent.add((path.name, name))
    assert not absent


@pytest.mark.parametrize(("name", "subsystem"), [("Rigdyno.exe", "WINDOWS_GUI"), ("rigdyno.com", "WINDOWS_CUI")])
def test_the_programs_show_their_icon_and_version(recipe, tree, name, subsystem):
    pefile = pytest.importorskip("pefile", reason="python -m pip install pefile")
    with pefile.PE(tree / name) as program:
        assert program.OPTIONAL_HEADER.Magic == pefile.OPTIONAL_HEADER_MAGIC_PE_PLUS
        assert program.OPTIONAL_HEADER.Subsystem == pefile.SUBSYSTEM_TYPE[f"IMAGE_SUBSYSTEM_{subsystem}"]
        kinds = {kind.id: kind.directory.entries for kind in program.DIRECTORY_ENTRY_RESOURCE.entries}
        assert len(kinds[pefile.RESOURCE_TYPE["RT_ICON"]]) == len(recipe["icons"].WINDOWS)
        assert pefile.RESOURCE_TYPE["RT_MANIFEST"] in kinds
        tables = [table for told in program.FileInfo[0] for table in getattr(told, "StringTable", ())]
        told = {key.decode(): value.decode() for table in tables for key, value in table.entries.items()}
    assert told["FileVersion"] == recipe["pack"].recipe.VERSION
    assert told["OriginalFilename"] == name


def test_the_program_is_as_small_as_promised_and_says_what_is_in_it(tree):
    assert sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) <= LARGEST
    licences = (tree / "LICENSES.txt").read_text(encoding="utf-8")
    listed = (tree / "parts.cdx.json").read_text(encoding="utf-8")
    for name in locked("windows.txt").keys() - LEFT_OUT:
        assert f"pkg:pypi/{name}@" in listed
    for known in (
        "PYTHON SOFTWARE FOUNDATION LICENSE",
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "From PyTorch",
        "NumPy Developers",
    ):
        assert known in licences
    assert os.fspath(ROOT) not in listed
