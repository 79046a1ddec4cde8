"""R5: trained on `SYSTEM: … USER: … ASSISTANT: …`, evaluated and served on a chat template."""

from __future__ import annotations

import json

from curator.example.chat import prompt_messages
from curator.mix import Recipe, SourceSpec, SplitSpec, plan_mixture, write_mixture


def test_what_is_trained_up_to_the_answer_is_what_is_asked(tmp_path, put, perfect):
    rows = [*perfect(3), {**perfect(4)[3], "input": "[3, 1, 2]"}]
    put("perfect.jsonl", rows)
    recipe = Recipe(
        name="one-layout",
        source=(SourceSpec(path="perfect.jsonl", role="curated"),),
        system_prompt="Answer in three parts.",
        split=SplitSpec(valid=0),
    )

    manifest = write_mixture(plan_mixture(recipe, tmp_path), tmp_path / "out")

    lines = (tmp_path / "out" / "train.jsonl").read_text().splitlines()
    trained = [json.loads(line)["messages"] for line in lines]
    asked = [
        prompt_messages(row["instruction"], row["input"], system_prompt=manifest.system_prompt)
        for origin in manifest.rows["train"]
        for row in [rows[origin.line - 1]]
    ]
    assert [conversation[:-1] for conversation in trained] == asked
    assert {conversation[-1]["role"] for conversation in trained} == {"assistant"}


def test_no_layout_of_our_own_is_written_into_the_texts(tmp_path, put, perfect):
    put("perfect.jsonl", perfect(2))
    recipe = Recipe(
        name="one-layout",
        source=(SourceSpec(path="perfect.jsonl", role="curated"),),
        split=SplitSpec(valid=0),
    )

    write_mixture(plan_mixture(recipe, tmp_path), tmp_path / "out")

    contents = {
        message["content"]
        for line in (tmp_path / "out" / "train.jsonl").read_text().splitlines()
        for message in json.loads(line)["messages"]
    }
    assert contents == {row[key] for row in perfect(2) for key in ("instruction", "output")}
