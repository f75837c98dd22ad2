"""Downloads over a real connection: what breaks them, what is kept, and what is never taken for complete."""

from __future__ import annotations

import random
import resource
import socket
import threading

import pytest
from rigdyno.core.engines import resumable_download
from rigdyno.core.engines.packs import EngineError
from rigdyno.core.engines.resumable_download import StoppedError

from tests.core import wheel_index

CONTENT = random.Random(7).randbytes(400_000)


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "large.whl").write_bytes(CONTENT)
    with wheel_index.shop(tmp_path / "shop") as server:
        yield server


@pytest.fixture
def place(tmp_path):
    return tmp_path / "large.whl"


def load(shop, place, stop=None, sha256=None, told=lambda _: None):
    good = wheel_index.sha256(shop.folder / "large.whl") if sha256 is None else sha256
    resumable_download.download(shop.url("large.whl"), place, good, told, stop or threading.Event(), pause_s=0.0)


def kept(place) -> int:
    part = place.with_name(place.name + resumable_download.PART_SUFFIX)
    return part.stat().st_size if part.exists() else -1


def test_a_file_has_its_name_once_it_is_whole(shop, place):
    heard, seen = [], []
    load(shop, place, told=lambda have: (heard.append(have), seen.append(place.exists())))
    assert place.read_bytes() == CONTENT
    assert heard == sorted(heard)
    assert (
        heard[-1]
        == len(CONTENT)
        == resumable_download.bytes_present(place)
        == resumable_download.remote_size(shop.url("large.whl"))
    )
    assert not any(seen)
    assert kept(place) == -1


def test_a_cut_connection_goes_on_where_it_was_cut(shop, place):
    shop.cut = 2
    load(shop, place)
    assert place.read_bytes() == CONTENT
    assert shop.asked == ["", "bytes=100000-", "bytes=200000-"]


def test_what_was_loaded_before_a_stop_is_kept(shop, place):
    stop, heard = threading.Event(), []

    def hear(have):
        heard.append(have)
        stop.set()

    shop.cut = 1
    with pytest.raises(StoppedError):
        load(shop, place, stop, told=hear)
    had = kept(place)
    assert 0 < had <= 100_000
    assert resumable_download.bytes_present(place) == had
    assert not place.exists()
    load(shop, place, told=heard.append)
    assert shop.asked[-1] == f"bytes={had}-"
    assert place.read_bytes() == CONTENT


def test_a_server_that_knows_no_ranges_sends_all_of_it_again(shop, place):
    shop.cut, shop.ranges = 1, False
    load(shop, place)
    assert shop.asked == ["", "bytes=100000-"]
    assert place.read_bytes() == CONTENT


def test_a_wrong_checksum_is_never_taken_for_the_file(shop, place):
    with pytest.raises(EngineError, match=r"large\.whl differs from what was published") as told:
        load(shop, place, sha256="0" * 64)
    assert told.value.reason.code == "install-checksum"
    assert not place.exists()
    assert kept(place) == -1, "thrown away"
    load(shop, place)
    assert place.read_bytes() == CONTENT


@pytest.mark.parametrize("length", [1000, 400_000, 500_000])
def test_the_kept_part_of_another_file_is_loaded_anew(shop, place, length):
    place.with_name(place.name + resumable_download.PART_SUFFIX).write_bytes(bytes(length))
    load(shop, place)
    assert place.read_bytes() == CONTENT
    assert shop.asked == [f"bytes={length}-", ""]


def test_a_part_that_is_all_of_it_is_enough(shop, place):
    place.with_name(place.name + resumable_download.PART_SUFFIX).write_bytes(CONTENT)
    load(shop, place)
    assert place.read_bytes() == CONTENT


def test_a_file_that_is_not_there_is_refused_at_once(shop, place):
    with pytest.raises(EngineError, match=r"127\.0\.0\.1 does not give gone\.whl \(HTTP 404\)"):
        resumable_download.download(
            shop.url("gone.whl"), place.with_name("gone.whl"), "", lambda _: None, threading.Event(), 0.0
        )
    assert len(shop.asked) == 1


def test_a_busy_server_is_asked_again(shop, place):
    shop.answers = [503, 429, 500]
    load(shop, place)
    assert len(shop.asked) == 4
    assert place.read_bytes() == CONTENT


def test_a_server_that_has_gone_is_named_and_what_was_loaded_stays(shop, place):
    place.with_name(place.name + resumable_download.PART_SUFFIX).write_bytes(CONTENT[:1000])
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/large.whl"
        with pytest.raises(EngineError, match=r"The connection to 127\.0\.0\.1 was lost \(Connection refused\)"):
            resumable_download.download(url, place, "", lambda _: None, threading.Event(), 0.0)
    assert kept(place) == 1000


def test_a_disk_that_takes_no_more_ends_it(shop, place):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            load(shop, place)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(shop.asked) == 1, "no other connection mends a full disk"
    load(shop, place)
    assert place.read_bytes() == CONTENT
