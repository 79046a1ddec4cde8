"""A conversation as a list of turns, as an example, and back.

The last question and answer are the example; what came before is its ``history``, and a system
prompt its ``system``. A question keeps its input after an empty line, as everywhere in Curator
(`curator.example.chat`), because a turn has no second field.
"""

from __future__ import annotations

from typing import Any

from curator.example.chat import user_text
from curator.store.decode import json_type
from curator.store.formats.format import Fields, Ledger, Unfit, history_of, text_of

Turn = tuple[str, str]


def turns_of(items: Any, who: str, what: str, names: dict[str, str], key: str) -> list[Turn]:
    """Return the turns of a conversation as ``(role, text)``.

    Args:
        items: The list that the record has.
        who: The key of a turn that says who speaks.
        what: The key of a turn that holds the text.
        names: What each speaker is: ``system``, ``user`` or ``assistant``.
        key: What the list is called, for messages.

    Raises:
        Unfit: It is no such list, or somebody else speaks, such as a tool.
    """
    if not isinstance(items, list):
        raise Unfit(f"`{key}` is {json_type(items)}, where an array was expected.")
    turns = []
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            raise Unfit(f"Turn {number} is {json_type(item)}, where an object was expected.")
        role = names.get(str(item.get(who)))
        if role is None:
            raise Unfit(
                f"Turn {number} is by `{item.get(who)}`, which an example has no place for."
            )
        more = sorted(set(item) - {who, what})
        if any(item[one] not in (None, "", [], {}) for one in more):
            raise Unfit(f"Turn {number} has `{more[0]}`, which an example has no place for.")
        if not isinstance(item.get(what), str):
            raise Unfit(
                f"The `{what}` of turn {number} is {json_type(item.get(what))}, not a text."
            )
        turns.append((role, item[what]))
    return turns


def example_of(turns: list[Turn]) -> Fields:
    """Return the texts of an example for a conversation.

    Raises:
        Unfit: It is not a system prompt at most, then questions and answers in turn.
    """
    system = [text for role, text in turns[:1] if role == "system"]
    spoken = turns[len(system) :]
    expected = ["user", "assistant"] * (len(spoken) // 2)
    if not spoken or [role for role, _ in spoken] != expected:
        raise Unfit("The turns are not questions and answers in turn, ending with an answer.")
    pairs = [[spoken[at][1], spoken[at + 1][1]] for at in range(0, len(spoken), 2)]
    fields: Fields = {"instruction": pairs[-1][0], "input": "", "output": pairs[-1][1]}
    if system:
        fields["system"] = system[0]
    if len(pairs) > 1:
        fields["history"] = pairs[:-1]
    return fields


def conversation_of(fields: Fields, ledger: Ledger) -> list[Turn]:
    """Return the turns of an example; counts an input that is joined to its question.

    Raises:
        Unfit: One of its texts is missing or is no text.
    """
    turns: list[Turn] = []
    if "system" in fields:
        turns.append(("system", text_of(fields, "system", required=False)))
    for question, answer in history_of(fields):
        turns += [("user", question), ("assistant", answer)]
    question, more = text_of(fields, "instruction"), text_of(fields, "input", required=False)
    answer = text_of(fields, "output")
    if more:
        ledger.lose(
            "`input` as a field of its own: it is joined to the question"
            if more.strip()
            else "an `input` that is only blanks"
        )
    return [*turns, ("user", user_text(question, more)), ("assistant", answer)]


#: The keys of an example that a conversation carries.
SPOKEN = ("instruction", "input", "output", "system", "history")
