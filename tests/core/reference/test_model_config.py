"""Configurations of language models: published ones give published parameters, and others are refused by the field."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rigdyno.core.records.workload import DecoderShape
from rigdyno.core.reference.decoders import DECODERS, decoder, known_decoders, parse_decoders
from rigdyno.core.reference.model_config import LIMITS, LONGEST_CONFIG, ModelConfigError, read_config
from rigdyno.core.words import language

LLAMA_1B = {
    "architectures": ["LlamaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 128000,
    "eos_token_id": 128001, "head_dim": 64, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
    "intermediate_size": 8192, "max_position_embeddings": 131072, "mlp_bias": False, "model_type": "llama",
    "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8, "pretraining_tp": 1,
    "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "rope_type": "llama3"},
    "rope_theta": 500000.0, "tie_word_embeddings": True, "torch_dtype": "bfloat16", "vocab_size": 128256,
}  # fmt: skip
MISTRAL = {
    "architectures": ["MistralForCausalLM"], "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
    "max_position_embeddings": 32768, "model_type": "mistral", "num_attention_heads": 32, "num_hidden_layers": 32,
    "num_key_value_heads": 8, "rope_theta": 10000.0, "sliding_window": 4096, "tie_word_embeddings": False,
    "torch_dtype": "bfloat16", "vocab_size": 32000,
}  # fmt: skip
QWEN2 = {
    "architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 896,
    "intermediate_size": 4864, "max_position_embeddings": 32768, "max_window_layers": 24, "model_type": "qwen2",
    "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
    "sliding_window": 32768, "tie_word_embeddings": True, "use_mrope": False, "use_sliding_window": False,
    "vocab_size": 151936,
}  # fmt: skip
QWEN3 = {
    "architectures": ["Qwen3ForCausalLM"], "attention_bias": False, "head_dim": 128, "hidden_act": "silu",
    "hidden_size": 1024, "intermediate_size": 3072, "max_position_embeddings": 40960, "max_window_layers": 28,
    "model_type": "qwen3", "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
    "rope_scaling": None, "sliding_window": None, "tie_word_embeddings": True, "use_sliding_window": False,
    "vocab_size": 151936,
}  # fmt: skip
GEMMA = {
    "architectures": ["GemmaForCausalLM"], "attention_bias": False, "head_dim": 256, "hidden_act": "gelu",
    "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2048, "intermediate_size": 16384, "model_type": "gemma",
    "num_attention_heads": 8, "num_hidden_layers": 18, "num_key_value_heads": 1, "vocab_size": 256000,
}  # fmt: skip
GEMMA2 = {
    "architectures": ["Gemma2ForCausalLM"], "attn_logit_softcapping": 50.0, "cache_implementation": "hybrid",
    "final_logit_softcapping": 30.0, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
    "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2304, "intermediate_size": 9216, "model_type": "gemma2",
    "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4, "query_pre_attn_scalar": 256,
    "sliding_window": 4096, "vocab_size": 256000,
}  # fmt: skip
GEMMA3_1B = {
    "architectures": ["Gemma3ForCausalLM"], "attn_logit_softcapping": None, "final_logit_softcapping": None,
    "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "intermediate_size": 6912,
    "model_type": "gemma3_text", "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1,
    "query_pre_attn_scalar": 256, "sliding_window": 512, "sliding_window_pattern": 6, "vocab_size": 262144,
}  # fmt: skip
GEMMA3_4B = {
    "architectures": ["Gemma3ForConditionalGeneration"], "image_token_index": 262144, "mm_tokens_per_image": 256,
    "model_type": "gemma3", "vision_config": {"hidden_size": 1152, "model_type": "siglip_vision_model"},
    "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
                    "num_hidden_layers": 34, "sliding_window": 1024},
}  # fmt: skip
LLAMA_2 = {
    "model_type": "llama", "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 11008,
    "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 32000,
}  # fmt: skip
LLAMA_8B = LLAMA_1B | {
    "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "tie_word_embeddings": False,
}  # fmt: skip
del LLAMA_8B["head_dim"]  # as it was published: 4096 / 32
PUBLISHED = {
    "llama-3.2-1b": LLAMA_1B, "llama-3.1-8b": LLAMA_8B, "llama-2-7b": LLAMA_2, "mistral-7b": MISTRAL,
    "qwen2.5-0.5b": QWEN2, "qwen3-0.6b": QWEN3, "gemma-2b": GEMMA, "gemma-2-2b": GEMMA2, "gemma-3-1b": GEMMA3_1B,
    "gemma-3-4b": GEMMA3_4B,
    "tinyllama-1.1b": LLAMA_2 | {
        "hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 22, "num_key_value_heads": 4,
    },
}  # fmt: skip


def parameters(s: DecoderShape) -> int:
    """The sum of all weights, by arithmetic."""
    heads, shared = s.num_attention_heads * s.head_dim, s.num_key_value_heads * s.head_dim
    attention = s.hidden_size * (2 * heads + 2 * shared) + s.attention_bias * (heads + 2 * shared)
    norms = s.hidden_size * (4 if s.post_norms else 2) + s.qk_norm * 2 * s.head_dim
    tables = s.vocab_size * s.hidden_size * (1 if s.tie_word_embeddings else 2)
    block = attention + 3 * s.hidden_size * s.intermediate_size + norms
    return tables + s.num_hidden_layers * block + s.hidden_size


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configurations_give_the_published_network(name):
    shape = read_config(json.dumps(PUBLISHED[name]))
    assert shape == decoder(name)
    assert parameters(shape) == known_decoders()[name].parameters


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"model_type": "llama"}, "intermediate_size", 11_008),
        ({"model_type": "llama"}, "num_key_value_heads", 32),
        ({"model_type": "llama", "num_key_value_heads": None}, "num_key_value_heads", 32),
        ({"model_type": "llama", "head_dim": None}, "head_dim", 128),
        ({"model_type": "llama"}, "tie_word_embeddings", False),
        ({"model_type": "mistral"}, "num_key_value_heads", 8),
        ({"model_type": "mistral", "num_key_value_heads": None}, "num_key_value_heads", 32),
        ({"model_type": "mistral", "hidden_size": 5120, "head_dim": 128}, "head_dim", 128),
        ({"model_type": "qwen2"}, "attention_bias", True),
        ({"model_type": "qwen2"}, "vocab_size", 151_936),
        ({"model_type": "qwen3", "hidden_size": 100}, "head_dim", 128),
        ({"model_type": "gemma"}, "num_hidden_layers", 28),
        ({"model_type": "gemma", "hidden_act": "gelu"}, "hidden_act", "gelu"),
        ({"model_type": "gemma2"}, "attention_softcap", 50.0),
        ({"model_type": "gemma2", "attn_logit_softcapping": None}, "attention_softcap", 0.0),
        ({"model_type": "gemma2", "final_logit_softcapping": 25}, "logit_softcap", 25.0),
        ({"model_type": "gemma3_text"}, "vocab_size", 262_208),
        ({"model_type": "gemma3", "text_config": {}}, "tie_word_embeddings", True),
        ({"model_type": "llama", "layer_types": ["sliding_attention", "full_attention"]}, "num_hidden_layers", 32),
        ({"model_type": "llama", "num_local_experts": 0, "mlp_bias": None}, "num_hidden_layers", 32),
        ({"model_type": "llama", "quantization_config": {"bits": 4}}, "num_hidden_layers", 32),
    ],
)
def test_what_is_missing_is_as_hugging_face_takes_it(given, field, value):
    assert getattr(read_config(json.dumps(given)), field) == value


def test_a_file_from_windows_is_read():
    assert read_config("\ufeff" + json.dumps(LLAMA_2)) == decoder("llama-2-7b")


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"model_type": None}, "model_type is missing", "llama, mistral, qwen2, qwen3, gemma, gemma2, gemma3_text"),
        ({"model_type": "mixtral"}, 'model_type is "mixtral"', "llama"),
        ({"model_type": "deepseek_v3"}, 'model_type is "deepseek_v3"', "llama"),
        ({"model_type": ["llama"]}, "model_type is a list", "llama"),
        ({"model_type": "gemma3"}, "text_config is missing", "a table of fields"),
        ({"model_type": "gemma3", "text_config": 7}, "text_config is 7", "a table of fields"),
        ({"model_type": "gemma3", "text_config": {"model_type": "gemma3n_text"}}, "text_config.model_type is", "gemma"),
        ({"model_type": "gemma3", "text_config": {"hidden_size": 0}}, "text_config.hidden_size is 0", "from 1"),
        ({"hidden_size": -2048}, "hidden_size is -2048", f"a whole number from 1 to {LIMITS['hidden_size']}"),
        ({"hidden_size": 2048.0}, "hidden_size is 2048.0", "a whole number"),
        ({"hidden_size": "2048"}, 'hidden_size is "2048"', "a whole number"),
        ({"hidden_size": True}, "hidden_size is true", "a whole number"),
        ({"hidden_size": float("nan")}, "hidden_size is nan", "a whole number"),
        ({"hidden_size": float("inf")}, "hidden_size is inf", "a whole number"),
        ({"hidden_size": None}, "hidden_size is missing", "a whole number"),
        ({"hidden_size": {"a": 1}}, "hidden_size is a table", "a whole number"),
        ({"hidden_size": 10**18}, "hidden_size is 1000000000000000000", "a whole number"),
        ({"hidden_size": 2050, "head_dim": None}, "hidden_size is 2050", "a multiple of num_attention_heads, 32"),
        ({"hidden_size": 96, "head_dim": None}, "head_dim is 3", "an even number"),
        ({"hidden_size": 65_536, "head_dim": None}, "head_dim is 2048", "an even number to 1024"),
        ({"head_dim": 63}, "head_dim is 63", "an even number"),
        ({"head_dim": 0}, "head_dim is 0", "from 1 to 1024"),
        ({"num_attention_heads": 0}, "num_attention_heads is 0", "from 1"),
        ({"num_key_value_heads": 5}, "num_key_value_heads is 5", "a divisor of num_attention_heads, 32"),
        ({"num_key_value_heads": 64}, "num_key_value_heads is 64", "a divisor"),
        ({"num_key_value_heads": "8"}, 'num_key_value_heads is "8"', "a whole number"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers is 1000000000", "from 1 to 1000"),
        ({"intermediate_size": []}, "intermediate_size is a list", "a whole number"),
        ({"vocab_size": 0}, "vocab_size is 0", "from 1"),
        ({"vocab_size": "x" * 500_000}, 'vocab_size is "xxxxx', "a whole number"),
        ({"tie_word_embeddings": 1}, "tie_word_embeddings is 1", "true or false"),
        ({"tie_word_embeddings": "yes"}, 'tie_word_embeddings is "yes"', "true or false"),
        ({"hidden_act": "relu2"}, 'hidden_act is "relu2"', "silu, gelu, gelu_pytorch_tanh"),
        ({"hidden_act": None}, "hidden_act is missing", "silu"),
        ({"model_type": "gemma", "hidden_activation": "swiglu"}, 'hidden_activation is "swiglu"', "silu"),
        ({"num_local_experts": 8}, "num_local_experts is 8", "false, 0 or nothing"),
        ({"num_experts": 60}, "num_experts is 60", "false, 0 or nothing"),
        ({"n_routed_experts": 256}, "n_routed_experts is 256", "false, 0 or nothing"),
        ({"attention_bias": True}, "attention_bias is true", "false"),
        ({"mlp_bias": True}, "mlp_bias is true", "false"),
        ({"use_bidirectional_attention": True}, "use_bidirectional_attention is true", "false"),
        ({"is_encoder_decoder": True}, "is_encoder_decoder is true", "false"),
        (
            {"layer_types": ["full_attention", "linear_attention"]},
            'layer_types is "linear_attention"',
            "full_attention",
        ),
        ({"layer_types": "full_attention"}, "layer_types is", "full_attention"),
        ({"model_type": "gemma2", "attn_logit_softcapping": float("nan")}, "attn_logit_softcapping is nan", "above 0"),
        ({"model_type": "gemma2", "attn_logit_softcapping": -50}, "attn_logit_softcapping is -50", "above 0"),
        ({"model_type": "gemma2", "final_logit_softcapping": 10**400}, "final_logit_softcapping is 1000", "above 0"),
        ({"model_type": "gemma2", "final_logit_softcapping": True}, "final_logit_softcapping is true", "above 0"),
    ],
)
def test_other_configurations_are_refused_by_the_field(change, field, told):
    with pytest.raises(ModelConfigError) as refused:
        read_config(json.dumps(LLAMA_1B | change))
    said = str(refused.value)
    assert said.startswith(f"config.json: {field}")
    assert told in said
    assert len(said) < 300


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is not JSON"),
        ("{'model_type': 'llama'}", "it is not JSON"),
        ('{"hidden_size": ' + "9" * 5_000 + "}", "it is not JSON"),
        ("[" * 500_000, "it is nested too deeply"),
        ('{"model_type": "llama", "rope_scaling": ' + '{"a": ' * 100_000, "it is nested too deeply"),
        ("[]", "the whole file is a list"),
        ('"llama"', 'the whole file is "llama"'),
        ("null", "the whole file is missing"),
        ("x" * 100_000_000, f"it has 100000000 characters; allowed are {LONGEST_CONFIG}"),
        ('{"model_type": "\\u001b[31m\\n\\u202e"}', 'model_type is "\ufffd[31m \ufffd"'),
    ],
)
def test_a_text_that_is_no_configuration_is_refused(text, told):
    with pytest.raises(ModelConfigError) as refused:
        read_config(text)
    assert str(refused.value).startswith(f"config.json: {told}")
    assert "\n" not in str(refused.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["silu", "llama"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(["llama", "qwen3", "gemma2", "gemma3"]),
    st.dictionaries(st.sampled_from([*LLAMA_1B, "text_config", "attn_logit_softcapping", "layer_types"]), VALUES),
)
@example("gemma2", {"attn_logit_softcapping": 10**400})
@example("gemma3", {"text_config": {"layer_types": [{}]}})
def test_whatever_stands_there_is_read_or_refused(kind, values):
    try:
        shape = read_config(json.dumps({"model_type": kind} | values))
    except ModelConfigError:
        return
    assert 0 < parameters(shape) < 10**16
    assert shape.head_dim % 2 == 0
    assert shape.num_attention_heads % shape.num_key_value_heads == 0


def test_a_refusal_is_said_in_the_language_that_is_spoken(monkeypatch):
    spanish = {"a table of fields": "una tabla de campos", "missing": "ausente"}
    catalogue = SimpleNamespace(gettext=lambda text: spanish.get(text, text))
    monkeypatch.setattr(language, "_current", [catalogue])
    with pytest.raises(ModelConfigError, match=r"text_config is ausente; .* una tabla de campos"):
        read_config('{"model_type": "gemma3"}')


def test_known_decoders_are_named_in_order():
    assert DECODERS[0] == "llama-3.2-1b"
    assert len(DECODERS) == len(set(DECODERS)) >= 15
    with pytest.raises(KeyError):
        decoder("gpt-5")


A_TABLE = "hidden_size = 8\nnum_hidden_layers = 1\nnum_attention_heads = 1\nnum_key_value_heads = 1\nhead_dim = 8\n"
A_TABLE += 'intermediate_size = 8\nvocab_size = 8\nparameters = 9\nsource = "huggingface.co/x"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", "decoders: x is no table"),
        (f"[x]\n{A_TABLE}width = 8", "decoders: unknown key width in x"),
        (f"[x]\n{A_TABLE}".replace("head_dim = 8", 'head_dim = "8"'), "decoders: x: .*head_dim"),
        (f"[x]\n{A_TABLE}".replace("parameters = 9\n", ""), "decoders: x: .*int"),
        ("[x", "end of document"),
    ],
)
def test_a_table_of_decoders_that_is_wrong_names_the_place(text, told):
    with pytest.raises(ValueError, match=told):
        parse_decoders(text)
