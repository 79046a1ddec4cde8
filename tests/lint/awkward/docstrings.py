"""Awkward docstrings: signatures and prose that agree, and that only seem to."""

# ruff: noqa: E501 - a piece of code is one literal, as long as it is
from __future__ import annotations

from tests.lint.awkward.build import Awkward, row


def doc(name: str, codes: str, solution: str, **more: str) -> Awkward:
    """A row whose solution is given, with a `double` for usage and test to call."""
    return row(name, codes, solution=solution, **more)


HEAD = 'def double(number: int) -> int:\n    """Return twice the number.\n\n'
TAIL = '    """\n    return number * 2'
ARGS = "    Args:\n        number: What to double.\n\n"
RETURNS = "    Returns:\n        Twice the number.\n"

DOCSTRINGS = (
    doc(
        "the word Arguments for Args", "", HEAD + ARGS.replace("Args", "Arguments") + RETURNS + TAIL
    ),
    doc("types in brackets", "", HEAD + ARGS.replace("number:", "number (int):") + RETURNS + TAIL),
    doc(
        "a type that contradicts",
        "DOC008",
        HEAD + ARGS.replace("number:", "number (str):") + RETURNS + TAIL,
    ),
    doc(
        "another spelling of the same type",
        "",
        (HEAD + ARGS + RETURNS + TAIL)
        .replace("number: int", "number: int | None")
        .replace("number: What", "number (Optional[int]): What")
        .replace("number * 2", "(number or 0) * 2"),
    ),
    doc(
        "a type in words",
        "",
        HEAD + ARGS.replace("number:", "number (a whole number):") + RETURNS + TAIL,
    ),
    doc(
        "a renamed argument",
        "DOC005 DOC006",
        HEAD + ARGS.replace("number:", "value:") + RETURNS + TAIL,
    ),
    doc("no Args", "DOC003", HEAD + RETURNS + TAIL),
    doc("no Returns", "DOC004", HEAD + ARGS + TAIL),
    doc("Returns in the summary only", "DOC004", HEAD + ARGS.rstrip() + "\n" + TAIL),
    doc(
        "a docstring that is a comment",
        "DOC001",
        "def double(number: int) -> int:\n    # Return twice the number.\n    return number * 2",
    ),
    doc(
        "a docstring after a statement",
        "DOC001",
        'def double(number: int) -> int:\n    result = number * 2\n    """Return it."""\n    return result',
    ),
    doc(
        "Returns for a function that prints",
        "DOC009",
        "def double(number: int) -> None:\n"
        + HEAD.split("\n", 1)[1]
        + ARGS
        + RETURNS
        + '    """\n    print(number * 2)',
    ),
    doc(
        "Returns: None is honest",
        "",
        "def double(number: int) -> None:\n"
        + HEAD.split("\n", 1)[1]
        + ARGS
        + "    Returns:\n        None\n"
        + '    """\n    print(number * 2)',
    ),
    doc(
        "a summary that is a placeholder",
        "DOC014",
        (HEAD + ARGS + RETURNS + TAIL).replace("Return twice the number.", "TODO: write this."),
    ),
    doc(
        "a template left as it was",
        "DOC014",
        (HEAD + ARGS + RETURNS + TAIL).replace("Return twice the number.", "_summary_"),
    ),
    doc(
        "the word todo in a summary that means it",
        "",
        (HEAD + ARGS + RETURNS + TAIL).replace("Return twice the number.", "Double a to-do count."),
    ),
    doc(
        "an argument twice",
        "DOC015",
        HEAD + ARGS.replace("\n\n", "\n        number: Once more.\n\n") + RETURNS + TAIL,
    ),
    doc(
        "arguments in another order",
        "DOC007",
        'def double(number: int, times: int = 1) -> int:\n    """Double a number.\n\n    Args:\n'
        "        times: How often.\n        number: What to double.\n\n"
        + RETURNS
        + TAIL.replace("* 2", "* 2**times"),
    ),
    doc(
        "stars are part of the name or not",
        "",
        'def double(*number: int, **options: int) -> list[int]:\n    """Double numbers.\n\n    Args:\n'
        "        number: What to double.\n        **options: Nothing yet.\n\n"
        + RETURNS
        + '    """\n    return [n * 2 for n in number] + list(options.values())',
        test="assert double(1) == [2]",
    ),
    doc(
        "keyword-only arguments want an entry",
        "DOC005",
        "def double(number: int, *, times: int = 1) -> int:\n"
        + HEAD.split("\n", 1)[1]
        + ARGS
        + RETURNS
        + TAIL.replace("* 2", "* 2**times"),
    ),
    doc(
        "self and cls want none",
        "",
        'class Doubler:\n    """Doubles numbers."""\n\n    @classmethod\n    def new(cls) -> "Doubler":\n'
        '        """Make one.\n\n        Returns:\n            A new one.\n        """\n        return cls()\n\n'
        '    def twice(self) -> int:\n        """Say two.\n\n        Returns:\n            Two.\n        """\n'
        "        return 2\n\n\n" + HEAD + ARGS + RETURNS + TAIL,
    ),
    doc(
        "a static method's first argument counts",
        "DOC003",
        'class Doubler:\n    """Doubles numbers."""\n\n    @staticmethod\n    def show(number: int) -> None:\n'
        '        """Show it."""\n        print(number)\n\n\n' + HEAD + ARGS + RETURNS + TAIL,
    ),
    doc(
        "a class without a docstring",
        "DOC001",
        "class Box:\n    size = 1\n\n\n" + HEAD + ARGS + RETURNS + TAIL,
    ),
    doc(
        "private things need nothing",
        "",
        "class _Box:\n    def open(self, key):\n        return key\n\n\ndef _twice(n):\n    return n * 2\n\n\n"
        + HEAD
        + ARGS
        + RETURNS
        + TAIL.replace("number * 2", "_twice(number)"),
    ),
    doc(
        "an inner function needs nothing",
        "",
        HEAD
        + ARGS
        + RETURNS
        + '    """\n\n    def twice(n):\n        return n * 2\n\n    return twice(number)',
    ),
    doc(
        "an async function is judged like any other",
        "DOC003 DOC004",
        'async def fetch(url: str) -> str:\n    """Fetch a page."""\n    return url\n\n\n'
        + HEAD
        + ARGS
        + RETURNS
        + TAIL,
    ),
    doc(
        "a generator without Yields",
        "DOC010",
        'def double(number: int):\n    """Yield doubles.\n\n' + ARGS.rstrip() + '\n    """\n'
        "    for step in range(number):\n        yield step * 2",
        test="assert list(double(2)) == [0, 2]",
    ),
    doc(
        "a generator that says Yields",
        "",
        'def double(number: int):\n    """Give doubles.\n\n'
        + ARGS
        + '    Yields:\n        Each double.\n    """\n'
        "    for step in range(number):\n        yield step * 2",
        test="assert list(double(2)) == [0, 2]",
    ),
    doc(
        "an inner generator makes no generator",
        "",
        HEAD
        + ARGS
        + RETURNS
        + '    """\n\n    def parts():\n        yield number\n        yield number\n\n'
        "    return sum(parts())",
    ),
    doc(
        "a raised exception that is not named",
        "DOC011",
        HEAD
        + ARGS
        + RETURNS
        + '    """\n    if number < 0:\n        raise ValueError("negative")\n    return number * 2',
        test="assert double(3) == 6",
    ),
    doc(
        "a raised exception named by its base",
        "",
        HEAD
        + ARGS
        + RETURNS
        + "\n    Raises:\n        LookupError: If it is negative.\n"
        + '    """\n'
        '    if number < 0:\n        raise KeyError("negative")\n    return number * 2',
        test="assert double(3) == 6",
    ),
    doc(
        "a raised exception that is caught at once",
        "",
        HEAD
        + ARGS
        + RETURNS
        + '    """\n    try:\n        if number < 0:\n            raise ValueError("negative")\n'
        "    except ValueError:\n        number = 0\n    return number * 2",
        test="assert double(3) == 6",
    ),
    doc(
        "an exception that nothing can raise",
        "DOC012",
        HEAD
        + ARGS
        + RETURNS
        + "\n    Raises:\n        ValueError: If it is negative.\n"
        + '    """\n    return number',
        usage="print(double(8))  # Output: 8",
        test="assert double(8) == 8",
    ),
    doc(
        "an exception that a call may raise",
        "",
        HEAD
        + ARGS
        + RETURNS
        + "\n    Raises:\n        ValueError: If it is no number.\n"
        + '    """\n    return int(number) * 2',
    ),
    doc(
        "NumPy style where Google is asked for",
        "DOC003 DOC004 DOC013",
        'def double(number: int) -> int:\n    """Return twice the number.\n\n    Parameters\n    ----------\n'
        "    number : int\n        What to double.\n\n    Returns\n    -------\n    int\n        Twice it.\n"
        + TAIL,
    ),
    doc(
        "reST fields where Google is asked for",
        "DOC003 DOC004 DOC013",
        'def double(number: int) -> int:\n    """Return twice the number.\n\n    :param number: What to double.\n'
        "    :returns: Twice it.\n" + TAIL,
    ),
    doc(
        "NumPy style where NumPy is asked for",
        "",
        'def double(number: int) -> int:\n    """Return twice the number.\n\n    Parameters\n    ----------\n'
        "    number : int\n        What to double.\n\n    Returns\n    -------\n    int\n        Twice it.\n"
        + TAIL,
        profile="numpy-docstrings",
    ),
    doc(
        "Google style where NumPy is asked for",
        "DOC003 DOC004 DOC013",
        HEAD + ARGS + RETURNS + TAIL,
        profile="numpy-docstrings",
    ),
    doc(
        "a protocol's methods have docstrings for bodies",
        "",
        "from typing import Protocol\n\n\n"
        'class Doubles(Protocol):\n    """Can double."""\n\n'
        '    def twice(self, number: int) -> int:\n        """Double it.\n\n        Args:\n            number: What.\n\n'
        '        Returns:\n            Twice that.\n        """\n        ...\n\n\n'
        + HEAD
        + ARGS
        + RETURNS
        + TAIL,
    ),
)
