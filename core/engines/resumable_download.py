"""Loading large files that may take hours: what is there is kept, an interrupted load goes on from there (HTTP Range).

A file has its name only once it is whole and has the checksum that was published for it; until then it ends in `.part`.
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
"""A server that sends nothing for so long has lost us; nor does a cancel take longer."""
MAX_FAILURES = 5
"""How often in a row a connection may break without a single new byte."""
PAUSE_S = 1.0
"""Before the second try without one; each further one waits twice as long."""
RETRIED_STATUSES = (408, 425, 429, 500, 502, 503, 504)
"""Answers of servers that are busy: a later try may do better."""
RANGE_NOT_SATISFIABLE = 416
CERTIFICATE_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
               "/etc/ssl/cert.pem")  # fmt: skip
"""Where systems keep the certificates of authorities: a frozen program looks where the one kept them that built it."""


class StoppedError(Exception):
    """Somebody asked to stop; what was loaded is kept."""


def file_name(url: str) -> str:
    """The file's name at the end of an address."""
    return unquote(urlsplit(url).path.rsplit("/", 1)[-1])


def remote_size(url: str) -> int | None:
    """How long a file is, as its server says; None where it does not. Raises EngineError."""
    try:
        with _open(Request(url, method="HEAD")) as answer:
            told = answer.headers.get("Content-Length")
    except HTTPError as error:
        raise EngineError(
            reason("install-refused", host=_host(url), file=file_name(url), status=str(error.code))
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise _lost(url, error) from error
    return int(told) if told else None


def bytes_present(place: Path) -> int:
    """The bytes of a file that are there already."""
    return next((p.stat().st_size for p in (place, _part(place)) if p.exists()), 0)


def download(
    url: str, place: Path, sha256: str, told: Callable[[int], None], stop: threading.Event, pause_s: float = PAUSE_S
) -> None:
    """Load a file to `place`, or what is missing of it; `told` hears how many bytes of it are there.

    Raises EngineError, StoppedError, or OSError where the disk fails.
    """
    kept = _part(place).exists()
    digest = _loaded(url, place, told, stop, pause_s)
    if digest != sha256 and kept:  # the kept part may have been of another file
        _part(place).unlink()
        digest = _loaded(url, place, told, stop, pause_s)
    if digest != sha256:
        _part(place).unlink()
        raise EngineError(reason("install-checksum", file=place.name))
    _part(place).replace(place)


def _loaded(url: str, place: Path, told: Callable[[int], None], stop: threading.Event, pause_s: float) -> str:
    """The checksum of the whole part, after as many connections as it takes."""
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
                    numbers = {"host": _host(url), "file": place.name, "status": str(error.code)}
                    raise EngineError(reason("install-refused", **numbers)) from error
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
    """Writing failed, which no other connection mends."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _PartFile:
    """What is there of a file, with its checksum so far."""

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
        """Append. Raises DiskError."""
        try:
            self._file.write(more)
            self._file.flush()
        except OSError as error:
            raise DiskError(error) from error
        self._count(more)

    def begin_anew(self) -> None:
        """Forget all of it."""
        self._file.truncate(0)
        self.digest, self.have = hashlib.sha256(), 0

    def _count(self, more: bytes) -> None:
        self.digest.update(more)
        self.have += len(more)
        self._told(self.have)


def _whole(url: str, part: _PartFile, stop: threading.Event) -> bool:
    """Load over one connection; whether the end was reached. Raises what networks raise, StoppedError, DiskError."""
    request = Request(url, headers={"Range": f"bytes={part.have}-"} if part.have else {})
    try:
        answer = _open(request)
    except HTTPError as error:
        if error.code == RANGE_NOT_SATISFIABLE and part.have:
            return True  # all of it is there, or more: the checksum will tell
        raise
    with answer:
        if part.have and not str(answer.headers.get("Content-Range", "")).startswith(f"bytes {part.have}-"):
            part.begin_anew()  # the server knows no ranges, and sends all of it
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
    return urlopen(request, timeout=TIMEOUT_S, context=_context())


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        known = next((place for place in CERTIFICATE_FILES if Path(place).is_file()), None)
        context.load_verify_locations(known) if known else None
    return context


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _lost(url: str, error: Exception) -> EngineError:
    told = getattr(error, "reason", None) or error
    detail = getattr(told, "strerror", None) or str(told) or type(told).__name__
    return EngineError(reason("install-connection", host=_host(url), detail=str(detail)))
