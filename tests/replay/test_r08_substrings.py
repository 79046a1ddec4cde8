"""R8: the check looked for substrings: headings in code, three quotes anywhere, no test needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from curator.evaluate import Prompt, Suite, checks_for, score
from curator.evaluate.running import run_scores
from curator.example import load_profile
from curator.sandbox import probe

PROMPT = Prompt(id="factorial", instruction="Calculate the factorial of a number.")
SIX = ("section:solution", "section:usage", "section:test", "docstring", "args", "returns")

# The sample answer of the report: one fence around everything, headings inside.
REPORTED = Path(__file__).with_name("report_answer.md").read_text("utf-8")

# Every substring the check looked for, and nothing of what it stood for.
HOLLOW = '''\
I would begin like this:

```python
### Solution
### Usage
### Sanity test
TEXT = """Args: Returns:"""
```
'''


@pytest.fixture
def sealed():
    backend = probe()
    if not backend.sealed:
        pytest.skip(f"{backend.reason} {backend.hint}")
    return backend


def substring_check(text: str) -> bool:
    """What was done."""
    wanted = ("### Solution", "### Usage", "### Sanity test", '"""', "Args:", "Returns:")
    return all(part in text for part in wanted)


def passed(text: str) -> dict[str, bool]:
    return score(PROMPT, text, load_profile()).passed


def test_the_profile_has_the_six_checks_of_the_report():
    assert set(SIX) <= set(passed(REPORTED))


def test_the_answer_of_the_report_passes_all_six():
    assert substring_check(REPORTED)
    assert all(passed(REPORTED)[name] for name in SIX)


def test_it_passes_them_strictly_and_its_sanity_test_runs(sealed):
    profile = load_profile()
    suite = Suite(name="the report's", prompt=(PROMPT,))

    [judged] = run_scores(
        [score(PROMPT, REPORTED, profile)],
        profile,
        checks_for(suite, profile, run=True),
        backend=sealed,
    )

    assert judged.all
    assert judged.passed["runs"], judged.notes


def test_an_answer_that_only_mentions_the_headings_inside_its_code_passes_none():
    assert substring_check(HOLLOW)
    assert not any(passed(HOLLOW)[name] for name in SIX)


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("### Sanity test", "# Sanity test of some kind", "section:test"),
        ('    """\n    Calculate', '    TEXT = """\n    Calculate', "docstring"),
        ("        n (int): The number", "        m (int): The number", "args"),
        ("    Returns:\n        int", "    Gives back:\n        int", "returns"),
    ],
)
def test_a_part_that_is_not_what_it_looks_like_fails_its_own_check(old, new, check):
    assert old in REPORTED

    assert not passed(REPORTED.replace(old, new))[check]


def test_a_sanity_test_that_asserts_nothing_is_none():
    text = REPORTED.replace("assert factorial", "factorial")

    assert passed(REPORTED)["test"]
    assert not passed(text)["test"]
