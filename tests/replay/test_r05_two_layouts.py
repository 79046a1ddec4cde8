"""R5: trained on `SYSTEM: … USER: … ASSISTANT: …`, evaluated and served on a chat template."""

from __future__ import annotations

import json
import shutil

from curator.example.chat import prompt_messages
from curator.mix import (
    Recipe,
    SourceSpec,
    SplitSpec,
    Verdict,
    plan_mixture,
    write_mixture,
)
from curator.preflight import preflight
from curator.train import TrainingSpec
from curator.train.tokens import Tokens


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


def built(tmp_path, put, perfect):
    put("perfect.jsonl", perfect(5))
    recipe = Recipe(
        name="one-layout",
        source=(SourceSpec(path="perfect.jsonl", role="curated"),),
        system_prompt="Answer in three parts.",
        split=SplitSpec(valid=0),
    )
    write_mixture(plan_mixture(recipe, tmp_path), tmp_path / "out")
    return tmp_path / "out"


def test_preflight_proves_that_the_token_ids_agree(tmp_path, put, perfect, model, tokens, check_of):
    folder = built(tmp_path, put, perfect)

    check = check_of(preflight(folder, TrainingSpec(model=str(model)), tokens=tokens), "prompt-ids")

    assert check.verdict is Verdict.OK
    assert "All 5 prompts have the same token ids" in check.message


def test_a_template_that_asks_otherwise_than_it_trains_stands_in_the_way(
    tmp_path, put, perfect, model, check_of
):
    folder = built(tmp_path, put, perfect)
    other = tmp_path / "other"
    shutil.copytree(model, other)
    config = json.loads((other / "tokenizer_config.json").read_text())
    # The layout of the report's script when it asks, the chat template when it trains.
    config["chat_template"] = (
        "{%- if add_generation_prompt -%}"
        "{%- for m in messages -%}{{- m['role'] | upper + ': ' + m['content'] + '\\n' -}}"
        "{%- endfor -%}{{- 'ASSISTANT: ' -}}{%- else -%}"
        + config["chat_template"].partition("{%- if add_generation_prompt")[0]
        + "{%- endif -%}"
    )
    (other / "tokenizer_config.json").write_text(json.dumps(config))
    spec = TrainingSpec(model=str(other))

    with Tokens(str(other), local=True) as counting:
        check = check_of(preflight(folder, spec, tokens=counting), "prompt-ids")

    assert check.verdict is Verdict.ERROR
    assert "In 5 rows of 5 the prompt has other token ids" in check.message
    assert "(perfect.jsonl:" in check.evidence[0]
