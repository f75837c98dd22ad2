"""A check from start to verdict: inspect, tune, train, jobs, judge, store. Window and terminal both call this."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .. import __version__
from ..analysis import driver_only_gpu
from ..analysis.plan_limits import MEMORY_SHARE, Problem, network_bytes, problems, team_problems
from ..engines import chosen_engine
from ..engines.packs import EngineError
from ..records import scaling_efficiency
from ..records.events import Adapters, Event, Failure, Phase, Progress
from ..records.machine import DriverAdapter, Machine, Sample
from ..records.plan import ACTIVE, PASSIVE, CheckPlan, Plan, Request
from ..records.result import FORMAT, DriverGpu, Neighbour, Result, Run, Status
from ..records.verdict import Reason
from ..reference import scenarios
from ..reference.scenarios import retuned
from ..sensors import sensor_sampler
from ..sensors.temperature_guard import Guard
from ..session.measured_computer import Here, Site, Watcher
from ..session.worker_command import DRIVER_PROBE, WORKER, Engine, together
from ..session.worker_session import HELLO_S, SILENCE_S, Session, SessionError
from ..store import error_log
from ..store.data_folder import data_folder, unwritten
from ..store.history import History
from ..store.result_files import judged
from ..verdict import trust
from ..words.writer import reason
from . import schedule
from .journal import Begun, Head, Journal
from .step_durations import VGG16, pace
from .updates import Concluded, Listener, MachineSeen, RunEnded, Sampled, StepStarted, Update, WorkerSaid

BUSY_PERCENT = 10.0
"""From this load by others on, busy waiting costs more than it gains."""
FATAL = ("died", "silent", "protocol", "torch-missing", "device-lost", "rank-lost", "too-hot")
"""After one of these the device is left alone for the rest of the check: a second time would only take longer."""


class PlanError(ValueError):
    """The plan cannot run on this machine; `problems` has a sentence for each field at fault."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(" ".join(p.sentence for p in found))
        self.problems = found


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all steps of one check work with."""

    engine: Engine
    machine: Machine
    sampler: Watcher
    devices: list[str]

    @property
    def memory(self) -> int | None:
        """Bytes of the computer's memory that a run may take; None where that is not known."""
        available = self.machine.value("memory.available")
        return int(MEMORY_SHARE * available) if isinstance(available, int) else None


class Check:
    """One check. `run` blocks until it has concluded; `cancel` may come from any thread and takes effect within 1 s.

    `listener` is called from several threads, one call at a time. It is done on this computer, where `command` starts
    a worker (by default the engine that the user has chosen), or at another `site`; and judged by the `rules`, or by
    those that are shipped.
    """

    def __init__(
        self,
        plan: CheckPlan,
        listener: Listener,
        command: tuple[str, ...] | None = None,
        site: Site | None = None,
        hello_s: float = HELLO_S,
        silence_s: float = SILENCE_S,
        sample_s: float = sensor_sampler.PERIOD_S,
        rules: scenarios.Rulebook | None = None,
    ) -> None:
        self._plan, self._listener, self._sample_s = plan, listener, sample_s
        self._chosen = None if command or site else chosen_engine.chosen()
        self._site, self._hello_s, self._silence_s = site or Here(command or WORKER), hello_s, silence_s
        self._origin = time.perf_counter()
        self._cancelled = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._guard = threading.RLock()  # a signal handler may cancel inside _session
        self._sessions: dict[str, Session] = {}
        self._runs: list[Run] = []
        self._samples: list[Sample] = []
        self._problems: list[Reason] = []
        self._lost: set[str] = set()
        self._neighbours: tuple[Neighbour, ...] = ()
        self._watcher: Watcher | None = None
        self._heat = Guard()
        self._driver_gpus: list[DriverGpu] = []
        self._driver_note: Reason | None = None
        self._rules = rules or scenarios.load()

    def cancel(self) -> None:
        """Stop: the worker is ended at once, and what was measured becomes a partial result."""
        with self._guard:
            self._cancelled.set()
            for session in self._sessions.values():
                session.cancel()

    def run(self) -> Result:
        """Do the whole check. Raises PlanError before anything is trained."""
        found = problems(self._plan.train)
        if found:
            raise PlanError(found)
        self._origin = time.perf_counter()
        with Journal(Head(FORMAT, uuid.uuid4().hex, _today(), __version__, self._site.name)) as self._journal:
            self._journal.write(self._plan)
            return self._run()

    def _run(self) -> Result:
        self._say(StepStarted(self._now(), "inspect", "", self._budget(1)))
        try:
            machine = self._site.inspect()
        except SessionError as error:
            self._give_up("cpu", error.failure)
            return self._conclude(Machine({}))
        self._say(MachineSeen(machine, self._site.name))
        busy = self._site.load()
        policy = PASSIVE if busy and busy > BUSY_PERCENT else ACTIVE
        engine = self._site.engine(schedule.threads(self._plan.train, machine), policy)
        # Shaders need no torch: where it is broken they are all that can be measured.
        shaders_alone = self._plan.steps == ("driver",)
        if not shaders_alone:
            engine, machine = self._elsewhere(engine, machine)
        with self._site.watcher(self._now, self._sampled, self._sample_s, bool(machine.gpus)) as sampler:
            self._watcher = sampler
            try:
                machine = self._awake(machine) if shaders_alone else self._start(engine, machine)
                if machine.torch or shaders_alone:
                    busiest = self._site.neighbours()
                    self._steps(_Shared(engine, machine, sampler, self._devices(machine)))
                    self._neighbours = busiest()
            finally:
                for session in self._sessions.values():
                    session.close()
        return self._conclude(machine)

    def _elsewhere(self, engine: Engine, machine: Machine) -> tuple[Engine, Machine]:
        """The engine that the user has chosen, if it works: else this program's own, and why."""
        name, why = chosen_engine.label(self._chosen), ""
        if self._chosen:
            try:
                session = self._session("cpu", chosen_engine.start(engine, self._chosen))
                engine = session.engine
            except EngineError as error:
                name, why = chosen_engine.label(None), str(error)
            except (SessionError, OSError) as error:
                cancelled = isinstance(error, SessionError) and error.failure.code == "cancelled"
                name, why = chosen_engine.label(None), "" if cancelled else f"{name}: {error}"
        return engine, replace(machine, readings=machine.readings | {"torch.engine": chosen_engine.reading(name, why)})

    def _awake(self, machine: Machine) -> Machine:
        """A sleeping GPU was left asleep until now; what is measured wakes it anyway."""
        if not machine.gpus:
            return machine
        gpus, note = self._site.gpus()
        return replace(machine, gpus=gpus, gpu_note=note)

    def _start(self, engine: Engine, machine: Machine) -> Machine:
        """Start the CPU's worker and learn from it what torch offers; validate the plan against that."""
        self._say(StepStarted(self._now(), "engine", "", self._budget(1)))
        try:
            session = self._session("cpu", engine)
        except SessionError as error:
            self._give_up("cpu", error.failure)
            return machine
        machine = self._awake(replace(machine, torch=session.torch))
        self._plan = schedule.joined(self._plan, machine, self._devices(machine), shaders=not engine.far)
        self._journal.write(self._plan)
        self._say(MachineSeen(machine, self._site.name))
        found = [p for d in self._devices(machine) for p in problems(self._for(d, engine), machine)]
        if "scaling" in self._plan.steps:
            found += team_problems(self._plan, self._team(machine), machine)
        if found:
            raise PlanError(found)
        return machine

    def _steps(self, shared: _Shared) -> None:
        """Every step on every device in turn: the devices alternate, so that neither sits on the hotter machine."""
        plans = {d: self._for(d, shared.engine) for d in shared.devices}
        if "driver" in self._plan.steps:  # first, while the GPU is cool
            self._through_driver(shared)
        if "tune" in self._plan.steps:
            for device in shared.devices:
                run = self._do("tune", "tune", plans[device], shared)
                if run and run.trials and run.trials[-1].chosen:
                    plans[device] = run.trials[-1].on(plans[device])
        for step in self._plan.steps:
            if step == "jobs":
                for job in schedule.worth_trying(self._rules, shared.machine, self._runs):
                    for device in shared.devices:
                        if job.scenario < 3 or device != "cpu":
                            self._do("job", job.model, job.plan(plans[device]), shared)
            elif step == "scaling":
                with tempfile.TemporaryDirectory(prefix="rigdyno-", ignore_cleanup_errors=True) as folder:
                    self._together(shared, folder)
            elif step not in ("driver", "tune"):
                for number, name in enumerate(schedule.repetitions(step)):
                    for device in shared.devices:
                        shaped = self._shaped(step, plans[device], shared.machine)
                        plan = replace(shaped, seed=plans[device].seed + number)
                        self._do("job" if step == "vgg16" else step, name, plan, shared)

    def _shaped(self, step: str, tuned: Plan, machine: Machine) -> Plan:
        """What a step trains: the plan's network as tuned, or a network of the step's own with the same settings."""
        if step == "vgg16":
            return retuned(VGG16, tuned)
        if step == "capacity" and self._plan.preset != "custom":
            job = next(job.plan(tuned) for job in self._rules.jobs if job.model == "resnet50")
            return schedule.as_trained(job, (job.device,), machine, self._runs)
        return replace(tuned, seconds=self._plan.soak_s) if step == "soak" else tuned

    def _do(self, task: str, step: str, plan: Plan, shared: _Shared) -> Run | None:
        """One run on one device; None where it was not begun."""
        if self._cancelled.is_set() or plan.device in self._lost:
            return None
        measured = pace(self._plan.preset, step, plan)
        plan = replace(plan, seconds=measured.seconds or plan.seconds)
        where = len(shared.devices), step, shared.devices.index(plan.device)
        self._say(StepStarted(self._now(), task, plan.device, self._budget(*where), plan.model))
        if task == "capacity" and plan.device in self._sessions:
            self._sessions[plan.device].close()  # what earlier steps left in its allocator would count as free
        session = self._worker(plan.device, replace(shared.engine, threads=plan.threads), shared, plan.device)
        if session is None:
            return None
        threads = tuple(schedule.thread_counts(shared.machine)) if task in ("tune", "matmul") else ()
        share = schedule.share(self._plan, self._rules, *where, self._now())
        rules = replace(measured.rules, budget_s=share * measured.rules.budget_s)
        halves = schedule.halves(task, step, shared.machine.device(plan.device))
        request = Request(task, plan, rules, threads, shared.memory, halves)
        run = self._refused(request, shared)
        if run is None:
            self._begun(request, session)
            run = session.run(request, self._relay(plan.device))
        self._keep(run, plan.device)
        return run

    def _through_driver(self, shared: _Shared) -> None:
        """What GPUs do in compute shaders; in a whole check those that torch cannot use."""
        custom = self._plan.preset == "custom"
        self._say(StepStarted(self._now(), "driver", "", self._budget(len(shared.devices), "driver")))
        session = Session(replace(shared.engine, command=DRIVER_PROBE), self._now, self._hello_s, self._silence_s)
        try:
            self._register("driver", session)
            offered = session.greet(Adapters).adapters
            shared.sampler.watch(session.pid)
            self._driver_note = driver_only_gpu.note(offered)
            measured = pace(self._plan.preset, "driver", self._plan.train)
            seconds = self._plan.train.seconds if custom else measured.seconds
            for number in driver_only_gpu.chosen(offered, shared.machine, everything=custom):
                request = Request("driver", Plan(device=str(number), seconds=seconds), measured.rules)
                self._begun(request, session, offered[number])
                run = session.run(request, self._phases)
                self._driver_gpus.append(DriverGpu(offered[number], run))
                self._journal.write(self._driver_gpus[-1])
                if run.failure:  # the child may be gone, and the driver in no state to be asked again
                    break
        except SessionError as error:
            if error.failure.code != "cancelled":
                self._driver_note = reason("driver-failed", detail=error.failure.detail)
        finally:
            session.close()

    def _phases(self, event: Event) -> None:
        """Of a driver's GPU the phases alone are told: its rates are no training's."""
        if isinstance(event, Phase):
            self._say(WorkerSaid("", event))
        elif not isinstance(event, Progress):
            self._journal.write(event)

    def _together(self, shared: _Shared, folder: str) -> None:
        """The small network and ResNet-50, trained by one process for each device together; `folder` is torchrun's."""
        team = self._team(shared.machine)
        for session in self._sessions.values():
            session.close()  # their memory is needed
        threads = max(1, schedule.threads(Plan(), shared.machine) // len(team))
        far = shared.engine.far  # where what it notes goes with everything else that was sent there
        engine = replace(shared.engine.running(*together(team, "" if far else folder)), threads=threads)
        kind = team[0].partition(":")[0]
        for plain in scaling_efficiency.plans(kind, threads):
            plan = schedule.as_trained(plain, team, shared.machine, self._runs)
            if self._cancelled.is_set() or kind in self._lost:
                return
            measured = pace(self._plan.preset, "scaling", plan)
            left = self._budget(len(shared.devices), "scaling")
            self._say(StepStarted(self._now(), "scaling", "", left, plan.model))
            request = Request("scaling", replace(plan, seconds=measured.seconds), measured.rules, memory=shared.memory)
            run = self._refused(request, shared, len(team))
            if run is None:
                crew = self._worker("ranks", engine, shared, kind)
                if crew is None:
                    return
                self._begun(request, crew)
                run = crew.run(request, self._relay(kind))
            self._keep(run, kind)
        for session in self._sessions.values():
            session.close()

    def _team(self, machine: Machine) -> tuple[str, ...]:
        return schedule.team(self._devices(machine), self._plan.ranks)

    def _refused(self, request: Request, shared: _Shared, times: int = 1) -> Run | None:
        """A run that was not begun: the computer's own memory does not refuse too large a network, it swaps."""
        plan, need = request.plan, times * (network_bytes(request.plan) or 0)
        if plan.device != "cpu" or not need or not request.memory or need <= request.memory:
            return None
        if request.task not in ("job", "capacity", "scaling"):
            return None  # the plan itself was asked for, and found to fit
        detail = f"About {need / 2**30:.1f} GiB are needed, and {request.memory / 2**30:.1f} GiB may be used."
        now, policy = self._now(), shared.engine.wait_policy
        failure = Failure("out-of-memory", detail)
        return Run(request.task, plan, request.rules, now, now, "failed", policy, failure=failure)

    def _begun(self, request: Request, session: Session, adapter: DriverAdapter | None = None) -> None:
        """Take down what the events from now on are of."""
        self._journal.write(Begun(self._now(), request, session.engine.wait_policy, adapter))

    def _relay(self, device: str) -> Callable[[Event], None]:
        return lambda event: self._say(WorkerSaid(device, event))

    def _keep(self, run: Run, device: str) -> None:
        """What came of a run; a device that broke down in it is left alone from now on."""
        if run.failure and run.failure.code != "cancelled":
            error_log.note(f"{run.task} of {run.plan.model} on {device}: {run.failure.code}: {run.failure.detail}")
        if run.failure and run.failure.code in FATAL:
            self._lost.add(device)
        self._runs.append(run)
        self._say(RunEnded(run))

    def _worker(self, key: str, engine: Engine, shared: _Shared, device: str) -> Session | None:
        """A worker that the sensors watch; None where it cannot be had, for which `device` is given up."""
        try:
            session = self._session(key, engine)
        except SessionError as error:
            self._give_up(device, error.failure)
            return None
        shared.sampler.watch(session.pid)
        return session

    def _session(self, device: str, engine: Engine) -> Session:
        """The device's worker, started where there is none yet. Raises SessionError."""
        with self._guard:
            session = self._sessions.get(device)
            if session and session.alive:
                return session
            session = Session(engine, self._now, self._hello_s, self._silence_s)
            self._register(device, session)
        session.start()
        return session

    def _register(self, key: str, session: Session) -> None:
        """From now on a cancel reaches it too."""
        with self._guard:
            if self._cancelled.is_set():
                session.cancel()
            self._sessions[key] = session

    def _conclude(self, machine: Machine) -> Result:
        cancelled = self._cancelled.is_set()
        runs = [*self._runs, *(gpu.run for gpu in self._driver_gpus)]
        broken = cancelled or bool(self._problems) or any(trust.broke(r) for r in runs)
        measured = any(r.windows or r.timings or r.capacity or r.scalings for r in runs)
        status: Status = ("partial" if broken else "complete") if measured or cancelled else "nothing"
        result = Result(
            format=FORMAT,
            id=self._journal.head.id,
            created=_today(),
            rigdyno=__version__,
            status=status,
            machine=machine,
            plan=self._plan,
            runs=tuple(self._runs),
            telemetry=tuple(self._samples),
            problems=tuple(self._problems),
            neighbours=self._neighbours,
            silent=self._silent(),
            driver_gpus=tuple(self._driver_gpus),
            driver_note=self._driver_note,
        )
        if "jobs" in self._plan.steps:
            result = judged(result, self._rules)
        unsaved = ""
        try:
            History(data_folder()).store(result, self._site.name)
            self._journal.close(stored=True)
        except (OSError, sqlite3.Error, UnicodeError) as error:
            unsaved = unwritten(error)
            error_log.note(f"the result was not stored: {unsaved}")
        self._say(Concluded(result, unsaved))
        return result

    def _devices(self, machine: Machine) -> list[str]:
        """The devices asked for, or all that passed their smoke step."""
        torch_devices = machine.torch.devices if machine.torch else ()
        return list(dict.fromkeys(self._plan.devices)) or [d.id for d in torch_devices if d.usable]

    def _for(self, device: str, engine: Engine) -> Plan:
        return replace(self._plan.train, device=device, threads=self._plan.train.threads or engine.threads)

    def _budget(self, devices: int, step: str = "", done: int = 0) -> float | None:
        """The most seconds that are left from the start of `step` on; from the very start where none is named."""
        return schedule.remaining(self._plan, self._rules, devices, step, done)

    def _now(self) -> float:
        return time.perf_counter() - self._origin

    def _sampled(self, sample: Sample) -> None:
        self._samples.append(sample)
        self._say(Sampled(sample, self._silent()))
        if hot := self._heat.look(sample, self._watcher.marks if self._watcher else {}):
            with self._guard:
                for session in self._sessions.values():
                    session.cancel(Failure("too-hot", hot))

    def _silent(self) -> dict[str, str]:
        return self._watcher.silent if self._watcher else {}

    def _give_up(self, device: str, failure: Failure) -> None:
        """The device's worker cannot be had: say why, and leave it alone. That it was cancelled is no problem."""
        if failure.code != "cancelled":
            self._problems.append(reason(failure.code, detail=failure.detail))
            self._journal.write(self._problems[-1])
            error_log.note(f"no worker for {device}: {failure.code}: {failure.detail}")
            self._lost.add(device)

    def _say(self, update: Update) -> None:
        self._journal.note(update)
        with self._one_at_a_time:
            self._listener(update)


def _today() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
