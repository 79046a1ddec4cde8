"""Which prompts of a suite the model was trained on: the same, nearly the same, or a long piece.

A rate over prompts that training rows resemble measures memory. Three looks, cheapest verdict
first: the same text, a twin of it, and a long run of words that a row has in common with it, be it
in what the user says or in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from curator.evaluate.suite import Suite
from curator.example.chat import user_text
from curator.neardup import normalise

#: From this RapidFuzz score on, a prompt counts as one the model was trained on.
CONTAMINATION_THRESHOLD = 85.0

#: A shared run of as many words is contamination; of a shorter prompt, all of its words, and of a
#: prompt shorter than the least, none. Brown et al. (2020), "Language Models are Few-Shot
#: Learners", arXiv:2005.14165, appendix C: runs of 8 to 13 words, by the length of the examples.
LONGEST_RUN = 13
SHORTEST_RUN = 8
#: A run that stands in more different rows than this is a turn of phrase (the same appendix).
COMMON = 10

Kind = Literal["exact", "twin", "ngram"]


@dataclass(frozen=True, slots=True)
class Contamination:
    """A prompt that the model was trained on, or on something like it.

    Attributes:
        prompt: The prompt's id.
        score: How like the training row it is, 0 to 100; for a shared run of words, what part of
            the prompt's words it is.
        row: The training row, counted from 0.
        text: What the user says in that row.
        kind: ``exact``, ``twin``, or ``ngram`` for a shared run of words.
        shared: That run of words, lower case and without punctuation.
    """

    prompt: str
    score: float
    row: int
    text: str
    kind: Kind = "twin"
    shared: str = ""

    @property
    def reason(self) -> str:
        """What it is, in words to follow the prompt's name; it quotes nothing."""
        row = f"training row {self.row + 1}"
        if self.kind == "exact":
            return f"is {row}"
        if self.kind == "twin":
            return f"is {self.score:.0f} like {row}"
        return f"shares {len(self.shared.split())} words in a row with {row}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "prompt": self.prompt,
            "kind": self.kind,
            "score": self.score,
            "row": self.row,
            "text": self.text,
            "shared": self.shared,
        }


def find_contamination(
    suite: Suite,
    trained: Sequence[str],
    *,
    rows: Sequence[str] | None = None,
    threshold: float = CONTAMINATION_THRESHOLD,
) -> tuple[Contamination, ...]:
    """Return the prompts that resemble something the model was trained on.

    Args:
        suite: The suite.
        trained: What the user says in each training row.
        rows: Everything that is said in each training row, to look for shared runs of words; by
            default what the user says.
        threshold: The least RapidFuzz score, 0 to 100, on normalised texts.

    Returns:
        One entry for each such prompt, with the training row most like it, in suite order. About
        a second for 20,000 rows.
    """
    found = dict(_runs(suite, trained, trained if rows is None else rows))
    found |= _twins(suite, trained, threshold)
    return tuple(found[index] for index in sorted(found))


def _twins(suite: Suite, trained: Sequence[str], threshold: float) -> dict[int, Contamination]:
    """Return the prompts whose whole text is that of a row, or nearly, by their place."""
    from curator.neardup import find_twins

    prompts = [normalise(user_text(p.instruction, p.input)) for p in suite.prompt]
    # A mixture repeats its curated rows; each text needs comparing once.
    first: dict[str, int] = {}
    for index, text in enumerate(trained):
        first.setdefault(normalise(text), index)
    report = find_twins(prompts, list(first), threshold=threshold)
    rows = list(first.values())
    likest: dict[int, Contamination] = {}
    for pair in report.pairs:
        known = likest.get(pair.a)
        if known is None or pair.score > known.score:
            row = rows[pair.b]
            kind: Kind = "exact" if pair.score == 100 else "twin"
            name = suite.prompt[pair.a].id
            likest[pair.a] = Contamination(name, pair.score, row, trained[row], kind)
    return likest


def _runs(
    suite: Suite, trained: Sequence[str], rows: Sequence[str]
) -> Iterator[tuple[int, Contamination]]:
    """Yield the prompts that share a long run of words with a row, by their place."""
    # By its first words, so that one pass over a row serves prompts of every length.
    starting: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    places: dict[tuple[str, ...], list[int]] = {}
    lengths: dict[int, int] = {}
    for place, prompt in enumerate(suite.prompt):
        words = _words(user_text(prompt.instruction, prompt.input))
        lengths[place] = len(words)
        size = min(len(words), LONGEST_RUN)
        if size < SHORTEST_RUN:
            continue
        for start in range(len(words) - size + 1):
            run = tuple(words[start : start + size])
            if run not in places:
                starting.setdefault(run[:SHORTEST_RUN], []).append(run)
            places.setdefault(run, []).append(place)
    first: dict[str, int] = {}
    for number, text in enumerate(rows):
        first.setdefault(text, number)
    seen: dict[tuple[str, ...], dict[str, int]] = {}
    for text, number in first.items():
        words = _words(text)
        for start in range(len(words) - SHORTEST_RUN + 1):
            for run in starting.get(tuple(words[start : start + SHORTEST_RUN]), ()):
                if tuple(words[start : start + len(run)]) == run:
                    seen.setdefault(run, {}).setdefault(text, number)
    told: set[int] = set()
    for run, holders in seen.items():
        if len(holders) > COMMON:
            continue
        row = next(iter(holders.values()))
        for place in places[run]:
            if place not in told:
                told.add(place)
                score = round(100 * len(run) / lengths[place], 1)
                name, shared = suite.prompt[place].id, " ".join(run)
                yield place, Contamination(name, score, row, trained[row], "ngram", shared)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", normalise(text))
