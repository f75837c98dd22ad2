"""Parts of a network: fewer blocks, smaller sizes, all from one network that trains in turn."""

from __future__ import annotations

from dataclasses import replace

from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.worker.devices import Device
from rigdyno.core.worker.measurement import Clock
from rigdyno.core.worker.partial_training import PartialTraining, measure_parts, sizes_to_measure, smaller

LANGUAGE = Workload("decoder", 4, 256, decoder=DecoderShape(32, 12, 4, 2, 8, 64, 128))
CPU = Device("cpu")


def sizes(workload: Workload | None) -> list[tuple[int, int]]:
    found = []
    while workload:
        found.append((workload.batch, workload.sequence))
        workload = smaller(workload)
    return found


def test_batches_are_halved_first_and_then_sequences():
    assert sizes(LANGUAGE) == [(4, 256), (2, 256), (1, 256), (1, 128), (1, 64)]
    assert sizes(Workload("resnet18", 9, image_size=32)) == [(9, 0), (4, 0), (2, 0)]


def test_images_are_halved_last_unless_a_network_is_made_for_their_size():
    assert smaller(Workload("yolov5s", 2, image_size=640)).image_size == 320
    assert smaller(Workload("flux-transformer", 1, 64, image_size=624, blocks=1)).image_size == 288, "a multiple of 32"
    assert smaller(Workload("unet-3d", 2, image_size=128)).image_size == 64
    assert smaller(Workload("unet-3d", 2, image_size=64)) is None
    assert smaller(Workload("ppo-atari", 2, image_size=84)) is None


def test_the_largest_size_that_fits_and_can_be_afforded_is_taken_with_its_half():
    tried = []

    def fits(workload: Workload) -> bool:
        tried.append(workload.batch)
        return workload.batch <= 2

    part = replace(LANGUAGE, blocks=2)
    assert [w.batch for w in sizes_to_measure(part, fits, lambda flops: flops > 0)] == [2, 1]
    assert tried == [4, 2]
    assert sizes_to_measure(part, lambda _: True, lambda _: True) == (part,)
    small = sizes_to_measure(part, lambda _: True, lambda _: False)
    assert [w.sequence for w in small] == [128, 64], "the smallest, whatever it takes, with its double"
    assert [w.sequence for w in sizes_to_measure(part, lambda _: False, lambda _: True)] == [64]


def test_without_time_each_part_is_timed_once():
    training = PartialTraining(replace(LANGUAGE, blocks=2), CPU, seed=0)
    parts = [training.part(blocks, replace(LANGUAGE, batch=1, sequence=64)) for blocks in (1, 2)]
    found = measure_parts(training, parts, 12, Clock(), 0.0, rounds=0, warm=0)
    assert [len(t.seconds) for t in found] == [1, 1]


def test_one_network_trains_with_any_number_of_its_blocks():
    training = PartialTraining(replace(LANGUAGE, blocks=4), CPU, seed=0)
    shallow, deep = (training.part(blocks, replace(LANGUAGE, batch=1, sequence=64)) for blocks in (2, 4))
    found = measure_parts(training, [shallow, deep], 12, Clock(), 0.0, rounds=3)
    assert [(t.blocks, t.whole, t.batch, t.sequence) for t in found] == [(2, 12, 1, 64), (4, 12, 1, 64)]
    assert [len(t.seconds) for t in found] == [3, 3]
    # Twice the blocks, and the embedding and head that both have.
    assert 1.3 < found[1].flops / found[0].flops < 2
    training.step(shallow)
    assert len(list(training.trainer.network.get_submodule("layers").children())) == 2


def test_a_network_whose_blocks_differ_stays_whole():
    images = Workload("efficientnet-b0", 2, image_size=64, classes=10)
    training = PartialTraining(images, CPU, seed=0)
    training.step(training.part(1, images))
