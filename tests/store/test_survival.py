"""Any bytes at all can be opened, looked at, mended and written back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from curator.errors import InputError
from curator.example import Example
from curator.store import ExampleFile, read_rows

GOOD = b'{"instruction": "a"}\n'
DEEP = 1_000_000
MEGABYTES = 50 << 20

BROKEN = {
    "invalid JSON": (b'{"a": \n', "json"),
    "a brace too many": (b'{"a": 1}}\n', "json"),
    "two objects": (b'{"a": 1} {"b": 2}\n', "several"),
    "an array": (b"[1]\n", "not-object"),
    "NaN": (b'{"a": NaN}\n', "constant"),
    "infinity": (b'{"a": 1e999}\n', "constant"),
    "duplicate keys": (b'{"a": 1, "a": 2}\n', "duplicate-key"),
    "lone surrogate": (b'{"a": "\\ud800"}\n', "unicode"),
    "encoded surrogate": (b'{"a": "\xed\xa0\x80"}\n', "encoding"),
    "Latin-1": (b'{"a": "\xe9"}\n', "encoding"),
    "NUL": (b'{"a": "\x00"}\n', "json"),
    "only NUL": (b"\x00\n", "json"),
    "blank": (b"  \n", "blank"),
    "carriage return alone": (b'{"a": 1}\r{"b": 2}\n', "several"),
    "a long number": (b'{"a": ' + b"1" * 5000 + b"}\n", "json"),
    "a million levels": (b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}\n", "json"),
    "a mark within": (b'\xef\xbb\xbf{"a": 1}\n', "json"),
}


@pytest.fixture
def opened(tmp_path):
    def make(data: bytes) -> ExampleFile:
        path = tmp_path / "rows.jsonl"
        path.write_bytes(data)
        return ExampleFile.open(path)

    return make


@pytest.mark.parametrize(("line", "kind"), BROKEN.values(), ids=BROKEN)
def test_a_broken_row_says_why_and_the_others_are_read(opened, line: bytes, kind: str):
    file = opened(GOOD + line + GOOD)
    first, broken, last = file.rows()
    assert first.example is not None
    assert last.example is not None
    assert broken.example is None
    assert broken.problem.kind == kind
    assert broken.problem.message.endswith(".")
    assert [row.problem for row in read_rows(file.path)] == [None, broken.problem, None]


@pytest.mark.parametrize(("line", "kind"), BROKEN.values(), ids=BROKEN)
def test_a_broken_row_can_be_mended_as_text_and_taken_back(opened, line: bytes, kind: str):
    data = GOOD + line + GOOD
    file = opened(data)
    assert file.raw(1).encode("utf-8", "surrogateescape") + b"\n" == line
    file.duplicate(1)
    file.move(2, 0)
    file.replace_raw(2, '{"mended": true}')
    file.delete(0)
    file.save()
    assert file.path.read_bytes() == GOOD + b'{"mended": true}\n' + GOOD
    while file.undo() is not None:
        pass
    file.save()
    assert file.path.read_bytes() == data


def test_a_line_of_fifty_megabytes_is_a_row(opened):
    line = b'{"instruction": "' + b"x" * MEGABYTES + b'"}\n'
    file = opened(line + GOOD)
    assert len(file) == 2
    assert len(file.row(0).example.instruction) == MEGABYTES
    file.replace_raw(1, "{}")
    file.save()
    assert file.path.stat().st_size == len(line) + 3


def test_a_broken_line_of_fifty_megabytes_is_a_row(opened):
    file = opened(b'{"a": "' + b"x" * MEGABYTES + b"\n" + GOOD)
    assert file.row(0).problem.kind == "json"
    assert file.row(1).example is not None


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_mark_line_ends_and_a_missing_last_one_stay(opened, end: bytes, bom: bytes, last: bool):
    rows = [b'{"a": 1}', b'{"b":2 }', b'{"c": 3}']
    file = opened(bom + end.join(rows) + end * last)
    assert all(row.example for row in file.rows())
    file.replace(1, Example({"b": 3}))
    file.insert(3, Example({"d": 4}))
    file.save()
    wanted = [rows[0], b'{"b": 3}', rows[2], b'{"d": 4}']
    assert file.path.read_bytes() == bom + end.join(wanted) + end * last


def test_an_empty_file_has_no_rows_and_takes_some(opened):
    file = opened(b"")
    assert len(file) == 0
    file.insert(0, Example({"a": 1}))
    file.save()
    assert file.path.read_bytes() == b'{"a": 1}\n'


def test_a_mark_alone_is_no_row(opened):
    file = opened(b"\xef\xbb\xbf")
    assert len(file) == 0
    file.save()
    assert file.path.read_bytes() == b"\xef\xbb\xbf"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_is_refused_and_not_touched(opened, tmp_path, codec: str):
    data = '{"instruction": "a"}\n'.encode(codec)
    with pytest.raises(InputError, match="Save it as UTF-8"):
        opened(data)
    assert (tmp_path / "rows.jsonl").read_bytes() == data


pieces = st.binary(max_size=12) | st.sampled_from(
    [
        b"\n",
        b"\r\n",
        b"\r",
        b"{}",
        b'{"a": 1}',
        b"\xef\xbb\xbf",
        b"\x00",
        b"\xff",
        b'{"a"',
        b'"\\ud800"',
    ]
)


def looks_wide(data: bytes) -> bool:
    """Whether the first four bytes are those of UTF-16 or UTF-32, marked or of ASCII text."""
    head = data[:4]
    halves = (head[0::2], head[1::2]) if any(head) else ()
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0\0" in halves


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(pieces, max_size=10).map(b"".join), place=st.integers(0, 20))
@example(data=b"", place=0)
@example(data=b"\xef\xbb\xbf\xef\xbb\xbf", place=0)
@example(data=b"\r\n\r", place=1)
@example(data=b"\0\0\0\0\n\0\0\0", place=19)
def test_any_bytes_at_all_can_be_edited_and_brought_back(tmp_path: Path, data: bytes, place: int):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(data)
    if looks_wide(data):
        with pytest.raises(InputError, match="UTF-16 or UTF-32"):
            ExampleFile.open(path)
        return
    file = ExampleFile.open(path)
    assert file.to_bytes() == data
    for row in file.rows():
        assert (row.example is None) != (row.problem is None)
    file.insert(min(place, len(file)), Example({"new": 1}))
    if len(file) > 1:
        at = place % len(file)
        file.duplicate(at)
        file.move(at, 0)
        file.replace_raw(at, "broken \udcff")
        file.delete(len(file) - 1)
    file.save()
    assert path.read_bytes() == file.to_bytes()
    # Lines of NUL alone, moved to the top, can look like another encoding.
    if not looks_wide(path.read_bytes()):
        assert ExampleFile.open(path).to_bytes() == path.read_bytes()
    while file.undo() is not None:
        pass
    assert file.to_bytes() == data
