"""A language model that writes: the cache changes no answer, and parts of it are timed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from rigdyno.core.records.events import DepthTiming, Done, Event, Work
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.worker.devices import Device
from rigdyno.core.worker.experiments import EXPERIMENTS, generation
from rigdyno.core.worker.experiments import workload as experiment
from rigdyno.core.worker.measurement import Clock
from rigdyno.core.worker.memory_savers.few_bit_weights import FewBitLinear
from rigdyno.core.worker.partial_networks.part_sizes import smaller
from rigdyno.core.worker.partial_networks.partial_network import Part, measure_parts
from rigdyno.core.worker.text_generation.partial_generation import PartialGeneration
from rigdyno.core.worker.text_generation.text_generator import TextGenerator
from rigdyno.core.worker.workloads.language.key_value_cache import KeyValueCache

from tests.core.worker.workloads.test_language import SHAPES, WORKLOADS, built, logits

SHAPE = DecoderShape(32, 12, 4, 2, 8, 64, 128)
ANSWERS = Workload("decoder", 2, 260, decoder=SHAPE, new_tokens=4)
CPU = Device("cpu")


@pytest.mark.parametrize("name", SHAPES)
def test_cached_generation_has_the_logits_of_the_whole_forward_pass(name):
    """Every token of an answer, for all kinds of language models."""
    network, shape = built(WORKLOADS[f"decoder of {name}"]).eval(), SHAPES[name]
    tokens = torch.randint(50, (2, 12))
    whole = logits(network, tokens)
    cache = KeyValueCache(shape, shape.num_hidden_layers, 2, 12)
    with torch.no_grad():
        read = network.logits(network(tokens[:, :7], cache))
        written = [network.logits(network(tokens[:, n : n + 1], cache)) for n in range(7, 12)]
    assert cache.length == 12
    torch.testing.assert_close(torch.cat([read, *written], dim=1), whole, rtol=1e-4, atol=1e-5)


def test_a_prompt_after_others_is_refused():
    network = built(WORKLOADS["decoder of llama"]).eval()
    cache = KeyValueCache(SHAPES["llama"], 3, 1, 12)
    network(torch.randint(50, (1, 3)), cache)
    with pytest.raises(ValueError, match="at once"):
        network(torch.randint(50, (1, 3)), cache)


@pytest.mark.parametrize("precision", ["fp32", "bf16-true", "bf16"])
@pytest.mark.parametrize("bits", [0, 4, 8])
def test_an_answer_is_what_is_likeliest_at_each_place(precision, bits):
    workload = replace(ANSWERS, sequence=20, new_tokens=8, precision=precision, bits=bits)
    generator = TextGenerator(workload, CPU.torch)
    answer = generator.write_answer()
    assert answer.shape == (2, 8)
    few = [layer for layer in generator.network.modules() if isinstance(layer, FewBitLinear)]
    assert len(few) == (7 * 12 if bits else 0), "all linear layers of the blocks"
    assert not any(p.requires_grad or p.is_meta for p in generator.network.parameters())
    if precision == "fp32":
        told = logits(generator.network, torch.cat((generator.prompt, answer), dim=1))
        assert torch.equal(answer, told[:, 11:-1].argmax(-1))


def test_other_networks_write_nothing():
    with pytest.raises(ValueError, match="gpt2 writes no text"):
        TextGenerator(Workload("gpt2", sequence=12, blocks=1, new_tokens=2), torch.device("meta"))


def test_prompts_are_halved_and_answers_are_not():
    found = [smaller(ANSWERS)]
    while found[-1]:
        found.append(smaller(found[-1]))
    assert [(w.batch, w.prompt, w.new_tokens) for w in found[:-1]] == [(1, 256, 4), (1, 128, 4), (1, 64, 4)]


def test_parts_read_or_write_with_few_blocks():
    network = PartialGeneration(replace(ANSWERS, blocks=4), CPU, seed=0)
    short = replace(ANSWERS, batch=1, sequence=68)
    parts = [network.reading(2, short), network.reading(4, short), network.writing(2), network.writing(4)]
    found = measure_parts(network, parts, 12, Clock(), 0.0, rounds=2)
    assert [(t.what, t.blocks, t.whole, t.batch, t.sequence) for t in found] == [
        *(("prompt", 2, 12, 1, 64), ("prompt", 4, 12, 1, 64)),
        *(("token", 2, 12, 2, 260), ("token", 4, 12, 2, 260)),
    ]
    assert all(len(t.seconds) == 2 for t in found)
    network.step(parts[2])
    assert len(network.network.layers) == 2
    assert network.generator.cache.length == 259, "the middle of the answer, and the token itself"
    with pytest.raises(TypeError):
        network.step(Part(2, short, 0.0))


def measured(workload: Workload, budget_s: float = 3.0) -> list[Event]:
    plan, found = Plan(model="decoder", threads=1, workload=workload), []
    EXPERIMENTS["generation"](Request("generation", plan, Rules(budget_s=budget_s)), found.append)
    return found


def depths(events: list[Event]) -> list[tuple[str, int]]:
    return [(e.what, e.blocks) for e in events if isinstance(e, DepthTiming)]


def test_a_small_model_is_measured_whole():
    found = measured(ANSWERS)
    assert depths(found) == [("prompt", 12), ("token", 12)]
    (work,) = (event for event in found if isinstance(event, Work))
    # Each weight of the blocks twice for each token of the prompt; the head for the last token alone.
    weights = 12 * (32 * 32 * 2 + 32 * 16 * 2 + 3 * 32 * 64)
    assert work.flops > 2 * 2 * 256 * weights
    assert work.matrix_flops < 6 * 2 * 256 * weights
    assert isinstance(found[-1], Done)


def test_a_model_without_room_is_measured_by_few_of_its_blocks(monkeypatch):
    asked = []

    def fits(_self: object, workload: Workload) -> bool:
        asked.append(workload)
        return 0 < workload.blocks <= 4 and workload.prompt <= 128

    monkeypatch.setattr(generation.GenerationMeasurement, "fits", fits)
    monkeypatch.setattr(generation.GenerationMeasurement, "_has_time", lambda *_: True)
    monkeypatch.setattr(experiment, "PROBE_FLOPS", 1.0)
    found = measured(replace(ANSWERS, batch=1))
    assert depths(found) == [("prompt", 1), ("prompt", 2)] * 2 + [("token", 1), ("token", 2)]
    assert [e.sequence for e in found if isinstance(e, DepthTiming)] == [128, 128, 64, 64, 260, 260]
    assert asked


def test_without_time_it_is_measured_by_the_fewest(monkeypatch):
    monkeypatch.setattr(generation.GenerationMeasurement, "_has_time", lambda *_: False)
    found = measured(replace(ANSWERS, batch=1), budget_s=0.1)
    assert depths(found) == [("prompt", 1), ("prompt", 2)] * 2 + [("token", 1), ("token", 2)]
    assert [e.sequence for e in found if isinstance(e, DepthTiming)][:4] == [128, 128, 64, 64]
