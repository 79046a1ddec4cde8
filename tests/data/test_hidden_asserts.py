"""The hidden asserts of the suites tell right solutions from wrong ones.

Each set is run against a solution of our own, and against wrong ones: a function that returns
nothing, and the right one with one comparison, number or operator turned. Mutants that behave the
same exist for some programs, so a share of the wrong ones must be caught rather than all.
"""

from __future__ import annotations

import ast
import inspect
import signal
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.data.reference import flow, structures, text

ROOT = Path(__file__).parents[2]
SUITE = ROOT / "src/curator/evaluate/suites/runnable-first.toml"
PROMPTS = [
    prompt
    for prompt in tomllib.loads(SUITE.read_text(encoding="utf-8"))["prompt"]
    if "asserts" in prompt
]
MODULES = {
    name: module
    for module in (flow, structures, text)
    for name, value in vars(module).items()
    if inspect.isfunction(value) and value.__module__ == module.__name__
}
TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.And: ast.Or, ast.Or: ast.And,
    ast.Mod: ast.Mult,
}  # fmt: skip


class TooLong(BaseException):
    """A mutant that does not end."""


def verdict(prompt: dict[str, Any], function: Callable[..., Any]) -> str:
    """Return what the asserts say of a function; empty if they are content."""
    program = compile("\n".join(prompt["asserts"]), prompt["id"], "exec")
    try:
        exec(program, {"__name__": "asserts", prompt["function"]: function})
    except (Exception, TooLong) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def mutants(name: str) -> Iterator[Callable[..., Any]]:
    """Give the reference solution with one thing in it turned, each in its turn."""
    module = MODULES[name]
    source = inspect.getsource(getattr(module, name))
    nodes = list(ast.walk(ast.parse(source)))
    for number in range(len(nodes)):
        tree = ast.parse(source)
        node = list(ast.walk(tree))[number]
        if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
            node.ops[0] = TURNED[type(node.ops[0])]()
        elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in TURNED:
            node.op = TURNED[type(node.op)]()
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            node.value += 1
        else:
            continue
        space = dict(vars(module))
        exec(compile(ast.fix_missing_locations(tree), name, "exec"), space)
        yield space[name]


@pytest.fixture
def _short():
    """End whatever runs for a second at a stretch."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_there_are_enough_and_each_has_a_solution_of_ours():
    assert len(PROMPTS) >= 40
    assert sorted(MODULES) == sorted(prompt["function"] for prompt in PROMPTS)


def test_the_wording_fixes_the_name():
    for prompt in PROMPTS:
        asked = f"{prompt['instruction']}\n{prompt.get('input', '')}"
        assert prompt["function"] in asked, prompt["id"]
        assert prompt["function"] in "\n".join(prompt["asserts"]), prompt["id"]


def test_our_solutions_pass():
    for prompt in PROMPTS:
        solution = getattr(MODULES[prompt["function"]], prompt["function"])
        assert verdict(prompt, solution) == "", prompt["id"]


def test_a_function_that_returns_nothing_fails():
    for prompt in PROMPTS:
        assert verdict(prompt, lambda *_, **__: None) != "", prompt["id"]


def test_a_function_that_returns_its_argument_fails():
    for prompt in PROMPTS:
        assert verdict(prompt, lambda *given, **__: given[0] if given else None), prompt["id"]


@pytest.mark.usefixtures("_short")
def test_most_small_mistakes_are_caught():
    caught: dict[str, list[bool]] = {prompt["id"]: [] for prompt in PROMPTS}
    for prompt in PROMPTS:
        for mutant in mutants(prompt["function"]):
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            caught[prompt["id"]].append(verdict(prompt, mutant) != "")
            signal.setitimer(signal.ITIMER_REAL, 0)
    everything = [one for each in caught.values() for one in each]
    assert len(everything) > 200
    assert sum(everything) / len(everything) > 0.9
    assert not {name: each for name, each in caught.items() if sum(each) < len(each) / 2}
