"""Rows for the twin benchmarks: real ones, rows grown from them by known edits, and a million.

Everything follows from a seed, so that two runs compare the same rows.

Grown rows are a real row after one to three of these edits, each drawn at random:

* ``typo``: one to three characters dropped, doubled, exchanged with a neighbour or replaced;
* ``rename``: one word, or an identifier of the input, replaced everywhere by another;
* ``paraphrase``: the opening verb phrase replaced by another one ("Write a function to" by
  "Implement a method that can");
* ``reorder``: two neighbouring words exchanged, or the last clause moved to the front;
* ``polite``: "Please", "Could you", "Thank you." put around it;
* ``number``: every number changed by a little.

The million are recombined: the first third of one real row's words, the middle third of a second,
the last third of a third. Most of them share a third with hundreds of others, which is harder for
an index than unrelated texts are. Clusters of 2 to 20 and one of 1,000 are planted among them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from curator.neardup import normalise

REAL = Path("../shared/data/code_alpaca_2k.json")

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OPENINGS = (
    "write a function to",
    "write a program to",
    "create a function that can",
    "implement a method that can",
    "develop a script to",
    "construct a routine to",
    "design code to",
    "generate a snippet to",
)
_OPENING = re.compile(
    r"^(?:write|create|implement|develop|construct|design|generate|build|make)\s+(?:an?\s+|some\s+)?"
    r"(?:[\w+#]+\s+)?(?:function|program|script|code|method|query|class|algorithm|application)?\s*"
    r"(?:to|that|which|for|in)?\s+",
    re.IGNORECASE,
)
_BEFORE = ("Please ", "Could you ", "Can you please ", "I need you to ", "Kindly ", "Hi, ")
_AFTER = (" please", " Thank you.", " Thanks!", " as soon as you can", " for me")
_SWAPS = ("list", "array", "items", "values", "data", "result", "string", "text", "x", "num", "foo")


def real_texts() -> list[str]:
    """Return what the user says in each real row, not yet normalised."""
    rows = json.loads(REAL.read_text("utf-8"))
    return [f"{row['instruction']}\n{row.get('input') or ''}" for row in rows]


def _typo(text: str, rng: random.Random) -> str:
    for _ in range(rng.randint(1, 3)):
        if len(text) < 4:
            break
        at = rng.randrange(1, len(text) - 1)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + text[at] + text[at:]
        elif kind == 2:
            text = text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
        else:
            text = text[:at] + rng.choice(_LETTERS) + text[at + 1 :]
    return text


def _rename(text: str, rng: random.Random) -> str:
    words = re.findall(r"[A-Za-z_]{2,}", text)
    if not words:
        return text
    return re.sub(rf"\b{re.escape(rng.choice(words))}\b", rng.choice(_SWAPS), text)


def _paraphrase(text: str, rng: random.Random) -> str:
    return _OPENING.sub(rng.choice(_OPENINGS) + " ", text, count=1)


def _reorder(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    if len(words) < 4:
        return text
    if rng.random() < 0.5:
        at = rng.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    else:
        cut = rng.randint(2, min(4, len(words) - 1))
        words = words[-cut:] + words[:-cut]
    return " ".join(words)


def _polite(text: str, rng: random.Random) -> str:
    if rng.random() < 0.6:
        text = rng.choice(_BEFORE) + text
    return text.rstrip() + rng.choice(_AFTER) if rng.random() < 0.6 else text


def _number(text: str, rng: random.Random) -> str:
    return re.sub(r"\d+", lambda match: str(int(match.group()[:9]) + rng.randint(1, 9)), text)


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "typo": _typo,
    "rename": _rename,
    "paraphrase": _paraphrase,
    "reorder": _reorder,
    "polite": _polite,
    "number": _number,
}


def edited(text: str, rng: random.Random, most: int = 3) -> str:
    """Return `text` after one to `most` random edits."""
    for edit in rng.choices(list(EDITS.values()), k=rng.randint(1, most)):
        text = edit(text, rng)
    return text


def grown(texts: Sequence[str], count: int, seed: int = 1) -> list[str]:
    """Return `count` normalised rows: the real ones and rows grown from them, in mixed order."""
    rng = random.Random(seed)
    rows = [*texts[:count]]
    while len(rows) < count:
        rows.append(edited(rng.choice(texts), rng))
    rng.shuffle(rows)
    return [normalise(row) for row in rows]


def recombined(texts: Sequence[str], count: int, seed: int = 2) -> list[str]:
    """Return `count` normalised rows recombined from `texts`, with planted clusters."""
    rng = random.Random(seed)
    pieces: list[list[str]] = [[], [], []]
    for text in texts:
        words = normalise(text)[:400].split(" ")
        third = max(1, len(words) // 3)
        for place, part in enumerate((words[:third], words[third : 2 * third], words[2 * third :])):
            pieces[place].append(" ".join(part))
    planted = count // 40
    seen: set[str] = set()
    while len(seen) < count - planted:
        seen.add(" ".join(rng.choice(part) for part in pieces).strip())
    rows = sorted(seen)
    rng.shuffle(rows)
    big = min(1000, planted // 2)
    sizes = [big - 1]
    while sum(sizes) < planted:
        sizes.append(min(rng.randint(1, 19), planted - sum(sizes)))
    for size in sizes:
        parent = rows[rng.randrange(count - planted)]
        for _ in range(size):
            # A light edit: the planted rows are meant to be twins of their parent.
            kind = rng.choice((_typo, _number, _polite, _reorder))
            rows.append(normalise(kind(parent, rng)))
    rng.shuffle(rows)
    return rows
