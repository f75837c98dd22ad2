"""The terminal: exit codes, refusals in one sentence, Ctrl-C, and the JSON that scripts read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jsonschema
import psutil
import pytest
from rigdyno.core.cli import command_line
from rigdyno.core.store import result_files

from tests.core.builders import gpu_runs, machine, result

COMMAND = [sys.executable, "-P", "-m", "rigdyno.core.cli"]


def run(*arguments: str, **extra) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=200, check=False, **extra)


@pytest.mark.parametrize(
    ("arguments", "field", "allowed"),
    [
        (["--depth", "9"], "depth: 9", "1 to 8"),
        (["--depth", "6"], "depth: 6", "1 to 4"),
        (["--batch", "0"], "batch: 0", "1 to 65536"),
        (["--learning-rate", "nan"], "learning_rate: nan", "1e-08 to 10"),
        (["--seconds", "-1"], "seconds: -1", "0.5 to 86400"),
        (["--image-size", "64"], "image_size", "28, or any value with data synthetic"),
        (["--data", "synthetic", "--epochs", "2"], "epochs", "allowed is 0"),
        (["--precision", "fp8"], "--precision", "fp32"),
        (["--json", "/no/such/folder/out.json"], "--json", "/no/such/folder"),
        (["--seconds", "2", "--epochs", "2"], "--seconds and --epochs", "one of them"),
        (["--devices", ","], "--devices", "at least one device"),
        (["--model", "resnet18", "--data", "fashion-mnist"], "data: ResNet-18", "synthetic"),
    ],
)
def test_bad_arguments_are_one_sentence(arguments, field, allowed, capsys):
    try:
        code = command_line.main(["train", *arguments])
    except SystemExit as exit_:  # argparse's own way for choices
        code = exit_.code
    said = capsys.readouterr().err
    assert code == command_line.BAD_ARGUMENTS
    assert field in said
    assert allowed in said
    assert "Traceback" not in said


def test_what_this_machine_cannot_do_is_refused_too(home, capsys):
    assert command_line.main(["train", "--devices", "cuda:9"]) == command_line.BAD_ARGUMENTS
    assert "cuda:9 cannot train here" in capsys.readouterr().err


def test_train_says_accuracy_and_writes_json(home, tmp_path):
    file = tmp_path / "out.json"
    done = run("train", "--seconds", "1", "--threads", "1", "--json", str(file))
    assert done.returncode == command_line.DONE, done.stderr
    assert "images/s" in done.stdout
    assert "2,000 test images" in done.stdout
    document = json.loads(file.read_text())
    jsonschema.validate(document, json.loads(result_files.schema()))
    assert document["format"] == 1
    assert document["runs"][0]["windows"]
    assert document["verdict"] is None


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_leaves_a_partial_result(home, tmp_path):
    file = tmp_path / "out.json"
    command = [*COMMAND, "train", "--seconds", "60", "--threads", "1", "--json", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1) as process:
        for line in process.stdout:
            if "Training" in line:
                break
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=200)
    assert process.returncode == command_line.CANCELLED, err
    assert "partial" in out
    assert json.loads(file.read_text())["status"] == "partial"


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGHUP")
def test_a_closed_terminal_leaves_a_partial_result(home, tmp_path):
    file = tmp_path / "out.json"
    command = [*COMMAND, "train", "--seconds", "60", "--threads", "1", "--json", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1) as process:
        for line in process.stdout:
            if "Training" in line:
                break
        process.stdout.close()  # nobody reads any more, as after the terminal has gone
        os.kill(process.pid, signal.SIGHUP)
        process.wait(timeout=200)
        err = process.stderr.read()
    assert process.returncode == command_line.CANCELLED, err
    assert "Traceback" not in err
    assert json.loads(file.read_text())["status"] == "partial"


def is_worker(process: psutil.Process) -> bool:
    """Whether it is one already, and not still the copy of the program that becomes one."""
    try:
        return "rigdyno.core.worker" in process.cmdline()
    except psutil.Error:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_in_the_midst_of_an_inspection_is_no_traceback(home, tmp_path):
    (tmp_path / "torch.py").write_text("import time; time.sleep(60)")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    # A shell ignores SIGINT for what it runs in the background, and so would the whole test session's children.
    how = {"env": environment, "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*COMMAND, "inspect"], **how, **pipes) as process:
        while not (workers := [c for c in psutil.Process(process.pid).children() if is_worker(c)]):
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(0.2)  # so that the program knows of the worker too
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=200)
    assert (process.returncode, out, err) == (command_line.CANCELLED, "", "Stopped.\n")
    assert not any(w.is_running() for w in workers)


@pytest.mark.faults
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_under_stdout_is_said_once(home):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=200)
    assert done.returncode == command_line.UNWRITTEN
    assert done.stderr == "rigdyno: standard output could not be written: No space left on device\n"


def test_head_is_no_error(home):
    done = subprocess.run(
        " ".join([*COMMAND, "schema", "| head -1"]), shell=True, capture_output=True, text=True, timeout=200
    )
    assert done.stderr == ""


TRAIN = ["train", "--seconds", "0.5", "--threads", "1", "--data", "synthetic"]


@pytest.mark.slow
def test_a_result_that_cannot_be_written_is_told_by_the_exit_code(home, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("RIGDYNO_HOME", str(tmp_path / "file"))
    assert command_line.main(TRAIN) == command_line.UNWRITTEN
    assert "RIGDYNO_HOME) cannot be made, as a file is in its way" in capsys.readouterr().err
    assert command_line.main([*TRAIN, "--json", str(tmp_path / "out.json")]) == command_line.DONE
    assert json.loads((tmp_path / "out.json").read_text())["runs"]


def test_a_torch_that_cannot_load_is_exit_4(home, tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('libtorch_cpu.so is damaged')")
    done = run("check", "--quick", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == command_line.NOTHING
    assert "libtorch_cpu.so is damaged" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_inspect_as_json_names_every_source(home):
    done = run("inspect", "--json")
    assert done.returncode == command_line.DONE
    machine = json.loads(done.stdout)
    assert machine["readings"]["cpu.usable_cores"]["value"] >= 1
    assert all(r["source"] for r in machine["readings"].values())
    assert all(r["reason"] for r in machine["readings"].values() if r["value"] is None)
    assert machine["torch"]["version"]


def test_without_a_command_the_terminal_explains_itself(capsys):
    assert command_line.main([]) == command_line.BAD_ARGUMENTS
    assert "check" in capsys.readouterr().out


def stored(path: Path, **changes) -> str:
    """A result file of a machine in scenario 3, written by an older version's rules: the verdict in it is another."""
    runs = tuple(gpu_runs(2764, 471.69, 30.0))
    old = replace(result(), machine=machine(1, 24), runs=runs, status="complete", verdict=None)
    result_files.write(replace(old, **changes), path)
    return str(path)


def test_a_stored_result_is_judged_again(tmp_path, capsys):
    path = stored(tmp_path / "old.json")
    assert command_line.main(["judge", path]) == command_line.DONE
    assert "Scenario 3 of 4" in capsys.readouterr().out
    assert command_line.main(["judge", path, "--json"]) == command_line.DONE
    again = result_files.from_json(capsys.readouterr().out.encode())
    before = result_files.from_json(Path(path).read_bytes())
    assert again.verdict.scenario == 3
    assert replace(again, verdict=None) == before, "what was measured stays as it was"


def test_a_result_without_jobs_cannot_be_judged(tmp_path, capsys):
    assert command_line.main(["judge", stored(tmp_path / "old.json", runs=())]) == command_line.NOTHING
    assert capsys.readouterr().err == "Too little was measured to name a scenario.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "neither a file nor an id"),
        (b"", "Not a Rigdyno result"),
        (b'{"format": 1}', "Not a Rigdyno result"),
        (b'{"format": 99}', "from a newer Rigdyno"),
        (b"[" * 100_000, "Not a Rigdyno result"),
        (b" " * (result_files.MAX_BYTES + 1), "larger than 64 MiB"),
    ],
)
def test_what_is_no_result_is_refused_in_one_line(tmp_path, capsys, content, said):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    assert command_line.main(["judge", str(path)]) == command_line.BAD_ARGUMENTS
    error = capsys.readouterr().err
    assert said in error
    assert str(path) in error
    assert error.count("\n") == 1
