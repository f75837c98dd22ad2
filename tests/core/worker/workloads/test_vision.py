"""Networks for images and volumes: parameters as published, a real small step of each, and the detectors' losses."""

from __future__ import annotations

import pytest
import torch
from rigdyno.core.records.workload import Workload
from rigdyno.core.worker.memory_savers.block_checkpoints import checkpoint_blocks
from rigdyno.core.worker.networks import parameter_count
from rigdyno.core.worker.workloads.generators.dcgan import DCGAN
from rigdyno.core.worker.workloads.vision import VISION
from rigdyno.core.worker.workloads.vision.ssd import default_boxes
from rigdyno.core.worker.workloads.vision.ssd_loss import NEGATIVES, box_loss, random_boxes
from rigdyno.core.worker.workloads.vision.yolo_loss import complete_iou
from torch.nn import functional

ALL = {**VISION, "dcgan": DCGAN}
PUBLISHED = {
    "resnet18": 11_689_512,  # torchvision's resnet18
    "resnet50": 25_557_032,  # torchvision's resnet50
    "vgg16": 138_357_544,  # torchvision's vgg16
    "mlp": 50 * 256 + 256 + 256 * 256 + 256 + 2 * 256 + 2,
    "transformer": 335_141_888 + 2 * 1024 + 2,  # google-bert/bert-large-uncased and a classifier
    "efficientnet-b0": 5_288_548,  # torchvision's EfficientNet_B0_Weights, num_params
    "mobilenet-v2": 3_504_872,  # torchvision's MobileNet_V2_Weights
    "mobilenet-v3-large": 5_483_032,  # torchvision's MobileNet_V3_Large_Weights
    "convnext-tiny": 28_589_128,  # torchvision's ConvNeXt_Tiny_Weights
    "vit-tiny-16": 5_717_416,  # timm's vit_tiny_patch16_224
    "vit-small-16": 22_050_664,  # timm's vit_small_patch16_224
    "vit-base-16": 86_567_656,  # torchvision's ViT_B_16_Weights
    "ssd300-vgg16": 35_641_826,  # torchvision's SSD300_VGG16_Weights
    "ssd300-resnet50": 22_894_902,  # the layers of NVIDIA/DeepLearningExamples PyTorch/Detection/SSD/ssd/model.py
    "yolov5n": 1_872_157,  # ultralytics/yolov5 v7.0 models/yolov5n.yaml as built; flexible-yolov5's README
    "yolov5s": 7_235_389,  # ultralytics/yolov5 v7.0 tutorial.ipynb, "Model summary"
    "unet-2d": 31_037_698,  # milesial/Pytorch-UNet, UNet(n_channels=3, n_classes=2) as built
    "unet-3d": 19_069_955,  # Çiçek et al. 2016 (arXiv:1606.06650), section 2
    "nnunet-2d": 10_713_396,  # dynamic-network-architectures 0.4.4, PlainConvUNet with Conv2d as built
    "nnunet-3d": 31_199_796,  # the same with Conv3d
    "dcgan": 3_576_704 + 2_765_568,  # PyTorch's DCGAN tutorial: generator and discriminator, as its summaries say
}
SMALL = {
    # side of the images of a real step: the smallest at which no norm sees a single value
    **{"ssd300-vgg16": 300, "ssd300-resnet50": 300, "unet-2d": 32, "unet-3d": 16, "nnunet-2d": 64, "dcgan": 64},
    **dict.fromkeys(("yolov5n", "yolov5s", "convnext-tiny", "resnet50", "efficientnet-b0"), 64),
    **dict.fromkeys(("mobilenet-v2", "mobilenet-v3-large"), 64),
}


def test_published_parameter_counts():
    counts = {}
    for name, blueprint in ALL.items():
        with torch.device("meta"):
            counts[name] = parameter_count(blueprint.build(Workload(network=name)))
    assert counts == PUBLISHED


@pytest.mark.parametrize("name", ALL)
def test_a_step_of_real_size_without_memory(name):
    workload, blueprint = Workload(network=name), ALL[name]
    with torch.device("meta"):
        network, batch = blueprint.build(workload), blueprint.batch(workload, 2)
        checkpoint_blocks(network, blueprint.block_lists)
        loss = blueprint.loss(workload, network, batch)
        loss.backward()
    assert loss.shape == ()
    assert all(len(part) == 2 for part in batch)
    assert all(p.grad is not None for p in network.parameters())


# Not nnunet-3d, whose smallest volume takes long, nor vgg16, whose weights do.
@pytest.mark.parametrize("name", [name for name in ALL if name not in ("nnunet-3d", "vgg16")])
def test_a_real_small_step(name):
    torch.manual_seed(0)
    blocks = 1 if ALL[name].blocks(Workload(network=name)) else 0
    workload = Workload(network=name, image_size=SMALL.get(name, 32), classes=3, sequence=16, blocks=blocks)
    blueprint = ALL[name]
    network, batch = blueprint.build(workload), blueprint.batch(workload, 2)
    loss = blueprint.loss(workload, network, batch)
    loss.backward()
    assert torch.isfinite(loss)
    assert loss.dtype == torch.float32
    for parameter_name, parameter in network.named_parameters():
        assert parameter.grad is not None, parameter_name
        assert torch.isfinite(parameter.grad).all(), parameter_name


def test_volumes_and_images_of_nnunet_differ_in_their_dimensions_alone():
    with torch.device("meta"):
        networks = [VISION[name].build(Workload(network=name)) for name in ("nnunet-2d", "nnunet-3d")]
    shapes = [[(name, p.shape[:2]) for name, p in network.named_parameters()] for network in networks]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(("name", "all_blocks"), [("vit-tiny-16", 12), ("vit-base-16", 12), ("transformer", 24)])
def test_networks_of_one_block_repeated_can_be_built_with_less(name, all_blocks):
    blueprint = VISION[name]
    assert blueprint.blocks(Workload(network=name)) == all_blocks
    with torch.device("meta"):
        counts = [parameter_count(blueprint.build(Workload(network=name, blocks=n))) for n in (1, 2, 3, 0)]
    one = counts[1] - counts[0]
    assert one > 0
    assert counts[2] - counts[1] == one
    assert counts[3] == counts[0] + (all_blocks - 1) * one


def test_sizes_and_classes_of_the_workload_count():
    workload = Workload(network="vit-tiny-16", image_size=64, classes=7)
    with torch.device("meta"):
        network = VISION["vit-tiny-16"].build(workload)
        images, _ = VISION["vit-tiny-16"].batch(workload, 3)
        assert images.shape == (3, 3, 64, 64)
        assert network(images).shape == (3, 7)
        volumes, labels = VISION["unet-3d"].batch(Workload(network="unet-3d", image_size=16, classes=5), 2)
    assert volumes.shape == (2, 3, 16, 16, 16)
    assert labels.shape == (2, 16, 16, 16)


@pytest.mark.parametrize("name", ["ssd300-vgg16", "ssd300-resnet50"])
@pytest.mark.parametrize("size", [300, 301, 332, 512])
def test_every_default_box_has_a_target(name, size):
    workload = Workload(network=name, image_size=size)
    with torch.device("meta"):
        images, labels, offsets = VISION[name].batch(workload, 2)
        scores, places = VISION[name].build(workload)(images)
    assert scores.shape[:2] == labels.shape
    assert places.shape == offsets.shape
    assert size != 300 or labels.shape[1] == 8732 == default_boxes(300, True) == default_boxes(300, False)


def test_loss_of_default_boxes_counts_the_hardest_of_the_background():
    torch.manual_seed(0)
    labels, targets = random_boxes(3, 2000, 5)
    scores, offsets = torch.randn(3, 2000, 5), torch.randn(3, 2000, 4)
    told = box_loss(Workload(network="ssd300-vgg16"), lambda _: (scores, offsets), (torch.zeros(3), labels, targets))
    total, matches = 0.0, 0
    for i in range(3):
        matched = labels[i] > 0
        losses = functional.cross_entropy(scores[i], labels[i], reduction="none")
        hardest = losses[~matched].sort(descending=True).values[: NEGATIVES * int(matched.sum())]
        total += float(losses[matched].sum() + hardest.sum())
        total += float(functional.smooth_l1_loss(offsets[i][matched], targets[i][matched], reduction="sum"))
        matches += int(matched.sum())
    assert matches > 0
    assert float(told) == pytest.approx(total / matches, rel=1e-5)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((1.0, 1.0, 2.0, 4.0), (1.0, 1.0, 2.0, 4.0), 1.0),
        ((1.0, 1.0, 2.0, 2.0), (2.0, 1.0, 2.0, 2.0), 1 / 3 - 1 / 13),  # half over half; around both are 3 x 2 cells
        ((0.0, 0.0, 1.0, 1.0), (4.0, 3.0, 1.0, 1.0), -25 / 41),  # apart: around both are 5 x 4 cells
    ],
)
def test_complete_iou_of_boxes(a, b, expected):
    assert float(complete_iou(torch.tensor(a), torch.tensor(b))) == pytest.approx(expected, abs=1e-6)


def test_the_made_images_do_not_reach_the_generator_through_the_discriminators_own_loss():
    torch.manual_seed(0)
    workload = Workload(network="dcgan")
    network, (images, noise) = DCGAN.build(workload), DCGAN.batch(workload, 2)
    DCGAN.loss(workload, network, (images, noise)).backward()
    told = [p.grad.clone() for p in network.generator.parameters()]
    network.zero_grad()
    judged = network.discriminator(network.generator(noise))
    functional.binary_cross_entropy_with_logits(judged, torch.ones_like(judged)).backward()
    for one, parameter in zip(told, network.generator.parameters(), strict=True):
        torch.testing.assert_close(one, parameter.grad)
