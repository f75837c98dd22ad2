"""Makes resources/data/fashion_mnist.npz: a class-balanced subset of Fashion-MNIST from the four original files.

    python packaging/make_dataset.py /usr/share/datasets/fashion-mnist

On Debian the files come with `apt-get install dataset-fashion-mnist`.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np

TRAIN, TEST, CLASSES = 10_000, 2_000, 10


def read(folder: Path, name: str) -> np.ndarray:
    """One IDX file of unsigned bytes: 4 bytes of magic (the last is the number of axes), 4 bytes a length, the data."""
    path = next(p for p in folder.rglob(f"{name}*") if p.is_file())
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    axes = raw[3]
    shape = np.frombuffer(raw, ">u4", axes, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * axes).reshape(shape)


def subset(folder: Path, part: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first count / 10 images of each class, in the order of the original."""
    images, labels = read(folder, f"{part}-images"), read(folder, f"{part}-labels")
    keep = np.sort(np.concatenate([np.flatnonzero(labels == c)[: count // CLASSES] for c in range(CLASSES)]))
    return images[keep], labels[keep]


def main() -> None:
    folder = Path(sys.argv[1])
    train, train_labels = subset(folder, "train", TRAIN)
    test, test_labels = subset(folder, "t10k", TEST)
    target = Path(__file__).parent.parent / "resources" / "data" / "fashion_mnist.npz"
    np.savez_compressed(target, train=train, train_labels=train_labels, test=test, test_labels=test_labels)
    print(f"{target}: {len(train)} + {len(test)} images, {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
