"""Reads the `config.json` that stands beside a language model on Hugging Face: which decoder its numbers describe.

Windows of attention (`sliding_window`, `layer_types`) are read as attention to all: plain training code computes all
scores, and where a sequence is no longer than the window it is the same. A `quantization_config` is no matter of shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..records.workload import DecoderShape
from ..words.language import _
from ..words.safe_text import neutral

LONGEST_CONFIG = 1_000_000
"""Characters of a file; published ones have a few thousand."""
LONGEST_VALUE = 40
"""Characters of a value in a message."""
LIMITS: dict[str, int] = {
    "hidden_size": 2**17,
    "intermediate_size": 2**20,
    "num_hidden_layers": 1_000,
    "num_attention_heads": 1_024,
    "num_key_value_heads": 1_024,
    "head_dim": 1_024,
    "vocab_size": 2**24,
}
"""The largest value of each number: several times that of any published model."""
HIGHEST_SOFTCAP = 1e6
ACTIVATIONS = ("silu", "gelu", "gelu_pytorch_tanh")
ATTENTION_KINDS = ("full_attention", "sliding_attention")
_LLAMA: dict[str, Any] = {
    "vocab_size": 32_000,
    "hidden_size": 4_096,
    "intermediate_size": 11_008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "hidden_act": "silu",
    "tie_word_embeddings": False,
}
_QWEN = _LLAMA | {"vocab_size": 151_936, "intermediate_size": 22_016, "num_key_value_heads": 32}
_GEMMA = {
    "vocab_size": 256_000,
    "hidden_size": 3_072,
    "intermediate_size": 24_576,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 16,
    "head_dim": 256,
    "hidden_act": "gelu_pytorch_tanh",
    "tie_word_embeddings": True,
}
_GEMMA2 = _GEMMA | {
    "hidden_size": 2_304,
    "intermediate_size": 9_216,
    "num_hidden_layers": 26,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "llama": _LLAMA,
    "mistral": _LLAMA | {"intermediate_size": 14_336, "num_key_value_heads": 8},
    "qwen2": _QWEN,
    "qwen3": _QWEN | {"head_dim": 128},
    "gemma": _GEMMA,
    "gemma2": _GEMMA2 | {"final_logit_softcapping": 30.0, "attn_logit_softcapping": 50.0},
    "gemma3_text": _GEMMA2 | {"vocab_size": 262_208},
}
"""By `model_type`: what Hugging Face's configuration classes take where a key is missing (transformers 4.40 to 5)."""
MUST_BE_OFF = (
    *("num_local_experts", "num_experts", "n_routed_experts", "moe_intermediate_size"),
    *("attention_bias", "mlp_bias", "use_bidirectional_attention", "is_encoder_decoder", "add_cross_attention"),
)
"""Keys that make another network: mixtures of experts, biases everywhere, attention to later tokens."""


class ModelConfigError(ValueError):
    """A configuration that cannot be read; the message says which field is at fault, what it is and what is allowed."""


def read_config(text: str) -> DecoderShape:
    """The decoder that the text of a `config.json` describes. Raises ModelConfigError."""
    values, prefix = _language_part(_parsed(text))
    return _Reader(values, prefix).shape()


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_CONFIG:
        told = _("config.json: it has {count} characters; allowed are {most}.")
        raise ModelConfigError(told.format(count=len(text), most=LONGEST_CONFIG))
    try:
        values = json.loads(text.removeprefix("\ufeff"))
    except RecursionError as error:
        raise ModelConfigError(_("config.json: it is nested too deeply to be read.")) from error
    except ValueError as error:
        why = neutral(str(error)[:LONGEST_VALUE])
        raise ModelConfigError(_("config.json: it is not JSON ({why}).").format(why=why)) from error
    if not isinstance(values, dict):
        raise _refusal(_("the whole file"), values, _("a table of fields"))
    return values


def _language_part(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The fields of the language model, and what goes before their names: Gemma 3 has them in `text_config`."""
    kind = values.get("model_type")
    if kind != "gemma3":
        return values, ""
    inner = values.get("text_config")
    if not isinstance(inner, dict):
        raise _refusal("text_config", inner, _("a table of fields"))
    return {"model_type": "gemma3_text"} | inner, "text_config."


class _Reader:
    """Looks up checked fields, those that are missing in the family's defaults."""

    def __init__(self, values: dict[str, Any], prefix: str) -> None:
        self.prefix, self.given = prefix, values
        kind = values.get("model_type")
        if not isinstance(kind, str) or kind not in DEFAULTS:
            known = [*DEFAULTS] if prefix else [*DEFAULTS, "gemma3"]
            raise self._wrong("model_type", kind, ", ".join(known))
        self.kind: str = kind
        self.defaults: Mapping[str, Any] = DEFAULTS[kind]

    def shape(self) -> DecoderShape:
        """The whole decoder."""
        for name in MUST_BE_OFF:
            if (value := self.given.get(name)) not in (None, False, 0):
                raise self._wrong(name, value, _("false, 0 or nothing"))
        self._check_attention_kinds()
        gemma = self.kind.startswith("gemma")
        heads = self.whole_number("num_attention_heads")
        return DecoderShape(
            hidden_size=self.whole_number("hidden_size"),
            num_hidden_layers=self.whole_number("num_hidden_layers"),
            num_attention_heads=heads,
            num_key_value_heads=self._key_value_heads(heads),
            head_dim=self._head_dim(heads),
            intermediate_size=self.whole_number("intermediate_size"),
            vocab_size=self.whole_number("vocab_size"),
            tie_word_embeddings=self.truth("tie_word_embeddings"),
            attention_bias=self.kind == "qwen2",
            qk_norm=self.kind in ("qwen3", "gemma3_text"),
            hidden_act=self._activation(gemma),
            post_norms=self.kind in ("gemma2", "gemma3_text"),
            scaled_embedding=gemma,
            logit_softcap=self._softcap("final_logit_softcapping"),
            attention_softcap=self._softcap("attn_logit_softcapping"),
        )

    def whole_number(self, name: str) -> int:
        """A field from 1 to its limit."""
        value = self.given.get(name, self.defaults.get(name))
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LIMITS[name]:
            raise self._wrong(name, value, _("a whole number from 1 to {most}").format(most=LIMITS[name]))
        return value

    def truth(self, name: str) -> bool:
        """A field that is true or false."""
        value = self.given.get(name, self.defaults[name])
        if not isinstance(value, bool):
            raise self._wrong(name, value, _("true or false"))
        return value

    def _key_value_heads(self, heads: int) -> int:
        name = "num_key_value_heads"
        if self.given.get(name, self.defaults.get(name)) is None:
            return heads
        count = self.whole_number(name)
        if heads % count:
            raise self._wrong(name, count, _("a divisor of num_attention_heads, {heads}").format(heads=heads))
        return count

    def _head_dim(self, heads: int) -> int:
        if self.given.get("head_dim") is not None or ("head_dim" in self.defaults and "head_dim" not in self.given):
            width = self.whole_number("head_dim")
        else:
            hidden = self.whole_number("hidden_size")
            if hidden % heads:
                allowed = _("a multiple of num_attention_heads, {heads}, or head_dim besides").format(heads=heads)
                raise self._wrong("hidden_size", hidden, allowed)
            width = hidden // heads
        if width % 2 or width > LIMITS["head_dim"]:  # rotary positions turn pairs
            raise self._wrong("head_dim", width, _("an even number to {most}").format(most=LIMITS["head_dim"]))
        return width

    def _activation(self, gemma: bool) -> str:
        name = "hidden_activation" if gemma and self.given.get("hidden_activation") is not None else "hidden_act"
        value = self.given.get(name, self.defaults["hidden_act"])
        if not isinstance(value, str) or value not in ACTIVATIONS:
            raise self._wrong(name, value, ", ".join(ACTIVATIONS))
        return value

    def _softcap(self, name: str) -> float:
        if self.kind not in ("gemma2", "gemma3_text"):
            return 0.0
        value = self.given.get(name, self.defaults.get(name))
        if value is None:
            return 0.0
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 < value <= HIGHEST_SOFTCAP:  # of NaN neither is true
            raise self._wrong(name, value, _("a number above 0, to {most}").format(most=int(HIGHEST_SOFTCAP)))
        return float(value)

    def _check_attention_kinds(self) -> None:
        kinds = self.given.get("layer_types")
        if kinds is None:
            return
        odd = [kinds] if not isinstance(kinds, list) else [k for k in kinds if k not in ATTENTION_KINDS]
        if odd:
            raise self._wrong("layer_types", odd[0], ", ".join(ATTENTION_KINDS))

    def _wrong(self, name: str, value: object, allowed: str) -> ModelConfigError:
        return _refusal(self.prefix + name, value, allowed)


def _refusal(name: str, value: object, allowed: str) -> ModelConfigError:
    told = _("config.json: {field} is {value}; allowed is {allowed}.")
    return ModelConfigError(told.format(field=name, value=_shown(value), allowed=allowed))


def _shown(value: object) -> str:
    """A value of JSON in a few characters."""
    if value is None:
        return _("missing")
    if isinstance(value, dict):
        return _("a table")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f'"{value[:LONGEST_VALUE]}"' if isinstance(value, str) else str(value)
    return neutral(text if len(text) <= LONGEST_VALUE + 2 else f"{text[:LONGEST_VALUE]}…").replace("\n", " ")
