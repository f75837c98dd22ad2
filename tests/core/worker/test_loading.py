"""Loading for real: JPEG files on this disk, read and decoded by processes of torch's loader."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch
from PIL import Image
from rigdyno.core.analysis.jobs.data_loading import loading_of
from rigdyno.core.records.child_channel import decode_request
from rigdyno.core.records.events import Done, Failed, Timing
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.records.workload import ImageFiles, Workload
from rigdyno.core.reference.job_catalogue import load_catalogue
from rigdyno.core.session.protocol import encode
from rigdyno.core.worker import trial_images
from rigdyno.core.worker.experiments import loading

from tests.core.check.test_real_faults import LINUX, in_namespace

SMALL = ImageFiles(7_100, 178, 218)
PLAN = Plan(workload=Workload("dcgan", image_size=64), files=SMALL, threads=1)
REAL_DISKS = ("ext4", "xfs", "btrfs")


def request(folder: Path, *threads: int, budget_s: float = 1.0) -> Request:
    return Request("loading", PLAN, Rules(budget_s=budget_s), threads, folder=str(folder))


def file_system(folder: Path) -> str:
    holding = [p for p in psutil.disk_partitions(all=True) if folder.is_relative_to(p.mountpoint)]
    return max(holding, key=lambda p: len(p.mountpoint)).fstype if holding else ""


def test_images_are_read_and_decoded_by_each_number_of_processes(tmp_path):
    events, before = [], psutil.Process().children()
    loading.run(request(tmp_path, 2), events.append)
    assert isinstance(events[-1], Done)
    reading, *timings = [e for e in events if isinstance(e, Timing)]
    assert (reading.name, reading.unit) == ("read", "byte")
    assert reading.work == pytest.approx(SMALL.file_bytes, rel=0.05)
    assert [t.way for t in timings] == ["1", "2"]
    told = loading_of([Run("loading", PLAN, Rules(), 0, 1, "time-limit", "PASSIVE", timings=tuple(timings))])
    assert all(rate.median > 1 for rate in told.rates.values())
    assert list(tmp_path.iterdir()) == [], "its files are gone"
    assert psutil.Process().children() == before, "its processes have ended"


@pytest.mark.parametrize(
    "files", {job.files: job.name for job in load_catalogue() if job.files}.items(), ids=lambda item: item[1]
)
def test_trial_images_are_as_large_as_those_of_the_data_set(tmp_path, files):
    wanted = files[0]
    paths = trial_images.make_images(tmp_path, wanted, 0)
    assert len(paths) == trial_images.LEAST_FILES
    assert sum(p.stat().st_size for p in paths) / len(paths) == pytest.approx(wanted.file_bytes, rel=0.03)
    assert len({p.read_bytes() for p in paths}) == trial_images.PICTURES
    with Image.open(paths[0]) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (wanted.width, wanted.height), "RGB")


def test_no_more_is_written_than_is_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr(trial_images, "MOST_BYTES", 40 * SMALL.file_bytes)
    assert len(trial_images.make_images(tmp_path, SMALL, 60)) == 40


def test_a_training_image_has_the_colours_of_its_file():
    made = io.BytesIO()
    Image.new("RGB", (90, 60), (200, 100, 50)).save(made, "JPEG", quality=95)
    image = trial_images.training_image(made.getvalue(), 32)
    assert (image.shape, image.dtype) == ((3, 32, 32), torch.float32)
    back = image * torch.tensor(trial_images.DEVIATION).view(3, 1, 1) + torch.tensor(trial_images.MEAN).view(3, 1, 1)
    assert torch.allclose(255 * back, torch.tensor([200.0, 100, 50]).view(3, 1, 1).expand_as(back), atol=3)


def test_crops_lie_inside_and_are_of_all_sizes_and_shapes():
    crops = [trial_images._crop(500, 375) for _number in range(300)]
    assert all(0 <= a < c <= 500 and 0 <= b < d <= 375 for a, b, c, d in crops)
    shares = [(c - a) * (d - b) / (500 * 375) for a, b, c, d in crops]
    assert min(shares) < 0.2
    assert max(shares) > 0.8
    assert all(share > 0.07 for share in shares)
    assert trial_images._crop(1000, 10) == (0, 0, 1000, 10), "no such shape lies inside: the whole of it"


def test_a_sample_may_be_made_of_several_files(tmp_path, monkeypatch):
    paths, read = trial_images.make_images(tmp_path, SMALL, 0), []
    real = trial_images.read_image
    monkeypatch.setattr(trial_images, "read_image", lambda path: read.append(path) or real(path))
    assert trial_images.TrialImages(paths, 16, 4)[0].shape == (3, 16, 16)
    assert len(read) == 4


@LINUX
def test_a_file_that_was_read_comes_from_the_disk_again(tmp_path):
    if file_system(tmp_path) not in REAL_DISKS or trial_images.bytes_from_disk() is None:
        pytest.skip("this disk does not tell")
    paths = trial_images.make_images(tmp_path, SMALL, 0)
    for _time in range(2):
        assert loading._reading(paths, 10, loading.Clock()).way == "cold"
    paths[0].read_bytes()
    before = trial_images.bytes_from_disk()
    assert len(paths[0].read_bytes()) > 0
    assert trial_images.bytes_from_disk() == before, "a plain read leaves it in the cache"


@LINUX
def test_what_lies_in_memory_is_told_as_cached():
    """Real: a file system in memory, whose files cannot be put out of it."""
    script = (
        "import sys; from pathlib import Path; from rigdyno.core.worker import trial_images; "
        "from rigdyno.core.worker.experiments import loading; "
        "from rigdyno.core.records.workload import ImageFiles; "
        "paths = trial_images.make_images(Path('/mnt'), ImageFiles(7100, 178, 218), 0); "
        "print(loading._reading(paths, 10, loading.Clock()).way)"
    )
    done = in_namespace(f'mount -t tmpfs none /mnt; {sys.executable} -P -c "{script}"')
    assert done.stdout.strip() == "cached", done.stderr


@LINUX
@pytest.mark.parametrize(("spare", "said"), [(loading.LEAST_FREE, "MiB are free"), (0, "No space left on device")])
def test_a_disk_without_room_is_told_and_left_empty(spare, said):
    """Real: a file system of 100 kB; it is seen beforehand, or while the files are written."""
    script = (
        "import json, os; from rigdyno.core.worker.experiments import loading; "
        "from rigdyno.core.records.workload import ImageFiles, Workload; "
        "from rigdyno.core.records.plan import Plan, Request; "
        f"loading.LEAST_FREE = {spare}; events = []; "
        "plan = Plan(workload=Workload('dcgan', image_size=64), files=ImageFiles(7100, 178, 218)); "
        "loading.run(Request('loading', plan, folder='/mnt'), events.append); "
        "print(json.dumps([events[-1].code, events[-1].detail, os.listdir('/mnt')]))"
    )
    done = in_namespace(f'mount -t tmpfs -o size=100k none /mnt; {sys.executable} -P -c "{script}"')
    assert done.returncode == 0, done.stderr
    code, detail, left = json.loads(done.stdout)
    assert (code, left) == ("disk-full", [])
    assert said in detail


def test_a_python_without_a_decoder_says_so(tmp_path):
    """Real: a Python that cannot import it."""
    script = (
        "import sys; sys.modules['PIL'] = None\n"
        "from rigdyno.core.worker.experiments import loading\n"
        "from rigdyno.core.records.child_channel import decode_request\n"
        "events = []; loading.run(decode_request(sys.argv[1]), events.append); print(events[-1])"
    )
    command = [sys.executable, "-P", "-c", script, encode(request(tmp_path)).decode()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=True, env=os.environ)
    assert Failed.__name__ in done.stdout
    assert "no-decoder" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_request_survives_the_wire(tmp_path):
    asked = request(tmp_path, 1, 2)
    assert decode_request(encode(asked).decode()) == asked
    bare = replace(asked, plan=Plan(), folder="")
    assert decode_request(encode(bare).decode()) == bare


@pytest.mark.parametrize("sizes", [(0, 1, 1), (1, -1, 1), (1, 1, 0), (10**16, 1, 1), (1, 1, 1, 0)])
def test_files_have_sizes(sizes):
    with pytest.raises(ValueError, match="image files have"):
        ImageFiles(*sizes)
