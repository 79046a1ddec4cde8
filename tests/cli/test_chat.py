"""A model asked by hand, at a terminal and through a pipe."""

from __future__ import annotations

import io
import json
import signal

import pytest

from curator.cli import chat as chat_module
from curator.evaluate.chat import Turn
from curator.evaluate.generate import Completion
from curator.tiny import build_tiny_model


class Parrot:
    """A chat that says back what it is asked; what it is told is in the question."""

    def __init__(self, model, *, adapter=None, system_prompt="", sampling=None, log=None):
        self.model, self.adapter, self.system_prompt = model, adapter, system_prompt
        self.last = None

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        pass

    def start(self, cancel=None):
        pass

    def ask(self, instruction, input_text="", *, hear=None, cancel=None):
        if "stop" in instruction:
            signal.raise_signal(signal.SIGINT)
            assert cancel.is_set()
            return None
        text = "" if "fail" in instruction else f"{self.system_prompt}<{instruction}>\x1b[2J"
        if hear:
            for piece in (text[:4], text[4:]):
                hear(piece)
        failure = "It hung." if "fail" in instruction else ""
        completion = Completion(0, text, 7, "cut" in instruction, 0.1, failure=failure)
        self.last = Turn(instruction, "", completion)
        return self.last


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def said(curator, monkeypatch):
    """Call the command with a parrot, and questions from a pipe or typed at a terminal."""
    monkeypatch.setattr(chat_module, "Chat", Parrot)

    def say(*arguments, piped="", typed=None):
        stdin = io.StringIO(piped)
        if typed is not None:
            lines = iter(typed)
            stdin = Terminal()
            monkeypatch.setattr("builtins.input", lambda _prompt: _next(lines))
        monkeypatch.setattr("sys.stdin", stdin)
        return curator("chat", "--model", "m", *arguments)

    return say


def _next(lines):
    try:
        line = next(lines)
    except StopIteration:
        raise EOFError from None
    if line is None:
        raise KeyboardInterrupt
    return line


def test_each_line_of_a_pipe_is_a_question_and_empty_ones_are_none(said):
    found = said(piped="one\n\n  two\n")

    assert (found.code, found.err) == (0, "")
    assert found.out == "<one>␛[2J\n\n<two>␛[2J\n"


def test_as_json_each_answer_is_a_line_with_what_was_really_said(said):
    found = said("--format", "json", piped="one\ntwo cut\n")

    lines = [json.loads(line) for line in found.out.splitlines()]
    assert [line["instruction"] for line in lines] == ["one", "two cut"]
    assert lines[0]["output"] == "<one>\x1b[2J"
    assert (lines[0]["truncated"], lines[1]["truncated"]) == (False, True)
    assert "\x1b" not in found.out


def test_the_last_answer_is_appended_to_the_file_that_is_named(said, tmp_path):
    (tmp_path / "kept.jsonl").write_text('{"instruction": "mine", "output": "yes"}\n')
    found = said("--save", "kept.jsonl", "--system", "S", piped="one\ntwo\n")

    lines = (tmp_path / "kept.jsonl").read_text().splitlines()
    assert found.code == 0
    assert "Kept as line 2 of kept.jsonl" in found.err
    assert len(lines) == 2
    assert json.loads(lines[1]) == {"instruction": "two", "input": "", "output": "S<two>\x1b[2J"}


def test_a_file_that_cannot_be_saved_to_is_said_before_anything_is_asked(said):
    found = said("--save", "nowhere/kept.jsonl", piped="one\n")

    assert (found.code, found.out) == (2, "")
    assert "does not exist" in found.err


def test_a_failed_answer_is_said_and_not_kept_and_the_next_is_asked(said, tmp_path):
    found = said("--save", "kept.jsonl", piped="fail\none\nfail\n")

    assert found.code == 1
    assert "<one>" in found.out
    assert found.err.count("There is no answer: It hung.") == 2
    assert "was not kept" in found.err
    assert not (tmp_path / "kept.jsonl").exists()


def test_a_cut_answer_says_so(said):
    assert "cut at 7 tokens" in said(piped="cut\n").err


def test_ctrl_c_ends_the_questions_of_a_pipe(said):
    found = said(piped="one\nstop\ntwo\n")

    assert found.code == 130
    assert "<two>" not in found.out
    assert "Stopped." in found.err


def test_at_a_terminal_ctrl_c_ends_an_answer_and_not_the_talk(said):
    found = said(typed=["stop", None, "two"])

    assert found.code == 0
    assert "<two>" in found.out
    assert "There is no system prompt." in found.err


def test_at_a_terminal_an_answer_is_kept_by_a_word_and_only_once(said, tmp_path):
    typed = ["/save", "one", "/save a.jsonl", "two", "/save", "/other", "/quit", "three"]
    found = said("--save", "b.jsonl", typed=typed)

    for name, instruction in (("a.jsonl", "one"), ("b.jsonl", "two")):
        (line,) = (tmp_path / name).read_text().splitlines()
        assert json.loads(line)["instruction"] == instruction
    assert "no answer to keep yet" in found.err
    assert "/save [FILE]" in found.err
    assert "<three>" not in found.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Either a run or a model"),
        (("--run", "latest", "--model", "m"), "Either a run or a model"),
        (("--run", "latest", "--adapter", "."), "its own adapter"),
        (("--model", "m", "--adapter", "nowhere"), "'nowhere' does not exist"),
        (("--model", "m", "--base"), "goes with --run"),
        (("--run", "latest"), "no runs yet"),
        (("--model", "nowhere"), "no such model folder"),
    ],
)
def test_what_cannot_be_asked_is_said(curator, arguments, said):
    found = curator("chat", *arguments)

    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_a_real_model_answers_through_a_pipe(spawn, tmp_path):
    build_tiny_model(tmp_path / "tiny")
    process = spawn(
        "chat", "--model", "tiny", "--max-tokens", 8, "--format", "json", stdin=-1, text=True
    )
    out, err = process.communicate("Hello\nHello\n", timeout=60)

    first, second = (json.loads(line) for line in out.splitlines())
    assert process.returncode == 0, err
    assert first == second
    assert (first["tokens"], first["truncated"]) == (8, True)
