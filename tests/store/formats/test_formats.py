"""What each format carries comes back as it was, and what it does not carry is listed."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curator.errors import InputError
from curator.store.formats import FORMATS, Conversion, convert

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", " ", "a\r\nb", "a\rb", 'a"b,c', "\x00", "=1+1", "\u2028", "NaN", "null", "[1]", "'"]
)
value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
key = st.sampled_from(["id", "tags", "score", "a:json", "é", ""])
records = st.builds(
    lambda texts, more: {**more, **texts},
    st.fixed_dictionaries({"instruction": text, "input": text, "output": text}),
    st.dictionaries(key, value, max_size=3),
)
talks = st.builds(
    lambda question, answer, more: {"instruction": question, "input": "", "output": answer, **more},
    text,
    text,
    st.fixed_dictionaries(
        {},
        optional={
            "system": text,
            "history": st.lists(st.tuples(text, text).map(list), min_size=1, max_size=2),
        },
    ),
)


def lines(rows) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def through(rows, name: str) -> tuple[list[dict], Conversion, Conversion]:
    """Write rows in a format and read them back."""
    between, back = io.BytesIO(), io.BytesIO()
    there = convert(io.BytesIO(lines(rows)), between, name, from_="jsonl")
    between.seek(0)
    again = convert(between, back, "jsonl", from_=name)
    return [json.loads(line) for line in back.getvalue().splitlines()], there, again


def same(one, other) -> bool:
    """Whether values are alike to the type; 1, 1.0 and true are equal in Python."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@pytest.mark.parametrize("name", ["jsonl", "alpaca", "parquet"])
@settings(max_examples=40)
@given(rows=st.lists(records, max_size=4))
def test_these_carry_every_record_as_it_is(name, rows):
    if name == "parquet":
        pytest.importorskip("pyarrow")
    back, there, again = through(rows, name)
    assert same(back, rows)
    assert there.lost == again.lost == ()
    assert there.left_out == again.left_out == ()


@settings(max_examples=60)
@given(st.lists(records, max_size=4))
def test_a_table_carries_all_but_the_difference_of_missing_and_empty(rows):
    back, there, again = through(rows, "csv")

    def filled(those):
        return [{name: one for name, one in row.items() if one != ""} for row in those]

    assert same(filled(back), filled(rows))
    named = {name for row in rows for name in row}
    texts = {
        name
        for name in named
        if not name.endswith(":json") and all(isinstance(row.get(name, ""), str) for row in rows)
    }
    assert bool(there.lost) == any(texts - set(row) for row in rows)
    assert again.lost == ()
    assert (there.written, again.written) == (len(rows), len(rows))


@pytest.mark.parametrize("name", ["chat", "sharegpt"])
@settings(max_examples=60)
@given(rows=st.lists(talks, max_size=3))
def test_a_conversation_comes_back_turn_by_turn(name, rows):
    back, there, again = through(rows, name)
    assert same(back, rows)
    assert there.lost == again.lost == ()


@settings(max_examples=40)
@given(st.lists(talks, max_size=3))
def test_a_prompt_and_its_completion_come_back(rows):
    back, there, _ = through(rows, "completion")
    plain = [row for row in rows if not row.get("history")]
    assert [(row["instruction"], row["output"]) for row in back] == [
        (row["instruction"], row["output"]) for row in plain
    ]
    assert there.written == len(plain)
    assert len(there.left_out) == len(rows) - len(plain)
    assert bool(there.lost) == any(row.get("system") for row in plain)


FULL = {
    "id": "x",
    "tags": ["a"],
    "instruction": "Say",
    "input": "this",
    "output": "this",
    "system": "Be brief.",
    "history": [["Hi", "Hello"]],
}


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("jsonl", []),
        ("alpaca", []),
        ("csv", []),
        ("chat", ["`input` as a field of its own", "the key `id`", "the key `tags`"]),
        ("sharegpt", ["`input` as a field of its own", "the key `tags`"]),
    ],
)
def test_what_a_format_cannot_carry_is_listed(name, lost):
    done = convert(
        io.BytesIO(lines([{"instruction": "a", "output": "b"}, FULL])), io.BytesIO(), name
    )
    said = [loss.what.split(":")[0] for loss in done.lost if "missing" not in loss.what]
    assert said == lost
    assert all((loss.rows, loss.line) == (1, 2) for loss in done.lost if "missing" not in loss.what)


def test_a_conversation_of_several_turns_is_no_prompt():
    done = convert(io.BytesIO(lines([FULL])), io.BytesIO(), "completion")
    assert done.written == 0
    assert done.left_out[0].line == 1
    assert "several turns" in done.left_out[0].reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"messages": "x"}, "`messages` is a string, where an array"),
        ({"messages": []}, "not questions and answers"),
        ({}, "`messages` is null"),
        ({"messages": ["x"]}, "Turn 1 is a string"),
        ({"messages": [{"role": "user", "content": "q"}]}, "not questions and answers"),
        ({"messages": [{"role": "tool", "content": "q"}]}, "by `tool`"),
        ({"messages": [{"content": "q"}]}, "by `None`"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "turn 1 is an array"),
        (
            {"messages": [{"role": "assistant", "content": None, "tool_calls": [{}]}]},
            "Turn 1 has `tool_calls`",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": "a"},
                    {"role": "system", "content": "s"},
                    {"role": "assistant", "content": "b"},
                ]
            },
            "not questions and answers",
        ),
    ],
)
def test_a_conversation_that_is_no_example_is_left_out_with_its_reason(row, reason):
    good = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
    out = io.BytesIO()
    done = convert(io.BytesIO(lines([good, row, good])), out, "jsonl", from_="chat")
    assert (done.read, done.written) == (3, 2)
    assert done.left_out[0].line == 2
    assert reason in done.left_out[0].reason
    assert out.getvalue() == lines([{"instruction": "q", "input": "", "output": "a"}] * 2)


@pytest.mark.parametrize("to", ["chat", "completion", "sharegpt"])
@pytest.mark.parametrize(
    "row",
    [{"output": "b"}, {"instruction": 3, "output": "b"}, {"instruction": "a"},
     {"instruction": "a", "output": "b", "history": [["x"]]},
     {"instruction": "a", "output": "b", "input": 3}],
)  # fmt: skip
def test_an_example_without_its_texts_is_left_out(to, row):
    done = convert(io.BytesIO(lines([row])), io.BytesIO(), to, from_="jsonl")
    assert (done.written, len(done.left_out)) == (0, 1)


def test_broken_rows_are_left_out_and_blank_ones_are_no_rows():
    out = io.BytesIO()
    done = convert(io.BytesIO(b'{"a": 1}\n\n{"a"\n\xff\n{"b": NaN}\n'), out, "jsonl")
    assert (done.read, done.written) == (4, 1)
    assert [row.line for row in done.left_out] == [3, 4, 5]
    assert out.getvalue() == b'{"a": 1}\n'


SHARED = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
TALK = [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "jsonl"),
        (lines([{"instruction": "a"}]), "jsonl"),
        (b'\xef\xbb\xbf [\n{"instruction": "a", "output": "b"}]', "alpaca"),
        (lines([{"id": 1, "messages": SHARED}]), "chat"),
        (b"broken\n" + lines([{"messages": SHARED}]), "chat"),
        (json.dumps([{"conversations": TALK}]).encode(), "sharegpt"),
        (json.dumps([{"conversations": TALK, "x": "y" * (2 << 20)}]).encode(), "sharegpt"),
        (lines([{"messages": SHARED, "x": "y" * 3_000_000}]), "chat"),
        (lines([{"prompt": "a", "completion": "b"}]), "completion"),
        (lines([{"prompt": "a", "completion": "b", "instruction": "c"}]), "jsonl"),
        (b"[1]", "alpaca"),
        (b"\xff\xfe", "jsonl"),
    ],
)
def test_the_first_row_says_what_a_file_is(data, name):
    assert convert(io.BytesIO(data), io.BytesIO(), "jsonl").source == name


def test_the_name_says_what_a_table_is(tmp_path):
    path = tmp_path / "rows.CSV"
    path.write_text("\ufeffinstruction,tags:json\na,\nb,[1]\n", "utf-8")
    out = io.BytesIO()
    assert convert(path, out, "jsonl").source == "csv"
    assert out.getvalue() == b'{"instruction": "a"}\n{"instruction": "b", "tags": [1]}\n'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n1\n", "It has 1 cells, and the header has 2."),
        (b"a:json,b\n{,x\n", "does not hold JSON"),
        (b"a:json,b\n1 2,x\n", "does not hold one JSON value"),
        (b"a,b\n\xff,x\n", "not UTF-8"),
    ],
)
def test_a_row_of_a_table_that_does_not_fit_is_left_out(data, reason):
    done = convert(io.BytesIO(data + b"3,4\n"), io.BytesIO(), "jsonl", from_="csv")
    assert done.written == 1
    assert reason in done.left_out[0].reason


@pytest.mark.parametrize("data", [b"a,a\n1,2\n", b'a\n"x"y\n', b'a\n"x\n'])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(InputError):
        convert(io.BytesIO(data), io.BytesIO(), "jsonl", from_="csv")


def test_a_long_cell_is_read():
    out = io.BytesIO()
    convert(io.BytesIO(b"a\n" + b"x" * 1_000_000 + b"\n"), out, "jsonl", from_="csv")
    assert len(out.getvalue()) > 1_000_000


class TestParquet:
    def test_without_pyarrow_it_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
        with pytest.raises(InputError, match="Parquet needs pyarrow") as caught:
            convert(io.BytesIO(b"{}\n"), io.BytesIO(), "parquet")
        assert caught.value.hint == "Install it: pip install 'curator[parquet]'"

    def test_what_is_no_parquet_is_refused(self, tmp_path):
        pytest.importorskip("pyarrow")
        path = tmp_path / "rows.parquet"
        path.write_bytes(b"PAR1 and nothing else")
        with pytest.raises(InputError, match="not Parquet") as caught:
            convert(path, io.BytesIO(), "jsonl")
        assert caught.value.path == str(path)

    def test_tables_of_others_are_read_with_their_types(self, tmp_path):
        arrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        path = tmp_path / "rows.parquet"
        table = {"instruction": ["a", None], "n": [1, 2], "turns": [[{"x": "y"}], []]}
        parquet.write_table(arrow.table(table), path)
        out = io.BytesIO()
        convert(path, out, "jsonl")
        assert [json.loads(line) for line in out.getvalue().splitlines()] == [
            {"instruction": "a", "n": 1, "turns": [{"x": "y"}]},
            {"n": 2, "turns": []},
        ]

    def test_values_that_json_has_not_leave_their_row_out(self, tmp_path):
        arrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        path = tmp_path / "rows.parquet"
        parquet.write_table(arrow.table({"a": [1.0, float("nan")], "b": [b"", None]}), path)
        done = convert(path, io.BytesIO(), "jsonl")
        assert (done.read, done.written) == (2, 0)


@pytest.mark.parametrize("name", FORMATS)
def test_no_rows_are_a_file_of_no_rows(name):
    if name == "parquet":
        pytest.importorskip("pyarrow")
    back, there, _ = through([], name)
    assert (back, there.read) == ([], 0)


@given(st.binary(max_size=60), st.sampled_from([name for name in FORMATS if name != "parquet"]))
def test_any_bytes_are_rows_or_refused(data, name):
    try:
        done = convert(io.BytesIO(data), io.BytesIO(), "jsonl", from_=name)
    except InputError:
        return
    assert done.written + len(done.left_out) == done.read


def test_an_unknown_format_is_refused():
    with pytest.raises(InputError, match="no format 'yaml'") as caught:
        convert(io.BytesIO(), io.BytesIO(), "yaml")
    assert "jsonl" in caught.value.hint
