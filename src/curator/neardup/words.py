"""The words of a text without their order, for the scorer named ``words``.

"Add two numbers" and "the sum of 2 numbers" differ in most of their characters and in none of what
they ask. Here both become ``2 add number``: numbers as digits, words that only carry the request
dropped, a few dozen words of this trade that mean the same taken as one, endings cut, and the rest
sorted. The score of two texts is RapidFuzz's ``fuzz.ratio`` of those lists of words, which is
200 times the words in common over the words of both: 0 to 100, and no matter in which order.

What it cannot know: "Celsius to Fahrenheit" and "Fahrenheit to Celsius" are the same words.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: Lists of fewer words than this have no likeness by words: one word says too little.
LEAST_WORDS = 2

_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?|[+\-*/%<>=&|^~@#$\\]+")
_DIGITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_NUMBERS = {word: str(value) for value, word in enumerate(re.split(" ", _DIGITS))}
_CARRYING = (
    "a an the of to in for that this these those which is are be it its and with from by on as at "
    "can could would will should you your i me my we us our please kindly thank thanks hi hello "
    "need want give given following into using use some so how do does what write create "
    "implement develop construct design generate build make code function program script method "
    "routine snippet find calculate compute determine get return"
)
_CARRIERS = frozenset(re.split(" ", _CARRYING))
_SAME = (
    "add sum addition total plus",
    "subtract subtraction minus",
    "multiply multiplication product times",
    "divide division quotient",
    "print output display show",
    "maximum max largest biggest greatest highest",
    "minimum min smallest lowest least",
    "average mean",
    "list array",
    "string text",
    "number integer int",
    "sort order arrange",
    "remove delete",
    "check verify test",
    "convert transform change turn",
    "dictionary dict hashmap",
    "count tally",
    "word term",
    "join concatenate combine merge",
)


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending, least in (("ing", 6), ("ed", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_MEANING = {_stem(word): _stem(group.split()[0]) for group in _SAME for word in group.split()}


@lru_cache(maxsize=65_536)
def _meaning(word: str) -> str:
    """Return what stands for a word, or nothing where it only carries the request."""
    if word in _CARRIERS:
        return ""
    if word in _NUMBERS:
        return _NUMBERS[word]
    stem = _stem(word) if word.isalpha() else word
    return _MEANING.get(stem, stem)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a normalised text that carry its meaning, sorted.

    Args:
        text: A text as `curator.neardup.text` normalises it.
    """
    found = _WORD.findall(text)
    return tuple(sorted(filter(None, map(_meaning, found))))


def words_score(one: str, other: str, score_cutoff: float = 0.0) -> float:
    """Return how alike two normalised texts are by their words, 0 to 100.

    Args:
        one: A text.
        other: Another one.
        score_cutoff: A score below it is given as 0, which long texts are told much sooner.
    """
    from rapidfuzz import fuzz

    first, second = words_of(one), words_of(other)
    if min(len(first), len(second)) < LEAST_WORDS:
        return 0.0
    return fuzz.ratio(first, second, score_cutoff=score_cutoff)
