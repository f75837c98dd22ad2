"""The network of a check's plan as a workload, so that its work and its memory are counted like those of jobs."""

from __future__ import annotations

import torch

from ...records.plan import Plan
from ...records.workload import Workload
from ..networks import build_network, random_inputs
from .blueprint import Batch, Blueprint
from .vision.image_classifier import label_loss


def plan_workload(plan: Plan, batch: int) -> Workload:
    """The workload of a plan with so many samples a step; `plan_blueprint` trains it."""
    return Workload(plan.model, batch, classes=plan.classes, optimizer=plan.optimizer, precision=plan.precision)


def plan_blueprint(plan: Plan) -> Blueprint:
    """How to train the plan's network on random data. Raises UserNetworkError."""

    def batch(_: Workload, count: int) -> Batch:
        return random_inputs(plan, count), torch.randint(plan.classes, (count,))

    return Blueprint(lambda _: build_network(plan), batch, label_loss)
