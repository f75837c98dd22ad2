"""The step "driver": GPUs measured through their graphics drivers, in compute shaders."""

from __future__ import annotations

from dataclasses import replace

from ...analysis import driver_only_gpu
from ...records.events import Adapters
from ...records.plan import Plan, Request
from ...records.result import DriverGpu
from ...session.worker_command import SHADER_WORKER
from ...session.worker_session import SessionError
from ...words.writer import reason
from ..step_durations import pace
from .context import StepContext


def measure_through_drivers(context: StepContext) -> None:
    """Measure the GPUs that torch cannot use; all of them where nothing else was asked for (`rigdyno gpu`)."""
    record, asked = context.record, context.record.plan
    everything = asked.preset == "custom"
    record.begin_step("driver", "", context.remaining_s("driver"))
    session = context.workers.opened("driver", replace(context.engine, command=SHADER_WORKER), record)
    try:
        offered = session.greet(Adapters).adapters
        context.workers.follow(session)
        record.driver_note = driver_only_gpu.no_gpu_reason(offered)
        paced = pace(asked.preset, "driver", asked.train)
        seconds = asked.train.seconds if everything else paced.seconds
        for number in driver_only_gpu.adapters_to_measure(offered, context.machine, everything=everything):
            request = Request("driver", Plan(device=str(number), seconds=seconds), paced.rules)
            record.begin_run(request, session, offered[number])
            run = session.run(request, record.driver_event)
            record.end_driver_run(DriverGpu(offered[number], run))
            if run.failure:  # the child may be gone, and the driver in no state to be asked again
                break
    except SessionError as error:
        if error.failure.code != "cancelled":
            record.driver_note = reason("driver-failed", detail=error.failure.detail)
    finally:
        session.close()
