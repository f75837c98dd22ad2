"""Downloads large files; an interrupted download continues where it stopped (HTTP Range).

A file gets its name once it is complete and has the published checksum; until then its name ends in `.part`.
"""

from __future__ import annotations

import hashlib
import http.client
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from ..words.writer import reason
from .packs import CHUNK, EngineError

PART_SUFFIX = ".part"
TIMEOUT_S = 10.0
"""Seconds without data after which a connection counts as broken; a cancel takes no longer either."""
MAX_FAILURES = 5
"""Connections in a row that may break without a single new byte."""
PAUSE_S = 1.0
"""Seconds before the next try after the first such failure; doubled for each further one."""
RETRIED_STATUSES = (408, 425, 429, 500, 502, 503, 504)
"""HTTP statuses of busy servers, for which another try may succeed."""
RANGE_NOT_SATISFIABLE = 416
MISSING_STATUSES = (403, 404)
"""HTTP statuses of a page that does not exist; storage that may not be listed answers 403."""
CERTIFICATE_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
               "/etc/ssl/cert.pem")  # fmt: skip
"""Where systems keep certificates. A frozen program looks where the system that built it kept them, which may not exist
here."""


class StoppedError(Exception):
    """The user asked to stop; what was downloaded is kept."""


def file_name(url: str) -> str:
    """The name of the file at the end of a URL."""
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])


def remote_size(url: str) -> int | None:
    """Bytes of a file, as its server states; None if it does not. Raises EngineError."""
    try:
        with _open(Request(url, method="HEAD")) as answer:
            told = answer.headers.get("Content-Length")
    except HTTPError as error:
        raise _refused(url, error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _lost(url, error) from error
    return int(told) if told else None


def read_part(url: str, begin: int, end: int) -> bytes:
    """The bytes of a file from `begin` up to `end`, without that one. Raises EngineError."""
    try:
        with _open(Request(url, headers={"Range": f"bytes={begin}-{end - 1}"})) as answer:
            if str(answer.headers.get("Content-Range", "")).startswith(f"bytes {begin}-"):
                return bytes(answer.read(end - begin))
    except HTTPError as error:
        raise _refused(url, error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _lost(url, error) from error
    numbers = {"host": _host(url), "file": file_name(url), "detail": "the server sends whole files alone"}
    raise EngineError(reason("install-no-metadata", **numbers))


def read_whole(url: str, limit: int, stop: threading.Event, pause_s: float = PAUSE_S) -> bytes | None:
    """A small file, of `limit` bytes at most; None if there is none. Raises EngineError, StoppedError."""
    for failures in range(MAX_FAILURES):
        if stop.is_set() or (failures and stop.wait(pause_s * 2 ** (failures - 1))):
            raise StoppedError
        trouble: Exception
        try:
            with _open(Request(url)) as answer:
                found = bytes(answer.read(limit + 1))
                if len(found) > limit:
                    raise EngineError(reason("install-too-long", host=_host(url), file=url, need=limit))
                return found
        except HTTPError as error:
            if error.code in MISSING_STATUSES:
                return None
            if error.code not in RETRIED_STATUSES:
                raise _refused(url, error) from error
            trouble = error
        except (OSError, http.client.HTTPException) as error:
            trouble = error
    raise _lost(url, trouble) from trouble


def bytes_present(place: Path) -> int:
    """Bytes of a file that have been downloaded already."""
    return next((p.stat().st_size for p in (place, _part(place)) if p.exists()), 0)


def download(
    url: str, place: Path, sha256: str, told: Callable[[int], None], stop: threading.Event, pause_s: float = PAUSE_S
) -> None:
    """Download a file to `place`, or what is missing of it; `told` is called with the bytes that are there.

    Raises EngineError, StoppedError, or OSError where the disk fails.
    """
    kept = _part(place).exists()
    digest = _loaded(url, place, told, stop, pause_s)
    if digest != sha256 and kept:  # the part may be left from another file of that name
        _part(place).unlink()
        digest = _loaded(url, place, told, stop, pause_s)
    if digest != sha256:
        _part(place).unlink()
        raise EngineError(reason("install-checksum", file=place.name))
    _part(place).replace(place)


def _loaded(url: str, place: Path, told: Callable[[int], None], stop: threading.Event, pause_s: float) -> str:
    """Download the rest over as many connections as it takes; returns the SHA-256 of the whole part."""
    with _PartFile(_part(place), told) as part:
        failures = 0
        while True:
            before = part.have
            trouble: Exception = ConnectionError("it was closed too early")
            try:
                if _whole(url, part, stop):
                    return part.digest.hexdigest()
            except HTTPError as error:
                if error.code not in RETRIED_STATUSES:
                    raise _refused(url, error) from error
                trouble = error
            except DiskError as error:
                raise error.cause from error
            except (OSError, http.client.HTTPException) as error:
                trouble = error
            failures = 0 if part.have > before else failures + 1
            if failures == MAX_FAILURES:
                raise _lost(url, trouble) from trouble
            if failures and stop.wait(pause_s * 2 ** (failures - 1)):
                raise StoppedError


class DiskError(Exception):
    """Writing to the disk failed, so that another connection would not help."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _PartFile:
    """The downloaded part of a file, with its checksum so far."""

    def __init__(self, path: Path, told: Callable[[int], None]) -> None:
        self._told = told
        self._file: IO[bytes] = path.open("a+b")
        self._file.seek(0)
        self.digest, self.have = hashlib.sha256(), 0
        while kept := self._file.read(CHUNK):
            self._count(kept)

    def __enter__(self) -> _PartFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, more: bytes) -> None:
        """Append bytes. Raises DiskError."""
        try:
            self._file.write(more)
            self._file.flush()
        except OSError as error:
            raise DiskError(error) from error
        self._count(more)

    def begin_anew(self) -> None:
        """Empty the part."""
        self._file.truncate(0)
        self.digest, self.have = hashlib.sha256(), 0

    def _count(self, more: bytes) -> None:
        self.digest.update(more)
        self.have += len(more)
        self._told(self.have)


def _whole(url: str, part: _PartFile, stop: threading.Event) -> bool:
    """Download over one connection; returns whether the end of the file was reached.

    Raises OSError, HTTPException, StoppedError, DiskError.
    """
    request = Request(url, headers={"Range": f"bytes={part.have}-"} if part.have else {})
    try:
        answer = _open(request)
    except HTTPError as error:
        if error.code == RANGE_NOT_SATISFIABLE and part.have:
            return True  # complete, or too long: the checksum decides
        raise
    with answer:
        if part.have and not str(answer.headers.get("Content-Range", "")).startswith(f"bytes {part.have}-"):
            part.begin_anew()  # the server does not support ranges and sends the whole file
        length = answer.headers.get("Content-Length")
        end = part.have + int(length) if length else None
        while True:
            if stop.is_set():
                raise StoppedError
            more = answer.read1(CHUNK)
            if not more:
                return end is None or part.have >= end
            part.add(more)


def _part(place: Path) -> Path:
    return place.with_name(place.name + PART_SUFFIX)


def _open(request: Request) -> Any:
    try:
        return urlopen(request, timeout=TIMEOUT_S, context=_context())
    except HTTPError as error:
        error.close()  # it holds the connection, of which only the status is wanted
        raise


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        known = next((place for place in CERTIFICATE_FILES if Path(place).is_file()), None)
        context.load_verify_locations(known) if known else None
    return context


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _refused(url: str, error: HTTPError) -> EngineError:
    told = {"host": _host(url), "file": file_name(url) or url, "status": str(error.code)}
    return EngineError(reason("install-refused", **told))


def _lost(url: str, error: Exception) -> EngineError:
    told = getattr(error, "reason", None) or error
    detail = getattr(told, "strerror", None) or str(told) or type(told).__name__
    return EngineError(reason("install-connection", host=_host(url), detail=str(detail)))
