"""The networks of all jobs, by name. A new one is one file in its family's package and one line in that package."""

from __future__ import annotations

from ...records.workload import Workload
from .blueprint import Blueprint
from .generators import GENERATORS
from .language import LANGUAGE
from .sequences import SEQUENCES
from .user_workload import user_blueprint
from .vision import VISION

WORKLOADS: dict[str, Blueprint] = {**LANGUAGE, **VISION, **GENERATORS, **SEQUENCES}


def blueprint_of(workload: Workload) -> Blueprint:
    """How to train the workload's network. Raises UserNetworkError where a user's cannot be imported."""
    known = WORKLOADS.get(workload.network)
    return known if known else user_blueprint(workload.network)
