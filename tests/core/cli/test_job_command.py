"""`rigdyno job`: the catalogue, the count of memory alone, a language model by its config.json, and what is refused."""

from __future__ import annotations

import json
import platform

import pytest
from rigdyno.core.cli import command_line
from rigdyno.core.reference.job_catalogue import load_catalogue
from rigdyno.core.store.history import History

SMALL = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "vocab_size": 256,
}


@pytest.fixture
def config(tmp_path):
    """Writes a config.json, changed as asked, and gives its path."""

    def write(**changes: object) -> str:
        path = tmp_path / "config.json"
        path.write_text(json.dumps(SMALL | changes), encoding="utf-8")
        return str(path)

    return write


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = command_line.main(["job", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_list_has_every_job_with_its_family_sizes_and_source(capsys):
    code, out, _ = run(capsys, "--list", "--json")
    listed = json.loads(out)
    assert code == 0
    assert [item["name"] for item in listed] == [job.name for job in load_catalogue()]
    assert len(listed) >= 28
    assert all(item["family"] and item["source"] and item["sizes"] for item in listed)
    code, out, _ = run(capsys, "--list")
    assert all(job.name in out for job in load_catalogue())


def test_memory_alone_is_counted_without_training_and_not_kept(capsys, home, config):
    code, out, _ = run(capsys, "--config", config(), "--memory", "--json", "--lora", "4", "--sequence", "128")
    told = json.loads(out)
    assert code == 0
    here, elsewhere = told["devices"]
    assert here["kind"] == "guess"
    assert (here["device"], here["here"], here["fits"], here["seconds"]) == ("cpu", True, True, None)
    parts = here["memory"]
    assert here["memory_bytes"] == sum(parts[n] for n in ("weights", "gradients", "optimizer", "activations"))
    assert (elsewhere["device"], elsewhere["here"]) == ("cuda", False)
    assert here["largest_batch"] > 1
    assert here["longest_sequence"] > 128
    assert History(home).entries() == []


@pytest.mark.slow
def test_options_change_what_is_counted(capsys, home, config):
    def counted(*more: str) -> int:
        code, out, err = run(capsys, "--config", config(), "--memory", "--json", "--sequence", "64", *more)
        assert code == 0, err
        return json.loads(out)["devices"][0]["memory_bytes"]

    plain = counted()
    assert counted("--batch", "4", "--checkpoint") > plain
    assert counted("--lora", "4", "--bits", "4") < plain


def test_a_job_is_measured_and_kept(capsys, home, config, hasty):
    code, out, err = run(capsys, "--config", config(), "--sequence", "64", "--samples", "1000", "--json")
    assert code == 0, err
    (device, *_) = json.loads(out)["devices"]
    assert device["kind"] in ("measured", "extrapolated")
    assert 0 < device["low"] < device["seconds"] < device["high"]
    assert (device["first_token_s"], device["tokens_per_s"]) == (None, None)
    assert len(History(home).entries()) == 1


@pytest.mark.slow
def test_a_job_on_photos_tells_whether_data_set_its_pace(capsys, home, hasty):
    code, out, err = run(capsys, "dcgan-training", "--batch", "2", "--devices", "cpu", "--json")
    assert code == 0, err
    (told,) = (device for device in json.loads(out)["devices"] if device["here"])
    assert told["loading_samples_per_s"] > told["samples_per_s"] > 0
    assert told["workers"] >= 1
    assert told["limited_by"] in ("data", "arithmetic")
    assert "loading_failure" not in told
    (kept,) = History(home).entries()
    assert kept.id == json.loads(out)["result"]


@pytest.mark.slow
def test_a_job_on_photos_says_so_in_a_sentence(capsys, home, hasty):
    code, out, _ = run(capsys, "dcgan-training", "--batch", "2", "--devices", "cpu")
    assert code == 0
    assert "sets the pace on the CPU" in " ".join(out.split())
    assert "num_workers=" in out


@pytest.mark.slow
def test_a_model_that_writes_tells_its_first_token_and_its_rate(capsys, home, config, hasty):
    text = ("--config", config(), "--prompt", "96", "--new-tokens", "8", "--bits", "4")
    code, out, err = run(capsys, *text, "--json")
    assert code == 0, err
    told = json.loads(out)
    (device, *_) = told["devices"]
    assert (told["workload"]["sequence"], told["workload"]["new_tokens"], told["samples"]) == (104, 8, 1)
    for name in ("first_token_s", "tokens_per_s"):
        assert 0 < device[f"{name}_low"] < device[name] < device[f"{name}_high"]
        assert device[f"{name}_kind"] in ("measured", "extrapolated")
    assert device["seconds"] == pytest.approx(device["first_token_s"] + 8 / device["tokens_per_s"])
    assert device["memory"]["cache"] > 0
    assert (device["memory"]["gradients"], device["fits"], device["unpacked_bits"]) == (0, True, 4)
    code, out, _ = run(capsys, *text)
    assert "The first token comes after" in out
    assert "programs made for writing" in out
    assert "for 8 tokens in all" in out
    assert "samples/s" not in out


def test_the_answer_is_shown_in_sentences(capsys, home, config, hasty):
    code, out, _ = run(capsys, "--config", config(), "--sequence", "64", "--samples", "1000")
    assert code == 0
    assert "samples/s" in out
    assert "fits" in out


@pytest.mark.slow
def test_a_whole_step_of_the_users_own_is_timed(capsys, home, hasty, tmp_path, monkeypatch):
    (tmp_path / "my_step.py").write_text(
        "import torch\n"
        "def step():\n"
        "    layer = torch.nn.Linear(8, 8)\n"
        "    return lambda: layer(torch.ones(2, 8)).sum().backward()\n"
        "def pair():\n"
        "    return torch.nn.LSTM(4, 8, batch_first=True), torch.randn(2, 5, 4)\n"
        "def named():\n"
        "    class Net(torch.nn.Module):\n"
        "        def __init__(self):\n"
        "            super().__init__()\n"
        "            self.layer = torch.nn.Linear(4, 1)\n"
        "        def forward(self, x, y):\n"
        "            return {'loss': (self.layer(x) - y).square().mean()}\n"
        "    return Net(), {'x': torch.randn(6, 4), 'y': torch.randn(6, 1)}\n"
        "def nothing():\n"
        "    return 5\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for name in ("step", "pair", "named"):
        code, out, err = run(capsys, "--model", f"my_step:{name}", "--samples", "1000", "--json")
        assert code == 0, err
        (told, *_) = json.loads(out)["devices"]
        assert told["seconds"] > 0, name
        assert (told["keeping_memory"] or 0) > 0 or platform.libc_ver()[0] != "glibc", "timed with both allocators"
    code, out, _ = run(capsys, "--model", "my_step:nothing", "--json")
    assert "returned int" in json.loads(out)["devices"][0]["failure"]


@pytest.mark.slow
def test_boosted_trees_are_trained_on_the_processor(capsys, home, hasty):
    code, out, err = run(capsys, "boosting-airline", "--devices", "cpu", "--json")
    assert code == 0, err
    (device,) = json.loads(out)["devices"]
    assert (device["device"], device["kind"], device["library"]) == ("cpu", "extrapolated", "lightgbm")
    assert device["version"][0].isdecimal()
    assert 0 < device["low"] < device["seconds"] < device["high"]
    assert device["fits"] is True
    assert device["memory_bytes"] > 32 * 10**6, "the table alone"
    assert len(History(home).entries()) == 1
    code, out, _ = run(capsys, "boosting-airline")
    assert code == 0
    for told in ("a GPU is not needed", "lightgbm", "extrapolated", "1,000,000 rows", "fits"):
        assert told in " ".join(out.split())


@pytest.mark.slow
def test_without_a_library_one_sentence_says_which_to_install(capsys, home, hasty, tmp_path, monkeypatch):
    for name in ("lightgbm", "xgboost", "sklearn"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code, out, _ = run(capsys, "boosting-airline", "--json")
    (device,) = json.loads(out)["devices"]
    assert code == command_line.NOTHING
    assert "pip install lightgbm" in device["failure"]
    assert (device["kind"], device["memory_bytes"]) == ("guess", None)
    assert device["low"] < device["seconds"] < device["high"]
    code, out, _ = run(capsys, "boosting-airline")
    out = " ".join(out.split())  # lines are wrapped
    assert out.count("pip install lightgbm") == 1
    assert "rows (guess)." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name one job"),
        (("llama-8b-lora", "--model", "a:b"), "name one job"),
        (("llama-8b-lorra",), "llama-8b-lora"),
        (("boosting-airline", "--batch", "3"), "--batch"),
        (("boosting-airline", "--samples", "3"), "--samples"),
        (("boosting-airline", "--no-checkpoint"), "--checkpoint"),
        (("boosting-airline", "--memory"), "--memory"),
        (("boosting-airline", "--devices", "cuda:0"), "runs on the processor"),
        (("llama-1b-full", "--bits", "4"), "--bits"),
        (("--config", "nowhere.json"), "nowhere.json"),
        (("llama-8b-generate", "--lora", "8"), "--lora is not for a job that writes text"),
        (("llama-8b-generate", "--sequence", "80"), "--sequence is not for"),
        (("llama-8b-generate", "--new-tokens", "0"), "allowed is 1 or more"),
        (("llama-8b-full", "--new-tokens", "8"), "for a job that writes text"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(arguments, said, capsys, home):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_configuration_at_fault_is_named_by_its_field(capsys, home, config):
    code, _, err = run(capsys, "--config", config(hidden_act="tanhish"))
    assert code == 2
    assert "hidden_act" in err


@pytest.mark.parametrize("option", ["--batch", "--sequence", "--lora", "--loss-chunks"])
@pytest.mark.parametrize("value", ["-1", "x", "10000000000000"])
def test_numbers_outside_of_their_range_are_refused_with_it(option, value, capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main(["job", "llama-1b-lora", f"{option}={value}"])
    assert ended.value.code == 2
    assert " to " in capsys.readouterr().err
