"""Small wheels, and a server of files on loopback that can fail as servers do."""

from __future__ import annotations

import base64
import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TORCH = "2.13.0"
VERSION_FILE = """from typing import Optional
__version__ = '{version}'
cuda: Optional[str] = {cuda!r}
"""


def wheel(
    folder: Path, name: str, files: dict[str, bytes], tags: str = "py3-none-any", needs: tuple[str, ...] = (),
    version: str = "1.0", wrong: str = "",
) -> Path:  # fmt: skip
    """A wheel as its specification says; of the file that is `wrong` the RECORD has another checksum."""
    info = f"{name}-{version}.dist-info"
    metadata = "".join(
        (f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", *(f"Requires-Dist: {n}\n" for n in needs))
    )
    inside = files | {
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tags}\n".encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{name}-{version}-{tags}.whl"
    with zipfile.ZipFile(place, "w") as archive:
        lines = []
        for path, content in inside.items():
            member = zipfile.ZipInfo(path)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (0o755 if "/bin/" in path else 0o644) << 16
            archive.writestr(member, content)
            seen = hashlib.sha256(b"else" if path == wrong else content).digest()
            lines.append(f"{path},sha256={base64.urlsafe_b64encode(seen).rstrip(b'=').decode()},{len(content)}\n")
        archive.writestr(f"{info}/RECORD", "".join(lines) + f"{info}/RECORD,,\n")
    return place


def torch(folder: Path, cuda: str | None = "12.6", needs: tuple[str, ...] = ("aid",), **more: object) -> Path:
    """What is no PyTorch but has its shape: enough to be loaded, unpacked and described."""
    build = f"cu{cuda.replace('.', '')}" if cuda else "cpu"
    version = f"{TORCH}+{build}"
    files = {
        "torch/__init__.py": b"raise ImportError('made for a test')\n",
        "torch/version.py": VERSION_FILE.format(version=version, cuda=cuda).encode(),
        "torch/bin/torch_shm_manager": b"#!/bin/sh\n",
        "torch/lib/libtorch_cuda.so": bytes(range(256)) * 4000,
    }
    return wheel(folder, "torch", files, needs=needs, version=version, **more)  # type: ignore[arg-type]


def aid(folder: Path, **more: object) -> Path:
    """What it needs."""
    return wheel(folder, "aid", {"aid/__init__.py": b"HELP = True\n"}, **more)  # type: ignore[arg-type]


def sha256(path: Path) -> str:
    """The checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Shop(ThreadingHTTPServer):
    """Gives the files of a folder. `cut`: closes so many connections after `after` bytes; `ranges`: knows Range;
    `answers`: codes to be given first; `asked`: each GET with its Range."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.folder, self.cut, self.after, self.ranges = folder, 0, 100_000, True
        self.answers: list[int] = []
        self.asked: list[str] = []

    def url(self, name: str) -> str:
        """Where a file is."""
        return f"http://127.0.0.1:{self.server_port}/{name.replace('+', '%2B')}"


class _Clerk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shop

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(self._file().stat().st_size))
        self.end_headers()

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.server.asked.append(wanted)
        self.close_connection = True
        if self.server.answers:
            self.send_error(self.server.answers.pop(0))
            return
        if not self._file().is_file():
            self.send_error(404)
            return
        content = self._file().read_bytes()
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.ranges else 0
        if begin and begin >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        if self.server.cut:
            self.server.cut -= 1
            self.wfile.write(content[begin : begin + self.server.after])
            return
        self.wfile.write(content[begin:])

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _file(self) -> Path:
        return self.server.folder / self.path.lstrip("/").replace("%2B", "+")


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """The server, while it is open."""
    server = Shop(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
