"""The shape of the program, read from its imports: who may know whom, and what must stay unloaded."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    # package of core: the other packages of core that it may import
    "records": (),
    "words": ("records",),
    "probes": ("records",),
    "sensors": ("records", "probes"),
    "worker": ("records",),
    "shader_worker": ("records", "probes"),
    "reference": ("records", "words"),
    "analysis": ("records", "words", "reference"),
    "verdict": ("records", "words", "reference", "analysis"),
    "store": ("records", "words", "reference", "analysis", "verdict"),
    "session": ("records", "words", "probes", "sensors", "store"),
    "engines": ("records", "words", "probes", "reference", "analysis", "store", "session"),
    "check": (
        *("records", "words", "probes", "sensors", "reference", "analysis", "verdict", "store", "session", "engines"),
    ),
    "report": ("records", "words", "reference", "analysis", "verdict", "store"),
    "cli": (
        *("records", "words", "probes", "sensors", "reference", "analysis", "verdict", "store", "session", "engines"),
        *("check", "report"),
    ),
}
OPTIONAL = ("PIL",)
"""What a Python with torch may lack: a worker imports it inside of a function, or for types alone."""
THIRD_PARTY: dict[str, tuple[str, ...]] = {
    # package of core: what it may import beside the standard library; all others may import what pyproject.toml names
    "records": (),
    "worker": ("numpy", "torch", *OPTIONAL),
    "shader_worker": ("numpy", "wgpu"),
    "analysis": (),
    "verdict": (),
}
FOR_THE_PARENT_ALONE = ("torch", "wgpu")
"""What only the packages that THIRD_PARTY names it for may import."""
LONGEST_MODULE, LONGEST_FUNCTION, LARGEST_PACKAGE = 300, 60, 15
"""Lines, lines, modules."""
PURE = ("analysis", "verdict")
"""Packages without files, clock and processes: from records to conclusions."""
IMPURE = {"os", "time", "datetime", "subprocess", "threading", "socket", "sqlite3", "random", "psutil"}
GUI_MAY_IMPORT: dict[str, tuple[str, ...]] = {
    # package of gui: the other packages of gui that it may import
    "theme": (),
    "words": (),
    "widgets": ("theme", "words"),
    "charts": ("theme", "words", "widgets"),
    "live_plots": ("theme", "words", "widgets"),
    "bridge": ("words",),
    "pages": ("theme", "words", "widgets", "charts", "live_plots", "bridge"),
    "shell": ("theme", "words", "widgets", "charts", "live_plots", "bridge", "pages"),
}
BRIDGE_ALONE = (
    *("sensors", "probes", "worker", "shader_worker", "check.check", "check.inspection"),
    *("session.worker_session", "session.local_computer", "engines.engine_start"),
)
"""What of core only gui/bridge may import: whoever starts something goes through it."""


def modules(folder: str, root: Path = ROOT) -> dict[str, Path]:
    """Dotted name below the folder -> file; a package goes by its folder's name."""
    found = {}
    for path in sorted((root / folder).rglob("*.py")):
        parts = path.relative_to(root / folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, folder: str, root: Path = ROOT) -> set[str]:
    """Every imported module, relative ones made absolute as `rigdyno.…`; TYPE_CHECKING and lazy ones count too."""
    package = ("rigdyno", folder, *path.relative_to(root / folder).parts[:-1])
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
            found.add(base)
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def packages(names: set[str], folder: str) -> set[str]:
    """The packages of a folder that a set of imports enters: `rigdyno.core.probes.cpu` -> probes."""
    return {n.split(".")[2] for n in names if n.startswith(f"rigdyno.{folder}.")}


def outside(names: set[str]) -> set[str]:
    """The first names of imported modules that are neither ours nor of the standard library."""
    return {n.split(".")[0] for n in names} - set(sys.stdlib_module_names) - {"rigdyno", "__future__"}


def wrong_imports(root: Path = ROOT) -> list[str]:
    """Every import that breaks the tables above, as "file imports what"."""
    found = []
    for folder, table in (("core", MAY_IMPORT), ("gui", GUI_MAY_IMPORT)):
        known = {p.name for p in (root / folder).iterdir() if p.is_dir() and p.name != "__pycache__"}
        for name, path in modules(folder, root).items():
            package, names = name.split(".")[0], imports(path, folder, root)
            if package not in table:
                found += _of_a_root(name or folder, folder, names)
                continue
            allowed = {package, *table[package]}
            found += [f"{name} imports {other}" for other in sorted(packages(names, folder) & known - allowed)]
            if folder == "core":
                found += _outsiders(name, package, names)
            else:
                found += [f"{name} imports {n}" for n in sorted(names) if package != "bridge" and _for_bridge(n)]
                found += [f"{name} imports {n}" for n in sorted(outside(names) & set(FOR_THE_PARENT_ALONE))]
    return found


def _of_a_root(name: str, folder: str, names: set[str]) -> list[str]:
    """What core/__init__.py, which travels over ssh, and the entry points of gui may not import."""
    ours = {n for n in names if n.startswith("rigdyno.")} if folder == "core" else {n for n in names if _for_bridge(n)}
    return [f"{name} imports {n}" for n in sorted(ours | outside(names) & set(FOR_THE_PARENT_ALONE))]


def _outsiders(name: str, package: str, names: set[str]) -> list[str]:
    """What a package of core imports that is not its to import: the window, or another's libraries."""
    wrong = {n for n in names if n.startswith(("rigdyno.gui", "PySide6", "pyqtgraph"))}
    if package in THIRD_PARTY:
        wrong |= outside(names) - set(THIRD_PARTY[package])
    else:
        wrong |= outside(names) & set(FOR_THE_PARENT_ALONE)
    if package in PURE:
        wrong |= {n for n in names if n.split(".")[0] in IMPURE}
    return [f"{name} imports {n}" for n in sorted(wrong)]


def _for_bridge(name: str) -> bool:
    return any(name == f"rigdyno.core.{m}" or name.startswith(f"rigdyno.core.{m}.") for m in BRIDGE_ALONE)


def test_packages_import_what_the_table_allows():
    assert wrong_imports() == []


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("core/records/plan.py", "from ..words import writer", "records.plan imports words"),
        ("core/records/plan.py", "import numpy", "records.plan imports numpy"),
        ("core/probes/cpu.py", "from ..sensors import sensor_sampler", "probes.cpu imports sensors"),
        ("core/check/schedule.py", "import torch", "check.schedule imports torch"),
        ("core/check/schedule.py", "from ..worker import trainer", "check.schedule imports worker"),
        ("core/worker/trainer.py", "from ..probes import cpu", "worker.trainer imports probes"),
        ("core/worker/trainer.py", "import psutil", "worker.trainer imports psutil"),
        ("core/shader_worker/gpu.py", "import torch", "shader_worker.gpu imports torch"),
        ("core/analysis/forecast.py", "import time", "analysis.forecast imports time"),
        ("core/report/chart.py", "from PySide6 import QtGui", "report.chart imports PySide6"),
        ("core/store/history.py", "from ..check import journal", "store.history imports check"),
        ("gui/theme/palette.py", "from ..pages import explore", "theme.palette imports pages"),
        ("gui/pages/explore.py", "from ...core.check import check", "pages.explore imports rigdyno.core.check.check"),
        ("gui/pages/explore.py", "import torch", "pages.explore imports torch"),
        ("core/__init__.py", "from . import cli", "core imports rigdyno.core"),
        ("gui/launch.py", "from ..core.check import check", "launch imports rigdyno.core.check.check"),
    ],
)
def test_a_wrong_import_is_found(tmp_path, file: str, line: str, said: str):
    for folder in ("core", "gui"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    found = wrong_imports(tmp_path)
    assert found
    assert all(f.startswith(said) for f in found)


def test_workers_load_what_may_be_missing_only_where_they_need_it():
    for name, path in modules("core/worker").items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            loaded = [getattr(node, "module", "") or ""]
            if isinstance(node, ast.Import):
                loaded = [alias.name for alias in node.names]
            assert not {n.split(".")[0] for n in loaded} & set(OPTIONAL), name


def test_every_package_has_its_row():
    for folder, table in (("core", MAY_IMPORT), ("gui", GUI_MAY_IMPORT)):
        assert {p.parent.name for p in (ROOT / folder).glob("*/__init__.py")} == set(table)


def test_core_holds_packages_of_a_size_that_can_be_overlooked():
    assert {p.name for p in (ROOT / "core").glob("*.py")} == {"__init__.py"}
    for package in {p.parent for p in (ROOT / "core").rglob("*.py")}:
        assert len([p for p in package.glob("*.py") if p.name != "__init__.py"]) <= LARGEST_PACKAGE, package


def test_modules_and_functions_are_short():
    for folder in ("core", "gui"):
        for name, path in modules(folder).items():
            text = path.read_text(encoding="utf-8")
            assert len(text.splitlines()) <= LONGEST_MODULE, name
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef):
                    assert node.end_lineno - node.lineno + 1 <= LONGEST_FUNCTION, f"{name}: {node.name}"


def test_resources_know_nobody():
    for path in modules("resources").values():
        assert not imports(path, "resources") & {"rigdyno", "rigdyno.core", "rigdyno.gui"}, path


def test_nobody_makes_a_second_copy_of_a_module():
    for folder in ("core", "gui", "resources", "tests", "packaging"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                assert not {n.split(".")[0] for n in names} & {"core", "gui", "resources"}, path


def test_every_package_is_in_the_wheel():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packages = {
        f"rigdyno.{'.'.join(p.parent.relative_to(ROOT).parts)}"
        for folder in ("core", "gui", "resources")
        for p in (ROOT / folder).rglob("__init__.py")
    }
    assert packages == set(settings["packages"]) == set(settings["package-dir"])
    assert not (ROOT / "packaging" / "__init__.py").exists(), "it would hide PyPI's `packaging`"


@pytest.mark.parametrize(
    ("code", "banned"),
    [
        ("import rigdyno.core.check.check, rigdyno.core.cli.command_line", ("PySide6", "pyqtgraph", "torch")),
        ("import rigdyno.gui.launch", ("PySide6", "pyqtgraph", "torch")),
    ],
)
def test_what_stays_unloaded(code: str, banned: tuple[str, ...]):
    check = f"{code}\nimport sys\nprint([m for m in {banned!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-P", "-c", check], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "[]"


def test_the_worker_runs_where_only_torch_is_installed():
    """A foreign interpreter has none of our other dependencies: here they are made unimportable."""
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'msgspec', 'psutil', 'rich', 'PySide6', 'pynvml', 'platformdirs', 'PIL'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from rigdyno.core.worker.request_loop import main\n"
        "main()\n"
    )
    request = '{"task":"train","plan":{"threads":1,"seconds":0.5},"rules":{"warmup_min_s":0.1,"warmup_cap_s":0.2}}\n'
    command = [sys.executable, "-P", "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        worker.stdin.write(request)
        worker.stdin.flush()
        kinds = []
        for line in worker.stdout:
            kinds.append(json.loads(line)["event"])
            if kinds[-1] in ("Done", "Failed"):
                break
        worker.stdin.close()
    assert kinds[0] == "Hello"
    assert kinds[-1] == "Done"
