"""A model's answer judged by the rules that lint an author's example.

Each check of a profile is a question with a yes or a no: is this section there with what it must
hold, do the docstrings say what they must, is all of it valid Python, does the test assert. A
check about docstrings needs something that is documented: an answer that defines nothing fails it.

Which rules are asked depends on the profile alone and never on a project's ``[lint]`` table: a rate
is worth something only if it means the same on every machine and in every project, and a project
that ignores a rule would have better models for it. So all built-in rules run, at their own
severities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from curator.evaluate.readings import loose_readings
from curator.evaluate.suite import Prompt, Suite
from curator.example import Example, Profile
from curator.lint import Finding, Linter, Severity, make_linter
from curator.lint.rule import Record

#: The checks that take a sandbox, by name.
RUNS = "runs"
SOLVES = "solves"


@dataclass(frozen=True, slots=True)
class Check:
    """One question that is asked of every answer.

    Attributes:
        name: Its key in JSON.
        title: Its name for people.
        codes: The rules whose findings fail it.
        section: The section it is about, by key; empty for the whole answer.
        needs_definition: Whether an answer that defines nothing fails it.
        ran: Whether it takes a sandbox; such a check is no part of "all", so that "all" means the
            same on a machine without one.
    """

    name: str
    title: str
    codes: tuple[str, ...]
    section: str = ""
    needs_definition: bool = False
    ran: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer passes under one way of reading it.

    Attributes:
        passed: Yes or no by check name; a check that was not asked is not there.
        all: Whether every check that reads passed and no rule found an error.
    """

    passed: Mapping[str, bool]
    all: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How one answer did.

    Attributes:
        prompt: The prompt.
        text: The answer; untrusted.
        truncated: Whether it was cut at the token limit.
        findings: Everything the rules say about it as it stands.
        passed: Yes or no by check name, read strictly; a check that was not asked is not there.
        all: Whether every check passed and no rule found an error, read strictly.
        sample: Which answer to the prompt it is, counted from 0.
        tokens: How many tokens it has.
        failure: Why there is no answer; empty where there is one.
        loose: The same as `passed` and `all`, read loosely; None where it is the same.
        notes: What the sandbox said, by check name; it may quote the answer.
    """

    prompt: Prompt
    text: str
    truncated: bool
    findings: tuple[Finding, ...]
    passed: Mapping[str, bool]
    all: bool
    sample: int = 0
    tokens: int = 0
    failure: str = ""
    loose: Verdict | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    def verdict(self, *, loose: bool = False) -> Verdict:
        """Return what it passes, read strictly or loosely."""
        strict = Verdict(self.passed, self.all)
        return strict if not loose or self.loose is None else self.loose


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


#: What is asked where the format is not wanted.
OTHER_CHECKS = (
    Check("answered", "Says something", ()),
    Check("free", "Free of the format", ()),
)


def checks_for(suite: Suite, profile: Profile, *, run: bool) -> tuple[Check, ...]:
    """Return the checks that a suite's answers get.

    Args:
        suite: What is asked.
        profile: The suite's profile.
        run: Whether there is a sandbox to run them in.
    """
    if suite.wants == "other":
        return OTHER_CHECKS
    checks = checks_of(profile)
    if run and profile.by_role("test"):
        checks = (*checks, Check(RUNS, "Test passes", (), ran=True))
    if run and any(prompt.asserts for prompt in suite.prompt):
        checks = (*checks, Check(SOLVES, "Hidden asserts", (), ran=True))
    return checks


def score(
    prompt: Prompt,
    text: str,
    profile: Profile,
    *,
    truncated: bool = False,
    failure: str = "",
    wants: str = "format",
    sample: int = 0,
    tokens: int = 0,
) -> Score:
    """Judge one answer by reading it; running it is `curator.evaluate.running`'s.

    An answer that was cut keeps the checks that it passes, but never passes all of them: nobody can
    use half an answer. Where there is no answer, every check fails.

    Args:
        prompt: What was asked.
        text: The answer as the model gave it.
        profile: The shape it should have.
        truncated: Whether it was cut at the token limit.
        failure: Why there is no answer; empty where there is one.
        wants: Whether the format is wanted, as `Suite.wants`.
        sample: Which answer to the prompt it is.
        tokens: How many tokens it has.
    """
    whole = not truncated and not failure
    loose: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    if failure:
        names = OTHER_CHECKS if wants == "other" else checks_of(profile)
        strict = Verdict({check.name: False for check in names}, False)
    elif wants == "other":
        record = Record(Example.new(instruction=prompt.instruction, output=text), profile)
        free = not any(section.spec for section in record.answer.sections)
        said = bool(text.strip())
        strict = Verdict({"answered": said, "free": said and free}, said and free and whole)
    else:
        strict, findings = _read(prompt, text, profile)
        strict = Verdict(strict.passed, strict.all and whole)
        if not strict.all:
            loose = _loosely(prompt, text, profile, strict, whole=whole)
    return Score(
        prompt,
        text,
        truncated,
        findings,
        strict.passed,
        strict.all,
        sample=sample,
        tokens=tokens,
        failure=failure,
        loose=loose,
    )


def rules_fingerprint(profile: Profile) -> str:
    """Return a hash of all that decides scores: rules, profile and libraries."""
    return _linter(profile).fingerprint


def _read(prompt: Prompt, text: str, profile: Profile) -> tuple[Verdict, tuple[Finding, ...]]:
    example = Example.new(instruction=prompt.instruction, input=prompt.input, output=text)
    findings = tuple(_linter(profile).example(example))
    record = Record(example, profile)
    passed = {check.name: _passes(check, record, findings) for check in checks_of(profile)}
    clean = not any(finding.severity is Severity.ERROR for finding in findings)
    return Verdict(passed, clean and all(passed.values())), findings


def _loosely(
    prompt: Prompt, text: str, profile: Profile, strict: Verdict, *, whole: bool
) -> Verdict | None:
    """Return what an answer passes in any reading, or None where that is nothing more.

    A check passes that does in one of them; all of them do only together, in one reading.
    """
    passed, everything = dict(strict.passed), strict.all
    for reading in loose_readings(text):
        verdict, _ = _read(prompt, reading, profile)
        passed = {name: value or verdict.passed[name] for name, value in passed.items()}
        everything = everything or (verdict.all and whole)
        if everything:
            break
    found = Verdict(passed, everything)
    return None if found == strict else found


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
