"""Files are read row by row, whatever is in them."""

from __future__ import annotations

import io
import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.errors import InputError
from curator.example import Example
from curator.store import Row, read_rows, stream_rows


def write(folder: Path, data: bytes, name: str = "rows.jsonl") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def kinds(rows: list[Row]) -> list[str]:
    return [row.problem.kind if row.problem else "ok" for row in rows]


def test_each_row_knows_its_line_and_its_bytes(tmp_path: Path):
    data = '\ufeff{"a": "é"}\r\n\n{"a"\n{"b": 2}'.encode()
    rows = list(read_rows(write(tmp_path, data)))
    assert kinds(rows) == ["ok", "blank", "json", "ok"]
    assert [row.line for row in rows] == [1, 2, 3, 4]
    assert [data[row.start : row.end] for row in rows] == [
        '{"a": "é"}'.encode(),
        *(b"", b'{"a"', b'{"b": 2}'),
    ]


@given(st.binary(max_size=60))
def test_any_bytes_can_be_streamed(data: bytes):
    rows = list(stream_rows(io.BytesIO(data)))
    assert [row.line for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == len(data.split(b"\n")) - (data.endswith(b"\n") or not data)
    for row in rows:
        assert (row.example is None) == (row.problem is not None)


def test_separators_that_are_no_line_breaks_break_no_line(tmp_path: Path):
    data = '{"a": "x\u2028y\x85z"}\n'.encode()
    (row,) = read_rows(write(tmp_path, data))
    assert row.example is not None


def test_an_empty_file_has_no_rows(tmp_path: Path):
    assert list(read_rows(write(tmp_path, b""))) == []
    assert list(read_rows(write(tmp_path, b"", "rows.json"))) == []


class TestArrays:
    @given(
        st.lists(st.sampled_from(['{"a": "é\\n"}', '{"a": 1, "a": 2}', "3", '{"x": NaN}', "{}"])),
        st.sampled_from(["", "\n", " \r\n\t", "\n\n"]),
        st.booleans(),
    )
    def test_each_element_knows_its_line_and_its_bytes(
        self, tmp_path_factory: pytest.TempPathFactory, elements: list[str], gap: str, bom: bool
    ):
        folder = tmp_path_factory.mktemp("array")
        text = "\ufeff" * bom + gap + "[" + gap + f"{gap},{gap}".join(elements) + gap + "]" + gap
        data = text.encode()
        rows = list(read_rows(write(folder, data, "rows.json")))
        assert [data[row.start : row.end].decode() for row in rows] == elements
        assert [row.line for row in rows] == [data[: row.start].count(b"\n") + 1 for row in rows]
        wanted = {"3": "not-object", '{"x": NaN}': "constant", '{"a": 1, "a": 2}': "duplicate-key"}
        assert kinds(rows) == [wanted.get(element, "ok") for element in elements]

    def test_a_number_that_cannot_be_kept_spoils_its_element_only(self, tmp_path: Path):
        data = b'[{"a": ' + b"1" * 5000 + b'}, {"a": 1e999}, {"a": 1}]'
        assert kinds(list(read_rows(write(tmp_path, data, "rows.json")))) == [
            *("json", "constant", "ok"),
        ]

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("[", 1),
            ("[\n{}\n", 3),
            ("[{},\n]", 2),
            ("[{}\n{}]", 2),
            ("[{},\n{'a'}]", 2),
            ("[{}]\n x", 2),
            ("[{}\n" + "[" * 100_000, 2),
            ("[\n" + "[" * 100_000, 2),
            ('[{"a": NaN,\n}]', 2),
        ],
    )
    def test_a_broken_array_says_where(self, tmp_path: Path, text: str, line: int):
        path = write(tmp_path, text.encode(), "rows.json")
        with pytest.raises(InputError, match="breaks off or is malformed") as caught:
            list(read_rows(path))
        assert caught.value.line == line

    def test_an_array_in_another_encoding_is_refused(self, tmp_path: Path):
        with pytest.raises(InputError, match="not UTF-8"):
            list(read_rows(write(tmp_path, b'[{"a": "\xe9"}]', "rows.json")))

    def test_only_a_json_file_is_an_array(self, tmp_path: Path):
        assert kinds(list(read_rows(write(tmp_path, b"[1]\n{}\n")))) == ["not-object", "ok"]

    def test_a_json_file_may_hold_lines(self, tmp_path: Path):
        assert kinds(list(read_rows(write(tmp_path, b"{}\n{}\n", "rows.json")))) == ["ok", "ok"]


class TestRefusals:
    def test_a_missing_file(self, tmp_path: Path):
        with pytest.raises(InputError, match="no such file"):
            list(read_rows(tmp_path / "none.jsonl"))

    def test_a_folder(self, tmp_path: Path):
        with pytest.raises(InputError, match="folder"):
            list(read_rows(tmp_path))

    @pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
    @pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
    def test_another_encoding(self, tmp_path: Path, codec: str, name: str):
        with pytest.raises(InputError, match="UTF-16 or UTF-32"):
            list(read_rows(write(tmp_path, '{"a": 1}\n'.encode(codec), name)))

    @pytest.mark.parametrize("data", [b"\0", b"{\0", b"\0\0\0\0", b"\0{}", b"{\0}}"])
    def test_a_stray_nul_is_a_row_and_not_an_encoding(self, tmp_path: Path, data: bytes):
        assert kinds(list(read_rows(write(tmp_path, data)))) == ["json"]


def test_a_pipe_is_read_once(tmp_path: Path):
    pipe = tmp_path / "rows.jsonl"
    os.mkfifo(pipe)
    data = b'{"a": 1}\n' * 3
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    try:
        rows = list(read_rows(pipe))
    finally:
        writer.join(5)
    assert [row.example for row in rows] == [Example(json.loads(b'{"a": 1}'))] * 3
