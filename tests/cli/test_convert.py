"""``curator convert`` as a person calls it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

ROWS = [
    {"id": "a", "instruction": "Say", "input": "", "output": "this"},
    {"id": "b", "instruction": "Say", "input": "x", "output": "that"},
]


def test_converts_and_lists_what_was_lost(curator, write, tmp_path):
    write("mine.jsonl", ROWS)

    result = curator("convert", "mine.jsonl", "chat.jsonl", "--to", "chat")

    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "! chat cannot carry the key `id` (2 rows, first mine.jsonl:1)\n"
        "! chat cannot carry `input` as a field of its own: it is joined to the question"
        " (1 row, first mine.jsonl:2)\n"
        "Wrote 2 rows of 2 to chat.jsonl (jsonl → chat).\n"
    )
    first = json.loads((tmp_path / "chat.jsonl").read_text().splitlines()[0])
    assert first == {
        "messages": [{"role": "user", "content": "Say"}, {"role": "assistant", "content": "this"}]
    }


def test_strict_makes_a_loss_a_failure(curator, write):
    write("mine.jsonl", ROWS)
    assert curator("convert", "mine.jsonl", "c.jsonl", "--to", "chat", "--strict").code == 1
    assert curator("convert", "mine.jsonl", "c.json", "--to", "alpaca", "--strict").code == 0


def test_where_no_row_comes_through_nothing_is_written_over(curator, tmp_path):
    (tmp_path / "mine.jsonl").write_text("\0\0\n{\n")
    (tmp_path / "kept.csv").write_text("instruction,input,output\na,,b\n")

    result = curator("convert", "mine.jsonl", "kept.csv", "--to", "csv", "--force")

    assert result.code == 2
    assert "mine.jsonl:1: No row of this file can be converted. Not valid JSON" in result.err
    assert (tmp_path / "kept.csv").read_text() == "instruction,input,output\na,,b\n"
    assert len(list(tmp_path.iterdir())) == 2

    assert curator("convert", "mine.jsonl", "-", "--to", "jsonl").code == 2


def test_rows_left_out_are_listed_and_exit_with_1(curator, tmp_path):
    (tmp_path / "mine.jsonl").write_text('{"instruction": "a", "output": "b"}\n{"a"\n' + "x\n" * 30)

    result = curator("convert", "mine.jsonl", "out.json", "--to", "alpaca")

    assert result.code == 1
    assert "✗ mine.jsonl:2 left out: Not valid JSON" in result.err
    assert "… and 11 more rows." in result.err or "… and 11 rows more." in result.err
    assert json.loads((tmp_path / "out.json").read_text()) == [{"instruction": "a", "output": "b"}]


def test_does_not_write_over_a_file_unless_told_to(curator, write, tmp_path):
    write("mine.jsonl", ROWS)
    (tmp_path / "out.json").write_text("precious")

    result = curator("convert", "mine.jsonl", "out.json", "--to", "alpaca")

    assert result.code == 2
    assert "--force" in result.err
    assert (tmp_path / "out.json").read_text() == "precious"
    assert curator("convert", "mine.jsonl", "out.json", "--to", "alpaca", "--force").code == 0
    assert len(json.loads((tmp_path / "out.json").read_text())) == 2


def test_a_file_can_be_converted_in_its_own_place(curator, write, tmp_path):
    write("mine.jsonl", ROWS)
    assert curator("convert", "mine.jsonl", "mine.jsonl", "--to", "alpaca", "--force").code == 0
    assert json.loads((tmp_path / "mine.jsonl").read_text()) == ROWS


def test_reads_standard_input_and_writes_standard_output(curator, monkeypatch):
    data = json.dumps(ROWS).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    result = curator("convert", "-", "-", "--to", "jsonl")

    assert result.code == 0
    assert [json.loads(line) for line in result.out.splitlines()] == ROWS
    assert result.err == "Wrote 2 rows of 2 to standard output (alpaca → jsonl).\n"


def test_the_report_as_json(curator, write):
    write("mine.jsonl", ROWS)

    result = curator("convert", "mine.jsonl", "c.jsonl", "--to", "chat", "--format", "json")

    assert result.json["written"] == 2
    assert result.json["lost"][0] == {"what": "the key `id`", "rows": 2, "line": 1}
    assert curator("convert", "mine.jsonl", "-", "--to", "chat", "--format", "json").code == 2


@pytest.mark.parametrize("arguments", [("none.jsonl", "o"), (".", "o"), ("mine.jsonl", "no/o")])
def test_what_cannot_be_read_or_written_is_an_error(curator, write, arguments):
    write("mine.jsonl", ROWS)
    result = curator("convert", *arguments, "--to", "jsonl")
    assert result.code == 2
    assert "Traceback" not in result.err


def test_a_wrong_format_given_is_told_by_the_first_row(curator, write, tmp_path):
    write("mine.jsonl", ROWS)
    result = curator("convert", "mine.jsonl", "out.jsonl", "--to", "jsonl", "--from", "chat")
    assert result.code == 2
    assert "`messages` is null" in result.err
    assert not (tmp_path / "out.jsonl").exists()


def test_lists_its_formats(curator):
    result = curator("convert", "--formats")
    assert result.code == 0
    assert [line.split()[0] for line in result.out.splitlines()] == [
        *("jsonl", "alpaca", "chat", "sharegpt", "completion", "csv", "parquet"),
    ]


def test_keys_cannot_act_on_the_terminal(curator, write):
    write("mine.jsonl", [{**ROWS[0], "\x1b[2J": 1}])
    result = curator("convert", "mine.jsonl", "c.jsonl", "--to", "chat")
    assert "\x1b" not in result.err
    assert "␛[2J" in result.err


def test_the_page_lists_the_formats_as_the_command_does(curator):
    page = (Path(__file__).parents[2] / "docs/formats.md").read_text("utf-8")
    assert f"--formats` -->\n```\n{curator('convert', '--formats').out}```\n" in page
