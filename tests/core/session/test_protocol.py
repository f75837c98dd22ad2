"""The wire: what the worker writes is read as it was meant, and anything else is one kind of error."""

from __future__ import annotations

import io
import json
import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rigdyno.core.analysis.plan_limits import FIELD_LIMITS
from rigdyno.core.records.child_channel import decode_request, event_writer
from rigdyno.core.records.events import EVENTS as KINDS
from rigdyno.core.records.events import Progress
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.session.protocol import MAX_LINE, ProtocolError, encode, parse

from tests.core.builders import EVENTS


def line(event) -> bytes:
    """The event as the worker itself writes it."""
    out = io.StringIO()
    event_writer(out)(event)
    return out.getvalue().encode()


LINES = [line(event) for event in EVENTS]
WHOLE = '{"event":"Progress","data":{"t":1,"samples":1,"samples_per_s":1}}'


def test_there_is_an_example_of_every_event():
    assert {type(event) for event in EVENTS} == set(KINDS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_every_event_survives_the_wire(event):
    written = line(event)
    assert written.endswith(b"\n")
    assert written.count(b"\n") == 1
    assert parse(written) == event


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_the_worker_cannot_write_what_json_has_no_word_for(value):
    out = io.StringIO()
    with pytest.raises(ValueError, match="not JSON compliant"):
        event_writer(out)(Progress(1.0, 1, value))
    assert out.getvalue() == "", "not half a line either"


@pytest.mark.parametrize("written", LINES, ids=lambda w: json.loads(w)["event"])
def test_a_line_that_was_cut_is_no_event(written):
    for end in range(len(written.rstrip())):
        with pytest.raises(ProtocolError):
            parse(written[:end])


@given(st.binary(max_size=300))
def test_garbage_is_never_more_than_a_protocol_error(garbage):
    with pytest.raises(ProtocolError):
        parse(garbage)


@settings(max_examples=300)
@given(st.sampled_from(LINES), st.data())
def test_a_damaged_line_is_an_event_or_a_protocol_error(written, data):
    place = data.draw(st.integers(0, len(written) - 1))
    damage = data.draw(st.binary(max_size=3))
    with suppress(ProtocolError):
        assert isinstance(parse(written[:place] + damage + written[place + 1 :]), KINDS)


LEAVES = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5)
JSON = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.text(max_size=5), LEAVES, max_size=3)


@given(JSON, st.sampled_from(EVENTS))
def test_wrong_types_are_never_more_than_a_protocol_error(value, event):
    with pytest.raises(ProtocolError):
        parse(json.dumps({"event": type(event).__name__, "data": {"t": value}}).encode())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"Segmentation fault (core dumped)\n", "Segmentation fault"),
        (b"", "truncated"),
        (b"\n", "truncated"),
        (WHOLE[:-1].encode() + b',"extra":1}', "extra"),
        (WHOLE.replace("Progress", "Telemetry").encode(), "unknown event"),
        (WHOLE.replace("Progress", "Run").encode(), "unknown event"),  # a record, but no event
        (WHOLE.replace('"t":1', '"t":"1"').encode(), r"\$\.t"),
        (WHOLE.replace('"t":1', '"t":1e999').encode(), "out of range"),
        (WHOLE.replace('"t":1', '"t":NaN').encode(), "malformed"),
        (WHOLE.replace('"t":1,', "").encode(), "missing required field `t`"),
        (WHOLE.replace("Progress", "Prog\xffress").encode("latin-1"), "utf-8"),
        (WHOLE.encode() * 2, "trailing characters"),
        (WHOLE[:27].encode() + b"[" * 500_000, "recursion|Stack overflow"),  # Python 3.14 says the latter
        (b"\x1b[31mred\x07\x00", "�\\[31mred��"),  # what a terminal would obey is not shown to it
    ],
)
def test_what_is_wrong_is_said(written, said):
    with pytest.raises(ProtocolError, match=said):
        parse(written)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seconds": 0.25', b'"seconds": 0.0'),
        (b'"seconds": 0.25', b'"seconds": -1.0'),
        (b'"steps": 4', b'"steps": 0'),
        (b'"samples": 256', b'"samples": 0'),
        (b'"batch": 64', b'"batch": 0'),
        (b'"samples_per_s": 2000.0', b'"samples_per_s": 0'),
    ],
)
def test_a_measurement_of_nothing_is_refused(old, new):
    """Rates are quotients: a zero here would end the whole check in a division by zero at its very end."""
    (written,) = [w for w in LINES if old in w and b"Score" not in w and b"Progress" not in w]
    with pytest.raises(ProtocolError, match="has"):
        parse(written.replace(old, new))


def test_a_line_has_a_longest_length():
    padded = WHOLE.encode() + b" " * (MAX_LINE - len(WHOLE))
    assert parse(padded) == Progress(1, 1, 1)
    with pytest.raises(ProtocolError, match=f"{MAX_LINE + 1} bytes"):
        parse(padded + b" ")


@pytest.mark.parametrize("written", [b"x" * 100_000, b'{"event":"' + b"y" * 100_000 + b'","data":1}'])
def test_a_complaint_is_short(written):
    with pytest.raises(ProtocolError) as caught:
        parse(written)
    assert len(str(caught.value)) < 300


FLOATS = {"learning_rate", "seconds"}
PLANS = st.builds(
    Plan,
    device=st.text(st.characters(exclude_categories=["Cs"])),
    channels_last=st.booleans(),
    **{
        name: st.sampled_from(f.choices)
        if f.choices
        else st.floats(f.low, f.high)
        if name in FLOATS
        else st.integers(int(f.low), int(f.high))
        for name, f in FIELD_LIMITS.items()
    },
)


@settings(max_examples=50)
@given(PLANS, st.builds(Rules, window_s=st.floats(0.01, 1)), st.lists(st.integers(1, 64)).map(tuple))
def test_every_request_arrives_as_it_was_sent(plan, rules, threads):
    request = Request("train", plan, rules, threads)
    sent = encode(request)
    assert sent.endswith(b"\n")
    assert sent.count(b"\n") == 1
    assert decode_request(sent.decode()) == request
