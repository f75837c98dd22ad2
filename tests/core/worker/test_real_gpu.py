"""On a machine with a GPU: what the fakes stand for elsewhere, against the real driver. `pytest -m gpu` runs these."""

from __future__ import annotations

import shutil
import subprocess
import time

import pytest
import torch
from rigdyno.core.analysis import gpu_telemetry
from rigdyno.core.analysis.gpu_usability import usability_chains
from rigdyno.core.probes import inspect_machine, nvidia_gpus
from rigdyno.core.records.machine import Sample
from rigdyno.core.records.plan import Plan, Request, Rules
from rigdyno.core.records.window_statistics import rate
from rigdyno.core.records.workload import Workload
from rigdyno.core.reference.decoders import decoder
from rigdyno.core.sensors import sensor_sampler
from rigdyno.core.session.worker_command import WorkerCommand
from rigdyno.core.session.worker_session import WorkerSession
from rigdyno.core.worker.devices import Device, available_devices
from rigdyno.core.worker.memory_counting.count import count_memory
from rigdyno.core.worker.trainer import Trainer
from rigdyno.core.worker.workload_trainer import WorkloadTrainer

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA GPU here"),
]

DEVICE = "cuda:0"
RULES = Rules(warmup_cap_s=5, budget_s=40)
AGREES = 0.05
"""A loop of our own and the worker, on a GPU that nobody else uses."""


@pytest.fixture
def worker():
    session = WorkerSession(WorkerCommand(threads=2), time.perf_counter)
    session.start()
    yield session
    session.close()


def test_the_chain_is_whole(worker):
    seen = inspect_machine.inspect()
    assert seen.gpus
    from dataclasses import replace

    told = usability_chains(replace(seen, torch=worker.torch))
    assert [c.broken_link for c in told] == [None] * len(told), told
    assert told[0].device.startswith("cuda:")


def test_every_device_passes_its_smoke_step():
    for device in available_devices():
        assert device.smoke_test() == ""
        assert device.describe().usable


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_the_worker_is_as_fast_as_a_bare_loop(worker, precision):
    """Interleaved, medians of pairs: the worker against the same steps between two synchronises."""
    plan = Plan(
        device=DEVICE, threads=2, batch=256, seconds=3, precision=precision, channels_last=True, data="synthetic"
    )
    shares = []
    for _ in range(3):
        run = worker.run(Request("train", plan, RULES), lambda _: None)
        told = rate(run)
        assert told, run.failure
        trainer = Trainer(plan, Device(DEVICE))
        for _ in range(50):
            trainer.step()
        torch.cuda.synchronize()
        begin, steps = time.perf_counter(), 0
        while time.perf_counter() - begin < 3:
            for _ in range(20):
                trainer.step()
            steps += 20
            torch.cuda.synchronize()
        shares.append(told.median / (steps * plan.batch / (time.perf_counter() - begin)))
    print("worker / bare loop:", shares)
    assert sorted(shares)[1] == pytest.approx(1, abs=AGREES)


def test_a_real_network_chooses_half_precision(worker):
    """Where tensor cores know bf16, ResNet-50 waits for its memory and arithmetic, not for its start."""
    if torch.cuda.get_device_capability(0) < (8, 0):
        pytest.skip("no bf16")
    plan = Plan(
        model="resnet50", device=DEVICE, threads=2, batch=32, image_size=224, channels=3, data="synthetic", seconds=3
    )
    rules = Rules(warmup_cap_s=3, budget_s=40)
    run = worker.run(Request("job", plan, rules, precisions=("bf16",)), lambda _: None)
    print([(t.precision, t.channels_last, round(t.samples_per_s)) for t in run.trials], rate(run))
    assert run.failure is None
    assert run.plan.precision == "bf16"


def test_the_largest_batch_fills_the_memory(worker):
    plan = Plan(model="resnet50", device=DEVICE, threads=2, image_size=224, channels=3, data="synthetic")
    run = worker.run(Request("capacity", plan, Rules(budget_s=30)), lambda _: None)
    print(run.capacity, run.ended - run.started)
    assert run.capacity
    assert not run.capacity.estimated
    assert run.capacity.tried_bytes / run.capacity.limit_bytes > 0.8


WORKLOADS = {
    "LoRA of 1 B": Workload(
        "decoder", 4, 512, decoder=decoder("llama-3.2-1b"), precision="bf16-true", lora=16, loss_chunks=8
    ),
    "QLoRA of 8 B": Workload(
        "decoder", 1, 1024, decoder=decoder("llama-3.1-8b"), precision="bf16-true", lora=16, bits=4, checkpoint=True
    ),
    "BERT": Workload("bert-base-squad", 32, 384, precision="bf16"),
    "ViT-B/16": Workload("vit-base-16", 64, precision="bf16"),
    "ResNet-50": Workload("resnet50", 64, image_size=224, classes=1000, precision="bf16", optimizer="sgd"),
}


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_counted_memory_is_that_of_real_steps(name):
    """On an H100 the counts were within 1.7 % of torch's own peak."""
    workload = WORKLOADS[name]
    counted = count_memory(workload, "cuda").peak
    if counted > 0.9 * torch.cuda.mem_get_info()[0]:
        pytest.skip("this GPU has no room for it")
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated()
    trainer = WorkloadTrainer(workload, torch.device(DEVICE))
    trainer.step()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    trainer.step()
    torch.cuda.synchronize()
    real = torch.cuda.max_memory_allocated() - before
    print(f"{name}: counted {counted / 1e9:.3f} GB, real {real / 1e9:.3f} GB ({counted / real - 1:+.1%})")
    del trainer
    torch.cuda.empty_cache()
    assert counted == pytest.approx(real, rel=0.05)


def test_nvml_says_what_nvidia_smi_says():
    smi = shutil.which("nvidia-smi")
    if smi is None:
        pytest.skip("no nvidia-smi to compare with")
    asked = "name,uuid,memory.total,driver_version,compute_cap,pcie.link.width.max"
    told = subprocess.run(
        [smi, f"--query-gpu={asked}", "--format=csv,noheader,nounits"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    gpus, note = nvidia_gpus.gpus(wake=True)
    assert note == ""
    assert len(gpus) == len(told)
    for gpu, line in zip(gpus, told, strict=True):
        name, uuid, memory, driver, capability, width = (part.strip() for part in line.split(","))
        assert (gpu.name, gpu.uuid, gpu.value("gpu.driver")) == (name, uuid, driver)
        assert gpu.value("gpu.memory_total") == pytest.approx(float(memory) * 2**20, rel=0.01)
        assert gpu.value("gpu.capability") == capability
        if width.isdigit():
            assert gpu.value("gpu.pcie_width_max") == int(width)


def test_the_energy_is_between_idle_and_the_limit(worker):
    samples: list[Sample] = []
    with sensor_sampler.SensorSampler(time.perf_counter, samples.append, gpus=True) as sampler:
        sampler.watch(worker.pid)
        run = worker.run(
            Request("train", Plan(device=DEVICE, threads=2, batch=1024, seconds=5, data="synthetic"), RULES),
            lambda _: None,
        )
    assert run.failure is None
    during = [s for s in samples if run.started <= s.t <= run.ended]
    joules, seconds = gpu_telemetry.energy_joules(during, 0), during[-1].t - during[0].t
    assert joules
    watts = joules / seconds
    limit = max(s.values.get("gpu.0.power_limit") or 0 for s in during)
    print(f"{watts:.0f} W of {limit:.0f} W; silent: {sampler.missing_reasons}")
    assert 5 < watts <= 1.1 * limit
    assert any((s.values["gpu.0.utilization"] or 0) > 10 for s in during)
