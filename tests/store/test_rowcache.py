"""Decoded rows are kept as long as there is room, those used last the longest."""

from __future__ import annotations

from curator.store.rowcache import RowCache


def test_the_row_used_longest_ago_goes_first():
    cache = RowCache(rows=2)
    for ref in (1, 2):
        cache.put(ref, b'{"a": %d}' % ref)
    assert cache.get(1).example.fields == {"a": 1}
    cache.put(-3, b"broken")
    assert cache.get(2) is None
    assert cache.get(1) is not None
    assert cache.get(-3).problem.kind == "json"


def test_long_lines_take_the_room_of_many():
    cache = RowCache(size=100)
    for ref in range(20):
        cache.put(ref, b'{"a": "%s"}' % (b"x" * 20))
    assert len(cache) == 3
    cache.put(99, b'{"a": "%s"}' % (b"x" * 1000))
    assert len(cache) == 1
    assert cache.get(99) is not None
