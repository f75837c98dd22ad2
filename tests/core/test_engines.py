"""Other Pythons as the engine: a second environment with another torch, one without, a broken one, a wrong path."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from rigdyno.core import engines, presets, ranks
from rigdyno.core.check import Check
from rigdyno.core.hints import hints
from rigdyno.core.model import CheckPlan, Plan, Progress, Rules
from rigdyno.core.updates import Update, WorkerSaid

ONLY = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=0.5))
OTHER = "2.12.7+other"
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
    spec = find_spec("torch")
    assert spec
    assert spec.origin
    installed = Path(spec.origin).parent
    (packages / "torch").mkdir()
    for entry in installed.iterdir():
        if entry.name not in ("version.py", "__pycache__"):
            (packages / "torch" / entry.name).symlink_to(entry)
    written = (installed / "version.py").read_text()
    known = next(line for line in written.splitlines() if line.startswith("__version__"))
    (packages / "torch" / "version.py").write_text(written.replace(known, f"__version__ = {version!r}"))
    for name in BORROWED:
        if (installed.parent / name).exists():
            (packages / name).symlink_to(installed.parent / name)
    return python


def cli(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rigdyno.core.cli", "engine", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"RIGDYNO_HOME": str(home), "COLUMNS": "300"},
        check=False,
    )


pytestmark = pytest.mark.skipif(os.name == "nt", reason="the environments are made of links")


def test_a_check_with_the_torch_of_another_environment(home, tmp_path):
    python = with_torch(tmp_path / "ein Ort" / "umgebung")
    told = cli("use", str(python.parent.parent), home=home)
    assert not told.stderr
    assert told.returncode == 0
    assert f"PyTorch {OTHER}" in told.stdout
    result = Check(ONLY, lambda _: None).run()
    assert result.status == "complete"
    assert result.runs[0].windows
    assert result.machine.torch
    assert result.machine.torch.version == OTHER
    assert result.machine.value("torch.engine") == str(python)
    listed = cli("list", home=home).stdout
    (line,) = [line for line in listed.splitlines() if line.startswith("→")]
    assert str(python) in line
    assert OTHER in line
    looked = cli("check", home=home)
    assert f"PyTorch {OTHER}" in looked.stdout
    assert "cpu" in looked.stdout
    assert cli("use", "own", home=home).returncode == 0
    assert engines.chosen() is None


@pytest.mark.slow
def test_ranks_are_of_the_torch_that_was_chosen(home, tmp_path, monkeypatch):
    """The program's own torch may know no GPU at all."""
    python = with_torch(tmp_path / "umgebung")
    engines.choose(python)
    monkeypatch.setattr(ranks, "plans", lambda device, threads: (Plan(device=device, threads=threads),))
    seen: set[str] = set()

    def listen(update: Update) -> None:
        if isinstance(update, WorkerSaid) and isinstance(update.event, Progress):
            family = psutil.Process().children(recursive=True)
            seen.update(p.cmdline()[0] for p in family if "rigdyno.core.scaling" in p.cmdline())

    pace = presets.Pace(Rules(warmup_min_s=0.1, warmup_cap_s=0.3, min_windows=3, budget_s=3), 0.5)
    monkeypatch.setitem(presets.FULL, "scaling", pace)
    result = Check(CheckPlan("custom", ("scaling",), ("cpu",), ranks=2), listen).run()
    assert [s.ranks for run in result.runs for s in run.scalings] == [1, 2]
    assert seen == {str(python)}


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
    assert engines.chosen() is None, "the choice stays as it was"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nowhere", "does not exist"),
        ("/etc", "holds no Python"),
        ("/etc/passwd", "cannot be started: Permission denied"),
        ("/bin/ls", "is no Python that works"),
    ],
)
def test_a_wrong_path_gets_a_sentence(home, path, said):
    told = cli("use", path, home=home)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert said in told.stderr
    assert path in told.stderr


def test_a_chosen_engine_that_has_gone_is_named_and_the_own_one_measures(home, tmp_path):
    engines.choose(tmp_path / "gone" / "bin" / "python")
    result = Check(ONLY, lambda _: None).run()
    assert result.status == "complete"
    assert result.runs[0].windows
    told = result.machine.readings["torch.engine"]
    assert told.value == "own"
    assert "gone/bin/python" in told.reason
    assert any("this program's own one measures" in hint.sentence for hint in hints(result.machine))


def test_a_choice_that_cannot_be_read_is_none(home):
    engines.choose(Path("/somewhere/python"))
    assert engines.chosen() == Path("/somewhere/python")
    for content in (b"", b"[]", b'{"python": 3}', b"\xff"):
        (home / engines.FILE).write_bytes(content)
        assert engines.chosen() is None
