"""The catalogue is whole and has words; wrong tables are refused with the job, the field and what is allowed."""

from __future__ import annotations

import pytest
from rigdyno.core.records.workload import BoostedTrees, ImageFiles, Workload
from rigdyno.core.reference import job_catalogue
from rigdyno.core.reference.decoders import DECODERS, decoder
from rigdyno.core.reference.job_catalogue import CatalogueJob, UnknownJobError, load_catalogue, parse_jobs
from rigdyno.core.reference.job_fields import BOOSTING, FAMILIES, GENERATE, TRAIN
from rigdyno.core.words.phrases import names
from rigdyno.core.words.writer import Words

from tests.core.builders import JOBS

CATALOGUE = load_catalogue()
BY_NAME = {job.name: job for job in CATALOGUE}
A_JOB = {
    "name": '"x"', "family": '"text"', "network": '"bert-base"', "samples": "10", "epochs": "3", "deadline_s": "60.5",
    "source": '"a paper"',
}  # fmt: skip
A_DECODER = {**A_JOB, "network": '"decoder"', "decoder": '"llama-3.1-8b"', "sequence": "8"}
TREES = {**A_JOB, "kind": '"boosting"', "network": '"boosting"', "columns": "3", "trees": "5", "tree_depth": "2"}
ANSWER = {**A_DECODER, "kind": '"generate"', "prompt": "5", "new_tokens": "7"}

PHOTOS = {
    **A_JOB, "network": '"resnet50"', "image_size": "224",
    "data": '"jpeg"', "file_bytes": "9000", "file_width": "300", "file_height": "200", "files_per_sample": "4",
}  # fmt: skip


def toml(*jobs: dict[str, str]) -> str:
    return "\n".join("[[job]]\n" + "\n".join(f"{k} = {v}" for k, v in job.items()) for job in jobs)


def test_the_catalogue_has_all_families_and_kinds():
    assert len(CATALOGUE) == len(BY_NAME) >= 28
    assert {job.family for job in CATALOGUE} == set(FAMILIES)
    assert {job.kind for job in CATALOGUE} == {TRAIN, GENERATE, BOOSTING}
    order = [FAMILIES.index(job.family) for job in CATALOGUE]
    assert order == sorted(order)
    assert all(job.source for job in CATALOGUE)


@pytest.mark.parametrize("size", ["1b", "3b", "8b"])
def test_language_models_are_trained_in_three_ways(size):
    adapters, few_bits, whole = (BY_NAME[f"llama-{size}-{way}"] for way in ("lora", "qlora", "full"))
    assert adapters.lora
    assert (adapters.bits, few_bits.bits, whole.lora, whole.bits) == (0, 4, 0, 0)
    assert adapters.work == few_bits.work == whole.work
    assert adapters.decoder == few_bits.decoder == whole.decoder


def test_the_scenarios_jobs_are_part_of_it_with_their_own_numbers():
    for name, told in JOBS.items():
        job = BY_NAME[name]
        assert (job.network, job.batch, job.classes, job.work) == (told.model, told.batch, told.classes, told.work)
        assert (job.deadline_s, job.accelerators, job.optimizer) == (told.deadline_s, told.accelerators, told.optimizer)
        assert job.image_size == (told.image_size if told.model.startswith("resnet") else 0)
    assert BY_NAME["transformer-finetune"].sequence == 512
    assert BY_NAME["mlp-table"].family == "tables"


def test_every_job_has_a_title():
    assert set(names.CATALOGUE) | set(names.JOBS) == set(BY_NAME)
    assert not set(names.CATALOGUE) & set(names.JOBS)
    assert len(set(names.ALL_JOBS.values())) == len(BY_NAME), "no two have the same"
    assert Words().job("llama-8b-lora") == "LoRA of Llama 3.1 8B"


@pytest.mark.parametrize("job", [job for job in CATALOGUE if job.kind != BOOSTING], ids=lambda job: job.name)
def test_the_worker_can_build_every_job(job):
    """On the meta device: the network, its lists of blocks, and a batch."""
    torch = pytest.importorskip("torch")
    from rigdyno.core.worker.workloads import WORKLOADS

    workload, blueprint = job.workload, WORKLOADS[job.network]
    assert isinstance(workload, Workload)
    with torch.device("meta"):
        network = blueprint.build(workload)
        batch = blueprint.batch(workload, 2)
    assert {len(part) for part in batch} == {2}
    for path in blueprint.block_lists:
        network.get_submodule(path)


def test_a_job_is_a_workload():
    job = BY_NAME["llama-8b-qlora"]
    assert job.workload == Workload(
        "decoder", batch=1, sequence=512, decoder=decoder("llama-3.1-8b"), optimizer="paged-adamw-8bit",
        precision="bf16-true", lora=64, bits=4, checkpoint=True, accumulation=16, loss_chunks=8,
    )  # fmt: skip
    answer = BY_NAME["llama-8b-generate"]
    assert answer.workload.sequence == answer.prompt + answer.new_tokens == 640
    assert (answer.workload.prompt, answer.workload.new_tokens) == (512, 128)
    trees = BY_NAME["boosting-airline"].workload.boosting
    assert trees == BoostedTrees(rows=1_000_000, columns=8, trees=100, depth=10, classes=2)


def test_a_job_is_found_by_its_name():
    assert job_catalogue.job("sdxl-lora") is BY_NAME["sdxl-lora"]


@pytest.mark.parametrize(
    ("name", "close"),
    [("lama-8b-lora", "llama-8b-lora"), ("SDXL-LoRA", "sdxl-lora"), ("unet3d", "unet-3d"), ("yolo", "yolo-training")],
)
def test_an_unknown_name_is_answered_with_close_ones(name, close):
    with pytest.raises(UnknownJobError) as caught:
        job_catalogue.job(name)
    assert isinstance(caught.value, KeyError)
    assert close in caught.value.close
    assert str(caught.value).startswith(f'There is no job "{name}"; close to it: ')
    assert close in str(caught.value)


def test_a_name_like_no_other_is_only_refused():
    with pytest.raises(UnknownJobError) as caught:
        job_catalogue.job("qqqqqq\x1b[31m")
    assert str(caught.value) == 'There is no job "qqqqqq\ufffd[31m".'


def test_tables_are_read_with_their_defaults():
    (job,) = parse_jobs(toml(A_JOB))
    assert job == CatalogueJob("x", "text", "bert-base", 10, 3, 60.5, "a paper")
    assert (job.kind, job.batch, job.precision, job.work) == (TRAIN, 1, "fp32", 30)
    assert [j.name for j in parse_jobs(toml(A_DECODER, {**TREES, "name": '"y"'}, {**ANSWER, "name": '"z"'}))] == [
        "x", "y", "z",
    ]  # fmt: skip


WRONG_FIELDS = [
    ("name", '"Two Words"', 'name is "Two Words"; allowed is small letters'),
    ("name", "7", "name is 7; allowed is small letters"),
    ("name", f'"{"a" * 301}"', r"name is \"a+…\"; allowed is .* up to 300 characters"),
    ("family", '"cooking"', 'family is "cooking"; allowed is language, text, images'),
    ("family", "[]", r"family is \[\]; allowed is language"),
    ("kind", '"guess"', 'kind is "guess"; allowed is train, generate, boosting'),
    ("network", '""', 'network is ""; allowed is small letters'),
    ("network", "true", "network is True; allowed is small letters"),
    ("samples", "0", "samples is 0; allowed is a whole number from 1 to 1,000,000,000,000,000"),
    ("samples", '"many"', 'samples is "many"; allowed is a whole number'),
    ("samples", f"1{'0' * 16}", "samples is 10000000000000000; allowed is a whole number from 1"),
    ("epochs", "1.5", "epochs is 1.5; allowed is a whole number from 1 to 1,000,000"),
    ("epochs", "-1", "epochs is -1; allowed is a whole number from 1"),
    ("deadline_s", "0", "deadline_s is 0.*; allowed is a number from 1 to 1,000,000,000"),
    ("deadline_s", "nan", "deadline_s is nan; allowed is a number from 1"),
    ("deadline_s", "inf", "deadline_s is inf; allowed is a number from 1"),
    ("source", '" "', 'source is " "; allowed is a text that is not empty'),
    ("batch", "true", "batch is True; allowed is a whole number from 1 to 65,536"),
    ("batch", "70000", "batch is 70000; allowed is a whole number from 1 to 65,536"),
    ("sequence", "-5", "sequence is -5; allowed is a whole number from 0 to 1,048,576"),
    ("image_size", "9000", "image_size is 9000; allowed is a whole number from 0 to 8,192"),
    ("classes", "2000000", "classes is 2000000; allowed is a whole number from 0"),
    ("lora", "5000", "lora is 5000; allowed is a whole number from 0 to 4,096"),
    ("lora_layers", '"some"', 'lora_layers is "some"; allowed is linear, attention'),
    ("bits", "5", "bits is 5; allowed is 0, 4, 8"),
    ("optimizer", '"lion"', 'optimizer is "lion"; allowed is adamw, adam, sgd'),
    ("precision", '"fp8"', 'precision is "fp8"; allowed is fp32, tf32, bf16'),
    ("checkpoint", "1", "checkpoint is 1; allowed is true or false"),
    ("accumulation", "0", "accumulation is 0; allowed is a whole number from 1"),
    ("loss_chunks", "2000", "loss_chunks is 2000; allowed is a whole number from 1 to 1,024"),
    ("decoder", '"llama-9"', 'decoder is "llama-9"; allowed is "", llama-3.2-1b'),
    ("data", '"png"', 'data is "png"; allowed is "", jpeg'),
    ("file_bytes", "-1", "file_bytes is -1; allowed is a whole number from 0 to 67,108,864"),
    ("file_width", "20000", "file_width is 20000; allowed is a whole number from 0 to 16,384"),
    ("file_height", "1.5", "file_height is 1.5; allowed is a whole number from 0 to 16,384"),
    ("files_per_sample", "17", "files_per_sample is 17; allowed is a whole number from 0 to 16"),
    ("colour", '"red"', 'unknown key "colour"; allowed are name, family, network'),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "told"), WRONG_FIELDS)
def test_a_wrong_field_is_told_with_its_job_and_what_is_allowed(field, value, told):
    other = {**A_JOB, "name": '"first"'}
    label = r'"x"' if field != "name" else r'("|job\[1\])'
    with pytest.raises(ValueError, match=f"^jobs: {label}.*{told}"):
        parse_jobs(toml(other, {**A_JOB, field: value}))


@pytest.mark.parametrize("field", A_JOB)
def test_a_missing_field_is_told(field):
    label = r"job\[0\]" if field == "name" else '"x"'
    with pytest.raises(ValueError, match=f"^jobs: {label}: {field} is missing; allowed is "):
        parse_jobs(toml({k: v for k, v in A_JOB.items() if k != field}))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({**A_JOB, "bits": "4"}, "bits is 4; allowed without lora is 0"),
        ({**A_JOB, "loss_chunks": "4"}, "loss_chunks is 4; allowed without a sequence is 1"),
        ({**A_JOB, "network": '"decoder"'}, 'decoder is ""; allowed is .* with the network "decoder", else none'),
        ({**A_JOB, "decoder": '"llama-2-7b"'}, 'decoder is "llama-2-7b"; allowed is .* with the network "decoder"'),
        ({**A_JOB, "kind": '"generate"'}, 'network is "bert-base"; allowed with the kind "generate" is "decoder"'),
        ({**A_JOB, "kind": '"boosting"'}, 'network is "bert-base"; allowed with the kind "boosting" is "boosting"'),
        ({**A_JOB, "network": '"boosting"'}, 'network is "boosting"; allowed with the kind "train" is any other'),
        ({**A_JOB, "prompt": "4"}, 'prompt is 4; allowed with the kind "train" is 0'),
        ({**ANSWER, "new_tokens": "0"}, 'new_tokens is 0; allowed with the kind "generate" is 1 to 1,048,576'),
        ({**ANSWER, "lora": "4"}, 'lora is 4; allowed with the kind "generate" is 0'),
        ({**TREES, "trees": "0"}, 'trees is 0; allowed with the kind "boosting" is 1 to 1,000,000'),
        ({**A_JOB, "columns": "3"}, 'columns is 3; allowed with the kind "train" is 0'),
        ({**A_JOB, "file_bytes": "3"}, 'file_bytes is 3; allowed with the data "" is 0'),
        ({**PHOTOS, "files_per_sample": "0"}, 'files_per_sample is 0; allowed with the data "jpeg" is 1 to 16'),
        ({**PHOTOS, "image_size": "0"}, 'data is "jpeg"; allowed without an image_size is none'),
    ],
)
def test_fields_that_contradict_each_other(table, told):
    with pytest.raises(ValueError, match=f'^jobs: "x": {told}'):
        parse_jobs(toml(table))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "jobs: job is no list of tables"),
        ("job = 7", "jobs: job is no list of tables"),
        ("job = [7]", r"jobs: job\[0\] is 7; allowed is a table"),
        ("job = []", "jobs: job is no list of tables"),
        ('version = "1"\n' + toml(A_JOB), 'jobs: unknown key "version"; allowed is job'),
        ("[[job]", "jobs: .*line 1"),
        ("job = " + "[" * 5000, "jobs: nested too deeply"),
        (toml(A_JOB, A_JOB), 'jobs: "x": name is there twice'),
    ],
)
def test_text_that_holds_no_jobs(text, told):
    with pytest.raises(ValueError, match=told):
        parse_jobs(text)


def test_jobs_on_photos_say_what_they_read():
    (job,) = parse_jobs(toml(PHOTOS))
    assert job.files == ImageFiles(9000, 300, 200, 4)
    reading = {job.name: job.files for job in CATALOGUE if job.files}
    assert reading["convnext-t-training"] == reading["resnet50-imagenet"] == ImageFiles(115_000, 500, 375)
    assert reading["yolo-training"].per_sample == 4
    assert not {"resnet18-small-images", "bert-squad", "sd15-lora", "boosting-airline"} & reading.keys()


def test_no_name_may_be_a_scenarios():
    taken = parse_jobs(toml({**A_JOB, "name": '"mlp-table"'}))
    with pytest.raises(ValueError, match='"mlp-table": name is there twice'):
        job_catalogue.merged(taken, JOBS.values())


def test_a_job_that_is_made_by_hand_is_held_to_the_same_bounds():
    with pytest.raises(ValueError, match="batch is 0; allowed is a whole number from 1 to 65,536"):
        CatalogueJob("x", "text", "bert-base", 10, 3, 60.0, "a paper", batch=0)


def test_every_language_model_can_be_named():
    for name in DECODERS:
        (job,) = parse_jobs(toml({**A_DECODER, "decoder": f'"{name}"'}))
        assert job.workload.decoder == decoder(name)
