"""Evaluations read back from a run's folder, so that a result outlives the screen it was shown on.

A saved evaluation holds its prompts along with the answers, and its profile: the suite and the
settings of today may be others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from curator.errors import ConfigError, InputError
from curator.evaluate.contamination import Contamination
from curator.evaluate.evaluation import FOLDER, Evaluation
from curator.evaluate.sampling import Sampling
from curator.evaluate.score import OTHER_CHECKS, RUNS, SOLVES, Check, Score, Verdict, checks_of
from curator.evaluate.side import Side
from curator.evaluate.suite import Prompt
from curator.example import Profile, load_profile
from curator.lint import Finding, Severity


class _Finding(msgspec.Struct, frozen=True):
    code: str
    name: str
    severity: Severity
    message: str
    pointer: str = ""
    start: int = 0
    end: int = 0
    id: str | None = None


class _Verdict(msgspec.Struct, frozen=True):
    passed: dict[str, bool]
    all: bool


class _Answer(msgspec.Struct, frozen=True):
    prompt: str
    text: str
    truncated: bool
    passed: dict[str, bool]
    all: bool
    findings: tuple[_Finding, ...] = ()
    instruction: str = ""
    input: str = ""
    tags: tuple[str, ...] = ()
    sample: int = 0
    tokens: int = 0
    failure: str = ""
    notes: dict[str, str] = {}
    loose: _Verdict | None = None


class _Side(msgspec.Struct, frozen=True):
    answers: tuple[_Answer, ...]
    checks: dict[str, dict[str, float]]


class _Contamination(msgspec.Struct, frozen=True):
    prompt: str
    score: float
    row: int
    text: str
    kind: Literal["exact", "twin", "ngram"] = "twin"
    shared: str = ""


class _Sampling(msgspec.Struct, frozen=True):
    max_tokens: int
    samples: int = 1
    temperature: float = 0.0
    seed: int = 0


class _Evaluation(msgspec.Struct, frozen=True):
    suite: str
    model: str
    adapter: str | None
    n: int
    contaminated: tuple[_Contamination, ...]
    contamination_checked: bool
    base: _Side
    tuned: _Side | None
    sampling: _Sampling | None = None
    max_tokens: int = 512
    profile: Profile | None = None
    suite_sha256: str = ""
    wants: str = "format"
    system_prompt: str = ""
    rules: str = ""
    not_run: str = ""


def load_evaluation(path: Path) -> Evaluation:
    """Read an evaluation that `save_evaluation` wrote.

    The rates are counted again from the answers. Fixes of findings are not kept.

    Raises:
        InputError: The file cannot be read as one.
    """
    try:
        saved = msgspec.json.decode(path.read_bytes(), type=_Evaluation)
    except OSError as error:
        raise InputError(f"Cannot be read: {error.strerror}.", path=path) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(
            f"This is no evaluation: {error}.", path=path, hint="Evaluate the run again."
        ) from None
    drawn = saved.sampling or _Sampling(saved.max_tokens)
    try:
        sampling = Sampling(drawn.max_tokens, drawn.samples, drawn.temperature, drawn.seed)
    except ConfigError as error:
        raise InputError(f"This is no evaluation: {error.message}", path=path) from None
    profile = saved.profile or load_profile()
    return Evaluation(
        suite=saved.suite,
        model=saved.model,
        adapter=saved.adapter,
        n=saved.n,
        contaminated=tuple(
            Contamination(one.prompt, one.score, one.row, one.text, one.kind, one.shared)
            for one in saved.contaminated
        ),
        contamination_checked=saved.contamination_checked,
        base=_side("base", saved.base, profile),
        tuned=_side("adapter", saved.tuned, profile) if saved.tuned else None,
        sampling=sampling,
        profile=profile,
        suite_sha256=saved.suite_sha256,
        wants=saved.wants,
        system_prompt=saved.system_prompt,
        rules=saved.rules,
        not_run=saved.not_run,
    )


def saved_evaluations(run_folder: Path) -> tuple[Path, ...]:
    """Return the files of the evaluations in a run's folder, by name."""
    return tuple(sorted((run_folder / FOLDER).glob("*.json")))


def _side(name: str, saved: _Side, profile: Profile) -> Side:
    ran = (Check(RUNS, "Test passes", (), ran=True), Check(SOLVES, "Hidden asserts", (), ran=True))
    known = {check.name: check for check in (*checks_of(profile), *OTHER_CHECKS, *ran)}
    checks = tuple(known.get(check, Check(check, check, ())) for check in saved.checks)
    return Side(name, checks, tuple(_score(answer) for answer in saved.answers))


def _score(answer: _Answer) -> Score:
    return Score(
        prompt=Prompt(answer.prompt, answer.instruction, answer.input, answer.tags),
        text=answer.text,
        truncated=answer.truncated,
        findings=tuple(
            Finding(
                code=one.code,
                name=one.name,
                severity=one.severity,
                message=one.message,
                path="",
                line=0,
                id=one.id,
                pointer=one.pointer,
                start=one.start,
                end=one.end,
            )
            for one in answer.findings
        ),
        passed=answer.passed,
        all=answer.all,
        sample=answer.sample,
        tokens=answer.tokens,
        failure=answer.failure,
        loose=None if answer.loose is None else Verdict(answer.loose.passed, answer.loose.all),
        notes=answer.notes,
    )
