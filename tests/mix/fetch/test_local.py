"""A file on this machine is taken as base data, in our layout, with a note."""

from __future__ import annotations

import json

import pytest

from curator.errors import ConfigError, InputError
from curator.mix.fetch import fetch_file


@pytest.fixture
def take(tmp_path):
    def run(file, text, **more):
        path = tmp_path / file
        path.write_text(text)
        return fetch_file(path, tmp_path / "raw", **more)

    return run


def rows(fetched):
    return [json.loads(line) for line in fetched.path.read_text().splitlines()]


@pytest.mark.parametrize(
    "layout",
    [
        {"instruction": "a", "input": "i", "output": "b"},
        {"prompt": "a", "completion": "b"},
        {"question": "a", "answer": "b", "source": "elsewhere"},
        {"instruction": "a", "response": "b"},
    ],
)
def test_the_usual_layouts_are_known(take, layout):
    fetched = take("rows.jsonl", json.dumps(layout) + "\n", licence="mit")

    given = layout.get("input", "")
    assert rows(fetched) == [{"instruction": "a", "input": given, "output": "b"}]
    assert (fetched.origin.origin, fetched.origin.licence) == ("rows.jsonl", "mit")


def test_an_array_becomes_lines(take):
    fetched = take("rows.json", '[{"instruction": "a", "output": "b"}]', name="mine")

    assert fetched.path.name == "mine.jsonl"
    assert len(rows(fetched)) == 1


def test_columns_can_be_named(take):
    fetched = take(
        "rows.jsonl", '{"x": "a", "y": "b"}\n', columns={"instruction": "x", "output": "y"}
    )

    assert rows(fetched) == [{"instruction": "a", "input": "", "output": "b"}]


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ('{"x": "a"}\n', {}, "called like nothing known: x"),
        ('{"x": "a"}\n', {"instruction": "z", "output": "x"}, "no column 'z'"),
        ("", {}, "no row with texts"),
    ],
)
def test_columns_that_are_not_known_are_told(take, text, columns, said):
    with pytest.raises(ConfigError, match=said):
        take("rows.jsonl", text, columns=columns)


def test_rows_without_texts_are_counted_and_left_out(take):
    fetched = take(
        "rows.jsonl",
        '{"instruction": "a", "output": "b"}\n{oh\n{"instruction": 1, "output": "b"}\n',
    )

    assert (fetched.origin.rows, fetched.unreadable) == (1, 2)


def test_a_file_that_was_not_fetched_is_left_alone(take, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/rows.jsonl").write_text("mine\n")

    with pytest.raises(ConfigError, match="was not fetched"):
        take("rows.jsonl", '{"instruction": "a", "output": "b"}\n')

    assert (tmp_path / "raw/rows.jsonl").read_text() == "mine\n"


def test_what_was_fetched_before_is_brought_up_to_date(take):
    take("rows.jsonl", '{"instruction": "a", "output": "b"}\n')

    fetched = take("rows.jsonl", '{"instruction": "a", "output": "c"}\n')

    assert rows(fetched)[0]["output"] == "c"
    assert fetched.new


def test_what_was_changed_by_hand_since_it_was_fetched_is_left_alone(take):
    fetched = take("rows.jsonl", '{"instruction": "a", "output": "b"}\n')
    fetched.path.write_text("mine\n")

    with pytest.raises(ConfigError, match="changed since it was fetched"):
        take("rows.jsonl", '{"instruction": "a", "output": "b"}\n')

    assert fetched.path.read_text() == "mine\n"


def test_a_licence_that_was_noted_stays_where_the_same_rows_come_again(take):
    row = '{"instruction": "a", "output": "b"}\n'
    take("rows.jsonl", row, licence="cc-by-4.0")

    assert take("rows.jsonl", row).origin.licence == "cc-by-4.0"
    assert take("rows.jsonl", row, licence="mit").origin.licence == "mit"
    assert take("rows.jsonl", row.replace("b", "c")).origin.licence == "unknown"


def test_a_name_cannot_leave_the_folder(take, tmp_path):
    fetched = take("rows.jsonl", '{"instruction": "a", "output": "b"}\n', name="../../up")

    assert fetched.path.parent == tmp_path / "raw"


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="Cannot be read"):
        fetch_file(tmp_path / "none.jsonl", tmp_path)


def test_parquet_is_read_where_pyarrow_is(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"instruction": ["a", "b"], "output": ["c", "d"]})
    parquet.write_table(table, tmp_path / "rows.parquet")

    fetched = fetch_file(tmp_path / "rows.parquet", tmp_path / "raw")

    assert [row["output"] for row in rows(fetched)] == ["c", "d"]


def test_parquet_that_broke_off_is_told(take):
    pytest.importorskip("pyarrow")

    with pytest.raises(InputError, match="no Parquet that can be read"):
        take("rows.parquet", "PAR1xx")
