"""The ways to read an answer: as it stands, or forgiving what chat models wrap around one.

Strict reading takes the raw answer. Loose reading is that of Zhou et al. (2023),
"Instruction-Following Evaluation for Large Language Models", arXiv:2311.07911, section 2.2: an
answer also passes if it would without its first line, its last line or both, where a model likes
to say "Sure, here it is" and "Let me know". Where IFEval then takes off the marks of emphasis, we
take off the fence around everything, which is what hides headings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from curator.example import Profile, parse

_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})")
_CLOSING = re.compile(r"\s{0,3}(?:`{3,}|~{3,})\s*")


def loose_readings(text: str) -> tuple[str, ...]:
    """Return the readings of an answer beside the raw one, at most seven, all different."""
    lines = text.strip().split("\n")
    cuts = (lines, lines[1:], lines[:-1], lines[1:-1])
    found: dict[str, None] = {}
    for cut in cuts:
        plain = "\n".join(cut).strip()
        found.setdefault(plain)
        found.setdefault(_without_fence(plain))
    return tuple(one for one in found if one and one != text)


def _without_fence(text: str) -> str:
    """Return `text` without the fence that opens it, and the one that closes it if there is one."""
    lines = text.split("\n")
    if len(lines) < 2 or not _FENCE.match(lines[0]):
        return text
    end = -1 if _CLOSING.fullmatch(lines[-1]) else len(lines)
    return "\n".join(lines[1:end]).strip()


def solution_of(text: str, profile: Profile, function: str, *, loose: bool) -> str:
    """Return the code of an answer that is to solve a task; empty where there is none.

    Args:
        text: The answer.
        profile: Whose solution section it should be in.
        function: The function asked for.
        loose: Take the code from wherever it stands: the solution section of any reading, else all
            blocks of Python, else the whole answer if it is Python that defines the function.
    """
    strict = parse(text, profile).source("solution")
    if not loose or strict:
        return strict
    for candidate in _candidates(text, profile):
        if _defines(candidate, function):
            return candidate
    return ""


def _candidates(text: str, profile: Profile) -> Iterator[str]:
    readings = (text, *loose_readings(text))
    for reading in readings:
        yield parse(reading, profile).source("solution")
    for reading in readings:
        blocks = parse(reading, profile).all_blocks
        python = [block.text for block in blocks if block.language.lower() in _PYTHON]
        yield "\n\n".join(python)
    yield from readings


_PYTHON = frozenset({"", "python", "python3", "py"})


def _defines(code: str, function: str) -> bool:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name == function
        for node in tree.body
    )
