"""The part of this package that another computer needs, as a zip file, and the script that runs it there."""

from __future__ import annotations

import base64
import functools
import io
import zipfile
from importlib.resources import files
from importlib.resources.abc import Traversable

from ..records.speed_variables import FOREIGN

TRAINING = ("core/records", "core/worker")
"""The folders that a computer needs to train: all that a worker may import, see tests/test_architecture.py."""
INSPECTING = ("core/records", "core/probes", "core/sensors")
"""The folders that a computer needs to be inspected, and to have its sensors sampled."""

_SCRIPT = f"""
import io, os, shutil, signal, subprocess, sys, tempfile, zipfile
if sys.version_info < (3, 10):
    sys.exit("rigdyno-old-python %d.%d" % sys.version_info[:2])
size, packed = int(sys.argv[1]), b""
while len(packed) < size:
    part = os.read(0, min(65536, size - len(packed)))
    if not part:
        sys.exit(1)
    packed += part
folder = tempfile.mkdtemp(prefix="rigdyno-")
try:
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    run = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    run += "runpy.run_module(sys.argv.pop(1), None, '__main__', True)"
    settings = dict(os.environ, TMPDIR=folder)
    if "worker" in sys.argv[2]:
        settings = dict((name, value) for name, value in settings.items() if name not in {FOREIGN})
    child = subprocess.Popen([sys.executable, "-c", run, folder] + sys.argv[2:], env=settings)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: child.kill())
    code = child.wait()
finally:
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(code if code >= 0 else 128 - code)
"""
"""Reads `size` bytes of zip file from stdin, unpacks them into a private folder and runs the module, which reads the
rest of stdin; a worker without the variables of `FOREIGN`. Removes the folder at the end.
"""
BOOTSTRAP = f"import base64;exec(base64.b64decode('{base64.b64encode(_SCRIPT.encode()).decode()}'))"
"""Runs there first, as `python -c BOOTSTRAP size module arguments`.

The script goes as base64, as login shells differ: csh and tcsh end a quotation with the line, and take a "!" even
inside of one for a command of their history.
"""


@functools.cache
def package_as_zip(folders: tuple[str, ...] = TRAINING, with_data: bool = True) -> bytes:
    """These folders of the package with their subfolders as a zip file; `with_data`: and the data set."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rigdyno/__init__.py", "")
        for folder in ("core", "resources"):
            place = files(f"rigdyno.{folder}") / "__init__.py"
            archive.writestr(f"rigdyno/{folder}/__init__.py", place.read_bytes())
        for folder in folders:
            _add(archive, files(f"rigdyno.{folder.replace('/', '.')}"), f"rigdyno/{folder}")
        if with_data:
            data = files("rigdyno.resources") / "data" / "fashion_mnist.npz"
            archive.writestr("rigdyno/resources/data/fashion_mnist.npz", data.read_bytes())
    return packed.getvalue()


def _add(archive: zipfile.ZipFile, folder: Traversable, name: str) -> None:
    for file in folder.iterdir():
        if file.is_dir() and file.name != "__pycache__":
            _add(archive, file, f"{name}/{file.name}")
        elif file.name.endswith(".py"):
            archive.writestr(f"{name}/{file.name}", file.read_bytes())
