"""A few texts are compared by a plain loop; the verdict is the search's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curator.lint import likeness
from curator.neardup import find_twins

TEXTS = st.lists(st.text(alphabet="ab c", max_size=8), max_size=12)


@given(TEXTS, st.sampled_from([0.0, 50.0, 85.0, 100.0]))
def test_few_texts_have_the_twins_that_a_search_finds(texts, threshold):
    report = find_twins(texts, threshold=threshold)
    found = likeness.twins_among(texts, threshold)
    assert sorted((a, b) for a, b, _ in found) == sorted((p.a, p.b) for p in report.pairs)
