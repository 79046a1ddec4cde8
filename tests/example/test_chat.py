"""One function builds prompts, so that training and asking cannot drift apart."""

from __future__ import annotations

from typing import Any

from curator.example.chat import prompt_ids, prompt_messages, row_ids, training_messages, user_text


class Letters:
    """A tokenizer whose ids are characters: a role's initial, the text, a full stop."""

    def apply_chat_template(self, conversation: Any, **options: Any) -> list[int]:
        text = "".join(f"{m['role'][0]}{m['content']}." for m in conversation)
        text += "a" if options.get("add_generation_prompt") else ""
        return [ord(letter) for letter in text]


def test_the_input_stands_after_an_empty_line_or_not_at_all():
    assert user_text("Add.", "1 2") == "Add.\n\n1 2"
    assert user_text("Add.", " \n") == "Add."


def test_a_training_conversation_is_the_prompt_and_the_answer():
    fields = {"instruction": "Add.", "input": "1 2", "output": "3"}
    for system in (None, "", "Be kind."):
        prompt = prompt_messages("Add.", "1 2", system_prompt=system)
        whole = training_messages(fields, system_prompt=system)
        assert whole == [*prompt, {"role": "assistant", "content": "3"}]
        assert [m["role"] for m in prompt] == (["system", "user"] if system else ["user"])


def test_a_missing_or_null_input_is_none():
    assert training_messages({"instruction": "Add.", "output": "3", "input": None}) == (
        training_messages({"instruction": "Add.", "output": "3"})
    )


def test_the_prompt_of_a_row_is_the_prompt_of_a_question():
    messages = training_messages({"instruction": "Add.", "output": "3"})
    row = row_ids(Letters(), messages)
    assert row.ids[: row.prompt_length] == prompt_ids(Letters(), messages[:-1])
    assert "".join(map(chr, row.ids[row.prompt_length :])) == "3."
