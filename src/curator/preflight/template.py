"""Checks of the chat template: is the model asked as it was trained, and does it learn to end?"""

from __future__ import annotations

from collections.abc import Iterator

from curator.mix import Check, Verdict
from curator.mix.check import first_few
from curator.preflight.report import Subject
from curator.terminal import one_line, plural


def check_template(subject: Subject) -> Iterator[Check]:
    """Yield what there is to say about the template, its system prompt, its ids and its end."""
    facts = subject.facts
    if not facts.template:
        yield Check(
            "chat-template",
            Verdict.ERROR,
            "The tokenizer has no chat template, so conversations cannot become tokens.",
            "Take an instruct model, whose tokenizer_config.json has a chat_template.",
        )
        return
    if facts.dated:
        yield Check(
            "chat-template",
            Verdict.WARN,
            "The chat template writes today's date, so the same row has other tokens tomorrow.",
            "Give every row a system prompt, if the template then leaves the date out.",
        )
    else:
        yield Check("chat-template", Verdict.OK, "There is a chat template.")
    yield from _system(subject)
    if subject.train:
        yield from _ids(subject)
        yield from _end(subject)


def _system(subject: Subject) -> Iterator[Check]:
    facts, rows = subject.facts, subject.mixture.train
    given = [row[0]["role"] == "system" for row in rows]
    bare = len(rows) - sum(given)
    if any(given) and not facts.system_role:
        yield Check(
            "system-prompt",
            Verdict.ERROR,
            f"The chat template takes no system message, and {plural(sum(given), 'row')}"
            f" {'carries' if sum(given) == 1 else 'carry'} one.",
            'Set system_prompt_on = "none" in the recipe, or take another model.',
        )
    elif facts.own_system and bare:
        yield Check(
            "system-prompt",
            Verdict.WARN,
            f"{plural(bare, 'row')} carry no system prompt, and the chat template puts its own:"
            f' "{one_line(facts.own_system, 80)}".',
            'Give the recipe a system_prompt with system_prompt_on = "all", or know that this is'
            " what those rows train under.",
        )
    else:
        said = "The chat template adds no system prompt of its own to any row."
        yield Check("system-prompt", Verdict.OK, said)


def _ids(subject: Subject) -> Iterator[Check]:
    bad = [number for number, row in enumerate(subject.train) if not row.agrees]
    if bad:
        yield Check(
            "prompt-ids",
            Verdict.ERROR,
            f"In {plural(len(bad), 'row')} of {len(subject.train):,} the prompt has other token ids"
            " when it trains than when the model is asked.",
            "Look at the template: some leave out or add a block where an answer follows.",
            first_few([subject.where(number) for number in bad]),
        )
    else:
        yield Check(
            "prompt-ids",
            Verdict.OK,
            f"{_all(len(subject.train))} the same token ids in training and when the model is"
            " asked.",
        )


def _all(prompts: int) -> str:
    return "The one prompt has" if prompts == 1 else f"All {prompts:,} prompts have"


def _end(subject: Subject) -> Iterator[Check]:
    bad = [number for number, row in enumerate(subject.train) if not row.end]
    ends = " or ".join(subject.facts.end_tokens) or "none"
    if bad:
        yield Check(
            "end-token",
            Verdict.ERROR,
            f"In {plural(len(bad), 'row')} no end token ({ends}) follows the answer, so the model"
            " does not learn to stop.",
            "Check eos_token in tokenizer_config.json against what the template writes.",
            first_few([subject.where(number) for number in bad]),
        )
    else:
        yield Check("end-token", Verdict.OK, f"Every answer ends with {ends}, which is trained.")
