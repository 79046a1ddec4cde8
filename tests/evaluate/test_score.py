"""An answer is judged by its structure: headings, syntax trees, docstrings against signatures."""

from __future__ import annotations

import pytest

from curator.evaluate import Prompt, checks_of, score
from curator.example import load_profile, render

PROFILE = load_profile()
PROMPT = Prompt(id="factorial", instruction="Calculate the factorial of a number.")

SOLUTION = '''\
def factorial(n: int) -> int:
    """Calculate n!.

    Args:
        n: A whole number, 0 or more.

    Returns:
        The product of 1 to n.
    """
    return 1 if n < 2 else n * factorial(n - 1)'''
USAGE = "print(factorial(5))  # Output: 120"
TEST = "assert factorial(0) == 1\nassert factorial(5) == 120"

# An answer of the kind the seed report shows: one fence around everything, bare code inside.
ONE_FENCE = f"""\
```python
### Solution

def factorial(n):
    \"\"\"
    Calculate the factorial of a number.

    Args:
        n (int): The number to calculate the factorial of

    Returns:
        int: The factorial of the number
    \"\"\"
    if n == 0:
        return 1
    else:
        return n * factorial(n-1)

### Usage

{USAGE}

### Sanity test

{TEST}
```"""


def answer(solution=SOLUTION, usage=USAGE, test=TEST):
    keys = [spec.key for spec in PROFILE.section]
    return render(dict(zip(keys, (solution, usage, test), strict=True)), PROFILE)


def failed(text):
    """The names of the checks that an answer fails."""
    return {name for name, passed in score(PROMPT, text, PROFILE).passed.items() if not passed}


SECTIONS = {f"section:{spec.key}" for spec in PROFILE.section}


def test_the_checks_are_those_that_the_profile_asks_for():
    checks = checks_of(PROFILE)

    assert [check.title for check in checks] == [
        "### Solution",
        "### Usage",
        "### Sanity test",
        "Docstring",
        "Args",
        "Returns",
        "Valid Python",
        "Asserts",
    ]


def test_an_answer_as_it_should_be_passes_everything():
    judged = score(PROMPT, answer(), PROFILE)

    assert judged.all
    assert judged.findings == ()
    assert set(judged.passed.values()) == {True}


def test_one_fence_around_everything_is_unwrapped_first():
    assert failed(ONE_FENCE) == set()
    assert score(PROMPT, ONE_FENCE, PROFILE).all


def test_headings_inside_a_block_of_code_are_no_sections():
    text = f"Here you are:\n\n```python\n{SOLUTION}\n\n### Usage\n### Sanity test\n{TEST}\n```\n"

    assert failed(text) >= SECTIONS
    assert not score(PROMPT, text, PROFILE).all


def test_headings_inside_a_text_in_the_code_are_no_sections():
    text = answer(usage=f'text = """\n### Sanity test\n{TEST}\n"""').split("### Sanity test\n\n")[0]

    assert "section:" + PROFILE.section[2].key in failed(text)


def test_a_heading_without_code_under_it_is_not_enough():
    text = "### Solution\n\n### Usage\n\nCall it.\n\n### Sanity test\n\n```python\n```\n"

    assert failed(text) >= SECTIONS


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_section_that_is_missing_is_the_one_that_fails(missing):
    spec = PROFILE.section[missing]
    parts = answer().split("### ")
    text = "### ".join(part for part in parts if not part.startswith(spec.title))

    assert {name for name in failed(text) if name in SECTIONS} == {f"section:{spec.key}"}


@pytest.mark.parametrize("text", ["", " ", "I cannot do that.", "\x1b[2J", "\ud800", "```", "### "])
def test_an_answer_of_nothing_fails_everything(text):
    judged = score(PROMPT, text, PROFILE)

    assert not any(judged.passed.values())
    assert not judged.all


def test_an_answer_that_defines_nothing_has_no_docstring_to_praise():
    assert failed(answer(solution="print(120)")) >= {"docstring", "args", "returns"}


def test_three_quotes_anywhere_are_no_docstring():
    bare = 'TEXT = """Args: Returns:"""\n\ndef factorial(n):\n    return n\n'

    assert failed(answer(solution=bare)) >= {"docstring"}


@pytest.mark.parametrize(
    ("part", "gone", "check"),
    [
        ("    Args:\n        n: A whole number, 0 or more.\n\n", "", "args"),
        ("        n: A whole", "        m: A whole", "args"),
        ("\n\n    Returns:\n        The product of 1 to n.", "", "returns"),
    ],
)
def test_a_docstring_is_held_against_its_signature(part, gone, check):
    assert part in SOLUTION

    assert failed(answer(solution=SOLUTION.replace(part, gone))) == {check}


def test_code_that_cannot_be_parsed_is_not_valid_python():
    assert "python" in failed(answer(usage="print(factorial(5)"))


def test_prose_alone_is_not_valid_python_either():
    assert "python" in failed("### Solution\n\nMultiply.\n")


@pytest.mark.parametrize("test", ["print(factorial(5) == 120)", "assert 1 == 1"])
def test_a_test_that_cannot_fail_does_not_count(test):
    assert failed(answer(test=test)) == {"test"}


def test_an_answer_that_was_cut_keeps_that_mark():
    assert score(PROMPT, answer(), PROFILE, truncated=True).truncated
    assert not score(PROMPT, answer(), PROFILE).truncated
