"""COD011: an import of everything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule


class WildcardImport(RecordRule):
    """The code imports all names of a module: ``from math import *``."""

    code = "COD011"
    name = "wildcard-import"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "A reader cannot see where a name comes from, nor can the rule that looks for undefined"
        " ones; the model learns to leave it open."
    )
    valid = (parts(), parts(solution="from math import pi\n\n\nTAU = 2 * pi\n" + GOOD_SOLUTION))
    invalid = (parts(solution="from math import *\n\n\n" + GOOD_SOLUTION),)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each such import."""
        for block, tree in record.trees:
            if "*" not in block.text or "import" not in block.text:
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                    yield Hit(
                        "This imports names that nobody can see here.", span=block.locate(node)
                    )
