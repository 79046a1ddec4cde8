"""Awkward code: placeholders that are none, names from elsewhere, habits good and bad."""

from __future__ import annotations

from tests.lint.awkward.build import SOLUTION, TEST, USAGE, row

ABSTRACT = '''from abc import ABC, abstractmethod


class Shape(ABC):
    """A shape."""

    @abstractmethod
    def area(self) -> float:
        """Measure it.

        Returns:
            Its area.
        """


class Square(Shape):
    """A square."""

    def area(self) -> float:
        """Measure it.

        Returns:
            Its area.
        """
        return 1.0


'''
HOOK = '''class Walker:
    """Walks over items."""

    def visit(self, item: int) -> None:
        """Look at one item.

        Args:
            item: The item.
        """
        raise NotImplementedError


class Printer(Walker):
    """Prints items."""

    def visit(self, item: int) -> None:
        """Print one item.

        Args:
            item: The item.
        """
        print(item)


'''

CODE = (
    row("a syntax error", "COD001", solution=SOLUTION.replace("int:\n", "int\n", 1)),
    row("Python 2", "COD001", usage="print double(4)"),
    row("a prompt of the interpreter", "COD001", usage=">>> double(4)\n8"),
    row("a warning of the compiler is no error", usage=USAGE + "\nprint('\\d')"),
    row(
        "a body of pass",
        "COD003",
        solution=SOLUTION.replace("return number * 2", "pass").replace("int:\n", "int:\n", 1),
    ),
    row(
        "a body that is still to come",
        "COD003",
        solution=SOLUTION.replace("return number * 2", "raise NotImplementedError"),
    ),
    row(
        "a comment that says so",
        "COD003",
        solution=SOLUTION.replace("return number", "# TODO: handle fractions\n    return number"),
    ),
    row("a string that says TODO", solution=SOLUTION + '\n\n\nMARK = "# TODO: nothing"'),
    row(
        "pass where nothing is to be done",
        solution=SOLUTION + "\n\n\ntry:\n    LIMIT = int('3')\nexcept ValueError:\n    pass",
    ),
    row(
        "an exception needs no body",
        solution='class OddError(ValueError):\n    """The number is odd."""\n\n\n' + SOLUTION,
    ),
    row("an abstract method", solution=ABSTRACT + SOLUTION),
    row("a hook that a subclass fills", solution=HOOK + SOLUTION),
    row("nothing defined", "COD002 COD004", solution="print(4 * 2)"),
    row(
        "an undefined name",
        "COD004",
        solution=SOLUTION.replace("number * 2", "math.prod([number, 2])"),
    ),
    row(
        "a name defined further down",
        solution=SOLUTION.replace("number * 2", "number * FACTOR") + "\n\n\nFACTOR = 2",
    ),
    row(
        "a name defined by a comprehension only",
        "COD004",
        usage="print([double(n) for n in [1]], n)",
    ),
    row(
        "names that the interpreter brings",
        usage='if __name__ == "__main__":\n    print(double(4))',
    ),
    row(
        "a name that usage brings to the test",
        usage="number = double(4)\nprint(number)",
        test="assert number == 8\nassert double(0) == 0",
    ),
    row("an unused import", "COD005", solution="import math\n\n\n" + SOLUTION),
    row(
        "an import that the test uses",
        solution="import math\n\n\n" + SOLUTION,
        test=TEST + "\nassert math.isclose(double(0.5), 1)",
    ),
    row(
        "an import again in every section",
        solution="import math\n\n\n" + SOLUTION.replace("number * 2", "math.prod([number, 2])"),
        usage="import math\n\n" + USAGE,
        test="import math\n\nassert double(1) == math.prod([1, 2])",
    ),
    row(
        "an import for a type in quotes",
        solution="from decimal import Decimal\n\n\n"
        + SOLUTION.replace("number: int", 'number: "Decimal | int"').replace(
            "-> int", '-> "Decimal | int"'
        ),
    ),
    row(
        "a future import is used by being there",
        solution="from __future__ import annotations\n\n\n" + SOLUTION,
    ),
    row(
        "an import of a library",
        "COD006",
        solution="import numpy as np\n\n\n"
        + SOLUTION.replace("number * 2", "int(np.multiply(number, 2))"),
    ),
    row(
        "an import of a submodule of the standard library",
        solution="from collections.abc import Sequence\n\n\n"
        + SOLUTION.replace("number: int", "number: Sequence[int]").replace(
            "-> int", "-> Sequence[int]"
        ),
    ),
    row("usage of something else", "COD007", usage="print(4 * 2)"),
    row("usage that passes the solution on", usage="print(list(map(double, [1, 2])))"),
    row("usage that waits for a person", "COD008", usage='print(double(int(input("Number: "))))'),
    row("a variable called input", usage="input = 4\nprint(double(input))"),
    row(
        "an except for everything",
        "COD009",
        solution=SOLUTION.replace(
            "    return number * 2",
            "    try:\n        return number * 2\n    except:\n        return 0",
        ),
    ),
    row(
        "an except for everything that raises again",
        solution=SOLUTION.replace(
            "    return number * 2",
            "    try:\n        return number * 2\n    except:\n        print('no')\n        raise",
        ),
    ),
    row(
        "a mutable default",
        "COD010",
        solution=SOLUTION.replace("(number: int)", "(number: int, seen: list = [])").replace(
            "to double.\n", "to double.\n        seen: What was doubled before.\n"
        ),
    ),
    row(
        "a default that cannot change",
        solution=SOLUTION.replace("(number: int)", "(number: int, seen: tuple = ())").replace(
            "to double.\n", "to double.\n        seen: What was doubled before.\n"
        ),
    ),
    row("a wildcard import", "COD011", solution="from math import *\n\n\n" + SOLUTION),
    row(
        "tabs",
        "COD012",
        solution="\n".join(line.replace("    ", "\t") for line in SOLUTION.splitlines()),
    ),
    row("a tab inside a string", usage='print(double(4), """\n\tdone""")'),
    row("a long line", "COD013", usage=USAGE + "\nprint(" + ", ".join(["double(10)"] * 9) + ")"),
    row("a long address in a comment", usage=USAGE + "\n# https://docs.python.org/" + "a" * 90),
)
