"""Language models, text classifiers and speech recognition, by name."""

from __future__ import annotations

from ..blueprint import Blueprint
from .bert import BERT_BASE, BERT_BASE_SQUAD, BERT_LARGE, BERT_LARGE_SQUAD, DISTILBERT
from .decoder import DECODER
from .gpt2 import GPT2
from .whisper import WHISPER_SMALL

LANGUAGE: dict[str, Blueprint] = {
    "decoder": DECODER,
    "gpt2": GPT2,
    "bert-base": BERT_BASE,
    "bert-base-squad": BERT_BASE_SQUAD,
    "bert-large": BERT_LARGE,
    "bert-large-squad": BERT_LARGE_SQUAD,
    "distilbert": DISTILBERT,
    "whisper-small": WHISPER_SMALL,
}
