"""A model's answer judged by the rules that lint an author's example.

Each check of a profile is a question with a yes or a no: is this section there with what it must
hold, do the docstrings say what they must, is all of it valid Python, does the test assert. A
check about docstrings needs something that is documented: an answer that defines nothing fails it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from curator.evaluate.suite import Prompt
from curator.example import Example, Profile
from curator.lint import Finding, Linter, Severity, make_linter
from curator.lint.rule import Record


@dataclass(frozen=True, slots=True)
class Check:
    """One question that is asked of every answer.

    Attributes:
        name: Its key in JSON.
        title: Its name for people.
        codes: The rules whose findings fail it.
        section: The section it is about, by key; empty for the whole answer.
        needs_definition: Whether an answer that defines nothing fails it.
    """

    name: str
    title: str
    codes: tuple[str, ...]
    section: str = ""
    needs_definition: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How one answer did.

    Attributes:
        prompt: The prompt.
        text: The answer.
        truncated: Whether it was cut at the token limit.
        findings: Everything the rules say about it.
        passed: Yes or no by check name.
        all: Whether every check passed and no rule found an error.
    """

    prompt: Prompt
    text: str
    truncated: bool
    findings: tuple[Finding, ...]
    passed: dict[str, bool]
    all: bool


def checks_of(profile: Profile) -> tuple[Check, ...]:
    """Return the checks that a profile asks for, in the order they are shown."""
    sections = tuple(
        Check(f"section:{spec.key}", profile.heading(spec), (), section=spec.key)
        for spec in profile.section
    )
    wanted = profile.docstring.require
    documented = {
        "summary": Check("docstring", "Docstring", ("DOC001", "DOC002"), needs_definition=True),
        "args": Check("args", "Args", ("DOC003", "DOC005", "DOC006"), needs_definition=True),
        "returns": Check("returns", "Returns", ("DOC004",), needs_definition=True),
    }
    code = (Check("python", "Valid Python", ("COD001",)),)
    test = (Check("test", "Asserts", ("TST",)),) if profile.by_role("test") else ()
    return (*sections, *(documented[part] for part in wanted), *code, *test)


def score(prompt: Prompt, text: str, profile: Profile, *, truncated: bool = False) -> Score:
    """Judge one answer.

    Args:
        prompt: What was asked.
        text: The answer as the model gave it.
        profile: The shape it should have.
        truncated: Whether it was cut at the token limit.
    """
    linter = _linter(profile)
    example = Example.new(instruction=prompt.instruction, input=prompt.input, output=text)
    findings = tuple(linter.example(example))
    record = Record(example, profile)
    passed = {check.name: _passes(check, record, findings) for check in checks_of(profile)}
    clean = not any(finding.severity is Severity.ERROR for finding in findings)
    return Score(prompt, text, truncated, findings, passed, clean and all(passed.values()))


@lru_cache(maxsize=8)
def _linter(profile: Profile) -> Linter:
    return make_linter(profile)


def _passes(check: Check, record: Record, findings: Sequence[Finding]) -> bool:
    if check.section:
        section = record.answer.section(check.section)
        if section is None:
            return False
        if section.spec is not None and section.spec.code:
            return section.code is not None and bool(section.code.text.strip())
        return bool(record.answer.text[slice(*section.body)].strip())
    if check.needs_definition and not record.definitions:
        return False
    if check.name == "python":
        wanted = [spec for spec in record.profile.section if spec.code == "python"]
        if len(record.code_blocks) < len(wanted):
            return False
    if check.name == "test" and not record.answer.blocks("test"):
        return False
    return not any(finding.code.startswith(check.codes) for finding in findings)
