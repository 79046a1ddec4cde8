"""``messages``: the JSON Lines of chat fine-tuning, as OpenAI's service and mlx-lm read them."""

from __future__ import annotations

from curator.store.formats.format import Fields, Format, Ledger, carry
from curator.store.formats.rows import reading, writing_lines
from curator.store.formats.talk import SPOKEN, conversation_of, example_of, turns_of

_ROLES = {"system": "system", "user": "user", "assistant": "assistant"}


def _read(record: Fields, ledger: Ledger) -> Fields:
    fields = example_of(turns_of(record.get("messages"), "role", "content", _ROLES, "messages"))
    carry(record, ("messages",), ledger)
    return fields


def _write(fields: Fields, ledger: Ledger) -> Fields:
    turns = conversation_of(fields, ledger)
    carry(fields, SPOKEN, ledger)
    return {"messages": [{"role": role, "content": text} for role, text in turns]}


CHAT = Format(
    name="chat",
    title="`messages` with role and content, as JSON Lines",
    suffixes=(".jsonl",),
    read=reading(_read),
    write=writing_lines(_write),
)
