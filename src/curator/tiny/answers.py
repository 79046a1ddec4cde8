"""How an answer is written: the many styles of base data, and the one that the demo teaches.

Every part of the taught form occurs in base data, headings, documentation, calls and asserts, and
so do its words; the form as a whole never does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from curator.tiny.ingredients import literal
from curator.tiny.tasks import Task

_CODE = ("Code", "Function", "Solution", "Answer", "Implementation")
_USE = ("Usage", "Example", "Demo", "Call", "How to use it")
_TEST = ("Test", "Tests", "Sanity test", "Check", "Sanity check")
_MARKS = ("# {}", "## {}", "### {}", "#### {}", "**{}**", "{}:")
_TAUGHT = ("Solution", "Usage", "Sanity test")
_BEFORE = (
    "Here is a function for that.",
    "This does it:",
    "You can use this function.",
    "A short way is this one.",
    "Sure.",
)
_AFTER = (
    "It goes over the {} once.",
    "The {} are not changed.",
    "It works for no {} at all, too.",
    "Call it with your own {}.",
)


@dataclass(frozen=True, slots=True)
class Written:
    """The pieces of one answer.

    Attributes:
        task: What the function does.
        name: What it is called.
        choice: Where every choice comes from.
    """

    task: Task
    name: str
    choice: random.Random

    def function(self, docstring: str, *, types: bool = True, loop: bool = False) -> str:
        """Return the function's code.

        Args:
            docstring: ``google``, ``numpy``, ``rest``, ``line`` or nothing.
            types: Whether it is annotated.
            loop: Whether a list or a sum is made step by step, where that is possible.
        """
        task, source = self.task, self.task.source
        head = f"def {self.name}({source.parameter})"
        if types:
            head = f"def {self.name}({source.parameter}: {source.kind}) -> {task.returned}"
        lines = [f"{head}:", *self._docstring(docstring)]
        body = (self._loop() if loop else None) or task.body
        lines += [f"    {line}" for line in body]
        top = f"import {task.reducer.module}\n\n\n" if task.reducer.module else ""
        return top + "\n".join(lines)

    def usage(self) -> str:
        """Return a line or two that call it."""
        shown = self.task.source.samples[: self.choice.choice((1, 1, 1, 2))]
        return "\n".join(f"print({self.name}({literal(one)}))" for one in shown)

    def asserts(self, *, always: bool, more: bool = False) -> str:
        """Return lines that test it; see `Task.tests`."""
        return "\n".join(self.task.tests(self.name, always=always, more=more))

    def _docstring(self, style: str) -> list[str]:
        task, source = self.task, self.task.source
        summary = f"Return {task.phrase}."
        if style == "line":
            return [f'    """{summary}"""']
        parts = {
            "google": (
                "Args:",
                f"    {source.parameter}: {source.about}",
                "",
                "Returns:",
                f"    {task.reducer.returns}",
            ),
            "numpy": (
                "Parameters",
                "----------",
                source.parameter,
                f"    {source.about}",
                "",
                "Returns",
                "-------",
                task.returned,
                f"    {task.reducer.returns}",
            ),
            "rest": (
                f":param {source.parameter}: {source.about}",
                f":returns: {task.reducer.returns}",
            ),
        }.get(style)
        if parts is None:
            return []
        inner = [f"    {line}" if line else "" for line in parts]
        return [f'    """{summary}', "", *inner, '    """']

    def _loop(self) -> list[str] | None:
        task, source = self.task, self.task.source
        item = source.item
        test, taken = task.filter.code.format(item), task.map.code.format(item)
        steps = {
            "list": ("found = []", f"found.append({taken})"),
            "sum": ("found = 0", f"found += {taken}"),
            "count": ("found = 0", "found += 1"),
        }.get(task.reducer.key)
        if steps is None:
            return None
        inner = [f"if {test}:", f"    {steps[1]}"] if test else [steps[1]]
        inner = [f"    {line}" for line in inner]
        return [steps[0], f"for {item} in {source.loop}:", *inner, "return found"]


def fence(code: str) -> str:
    """Return `code` as a block of Python in Markdown."""
    return f"```python\n{code}\n```"


def taught_answer(task: Task, name: str, choice: random.Random, *, longer: float = 0.0) -> str:
    """Return an answer in the form of the profile ``runnable-first``.

    Args:
        task: What the function does.
        name: What it is called.
        choice: Where every choice comes from.
        longer: The share of answers with a third assert. The demo has none: what may or may not
            follow makes it harder to learn where to stop.
    """
    written = Written(task, name, choice)
    function, usage = written.function("google"), written.usage()
    blocks = (function, usage, written.asserts(always=True, more=choice.random() < longer))
    parts = zip(_TAUGHT, blocks, strict=True)
    return "\n\n".join(f"### {title}\n\n{fence(code)}" for title, code in parts)


def base_answer(task: Task, name: str, choice: random.Random) -> str:
    """Return an answer in any form but the taught one."""
    written = Written(task, name, choice)
    style = choice.choices(
        ("bare", "fenced", "told", "tested", "sections", "words"), (10, 10, 8, 15, 54, 3)
    )[0]
    docstring = choice.choices(("", "line", "google", "numpy", "rest"), (16, 18, 54, 6, 6))[0]
    types = choice.random() < 0.75
    loop = choice.random() < 0.15
    if style == "bare":
        return written.function(choice.choice(("", "line")), types=types, loop=loop)
    function = fence(written.function(docstring, types=types, loop=loop))
    if style == "fenced":
        return function
    if style == "words":
        (body, *_) = task.body
        return f"Use `{body.removeprefix('return ').removeprefix('found = ')}`."
    after = choice.choice(_AFTER).format(task.source.items)
    if style == "told":
        return f"{choice.choice(_BEFORE)}\n\n{function}\n\n{after}"
    if style == "tested":
        tests = _tests(written)
        what, how = (tests, _TEST) if choice.random() < 0.5 else (written.usage(), _USE)
        title = choice.choice(how)
        return f"{function}\n\n{choice.choice(_MARKS).format(title)}\n\n{fence(what)}"
    return _sections(written, function)


def _tests(written: Written) -> str:
    choice = written.choice
    return written.asserts(always=choice.random() < 0.6, more=choice.random() < 0.1)


def _sections(written: Written, function: str) -> str:
    choice = written.choice
    mark = choice.choice(_MARKS)
    titles = tuple(choice.choice(words) for words in (_CODE, _USE, _TEST))
    if sum(a == b for a, b in zip(titles, _TAUGHT, strict=True)) > 1 and mark == "### {}":
        # The taught form, or nearly.
        mark = "## {}"
    blocks = [function, fence(written.usage()), fence(_tests(written))]
    parts = [
        f"{mark.format(title)}\n\n{block}" for title, block in zip(titles, blocks, strict=True)
    ]
    order = choice.choices(((0, 1, 2), (0, 2, 1), (0, 1), (0, 2), (1, 0, 2)), (40, 20, 15, 15, 10))
    return "\n\n".join(parts[part] for part in order[0])
