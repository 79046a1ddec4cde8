"""Is the model asked as it was trained, under whose system prompt, and does it learn to end?"""

from __future__ import annotations

import pytest

from curator.errors import ModelError
from curator.mix import Verdict
from curator.train.tokens import Tokens
from tests.preflight.conftest import talk

# The way Qwen2.5's template goes: its own system prompt where none is given.
OWN = (
    "{%- if messages[0]['role'] != 'system' -%}"
    "{{- '<|im_start|>system\\nYou are made in Erewhon.<|im_end|>\\n' -}}{%- endif -%}"
    "{%- for m in messages -%}"
    "{{- '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' -}}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}"
)
PLAIN = (
    "{%- for m in messages -%}"
    "{{- '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' -}}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}"
)
#: Asks with a block for thinking that no answer in training has.
THINKING = PLAIN.replace("'<|im_start|>assistant\\n' -}}", "'<|im_start|>assistant\\n<think>' -}}")
#: Never ends a message.
ENDLESS = PLAIN.replace("<|im_end|>", "")
#: Refuses a system message, as Gemma's does.
STERN = (
    "{%- if messages[0]['role'] == 'system' -%}{{- raise_exception('no system role') -}}{%- endif"
    " -%}" + PLAIN
)
DATED = PLAIN.replace("{%- for", "{{- strftime_now('%Y') -}}{%- for", 1)

ROWS = [talk(f"question {number}") for number in range(8)]


@pytest.fixture
def under(variant, look, put):
    """Look at rows under a template of one's own."""

    def at(template, rows=ROWS):
        folder = variant(template)
        with Tokens(str(folder), local=True) as counting:
            return look(put(rows), with_tokens=counting, model=str(folder))

    return at


def test_under_the_tiny_models_own_template_all_is_well(look, put):
    checks = look(put(ROWS))

    for code in ("chat-template", "system-prompt", "prompt-ids", "end-token"):
        assert checks[code].verdict is Verdict.OK, checks[code]
    assert "All 8 prompts" in checks["prompt-ids"].message
    assert "<|im_end|>" in checks["end-token"].message


def test_a_missing_template_stands_in_the_way_and_nothing_is_counted(under):
    checks = under(None)

    assert checks["chat-template"].verdict is Verdict.ERROR
    assert "too-long" not in checks


def test_a_template_with_a_system_prompt_of_its_own_is_quoted(under):
    check = under(OWN)["system-prompt"]

    assert check.verdict is Verdict.WARN
    assert (
        '8 rows carry no system prompt, and the chat template puts its own: "You are made in'
        in (check.message)
    )


def test_where_every_row_has_a_system_prompt_the_templates_own_does_not_matter(under):
    rows = [talk(f"question {number}", system="Be brief.") for number in range(8)]

    assert under(OWN, rows)["system-prompt"].verdict is Verdict.OK


def test_prompts_that_differ_between_training_and_asking_stand_in_the_way(under):
    check = under(THINKING)["prompt-ids"]

    assert check.verdict is Verdict.ERROR
    assert "In 8 rows of 8 the prompt has other token ids" in check.message
    assert check.evidence[0].startswith("train.jsonl:1")


def test_an_end_that_is_never_trained_stands_in_the_way(under):
    check = under(ENDLESS)["end-token"]

    assert check.verdict is Verdict.ERROR
    assert "does not learn to stop" in check.message


def test_a_template_that_takes_no_system_message_stands_in_the_way_of_rows_with_one(under):
    rows = [talk("question", system="Be brief."), *ROWS]

    checks = under(STERN, rows)

    assert checks["system-prompt"].verdict is Verdict.ERROR
    assert "1 row carries one" in checks["system-prompt"].message


def test_a_template_that_writes_the_date_is_told(under):
    assert "today's date" in under(DATED)["chat-template"].message


def test_a_model_without_a_tokenizer_is_told_in_a_sentence(variant, put, look):
    folder = variant(PLAIN)
    (folder / "tokenizer.json").unlink()
    with Tokens(str(folder), local=True) as counting, pytest.raises(ModelError, match="tokens"):
        look(put(ROWS), with_tokens=counting, model=str(folder))
