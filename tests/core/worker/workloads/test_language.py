"""Language networks: parameters as published, all weights trained, causal where they are to be, losses in parts."""

from __future__ import annotations

import weakref
from dataclasses import replace

import pytest
import torch
from rigdyno.core.records.workload import DecoderShape, Workload
from rigdyno.core.reference.decoders import known_decoders
from rigdyno.core.worker.workloads.language import LANGUAGE
from rigdyno.core.worker.workloads.language.decoder import Decoder, repeated, rotary_tables, rotated
from rigdyno.core.worker.workloads.language.language_loss import token_loss

TINY = DecoderShape(
    hidden_size=32, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
    intermediate_size=48, vocab_size=50,
)  # fmt: skip
GEMMA = replace(TINY, tie_word_embeddings=True, hidden_act="gelu_pytorch_tanh", scaled_embedding=True, head_dim=16)
SHAPES = {
    "llama": TINY,
    "qwen2": replace(TINY, attention_bias=True, tie_word_embeddings=True),
    "qwen3": replace(TINY, qk_norm=True, head_dim=16),
    "gemma": replace(GEMMA, num_key_value_heads=1, hidden_act="gelu"),
    "gemma2": replace(GEMMA, post_norms=True, logit_softcap=30.0, attention_softcap=50.0),
    "gemma3": replace(GEMMA, post_norms=True, qk_norm=True),
}
WORKLOADS = {
    **{f"decoder of {name}": Workload("decoder", sequence=12, decoder=shape) for name, shape in SHAPES.items()},
    **{name: Workload(name, sequence=12, classes=3, blocks=1) for name in LANGUAGE if name != "decoder"},
}


def built(workload: Workload) -> torch.nn.Module:
    torch.manual_seed(1)
    return LANGUAGE[workload.network].build(workload)


def logits(network: Decoder, tokens: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return network.logits(network(tokens))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("gpt2", 124_439_808),  # huggingface.co/openai-community/gpt2
        ("bert-base", 109_482_240 + 2 * 768 + 2),  # huggingface.co/google-bert/bert-base-uncased, and a classifier
        ("bert-base-squad", 109_482_240 - 768 * 769 + 2 * 768 + 2),  # without its pooler
        ("bert-large", 335_141_888 + 2 * 1_024 + 2),  # huggingface.co/google-bert/bert-large-uncased, likewise
        ("bert-large-squad", 335_141_888 - 1_024 * 1_025 + 2 * 1_024 + 2),
        ("distilbert", 66_362_880 + 768 * 769 + 2 * 768 + 2),  # huggingface.co/distilbert/distilbert-base-uncased
        ("whisper-small", 241_734_912),  # huggingface.co/openai/whisper-small
    ],
)
def test_published_parameter_counts(name, count):
    with torch.device("meta"):
        assert sum(p.numel() for p in LANGUAGE[name].build(Workload(name)).parameters()) == count


@pytest.mark.parametrize("name", known_decoders())
def test_known_decoders_have_the_published_parameters(name):
    known = known_decoders()[name]
    with torch.device("meta"):
        network = LANGUAGE["decoder"].build(Workload("decoder", decoder=known.shape))
    assert sum(p.numel() for p in network.parameters()) == known.parameters
    assert known.source.startswith("huggingface.co/")


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_step_trains_every_weight(name):
    workload = WORKLOADS[name]
    blueprint, network = LANGUAGE[workload.network], built(workload)
    loss = blueprint.loss(workload, network, blueprint.batch(workload, 2))
    loss.backward()
    assert loss.dim() == 0
    assert torch.isfinite(loss)
    for place, parameter in network.named_parameters():
        if parameter.requires_grad:
            assert parameter.grad is not None, place
            assert torch.isfinite(parameter.grad).all(), place


@pytest.mark.parametrize("name", WORKLOADS)
@pytest.mark.parametrize("chunks", [1, 3])
def test_a_step_goes_without_values_in_half_precision(name, chunks):
    """What reads a value fails on the meta device."""
    workload = replace(WORKLOADS[name], blocks=2, loss_chunks=chunks)
    blueprint = LANGUAGE[workload.network]
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("meta"):
            network, batch = blueprint.build(workload), blueprint.batch(workload, 2)
    finally:
        torch.set_default_dtype(torch.float32)
    assert {p.dtype for p in network.parameters()} == {torch.bfloat16}
    loss = blueprint.loss(workload, network, batch)
    loss.backward()
    assert loss.device.type == "meta"
    assert all(p.grad is not None for p in network.parameters() if p.requires_grad)


@pytest.mark.parametrize("name", WORKLOADS)
def test_blocks_are_as_many_as_asked_for(name):
    workload = WORKLOADS[name]
    blueprint = LANGUAGE[workload.network]
    for asked, found in ((2, 2), (0, blueprint.blocks(workload))):
        with torch.device("meta"):
            network = blueprint.build(replace(workload, blocks=asked))
        assert [len(network.get_submodule(path)) for path in blueprint.block_lists] == [found] * len(
            blueprint.block_lists
        )
    assert blueprint.block_lists


def test_adapters_find_the_layers_by_their_names():
    linear = {
        place.rpartition(".")[2]
        for place, layer in built(WORKLOADS["decoder of llama"]).layers.named_modules()
        if isinstance(layer, torch.nn.Linear)
    }
    assert linear == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


@pytest.mark.parametrize("name", ["decoder of llama", "decoder of gemma", "decoder of gemma2"])
@pytest.mark.parametrize("chunks", [2, 5, 1000])
def test_a_loss_in_parts_is_the_whole_loss(name, chunks):
    workload = WORKLOADS[name]
    blueprint, network = LANGUAGE[workload.network], built(workload)
    batch = blueprint.batch(workload, 2)
    losses, gradients = [], []
    for parts in (1, chunks):
        network.zero_grad()
        loss = blueprint.loss(replace(workload, loss_chunks=parts), network, batch)
        loss.backward()
        losses.append(loss.item())
        gradients.append([p.grad.clone() for p in network.parameters()])
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)
    for whole, in_parts in zip(*gradients, strict=True):
        torch.testing.assert_close(in_parts, whole, rtol=1e-5, atol=1e-5 * float(whole.abs().max()))


def test_logits_of_one_part_live_at_a_time():
    head, made, alive = torch.randn(40, 8), [], []

    def watched(states: torch.Tensor) -> torch.Tensor:
        alive.append(sum(r() is not None for r in made))
        out = states @ head.T
        made.append(weakref.ref(out.untyped_storage()))
        return out

    hidden = torch.randn(2, 12, 8, requires_grad=True)
    token_loss(hidden, watched, torch.randint(40, (2, 12)), chunks=4).backward()
    assert len(alive) == 8, "each part forwards, and again in the backward pass"
    assert max(alive) == 0


@pytest.mark.parametrize("name", [*(f"decoder of {shape}" for shape in SHAPES), "gpt2"])
def test_later_tokens_do_not_change_earlier_logits(name):
    network = built(WORKLOADS[name]).eval()
    tokens = torch.randint(50, (1, 12))
    changed = tokens.clone()
    changed[0, 8] = (changed[0, 8] + 1) % 50
    before, after = logits(network, tokens), logits(network, changed)
    torch.testing.assert_close(before[:, :8], after[:, :8], rtol=1e-5, atol=1e-6)
    assert (before[:, 8:] - after[:, 8:]).abs().amax(-1).min() > 1e-5, "and they do change their own and later ones"


def test_whisper_hears_everything_and_writes_in_order():
    workload = WORKLOADS["whisper-small"]
    network = built(workload).eval()
    mel, tokens, _ = LANGUAGE["whisper-small"].batch(workload, 1)
    other_word, other_end = tokens.clone(), mel.clone()
    other_word[0, -1] = (other_word[0, -1] + 1) % 50_000
    other_end[:, :, -100:] += 1
    with torch.no_grad():
        plain, word, end = network(mel, tokens), network(mel, other_word), network(other_end, tokens)
    torch.testing.assert_close(plain[:, :-1], word[:, :-1])
    assert (plain[:, 0] - end[:, 0]).abs().max() > 1e-6


def test_bert_reads_to_both_sides():
    network = built(WORKLOADS["bert-base-squad"]).eval()
    tokens = torch.randint(30_000, (1, 12))
    changed = tokens.clone()
    changed[0, -1] += 1
    with torch.no_grad():
        assert (network(tokens)[:, 0] - network(changed)[:, 0]).abs().max() > 1e-6


@pytest.mark.parametrize("name", ["llama", "gemma2"])
def test_shared_heads_are_as_heads_that_are_repeated(name):
    shape = SHAPES[name]
    shared = built(Workload("decoder", decoder=shape)).eval()
    own = built(Workload("decoder", decoder=replace(shape, num_key_value_heads=shape.num_attention_heads))).eval()
    weights = shared.state_dict()
    for place, weight in weights.items():
        if "k_proj" in place or "v_proj" in place:
            heads = weight.view(shape.num_key_value_heads, shape.head_dim, -1)
            weights[place] = heads.repeat_interleave(2, dim=0).flatten(0, 1)
    own.load_state_dict(weights)
    tokens = torch.randint(50, (2, 12))
    torch.testing.assert_close(logits(shared, tokens), logits(own, tokens), rtol=1e-5, atol=1e-6)


def test_repeated_heads_are_those_that_torch_shares():
    q, k, v = torch.randn(2, 6, 5, 4), torch.randn(2, 2, 5, 4), torch.randn(2, 2, 5, 4)
    attention = torch.nn.functional.scaled_dot_product_attention
    torch.testing.assert_close(
        attention(q, repeated(k, 3), repeated(v, 3), is_causal=True),
        attention(q, k, v, is_causal=True, enable_gqa=True),
    )
    assert repeated(k, 1) is k


def test_rotary_scores_depend_on_the_distance_alone():
    q, k = torch.randn(1, 1, 1, 16).expand(1, 1, 9, 16), torch.randn(1, 1, 1, 16).expand(1, 1, 9, 16)
    tables = rotary_tables(9, 16, q)
    scores = (rotated(q, *tables) @ rotated(k, *tables).transpose(2, 3))[0, 0]
    torch.testing.assert_close(scores[1:, 1:], scores[:-1, :-1], rtol=1e-4, atol=1e-5)
    assert (scores[0, 0] - scores[8, 0]).abs() > 1e-3


def test_softcapped_attention_is_attention_where_scores_are_small():
    plain, capped = SHAPES["gemma3"], replace(SHAPES["gemma3"], attention_softcap=1e4)
    a, b = (built(Workload("decoder", decoder=shape)).eval() for shape in (plain, capped))
    tokens = torch.randint(50, (2, 12))
    torch.testing.assert_close(logits(a, tokens), logits(b, tokens), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("workload", "shapes"),
    [
        (Workload("gpt2"), [(3, 1_024), (3, 1_024)]),
        (Workload("decoder", decoder=TINY), [(3, 2_048), (3, 2_048)]),
        (Workload("bert-base", sequence=128), [(3, 128), (3,)]),
        (Workload("bert-base-squad"), [(3, 512), (3,), (3,)]),
        (Workload("whisper-small"), [(3, 80, 3_000), (3, 448), (3, 448)]),
    ],
)
def test_batches_have_the_sizes_of_the_workload(workload, shapes):
    with torch.device("meta"):
        batch = LANGUAGE[workload.network].batch(workload, 3)
    assert [tuple(part.shape) for part in batch] == shapes


@pytest.mark.parametrize(("name", "most"), [("gpt2", 1_024), ("bert-large", 512), ("whisper-small", 448)])
def test_a_sequence_without_positions_is_refused(name, most):
    with pytest.raises(ValueError, match=f"{name} reads at most {most} tokens, not {most + 1}"):
        LANGUAGE[name].batch(Workload(name, sequence=most + 1), 1)


def test_a_decoder_without_numbers_is_refused():
    with pytest.raises(ValueError, match="needs the numbers"):
        LANGUAGE["decoder"].build(Workload("decoder"))
