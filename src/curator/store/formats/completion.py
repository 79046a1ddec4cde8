"""``prompt`` and ``completion``: the JSON Lines of plain fine-tuning."""

from __future__ import annotations

from curator.example.chat import user_text
from curator.store.formats.format import Fields, Format, Ledger, Unfit, carry, history_of, text_of
from curator.store.formats.rows import reading, writing_lines


def _read(record: Fields, ledger: Ledger) -> Fields:
    fields = {
        "instruction": text_of(record, "prompt"),
        "input": "",
        "output": text_of(record, "completion"),
    }
    carry(record, ("prompt", "completion"), ledger)
    return fields


def _write(fields: Fields, ledger: Ledger) -> Fields:
    if history_of(fields):
        raise Unfit("It is a conversation of several turns, which one prompt cannot hold.")
    more = text_of(fields, "input", required=False)
    prompt = user_text(text_of(fields, "instruction"), more)
    record = {"prompt": prompt, "completion": text_of(fields, "output")}
    if more:
        ledger.lose(
            "`input` as a field of its own: it is joined to the prompt"
            if more.strip()
            else "an `input` that is only blanks"
        )
    carry(fields, ("instruction", "input", "output", "history"), ledger)
    return record


COMPLETION = Format(
    name="completion",
    title="`prompt` and `completion`, as JSON Lines",
    suffixes=(".jsonl",),
    read=reading(_read),
    write=writing_lines(_write),
)
