"""Awkward rows with the codes a careful reader would give each, labelled by hand.

The labels were written from the rules' descriptions before any rule was tuned. A row is awkward
because it looks wrong and is right, is wrong in a way that looks right, or is wrong twice.
"""

from __future__ import annotations

from tests.lint.awkward.build import Awkward
from tests.lint.awkward.code import CODE
from tests.lint.awkward.docstrings import DOCSTRINGS
from tests.lint.awkward.private import PRIVATE
from tests.lint.awkward.prose import PROSE
from tests.lint.awkward.records import RECORDS
from tests.lint.awkward.sanity import SANITY
from tests.lint.awkward.sections import SECTIONS

ROWS: tuple[Awkward, ...] = (
    *(*RECORDS, *SECTIONS, *DOCSTRINGS, *CODE),
    *(*SANITY, *PROSE, *PRIVATE),
)
