"""COD006: an import of something that Python does not bring."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from curator.lint.case import GOOD_SOLUTION, parts
from curator.lint.finding import Severity
from curator.lint.rule import Hit, Record, RecordRule, RuleOptions

_STANDARD = frozenset(sys.stdlib_module_names) | {"__future__"}


class ThirdPartyImportOptions(RuleOptions, frozen=True):
    """Options of COD006.

    Attributes:
        allow: Packages that may be imported.
    """

    allow: tuple[str, ...] = ()


class ThirdPartyImport(RecordRule):
    """The code imports a package outside of the standard library, or a module beside it."""

    code = "COD006"
    name = "third-party-import"
    severity = Severity.WARNING
    needs = "code"
    why = (
        "The sandbox has the standard library only, and whoever copies the answer may have no more;"
        " the model learns to reach for a package where few lines would do."
    )
    options_type = ThirdPartyImportOptions
    valid = (
        parts(),
        parts(solution="import collections.abc\nfrom os import path\n\n\n" + GOOD_SOLUTION),
        parts(solution="import numpy as np\n\n\n" + GOOD_SOLUTION, allow=["numpy"]),
    )
    invalid = (
        parts(solution="import numpy as np\n\n\n" + GOOD_SOLUTION),
        parts(test="from pytest import raises\n\nwith raises(TypeError):\n    double(None)"),
        parts(usage="from .solution import double\n\nprint(double(2))"),
    )

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for each package that is imported, at the statement."""
        for block, tree in record.trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = ["." * node.level + (node.module or "")]
                else:
                    continue
                for name in names:
                    package = name.partition(".")[0] or name
                    if package not in _STANDARD and package not in self.options.allow:
                        yield Hit(
                            f"`{package}` is not part of the standard library.",
                            span=block.locate(node),
                        )
