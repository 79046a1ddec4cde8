"""The tiny base's tokenizer: about a word a token, any text there and back.

It is byte-level BPE over words, single digits and runs of punctuation, learned from the corpus.
Every byte has a token, so that nothing is ever unknown. Letters and their accents are composed
(NFC), as Qwen2 does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from curator.tiny.tokenizer import MESSAGE_END, MESSAGE_START, SPECIAL_TOKENS

VOCABULARY = 1024
# How Qwen2 cuts text, since loaders of its architecture cut so whatever ``tokenizer.json`` says:
# words with the one character before them, single digits, punctuation with line breaks after it.
_PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def learn_tokenizer(texts: Iterable[str]) -> str:
    """Return ``tokenizer.json`` of a tokenizer learned from `texts`."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    whole = json.loads(tokenizer.to_str())
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def chat_ids(tokenizer: Any, row: Mapping[str, Any], system: str) -> tuple[list[int], int]:
    """Return the ids of a row as the chat template writes it, and where its answer begins."""
    said = f"{MESSAGE_START}system\n{system}{MESSAGE_END}\n" if system else ""
    prompt = (
        f"{said}{MESSAGE_START}user\n{row['instruction']}{MESSAGE_END}\n{MESSAGE_START}assistant\n"
    )
    first = tokenizer.encode(prompt).ids
    return first + tokenizer.encode(f"{row['output']}{MESSAGE_END}").ids, len(first)
