"""The Hub's token: never held for longer than it takes to cut it out of a text.

huggingface_hub finds it (``HF_TOKEN``, or its own store) and sends it; nothing here passes it on,
keeps it, or writes it anywhere. What the library or the Hub says goes through `scrub` first.
"""

from __future__ import annotations

import re

_HIDDEN = "hf_…"
_TOKEN = re.compile(r"\bhf_[A-Za-z0-9]{6,}")
_BEARER = re.compile(r"(?i)\b(bearer|authorization:?)\s+\S+")


def scrub(text: str) -> str:
    """Return text without the token of this machine and without anything that looks like one."""
    for token in _tokens():
        text = text.replace(token, _HIDDEN)
    return _BEARER.sub(r"\1 …", _TOKEN.sub(_HIDDEN, text))


def holds_token(data: bytes) -> bool:
    """Return whether `data` holds the token of this machine."""
    return any(token.encode() in data for token in _tokens())


def _tokens() -> list[str]:
    """Return what this machine would send; empty where there is none."""
    import os

    from huggingface_hub import get_token

    found = [os.environ.get(name, "") for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")]
    try:
        found.append(get_token() or "")
    # Finding a token may itself ask a network, which may be what has just failed.
    except Exception:
        found.append("")
    # A shorter one would cut words out of sentences.
    return [token.strip() for token in found if len(token.strip()) >= 6]
