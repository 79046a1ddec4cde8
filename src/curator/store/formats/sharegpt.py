"""``conversations``: turns with ``from`` and ``value``, as the ShareGPT collections have them."""

from __future__ import annotations

from curator.store.formats.format import Fields, Format, Ledger, carry, text_of
from curator.store.formats.rows import reading, writing_lines
from curator.store.formats.talk import SPOKEN, conversation_of, example_of, turns_of

_READ = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
}
_WRITTEN = {"system": "system", "user": "human", "assistant": "gpt"}


def _read(record: Fields, ledger: Ledger) -> Fields:
    fields = example_of(
        turns_of(record.get("conversations"), "from", "value", _READ, "conversations")
    )
    # Some collections keep the system prompt beside the turns.
    if "system" in record and "system" not in fields:
        fields["system"] = text_of(record, "system", required=False)
        carry(record, ("conversations", "id", "system"), ledger)
    else:
        carry(record, ("conversations", "id"), ledger)
    return {"id": record["id"], **fields} if "id" in record else fields


def _write(fields: Fields, ledger: Ledger) -> Fields:
    turns = conversation_of(fields, ledger)
    carry(fields, ("id", *SPOKEN), ledger)
    talk = [{"from": _WRITTEN[role], "value": text} for role, text in turns]
    return (
        {"id": fields["id"], "conversations": talk} if "id" in fields else {"conversations": talk}
    )


SHAREGPT = Format(
    name="sharegpt",
    title="`conversations` with from and value, as JSON Lines; arrays are read too",
    suffixes=(".jsonl", ".json"),
    read=reading(_read),
    write=writing_lines(_write),
)
