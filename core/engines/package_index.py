"""Reads the pages of a package index (PEP 503), and the metadata of wheels, without loading the wheels.

PyTorch's own index is written by s3_management/manage_v2.py of pytorch/test-infra: HTML alone, links that are relative
to the host or name another one, checksums in most of them, metadata beside most wheels (PEP 658, renamed by PEP 714),
and the answer 403 for a page that does not exist. The pages of other projects on it are copies, with PyPI's attributes.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import IO, Any
from urllib.parse import urldefrag, urljoin, urlsplit

from ..words.writer import reason
from . import resumable_download
from .packs import EngineError
from .wheels import Wheel, is_wheel_name

LARGEST_PAGE = 64 * 2**20
"""Bytes. The page of all PyTorchs has about two million."""
LARGEST_METADATA = 4 * 2**20
"""Bytes. PyTorch's own have some ten thousand."""
READ_AHEAD = 128 * 1024
"""Bytes that are asked for at least where a wheel is read in parts."""
METADATA_SUFFIX = ".metadata"
_SHA256 = re.compile(r"(?:^|&)sha256=([0-9a-f]{64})(?:&|$)")


def read_page(address: str, stop: threading.Event, pause_s: float = resumable_download.PAUSE_S) -> tuple[Wheel, ...]:
    """The wheels on one page of an index; none where there is no such page. Raises EngineError, StoppedError."""
    page = resumable_download.read_whole(address, LARGEST_PAGE, stop, pause_s)
    return () if page is None else parse_page(page.decode("utf-8", "replace"), address)


def parse_page(page: str, address: str) -> tuple[Wheel, ...]:
    """The wheels that a page at this address links to, in its order.

    A page that came over an encrypted connection cannot lead to one that is not.
    """
    parser = _Links()
    parser.feed(page)
    parser.close()
    return tuple(_wheels(parser, address))


def _wheels(parser: _Links, address: str) -> Iterator[Wheel]:
    for link in parser.links:
        try:
            url, fragment = urldefrag(urljoin(urljoin(address, parser.base), (link["href"] or "").strip()))
            scheme = urlsplit(url).scheme
        except ValueError:  # no address
            continue
        name = resumable_download.file_name(url)
        if scheme not in {"https", urlsplit(address).scheme} or not is_wheel_name(name):
            continue
        known = _SHA256.search(fragment)
        yield Wheel(
            name, url=url, sha256=known[1] if known else "", metadata_sha256=_metadata_checksum(link),
            python=link.get("data-requires-python") or "", yanked="data-yanked" in link,
        )  # fmt: skip


def _metadata_checksum(link: dict[str, str | None]) -> str | None:
    """What PEP 714 says: the newer name first; a checksum, or "true" for metadata without one."""
    told = link.get("data-core-metadata", link.get("data-dist-info-metadata"))
    if told is None or told == "false":
        return None
    known = _SHA256.search(told)
    return known[1] if known else ""


class _Links(HTMLParser):
    """The attributes of every link, and the address that the page says it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            self.links.append(found)
        elif tag == "base" and not self.base:
            self.base = found.get("href") or ""


def read_metadata(wheel: Wheel, stop: threading.Event, pause_s: float = resumable_download.PAUSE_S) -> bytes:
    """The METADATA of a wheel on a server: those beside it, else those inside it. Raises EngineError, StoppedError."""
    if wheel.metadata_sha256 is not None:
        found = resumable_download.read_whole(wheel.url + METADATA_SUFFIX, LARGEST_METADATA, stop, pause_s)
        if found is not None:
            if wheel.metadata_sha256 not in ("", hashlib.sha256(found).hexdigest()):
                raise EngineError(reason("install-checksum", file=wheel.name + METADATA_SUFFIX))
            return found
    if stop.is_set():
        raise resumable_download.StoppedError
    try:
        with io.BufferedReader(_RemoteFile(wheel.url), READ_AHEAD) as file:
            return metadata_inside(file)
    except (zipfile.BadZipFile, OSError, KeyError) as error:
        numbers = {"host": urlsplit(wheel.url).hostname or "", "file": wheel.name}
        raise EngineError(reason("install-no-metadata", **numbers, detail=str(error))) from error


def metadata_inside(file: IO[bytes]) -> bytes:
    """The METADATA of an open wheel. Raises OSError, BadZipFile, KeyError."""
    with zipfile.ZipFile(file) as archive:
        names = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
        if not names or archive.getinfo(names[0]).file_size > LARGEST_METADATA:
            raise KeyError("METADATA")
        return archive.read(names[0])


class _RemoteFile(io.RawIOBase):
    """A file on a server, read in parts (HTTP Range): what is in a wheel stands at its end."""

    def __init__(self, url: str) -> None:
        self._url, self._at = url, 0
        self._size = resumable_download.remote_size(url) or 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._size, self._at + len(buffer))
        if self._at >= end:
            return 0
        part = resumable_download.read_part(self._url, self._at, end)
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)
