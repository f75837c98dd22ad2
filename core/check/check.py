"""A check from its plan to its verdict. Window and terminal both run this."""

from __future__ import annotations

import time
import uuid
from contextlib import nullcontext
from dataclasses import replace
from typing import TypeVar

from .. import __version__
from ..analysis.plan_limits import PlanProblem, plan_problems, rank_problems
from ..analysis.unified_memory import with_torch
from ..engines import chosen_engine, engine_paths, engine_start
from ..engines.packs import EngineError
from ..records.events import Failure
from ..records.machine import Machine, Sample
from ..records.plan import ACTIVE, PASSIVE, CheckPlan, Plan
from ..records.process_priority import raised_parent
from ..records.result import FORMAT, Result
from ..reference import scenarios
from ..sensors import sensor_sampler
from ..sensors.temperature_guard import TemperatureGuard
from ..session.computer import Computer
from ..session.local_computer import LocalComputer
from ..session.worker_command import WORKER, WorkerCommand
from ..session.worker_session import HELLO_S, SILENCE_S, SessionError
from . import schedule
from .check_record import CheckRecord
from .conclusion import conclude, today
from .device_workers import DeviceWorkers
from .journal import Head, Journal
from .steps.context import StepContext
from .steps.run_steps import run_steps
from .updates import Listener, MachineSeen, Sampled, WaitingForQuiet

Told = TypeVar("Told")
BUSY_PERCENT = 10.0
"""From this load by other programs on, threads that wait busily cost more than they gain, unless they are served first.
"""
PATIENCE_S = 6.0
"""How long a check waits for busy programs to get done, where the worker cannot come before them."""


class PlanError(ValueError):
    """The plan cannot run on this machine; `problems` has a sentence for each field at fault."""

    def __init__(self, found: list[PlanProblem]) -> None:
        super().__init__(" ".join(p.sentence for p in found))
        self.problems = found


class Check:
    """One check. `run` blocks until it has concluded; `cancel` may come from any thread and takes effect within 1 s.

    `listener` is called from several threads, one call at a time. The check is done on this computer, where `command`
    starts a worker (by default the engine that the user has chosen), or at another `site`. It is judged by `rules`, by
    default those that are shipped.
    """

    def __init__(
        self,
        plan: CheckPlan,
        listener: Listener,
        command: tuple[str, ...] | None = None,
        site: Computer | None = None,
        hello_s: float = HELLO_S,
        silence_s: float = SILENCE_S,
        sample_s: float = sensor_sampler.PERIOD_S,
        rules: scenarios.Rulebook | None = None,
    ) -> None:
        self._plan, self._listener, self._sample_s = plan, listener, sample_s
        self._chosen = None if command or site else chosen_engine.read_choice()
        self._site = site or LocalComputer(command or WORKER)
        self._workers = DeviceWorkers(hello_s, silence_s)
        self._heat = TemperatureGuard()
        self._rules = rules or scenarios.load_rules()
        self._taken = 0
        self._hidden: tuple[str, ...] = ()

    def cancel(self) -> None:
        """Stop: the workers are ended at once, and what was measured becomes a partial result."""
        self._workers.cancel()

    def run(self) -> Result:
        """Do the whole check. Raises PlanError before anything is trained."""
        found = plan_problems(self._plan.train)
        if found:
            raise PlanError(found)
        origin = time.perf_counter()
        with (
            nullcontext(False) if self._site.name else raised_parent() as self._raised,
            Journal(Head(FORMAT, uuid.uuid4().hex, today(), __version__, self._site.name)) as journal,
        ):
            self._record = CheckRecord(self._plan, self._listener, journal, origin, self._rules)
            machine = self._measured()
            silent = self._without_hidden(self._workers.missing_reasons)
            return conclude(self._record, machine, self._rules, self._workers.cancelled, silent, self._site.name)

    def _measured(self) -> Machine:
        """Look at the machine and do every step on it; returns the machine as it was found."""
        self._record.begin_step("inspect", "", self._time_left())
        try:
            machine = self._site.inspect()
        except SessionError as error:
            self._workers.give_up("cpu", error.failure, self._record)
            return Machine({})
        self._hidden = machine.unused_sensors
        self._record.tell(MachineSeen(machine, self._site.name))
        busy = 0.0 if self._raised else self._wait_for_quiet()
        policy = PASSIVE if busy > BUSY_PERCENT else ACTIVE
        self._taken = schedule.cores_taken(machine, busy) if policy == PASSIVE else 0
        engine = self._site.worker_command(schedule.threads(self._plan.train, machine), policy)
        if (asked := self._plan.train.workload) and asked.is_own:
            engine = replace(engine, keeps_memory=False)  # as fast as its user's own script is, until that is changed
        # Shaders need no torch: where it is broken they are all that can be measured.
        shaders_alone = self._plan.steps == ("driver",)
        if not shaders_alone:
            engine, machine = self._with_chosen_engine(engine, machine)
        with self._site.sensor_watcher(self._record.now, self._sampled, self._sample_s, bool(machine.gpus)) as watcher:
            self._workers.watcher = watcher
            try:
                machine = self._with_gpus_awake(machine) if shaders_alone else self._with_torch(engine, machine)
                if machine.torch or shaders_alone:
                    self._do_steps(engine, machine)
            finally:
                self._workers.close_all()
        return machine

    def _wait_for_quiet(self) -> float:
        """Give other programs that are busy some seconds to get done, and name the busiest. Returns per cent of the
        processor that they use in the end.
        """
        busy = self._site.load_of_others() or 0.0
        if busy <= BUSY_PERCENT:
            return busy
        over = self._record.now() + PATIENCE_S
        seen = self._site.neighbours()
        while busy > BUSY_PERCENT and self._record.now() < over and not self._workers.cancelled:
            busy = self._site.load_of_others() or 0.0
            names = [n.name for n in seen()[:1]]
            self._record.tell(WaitingForQuiet(self._record.now(), "".join(names), busy, PATIENCE_S))
        return busy

    def _with_chosen_engine(self, engine: WorkerCommand, machine: Machine) -> tuple[WorkerCommand, Machine]:
        """The engine that the user has chosen, if it works, else this program's own; the machine says which and why."""
        name, why = engine_paths.engine_label(self._chosen), ""
        if self._chosen:
            try:
                session = self._workers.session("cpu", engine_start.launch_settings(engine, self._chosen), self._record)
                engine = session.engine
            except EngineError as error:
                name, why = engine_paths.engine_label(None), str(error)
            except (SessionError, OSError) as error:
                cancelled = isinstance(error, SessionError) and error.failure.code == "cancelled"
                name, why = engine_paths.engine_label(None), "" if cancelled else f"{name}: {error}"
        return engine, replace(
            machine, readings=machine.readings | {"torch.engine": chosen_engine.engine_reading(name, why)}
        )

    def _with_gpus_awake(self, machine: Machine) -> Machine:
        """The machine with its GPUs woken: a sleeping one was left asleep until now, and the steps wake it anyway."""
        if not machine.gpus:
            return machine
        gpus, note = self._site.gpus()
        return replace(machine, gpus=gpus, gpu_note=note)

    def _with_torch(self, engine: WorkerCommand, machine: Machine) -> Machine:
        """Start the CPU's worker and learn what torch offers. Raises PlanError where the plan cannot run on that."""
        self._record.begin_step("engine", "", self._time_left())
        try:
            session = self._workers.session("cpu", engine, self._record)
        except SessionError as error:
            self._workers.give_up("cpu", error.failure, self._record)
            return machine
        machine = with_torch(self._with_gpus_awake(machine), session.torch)
        self._hidden = machine.unused_sensors
        devices = self._devices(machine)
        plan = schedule.joined(self._plan, machine, devices, shaders=not engine.is_remote)
        self._record.change_plan(plan)
        self._record.tell(MachineSeen(machine, self._site.name))
        found = [p for d in devices for p in plan_problems(self._plan_for(d, engine), machine)]
        if "scaling" in plan.steps:
            found += rank_problems(plan, schedule.team(devices, plan.ranks), machine)
        if found:
            raise PlanError(found)
        return machine

    def _do_steps(self, engine: WorkerCommand, machine: Machine) -> None:
        devices = self._devices(machine)
        busiest = self._site.neighbours()
        context = StepContext(self._record, self._workers, engine, machine, devices, self._rules, self._taken)
        run_steps(context, {device: self._plan_for(device, engine) for device in devices})
        self._record.neighbours = busiest()

    def _devices(self, machine: Machine) -> list[str]:
        """The devices asked for, or all that passed their smoke step."""
        torch_devices = machine.torch.devices if machine.torch else ()
        return list(dict.fromkeys(self._plan.devices)) or [d.id for d in torch_devices if d.usable]

    def _plan_for(self, device: str, engine: WorkerCommand) -> Plan:
        return replace(self._plan.train, device=device, threads=self._plan.train.threads or engine.threads)

    def _time_left(self) -> float | None:
        """The most seconds that the whole check takes on one device, as it is not known yet how many there are."""
        return schedule.remaining(self._plan, self._rules, 1)

    def _without_hidden(self, told: dict[str, Told]) -> dict[str, Told]:
        """What sensors tell, without those of GPUs on which nothing is trained."""
        return {key: value for key, value in told.items() if not key.startswith(self._hidden)}

    def _sampled(self, sample: Sample) -> None:
        """Keep a look at the sensors, and end what runs where one of them is too hot."""
        watcher = self._workers.watcher
        sample = replace(sample, values=self._without_hidden(sample.values))
        self._record.samples.append(sample)
        self._record.tell(Sampled(sample, self._without_hidden(self._workers.missing_reasons)))
        if hot := self._heat.check(sample, watcher.critical_temperatures if watcher else {}):
            self._workers.stop_all(Failure("too-hot", hot))
