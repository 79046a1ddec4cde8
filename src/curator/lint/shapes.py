"""Answers in other profiles than the default, for the cases of rules that only matter there."""

from __future__ import annotations

from curator.example import Profile, load_profile, render
from curator.example.profile import CodeSpec, DocstringSpec, TestSpec
from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, Case, output

THINKING = load_profile("think-then-answer")
NUMPY = load_profile("numpy-docstrings")
_DEFAULT = load_profile()
REST = Profile(
    name="rest",
    section=_DEFAULT.section,
    docstring=DocstringSpec(style="rest", require=_DEFAULT.docstring.require),
)
TWO_ASSERTS = Profile(
    name="two-asserts",
    section=_DEFAULT.section,
    docstring=_DEFAULT.docstring,
    test=TestSpec(min_asserts=2),
)
NARROW = Profile(
    name="narrow",
    section=_DEFAULT.section,
    docstring=_DEFAULT.docstring,
    code=CodeSpec(line_length=30),
)


def thinking(text: str = "Multiply by two.") -> Case:
    """Return the case of an answer that thinks first."""
    written = {
        "thinking": text,
        "solution": GOOD_SOLUTION,
        "usage": GOOD_USAGE,
        "test": GOOD_TEST,
    }
    return output(render(written, THINKING), THINKING)
