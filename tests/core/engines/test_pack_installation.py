"""Packs are installed from a server or a folder, continued after an interruption, and never used half-finished."""

from __future__ import annotations

import shutil
import sys
import threading
from collections import namedtuple

import pytest
from rigdyno.core.engines import pack_installation, packs, resumable_download, torch_index
from rigdyno.core.engines.packs import EngineError
from rigdyno.core.engines.resumable_download import StoppedError

from tests.core import wheel_index

TORCH_WHEEL = f"torch-{wheel_index.TORCH}+cu126-py3-none-any.whl"
NAME = f"torch-{wheel_index.TORCH}+cu126-{packs.python_tag()}-{packs.platform_tag()}"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """An index with a small PyTorch and what it needs."""
    with wheel_index.index(tmp_path / "index") as made:
        made.add_torch(wheel_index.torch(made.shop.folder / "whl/cu126"), "cu126")
        made.add_other(wheel_index.aid(made.elsewhere.folder), "cu126")
        made.write()
        monkeypatch.setenv(torch_index.INDEX_VARIABLE, made.address)
        made.shop.after = 1000
        yield made.shop


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "a stick").mkdir()
    return tmp_path / "a stick"


def make(to, build="cu126", source=None, stop=None, told=None):
    return pack_installation.install_pack(
        build, to, told or (lambda _: None), stop or threading.Event(), source, pause_s=0.0
    )


def refused(code: str, *arguments, **more) -> str:
    with pytest.raises(EngineError) as told:
        make(*arguments, **more)
    assert told.value.reason.code == code
    assert str(told.value).count("\n") == 0
    return str(told.value)


def there(stick) -> list[str]:
    return [p.name for p in packs._folders(stick / packs.FOLDER) if packs.is_pack(p)]


def test_a_pack_is_installed_from_the_network(shop, stick):
    heard = []
    pack = make(stick, told=heard.append)
    assert pack == stick / packs.FOLDER / NAME
    assert [p.name for p in pack.parent.iterdir()] == [NAME], "nothing is left of making it"
    told = packs.read_manifest(pack)
    assert (told.torch, told.cuda, told.driver) == (f"{wheel_index.TORCH}+cu126", "12.6", "12.0")
    assert told.architectures[:3] == ("sm_50", "sm_60", "sm_70"), "from the table of builds: Pascal and Volta too"
    assert (told.python, told.platform) == (packs.python_tag(), packs.platform_tag())
    site = pack / packs.PACKAGES
    assert {f.path for f in told.files} == {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    assert all(wheel_index.sha256(site / f.path) == f.sha256 for f in told.files)
    assert (site / "torch/bin/torch_shm_manager").stat().st_mode & 0o111
    assert packs.pack_problem(pack, told, lambda _: None) is None
    assert list(dict.fromkeys(p.stage for p in heard)) == ["list", "load", "unpack", "check"]
    loads = [p for p in heard if p.stage == "load"]
    assert [p.done for p in loads] == sorted(p.done for p in loads)
    assert loads[-1].done == loads[-1].total == sum(p.stat().st_size for p in shop.folder.parent.rglob("*.whl"))
    asked = len(shop.asked)
    assert make(stick) == pack
    assert len(shop.asked) == asked, "what is whole is not loaded again"


def test_an_interrupted_installation_is_no_engine_and_is_finished_later(shop, stick):
    stop = threading.Event()
    shop.cut = 1
    with pytest.raises(StoppedError):
        make(stick, stop=stop, told=lambda now: stop.set() if now.done else None)
    assert there(stick) == []
    (partial,) = (stick / packs.FOLDER).iterdir()
    assert partial.name == NAME + packs.PARTIAL_SUFFIX
    had = resumable_download.bytes_present(partial / "wheels" / TORCH_WHEEL)
    assert had
    make(stick)
    assert f"bytes={had}-" in shop.asked
    assert there(stick) == [NAME]


def test_a_stop_while_unpacking_leaves_the_wheels(shop, stick):
    stop = threading.Event()
    with pytest.raises(StoppedError):
        make(stick, stop=stop, told=lambda now: stop.set() if now.stage == "unpack" else None)
    asked = len(shop.asked)
    assert there(stick) == []
    make(stick)
    assert len(shop.asked) == asked
    assert there(stick) == [NAME]


def test_a_damaged_pack_is_made_anew(shop, stick):
    pack = make(stick)
    (pack / packs.PACKAGES / "aid/__init__.py").unlink()
    assert make(stick) == pack
    assert packs.pack_problem(pack, packs.read_manifest(pack)) is None


def test_a_wheel_of_another_checksum_makes_no_pack(shop, stick):
    torch = shop.folder / "whl/cu126" / TORCH_WHEEL
    whole = torch.read_bytes()
    torch.write_bytes(whole[:-1] + b"!")
    assert torch.name in refused("install-checksum", stick)
    assert there(stick) == []
    torch.write_bytes(whole)
    make(stick)


def test_a_file_that_differs_from_its_record_is_refused(stick, tmp_path):
    wheel_index.torch(tmp_path / "own", wrong="torch/lib/libtorch_cuda.so")
    wheel_index.aid(tmp_path / "own")
    assert "torch/lib/libtorch_cuda.so" in refused("install-damaged", stick, source=tmp_path / "own")
    assert there(stick) == []


def test_a_wheel_that_holds_the_list_of_another_is_compared_with_its_own(stick, tmp_path):
    """As setuptools, which PyTorch needs, holds what it bundles."""
    wheel_index.torch(tmp_path / "own")
    bundled = {"aid/_vendor/other-1.0.dist-info/RECORD": b"other/__init__.py,sha256=else,1\n"}
    wheel_index.wheel(tmp_path / "own", "aid", bundled)
    assert (make(stick, source=tmp_path / "own") / packs.PACKAGES / next(iter(bundled))).exists()


def test_a_wheel_cannot_write_outside_of_the_pack(stick, tmp_path):
    wheel_index.torch(tmp_path / "own")
    evil = {
        "../../../evil.py": b"",
        "/evil.py": b"",
        "aid-1.0.data/scripts/evil": b"",
        "aid-1.0.data/purelib/good.py": b"",
    }
    wheel_index.wheel(tmp_path / "own", "aid", evil)
    pack = make(stick, source=tmp_path / "own")
    assert not [p for p in stick.rglob("*") if "evil" in p.name]
    assert (pack / packs.PACKAGES / "good.py").exists()


def test_what_is_needed_is_taken_from_a_folder_and_unpacked(stick, tmp_path):
    own = tmp_path / "own wheels"
    wheel_index.torch(own)
    wheel_index.torch(own, tags="cp38-cp38-any")
    wheel_index.aid(own)
    wheel_index.wheel(own, "stranger", {"stranger/__init__.py": b""})
    pack = make(stick, "auto", own)
    assert pack.name == NAME
    assert packs.pack_problem(pack, packs.read_manifest(pack), lambda _: None) is None
    held = {p.name for p in (pack / packs.PACKAGES).iterdir() if not p.name.endswith(".dist-info")}
    assert held == {"torch", "aid"}
    (own / "aid-1.0-py3-none-any.whl").unlink()
    shutil.rmtree(pack)
    assert "has no wheel of aid for Python" in refused("install-no-wheel", stick, "cuda", own)


def test_folders_without_fitting_wheels_are_refused(stick, tmp_path):
    own = tmp_path / "own"
    assert str(own) in refused("install-no-folder", stick, source=own)
    wheel_index.aid(own)
    (own / "no-wheel.whl").write_bytes(b"of a name that no wheel has")
    assert packs.python_tag() in refused("install-no-torch", stick, source=own)
    (own / "torch-2.13.0+cu126-py3-none-any.whl").write_bytes(b"no zip")
    refused("install-damaged", stick, source=own)
    wheel_index.torch(own)
    said = refused("install-other-wheel", stick, "cpu", own)
    assert said.endswith("is the build cu126, not cpu; for that one: rigdyno engine install cuda")
    wheel_index.torch(own, cuda="13.0")
    wheel_index.aid(own)
    assert "torch" in refused("install-two", stick, source=own)
    shutil.rmtree(own)
    wheel_index.torch(own, cuda=None)
    wheel_index.aid(own)
    refused("install-other-wheel", stick, "cuda", own)
    assert make(stick, "cpu", own).name == NAME.replace("cu126", "cpu")


def test_too_little_room_is_said_before_anything_is_loaded(shop, stick, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(9000, 0, 9000))
    refused("install-space", stick)
    assert shop.asked == []


def test_a_file_too_large_for_a_fat_stick_is_refused(shop, stick, monkeypatch):
    monkeypatch.setattr(pack_installation, "LARGEST_FAT_FILE", 500_000)
    monkeypatch.setattr(pack_installation, "file_system", lambda _: "vfat")
    assert "libtorch_cuda.so" in refused("install-large", stick)
    monkeypatch.setattr(pack_installation, "file_system", lambda _: "exfat")
    make(stick)


def test_the_file_system_of_a_folder_that_is_not_there_yet(tmp_path):
    kinds = {pack_installation.file_system(p) for p in (tmp_path, tmp_path / "not" / "yet")}
    assert len(kinds) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="root and permissions are POSIX's")
def test_a_folder_that_cannot_be_written_is_refused(shop, tmp_path):
    (tmp_path / packs.FOLDER).write_text("in the way")
    assert packs.FOLDER in refused("install-unwritable", tmp_path)


def test_the_speed_is_that_of_the_last_seconds():
    heard, now = [], [0.0]
    tally = pack_installation._ProgressMeter("load", 400, heard.append, lambda: now[0])
    tally.begin("a", 100)
    tally.reached(100)
    assert heard[-1].speed is None, "what was kept was not loaded now"
    now[0] = 2.0
    tally.reached(140)
    assert (heard[-1].speed, heard[-1].left_s) == (20.0, 13.0)
    for second in range(3, 13):
        now[0] = float(second)
        tally.reached(140 + second)
    assert heard[-1].speed == pytest.approx(1.0, rel=0.1), "the fast beginning is forgotten"
    tally.end(200)
    tally.begin("b", 0)
    assert (heard[-1].file, heard[-1].done, heard[-1].total) == ("b", 200, 400)
