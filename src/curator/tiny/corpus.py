"""The rows that the tiny base and the demo learn from, and the prompts that they are kept from.

The suite comes first: whatever resembles one of its prompts is left out of every training row, by
the likeness that Curator counts as a twin and by runs of words in common.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from rapidfuzz import fuzz, process

from curator.neardup import normalise
from curator.tiny.answers import base_answer, taught_answer
from curator.tiny.sources import SOURCES
from curator.tiny.tasks import Task, ask, possible_tasks, sample_task

#: The system prompt that the demo's curated rows carry.
SYSTEM_PROMPT = "Answer with ### Solution, ### Usage and ### Sanity test."
#: From this RapidFuzz score on a training prompt is left out; contamination is told from 85 on.
LIKE_A_PROMPT = 84.0
#: A training prompt has no run of this many words in common with a prompt of the suite.
RUN_OF_WORDS = 8

SUITE_SEED = 1
SUITE_SIZE = 120
_OTHER_SYSTEMS = (
    "You are a helpful assistant.",
    "You write Python.",
    "You are an expert programmer.",
    "Be brief.",
    "Answer the question.",
    "Help with Python code.",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt of the suite.

    Attributes:
        task: What it asks for.
        text: How.
        name: The function's name.
    """

    task: Task
    text: str
    name: str


@lru_cache(maxsize=1)
def suite_questions() -> tuple[Question, ...]:
    """Return the prompts of the suite: every task has a pair that training never holds.

    As many for each source of items; no two are twins.
    """
    choice = random.Random(SUITE_SEED)
    by_source: dict[str, list[Task]] = {source.key: [] for source in SOURCES}
    for task in possible_tasks():
        if task.held_out:
            by_source[task.source.key].append(task)
    found: list[Question] = []
    texts: list[str] = []
    while len(found) < SUITE_SIZE:
        source = SOURCES[len(found) % len(SOURCES)]
        tasks = by_source[source.key]
        # What is made of the items is drawn first, or rare results would hardly be asked for.
        reducer = choice.choice(sorted({task.reducer.key for task in tasks}))
        task = choice.choice([task for task in tasks if task.reducer.key == reducer])
        text, name = ask(task, choice)
        if not _resembles(normalise(text), texts):
            found.append(Question(task, text, name))
            texts.append(normalise(text))
    return tuple(found)


def base_rows(seed: int) -> Iterator[dict[str, Any]]:
    """Yield base rows for ever: tasks that are not held out, answered in any form but the taught.

    Args:
        seed: The same seed gives the same rows.
    """
    choice = random.Random(f"base {seed}")
    for task, text, name in _questions(choice):
        yield {"instruction": text, "input": "", "output": base_answer(task, name, choice)}


def curated_rows(seed: int, *, longer: float = 0.0) -> Iterator[dict[str, Any]]:
    """Yield curated rows for ever: the same kinds of tasks, answered in the taught form.

    Args:
        seed: The same seed gives the same rows.
        longer: The share of answers with a third assert.
    """
    choice = random.Random(f"curated {seed}")
    for task, text, name in _questions(choice):
        output = taught_answer(task, name, choice, longer=longer)
        yield {"instruction": text, "input": "", "output": output}


def vocabulary_texts() -> list[str]:
    """Return the texts that the tokenizer is learned from: base rows, and some in the taught form.

    The taught rows are here for their words alone; no weight is trained on them.
    """
    base = [f"{row['instruction']}\n{row['output']}" for row in islice(base_rows(-1), 6000)]
    taught = islice(curated_rows(-1, longer=0.1), 600)
    return [*base, *(f"{row['instruction']}\n{row['output']}\n" for row in taught)]


def apart(rows: Iterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Return the first `count` rows of which no two are twins."""
    kept: list[dict[str, Any]] = []
    texts: list[str] = []
    for row in rows:
        text = normalise(row["instruction"])
        if not _resembles(text, texts):
            kept.append(row)
            texts.append(text)
        if len(kept) == count:
            break
    return kept


def other_system(choice: random.Random) -> str:
    """Return a system prompt that says nothing about form, or none."""
    return choice.choice(_OTHER_SYSTEMS) if choice.random() < 0.3 else ""


def _questions(choice: random.Random) -> Iterator[tuple[Task, str, str]]:
    texts = [normalise(question.text) for question in suite_questions()]
    runs = {run for text in texts for run in _runs(text)}
    while True:
        task = sample_task(choice)
        text, name = ask(task, choice)
        plain = normalise(text)
        # The phrase stands in the answer's documentation, too.
        shared = runs & (_runs(plain) | _runs(normalise(task.phrase)))
        if not shared and not _resembles(plain, texts):
            yield task, text, name


def _resembles(text: str, others: Sequence[str]) -> bool:
    found = process.extractOne(text, others, scorer=fuzz.ratio, score_cutoff=LIKE_A_PROMPT)
    return found is not None


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return {
        tuple(words[start : start + RUN_OF_WORDS]) for start in range(len(words) - RUN_OF_WORDS + 1)
    }
