"""A multilayer perceptron for rows of a table."""

from __future__ import annotations

from torch import nn

from ...records.plan import Plan
from .network import Network

TABLE_COLUMNS = 50


def mlp(plan: Plan) -> nn.Module:
    """Two hidden layers of 256 units on a row of `TABLE_COLUMNS` numbers."""
    return nn.Sequential(
        nn.Linear(TABLE_COLUMNS, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, plan.classes)
    )


TABLE_NETWORK = Network(mlp, lambda _: (TABLE_COLUMNS,))
