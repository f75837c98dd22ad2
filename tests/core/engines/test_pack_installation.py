"""Packs are installed from a server or a folder, continued after an interruption, and never used half-finished."""

from __future__ import annotations

import shutil
import sys
import threading
from collections import namedtuple
from pathlib import Path

import pytest
from rigdyno.core.engines import pack_installation, packs, resumable_download, wheel_selection
from rigdyno.core.engines.packs import EngineError
from rigdyno.core.engines.resumable_download import StoppedError
from rigdyno.core.records.machine import Gpu, Reading
from rigdyno.core.reference import hardware_tables

from tests.core import wheel_index

NAME = f"torch-{wheel_index.TORCH}+cu126-{packs.python_tag()}-{packs.platform_tag()}"


@pytest.fixture
def frozen(monkeypatch):
    """A program without pip; what it starts is not started here."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A server with a small PyTorch and what it needs, both on the list of wheels."""
    folder = tmp_path / "shop"
    made = [wheel_index.torch(folder), wheel_index.aid(folder)]
    with wheel_index.shop(folder) as server:
        here = ("cu126", packs.python_tag(), packs.platform_tag())
        rows = tuple(
            hardware_tables.PackWheel(*here, server.url(p.name), p.stat().st_size, wheel_index.sha256(p)) for p in made
        )
        monkeypatch.setattr(hardware_tables, "pack_wheels", lambda: rows)
        server.after = 1000
        yield server


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


def test_a_pack_is_installed_from_the_network(frozen, shop, stick):
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
    assert loads[-1].done == loads[-1].total == sum(w.size for w in hardware_tables.pack_wheels())
    asked = len(shop.asked)
    assert make(stick) == pack
    assert len(shop.asked) == asked, "what is whole is not loaded again"


def test_an_interrupted_installation_is_no_engine_and_is_finished_later(frozen, shop, stick):
    stop = threading.Event()
    shop.cut = 1
    with pytest.raises(StoppedError):
        make(stick, stop=stop, told=lambda now: stop.set() if now.done else None)
    assert there(stick) == []
    (partial,) = (stick / packs.FOLDER).iterdir()
    assert partial.name == NAME + packs.PARTIAL_SUFFIX
    had = resumable_download.bytes_present(
        partial / "wheels" / Path(hardware_tables.pack_wheels()[0].url.replace("%2B", "+")).name
    )
    assert had
    make(stick)
    assert f"bytes={had}-" in shop.asked
    assert there(stick) == [NAME]


def test_a_stop_while_unpacking_leaves_the_wheels(frozen, shop, stick):
    stop = threading.Event()
    with pytest.raises(StoppedError):
        make(stick, stop=stop, told=lambda now: stop.set() if now.stage == "unpack" else None)
    asked = len(shop.asked)
    assert there(stick) == []
    make(stick)
    assert len(shop.asked) == asked
    assert there(stick) == [NAME]


def test_a_damaged_pack_is_made_anew(frozen, shop, stick):
    pack = make(stick)
    (pack / packs.PACKAGES / "aid/__init__.py").unlink()
    assert make(stick) == pack
    assert packs.pack_problem(pack, packs.read_manifest(pack)) is None


def test_a_wheel_of_another_checksum_makes_no_pack(frozen, shop, stick):
    torch = shop.folder / f"torch-{wheel_index.TORCH}+cu126-py3-none-any.whl"
    whole = torch.read_bytes()
    torch.write_bytes(whole[:-1] + b"!")
    assert torch.name in refused("install-checksum", stick)
    assert there(stick) == []
    torch.write_bytes(whole)
    make(stick)


def test_a_file_that_differs_from_its_record_is_refused(frozen, stick, tmp_path):
    wheel_index.torch(tmp_path / "own", wrong="torch/lib/libtorch_cuda.so")
    wheel_index.aid(tmp_path / "own")
    assert "torch/lib/libtorch_cuda.so" in refused("install-damaged", stick, source=tmp_path / "own")
    assert there(stick) == []


def test_a_wheel_cannot_write_outside_of_the_pack(frozen, stick, tmp_path):
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


def test_pip_takes_from_a_folder_what_is_needed_and_unpacks_it(stick, tmp_path):
    own = tmp_path / "own wheels"
    wheel_index.torch(own)
    wheel_index.torch(own, tags="cp38-cp38-any")
    wheel_index.aid(own)
    wheel_index.wheel(own, "stranger", {"stranger/__init__.py": b""})
    pack = make(stick, source=own)
    assert pack.name == NAME
    assert packs.pack_problem(pack, packs.read_manifest(pack), lambda _: None) is None
    held = {p.name for p in (pack / packs.PACKAGES).iterdir() if not p.name.endswith(".dist-info")}
    assert held == {"torch", "aid"}
    (own / "aid-1.0-py3-none-any.whl").unlink()
    shutil.rmtree(pack)
    assert "aid" in refused("install-index", stick, source=own)


def test_folders_without_fitting_wheels_are_refused(frozen, stick, tmp_path):
    own = tmp_path / "own"
    assert str(own) in refused("install-no-folder", stick, source=own)
    wheel_index.aid(own)
    assert packs.python_tag() in refused("install-no-torch", stick, source=own)
    (own / "torch-2.13.0+cu126-py3-none-any.whl").write_bytes(b"no zip")
    refused("install-damaged", stick, source=own)
    wheel_index.torch(own)
    refused("install-cuda-wheel", stick, "cpu", own)
    wheel_index.aid(own, version="1.1")
    assert "aid" in refused("install-two", stick, source=own)
    shutil.rmtree(own)
    wheel_index.torch(own, cuda=None)
    wheel_index.aid(own)
    refused("install-cpu-wheel", stick, "cuda", own)
    assert make(stick, "cpu", own).name == NAME.replace("cu126", "cpu")


def test_too_little_room_is_said_before_anything_is_loaded(frozen, shop, stick, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(9000, 0, 9000))
    refused("install-space", stick)
    assert shop.asked == []


def test_a_file_too_large_for_a_fat_stick_is_refused(frozen, shop, stick, monkeypatch):
    monkeypatch.setattr(pack_installation, "LARGEST_FAT_FILE", 500_000)
    monkeypatch.setattr(pack_installation, "file_system", lambda _: "vfat")
    assert "libtorch_cuda.so" in refused("install-large", stick)
    monkeypatch.setattr(pack_installation, "file_system", lambda _: "exfat")
    make(stick)


def test_the_file_system_of_a_folder_that_is_not_there_yet(tmp_path):
    kinds = {pack_installation.file_system(p) for p in (tmp_path, tmp_path / "not" / "yet")}
    assert len(kinds) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="root and permissions are POSIX's")
def test_a_folder_that_cannot_be_written_is_refused(frozen, shop, tmp_path):
    (tmp_path / packs.FOLDER).write_text("in the way")
    assert packs.FOLDER in refused("install-unwritable", tmp_path)


def gpu(capability: str, driver: str) -> Gpu:
    told = {"gpu.name": "RTX", "gpu.capability": capability, "gpu.cuda_driver": driver}
    return Gpu("GPU-1", "0000:01:00.0", {k: Reading(v, "NVML") for k, v in told.items()})


@pytest.mark.parametrize(
    ("capability", "driver", "build"),
    [("6.1", "12.2", "cu126"), ("7.0", "13.0", "cu126"), ("8.9", "12.4", "cu129"), ("12.0", "13.0", "cu132")],
)
def test_the_build_is_that_of_gpu_and_driver(capability, driver, build):
    assert wheel_selection.choose_build([gpu(capability, driver)]) == build


def test_without_pip_what_is_on_the_list_comes_first(frozen, monkeypatch):
    row = hardware_tables.PackWheel(
        "cu130", packs.python_tag(), packs.platform_tag(), "https://host/torch-2.13.0-x.whl", 1, ""
    )
    monkeypatch.setattr(hardware_tables, "pack_wheels", lambda: (row,))
    assert wheel_selection.choose_build([gpu("8.9", "13.0")]) == "cu130", "not cu132, which nobody could load"
    assert wheel_selection.choose_build([gpu("6.1", "13.0")]) == "cu126"
    with pytest.raises(EngineError, match=r"no list of the wheels of cu126 .*python -m pip download torch==2\.13"):
        wheel_selection.published_wheels("cu126", threading.Event())


@pytest.mark.parametrize(
    ("gpus", "code"),
    [([], "install-no-gpu"), ([gpu("8.9", "11.4")], "install-no-build"), ([gpu("3.5", "11.4")], "install-no-build")],
)
def test_where_no_build_is_right_it_says_so(gpus, code):
    with pytest.raises(EngineError) as told:
        wheel_selection.choose_build(gpus)
    assert told.value.reason.code == code


def test_the_list_that_is_shipped_is_whole():
    shipped = hardware_tables.pack_wheels()
    assert shipped
    for key in {(w.build, w.python, w.platform) for w in shipped}:
        names = [resumable_download.file_name(w.url) for w in shipped if (w.build, w.python, w.platform) == key]
        assert len([n for n in names if n.startswith("torch-")]) == 1
        assert len(names) == len(set(names))
    assert all(
        w.url.startswith("https://") and len(w.sha256) == 64 and 0 < w.size < pack_installation.LARGEST_FAT_FILE
        for w in shipped
    )


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
