"""A mixture is read whole or refused with the place of the damage."""

from __future__ import annotations

import json

import pytest

from curator.errors import InputError
from curator.train import read_mixture

ROW = '{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.jsonl").write_text(ROW * 2)
    (tmp_path / "valid.jsonl").write_text("")
    return tmp_path


def test_rows_are_conversations(folder):
    mixture = read_mixture(folder)

    assert mixture.train[0] == [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": "a"},
    ]
    assert mixture.rows == {"train": 2, "valid": 0, "test": 0}
    assert [path.name for path in mixture.files] == ["train.jsonl", "valid.jsonl"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(folder):
    (folder / "train.jsonl").write_text(ROW.replace('"q"', '"a\u2028b"'), encoding="utf-8")

    assert read_mixture(folder).train[0][0]["content"] == "a\u2028b"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"messages": []}',
        '{"messages": [{"role": "user", "content": "q"}]}',
        '{"messages": [{"role": "user", "content": 1}, {"role": "assistant", "content": "a"}]}',
        '{"messages": [{"role": "user"}, {"role": "user", "content": "no answer"}]}',
    ],
)
def test_a_damaged_line_is_named(folder, line):
    (folder / "train.jsonl").write_text(ROW + line + "\n")

    with pytest.raises(InputError, match="no conversation") as caught:
        read_mixture(folder)

    assert caught.value.line == 2


def test_bytes_that_are_no_text_are_named(folder):
    (folder / "train.jsonl").write_bytes(ROW.encode().replace(b'"q"', b'"\xff"'))

    with pytest.raises(InputError) as caught:
        read_mixture(folder)

    assert caught.value.line == 1


def test_nothing_to_train_on_is_refused(folder):
    (folder / "train.jsonl").write_text("\n")

    with pytest.raises(InputError, match="no rows"):
        read_mixture(folder)


@pytest.mark.parametrize("name", ["train.jsonl", "valid.jsonl"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()

    with pytest.raises(InputError, match=name):
        read_mixture(folder)


def test_a_missing_folder_and_a_file_are_refused(folder):
    with pytest.raises(InputError, match="no such folder"):
        read_mixture(folder / "nowhere")
    with pytest.raises(InputError, match="a file"):
        read_mixture(folder / "train.jsonl")


def test_the_system_prompt_is_the_one_that_most_rows_carry(folder):
    def row(system=None):
        first = [{"role": "system", "content": system}] if system else []
        turns = [*first, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
        return json.dumps({"messages": turns}) + "\n"

    assert read_mixture(folder).system_prompt == ""

    rows = [row(), row("Be brief."), row("Be kind."), row("Be brief."), row()]
    (folder / "train.jsonl").write_text("".join(rows))

    assert read_mixture(folder).system_prompt == "Be brief."
