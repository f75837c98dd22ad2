"""Other Pythons as the engine: a second environment with another torch, one without, a broken one, a wrong path."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import venv
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
import torch
from rigdyno.core.check import step_durations
from rigdyno.core.check.check import Check
from rigdyno.core.check.updates import Update, WorkerSaid
from rigdyno.core.engines import chosen_engine, engine_paths, engine_search, engine_start, packs
from rigdyno.core.records import scaling_efficiency
from rigdyno.core.records.events import Progress
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.session.worker_command import WORKER, WorkerCommand
from rigdyno.core.verdict.warnings.check_warnings import check_warnings

from tests.core import wheel_index

ONLY = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=0.5))
OTHER = "2.12.7+other"
BUILT_FOR = f"CUDA {torch.version.cuda}" if torch.version.cuda else "the CPU."
BORROWED = (
    *("torchgen", "functorch", "setuptools", "numpy", "numpy.libs", "typing_extensions.py", "sympy", "mpmath"),
    *("filelock", "fsspec", "networkx", "jinja2", "markupsafe"),
)
"""What torch imports besides itself."""


def environment(place: Path) -> tuple[Path, Path]:
    """A new environment: its Python, and the folder of its packages."""
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    (packages,) = place.glob("lib/python*/site-packages")
    return place / "bin" / "python", packages


def with_torch(place: Path, version: str = OTHER) -> Path:
    """An environment whose torch is the one of the tests, under another version; the rest it borrows."""
    python, packages = environment(place)
    borrow(packages, version)
    return python


def borrow(packages: Path, version: str) -> None:
    """Fill a folder of packages with links to the torch of the tests, and to what it needs."""
    spec = find_spec("torch")
    assert spec
    assert spec.origin
    installed = Path(spec.origin).parent
    (packages / "torch").mkdir(parents=True)
    for entry in installed.iterdir():
        if entry.name not in ("version.py", "__pycache__"):
            (packages / "torch" / entry.name).symlink_to(entry)
    written = (installed / "version.py").read_text()
    known = next(line for line in written.splitlines() if line.startswith("__version__"))
    (packages / "torch" / "version.py").write_text(written.replace(known, f"__version__ = {version!r}"))
    for name in BORROWED:
        if (installed.parent / name).exists():
            (packages / name).symlink_to(installed.parent / name)


def pack(folder: Path, version: str = OTHER, **changes: object) -> Path:
    """A pack whose torch is the one of the tests, under another version; its manifest knows one file."""
    borrow(folder / packs.PACKAGES, version)
    told = folder / packs.PACKAGES / "torch/version.py"
    file = packs.PackFile("torch/version.py", told.stat().st_size, packs.file_sha256(told))
    made = packs.Pack(version, "", packs.python_tag(), packs.platform_tag(), "", (), (file,))
    packs.write_manifest(folder, replace(made, **changes))  # type: ignore[arg-type]
    return folder


def cli(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rigdyno.core.cli", "engine", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"RIGDYNO_HOME": str(home), "COLUMNS": "300"} | more,
        check=False,
    )


def check_measures_with(place: Path) -> None:
    """A real check trains with the other torch, and its result says which engine that was."""
    result = Check(ONLY, lambda _: None).run()
    assert result.status == "complete"
    assert result.runs[0].windows
    assert result.machine.torch
    assert result.machine.torch.version == OTHER
    assert result.machine.value("torch.engine") == str(place)


pytestmark = pytest.mark.skipif(os.name == "nt", reason="the environments are made of links")


@pytest.mark.slow
def test_a_check_with_the_torch_of_another_environment(home, tmp_path):
    python = with_torch(tmp_path / "ein Ort" / "umgebung")
    told = cli("use", str(python.parent.parent), home=home)
    assert not told.stderr
    assert told.returncode == 0
    assert f"PyTorch {OTHER}" in told.stdout
    check_measures_with(python)
    listed = cli("list", home=home).stdout
    (line,) = [line for line in listed.splitlines() if line.startswith("→")]
    assert str(python) in line
    assert OTHER in line
    looked = cli("check", home=home)
    assert looked.returncode == 0
    assert f"✓ Its PyTorch is {OTHER}, built for {BUILT_FOR}" in looked.stdout
    assert cli("use", "own", home=home).returncode == 0
    assert chosen_engine.read_choice() is None


@pytest.mark.slow
def test_ranks_are_of_the_torch_that_was_chosen(home, tmp_path, monkeypatch):
    """The program's own torch may know no GPU at all."""
    python = with_torch(tmp_path / "umgebung")
    chosen_engine.write_choice(python)
    monkeypatch.setattr(scaling_efficiency, "plans", lambda device, threads: (Plan(device=device, threads=threads),))
    seen: set[str] = set()

    def listen(update: Update) -> None:
        if isinstance(update, WorkerSaid) and isinstance(update.event, Progress):
            family = psutil.Process().children(recursive=True)
            seen.update(p.cmdline()[0] for p in family if "rigdyno.core.worker.distributed" in p.cmdline())

    pace = step_durations.Pace(Rules(warmup_min_s=0.1, warmup_cap_s=0.3, min_windows=3, budget_s=3), 0.5)
    monkeypatch.setitem(step_durations.FULL, "scaling", pace)
    result = Check(CheckPlan("custom", ("scaling",), ("cpu",), ranks=2), listen).run()
    assert [s.ranks for run in result.runs for s in run.scalings] == [1, 2]
    assert seen == {str(python)}


@pytest.mark.slow
def test_a_check_with_a_pack(home, tmp_path, monkeypatch):
    stick = tmp_path / "ein Stick é"
    monkeypatch.setattr(packs, "MEDIA", (str(tmp_path),))
    folder = pack(stick / packs.FOLDER / "torch-other")
    told = cli("use", str(folder), home=home)
    assert not told.stderr
    assert f"PyTorch {OTHER}" in told.stdout
    check_measures_with(folder)
    (found,) = [e for e in engine_search.ask_all_engines() if e.kind == engine_search.PACK]
    assert (found.place, found.torch, found.problem) == (str(folder), OTHER, None), "found on its stick"
    looked = cli("check", home=home)
    assert looked.returncode == 0, looked.stdout
    for line in ("✓ All 1 files (", f"✓ Its PyTorch is {OTHER}, built for {BUILT_FOR}", "✓ CPU trains, in fp32"):
        assert line in looked.stdout
    version = folder / packs.PACKAGES / "torch/version.py"
    version.write_text(version.read_text().replace(OTHER, OTHER[::-1]))
    looked = cli("check", home=home)
    assert (looked.returncode, looked.stdout.count("\n")) == (4, 1)
    assert "is damaged: the checksum of torch/version.py is wrong" in looked.stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"python": "cp27"}, "is made for Python cp27, and this program is Python cp3"),
        ({"platform": "win_arm64"}, "is made for win_arm64, and this is linux"),
        ({"format": 2}, "is no pack that this version can read: format 2."),
        ({"files": (packs.PackFile("torch/gone.so", 5, ""),)}, "is incomplete: torch/gone.so is missing."),
        ({"files": (packs.PackFile("torch/version.py", 5, ""),)}, "is incomplete: torch/version.py has "),
    ],
)
def test_a_pack_that_does_not_fit_is_refused_and_our_own_measures(home, tmp_path, changes, said):
    folder = pack(tmp_path / "pack", **changes)
    told = cli("use", str(folder), home=home)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert f"{folder} {said}" in told.stderr
    chosen_engine.write_choice(folder)
    with pytest.raises(packs.EngineError, match=re.escape(said)):
        engine_start.launch_settings(WorkerCommand(), chosen_engine.read_choice())


def test_an_invalid_manifest_is_refused(home, tmp_path):
    folder = pack(tmp_path / "pack")
    (folder / packs.MANIFEST).write_bytes(b'{"torch": 3}')
    told = cli("use", str(folder), home=home)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert f"{folder} is no pack that this version can read" in told.stderr


def test_a_pack_whose_torch_does_not_load_is_refused(home, tmp_path):
    folder = pack(tmp_path / "pack")
    (folder / packs.PACKAGES / "torch/__init__.py").unlink()
    (folder / packs.PACKAGES / "torch/__init__.py").write_text("raise ImportError('libcudart.so.12: no such file')")
    told = cli("use", str(folder), home=home)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert "libcudart.so.12: no such file" in told.stderr
    assert chosen_engine.read_choice() is None


@pytest.mark.slow
def test_a_chosen_pack_that_broke_is_named_and_the_own_one_measures(home, tmp_path):
    folder = pack(tmp_path / "pack")
    chosen_engine.write_choice(folder)
    (folder / packs.PACKAGES / "torch/version.py").unlink()
    result = Check(ONLY, lambda _: None).run()
    assert result.status == "complete"
    told = result.machine.readings["torch.engine"]
    assert (told.value, told.reason) == (
        "own", f"{folder} is incomplete: torch/version.py is missing. Install it again."
    )  # fmt: skip


def test_an_unfinished_pack_is_no_engine(home):
    partial = pack(home / packs.FOLDER / f"torch-x{packs.PARTIAL_SUFFIX}")
    whole = pack(home / packs.FOLDER / "torch-y")
    assert list(packs.installed_packs()) == [whole]
    assert partial.exists()


def test_engines_are_listed_as_json(home, driver, tmp_path):
    driver.play("gtx-1080-laptop")
    folder = pack(home / packs.FOLDER / "torch-cuda", "2.13.0+cu130", cuda="13.0")
    old = pack(home / packs.FOLDER / "torch-old", "2.13.0+cu126", cuda="12.6")
    done = cli("list", "--json", home=home, **driver.environment())
    told = {row["place"]: row for row in json.loads(done.stdout)}
    own = next(row for row in told.values() if row["kind"] == "own")
    assert (own["chosen"], own["works"]) == (True, True)
    if torch.version.cuda is None:  # PyPI's for Linux needs CUDA
        assert (own["fits"], own["why"]["code"]) == (False, "fit-cpu")
    assert (told[str(folder)]["fits"], told[str(folder)]["why"]["code"]) == (False, "fit-driver")
    assert (told[str(old)]["fits"], told[str(old)]["why"]["code"]) == (True, "fit-runs")
    said = cli("list", home=home, **driver.environment()).stdout
    assert f"✓ {old}: Fits NVIDIA GeForce GTX 1080: it holds code for compute capability 6.1" in said
    assert f"– {folder}: Needs a driver that knows CUDA 13.0; that of NVIDIA GeForce GTX 1080 knows 12.2." in said


@pytest.mark.slow
def test_a_check_with_another_torch_that_is_really_another(home):
    """RIGDYNO_OTHER_TORCH names a Python or an environment with another PyTorch."""
    other = os.environ.get("RIGDYNO_OTHER_TORCH")
    if not other:
        pytest.skip("RIGDYNO_OTHER_TORCH names no environment with another PyTorch")
    assert cli("use", other, home=home).returncode == 0
    result = Check(ONLY, lambda _: None).run()
    own = Check(ONLY, lambda _: None, command=WORKER).run()
    assert result.status == own.status == "complete"
    assert result.machine.value("torch.engine") == engine_paths.engine_label(engine_paths.resolve_engine_path(other))
    assert result.machine.torch.version != own.machine.torch.version
    assert result.machine.torch.version == engine_search.ask_engine(engine_paths.resolve_engine_path(other)).torch


@pytest.mark.slow
@pytest.mark.parametrize("source", ["a folder", "an index"])
def test_a_pack_of_real_wheels_trains(home, tmp_path, source):
    """The real PyTorch with its real metadata, from wheels that were brought, or from an index like PyTorch's."""
    with wheel_index.index(tmp_path / "index") as index:
        wheels = index.elsewhere.folder
        wanted = [sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:", "-d", str(wheels)]
        version = importlib.metadata.version("torch")
        if subprocess.run([*wanted, f"torch=={version}"], check=False).returncode or "+cpu" not in version:
            pytest.skip("no wheel of the CPU's PyTorch to be had")
        if source == "a folder":
            told = cli("install", "cpu", "--from", str(wheels), "--to", str(tmp_path), home=home)
        else:
            for place in wheels.glob("*.whl"):
                index.add_other(place, "cpu")
            index.links["whl/torch"] = index.links["whl/cpu/torch"]
            index.write()
            told = cli("install", "auto", "--to", str(tmp_path), home=home, RIGDYNO_TORCH_INDEX=index.address)
    assert told.returncode == 0, told.stderr
    (made,) = (tmp_path / packs.FOLDER).iterdir()
    assert cli("use", str(made), home=home).returncode == 0
    result = Check(ONLY, lambda _: None).run()
    assert result.status == "complete"
    assert result.machine.value("torch.engine") == str(made)
    assert result.runs[0].windows


def test_the_command_installs_what_the_gpu_needs(home, driver, tmp_path):
    driver.play("gtx-1080-laptop")
    with wheel_index.index(tmp_path / "index") as index:
        for build, cuda in (("cu126", "12.6"), ("cu130", "13.0"), ("cpu", None)):
            index.add_torch(wheel_index.torch(index.shop.folder / "whl" / build, cuda), build)
            index.add_other(wheel_index.aid(index.elsewhere.folder), build)
        index.write()
        address = {"RIGDYNO_TORCH_INDEX": index.address, **driver.environment()}
        told = cli("install", "auto", "--to", str(tmp_path), home=home, **address)
        refused = cli("install", "cuda", "--build", "cu129", home=home, **address)
    name = f"torch-{wheel_index.TORCH}+cu126-{packs.python_tag()}-{packs.platform_tag()}"
    assert [p.name for p in (tmp_path / packs.FOLDER).iterdir()] == [name]
    assert f"NVIDIA GeForce GTX 1080: PyTorch {wheel_index.TORCH}, build cu126\n" in told.stderr
    assert "PyTorch 2.14 is the last one with code for NVIDIA GeForce GTX 1080 (compute capability 6.1)" in told.stderr
    assert "ImportError: made for a test" in told.stderr, "it was started, and is no PyTorch"
    assert (told.returncode, refused.returncode) == (4, 4)
    assert "There is no build cu129 of PyTorch" in refused.stderr
    assert "there are cpu, cu126, cu130." in refused.stderr


def test_a_build_of_another_kind_is_refused(home, tmp_path):
    told = cli("install", "cpu", "--build", "cu130", home=home)
    assert (told.returncode, told.stderr) == (2, "rigdyno: engine install: --build cu130 does not go with cpu\n")
    told = cli("install", "cuda", "--build", "cu130", "--from", str(tmp_path), home=home)
    assert (told.returncode, told.stderr) == (2, "rigdyno: engine install: --build cu130 does not go with --from\n")


@pytest.mark.parametrize(
    ("torch", "said"),
    [
        ("", "has no PyTorch (ModuleNotFoundError: No module named 'torch'); install it there"),
        ("raise ImportError('libtorch.so: no such file')", "has no PyTorch (ImportError: libtorch.so: no such file)"),
        ("__version__ = '1.13.1'\nclass version: cuda = None", "has PyTorch 1.13.1; an engine needs 2.9 or newer."),
        ("import os; os._exit(7)", "is no Python that works (exit code 7)."),
    ],
)
def test_what_is_no_engine_is_refused_with_the_reason(home, tmp_path, torch, said):
    python, packages = environment(tmp_path / "other")
    if torch:
        (packages / "torch").mkdir()
        (packages / "torch" / "__init__.py").write_text(torch)
    told = cli("use", str(tmp_path / "other"), home=home)
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert said in told.stderr
    assert str(python) in told.stderr
    assert chosen_engine.read_choice() is None, "the choice stays as it was"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nowhere", "does not exist"),
        ("/etc", "contains no Python"),
        ("/etc/passwd", "cannot be started: Permission denied"),
        ("/bin/ls", "is no Python that works"),
    ],
)
def test_a_wrong_path_gets_a_sentence(home, path, said):
    told = cli("use", path, home=home)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert said in told.stderr
    assert path in told.stderr


@pytest.mark.slow
def test_a_chosen_engine_that_has_gone_is_named_and_the_own_one_measures(home, tmp_path):
    chosen_engine.write_choice(tmp_path / "gone" / "bin" / "python")
    result = Check(ONLY, lambda _: None).run()
    assert result.status == "complete"
    assert result.runs[0].windows
    told = result.machine.readings["torch.engine"]
    assert told.value == "own"
    assert "gone/bin/python" in told.reason
    assert any("this program's own one measures" in hint.sentence for hint in check_warnings(result.machine))


def test_an_unreadable_choice_means_the_own_engine(home):
    chosen_engine.write_choice(Path("/somewhere/python"))
    assert chosen_engine.read_choice() == Path("/somewhere/python")
    for content in (b"", b"[]", b'{"python": 3}', b"\xff"):
        (home / chosen_engine.CHOICE_FILE).write_bytes(content)
        assert chosen_engine.read_choice() is None
