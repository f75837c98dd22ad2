"""JPEG files like those of a data set, made for a measurement, and how a training reads one of them."""

from __future__ import annotations

import io
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from ..records.workload import ImageFiles

MOST_BYTES, MOST_FILES, LEAST_FILES = 32 * 10**6, 256, 32
"""Of all files together. Each is read several times, and lets go of the cache after each."""
PICTURES = 8
"""Different ones: they are written again and again, as a decoder's time depends on their size alone."""
QUALITIES = (90, 75, 50, 25)
"""Of JPEG: the first with which clouds without grain are smaller than the files."""
HALVINGS = 8
"""Steps of the search for the grain that gives a picture its bytes: within a hundredth."""
COARSEST_GRAIN = 255.0
SHORTEST, LONGEST = 3 / 4, 4 / 3
"""Width of a crop over its height."""
LEAST_AREA = 0.08
"""Of a crop, as a share of the picture."""
TRIES = 10
ENDLESS = 10**9
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's colours, 0 to 1."""


def make_images(folder: Path, files: ImageFiles, seconds: float) -> list[Path]:
    """Write images of these sizes until the `seconds` are over, or there are enough; all of them are on the disk then.

    Raises ImportError without Pillow, and OSError, as where the disk is full.
    """
    pictures = _pictures(files)
    count = max(LEAST_FILES, min(MOST_FILES, MOST_BYTES // files.file_bytes))
    over, made = time.perf_counter() + seconds, list[Path]()
    while len(made) < count and (len(made) < LEAST_FILES or time.perf_counter() < over):
        path = folder / f"{len(made)}.jpg"
        with path.open("wb") as file:
            file.write(pictures[len(made) % PICTURES])
            file.flush()
            os.fsync(file.fileno())
            _forget(file.fileno())  # only what is on the disk can be forgotten
        made.append(path)
    return made


def read_image(path: Path) -> bytes:
    """The content of a file, which the system is then asked to forget: next time it comes from the disk again."""
    with path.open("rb", buffering=0) as file:
        content = file.read()
        _forget(file.fileno())
    return content


def bytes_from_disk() -> int | None:
    """What this process has fetched from disks so far, see proc(5); None where the system does not tell."""
    try:
        told = Path("/proc/self/io").read_text(encoding="ascii")
    except OSError:
        return None
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("read_bytes:")), None)


class TrialImages(Dataset[Tensor]):
    """Samples without end that are read from these files in no order, each as a square of `side` pixels."""

    def __init__(self, paths: Sequence[Path], side: int, per_sample: int) -> None:
        self._paths, self._side, self._per_sample = paths, side, per_sample

    def __len__(self) -> int:
        return ENDLESS

    def __getitem__(self, _index: int) -> Tensor:
        """One sample, (3, side, side) float32; where it is made of several images, the last of them."""
        made = [training_image(read_image(random.choice(self._paths)), self._side) for _file in range(self._per_sample)]
        return made[-1]


def training_image(content: bytes, side: int) -> Tensor:
    """A JPEG file as a training takes it: (3, side, side) float32.

    Decoded, cropped to a random 8 to 100 % of its area, resized, half of the time mirrored, and normalised, in the ways
    and with the operations of torchvision's `RandomResizedCrop`, `RandomHorizontalFlip`, `ToTensor` and `Normalize`,
    which are the reference training of ResNet-50 on ImageNet (Szegedy et al. 2015, arXiv:1409.4842).
    """
    from PIL import Image

    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGB")
    cut = picture.crop(_crop(*picture.size)).resize((side, side), Image.Resampling.BILINEAR)
    if random.random() < 0.5:
        cut = cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    colours = torch.from_numpy(np.array(cut)).permute(2, 0, 1).contiguous().float().div(255)
    mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return colours.sub_(mean).div_(deviation)


def _crop(width: int, height: int) -> tuple[int, int, int, int]:
    """Left, upper, right and lower end of a random crop; the whole picture where none of the tries lies inside."""
    for _try in range(TRIES):
        area, ratio = width * height * random.uniform(LEAST_AREA, 1), random.uniform(SHORTEST, LONGEST)
        wide, high = round((area * ratio) ** 0.5), round((area / ratio) ** 0.5)
        if 0 < wide <= width and 0 < high <= height:
            left, upper = random.randint(0, width - wide), random.randint(0, height - high)
            return left, upper, left + wide, upper + high
    return 0, 0, width, height


def _pictures(files: ImageFiles) -> list[bytes]:
    """Different pictures of these sizes as JPEG, each of about as many bytes as the files have in the mean."""
    chance = np.random.default_rng(0)

    def picture(grain: float, quality: int) -> bytes:
        return _picture(files.width, files.height, grain, quality, chance)

    quality = next((q for q in QUALITIES if len(picture(0, q)) < files.file_bytes), QUALITIES[-1])
    fine, coarse = 0.0, COARSEST_GRAIN
    for _step in range(HALVINGS):
        grain = (fine + coarse) / 2
        fine, coarse = (grain, coarse) if len(picture(grain, quality)) < files.file_bytes else (fine, grain)
    return [picture((fine + coarse) / 2, quality) for _number in range(PICTURES)]


def _picture(width: int, height: int, grain: float, quality: int, chance: np.random.Generator) -> bytes:
    """Coloured clouds of several sizes as JPEG, with noise of this standard deviation over them: the more, the more
    bytes.
    """
    from PIL import Image

    colours = np.zeros((height, width, 3), np.float32)
    for cells in (3, 12, 48):
        few = Image.fromarray(chance.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        colours += np.asarray(few.resize((width, height), Image.Resampling.BICUBIC), np.float32) / 3
    colours += grain * chance.standard_normal((height, width, 1), np.float32)
    made = io.BytesIO()
    Image.fromarray(colours.clip(0, 255).astype(np.uint8)).save(made, "JPEG", quality=quality)
    return made.getvalue()


def _forget(number: int) -> None:
    """Ask the system to drop an open file from its cache. Only some systems can be asked."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
