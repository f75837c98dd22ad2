"""Training by several ranks: real ranks over gloo, on this computer and in two network namespaces, and their ends."""

from __future__ import annotations

import json
import math
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from rigdyno.core.analysis.forecast import forecast_job
from rigdyno.core.analysis.plan_limits import rank_problems
from rigdyno.core.check import check, schedule, step_durations
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.core.cli.command_line import main
from rigdyno.core.cli.commands import torchrun_lines
from rigdyno.core.records import scaling_efficiency
from rigdyno.core.records.events import Done, Progress, Scaling
from rigdyno.core.records.machine import Machine, Reading
from rigdyno.core.records.plan import CheckPlan, Plan, Request, Rules
from rigdyno.core.records.result import Run
from rigdyno.core.session.worker_command import WORKER, WorkerCommand, torchrun_module
from rigdyno.core.session.worker_session import WorkerSession
from rigdyno.core.store import result_files
from torch.distributed.run import parse_args

from tests.core.builders import JOBS, RULES, job_run, machine

SHORT = Rules(window_s=0.05, warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=3)
SMALL = Plan(model="resnet50", image_size=32, channels=3, batch=4, optimizer="sgd", data="synthetic", seconds=0.5)
LONG = Request("scaling", Plan(seconds=300), Rules(warmup_cap_s=0.3, target=0, budget_s=600))
SHORTENED = (
    "from rigdyno.core.worker.distributed import rank_group, rank_training\n"
    "from rigdyno.core.records import scaling_efficiency\n"
    "from rigdyno.core.records.plan import Plan, Rules\n"
    f"scaling_efficiency.RULES, scaling_efficiency.SECONDS = {SHORT!r}, {{seconds}}\n"
    "scaling_efficiency.plans = lambda device, threads=0: (Plan(batch=32),)\n"
)
"""The start of a script that torchrun runs instead of the module, for a training that is soon over."""


def scaled(*counts: Scaling, device: str = "cpu", model: str = "small-cnn", batch: int = 10) -> Run:
    plan = Plan(model=model, device=device, batch=batch)
    return Run("scaling", plan, Rules(), 0, 1, "converged", "", scalings=counts)


# --- what the raw seconds say ----------------------------------------------------------------------------------------


def test_efficiency_and_exchange_by_hand():
    two = Scaling(0, 2, 1, steps=4, seconds=(0.5, 0.4, 0.5), apart=(0.4, 0.4, 0.45))
    one, both = scaling_efficiency.points(scaled(two, Scaling(0, 1, 1, steps=2, seconds=(0.2,) * 6)))
    assert (one.ranks, one.rate.median, one.efficiency, one.exchange) == (1, pytest.approx(100), 1.0, None)
    assert both.rate.median == pytest.approx(2 * 10 * 4 / 0.5)
    assert both.efficiency == pytest.approx(160 / 200)
    assert both.exchange == pytest.approx(0.1), "the median of each pair's share: 20, 0 and 10 %"


def test_without_a_single_rank_no_efficiency_is_made_up():
    (two,) = scaling_efficiency.points(scaled(Scaling(0, 2, 2, 1, (1.0,), (1.5,))))
    assert two.efficiency is None
    assert two.exchange == 0, "no less than nothing is exchanged"
    assert scaling_efficiency.points(scaled()) == ()


@pytest.mark.parametrize("size", [2, 3, 4, 7, 8])
def test_counts_double_and_end_with_all(size):
    found = list(scaling_efficiency.rank_counts(size))
    assert (found[0], found[-1]) == (1, size)
    assert all(a < b <= 2 * a for a, b in pairwise(found))


@pytest.mark.parametrize(
    "wrong",
    [{"ranks": 0}, {"hosts": 3}, {"steps": 0}, {"seconds": ()}, {"seconds": (0.0, 1.0)}, {"apart": (1.0,)}],
)
def test_no_nonsense_is_read(wrong):
    with pytest.raises(ValueError, match="training together"):
        Scaling(**{"t": 0, "ranks": 2, "hosts": 1, "steps": 1, "seconds": (1.0, 1.0), "apart": (1.0, 1.0)} | wrong)


def test_measured_efficiency_decides_what_several_gpus_finish():
    job, many = JOBS["resnet50-imagenet-day"], machine(gpus=2, memory_gb=80)
    runs = [job_run(job.name, 1000, f"cuda:{n}") for n in range(2)]
    one, two = Scaling(0, 1, 1, 1, (1.0,)), Scaling(0, 2, 1, 1, (1.6,), (1.0,))
    assumed, measured = (
        forecast_job(job, many, [*runs, *more])[0].samples_per_s
        for more in ((), [scaled(one, two, device="cuda", model="resnet50")])
    )
    assert assumed == pytest.approx(0.9 * 2000)
    assert measured == pytest.approx(2000 / 1.6)


# --- who trains with whom --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("devices", "count", "team"),
    [
        (["cpu"], 0, ("cpu", "cpu")),
        (["cpu"], 3, ("cpu",) * 3),
        (["cpu", "cuda:0"], 0, ("cpu", "cpu")),
        (["cpu", "cuda:0", "cuda:1"], 0, ("cuda:0", "cuda:1")),
        (["cuda:0", "cuda:2", "cuda:3"], 2, ("cuda:0", "cuda:2")),
        (["cuda:1"], 0, ("cuda:1",)),
    ],
)
def test_teams(devices, count, team):
    assert schedule.team(devices, count) == team


def test_a_whole_check_joins_gpus_where_there_are_several():
    quick, full = step_durations.whole("quick"), step_durations.whole("full", soak_s=600)
    here = machine()
    assert schedule.joined(quick, here, ["cpu", "cuda:0"]) == quick
    assert schedule.joined(quick, here, ["cpu", "cuda:0", "cuda:1"]).steps[-1] == "scaling"
    assert schedule.joined(full, here, ["cuda:0", "cuda:1"]).steps[-2:] == ("scaling", "soak")
    for plan in (quick, full):
        assert schedule.remaining(schedule.joined(plan, here, ["cuda:0", "cuda:1"]), RULES, 3, "scaling") > 0


@pytest.mark.parametrize(
    ("team", "count", "sentence"),
    [
        (("cpu",), 1, "ranks: 1 is not allowed; allowed is 2 to 4."),
        (("cpu",) * 5, 5, "ranks: 5 is not allowed; allowed is 2 to 4."),
        (("cuda:0", "cuda:1"), 3, "ranks: 3 is not allowed; allowed is 2 to 2."),
        (("cuda:0",), 0, "ranks: too few devices to train together; allowed is 2 or more GPUs, or devices cpu."),
        (("cpu",) * 4, 4, None),
        (("cuda:0", "cuda:1"), 0, None),
    ],
)
def test_impossible_teams(team, count, sentence):
    here = Machine({"cpu.usable_cores": Reading(4, "test")})
    found = rank_problems(CheckPlan("custom", ("scaling",), ranks=count), team, here)
    assert [p.sentence for p in found] == ([sentence] if sentence else [])


# --- commands for a cluster ------------------------------------------------------------------------------------------


def test_torchrun_understands_every_line():
    plan = torchrun_lines.parse("2", "4", "node1:29500", "", "out dir/result.json")
    for node, line in enumerate(torchrun_lines.commands(plan)):
        program, *words = shlex.split(line)
        options = parse_args(words)
        assert program == "torchrun"
        assert (options.nnodes, options.nproc_per_node, options.node_rank) == ("2", "4", node)
        assert (options.master_addr, options.master_port) == ("node1", 29500)
        assert (options.module, options.training_script) == (True, "rigdyno.core.worker.distributed")
        own = options.training_script_args
        assert own[:2] == ["--devices", "cuda:0,cuda:1,cuda:2,cuda:3"]
        assert own[2:] == (["--json", "out dir/result.json"] if node == 0 else [])


def test_the_network_card_goes_to_gloo_and_nccl():
    first, _ = torchrun_lines.commands(torchrun_lines.parse("2", "0", "[fe80::1]:29500", "eth0", "r.json"))
    assert first.startswith("env GLOO_SOCKET_IFNAME=eth0 NCCL_SOCKET_IFNAME=eth0 torchrun --nnodes 2 ")
    assert "--master-addr fe80::1 " in first
    assert first.endswith("--devices cpu --json r.json")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["--nodes", "two"], "--nodes: two is not allowed; allowed is 1 to 1024"),
        (["--nodes", "0"], "--nodes: 0 is not allowed; allowed is 1 to 1024"),
        (["--nodes", "1", "--gpus", "1"], "--gpus: 1 is not allowed; allowed on a single computer is 2 to 16"),
        (["--gpus", "17"], "--gpus: 17 is not allowed; allowed is 0 to 16"),
        (["--gpus", ""], "--gpus: nothing is not allowed; allowed is 0 to 16"),
        (["--rdzv", "node1"], "--rdzv: node1 is not allowed; allowed is host:port, such as node1:29500 or "),
        (["--rdzv", "a b:29500"], "--rdzv: a b:29500 is not allowed; allowed is host:port, such as "),
        (["--rdzv", "$(reboot):29500"], "--rdzv: $(reboot):29500 is not allowed; allowed is host:port, such as "),
        (["--rdzv", "node1:80"], "--rdzv: the port: 80 is not allowed; allowed is 1024 to 65535"),
        (["--interface", "eth0;id"], "--interface: eth0;id is not allowed; allowed is the name of a network card, "),
        (["--json", ""], "--json: allowed is the name of a file, such as result.json"),
        (["--json", "out/"], "--json: allowed is the name of a file, such as result.json"),
    ],
)
def test_a_bad_argument_gets_one_sentence(capsys, wrong, sentence):
    good = {"--nodes": "2", "--gpus": "4", "--rdzv": "node1:29500"}
    given = good | dict(zip(wrong[::2], wrong[1::2], strict=True))
    assert main(["cluster", *(word for pair in given.items() for word in pair)]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"rigdyno: {sentence}")
    assert len(said.err.splitlines()) == 1
    assert not said.out


def test_what_is_printed_can_be_pasted_into_a_shell(capsys):
    assert main(["cluster", "--nodes", "2", "--gpus", "1", "--rdzv", "node1:29500", "--json", "a'b.json"]) == 0
    printed = capsys.readouterr().out
    lines = [shlex.split(line, comments=True) for line in printed.splitlines()]
    assert [words[0] for words in lines if words] == ["torchrun", "torchrun", "scp", "rigdyno"]
    assert "pip" not in printed or "README" in printed
    assert subprocess.run(["sh", "-n"], input=printed, text=True, check=False).returncode == 0


def test_ranks_run_in_the_python_of_the_worker():
    chosen = WorkerCommand(("/env/python", "-c", "run", "/code", WORKER[-1]), threads=3)
    assert chosen.with_module("scaling", "--serve").command == (
        "/env/python",
        "-c",
        "run",
        "/code",
        "scaling",
        "--serve",
    )
    assert chosen.with_module("scaling").threads == 3
    assert WorkerCommand(("python", "-c", "no module")).with_module("scaling").command == (*WORKER[:-1], "scaling")


# --- ranks on this computer ------------------------------------------------------------------------------------------


@contextmanager
def opened(folder: Path) -> Iterator[tuple[WorkerSession, list[psutil.Process]]]:
    """A session of two ranks, and their processes; none of them may be left at the end."""
    session = WorkerSession(
        WorkerCommand().with_module(*torchrun_module(("cpu", "cpu"), str(folder))), time.perf_counter
    )
    session.start()
    family = [psutil.Process(session.pid), *psutil.Process(session.pid).children(recursive=True)]
    try:
        yield session, family
    finally:
        session.close()
    _, alive = psutil.wait_procs(family, timeout=200)
    assert not alive


def rank(family: list[psutil.Process], number: int) -> psutil.Process:
    return next(p for p in family if p.environ().get("RANK") == str(number))


def at_work(act: Callable[[], object]) -> Callable[[object], None]:
    """A listener that calls `act` once, when windows are being measured."""
    seen: list[object] = []

    def listen(event: object) -> None:
        if isinstance(event, Progress):
            seen.append(event)
            if len(seen) == 3:
                act()

    return listen


@pytest.mark.slow
def test_two_ranks_on_this_computer(tmp_path):
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with opened(tmp_path) as (session, family):
        assert len([p for p in family if "RANK" in p.environ()]) == 2
        plans = Plan(seconds=0.5), Plan(model="mlp", data="synthetic", seconds=0.5)
        for plan in plans:  # one after the other on the same ranks
            run = session.run(Request("scaling", plan, SHORT), lambda event: None)
            assert run.failure is None
            assert isinstance(run.done, Done)
            assert run.done.threads == max(1, cores // 2)
            assert [(s.ranks, s.hosts) for s in run.scalings] == [(1, 1), (2, 1)]
            one, two = run.scalings
            assert (len(one.apart), len(two.apart)) == (0, len(two.seconds))
            assert len(one.seconds) >= 5
            point = scaling_efficiency.points(run)[-1]
            assert math.isfinite(point.efficiency)
            assert point.efficiency > 0
            assert 0 <= point.exchange < 1


def torchrun(folder: Path, script: str, *before: str) -> subprocess.CompletedProcess[str]:
    """A script run by two ranks."""
    file = folder / "ranks.py"
    file.write_text(script)
    command = [sys.executable, "-P", "-m", "torch.distributed.run", "--standalone", "--local-addr", "127.0.0.1"]
    command += ["--log-dir", str(folder), "--nproc-per-node", "2", str(file), *before]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)


def test_gradients_are_averaged_and_only_where_they_shall_be(tmp_path):
    """Ranks with other data hold the same weights after steps with the exchange, and others after one without."""
    script = (
        "import json, os, torch.distributed as dist\n"
        "from rigdyno.core.worker.distributed.rank_group import RankGroup\n"
        "from rigdyno.core.worker.distributed.world import World\n"
        "from rigdyno.core.worker.measurement import Clock\n"
        "from rigdyno.core.records.plan import Plan\n"
        "world = World(['cpu', 'cpu'], print)\n"
        "group = RankGroup.create(world, 2, Plan(threads=1), Clock())\n"
        "data = float(next(group.trainer._batches)[0].double().sum())\n"
        "def weights(): return [p.detach().flatten().tolist() for p in group.trainer.network.parameters()]\n"
        "said = {'data': data, 'first': weights(), 'equal': []}\n"
        "for exchange in (True, True, False):\n"
        "    group.window(exchange)\n"
        "    said['equal'].append(group.has_equal_weights())\n"
        "    said['together' if exchange else 'apart'] = weights()\n"
        f"with open({str(tmp_path)!r} + f'/{{world.rank}}.json', 'w') as file: json.dump(said, file)\n"
        "dist.destroy_process_group()\n"
        "os._exit(0)\n"  # as `run_rank` ends: Python's usual end aborted a rank among torch's threads
    )
    done = torchrun(tmp_path, script)
    assert done.returncode == 0, done.stderr
    a, b = (json.loads((tmp_path / f"{n}.json").read_text()) for n in range(2))
    assert a["data"] != b["data"]
    assert a["first"] != a["together"], "they trained"
    assert a["together"] == b["together"]
    assert a["apart"] != b["apart"]
    assert a["equal"] == b["equal"] == [True, True, False]


def test_ranks_that_do_not_exchange_are_noticed(tmp_path):
    script = SHORTENED.format(seconds=0.3) + (
        "class Deaf(rank_group.DistributedDataParallel):\n"
        "    def forward(self, *inputs):\n"
        "        with self.no_sync():\n"
        "            return super().forward(*inputs)\n"
        "rank_group.DistributedDataParallel = Deaf\n"
        "rank_training.main()\n"
    )
    done = torchrun(tmp_path, script)
    assert done.returncode != 0
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["event"], last["data"]["code"], last["data"]["detail"]) == ("Failed", "ranks-differ", "2")


def test_a_result_file_of_torchrun_alone(tmp_path, capsys):
    path = tmp_path / "result.json"
    done = torchrun(tmp_path, SHORTENED.format(seconds=0.3) + "rank_training.main()\n", "--json", str(path))
    assert done.returncode == 0, done.stderr
    result = result_files.read(path)
    assert [s.ranks for s in result.runs[0].scalings] == [1, 2]
    assert result.runs[0].plan.device == "cpu"
    main(["judge", str(path)])
    assert "trained together" in capsys.readouterr().out


# --- how it ends badly -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a POSIX signal")
@pytest.mark.parametrize("number", [pytest.param(0, marks=pytest.mark.slow), 1])
def test_a_killed_rank_is_named(tmp_path, number):
    with opened(tmp_path) as (session, family):
        run = session.run(LONG, at_work(lambda: rank(family, number).kill()))
        assert (run.stop, run.failure.code) == ("failed", "rank-lost")
        assert run.failure.detail == f"rank {number} was ended by SIGKILL"


@pytest.mark.skipif(sys.platform == "win32", reason="stops with a POSIX signal")
@pytest.mark.slow
def test_a_rank_that_hangs_is_named(tmp_path):
    with opened(tmp_path) as (session, family):
        run = session.run(LONG, at_work(lambda: rank(family, 1).suspend()))
        assert (run.failure.code, run.failure.detail) == ("rank-lost", "rank 1 does not answer")


@pytest.mark.slow
def test_cancel_ends_every_rank(tmp_path):
    with opened(tmp_path) as (session, _):
        run = session.run(LONG, at_work(session.cancel))
        assert run.stop == "cancelled"


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a POSIX signal")
def test_ranks_end_with_torchrun(tmp_path):
    with opened(tmp_path) as (session, family):
        run = session.run(LONG, at_work(lambda: os.kill(session.pid, signal.SIGKILL)))
        assert run.failure.code == "died"
        assert not psutil.wait_procs(family[1:], timeout=200)[1], "before anybody closed the session"


def test_a_rank_without_memory_is_named(tmp_path):
    with opened(tmp_path) as (session, _):
        huge = Plan(data="synthetic", image_size=512, channels=16, batch=65_536)  # 4.4 TB of images
        run = session.run(Request("scaling", huge, SHORT), lambda event: None)
        assert run.failure.code == "out-of-memory"
        assert run.failure.detail.startswith("rank ")


# --- two network namespaces, as two computers ------------------------------------------------------------------------


@pytest.fixture
def hosts() -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Two network namespaces that a cable joins, as (name, address)."""
    tool = shutil.which("ip")
    if sys.platform != "linux" or tool is None:
        pytest.skip("needs Linux's `ip`")
    names = [f"rigdyno-{os.getpid()}-{n}" for n in range(2)]

    def ip(*words: str) -> None:
        subprocess.run([tool, *words], check=True, capture_output=True, text=True)

    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "cable", "netns", names[0], "type", "veth", "peer", "name", "cable", "netns", names[1])
        for number, name in enumerate(names, 1):
            ip("-n", name, "address", "add", f"10.77.0.{number}/24", "dev", "cable")
            ip("-n", name, "link", "set", "cable", "up")
        yield (names[0], "10.77.0.1"), (names[1], "10.77.0.2")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"network namespaces are not permitted: {error.stderr.strip()}")
    finally:
        for name in names:
            subprocess.run([tool, "netns", "delete", name], check=False, capture_output=True)


@contextmanager
def started(hosts, folder: Path, script: str) -> Iterator[list[subprocess.Popen[str]]]:
    """The command lines that `rigdyno cluster` prints, each in its namespace; the script in the module's place."""
    file = folder / "ranks.py"
    file.write_text(script)
    plan = torchrun_lines.parse("2", "0", f"{hosts[0][1]}:29500", "cable", str(folder / "result.json"))
    processes: list[subprocess.Popen[str]] = []
    try:
        for (name, _), line in zip(hosts, torchrun_lines.commands(plan), strict=True):
            words = shlex.split(line)
            at = words.index("torchrun")
            words[at : at + 1] = [sys.executable, "-P", "-m", "torch.distributed.run", "--log-dir", str(folder)]
            module = words.index("rigdyno.core.worker.distributed")
            words[module - 1 : module + 1] = [str(file)]
            command = ["ip", "netns", "exec", name, *words]
            processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        yield processes
    finally:
        for process in processes:
            family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.kill()
            for child in family:
                child.kill()
            process.communicate()


@pytest.mark.slow
def test_two_ranks_on_two_computers(hosts, tmp_path):
    with started(hosts, tmp_path, SHORTENED.format(seconds=0.3) + "rank_training.main()\n") as processes:
        said = [process.communicate(timeout=200) for process in processes]
        assert [p.returncode for p in processes] == [0, 0], said
    (run,) = result_files.read(tmp_path / "result.json").runs
    assert [(s.ranks, s.hosts) for s in run.scalings] == [(1, 1), (2, 2)]
    point = scaling_efficiency.points(run)[-1]
    assert math.isfinite(point.efficiency)
    assert point.efficiency > 0
    assert 0 <= point.exchange < 1


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.slow
def test_a_rank_lost_on_another_computer_is_named(hosts, tmp_path, number):
    with started(hosts, tmp_path, SHORTENED.format(seconds=300) + "rank_training.main()\n") as processes:
        for line in processes[0].stdout:
            if json.loads(line)["event"] == "Progress":
                break
        lost, left = processes[number], processes[1 - number]
        rank(psutil.Process(lost.pid).children(recursive=True), number).kill()
        out, err = left.communicate(timeout=200)
        assert left.returncode != 0
        assert f"rank {1 - number} stops: rank-lost: rank {number} does not answer" in err
        assert "Signal 9 (SIGKILL)" in lost.communicate(timeout=200)[1], "torchrun's own words, where it happened"
        if number == 1:
            failed = json.loads(out.splitlines()[-1])
            assert (failed["event"], failed["data"]["code"]) == ("Failed", "rank-lost")


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def soon(monkeypatch):
    """The command's training, over in moments."""
    monkeypatch.setitem(step_durations.FULL, "scaling", step_durations.Pace(SHORT, 0.5))
    plans = lambda device, threads: tuple(replace(p, device=device, threads=threads) for p in (Plan(), SMALL))  # noqa: E731
    monkeypatch.setattr(scaling_efficiency, "plans", plans)


@pytest.mark.slow
def test_the_command(home, soon, tmp_path, capsys):
    path = tmp_path / "out.json"
    assert main(["scaling", "--ranks", "2", "--devices", "cpu", "--json", str(path)]) == 0
    said = capsys.readouterr().out
    result = result_files.read(path)
    assert result.status == "complete"
    assert [run.plan.model for run in result.runs] == ["small-cnn", "resnet50"]
    assert all(run.task == "scaling" and run.scalings for run in result.runs)
    assert "ResNet-50 trained together" in said
    assert " ".join(["2", "processes", "on", "the", "CPU", "train", "ResNet-50"]) in " ".join(said.split())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a POSIX signal")
def test_a_check_goes_on_to_its_end_without_a_rank(home, soon, monkeypatch):
    monkeypatch.setitem(step_durations.FULL, "scaling", step_durations.Pace(LONG.rules, 300))
    act = at_work(lambda: rank(psutil.Process().children(recursive=True), 1).kill())
    plan = CheckPlan("custom", ("scaling",), ("cpu",), ranks=2)
    result = check.Check(plan, lambda u: act(u.event) if isinstance(u, WorkerSaid) else None).run()
    (run,) = result.runs
    assert run.failure.detail == "rank 1 was ended by SIGKILL"
    assert result.status == "nothing"


def test_networks_too_large_for_all_ranks_are_refused(home, monkeypatch):
    huge = Plan(model="resnet50", image_size=512, channels=3, batch=65_536, data="synthetic")
    monkeypatch.setattr(scaling_efficiency, "plans", lambda device, threads: (replace(huge, device=device),))
    result = check.Check(CheckPlan("custom", ("scaling",), ("cpu",), ranks=2), lambda update: None).run()
    assert [run.failure.code for run in result.runs] == ["out-of-memory"]


@pytest.mark.slow
@pytest.mark.parametrize("count", ["1", "5000"])
def test_the_command_refuses(home, capsys, count):
    assert main(["scaling", "--ranks", count, "--devices", "cpu"]) == 2
    assert f"ranks: {count} is not allowed; allowed is 2 to " in capsys.readouterr().err


@pytest.mark.gpu
def test_all_gpus_together(home, tmp_path):
    import torch

    if torch.cuda.device_count() < 2:
        pytest.skip("needs two NVIDIA GPUs")
    path = tmp_path / "out.json"
    assert main(["scaling", "--json", str(path)]) == 0
    for run in result_files.read(path).runs:
        assert run.plan.device == "cuda"
        assert 0.1 < scaling_efficiency.points(run)[-1].efficiency < 1.5
