"""PyTorch's index is read as it is written: pages, links, checksums, metadata beside wheels, and what is missing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.tags import cpython_tags, sys_tags
from rigdyno.core.engines import package_index, packs, torch_index, wheel_selection, wheels
from rigdyno.core.engines.packs import EngineError
from rigdyno.core.engines.resumable_download import StoppedError
from rigdyno.core.engines.wheels import Interpreter

from tests.core import wheel_index

ROOT = Path(__file__).parents[3]
OWN_TAG = str(next(iter(sys_tags())))
"""The tag that suits this Python best."""
SUM = "0123456789abcdef" * 4


@pytest.fixture
def index(tmp_path, monkeypatch):
    with wheel_index.index(tmp_path / "index") as made:
        monkeypatch.setenv(torch_index.INDEX_VARIABLE, made.address)
        yield made


def put_torch(index, build="cu130", cuda="13.0", published=(), **more):
    """A wheel of PyTorch on the index; `published`: how its link is."""
    place = wheel_index.torch(index.shop.folder / "whl" / build, cuda, build=build, **more)
    index.add_torch(place, build, **dict(published))
    return place


def put(index, name, version="1.0", needs=(), tags="py3-none-any", build="cu130", **published):
    """Another wheel on the page of its project."""
    place = wheel_index.wheel(
        index.elsewhere.folder, name, {f"{name}/__init__.py": b""}, tags=tags, needs=needs, version=version
    )
    index.add_other(place, build, **published)
    return place


def resolved(index, build="cu130", interpreter=None) -> list[str]:
    """Names of the wheels that an installation loads, without their tags."""
    index.write()
    stop = threading.Event()
    published = torch_index.published_torches(stop, interpreter, 0.0)
    found = torch_index.wheels_needed(torch_index.newest_of(build, published), stop, interpreter, 0.0)
    return ["-".join(wheel.name.split("-")[:2]) for wheel in found]


def refused(index, code, build="cu130") -> str:
    with pytest.raises(EngineError) as told:
        resolved(index, build)
    assert told.value.reason.code == code, str(told.value)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_what_pytorch_needs_is_found_without_loading_a_wheel(index):
    put_torch(index, needs=("nvidia-cublas==13.0.2.14; platform_system != 'Nowhere'", "sympy>=1.13.3", "dataclasses; "
                            "python_version < '3.7'"))  # fmt: skip
    put(index, "nvidia_cublas", "13.0.2.14", needs=("nvidia-cuda-nvrtc",))
    put(index, "nvidia_cublas", "13.1.0.3")
    put(index, "nvidia_cuda_nvrtc", "13.0.88")
    put(index, "sympy", "1.12")
    put(index, "sympy", "1.14.0", needs=("mpmath<1.4,>=1.1.0",))
    put(index, "sympy", "1.15.0rc1")
    put(index, "mpmath", "1.3.0")
    put(index, "mpmath", "1.4.1")
    assert resolved(index) == [
        "torch-2.13.0+cu130", "nvidia_cublas-13.0.2.14", "sympy-1.14.0", "nvidia_cuda_nvrtc-13.0.88", "mpmath-1.3.0"
    ]  # fmt: skip
    assert index.shop.asked == index.elsewhere.asked == [], "pages and metadata alone"
    assert index.shop.pages.count("/whl/cu130/sympy/") == 1


def test_sizes_and_checksums_are_those_of_the_files(index):
    torch, aid = put_torch(index), put(index, "aid")
    index.write()
    found = wheel_selection.published_wheels("cu130", threading.Event(), 0.0)
    assert [(w.name, w.size, w.sha256) for w in found] == [
        (p.name, p.stat().st_size, wheel_index.sha256(p)) for p in (torch, aid)
    ]


def test_extras_name_further_projects(index):
    """PyTorch for CUDA 13 names NVIDIA's libraries as extras of cuda-toolkit."""
    put_torch(index, needs=("cuda-toolkit[cublas,nvrtc]==13.0.2", "helper"))
    place = put(index, "cuda_toolkit", "13.0.2", needs=(
        "nvidia-cublas==13.1.0.3.*; extra == 'cublas'", "nvidia-cuda-nvrtc==13.0.88.*; extra == 'nvrtc'",
        "nvidia-cufft==12.0.0.61.*; extra == 'cufft'"))  # fmt: skip
    put(index, "nvidia_cublas", "13.1.0.3")
    put(index, "nvidia_cuda_nvrtc", "13.0.88")
    put(index, "helper", needs=("cuda-toolkit[cufft]",))
    put(index, "nvidia_cufft", "12.0.0.61")
    assert place.exists()
    names = resolved(index)
    assert sorted(names[1:]) == [
        "cuda_toolkit-13.0.2", "helper-1.0", "nvidia_cublas-13.1.0.3", "nvidia_cuda_nvrtc-13.0.88",
        "nvidia_cufft-12.0.0.61",
    ]  # fmt: skip


@pytest.mark.skipif(find_spec("pip") is None, reason="this environment has no pip")
def test_pip_takes_the_same_wheels_from_the_same_index(index, tmp_path):
    needs = ("cuda-toolkit[cublas]==13.0.2; platform_system != 'Nowhere'", "sympy>=1.13.3", "exact==1.5", "aid")
    put_torch(index, needs=needs)
    put_torch(index, of="2.12.0")
    put(index, "cuda_toolkit", "13.0.2", needs=("nvidia-cublas==13.1.0.*; extra == 'cublas'", "other; extra == 'no'"))
    put(index, "nvidia_cublas", "13.1.0.3")
    put(index, "sympy", "1.14.0", needs=("mpmath<1.4,>=1.1.0",))
    put(index, "sympy", "1.15.0rc1")
    put(index, "mpmath", "1.3.0", metadata=False)
    put(index, "mpmath", "1.4.1")
    put(index, "exact", "1.5", yanked="")
    put(index, "exact", "1.6")
    put(index, "aid", "1.0")
    put(index, "aid", "1.1", yanked="broken")
    put(index, "aid", "1.2", python=">=3.99")
    put(index, "aid", "1.0", tags=OWN_TAG)
    index.write()
    ours = wheel_selection.published_wheels("cu130", threading.Event(), 0.0)
    command = ("install", "--dry-run", "--ignore-installed", "--target", str(tmp_path / "none"), "--quiet", "--report",
               "-", "--only-binary", ":all:", "--index-url", f"{index.address}cu130/", "torch")  # fmt: skip
    alone = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_NO_INDEX": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "pip", *command], env=os.environ | alone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    theirs = {part["download_info"]["url"] for part in json.loads(done.stdout)["install"]}
    assert theirs == {wheel.url for wheel in ours}


def test_what_a_later_wheel_asks_holds_for_the_earlier_choice(index):
    put_torch(index, needs=("numbers-lib", "strict"))
    put(index, "numbers_lib", "2.0", needs=("only-for-two",))
    put(index, "numbers_lib", "1.9")
    put(index, "only_for_two")
    put(index, "strict", needs=("numbers-lib<2",))
    assert resolved(index) == ["torch-2.13.0+cu130", "numbers_lib-1.9", "strict-1.0"]


def test_wheels_that_contradict_each_other_are_told(index):
    put_torch(index, needs=("aid>=2", "strict"))
    put(index, "aid", "2.0")
    put(index, "aid", "1.0")
    put(index, "strict", needs=("aid<2",))
    said = refused(index, "install-no-wheel")
    assert said.startswith("127.0.0.1 has no wheel of aid <2,>=2 for Python "), said


def test_a_withdrawn_wheel_is_taken_only_where_exactly_it_is_asked_for(index):
    put_torch(index, needs=("aid", "exact==1.5"))
    put(index, "aid", "1.0")
    put(index, "aid", "1.1", yanked="broken on Windows")
    put(index, "exact", "1.5", yanked="")
    assert resolved(index) == ["torch-2.13.0+cu130", "aid-1.0", "exact-1.5"]
    index.links["whl/cu130/aid"] = index.links["whl/cu130/aid"][1:]
    assert "no wheel of aid " in refused(index, "install-no-wheel")


def test_a_wheel_for_another_python_is_passed_over(index):
    put_torch(index)
    put(index, "aid", "1.0")
    put(index, "aid", "1.1", python=">=3.99")
    put(index, "aid", "1.2", python="what?", tags="cp38-cp38-any")
    put(index, "aid", "1.3", tags="py3-none-plan9_x86_64")
    assert resolved(index)[1:] == ["aid-1.0"]


def test_of_one_version_the_wheel_for_this_python_comes_before_the_general_one(index):
    put_torch(index)
    put(index, "aid")
    put(index, "aid", tags=OWN_TAG)
    index.write()
    found = wheel_selection.published_wheels("cu130", threading.Event(), 0.0)
    assert found[1].name == f"aid-1.0-{OWN_TAG}.whl"


def windows() -> Interpreter:
    """Python 3.11 on Windows."""
    told = dict(wheels.this_interpreter().environment)
    told |= {"platform_system": "Windows", "sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt"}
    tags = [*cpython_tags((3, 11), platforms=["win_amd64"]), *sys_tags()]
    return Interpreter.of([t for t in tags if t.platform in ("win_amd64", "any")], told)


def test_for_windows_the_one_wheel_holds_nvidias_libraries(index):
    needs = ("nvidia-cublas==13.0.2.14; platform_system == 'Linux'", "aid")
    put_torch(index, needs=needs, tags="cp311-cp311-manylinux_2_28_x86_64")
    put_torch(index, needs=needs, tags="cp311-cp311-win_amd64")
    put(index, "aid")
    assert resolved(index, interpreter=windows()) == ["torch-2.13.0+cu130", "aid-1.0"]
    found = torch_index.published_torches(threading.Event(), windows(), 0.0)
    assert [one.wheel.name for one in found] == ["torch-2.13.0+cu130-cp311-cp311-win_amd64.whl"]


def test_builds_and_versions_are_those_of_the_index(index):
    for build, cuda in (("cu126", "12.6"), ("cu130", "13.0"), ("rocm7.2", None), ("xpu", None), ("cpu", None)):
        put_torch(index, build, cuda)
    put_torch(index, of="2.12.1")
    put_torch(index, of="2.10.0")
    put_torch(index, of="2.5.1")
    put_torch(index, of="2.13.1rc1")
    put_torch(index, of="2.13.2", published={"checksum": False})
    plain = wheel_index.wheel(index.shop.folder / "whl/cpu", "torch", {}, version="2.11.0")
    index.add_torch(plain, "cpu")
    index.write()
    found = torch_index.published_torches(threading.Event(), pause_s=0.0)
    assert [(one.torch, one.build) for one in found] == [
        *(("2.13.0", b) for b in ("xpu", "rocm7.2", "cu130", "cu126", "cpu")),
        *(("2.12.1", "cu130"), ("2.11.0", "cpu"), ("2.10.0", "cu130")),
    ]
    assert index.shop.pages == ["/whl/torch/"], "one page tells it all"
    assert torch_index.newest_of("cu130", found).torch == "2.13.0"


def test_a_build_that_the_index_lacks_is_named_beside_those_that_it_has(index):
    put_torch(index)
    put_torch(index, "cpu", None)
    said = refused(index, "install-other-build", "cu129")
    assert said.startswith("There is no build cu129 of PyTorch for Python cp3"), said
    assert said.endswith("there are cpu, cu130.")


def test_an_index_without_a_page_is_told_and_not_guessed(index):
    said = refused(index, "install-empty-index")
    assert said.startswith(f"The page {index.address}torch/ lists no PyTorch at the moment"), said
    put_torch(index)
    assert "127.0.0.1 has no wheel of aid for Python" in refused(index, "install-no-wheel")


def test_where_no_pytorch_suits_this_python_it_is_told(index):
    put_torch(index, tags="cp38-cp38-any")
    said = refused(index, "install-no-wheel")
    assert f"no wheel of torch {torch_index.tried_versions()} for Python {packs.python_tag()}" in said


@pytest.mark.parametrize("missing", ["attribute", "file"])
def test_metadata_are_read_out_of_a_wheel_that_has_none_beside_it(index, missing):
    torch = put_torch(index, needs=("aid",), published={"metadata": missing == "file"})
    put(index, "aid", metadata=False)
    for left in index.shop.folder.rglob("*.metadata"):
        left.unlink()
    assert resolved(index) == ["torch-2.13.0+cu130", "aid-1.0"]
    assert all(re.fullmatch(r"bytes=\d+-\d+", asked) for asked in index.shop.asked)
    read = sum(int(a.split("-")[1]) - int(a.split("=")[1].split("-")[0]) + 1 for a in index.shop.asked)
    assert 0 < read < 3 * torch.stat().st_size


def test_a_server_that_sends_whole_files_alone_is_named(index):
    put_torch(index, published={"metadata": False})
    index.shop.ranges = False
    said = refused(index, "install-no-metadata")
    assert said.endswith("cannot be read from 127.0.0.1: the server sends whole files alone.")


def test_metadata_of_another_checksum_are_refused(index):
    torch = put_torch(index)
    torch.with_name(f"{torch.name}.metadata").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0\n")
    assert f"{torch.name}.metadata" in refused(index, "install-checksum")


def test_what_has_no_published_checksum_is_not_loaded(index):
    put_torch(index)
    put(index, "aid")
    index.links["whl/cu130/aid"] = [re.sub("#sha256=[0-9a-f]+", "", link) for link in index.links["whl/cu130/aid"]]
    assert "For aid-1.0-py3-none-any.whl no checksum is published" in refused(index, "install-no-checksum")


def test_a_busy_index_is_asked_again_and_a_stop_ends_it(index):
    put_torch(index)
    put(index, "aid")
    index.shop.answers = [503, 500]
    assert len(resolved(index)) == 2
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        torch_index.published_torches(stop, pause_s=0.0)


def test_a_page_of_five_thousand_links_is_read(index, monkeypatch):
    put_torch(index)
    put(index, "aid")
    link = '    <a href="/whl/{build}/torch-{version}%2B{build}-{tags}.whl#sha256={sha256}">torch</a><br/>'
    systems = ("manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "win_amd64", "win_arm64", "macosx_11_0_arm64")
    tags = [f"cp3{minor}-cp3{minor}-{system}" for minor in range(6, 16) for system in systems]
    more = [
        link.format(build=build, version=f"1.{minor}.0", tags=tag, sha256=SUM)
        for build in ("cpu", "cu118", "cu121", "rocm6.0", "xpu") for minor in range(20) for tag in tags
    ]  # fmt: skip
    assert len(more) == 5000
    index.links["whl/torch"] = more[:2500] + index.links["whl/torch"] + more[2500:]
    assert resolved(index) == ["torch-2.13.0+cu130", "aid-1.0"]
    page = index.shop.folder / "whl/torch/index.html"
    assert len(package_index.parse_page(page.read_text(), index.address)) == 5001
    monkeypatch.setattr(package_index, "LARGEST_PAGE", page.stat().st_size - 1)
    assert "is longer than" in refused(index, "install-too-long")


PAGE = "https://host.example/whl/cu130/torch/"
FORM = "torch-2.13.0%2Bcu130-cp313-cp313-win_amd64.whl"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (f"/whl/cu130/{FORM}", f"https://host.example/whl/cu130/{FORM}"),
        (f"https://other.example/whl/cu130/{FORM}", f"https://other.example/whl/cu130/{FORM}"),
        (f"//other.example/{FORM}", f"https://other.example/{FORM}"),
        (f"../../{FORM}", f"https://host.example/whl/{FORM}"),
        (FORM, PAGE + FORM),
        (f" {FORM}", PAGE + FORM),
        (f"http://host.example/whl/{FORM}", ""),
        (f"file:///whl/{FORM}", ""),
        ("torch-2.13.0.tar.gz", ""),
        ("torch-2.13-py3-none-any.%2F..%2F..%2Fevil.whl", ""),
        ("torch-2.13-py3-none-any.%5C..%5Cevil.whl", ""),
        ("torch-0.1.6.post17-cp27.whl", ""),
        ("https://[bad/torch-2.13.0-py3-none-any.whl", ""),
    ],
)
def test_links_lead_where_the_page_says_but_never_to_less_safety(link, url):
    found = package_index.parse_page(f'<a href="{link}#sha256={SUM}">torch</a>', PAGE)
    assert [wheel.url for wheel in found] == [url] * bool(url)
    assert all((str(w.version), w.sha256) == ("2.13.0+cu130", SUM) for w in found)


def test_a_page_may_say_where_its_links_begin():
    page = f'<html><head><base href="https://host.example/files/"></head><a href="{FORM}">torch</a>'
    assert package_index.parse_page(page, PAGE)[0].url == f"https://host.example/files/{FORM}"


@pytest.mark.parametrize(
    ("attributes", "known"),
    [
        ("", None),
        ('data-core-metadata="false"', None),
        ('data-core-metadata="true"', ""),
        ("data-dist-info-metadata", None),
        (f'data-dist-info-metadata="sha256={SUM}"', SUM),
        (f'data-dist-info-metadata="true" data-core-metadata="sha256={SUM}"', SUM),
    ],
)
def test_metadata_beside_a_wheel_are_announced_by_either_name(attributes, known):
    (wheel,) = package_index.parse_page(f'<a href="{FORM}" {attributes}>torch</a>', PAGE)
    assert wheel.metadata_sha256 == known


def test_the_program_loads_from_pytorchs_index_alone():
    assert torch_index.INDEX == "https://download.pytorch.org/whl/"
    found = {
        host
        for path in (ROOT / "core/engines").glob("*.py")
        for host in re.findall(r"https?://([^/\s\"']+)", path.read_text(encoding="utf-8"))
    }
    assert found == {"download.pytorch.org", "docs.pytorch.org", "rocm.docs.amd.com"}, "the others are pages for people"
