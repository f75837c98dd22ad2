"""What is shipped: the recipes hold together, and the program does every part, frozen and as it is."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PACKAGING = ROOT / "packaging"
START = "import sys; from rigdyno.gui.launch import main; sys.exit(main())"
FROZEN = ROOT / "build" / "package" / "rigdyno" / "rigdyno"


def load(name: str) -> ModuleType:
    """A script of packaging/, which is no package."""
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", PACKAGING / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def build():
    return load("build")


def test_what_is_left_out_has_a_reason(build):
    for name, why in {**build.freeze.droplist.MODULES, **build.freeze.droplist.FILES}.items():
        assert len(why) > 3, name


@pytest.mark.parametrize(
    ("place", "gone"),
    [
        ("torch/lib/libtorch_cpu.so", False),
        ("torch/bin/torch_shm_manager", False),
        ("torch/bin/test_api", True),
        ("torch/include/ATen/ATen.h", True),
        ("torch/_inductor/codegen/cpp.py", True),
        ("torch/_inductor/config.py", False),
        ("torch/nn/functional.py", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", True),
        ("libstdc++.so.6", True),
        ("rigdyno/resources/scenarios.toml", False),
    ],
)
def test_what_is_dropped(build, place, gone):
    assert build.freeze.dropped(place) == gone


@pytest.mark.skipif(sys.platform != "linux", reason="names the programs that a build on Linux starts")
@pytest.mark.parametrize(
    ("target", "programs"),
    [
        ("folder", {"objdump", "strip"}),
        ("all", {"objdump", "strip", "xz", "makeself", "readelf", "dpkg-deb"}),
        ("appimage", {"objdump", "strip", "mksquashfs"}),
        ("windows", {"makensis", "x86_64-w64-mingw32-windres", "x86_64-w64-mingw32-gcc"}),
    ],
)
def test_missing_programs_are_named_before_anything_is_made(tmp_path, target, programs):
    shutil.copytree(PACKAGING, tmp_path / "packaging")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [sys.executable, str(tmp_path / "packaging" / "build.py"), target]
    env = {"PATH": "/nonexistent"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert set(re.findall(r"(\S+) \(Debian's ", sentence)) == programs
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize("lock", sorted((PACKAGING / "locks").glob("[!t]*.txt")), ids=lambda path: path.stem)
def test_the_locks_hold_every_dependency_with_its_hash(lock):
    lines = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+]+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    locked = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.sub(r"[-_.]+", "-", re.split(r"[<>=]", name)[0]).lower() for name in project["dependencies"]}
    assert asked <= locked


def test_every_system_gets_the_same_versions():
    locks = [path.read_text() for path in (PACKAGING / "locks").glob("[!t]*.txt")]
    versions = [dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)) for lock in locks]
    for name in set.intersection(*(set(each) for each in versions)):
        assert len({each[name] for each in versions}) == 1, name


def test_a_frozen_program_is_its_own_children():
    """Without a Python beside it, it answers to `-m` as Python does: for its own modules, and only when frozen."""
    script = (
        "import sys; sys.frozen = {frozen}; from rigdyno.gui.launch import main; "
        "sys.exit(main(['-P', '-u', '-m', {module!r}, '--version']))"
    )

    def run(module: str, frozen: bool = True) -> subprocess.CompletedProcess[str]:
        code = script.format(frozen=frozen, module=module)
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=False)

    assert run("rigdyno.core.cli").stdout.startswith("rigdyno ")
    assert run("rigdyno.core.cli", frozen=False).returncode == 2
    assert run("http.server").returncode == 2


def test_other_programs_do_not_get_a_frozen_programs_libraries(monkeypatch):
    from rigdyno.core.session.worker_command import foreign_environment

    given = {"LD_LIBRARY_PATH": "/opt/rigdyno/_internal", "LD_LIBRARY_PATH_ORIG": "/usr/local/cuda/lib64", "A": "1"}
    assert foreign_environment(given) == given
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert foreign_environment(given) == {"LD_LIBRARY_PATH": "/usr/local/cuda/lib64", "A": "1"}
    assert foreign_environment({"LD_LIBRARY_PATH": "/opt/rigdyno/_internal"}) == {}


@pytest.mark.parametrize(
    ("tool", "arguments", "file"),
    [
        ("desktop-file-validate", (), "rigdyno.desktop"),
        ("appstreamcli", ("validate", "--no-net"), "rigdyno.metainfo.xml"),
        ("xmllint", ("--noout",), "rigdyno-mime.xml"),
    ],
)
def test_the_desktops_files_are_valid(tool, arguments, file):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    told = subprocess.run([tool, *arguments, PACKAGING / "linux" / file], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_portable_program_keeps_its_data_beside_itself(tmp_path, monkeypatch, qapp):
    from PySide6.QtWidgets import QLabel
    from rigdyno.core.cli.commands import measure
    from rigdyno.core.store import data_folder, portable_copy
    from rigdyno.gui.bridge.user_settings import Settings
    from rigdyno.gui.pages.settings.page import SettingsPage

    monkeypatch.delenv("RIGDYNO_HOME")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "a stick" / "rigdyno"))
    (tmp_path / "a stick").mkdir()
    (tmp_path / "a stick" / portable_copy.MARKER).touch()
    assert portable_copy.portable_folder() is None, "a Python beside a file of that name is not portable"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for name in ("XDG_CACHE_HOME", "TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, "/elsewhere")
    portable_copy.keep_caches_beside()
    assert data_folder.data_folder() == tmp_path / "a stick" / "data"
    assert os.environ["TMPDIR"] == str(tmp_path / "a stick" / "data" / "tmp")
    assert portable_copy.unwritable_folder() is None
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    assert data_folder.data_folder() == tmp_path / "home" / "rigdyno"
    assert portable_copy.unwritable_folder() == tmp_path / "a stick"
    said = f"{tmp_path / 'a stick'} cannot be written, so results are kept in {data_folder.data_folder()}."
    assert measure.kept_elsewhere() == said
    page = SettingsPage(Settings(tmp_path / "home" / "rigdyno"))
    assert said in {one.text() for one in page.findChildren(QLabel)}
    (tmp_path / "a stick" / portable_copy.MARKER).unlink()
    assert portable_copy.unwritable_folder() is None


def selftest(command: list[str], tmp_path: Path) -> dict[str, object]:
    home = tmp_path / "home"
    home.mkdir()
    env = os.environ | {"RIGDYNO_HOME": str(home)}
    done = subprocess.run([*command, "--selftest"], capture_output=True, text=True, timeout=200, check=False, env=env)
    told: dict[str, object] = json.loads(done.stdout)
    assert told["ok"], told
    assert done.returncode == 0
    assert not list(home.iterdir()), "a test of the program is no result of the computer"
    return told


@pytest.mark.slow
def test_every_part_works(tmp_path):
    told = selftest([sys.executable, "-c", START], tmp_path)
    assert told["frozen"] is False
    assert int(str(told["steps"])) > 10
    assert told["scenario"] in (1, 2, 3, 4)
    assert (told["english"], told["spanish"]) != ("", "")


@pytest.fixture
def frozen() -> Path:
    """The frozen program, where somebody has made it."""
    if not FROZEN.exists():
        pytest.skip("there is no frozen program: python packaging/build.py folder")
    return FROZEN


def test_every_part_works_frozen(frozen, tmp_path):
    assert selftest([str(frozen)], tmp_path)["frozen"] is True


def test_a_portable_program_writes_nothing_elsewhere(frozen, tmp_path):
    """From a folder with blanks and foreign letters; every file that it or a child opens for writing is looked at."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    stick = tmp_path / "mein Stick ñ"
    shutil.copytree(frozen.parent, stick, symlinks=True, copy_function=os.link)
    (stick / "portable").touch()
    trace, home = tmp_path / "trace", tmp_path / "home"
    home.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
    written = "trace=open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,bind"
    command = [str(stick / "rigdyno"), "train", "--seconds", "1", "--json", str(stick / "out.json")]
    for arguments in (command, [command[0], "--screenshot", str(stick / "window.png")]):
        traced = ["strace", "-f", "-qq", "-s", "400", "-e", written, "-o", str(trace), *arguments]
        done = subprocess.run(traced, env=env, capture_output=True, text=True, timeout=200, check=False, cwd=stick)
        assert done.returncode == 0, done.stderr
        for line in trace.read_text(errors="replace").splitlines():
            if " = -1 " in line or ("open" in line and not re.search(r"O_(WRONLY|RDWR|CREAT)", line)):
                continue
            for place in re.findall(r'"(/[^"]*)"', line):
                where = place.encode("latin-1", "replace").decode("unicode_escape").encode("latin-1").decode()
                assert where.startswith((str(stick), "/dev/", "/proc/", "/sys/")), line
    assert (stick / "out.json").exists()
    assert list((stick / "data").glob("*.sqlite*")), "the history is beside the program"
    assert not list(home.rglob("*"))
