"""The tiny base that comes with Curator: where it lies and how it is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curator.tiny.tokenizer import MESSAGE_END, SPECIAL_TOKENS
from curator.tiny.wording import VOCABULARY

#: The folder of the shipped base.
FOLDER = Path(__file__).parent / "base"

#: ``config.json``: small and not deep, since element-wise work costs most on a CPU.
MODEL: dict[str, Any] = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "hidden_size": 144,
    "intermediate_size": 320,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0,
    "hidden_act": "silu",
    "tie_word_embeddings": True,
    "torch_dtype": "float16",
    "vocab_size": VOCABULARY,
    "bos_token_id": 0,
    "eos_token_id": SPECIAL_TOKENS.index(MESSAGE_END),
}
