"""Evaluations read back from a run's folder, so that a result outlives the screen it was shown on.

A saved evaluation holds its prompts along with the answers: the suite may have changed since.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from curator.errors import InputError
from curator.evaluate.evaluation import Evaluation, Side
from curator.evaluate.score import Check, Score, checks_of
from curator.evaluate.suite import Contamination, Prompt
from curator.example import load_profile
from curator.lint import Finding, Severity

FOLDER = "evaluations"


class _Finding(msgspec.Struct, frozen=True):
    code: str
    name: str
    severity: Severity
    message: str
    pointer: str = ""
    start: int = 0
    end: int = 0
    id: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    prompt: str
    text: str
    truncated: bool
    passed: dict[str, bool]
    all: bool
    findings: tuple[_Finding, ...] = ()
    instruction: str = ""
    input: str = ""


class _Side(msgspec.Struct, frozen=True):
    answers: tuple[_Answer, ...]
    checks: dict[str, dict[str, float]]


class _Contamination(msgspec.Struct, frozen=True):
    prompt: str
    score: float
    row: int
    text: str


class _Evaluation(msgspec.Struct, frozen=True):
    suite: str
    model: str
    adapter: str | None
    n: int
    contaminated: tuple[_Contamination, ...]
    contamination_checked: bool
    max_tokens: int
    base: _Side
    tuned: _Side | None


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
    return Evaluation(
        suite=saved.suite,
        model=saved.model,
        adapter=saved.adapter,
        n=saved.n,
        contaminated=tuple(
            Contamination(one.prompt, one.score, one.row, one.text) for one in saved.contaminated
        ),
        contamination_checked=saved.contamination_checked,
        max_tokens=saved.max_tokens,
        base=_side("base", saved.base),
        tuned=_side("adapter", saved.tuned) if saved.tuned else None,
    )


def saved_evaluations(run_folder: Path) -> tuple[Path, ...]:
    """Return the files of the evaluations in a run's folder, by name."""
    return tuple(sorted((run_folder / FOLDER).glob("*.json")))


def _side(name: str, saved: _Side) -> Side:
    known = {check.name: check for check in checks_of(load_profile())}
    checks = tuple(known.get(check, Check(check, check, ())) for check in saved.checks)
    return Side(name, checks, tuple(_score(answer, checks) for answer in saved.answers))


def _score(answer: _Answer, checks: tuple[Check, ...]) -> Score:
    return Score(
        prompt=Prompt(answer.prompt, answer.instruction, answer.input),
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
        passed={check.name: answer.passed.get(check.name, False) for check in checks},
        all=answer.all,
    )
