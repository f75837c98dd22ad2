"""The protocol between parent and worker: JSON lines. Events are decoded strictly: no line of a worker is trusted."""

from __future__ import annotations

from typing import Any

import msgspec

from ..records.events import EVENTS, Event
from ..records.plan import Request

MAX_LINE = 1 << 20
"""The most bytes of a line. The longest event, Hello, has a few thousand."""
EXCERPT, REASON = 80, 160
"""The most bytes of a refused line, and of the decoder's message, which quotes the line, that an error shows."""


_BEGIN = b'{"event"'


class ProtocolError(ValueError):
    """A line is not an event. The message says why, and shows the beginning of the line."""


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    event: str
    data: msgspec.Raw


_envelope = msgspec.json.Decoder(_Envelope)
_decoders: dict[str, msgspec.json.Decoder[Any]] = {event.__name__: msgspec.json.Decoder(event) for event in EVENTS}


def parse(line: bytes) -> Event:
    """The event in one line. Raises ProtocolError for anything else."""
    try:
        if len(line) > MAX_LINE:
            raise ProtocolError(f"a line of {len(line)} bytes; {MAX_LINE} are allowed")
        envelope = _envelope.decode(line)
        event: Event = _decoders[envelope.event].decode(envelope.data)
        return event
    except KeyError as error:
        raise ProtocolError(f"an unknown event: {_excerpt(line)}") from error
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ProtocolError(f"{_excerpt(str(error).encode(), REASON)}: {_excerpt(line)}") from error


def first_event(line: bytes) -> bytes:
    """The event in a line, behind what somebody else may have written before it without ending the line; empty where
    there is none, so that the whole line is somebody else's.
    """
    return line[line.index(_BEGIN) :] if _BEGIN in line else b""


def encode(request: Request) -> bytes:
    """A request as one line."""
    return msgspec.json.encode(request) + b"\n"


def _excerpt(line: bytes, most: int = EXCERPT) -> str:
    text = line[:most].decode("utf-8", "replace").strip()
    return "".join(c if c.isprintable() else "�" for c in text)
