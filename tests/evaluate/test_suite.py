"""Suites are read whole or refused, and compared with what was trained on."""

from __future__ import annotations

import pytest

from curator.errors import ConfigError
from curator.evaluate import Prompt, Suite, builtin_suites, find_contamination, read_suite
from curator.evaluate.suite import DEFAULT_SUITE
from curator.example.chat import user_text

PROMPT = '[[prompt]]\nid = "one"\ninstruction = "Sort a list."\n'


@pytest.fixture
def read(tmp_path):
    def from_text(text: str | bytes) -> Suite:
        path = tmp_path / "suite.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_suite(str(path))

    return from_text


def test_the_suites_that_come_along_can_be_read_by_name():
    assert DEFAULT_SUITE in builtin_suites()
    for name in builtin_suites():
        suite = read_suite(name)
        assert suite.name == name
        assert len(suite.prompt) >= 8


def test_a_suite_is_read_from_toml(read):
    suite = read('name = "mine"\n' + PROMPT + 'input = "[2, 1]"\ntags = ["lists"]\n')

    assert suite.prompt == (
        Prompt(id="one", instruction="Sort a list.", input="[2, 1]", tags=("lists",)),
    )
    assert suite.profile == "runnable-first"


def test_hidden_asserts_belong_to_a_function(read):
    asked = 'function = "f"\nasserts = ["x = f(1)", "assert x == 2"]\n'
    (prompt,) = read('name = "mine"\n' + PROMPT + asked).prompt

    assert (prompt.function, prompt.asserts) == ("f", ("x = f(1)", "assert x == 2"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "mine"\nprompt = []\n', "suite is empty"),
        ('name = "mine"\n', "`prompt` is missing"),
        ("", "`name` is missing"),
        ('name = "mine"\n' + PROMPT + PROMPT, "share the id 'one'"),
        ('name = "mine"\n' + PROMPT.replace("Sort a list.", "  "), "'one' has no instruction"),
        ('name = "mine"\n' + PROMPT + 'tag = "lists"\n', "Unknown key `tag`"),
        (
            'name = "mine"\n' + PROMPT + 'asserts = ["assert f()"]\n',
            "'one' has asserts and names no function",
        ),
        (
            'name = "mine"\n' + PROMPT + 'function = "f"\nasserts = ["assert ("]\n',
            "asserts of the prompt 'one' are not Python",
        ),
        (
            'name = "mine"\n' + PROMPT + 'function = "f"\nasserts = ["f()"]\n',
            "asserts of the prompt 'one' assert nothing",
        ),
        ('name = "../mine"\n' + PROMPT, "`name`"),
        ('name = ""\n' + PROMPT, "`name`"),
        ("name = mine", "Not valid TOML"),
        ('name = "é"'.encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_suite_that_does_not_hold_together_says_why_and_where(read, text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        read(text)

    assert caught.value.path.endswith("suite.toml")


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ConfigError, match="no suite named 'runable-first'") as caught:
        read_suite("runable-first")

    assert "runnable-first" in caught.value.hint


def test_a_missing_file_and_a_folder_say_what_was_expected(tmp_path):
    with pytest.raises(ConfigError, match="a suite was expected"):
        read_suite(str(tmp_path / "none.toml"))
    with pytest.raises(ConfigError, match="is a folder, not a suite"):
        read_suite(str(tmp_path))


SUITE = Suite(
    name="mine",
    prompt=(
        Prompt(id="factorial", instruction="Calculate the factorial of a number."),
        Prompt(id="rows", instruction="Sum the rows.", input="[[1, 2], [3, 4]]"),
        Prompt(id="fresh", instruction="Draw a histogram of word lengths as text."),
    ),
)


def test_a_prompt_that_was_trained_on_is_found_with_the_row(read):
    found = find_contamination(SUITE, ["something else", "Calculate the factorial of a number."])

    (one,) = found
    assert (one.prompt, one.score, one.row) == ("factorial", 100.0, 1)
    assert one.text == "Calculate the factorial of a number."


def test_capitals_and_spaces_do_not_hide_a_prompt():
    (one,) = find_contamination(SUITE, ["calculate  THE factorial\nof a number."])

    assert (one.prompt, one.score) == ("factorial", 100.0)


def test_a_prompt_that_is_only_alike_is_found_with_its_score():
    (one,) = find_contamination(SUITE, ["Calculate the factorials of the numbers."])

    assert one.prompt == "factorial"
    assert 85 <= one.score < 100


def test_the_input_counts_as_part_of_the_prompt():
    bare = find_contamination(SUITE, ["Sum the rows."])
    whole = find_contamination(SUITE, [user_text("Sum the rows.", "[[1, 2], [3, 4]]")])

    assert bare == ()
    assert [one.prompt for one in whole] == ["rows"]


def test_the_row_most_alike_is_named_and_copies_change_nothing():
    alike, same = "Calculate the factorial of numbers.", "Calculate the factorial of a number."

    (one,) = find_contamination(SUITE, [alike, alike, same, same])

    assert (one.row, one.score) == (2, 100.0)


def test_a_clean_suite_is_clean():
    assert find_contamination(SUITE, ["Write a web server.", ""]) == ()
    assert find_contamination(SUITE, []) == ()


def test_the_threshold_decides_what_is_alike():
    trained = ["Calculate the factorial of numbers."]

    assert find_contamination(SUITE, trained, threshold=100) == ()
    assert len(find_contamination(SUITE, trained, threshold=80)) == 1


@pytest.fixture
def lines(tmp_path):
    def from_text(text: str | bytes) -> Suite:
        path = tmp_path / "mine.jsonl"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_suite(str(path))

    return from_text


ROW = '{"id": "one", "instruction": "Sort a\\u2028list.", "tags": ["lists"]}\n'


def test_a_suite_is_read_from_json_lines_and_is_called_like_its_file(lines):
    suite = lines("\ufeff" + ROW + '\n{"id": "two", "instruction": "Reverse it.", "input": "x"}')

    assert suite.name == "mine"
    assert suite.prompt[0] == Prompt(id="one", instruction="Sort a\u2028list.", tags=("lists",))
    assert suite.prompt[1].input == "x"


def test_its_first_line_may_say_what_it_is(lines):
    suite = lines('{"name": "ours", "wants": "other"}\n' + ROW)

    assert (suite.name, suite.wants, len(suite.prompt)) == ("ours", "other", 1)


def test_asserts_stand_in_json_lines_as_well(lines):
    row = '{"id": "f", "instruction": "Write f().", "function": "f", "asserts": ["assert f()"]}'
    assert lines(row).prompt[0].asserts == ("assert f()",)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        (ROW + "{", "not JSON", ":2"),
        (ROW + "[1]", "no JSON object", ":2"),
        (ROW + '{"id": "two"}', "`instruction` is missing", ":2"),
        (ROW + '{"id": "two", "instruction": "x", "tag": 1}', "Unknown key `tag`", ":2"),
        (ROW + ROW, "share the id 'one'", ".jsonl"),
        ("", "is empty", ".jsonl"),
        ('{"name": "ours"}\n' + '{"name": "again"}\n', "Unknown key `name`", ":2"),
        (b"\xff", "not UTF-8", ".jsonl"),
    ],
)
def test_json_lines_that_do_not_hold_together_say_where(lines, text, message, place):
    with pytest.raises(ConfigError, match=message) as caught:
        lines(text)

    assert str(caught.value.path).endswith(place)


def test_another_wording_is_another_suite():
    other = Suite(name="mine", prompt=(Prompt(id="factorial", instruction="Factorial."),))

    assert SUITE.sha256 == Suite(name="renamed", prompt=SUITE.prompt).sha256
    assert SUITE.sha256 != other.sha256


def test_the_control_suite_wants_no_format():
    assert read_suite("control").wants == "other"
    assert len(read_suite("control").prompt) == 60
    assert len(read_suite(DEFAULT_SUITE).prompt) == 120


def test_a_profile_lies_beside_its_suite_wherever_one_stands(read, tmp_path, monkeypatch):
    monkeypatch.chdir("/")

    suite = read('name = "mine"\nprofile = "own.toml"\n' + PROMPT)

    assert suite.profile == str(tmp_path / "own.toml")
    assert suite.sha256 == read('name = "mine"\n' + PROMPT).sha256
