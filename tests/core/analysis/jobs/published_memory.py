"""The published peaks of `resources/reference/job_reference.csv` whose attention, loss, optimiser and precision are
known, as workloads; and why others are left out. Each row goes by its line in the file.

torchtune (recipes/configs/llama3_1): fused attention, loss in chunks, checkpoints; torch.compile. It tells the peak of
what is allocated. litgpt (config_hub/finetune, litgpt/finetune/lora.py): fused attention, the head in parts whose
logits are all kept, so the whole loss; no checkpoints, AdamW, a head of its own, dropout before adapters; texts are
cut at 512 tokens, and some are that long; max_memory_allocated. PEFT (method_comparison): fused attention, the whole
loss in float32, AdamW, adapters in float32, texts of up to 768 tokens; images with checkpoints; max_memory_reserved.
FLUX (huggingface.co/blog/flux-qlora): cached latents and texts, 8-bit AdamW, checkpoints.
"""

from __future__ import annotations

from rigdyno.core.records.workload import Workload

from .published_rows import KINDS, language_model

CUT = {"sequence": 512}
PICTURES = {"batch": 2, "image_size": 512, "checkpoint": True, "precision": "bf16-true"}
MEMORY: dict[int, Workload] = {
    3: language_model("llama-3.1-8b", batch=2, sequence=2048, lora=8, checkpoint=True, loss_chunks=8),
    5: language_model("llama-3.2-1b", tied=False, batch=1, **CUT, **KINDS["q and v"]),
    7: language_model("llama-3.1-8b", batch=1, **CUT, **KINDS["q and v"]),
    9: language_model("llama-2-7b", batch=2, **CUT, **KINDS["q and v"]),
    11: language_model("mistral-7b", batch=2, **CUT, **KINDS["q and v"]),
    13: language_model("tinyllama-1.1b", batch=8, **CUT, **KINDS["all, 32"]),
    14: language_model("gemma-2b", tied=False, batch=2, **CUT, **KINDS["all, 8"]),
    20: language_model("llama-2-7b", batch=1, sequence=1304, lora=8, lora_layers="attention"),
    22: language_model("llama-2-7b", batch=2, sequence=1304, lora=8, lora_layers="attention"),
    23: language_model("llama-3.2-3b", batch=4, sequence=768),
    24: language_model("llama-3.2-3b", batch=4, sequence=768, lora=32, lora_layers="attention"),
    25: language_model("llama-3.2-3b", batch=4, sequence=768, lora=64, lora_layers="attention"),
    26: Workload("flux2-klein", lora=32, **PICTURES),
    27: Workload("flux2-klein", lora=64, **PICTURES),
    28: Workload("flux2-klein", **PICTURES),
    78: Workload(
        "flux-transformer",
        batch=1,
        image_size=624,
        sequence=77,
        lora=4,
        lora_layers="attention",
        bits=4,
        checkpoint=True,
        optimizer="adamw-8bit",
        precision="bf16-true",
    ),
}
KEPT_INPUTS = (
    "bitsandbytes kept the input of every layer of 4 bits until July 2024 (its pull request 1270), and the embedding "
    "that litgpt takes for 4 bits gets gradients which nothing uses"
)
LEFT_OUT: dict[int, str] = {
    2: "weights are updated within the backward pass (optimizer_in_bwd), which no workload has",
    4: "less than the weights, gradients and two states of AdamW take in bf16 alone, 9.9 GB",
    **dict.fromkeys((6, 8, 10, 12, 15, 21), KEPT_INPUTS),
    **dict.fromkeys((16, 17, 18, 19), "no network of the workloads"),
    **dict.fromkeys(range(29, 36), "batch not said; on another vendor's GPU with plain attention"),
    **dict.fromkeys(
        (45, 46, 47), "nvidia-smi's figure, with plain attention; weights in fp16 beside float32 (apex O2)"
    ),
    **dict.fromkeys((59, 60), "nvidia-smi's figure, with decoders of images on the GPU (DALI) and searched kernels"),
    77: "which of text and image encoder are on the GPU, and in which precision, is not said",
    79: "products in fp8, which no workload has",
    **dict.fromkeys((90, 91, 92), "TensorFlow on a processor's own GPU"),
}
