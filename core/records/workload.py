"""What a job asks of a machine, beside its data: the network, its sizes, and the ways to save memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .bounds import MAX_COUNT


@dataclass(frozen=True, slots=True)
class DecoderShape:
    """The numbers of a language model of the decoder kind, named as in the `config.json` of Hugging Face."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    tie_word_embeddings: bool = False
    attention_bias: bool = False
    """Whether the projections to queries, keys and values have a bias (Qwen 2)."""
    qk_norm: bool = False
    """Whether queries and keys are normalised for each head (Qwen 3, Gemma 3)."""
    hidden_act: str = "silu"
    """The function in the gated MLP: "silu", "gelu" or "gelu_pytorch_tanh"."""
    post_norms: bool = False
    """Whether the outputs of attention and of the MLP are normalised too (Gemma 2 and 3)."""
    scaled_embedding: bool = False
    """Whether embeddings are multiplied by the root of the width (Gemma)."""
    logit_softcap: float = 0.0
    """Logits are limited softly to plus and minus this value (Gemma 2: 30); 0: they are not."""
    attention_softcap: float = 0.0
    """The same for attention scores (Gemma 2: 50), which fused attention kernels cannot do."""


@dataclass(frozen=True, slots=True)
class ImageFiles:
    """The files that a training reads its images from: JPEG, of so many bytes in the mean, and their usual size in
    pixels.

    Text, tables and latents have none, since reading them costs next to nothing: 512 tokens from a file that is mapped
    into memory took a core 3 us, where an image of ImageNet took it 3 ms.
    """

    file_bytes: int
    width: int
    height: int
    per_sample: int = 1
    """Files that one sample is made of: four for a mosaic."""

    def __post_init__(self) -> None:
        if not all(0 < n <= MAX_COUNT for n in (self.file_bytes, self.width, self.height, self.per_sample)):
            raise ValueError("image files have bytes, a width, a height and a number for each sample")


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """A gradient boosting of decision trees on a table of numbers, which trains no network."""

    rows: int
    columns: int
    trees: int
    """Rounds of boosting; with more than two classes each has a tree for every class."""
    depth: int
    """The most decisions from the root of a tree to a leaf."""
    classes: int
    """Classes to tell apart; below 2 a number is told instead."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One training step: of which network, on how much data, by which optimiser, with which memory savers; or, with
    `new_tokens`, an answer that a language model writes.

    `worker/workloads` builds it. A `batch` is what one forward pass takes; the weights are updated after
    `accumulation` of them.
    """

    network: str
    """A name of `WORKLOADS` in `worker/workloads`, or "package.module:function" of a user's own."""
    batch: int = 1
    """Samples of one forward pass; 0, for a user's own: as many as its example batch has."""
    sequence: int = 0
    """Tokens, audio frames or points in time of one sample; 0 where the network has none. Of an answer: those that are
    read and those that are written together.
    """
    image_size: int = 0
    """Side of a square image or volume, in pixels; 0 where the network has none."""
    classes: int = 0
    decoder: DecoderShape | None = None
    """The numbers of the network "decoder"."""
    optimizer: str = "adamw"
    """adamw, adam, sgd, and where only memory is counted also adamw-8bit and paged-adamw-8bit."""
    precision: str = "fp32"
    """fp32, tf32, bf16 and fp16 (mixed precision), or bf16-true (weights and gradients in bf16 too)."""
    lora: int = 0
    """Rank of the adapters on the linear layers of the blocks; 0 trains all weights."""
    lora_layers: str = "linear"
    """Which layers have adapters: "linear" (all of the blocks) or "attention" (queries, keys, values and output)."""
    bits: int = 0
    """Bits of each frozen weight of the blocks, below adapters or of a network that writes: 4 or 8; 0 leaves them in
    the number format of the weights.
    """
    checkpoint: bool = False
    """Whether blocks keep only their input, and compute the rest again in the backward pass."""
    accumulation: int = 1
    loss_chunks: int = 1
    """The loss over the vocabulary is computed in so many parts of the tokens, each kept no longer than needed."""
    blocks: int = 0
    """Repeated blocks to build; 0 means all that the network has."""
    new_tokens: int = 0
    """Tokens that a language model writes, one after the other, after it has read the prompt; 0: it is trained."""
    boosting: BoostedTrees | None = None
    """What is trained instead of a network; then only `network` is looked at, which is "boosting"."""

    @property
    def is_own(self) -> bool:
        """Whether the network is the user's own, "package.module:function"."""
        return ":" in self.network

    @property
    def samples_per_update(self) -> int:
        """Samples that go through before the weights are updated."""
        return self.batch * self.accumulation

    @property
    def prompt(self) -> int:
        """Tokens that are read before the first is written; of a training, the whole sequence."""
        return self.sequence - self.new_tokens

    def with_half_the_prompt(self) -> Workload:
        """The same with half of the tokens that are read, and all that are written."""
        return replace(self, sequence=self.prompt // 2 + self.new_tokens)
