"""The tiny base's own suite as the TOML file that comes with Curator; a test compares them."""

from __future__ import annotations

import json

from curator.tiny.corpus import Question, suite_questions
from curator.tiny.ingredients import literal

NAME = "tiny"
_HEAD = (
    'name = "tiny"',
    'description = "Tasks for the tiny base: each joins two parts that none of its rows joins."',
    'profile = "runnable-first"',
)


def suite_toml() -> str:
    """Return the suite as TOML; where the wording names the function, with hidden asserts."""
    lines = list(_HEAD)
    for number, question in enumerate(suite_questions(), start=1):
        lines += ["", "[[prompt]]", *_prompt(number, question)]
    return "\n".join(lines) + "\n"


def _prompt(number: int, question: Question) -> list[str]:
    task = question.task
    tags = [task.source.key, task.reducer.key]
    lines = [
        f'id = "{number:03}-{task.source.key}-{task.reducer.key}"',
        f"instruction = {_string(question.text)}",
        f"tags = {json.dumps(tags)}",
    ]
    if question.name in question.text:
        asserts = [
            f"assert {question.name}({literal(one)}) == {literal(task.call(one))}"
            for one in (*task.source.probes, *task.source.samples)
        ]
        lines += [f'function = "{question.name}"', "asserts = ["]
        lines += [f"    {_string(one)}," for one in asserts]
        lines.append("]")
    return lines


def _string(text: str) -> str:
    """Return `text` as a TOML string, literal where it quotes something."""
    return f"'{text}'" if '"' in text and "'" not in text else json.dumps(text)
