"""Parts of a network: fewer blocks, smaller sizes, all from one network that trains in turn."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.worker.devices import Device
from rigdyno.core.worker.measurement import Clock
from rigdyno.core.worker.partial_networks.part_sizes import flops_of, parts_of, sizes_to_measure, smaller
from rigdyno.core.worker.partial_networks.partial_network import measure_parts
from rigdyno.core.worker.partial_networks.partial_training import PartialTraining
from rigdyno.core.worker.partial_networks.small_vocabulary import with_small_vocabulary, with_vocabulary

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


def test_a_sequence_whose_half_takes_as_long_stays_whole():
    assert sizes(Workload("whisper-small", 4, 128, blocks=1)) == [(4, 128), (2, 128), (1, 128)]


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
    assert [w.batch for w in sizes_to_measure(part, fits, lambda size: flops_of(size) > 0)] == [2, 1]
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


LARGE = replace(LANGUAGE, decoder=replace(LANGUAGE.decoder, intermediate_size=2048, vocab_size=4096))


def test_a_language_model_is_timed_with_a_small_vocabulary_too():
    training = PartialTraining(replace(LARGE, blocks=2), CPU, seed=0, whole=LARGE)
    size = replace(LARGE, blocks=2, batch=1, sequence=64)
    parts = [training.part(*chosen) for chosen in parts_of((size, smaller(size) or size), (1, 2))]
    assert [(p.blocks, p.vocabulary) for p in parts[-3:]] == [(1, 768), (2, 768), (1, 4096)]
    assert all(p.whole_flops == flops_of(with_vocabulary(LARGE, p.vocabulary)) for p in parts)
    found = measure_parts(training, parts, 12, Clock(), 0.0, rounds=2)
    assert [(t.vocabulary, t.whole_flops) for t in found] == [(p.vocabulary, p.whole_flops) for p in parts]
    for part in (parts[-1], parts[0], parts[-1]):
        training.step(part)
        assert training.network.tokens.num_embeddings == training.network.head.out_features == part.vocabulary


def test_a_head_that_is_the_table_of_embeddings_changes_with_it():
    tied = replace(LARGE, decoder=replace(LARGE.decoder, tie_word_embeddings=True))
    training = PartialTraining(replace(tied, blocks=2), CPU, seed=0)
    small, large = training.part(1, with_small_vocabulary(tied)), training.part(1, tied)
    for part in (small, large):
        training.step(part)
        assert training.network.head is None
        assert training.network.tokens.num_embeddings == part.vocabulary


def test_a_vocabulary_that_weighs_little_beside_a_block_stays_as_it_is():
    assert with_small_vocabulary(LANGUAGE) == LANGUAGE
    training = PartialTraining(replace(LANGUAGE, blocks=2), CPU, seed=0)
    assert training.part(1, LANGUAGE).vocabulary == training.part(1, LANGUAGE).whole_flops == 0


@pytest.mark.parametrize(("accumulation", "updated"), [(1, True), (32, False)])
def test_parts_leave_out_an_update_that_comes_after_many_passes(accumulation: int, updated: bool):
    whole = replace(LANGUAGE, accumulation=accumulation)
    training = PartialTraining(replace(LANGUAGE, blocks=2), CPU, seed=0, whole=whole)
    before = [p.clone() for p in training.trainer.trained]
    training.step(training.part(2, LANGUAGE))
    changed = any(not torch.equal(a, b) for a, b in zip(before, training.trainer.trained, strict=True))
    assert changed == updated


def test_a_smaller_step_computes_its_loss_over_as_many_tokens_at_a_time():
    chunked = replace(LANGUAGE, loss_chunks=8)
    found = []
    while chunked:
        found.append(chunked.batch * chunked.sequence // chunked.loss_chunks)
        chunked = smaller(chunked)
    assert found == [128, 128, 128, 64, 32], "at least two chunks, of which each is computed again"
