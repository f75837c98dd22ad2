"""What a worker inherits from its user: variables of the shell, start files of Python, greetings of login shells."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.speed_variables import FOREIGN, RECOMMENDED, foreign_settings, without_foreign
from rigdyno.core.session.ssh_computer import SshComputer
from rigdyno.core.session.ssh_host import Host
from rigdyno.core.session.ssh_package import BOOTSTRAP
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_failures import end_of_worker, reported_failure
from rigdyno.core.session.worker_session import SessionError, WorkerSession

TELL = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"
HELLO = (
    '{"event":"Hello","data":{"t":0,"pid":1,"protocol":1,"torch":{"version":"0","python":"3","cuda":"",'
    '"cpu_capability":"","threads":1,"architectures":[],"devices":[],"seconds_to_import":0}}}'
)
SHORT = Rules(warmup_min_s=0.1, warmup_min_windows=2, warmup_cap_s=0.3, min_windows=3, budget_s=20)
posix = pytest.mark.skipif(sys.platform == "win32", reason="shells and signals of POSIX")


def seen_by(command: WorkerCommand) -> dict[str, str]:
    """The environment that a worker of this command finds."""
    process = command.start()
    told, _ = process.communicate()
    found: dict[str, str] = json.loads(told)
    return found


def first_event(code: str, **patience: float) -> str:
    """The version of torch in the Hello of a worker that runs this code. Raises SessionError."""
    session = WorkerSession(WorkerCommand((sys.executable, "-P", "-c", code)), time.perf_counter, **patience)
    try:
        return session.start().version
    finally:
        session.close()


def test_variables_that_change_the_speed_stay_away_from_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    left_behind = {name: "0" for name in FOREIGN if not name.startswith("PYTHON")}
    for name, value in {**left_behind, "CUDA_VISIBLE_DEVICES": "1", "SLURM_JOB_ID": "7"}.items():
        monkeypatch.setenv(name, value)
    found = seen_by(WorkerCommand((sys.executable, "-c", TELL), threads=2))
    assert not set(found) & set(FOREIGN)
    assert (found["CUDA_VISIBLE_DEVICES"], found["SLURM_JOB_ID"]) == ("1", "7"), "what the user chose stays"
    assert found["OMP_NUM_THREADS"] == "2"
    assert not set(RECOMMENDED) & set(FOREIGN)


@pytest.mark.parametrize(
    "name",
    [
        *("GOMP_CPU_AFFINITY", "OMP_PLACES", "OMP_PROC_BIND", "KMP_AFFINITY", "KMP_HW_SUBSET", "OMP_THREAD_LIMIT"),
        *("OMP_DYNAMIC", "KMP_LIBRARY", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "BLIS_JC_NT"),
        *("OMP_TEAMS_THREAD_LIMIT", "MKL_NUM_STRIPES", "MKL_DOMAIN_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NESTED"),
        *("CUDA_LAUNCH_BLOCKING", "PYTORCH_NO_CUDA_MEMORY_CACHING", "MALLOC_PERTURB_", "PYTHONMALLOC"),
    ],
)
def test_each_kind_of_variable_is_known(name: str) -> None:
    assert without_foreign({name: "1", "PATH": "/bin"}) == {"PATH": "/bin"}
    assert foreign_settings({name: "1", "PATH": "/bin"}) == [f"{name}=1"]


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's OpenMP")
def test_threads_that_the_shell_binds_to_one_core_use_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real training in a shell with GOMP_CPU_AFFINITY=0: the worker may run on every core that this test has."""
    monkeypatch.setenv("GOMP_CPU_AFFINITY", "0")
    monkeypatch.setenv("OMP_PROC_BIND", "true")
    session = WorkerSession(WorkerCommand(threads=2), time.perf_counter)
    try:
        told = session.start()
        run = session.run(Request("train", Plan(threads=2, seconds=0.5, data="synthetic"), SHORT), lambda _: None)
        assert run.failure is None
        assert session.pid
        threads = [int(folder.name) for folder in Path(f"/proc/{session.pid}/task").iterdir()]
        assert {frozenset(os.sched_getaffinity(number)) for number in threads} == {frozenset(os.sched_getaffinity(0))}
    finally:
        session.close()
    assert not set(told.environment) & set(FOREIGN)


@pytest.mark.parametrize(
    "noise",
    [
        "print('site: welcome to the cluster')",
        "print('no line end', end='')",
        "print('null'); print('{}'); print('[1, 2]'); print(); print('{\"a\": 1}')",
        "sys.stdout.buffer.write(b'\\xff\\xfe\\x00\\n')",
        "os.write(1, b'from C\\n')",
        "print('x\\n' * 500)",
    ],
)
def test_what_others_print_before_the_first_event_is_passed_over(noise: str) -> None:
    code = (
        f"import os, sys; {noise}; sys.stdout.flush()\n"
        "from rigdyno.core.records.child_channel import open_channel\n"
        "from rigdyno.core.records.events import Hello\nfrom rigdyno.core.records.machine import Torch\n"
        "emit, requests = open_channel(); emit(Hello(0.0, 1, 1, Torch('2.9', '3', '', '', 1, (), (), 0.0)))\n"
        "requests.get()"
    )
    assert first_event(code) == "2.9"


def test_a_start_file_of_python_may_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('site: welcome to the cluster')\nprint('and', end='')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    session = WorkerSession(WorkerCommand(), time.perf_counter)
    try:
        session.start()
        run = session.run(Request("train", Plan(threads=1, seconds=0.5, data="synthetic"), SHORT), lambda _: None)
        assert run.failure is None
    finally:
        session.close()


def test_a_program_that_never_stops_printing_is_no_worker() -> None:
    with pytest.raises(SessionError) as caught:
        first_event("while True: print('y')")
    assert caught.value.failure.code == "protocol"


def test_the_last_words_of_a_shell_that_refuses_are_told() -> None:
    with pytest.raises(SessionError) as caught:
        first_event("print('This account is currently not available.'); raise SystemExit(1)")
    assert caught.value.failure.code == "died"
    assert "This account is currently not available." in caught.value.failure.detail


# --- over ssh --------------------------------------------------------------------------------------------------------


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Stands in for `ssh`: gives the command to this login shell as sshd does, after what its start file prints."""

    def install(name: str, greeting: str = "") -> SshComputer:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"no {name} here")
        client = tmp_path / "ssh"
        client.write_text(
            f"#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\nprintf '%b' '{greeting}'\nexec {found} -c \"$1\"\n"
        )
        client.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return SshComputer(Host("there", python=sys.executable))

    return install


@posix
@pytest.mark.parametrize("name", ["sh", "bash", "dash", "tcsh", "csh", "zsh", "fish", "ksh"])
def test_every_login_shell_runs_the_worker_without_foreign_variables(
    shell, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_PLACES", "{0}")
    there = shell(name)
    assert "OMP_PLACES={0}" in there.inspect().value("host.speed_variables")
    command = there.worker_command(2, "ACTIVE")
    session = WorkerSession(command, time.perf_counter)
    try:
        told = session.start()
    finally:
        session.close()
    assert told.environment["OMP_NUM_THREADS"] == "2"
    assert not set(told.environment) & set(FOREIGN)


def test_the_script_for_the_other_computer_is_one_word_of_every_shell() -> None:
    """csh ends a quotation with the line and reads "!" inside of it; cmd.exe reads "%"."""
    assert not set('\n!%"\\$`') & set(BOOTSTRAP)
    assert subprocess.run([sys.executable, "-c", f"compile({BOOTSTRAP!r}, '', 'exec')"], check=True).returncode == 0


@posix
@pytest.mark.parametrize(
    "greeting",
    [
        *("Welcome\\n", "Last login: today", '{"readings": 1}\\n[]\\n', "\\n\\n"),
        *("\\033[1mnode7\\033[0m\\r\\n\\a", "caf\\0351 \\0377\\n", "null\\n" * 300),
    ],
)
def test_a_greeting_of_the_login_shell_is_no_answer(shell, greeting: str) -> None:
    there = shell("sh", greeting)
    assert there.inspect().value("memory.total")
    assert isinstance(there.gpus()[1], str)
    session = WorkerSession(there.worker_command(1, "ACTIVE"), time.perf_counter)
    try:
        assert session.start().version
    finally:
        session.close()


@posix
def test_a_library_of_the_driver_may_print_there(shell, tmp_path: Path) -> None:
    """A stub of NVML as build kits have it, which writes on standard output by C's buffered functions."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs a C compiler and Linux's name for the library")
    source = tmp_path / "stub.c"
    source.write_text(
        "#include <stdio.h>\n#include <unistd.h>\n"
        'int nvmlInitWithFlags(unsigned f) { (void)f; puts("a stub"); printf("for building"); '
        'return (int)write(1, "!", 1) + 11; }\n'
        'const char *nvmlErrorString(int c) { (void)c; return "stub"; }\n'
    )
    subprocess.run([compiler, "-shared", "-fPIC", "-o", tmp_path / "libnvidia-ml.so.1", source], check=True)
    environment = os.environ | {"LD_LIBRARY_PATH": str(tmp_path)}
    inspect = [sys.executable, "-m", "rigdyno.core.cli", "doctor", "--json"]
    told = subprocess.run(inspect, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)
    agent = [sys.executable, "-m", "rigdyno.core.sensors.remote_agent", "gpus"]
    told = subprocess.run(agent, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)[0] == []
    assert "a stub" in told.stderr


# --- how a worker ends -----------------------------------------------------------------------------------------------


@posix
def test_a_processor_that_lacks_instructions_is_named() -> None:
    with pytest.raises(SessionError) as caught:
        first_event("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    assert caught.value.failure.code == "no-instructions"
    assert "instructions that this processor lacks (signal SIGILL)" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "remote", "found", "detail"),
    [
        (-4, False, "no-instructions", "signal SIGILL"),
        (132, True, "no-instructions", "signal SIGILL"),
        (132, False, "died", "exit code 132"),
        (0xC000001D, False, "no-instructions", "exit code 3221225501"),
        (137, True, "died", "signal SIGKILL, which the system also sends when memory runs out"),
        (-9, False, "died", "signal SIGKILL, which the system also sends when memory runs out"),
        (-11, False, "died", "signal SIGSEGV"),
        (-77, False, "died", "signal 77"),
        (1, True, "died", "exit code 1"),
        (255, True, "died", "exit code 255"),
    ],
)
@posix
def test_exit_codes(code: int, remote: bool, found: str, detail: str) -> None:
    failure = end_of_worker(code, [], remote)
    assert (failure.code, failure.detail) == (found, detail)
    assert end_of_worker(code, ["a", "b"], remote).detail == f"{detail}; its last words: b"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (
            'OSError: [Errno 22] The specified module could not be found. Error loading "C:\\torch\\c10.dll" or '
            "one of its dependencies.",
            "no-visual-c",
        ),
        ('OSError: [WinError 126] No se puede encontrar el módulo especificado. Error loading "x"', "no-visual-c"),
        ("OSError: [WinError 127] Die angegebene Prozedur wurde nicht gefunden.", "no-visual-c"),
        ("OSError: [WinError 1114] A dynamic link library (DLL) initialization routine failed.", "no-visual-c"),
        ("ImportError: DLL load failed while importing _C: Das angegebene Modul wurde nicht gefunden.", "no-visual-c"),
        (
            'OSError: [WinError 1455] The paging file is too small. Error loading "C:\\torch\\cublas.dll"',
            "torch-missing",
        ),
        ('OSError: [WinError 193] %1 is not a valid Win32 application. Error loading "C:\\c10.dll"', "torch-missing"),
        ("ImportError: DLL load failed while importing _multiarray_umath: missing", "torch-missing"),
        ("ImportError: libtorch_cpu.so: cannot open shared object file", "torch-missing"),
        ("ModuleNotFoundError: No module named 'torch'", "torch-missing"),
    ],
)
def test_what_torch_could_not_load(said: str, code: str) -> None:
    assert reported_failure("torch-missing", said).code == code
    assert reported_failure("error", said).code == "error"
