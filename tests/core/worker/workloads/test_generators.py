"""Image generators: counts of parameters and of arithmetic as published, and steps that reach every weight."""

from __future__ import annotations

import pytest
import torch
from rigdyno.core.records.workload import Workload
from rigdyno.core.worker.memory_savers.low_rank_adapters import AdaptedLinear, add_adapters
from rigdyno.core.worker.workloads.generators import GENERATORS
from rigdyno.core.worker.workloads.generators.diffusion_unet import UNetShape, unet_blueprint
from rigdyno.core.worker.workloads.generators.flux2_transformer import Flux2Transformer
from rigdyno.core.worker.workloads.generators.flux_transformer import FluxShape, flux_blueprint
from rigdyno.core.worker.workloads.generators.rotary_positions import image_positions, rotate, rotation
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

PLAIN = UNetShape((32, 64), (1, 0), (2, 2), 1, 24, linear=False, added=False, resnets=1)
TOLD = UNetShape((32, 64), (0, 3), (2, 4), 3, 24, linear=True, added=True)
SMALL = {
    "unet": unet_blueprint(PLAIN),
    "unet with transformers in depth": unet_blueprint(TOLD),
    "flux": flux_blueprint(FluxShape(32, 2, 2, 2, 8, 12, 5, 6, (4, 6, 6))),
    "flux2": flux_blueprint(FluxShape(32, 2, 2, 3, 8, 12, 5, 0, (4, 4, 4, 4)), Flux2Transformer),
}
SIZES = {"sd15-unet": 512, "sdxl-unet": 1024, "flux-transformer": 512, "flux2-klein": 512}


def built(name: str, **sizes: int) -> nn.Module:
    workload = Workload(name, image_size=SIZES[name], **sizes)
    with torch.device("meta"):
        return GENERATORS[name].build(workload)


def count(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("sd15-unet", 859_520_964),  # diffusers 0.42's UNet2DConditionModel with the config.json of the model
        ("sdxl-unet", 2_567_463_684),  # the same
        ("flux-transformer", 11_901_408_320),  # diffusers' FluxTransformer2DModel with guidance, as FLUX.1-dev has it
        # huggingface/peft, method_comparison/image-gen/results/lora--flux2-klein-default.json: num_total_params less
        # num_trainable_params
        ("flux2-klein", 3_913_883_136 - 38_338_560),
    ],
)
def test_published_parameter_counts(name, parameters):
    assert count(built(name)) == parameters


@pytest.mark.parametrize(
    ("name", "rank", "layers", "trained"),
    [
        # The adapters of train_text_to_image_lora.py in diffusers: a file of 3.2 MB in float32
        ("sd15-unet", 4, "attention", 797_184),
        # huggingface.co/blog/flux-qlora: "4.67M"
        ("flux-transformer", 4, "attention", 4_669_440),
        # peft's file above; it leaves out the output layers of blocks with one stream
        ("flux2-klein", 32, "linear", 38_338_560 + 20 * 32 * (4 * 3072 + 3072)),
    ],
)
def test_adapters_are_as_many_as_published(name, rank, layers, trained):
    network = built(name)
    add_adapters(network, GENERATORS[name].block_lists, rank, layers, 0)
    assert count(network) == trained


@pytest.mark.parametrize(
    ("name", "flops"),
    [  # forward and backward of diffusers' networks, counted by the same counter
        ("sd15-unet", 2_406_773_063_680),
        ("sdxl-unet", 20_230_842_449_920),
        ("flux-transformer", 64_494_505_033_728),
        ("flux2-klein", 30_493_947_985_920),
    ],
)
def test_the_arithmetic_of_a_step_is_that_of_the_published_code(name, flops):
    workload, blueprint = Workload(name, image_size=SIZES[name]), GENERATORS[name]
    with torch.device("meta"):
        network, batch = blueprint.build(workload), blueprint.batch(workload, 1)
    with FlopCounterMode(display=False) as counter:
        blueprint.loss(workload, network, batch).backward()
    assert counter.get_total_flops() == flops
    assert all(p.grad is not None for p in network.parameters()), "every weight takes part"


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] * ("in depth" in n)) for n in SMALL])
def test_a_small_one_learns(name):
    """Real arithmetic: the loss is finite, and falls on one batch."""
    torch.manual_seed(0)
    blueprint, workload = SMALL[name], Workload(name, image_size=64)
    network, batch = blueprint.build(workload), blueprint.batch(workload, 3)
    assert {len(part) for part in batch} == {3}
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(12):
        optimizer.zero_grad()
        loss = blueprint.loss(workload, network, batch)
        assert loss.shape == ()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(p.grad is not None for p in network.parameters())
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", SMALL)
def test_weights_in_bf16_have_a_batch_in_bf16(name):
    blueprint, workload = SMALL[name], Workload(name, image_size=64)
    torch.set_default_dtype(torch.bfloat16)
    try:
        network, batch = blueprint.build(workload), blueprint.batch(workload, 2)
        loss = blueprint.loss(workload, network, batch)
    finally:
        torch.set_default_dtype(torch.float32)
    assert {p.dtype for p in network.parameters()} == {torch.bfloat16}
    assert loss.dtype == torch.float32
    loss.backward()


@pytest.mark.parametrize("name", SMALL)
def test_adapters_find_linear_layers_in_every_list_of_blocks(name):
    blueprint, workload = SMALL[name], Workload(name, image_size=64)
    network = blueprint.build(workload)
    add_adapters(network, blueprint.block_lists, 2, "linear", 4)
    for path in blueprint.block_lists:
        assert isinstance(network.get_submodule(path), nn.ModuleList)
        assert any(isinstance(layer, AdaptedLinear) for layer in network.get_submodule(path).modules()), path
    blueprint.loss(workload, network, blueprint.batch(workload, 2)).backward()
    assert all(p.grad is not None for p in network.parameters() if p.requires_grad)


@pytest.mark.parametrize("name", ["sdxl-unet", "flux-transformer", "flux2-klein"])
def test_each_repeated_block_has_as_many_parameters(name):
    """So that time and memory are a straight line over the depth."""
    depth = GENERATORS[name].blocks(Workload(name))
    sizes = [count(built(name, blocks=blocks)) for blocks in (1, 2, 4, depth)]
    each = sizes[1] - sizes[0]
    assert sizes == [sizes[0] + (blocks - 1) * each for blocks in (1, 2, 4, depth)]
    assert sizes[-1] == count(built(name))


@pytest.mark.parametrize("name", ["unet with transformers in depth", "flux", "flux2"])
def test_shorter_lists_make_the_network_of_fewer_blocks(name):
    """As partial training has it: the lists of the whole network, cut to their first members."""
    blueprint, workload = SMALL[name], Workload(name, image_size=64)
    network, fewer = blueprint.build(workload), blueprint.build(Workload(name, image_size=64, blocks=1))
    for path in blueprint.depth_lists or blueprint.block_lists:
        blocks = list(network.get_submodule(path).children())
        assert len(blocks) == blueprint.blocks(workload)
        network.set_submodule(path, nn.ModuleList(blocks[:1]))
    assert [p.shape for p in network.parameters()] == [p.shape for p in fewer.parameters()]
    assert blueprint.loss(workload, network, blueprint.batch(workload, 1)).isfinite()


def test_a_text_may_have_any_length_beside_flux():
    workload = Workload("flux-transformer", image_size=64, sequence=7)
    blueprint = SMALL["flux"]
    batch = blueprint.batch(workload, 2)
    assert batch[3].shape == (2, 7, 12)
    assert blueprint.loss(workload, blueprint.build(workload), batch).isfinite()


@pytest.mark.parametrize("side", [40, 56, 72])
def test_images_need_not_be_halved_without_a_rest(side):
    workload = Workload("sd15-unet", image_size=side)
    blueprint = SMALL["unet"]
    assert blueprint.loss(workload, blueprint.build(workload), blueprint.batch(workload, 1)).isfinite()


def test_rotated_scores_depend_on_distances_alone():
    """The reason for rotary positions (Su et al. 2021, equation 11)."""
    by = rotation(image_positions(4, 3, torch.device("cpu")), (4, 6, 6), 10_000.0)
    q, k = (torch.randn(1, 1, 1, 16).expand(1, 1, 16, 16) for _ in range(2))
    scores = (rotate(q, by) @ rotate(k, by).transpose(-1, -2))[0, 0]
    places = [(i // 4, i % 4) for i in range(16)]
    seen: dict[tuple[int, int], float] = {}
    for a, (row, column) in enumerate(places):
        for b, (other_row, other_column) in enumerate(places):
            score = scores[a, b].item()
            assert seen.setdefault((row - other_row, column - other_column), score) == pytest.approx(score, abs=1e-4)
