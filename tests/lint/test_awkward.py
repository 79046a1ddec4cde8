"""The hand-labelled rows: every finding that is due, and none that is not."""

from __future__ import annotations

import pytest

from curator.example import load_profile
from curator.lint import make_linter
from curator.store.rows import row_from_bytes
from tests.lint.awkward import ROWS
from tests.lint.awkward.build import Awkward


def codes_of(row: Awkward) -> set[str]:
    linter = make_linter(load_profile(row.profile))
    return {finding.code for finding in linter.row(row_from_bytes(row.line, line=1, start=0))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_awkward_row_gets_the_codes_of_its_label(row: Awkward):
    assert codes_of(row) == set(row.codes)


def test_precision_and_recall_over_all_rows_are_one():
    assert len(ROWS) >= 120
    labelled = {(row.name, code) for row in ROWS for code in row.codes}
    found = {(row.name, code) for row in ROWS for code in codes_of(row)}
    assert len(labelled) > 90
    assert len(labelled & found) / len(found) == 1.0
    assert len(labelled & found) / len(labelled) == 1.0


def test_half_of_the_rows_or_so_are_right():
    right = sum(not row.codes for row in ROWS)
    assert 0.4 < right / len(ROWS) < 0.6
