"""A check on another computer, against a real SSH server on this one's loopback that the test starts and stops."""

from __future__ import annotations

import getpass
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from rigdyno.core.check import step_durations
from rigdyno.core.check.check import Check
from rigdyno.core.check.updates import WorkerSaid
from rigdyno.core.cli import shared_options
from rigdyno.core.records import scaling_efficiency
from rigdyno.core.records.events import Progress, Window
from rigdyno.core.records.machine import Sample
from rigdyno.core.records.plan import CheckPlan, Plan, Rules
from rigdyno.core.session import ssh_package
from rigdyno.core.session.ssh_computer import SshComputer
from rigdyno.core.session.ssh_host import Host
from rigdyno.core.session.worker_session import SessionError
from rigdyno.core.store.data_folder import data_folder
from rigdyno.core.store.history import History
from rigdyno.core.words.writer import english

from tests import ssh

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such server there")
SHORT = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=1, threads=1, data="synthetic", depth=1))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Its port, and the folder with the keys."""
    yield from ssh.serve(tmp_path_factory.mktemp("ssh"))


def there(server, key: str = "user", known: str = "known", python: str = sys.executable) -> SshComputer:
    return SshComputer(ssh.address(server, python), ssh.options(server, key, known))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A Python without a single package."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return str(folder / "bin/python")


def left_behind() -> list[str]:
    """Processes of a remote check that should be gone; this computer's others run in Pythons of their own."""
    running = (p.info["cmdline"] or [""] for p in psutil.process_iter(["cmdline"]))
    ours = [words for words in running if words[0] == sys.executable]
    signs = ("runpy.run_module", "rigdyno.core.sensors.remote_agent", "rigdyno.core.worker.distributed")
    return [" ".join(words) for words in ours if any(sign in word for word in words for sign in signs)]


def wait_until_gone() -> None:
    for _ in range(2000):  # torchrun takes its time where others take the processor
        if not left_behind():
            return
        time.sleep(0.1)
    pytest.fail(f"left behind: {left_behind()}")


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("server", Host("server")),
        ("ada@server.example.org:2222", Host("ada@server.example.org", 2222)),
        ("ada@[2001:db8::1]:22", Host("ada@2001:db8::1", 22)),
    ],
)
def test_hosts(written, host):
    assert Host.parse(written) == host
    assert shared_options.host(written) == host


@pytest.mark.parametrize(
    "written",
    ["", "-oProxyCommand=reboot", "a b", "a;reboot", "$(reboot)", "a@-b", "host:0", "host:99999", "host\n", "a@b@c"],
)
def test_what_is_no_host(written):
    with pytest.raises(ValueError, match=r"is no host; allowed is \[user@\]server\[:port\]"):
        Host.parse(written)


def test_a_check_there(server, home):
    """Trains in a worker there, with its sensors; the result is stored under its name; nothing stays behind."""
    said = []
    result = Check(SHORT, said.append, site=there(server)).run()
    (run,) = result.runs
    assert run.failure is None, run.failure
    assert result.status == "complete"
    assert any(isinstance(u, WorkerSaid) and isinstance(u.event, Window) for u in said)
    assert "127.0.0.1" in str(result.machine.value("host.model"))
    assert result.machine.value("memory.total") == psutil.virtual_memory().total
    during = [s for s in result.telemetry if run.started <= s.t <= run.ended]
    assert len(during) > 2, "its sensors, on our clock"
    assert max(s.values["cpu.own"] or 0 for s in during) > 0, "they know the worker"
    assert History(data_folder()).load(result.id) == result
    assert [e.name for e in History(data_folder()).entries()] == [f"{getpass.getuser()}@127.0.0.1"]
    wait_until_gone()


@pytest.mark.slow
def test_ranks_train_together_there(server, home, monkeypatch):
    """torchrun and its ranks find what was sent, and leave nothing behind, cancelled or not."""
    monkeypatch.setattr(scaling_efficiency, "plans", lambda device, threads: (Plan(device=device, threads=threads),))
    pace = step_durations.Pace(Rules(warmup_min_s=0.1, warmup_cap_s=0.3, min_windows=3, budget_s=3), 0.5)
    monkeypatch.setitem(step_durations.FULL, "scaling", pace)
    temporary = Path(tempfile.gettempdir())
    plan, notes = CheckPlan("custom", ("scaling",), ("cpu",), ranks=2), set(temporary.glob("torchelastic*"))
    result = Check(plan, lambda _: None, site=there(server)).run()
    assert [s.ranks for run in result.runs for s in run.scalings] == [1, 2]
    (run,) = result.runs
    during = [s.values["cpu.own"] or 0 for s in result.telemetry if run.started <= s.t <= run.ended]
    assert max(during) > 0, "the sensors know the ranks"
    wait_until_gone()
    monkeypatch.setitem(
        step_durations.FULL, "scaling", replace(pace, seconds=300.0, rules=replace(pace.rules, budget_s=600))
    )

    def listen(update) -> None:
        if isinstance(update, WorkerSaid) and isinstance(update.event, Progress):
            check.cancel()

    check = Check(plan, listen, site=there(server))
    assert [run.stop for run in check.run().runs] == ["cancelled"]
    wait_until_gone()
    assert set(temporary.glob("torchelastic*")) <= notes


def test_cancelled_there(server, home):
    long = CheckPlan("custom", ("train",), ("cpu",), Plan(seconds=60, threads=1, data="synthetic"))

    def listen(update) -> None:
        if isinstance(update, WorkerSaid) and isinstance(update.event, Window):
            check.cancel()

    check = Check(long, listen, site=there(server))
    result = check.run()
    assert result.status == "partial"
    assert result.runs[0].stop == "cancelled"
    wait_until_gone()


def test_the_folder_there_is_private_and_goes(server, tmp_path):
    shown = tmp_path / "python"
    shown.write_text(f'#!/bin/sh\nTMPDIR={tmp_path} exec {sys.executable} "$@"\n')
    shown.chmod(0o755)
    site = there(server, python=str(shown))
    process = site.start("rigdyno.core.sensors.remote_agent", "sample", "0.1", "0")
    first = json.loads(process.stdout.readline())
    (made,) = tmp_path.glob("rigdyno-*")
    assert made.stat().st_mode & 0o777 == 0o700
    assert Sample(**first).values["memory.used"]
    process.kill()  # the connection breaks
    process.communicate()
    for _ in range(2000):
        if not list(tmp_path.glob("rigdyno-*")):
            break
        time.sleep(0.1)
    assert list(tmp_path.glob("rigdyno-*")) == []
    wait_until_gone()


def test_a_computer_without_our_packages_is_looked_at_all_the_same(server, bare):
    """Neither psutil nor pynvml: what needs them is missing with a reason, and everything else is told."""
    machine = there(server, python=bare).inspect()
    assert machine.value("cpu.model")
    missing = [r.reason for r in machine.readings.values() if r.value is None]
    assert missing
    assert all(missing)


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [
        ({"key": "stranger"}, "host-denied", "ssh-copy-id"),
        ({"known": "nothing"}, "host-key", "is unknown or has changed"),
        ({"python": "/nowhere/python3"}, "host-python", "/nowhere/python3 was not found there"),
    ],
)
def test_why_it_cannot_be_asked(server, how, code, words):
    with pytest.raises(SessionError) as caught:
        there(server, **how).inspect()
    failure = caught.value.failure
    assert failure.code == code
    assert words in english.sentence(failure.code, {"detail": failure.detail})


def test_nobody_listens():
    with pytest.raises(SessionError) as caught:
        SshComputer(Host("127.0.0.1", ssh.free_port())).inspect()
    assert caught.value.failure.code == "host-unreachable"


def test_no_torch_there(server, bare, home):
    result = Check(SHORT, lambda _: None, site=there(server, python=bare)).run()
    assert result.status == "nothing"
    assert [p.code for p in result.problems] == ["torch-missing"]
    assert "pip install torch" in result.problems[0].sentence
    wait_until_gone()


def test_no_client(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SessionError) as caught:
        SshComputer(Host("127.0.0.1")).inspect()
    assert caught.value.failure.code == "host-no-client"


def test_an_argument_is_never_a_command(server, tmp_path):
    """What the user names is quoted for the shell there."""
    trap = tmp_path / "trap"
    with pytest.raises(SessionError):
        there(server, python=f"python3; touch {trap}; #").inspect()
    assert not trap.exists()


def test_what_travels():
    assert len(ssh_package.package_as_zip()) < 8 << 20
