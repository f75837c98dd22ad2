"""stages: how long each stage of a deep-learning project takes, from raw images to a prediction."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from ...records.events import Done, Event, Phase, Timing
from ...records.plan import Request
from ..devices import Device
from ..measurement import Clock, time_repeatedly
from ..operation_count import count_operations
from ..trainer import Trainer
from ..training_data import normalise, raw_images, to_device

EACH = 9
"""Divisor: each stage takes this part of the run's time."""
PADDING = 4
"""Pixels by which an image is shifted at most, as in He et al. 2015 for small images."""


def run(request: Request, emit: Callable[[Event], None]) -> None:
    """Emit a `Timing` for each stage. Its work is the samples of a batch; 1 for store, load and deploy.

    preprocess (normalise, shift and flip a batch on the CPU), transfer (to the device's memory and layout), forward,
    backward, optimizer, evaluate (a batch without gradients), store and load (the weights in a file), deploy (one
    image, from its bytes to the prediction). Each stage is synchronised separately, so on a GPU their sum is larger
    than the time of a training step, in which they overlap.
    """
    plan, clock = request.plan, Clock()
    device = Device(plan.device)
    emit(Phase(clock.wall(), "prepare"))
    trainer = Trainer(plan, device)
    if work := count_operations(plan, plan.batch):
        emit(work)
    raw = raw_images()[: plan.batch]
    images, labels = trainer.data.images[: plan.batch], trainer.data.labels[: plan.batch]
    network, update = trainer.network, trainer.optimizer
    loss: Tensor | None = None
    emit(Phase(clock.wall(), "measure"))

    def say(
        name: str, action: Callable[[], object], samples: int = plan.batch, before: Callable[[], object] | None = None
    ) -> None:
        seconds = time_repeatedly(action, device.synchronize, request.rules.budget_s / EACH, clock, before=before)
        emit(Timing(clock.wall(), name, seconds, samples, "sample", plan.precision))

    def forward() -> None:
        nonlocal loss
        with device.autocast(plan.precision):
            loss = nn.functional.cross_entropy(network(images), labels)

    def backward() -> None:
        if loss is not None:
            loss.backward()

    def fresh() -> None:
        update.zero_grad(set_to_none=True)
        forward()

    ready = preprocess(raw)
    say("preprocess", lambda: preprocess(raw))
    say("transfer", lambda: to_device(plan, ready, device.torch))
    say("forward", forward)
    say("backward", backward, before=fresh)
    say("optimizer", update.step)
    network.eval()
    with torch.inference_mode(), device.autocast(plan.precision):
        say("evaluate", lambda: network(images))
        say("deploy", lambda: network(to_device(plan, normalise(raw[:1]), device.torch)).argmax(1).item(), samples=1)
    with tempfile.TemporaryDirectory(prefix="rigdyno-") as folder:
        path = Path(folder) / "weights.pt"
        say("store", lambda: torch.save(network.state_dict(), path), samples=1)
        say("load", lambda: network.load_state_dict(torch.load(path, map_location=device.torch)), samples=1)
    emit(Done(clock.wall(), "converged", None, plan.threads, plan.precision, trainer.parameters))


def preprocess(raw: Tensor) -> Tensor:
    """A training batch from raw images: normalised, shifted by up to `PADDING` pixels and half of them mirrored."""
    images = normalise(raw)
    side = images.shape[-1]
    padded = nn.functional.pad(images, (PADDING,) * 4)
    out = torch.empty_like(images)
    for i in range(len(images)):
        top, left = torch.randint(2 * PADDING + 1, (2,)).tolist()
        crop = padded[i, :, top : top + side, left : left + side]
        out[i] = crop.flip(-1) if torch.rand(()) < 0.5 else crop
    return out
