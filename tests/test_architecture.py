"""The shape of the program, read from its imports: who may know whom, and what must stay unloaded."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHILD = {
    "worker", "experiments", "training", "models", "data", "devices", "measure", "stats", "model", "counting",
    "memory_use", "ranks", "crew", "scaling", "stillness",
}  # fmt: skip
DRIVER_CHILD = {"driver_probe", "shaders"}
"""A child of its own, whose graphics driver may take it along."""
PURE = {
    "verdict", "forecast", "batches", "trust", "stats", "limits", "phrases", "words", "presets", "model", "updates",
    "evidence", "bottleneck", "roofline", "project", "sustained", "gpu_use", "schedule", "decision",
    "scale", "cloud", "want", "cost", "catches", "summary", "compact",
    "chart", "drawing", "picture", "curves", "ticks", "claim_phrases", "compare", "compare_phrases", "hints",
    "ranks", "cluster", "driver_gpu", "neutral",
}  # fmt: skip
"""Rooms without I/O and clock: from records to conclusions."""
IMPURE = {"os", "time", "datetime", "pathlib", "subprocess", "threading", "socket", "sqlite3", "random", "psutil"}


def modules(folder: str) -> dict[str, Path]:
    """Dotted name below the folder -> file; a package goes by its folder's name."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT / folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, folder: str) -> set[str]:
    """Every imported module, relative ones made absolute as `rigdyno.…`; TYPE_CHECKING and lazy ones count too."""
    package = ("rigdyno", folder, *path.relative_to(ROOT / folder).parts[:-1])
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


def rooms(names: set[str]) -> set[str]:
    """The rooms of core that a set of imports enters: `rigdyno.core.probes.cpu` -> probes."""
    return {n.split(".")[2] for n in names if n.startswith("rigdyno.core.")}


def test_core_knows_neither_gui_nor_qt():
    for path in modules("core").values():
        names = imports(path, "core")
        assert not [n for n in names if n.startswith(("rigdyno.gui", "PySide6", "pyqtgraph"))], path


def test_resources_know_nobody():
    for path in modules("resources").values():
        assert not imports(path, "resources") & {"rigdyno", "rigdyno.core", "rigdyno.gui"}, path


def test_only_the_child_imports_torch():
    for name, path in modules("core").items():
        if any(n.split(".")[0] == "torch" for n in imports(path, "core")):
            assert name.split(".")[0] in CHILD, f"{name} imports torch"
    for path in modules("gui").values():
        assert "torch" not in {n.split(".")[0] for n in imports(path, "gui")}, path


def test_the_child_needs_only_the_standard_library_numpy_and_torch():
    allowed = set(sys.stdlib_module_names) | {"numpy", "torch", "rigdyno", "__future__"}
    for name, path in modules("core").items():
        if name.split(".")[0] in CHILD:
            names = imports(path, "core")
            assert {n.split(".")[0] for n in names} <= allowed, name
            # `__version__` and the like come from rigdyno.core itself; rooms must be the child's own
            assert rooms(names) & set(modules("core")) <= CHILD, name


def test_pure_rooms_touch_no_clock_and_no_file():
    for name, path in modules("core").items():
        if name in PURE:
            assert not {n.split(".")[0] for n in imports(path, "core")} & IMPURE, name


def test_the_parent_side_never_imports_the_experiments():
    banned = {"worker", "experiments", "training", "models", "data", "devices", "measure", "crew", "scaling"}
    for name, path in modules("core").items():
        if name and name.split(".")[0] not in CHILD | DRIVER_CHILD:
            assert not rooms(imports(path, "core")) & (banned | DRIVER_CHILD), name


def test_graphics_drivers_are_asked_in_their_own_child_alone():
    for room in ("core", "gui"):
        for name, path in modules(room).items():
            if room == "gui" or name not in DRIVER_CHILD:
                assert "wgpu" not in {n.split(".")[0] for n in imports(path, room)}, name
    allowed = set(sys.stdlib_module_names) | {"numpy", "wgpu", "rigdyno", "__future__"}
    for name in DRIVER_CHILD:
        names = imports(modules("core")[name], "core")
        assert {n.split(".")[0] for n in names} <= allowed, name
        assert rooms(names) & set(modules("core")) <= DRIVER_CHILD | {"model", "worker", "probes"}, name


def test_only_the_bridge_touches_the_check():
    for name, path in modules("gui").items():
        if name != "bridge":
            assert not rooms(imports(path, "gui")) & {"check", "session", "engine", "telemetry", "machine"}, name


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
        ("import rigdyno.core.check, rigdyno.core.cli", ("PySide6", "pyqtgraph", "torch")),
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
        "        if name.split('.')[0] in {'msgspec', 'psutil', 'rich', 'PySide6', 'pynvml', 'platformdirs'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from rigdyno.core.worker import main\n"
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
