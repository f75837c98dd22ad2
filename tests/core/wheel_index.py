"""Small wheels, and a server on loopback of files and of an index like PyTorch's, that can fail as servers do."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    metadata += "".join(f"Provides-Extra: {extra}\n" for extra in re.findall(r"extra == '(\w+)'", " ".join(needs)))
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


def torch(
    folder: Path, cuda: str | None = "12.6", needs: tuple[str, ...] = ("aid",), build: str = "", of: str = TORCH,
    **more: object,
) -> Path:  # fmt: skip
    """What is no PyTorch but has its shape: enough to be loaded, unpacked and described."""
    build = build or (f"cu{cuda.replace('.', '')}" if cuda else "cpu")
    version = f"{of}+{build}"
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
    """Gives the files of a folder; of a folder in it the index.html. `cut`: closes so many connections after `after`
    bytes; `ranges`: knows Range; `answers`: codes to be given first; `asked`: each GET of a file with its Range;
    `pages`: each GET of a page; `missing`: the code for what is not there, 403 on PyTorch's index."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.folder, self.cut, self.after, self.ranges = folder, 0, 100_000, True
        self.answers: list[int] = []
        self.asked: list[str] = []
        self.pages: list[str] = []
        self.missing = 404

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
        page = self.path.endswith(("/", ".metadata"))
        self.server.pages.append(self.path) if page else self.server.asked.append(wanted)
        self.close_connection = True
        if self.server.answers:
            self.send_error(self.server.answers.pop(0))
            return
        if not self._file().is_file():
            self.send_error(self.server.missing)
            return
        content = self._file().read_bytes()
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted) if self.server.ranges else None
        begin, end = (int(part[1]), min(int(part[2] or len(content)) + 1, len(content))) if part else (0, len(content))
        if part and begin >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if part else 200)
        if part:
            self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(content)}")
        self.send_header("Content-Length", str(end - begin))
        self.send_header("Content-Type", "text/html" if self.path.endswith("/") else "binary/octet-stream")
        self.end_headers()
        if self.server.cut and not page:
            self.server.cut -= 1
            end = min(end, begin + self.server.after)
        self.wfile.write(content[begin:end])

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _file(self) -> Path:
        place = self.server.folder / self.path.lstrip("/").replace("%2B", "+")
        return place / "index.html" if self.path.endswith("/") else place


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


@dataclass
class Index:
    """An index as PyTorch's is written (pytorch/test-infra, s3_management): `torch/` lists the wheels of all builds,
    `BUILD/` has a page for each project. Those of other makers are copies of their own index's pages: other attributes,
    and links to another host, here the server `elsewhere`.
    """

    shop: Shop
    elsewhere: Shop
    links: dict[str, list[str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it begins."""
        return self.shop.url("whl/")

    def add_torch(self, place: Path, build: str, *, checksum: bool = True, metadata: bool = True) -> None:
        """A wheel of PyTorch in the folder of the server; its links are relative to the host."""
        known = self._metadata(place) if metadata else ""
        attributes = f' data-dist-info-metadata="{known}" data-core-metadata="{known}"' if known else ""
        sums = f"#sha256={sha256(place)}" if checksum else ""
        where = place.relative_to(self.shop.folder).as_posix().replace("+", "%2B")
        link = f'    <a href="/{where}{sums}"{attributes} data-upload-time="2026-05-07T17:00:00Z">{place.name}</a><br/>'
        for page in ("whl/torch", f"whl/{build}/torch"):
            self.links.setdefault(page, []).append(link)

    def add_other(
        self, place: Path, build: str, *, python: str = ">=3.8", yanked: str | None = None, metadata: bool = True,
        checksum: str = "",
    ) -> None:  # fmt: skip
        """A wheel that PyTorch needs, in the folder of the other server, as PyPI's pages write it."""
        known = self._metadata(place) if metadata else ""
        attributes = f' data-requires-python="{html.escape(python)}"' if python else ""
        attributes += f' data-dist-info-metadata="{known}" data-core-metadata="{known}"' if known else ""
        attributes += f' data-yanked="{html.escape(yanked)}"' if yanked is not None else ""
        url = f"{self.elsewhere.url(place.name)}#sha256={checksum or sha256(place)}"
        project = re.sub(r"[-_.]+", "-", place.name.split("-")[0]).lower()
        self.links.setdefault(f"whl/{build}/{project}", []).append(
            f'<a href="{url}"{attributes} >{place.name}</a><br />'
        )

    def write(self) -> None:
        """Write the pages."""
        for page, links in self.links.items():
            folder = self.shop.folder / page
            folder.mkdir(parents=True, exist_ok=True)
            head = f"<!DOCTYPE html>\n<html>\n  <body>\n    <h1>Links for {folder.name}</h1>\n"
            if folder.name != "torch":
                told = '<meta name="pypi:repository-version" content="1.4">'
                head = f"<!DOCTYPE html>\n<html>\n  <head>\n    {told}\n  </head>\n  <body>\n"
            tail = "\n  </body>\n</html>\n<!--TIMESTAMP 1780000000-->"
            (folder / "index.html").write_text(head + "\n".join(links) + tail, encoding="utf-8")

    @staticmethod
    def _metadata(place: Path) -> str:
        """Write a wheel's metadata beside it, and return what its link says of them."""
        with zipfile.ZipFile(place) as archive:
            told = archive.read(next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA")))
        place.with_name(f"{place.name}.metadata").write_bytes(told)
        return f"sha256={hashlib.sha256(told).hexdigest()}"


@contextmanager
def index(folder: Path) -> Iterator[Index]:
    """An empty index and its two servers, while they are open."""
    for name in ("host", "elsewhere"):
        (folder / name).mkdir(parents=True)
    with shop(folder / "host") as host, shop(folder / "elsewhere") as elsewhere:
        host.missing = elsewhere.missing = 403
        yield Index(host, elsewhere)
