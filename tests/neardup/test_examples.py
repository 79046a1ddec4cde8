"""Examples are compared by what they ask, what they answer, or both."""

from __future__ import annotations

import pytest

from curator.example import Example
from curator.neardup import Pair, find_example_twins, output_text
from curator.neardup import examples as examples_module
from curator.neardup.code import normalise_code

ADD = "```python\ndef add(a, b):\n    return a + b\n```"
RENAMED = "```python\ndef total(first,second):  # the sum\n\n    return first+second\n```"


def test_a_renamed_copy_has_the_same_code():
    assert output_text(ADD) == output_text(RENAMED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("int total(int x) { return x * 2; }", "int  f(int  y)\n{ return y*2; } // twice"),
        (
            "const add = (a, b) => { return a + b; };",
            "const plus = (x, y) => {\n  return x + y;\n};",
        ),
        ("for i in range(10):\n    print(i)", "for number in range(10):  # all\n\tprint(number)"),
    ],
)
def test_languages_and_fences_do_not_matter(one: str, other: str):
    assert output_text(one) == output_text(other)
    assert normalise_code(one) == normalise_code(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(a, b):\n    return a - b", "def f(a, b):\n    return b - a"),
        ("x.append(1)\nprint(x)", "x.remove(1)\nprint(x)"),
        ("y = max(x)\nprint(y)", "y = min(x)\nprint(y)"),
        ("s = 'one'\nprint(s)", "s = 'two'\nprint(s)"),
    ],
)
def test_what_code_does_stays(one: str, other: str):
    assert normalise_code(one) != normalise_code(other)


def test_prose_is_compared_as_prose():
    assert output_text("The  capital of France is\nParis.") == "the capital of france is paris."
    assert output_text(f"Here it is:\n{ADD}\nBye").startswith("here it is: def v1 ( v2")
    assert output_text("") == ""


def examples(*texts: tuple[str, str]) -> list[Example]:
    return [Example.new(instruction, "", output) for instruction, output in texts]


ROWS = examples(
    ("Add two numbers.", ADD),
    ("Sum of 2 numbers", RENAMED),
    ("Add two numbers!", "```python\nimport math\nprint(math.pi)\n```"),
    ("Draw a circle", RENAMED),
)


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("instruction", {(0, 1, "words"), (0, 2, "ratio"), (1, 2, "words")}),
        ("output", {(0, 1, "code"), (0, 3, "code"), (1, 3, "code")}),
        ("both", {(0, 1, "words")}),
    ],
)
def test_each_comparison_finds_its_own(on, found):
    report = find_example_twins(ROWS, on=on)
    assert {(pair.a, pair.b, pair.scorer) for pair in report.pairs} == found
    assert report.on == on


def test_both_gives_the_lower_score_and_says_of_what():
    rows = examples(
        ("Sort a list of words", "x = sorted(words)\nprint(x)\nreturn x"),
        ("Sort a list of words", "x = sorted(words)\nprint(x)\nreturn y"),
    )
    (pair,) = find_example_twins(rows, on="both").pairs
    assert pair.scorer == "code"
    assert 85 <= pair.score < 100
    assert find_example_twins(rows, on="both").above(100).pairs == ()


def test_between_two_sets():
    report = find_example_twins(ROWS[:1], ROWS[1:], on="both")
    assert report.pairs == (Pair(0, 0, 100.0, "words"),)
    assert report.clusters == ()


def test_rows_that_ask_the_same_and_are_too_many_to_pair_are_compared_in_a_row(monkeypatch):
    monkeypatch.setattr(examples_module, "MOST_LINKS", 100)
    same = [Example.new("say something", output=f"the answer number {n}") for n in range(40)]
    pairs = find_example_twins(same, on="both", threshold=85)
    assert not pairs.complete
    assert [(pair.a, pair.b) for pair in pairs.pairs] == [(n, n + 1) for n in range(39)]
