"""The networks of `worker/networks` as jobs: ResNet-18 and -50, VGG-16, the table network and the text encoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ....records.plan import Plan
from ....records.workload import Workload
from ...networks.network import Network
from ...networks.resnet import RESNET18, RESNET50, ResidualBlock
from ...networks.table_network import TABLE_NETWORK
from ...networks.transformer_encoder import LAYERS, SEQUENCE_LENGTH, TRANSFORMER, TransformerEncoder
from ...networks.vgg import VGG16
from ..blueprint import Batch, Blueprint
from .image_classifier import CHANNELS, classes, image_classifier, image_size, label_loss

TWO_CLASSES = 2
"""Of the table and of the texts, where the workload does not say."""


class ResidualNetwork(nn.Module):
    """The layers of a ResNet, with its residual blocks in a list of their own."""

    def __init__(self, whole: nn.Module) -> None:
        super().__init__()
        layers = list(whole.children())
        blocks = [i for i, layer in enumerate(layers) if isinstance(layer, ResidualBlock)]
        self.stem = nn.Sequential(*layers[: blocks[0]])
        self.blocks = nn.ModuleList(layers[blocks[0] : blocks[-1] + 1])
        self.head = nn.Sequential(*layers[blocks[-1] + 1 :])

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)
        for block in self.blocks:
            x = block(x)
        return torch.as_tensor(self.head(x))


def _plan(workload: Workload) -> Plan:
    return Plan(image_size=image_size(workload), channels=CHANNELS, classes=classes(workload))


def _residual(network: Network) -> Blueprint:
    return image_classifier(lambda workload: ResidualNetwork(network.build(_plan(workload))), ("blocks",))


def _rows(workload: Workload, count: int) -> Batch:
    """Rows (count, columns) and labels (count,)."""
    shape = TABLE_NETWORK.shape(Plan())
    return torch.randn(count, *shape), torch.randint(workload.classes or TWO_CLASSES, (count,))


def _texts(workload: Workload, count: int) -> Batch:
    """Tokens (count, sequence) and labels (count,)."""
    tokens = torch.randint(TRANSFORMER.vocabulary, (count, workload.sequence or SEQUENCE_LENGTH))
    return tokens, torch.randint(workload.classes or TWO_CLASSES, (count,))


def _mlp(workload: Workload) -> nn.Module:
    return TABLE_NETWORK.build(Plan(classes=workload.classes or TWO_CLASSES))


def _encoder(workload: Workload) -> nn.Module:
    return TransformerEncoder(Plan(classes=workload.classes or TWO_CLASSES), workload.blocks or LAYERS)


RESNET18_JOB, RESNET50_JOB = _residual(RESNET18), _residual(RESNET50)
VGG16_JOB = image_classifier(lambda workload: VGG16.build(_plan(workload)))
MLP_JOB = Blueprint(_mlp, _rows, label_loss, unit="rows")
TRANSFORMER_JOB = Blueprint(
    _encoder, _texts, label_loss, lambda _: LAYERS, block_lists=("encoder.layers",), unit="sequences"
)
