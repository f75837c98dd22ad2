"""The terminal: exit codes, refusals in one sentence, Ctrl-C, and the JSON that scripts read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import jsonschema
import pytest
from rigdyno.core import cli, results

COMMAND = [sys.executable, "-P", "-m", "rigdyno.core.cli"]


def run(*arguments: str, **extra) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=100, check=False, **extra)


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
    ],
)
def test_bad_arguments_are_one_sentence(arguments, field, allowed, capsys):
    try:
        code = cli.main(["train", *arguments])
    except SystemExit as exit_:  # argparse's own way for choices
        code = exit_.code
    said = capsys.readouterr().err
    assert code == cli.BAD_ARGUMENTS
    assert field in said
    assert allowed in said
    assert "Traceback" not in said


def test_what_this_machine_cannot_do_is_refused_too(home, capsys):
    assert cli.main(["train", "--devices", "cuda:9"]) == cli.BAD_ARGUMENTS
    assert "cuda:9 cannot train here" in capsys.readouterr().err


def test_train_says_accuracy_and_writes_json(home, tmp_path):
    file = tmp_path / "out.json"
    done = run("train", "--seconds", "1", "--threads", "1", "--json", str(file))
    assert done.returncode == cli.DONE, done.stderr
    assert "images/s" in done.stdout
    assert "2,000 test images" in done.stdout
    document = json.loads(file.read_text())
    jsonschema.validate(document, json.loads(results.schema()))
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
        out, err = process.communicate(timeout=30)
    assert process.returncode == cli.CANCELLED, err
    assert "partial" in out
    assert json.loads(file.read_text())["status"] == "partial"


def test_a_torch_that_cannot_load_is_exit_4(home, tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('libtorch_cpu.so is damaged')")
    done = run("check", "--quick", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == cli.NOTHING
    assert "libtorch_cpu.so is damaged" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_inspect_as_json_names_every_source(home):
    done = run("inspect", "--json")
    assert done.returncode == cli.DONE
    machine = json.loads(done.stdout)
    assert machine["readings"]["cpu.usable_cores"]["value"] >= 1
    assert all(r["source"] for r in machine["readings"].values())
    assert all(r["reason"] for r in machine["readings"].values() if r["value"] is None)
    assert machine["torch"]["version"]


def test_without_a_command_the_terminal_explains_itself(capsys):
    assert cli.main([]) == cli.BAD_ARGUMENTS
    assert "check" in capsys.readouterr().out
