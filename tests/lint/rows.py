"""Rows for tests of whole files: good ones, each different, and ways to break them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, parts

_WORDS = (
    "walrus",
    "foam",
    "velvet",
    "marble",
    "copper",
    "ice",
    "quartz",
    "oxygen",
    "yeast",
    "jazz",
)


def record(number: int, **changes: Any) -> dict[str, Any]:
    """A record that no rule has anything to say about, unlike any other number's."""
    name = f"walk_{number}"
    made = parts(
        solution=GOOD_SOLUTION.replace("double", name, 1),
        usage=GOOD_USAGE.replace("double", name),
        test=GOOD_TEST.replace("double", name),
    ).example
    assert made is not None
    words = " ".join(_WORDS[int(digit)] for digit in str(number**5 + 7))
    return {
        "id": f"row-{number}",
        "instruction": f"Write a function about {words}.",
        "input": "",
        "output": made.output,
        **changes,
    }


def write(path: Path, records: list[dict[str, Any] | str]) -> Path:
    """Write records, or lines as they are, as JSON Lines."""
    lines = [one if isinstance(one, str) else json.dumps(one) for one in records]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path
