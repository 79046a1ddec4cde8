"""The tiny model's tokenizer: one token a byte, and ChatML around each message.

A token a byte keeps the vocabulary at 259, and on a CPU it is the vocabulary that costs. The
template is the one Qwen's models use, except that it adds no system prompt of its own: what is
asked is what was written.
"""

from __future__ import annotations

from typing import Any

END_OF_TEXT = "<|endoftext|>"
MESSAGE_START = "<|im_start|>"
MESSAGE_END = "<|im_end|>"
SPECIAL_TOKENS = (END_OF_TEXT, MESSAGE_START, MESSAGE_END)

BYTES = 256
VOCABULARY = BYTES + len(SPECIAL_TOKENS)
END_OF_TEXT_ID = BYTES
MESSAGE_END_ID = BYTES + SPECIAL_TOKENS.index(MESSAGE_END)

CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' -}}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}"
)


def byte_characters() -> list[str]:
    """Return the printable character that stands for each byte in byte-level tokenizers.

    The mapping is GPT-2's: printable Latin-1 stands for itself, the rest follows from U+0100.
    """
    kept = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in kept else next(others)) for byte in range(BYTES)]


def tokenizer_json() -> dict[str, Any]:
    """Return the content of ``tokenizer.json``, as the ``tokenizers`` library reads it."""
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": False,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": BYTES + index,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for index, token in enumerate(SPECIAL_TOKENS)
        ],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {character: byte for byte, character in enumerate(byte_characters())},
            "merges": [],
        },
    }


def tokenizer_config(*, max_length: int) -> dict[str, Any]:
    """Return the content of ``tokenizer_config.json``.

    Args:
        max_length: Tokens the model was made for.
    """
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "chat_template": CHAT_TEMPLATE,
        "eos_token": MESSAGE_END,
        "pad_token": END_OF_TEXT,
        "bos_token": None,
        "unk_token": None,
        "add_bos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": max_length,
    }
