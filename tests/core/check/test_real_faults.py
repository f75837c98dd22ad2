"""Faults of the machine around a check, for real where Linux lets a test do so; `python -m tests.faults` lists all.

What mounts or limits happens in namespaces and groups of its own, and is left out where this user may not make them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from rigdyno.core.check.check import Check
from rigdyno.core.check.interrupted_checks import interrupted_checks, keep
from rigdyno.core.check.updates import Sampled, WorkerSaid
from rigdyno.core.probes import cpu
from rigdyno.core.records import window_statistics
from rigdyno.core.records.events import Window
from rigdyno.core.records.plan import CheckPlan, Plan, Request, Rules
from rigdyno.core.records.process_priority import WORKER
from rigdyno.core.sensors.sensor_sampler import SensorSampler, clock_files
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import WorkerSession
from rigdyno.core.store import history, result_files
from rigdyno.core.store.history import History
from rigdyno.core.verdict import trust
from rigdyno.core.worker.pause_detection import PauseDetector

from tests.core.builders import RULES

pytestmark = pytest.mark.faults

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="done with Linux's means")
SHORT = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=0.5, threads=1, data="synthetic"))
RULES_OF_RUN = Rules(warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=20)
CLI = f"{sys.executable} -P -m rigdyno.core.cli"
TRAIN = "train --seconds 0.5 --threads 1 --data synthetic"


def quietly(plan: CheckPlan = SHORT, **more):
    return Check(plan, lambda _: None, **more).run()


def in_namespace(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A shell that may mount what it likes, and nobody else sees it."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("this user may not mount")
    command = ["unshare", "-m", "sh", "-euc", script]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=200)


class Group:
    """A control group with limits, in either version's files."""

    def __init__(self, controller: str) -> None:
        classic, unified = Path(f"/sys/fs/cgroup/{controller}"), Path("/sys/fs/cgroup")
        self.classic = (classic / "cgroup.procs").exists()
        self.folder = (classic if self.classic else unified) / f"rigdyno-{os.getpid()}"

    def limit(self, classic: dict[str, int], unified: dict[str, str]) -> None:
        for name, value in (classic if self.classic else unified).items():
            (self.folder / name).write_text(str(value))

    def add(self, pid: int) -> None:
        (self.folder / "cgroup.procs").write_text(str(pid))


@pytest.fixture
def group(request) -> Iterator[Group]:
    """A group for the controller that the test's parameter names."""
    made = Group(request.param)
    try:
        made.folder.mkdir()
        wanted = "memory.limit_in_bytes" if request.param == "memory" else "cpu.cfs_quota_us"
        if not (made.folder / (wanted if made.classic else f"{request.param}.max")).exists():
            raise OSError(f"none for {request.param}")
    except OSError as error:
        pytest.skip(f"this user may not make control groups: {error}")
    yield made
    for pid in (made.folder / "cgroup.procs").read_text().split():
        psutil.Process(int(pid)).kill()
    for _ in range(100):
        try:
            made.folder.rmdir()
            break
        except OSError:
            time.sleep(0.02)


# --- memory ----------------------------------------------------------------------------------------------------------

HOLD = """
import sys
held = bytearray(400 << 20)
held[::4096] = b"x" * len(held[::4096])
print("held", flush=True)
sys.stdin.read()
"""
HUGE = Plan(threads=1, data="synthetic", image_size=128, channels=3, width=64, batch=512)


@LINUX
@pytest.mark.parametrize("group", ["memory"], indirect=True)
def test_where_memory_runs_out_the_users_program_lives(group):
    """Real: the kernel's own choice in a group of 900 MB, in which a program of the user's holds 400."""
    group.limit({"memory.limit_in_bytes": 900 << 20}, {"memory.max": str(900 << 20), "memory.swap.max": "0"})
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=pipe, stdout=pipe, text=True) as bystander:
        group.add(bystander.pid)
        assert bystander.stdout.readline() == "held\n"
        session = WorkerSession(WorkerCommand(), time.perf_counter)
        session.start()
        try:
            group.add(session.pid)
            run = session.run(Request("train", HUGE, RULES_OF_RUN), lambda _: None)
        finally:
            session.close()
        assert run.failure.code == "died"
        assert "SIGKILL, which the system also sends when memory runs out" in run.failure.detail
        assert bystander.poll() is None
        bystander.stdin.close()


@LINUX
def test_the_worker_has_a_cap_on_its_memory_and_lives_on():
    """Real: the estimates that refuse a plan are passed over, and the run asks for more than it may have."""
    session = WorkerSession(WorkerCommand(), time.perf_counter)
    session.start()
    try:
        worker = psutil.Process(session.pid)
        assert Path(f"/proc/{worker.pid}/oom_score_adj").read_text() == "1000\n"
        assert Path("/proc/self/oom_score_adj").read_text() != "1000\n"
        assert worker.nice() == (WORKER if session.torch.priority_raised else psutil.Process().nice())
        before, most = worker.memory_info().rss, 400 << 20
        run = session.run(Request("train", HUGE, RULES_OF_RUN, memory=most), lambda _: None)
        assert run.failure.code == "out-of-memory"
        assert worker.memory_info().rss - before < 2 * most
        run = session.run(Request("train", SHORT.train, RULES_OF_RUN, memory=most), lambda _: None)
        assert run.failure is None
    finally:
        session.close()


# --- the engine ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("torch", "code", "said"),
    [
        ("raise ImportError('libtorch_cpu.so: cannot open shared object file')", "torch-missing", "libtorch_cpu.so"),
        ("raise OSError('[WinError 126] fbgemm.dll')", "no-visual-c", "fbgemm.dll"),
        ("version = 'half of it is missing'", "torch-missing", "AttributeError"),
        ("import os; os.kill(os.getpid(), 4)", "no-instructions", "SIGILL"),
        ("import time; time.sleep(60)", "silent", "3 s"),
    ],
)
def test_a_torch_that_fails_to_import_is_told(home, tmp_path, torch, code, said):
    """Real: a torch that raises, that lacks parts, that this processor cannot run, that hangs."""
    (tmp_path / "torch.py").write_text(torch)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        "from rigdyno.core.worker.request_loop import main; sys.exit(main())"
    )
    result = quietly(command=(sys.executable, "-P", "-c", script), hello_s=3.0 if code == "silent" else 120)
    assert result.status == "nothing"
    assert [p.code for p in result.problems] == [code]
    assert said in result.problems[0].sentence
    assert History(home).load(result.id) == result


# --- time ------------------------------------------------------------------------------------------------------------

STOPPED_S, SILENCE_S = 12.0, 9.0
RUN = f"""
import sys
from rigdyno.core.check.check import Check
from rigdyno.core.records.plan import CheckPlan, Plan
from rigdyno.core.records.events import Window
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.core.store import result_files

def tell(update):
    if isinstance(update, WorkerSaid) and isinstance(update.event, Window) and not update.event.warm:
        print("measuring", flush=True)

plan = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=4, threads=1, data="synthetic"))
result = Check(plan, tell, silence_s={SILENCE_S}).run()
sys.stdout.write(result_files.to_json(result).decode().replace("\\n", " "))
"""


@pytest.mark.slow
@LINUX
def test_a_stop_in_the_middle_is_no_slowness(home):
    """Simulated: a test cannot put its machine to sleep. All processes are stopped for longer than the patience."""
    with subprocess.Popen([sys.executable, "-P", "-c", RUN], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout.readline() == "measuring\n"
        tree = [psutil.Process(program.pid), *psutil.Process(program.pid).children(recursive=True)]
        time.sleep(0.1)  # it has told of a window: into the middle of the next one, whose time the stop then is
        for process in tree:
            process.suspend()
        time.sleep(STOPPED_S)
        for process in reversed(tree):
            process.resume()
        result = result_files.from_json(program.stdout.read().rpartition("measuring\n")[2].encode())
    assert result.status == "complete", result.runs[0].failure
    (run,) = result.runs
    paused = [w for w in run.windows if w.paused_s]
    assert max(w.paused_s for w in paused) >= STOPPED_S - 1
    assert not {w.t for w in paused} & {w.t for w in window_statistics.measured_windows(run)}
    assert run.windows[-1].t > paused[-1].t, "and it went on"
    (doubt,) = [d for d in trust.trust_doubts(result.machine, result.runs, (), True) if d.code == "stood-still"]
    assert "what was measured meanwhile does not count" in doubt.sentence


def test_a_sleep_that_stops_the_clock_too_is_noticed():
    """Simulated: the numbers of a Linux that slept for an hour, in which its clock stood still."""
    now, asleep = [100.0], [5.0]
    detector = PauseDetector(lambda: now[0], lambda: asleep[0])
    before = detector.seconds_paused()
    for _ in range(9):
        now[0] += 0.3
        detector.poll()
    assert detector.seconds_paused() == before
    asleep[0] += 3600
    assert detector.seconds_paused() - before == 3600
    now[0] += 20  # a Windows, whose clock goes on
    assert detector.seconds_paused() - before == 3620, "before the detector has seen it"
    detector.poll()
    assert detector.seconds_paused() - before == 3620, "and counted once"


@pytest.mark.slow
def test_a_clock_that_is_set_back_in_the_middle(home, monkeypatch):
    """Simulated: the wall clock of this process alone goes back by a day at the first window."""
    real, back, seen = time.time, [0.0], []

    def listen(update):
        seen.append(update)
        if isinstance(update, WorkerSaid) and isinstance(update.event, Window):
            back[0] = 86_400.0

    monkeypatch.setattr(time, "time", lambda: real() - back[0])
    result = Check(SHORT, listen).run()
    assert result.status == "complete"
    samples = [u.sample for u in seen if isinstance(u, Sampled)]
    assert [s.t for s in samples] == sorted(s.t for s in samples)
    assert all(0 <= v <= 100 for s in samples for k, v in s.values.items() if k.startswith("cpu.") and v is not None
               and k not in ("cpu.clock", "cpu.temperature"))  # fmt: skip
    assert all(w.seconds < 43_200 for w in result.runs[0].windows)


# --- where results go ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@LINUX
def test_a_full_disk_costs_the_store_and_no_measurement(tmp_path):
    """Real: a file system of its own without room for a result; when there is room again, the journal gives it back."""
    done = in_namespace(
        f"mount -t tmpfs -o size=200k full {tmp_path}; cd {tmp_path}; head -c 150k /dev/zero > filler; code=0\n"
        f"{CLI} {TRAIN} || code=$?; echo code $code\n"
        f"rm filler; {CLI} history --recover; {CLI} history",
        RIGDYNO_HOME=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert "images/s" in done.stdout.partition("code")[0], "what was measured is shown"
    assert "code 5" in done.stdout
    assert "The result could not be stored: " in done.stderr
    assert "full" in done.stderr
    assert "Kept as the partial result" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@LINUX
def test_a_disk_that_fills_up_in_the_middle_ends_the_journal_alone(tmp_path):
    """Real: a limit on the size of files stands in for the disk; the check goes on, and is shown."""
    done = in_namespace(
        f"mount -t tmpfs -o size=8k full {tmp_path}; code=0\n{CLI} {TRAIN} || code=$?; echo code $code",
        RIGDYNO_HOME=str(tmp_path),
    )
    assert "images/s" in done.stdout
    assert "code 5" in done.stdout
    assert "Traceback" not in done.stderr


@LINUX
@pytest.mark.parametrize("place", ["", pytest.param("/missing/folder", marks=pytest.mark.slow)])
def test_a_folder_that_cannot_be_written(tmp_path, place):
    """Real: a read-only file system, with the data folder there and with it missing."""
    done = in_namespace(
        f"mount -t tmpfs -o ro none {tmp_path}; code=0\n{CLI} {TRAIN} || code=$?; echo code $code",
        RIGDYNO_HOME=f"{tmp_path}{place}",
    )
    assert "images/s" in done.stdout
    assert "code 5" in done.stdout
    assert "The result could not be stored: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_locked_store_costs_no_result(home, monkeypatch):
    """Real: another program holds the store's lock for longer than anybody waits."""
    monkeypatch.setattr(history, "BUSY_S", 0.3)
    home.mkdir()
    History(home).entries()
    seen = []
    with closing(sqlite3.connect(home / "results.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = Check(SHORT, seen.append).run()
    assert seen[-1].unsaved.startswith("database is locked: close other copies, or set RIGDYNO_HOME")
    (left,) = interrupted_checks(home)
    kept = keep(left, home, RULES)
    assert (kept.id, kept.runs) == (result.id, result.runs)


@pytest.mark.slow
def test_a_corrupt_store_costs_no_result(home):
    """Real: pages of the store are overwritten before the check."""
    home.mkdir()
    (home / "results.sqlite").write_bytes(b"my diary " * 1000)
    seen = []
    result = Check(SHORT, seen.append).run()
    assert "not a database" in seen[-1].unsaved
    assert (home / "results.sqlite").read_bytes() == b"my diary " * 1000
    History(home).set_aside()
    assert keep(*interrupted_checks(home), home, RULES).runs == result.runs


@pytest.mark.slow
def test_two_programs_check_at_once_in_one_folder(home):
    """Real: two processes, one data folder; neither takes the other's journal for a crash's."""
    command = [*CLI.split(), *TRAIN.split()]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
    told = [program.communicate(timeout=200) for program in both]
    assert [program.returncode for program in both] == [0, 0]
    assert all("was interrupted" not in err for _, err in told)
    assert [e.status for e in History(home).entries()] == ["complete"] * 2
    assert list((home / "running").iterdir()) == []


# --- names and numbers -----------------------------------------------------------------------------------------------


@LINUX
@pytest.mark.parametrize("locale", [pytest.param("C.UTF-8", marks=pytest.mark.slow), "C"])
def test_a_user_with_spaces_and_other_letters_in_every_path(tmp_path, locale):
    """Real: home, data, temporary and current folder, and the file asked for."""
    user = tmp_path / "Ana María Ñandú 王 (x86)"
    user.mkdir()
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_DATA_HOME"), str(user))
    environment = os.environ | places | {"RIGDYNO_HOME": str(user / "data"), "LC_ALL": locale}
    command = [*CLI.split(), *TRAIN.split(), "--json", "résult ado.json"]
    done = subprocess.run(command, env=environment, cwd=user, capture_output=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    result = result_files.read(user / "résult ado.json")
    assert History(user / "data").load(result.id) == result


@pytest.fixture(scope="session")
def german(tmp_path_factory):
    """The environment of a system that writes 1.234,5; made with the system's own tool where it lacks that."""
    folder = tmp_path_factory.mktemp("locales")
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")], capture_output=True, check=False
    )
    if not made or not (folder / "de_DE.UTF-8" / "LC_NUMERIC").exists():
        pytest.skip("no localedef with the sources of de_DE here")
    return {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}


COMMA = """
import ctypes, locale, sys
locale.setlocale(locale.LC_ALL, "")  # as Qt does in the window's process
assert locale.localeconv()["decimal_point"] == ",", locale.localeconv()
import numpy
from rigdyno.core.cli import command_line
sys.exit(command_line.main(sys.argv[1:]))
"""


@pytest.mark.slow
@LINUX
def test_a_locale_with_a_decimal_comma(home, german, tmp_path):
    """Real: the C library itself writes commas, in the program and in the worker that inherits it."""
    command = [sys.executable, "-P", "-c", COMMA, *TRAIN.split(), "--json", str(tmp_path / "out.json")]
    done = subprocess.run(command, env=os.environ | german, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    result = result_files.read(tmp_path / "out.json")
    assert window_statistics.rate(result.runs[0]).median > 0
    assert History(home).load(result.id) == result


# --- machines --------------------------------------------------------------------------------------------------------


@LINUX
@pytest.mark.parametrize("group", ["cpu"], indirect=True)
def test_a_group_with_one_processors_worth_of_time(group):
    """Real: a quota of the kernel's."""
    group.limit({"cpu.cfs_period_us": 100_000, "cpu.cfs_quota_us": 50_000}, {"cpu.max": "50000 100000"})
    told = in_group(group, "r = cpu.probe()['cpu.usable_cores']; print(r.value, r.source)")
    assert told.startswith("1 ")
    assert "cgroup quota of 0.5" in told


@LINUX
@pytest.mark.parametrize("group", ["memory"], indirect=True)
def test_a_group_with_little_memory(group):
    """Real: a limit of the kernel's; plans that need more are refused, as they would swap or be killed."""
    group.limit({"memory.limit_in_bytes": 1 << 30}, {"memory.max": str(1 << 30)})
    code = "r = memory.probe(); print(r['memory.limit'].value, r['memory.available'].value)"
    limit, available = map(int, in_group(group, code).split())
    assert limit == 1 << 30
    assert 0 < available <= limit


def in_group(group: Group, code: str) -> str:
    pipe, begin = subprocess.PIPE, "import sys; sys.stdin.readline(); from rigdyno.core.probes import cpu, memory; "
    with subprocess.Popen([sys.executable, "-P", "-c", begin + code], stdin=pipe, stdout=pipe, text=True) as program:
        group.add(program.pid)
        return program.communicate("\n", timeout=200)[0]


def big_machine(root: Path, online: str, cores: int) -> Path:
    """/sys of a machine with so many logical processors, two on each core, some of which are switched off."""
    system = root / "devices/system/cpu"
    for number in range(cores):
        topology = system / f"cpu{number}/topology"
        topology.mkdir(parents=True)
        half = cores // 2
        (topology / "core_cpus_list").write_text(f"{number % half},{number % half + half}\n")
        clock = system / f"cpu{number}/cpufreq/scaling_cur_freq"
        clock.parent.mkdir()
        clock.write_text("2500000\n")
    (system / "online").write_text(f"{online}\n")
    return root


def test_a_machine_of_256_processors_some_of_them_off(tmp_path, monkeypatch):
    """Simulated: the kernel's files of such a machine; nobody switches processors off under other people's programs."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(cpu, "_affinity", lambda: 192)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(64), *range(128, 256)}, raising=False)
    sysfs = big_machine(tmp_path, "0-63,128-255", 256)
    readings = cpu.probe(sysfs, tmp_path / "proc")
    assert readings["cpu.logical_cores"].value == 192
    assert readings["cpu.physical_cores"].value == 128
    assert readings["cpu.usable_cores"].value == 192
    assert len(clock_files(sysfs)) == 8, "each costs a question to its core"


@LINUX
def test_a_program_that_may_use_one_processor_of_many():
    """Real: the kernel's affinity, as containers and batch systems set it."""
    one = min(os.sched_getaffinity(0))
    code = f"import os; os.sched_setaffinity(0, {{{one}}}); from rigdyno.core.probes import cpu; "
    code += "print(cpu.probe()['cpu.usable_cores'].value)"
    told = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "1\n"


@pytest.mark.slow
@LINUX
def test_nothing_asks_for_root(home, tmp_path):
    """Real: without a single capability, as in a user namespace that maps nobody."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "-U", "true"], check=False).returncode:
        pytest.skip("this user may make no user namespace")
    home.mkdir()
    command = ["unshare", "-U", *CLI.split(), *TRAIN.split(), "--json", str(tmp_path / "out.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert result_files.read(tmp_path / "out.json").status == "complete"


def test_a_virtual_machine_without_sensors(tmp_path):
    """Simulated where this machine has any: a /sys without clocks and temperatures. Unknown is None, and never 0."""
    heard = []
    with SensorSampler(time.perf_counter, heard.append, 0.05, sysfs=tmp_path):
        deadline = time.monotonic() + 200
        while len(heard) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(heard) >= 3
    assert all(s.values["cpu.clock"] is None and s.values["cpu.temperature"] is None for s in heard)
    assert all(s.values["memory.used"] > 0 for s in heard)
