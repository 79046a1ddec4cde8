"""What all commands have in common: help, version, exit codes, and where words go."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

import curator as package
from curator.cli import app
from curator.cli.app import COMMANDS, cli
from curator.errors import CancelledError, CuratorError


def test_the_version_is_one_line_on_standard_output(curator):
    result = curator("--version")

    assert (result.code, result.out, result.err) == (0, f"curator {package.__version__}\n", "")


def test_the_help_lists_every_command_with_its_sentence(curator):
    result = curator("--help")

    assert result.code == 0
    for name, entry in COMMANDS.items():
        assert f"  {name} " in result.out
        assert entry.help in result.out
    assert "Examples:" in result.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_ends_with_examples_of_it(curator, name):
    result = curator(name, "--help")

    assert result.code == 0
    assert f"curator {name}" in result.out.split("Examples:")[1]
    assert curator(name, "-h").out == result.out


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_calls_itself_what_the_list_calls_it(name):
    command = cli.get_command(click.Context(cli), name)

    assert command.name == name
    assert command.help.split(". ")[0].split("\n\n")[0].rstrip(".") + "." == COMMANDS[name].help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_says_what_it_is_for(name):
    command = cli.get_command(click.Context(cli), name)

    mute = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert mute == []


def test_without_a_command_the_studio_opens_on_the_project(curator):
    assert curator().code == 0
    assert curator.opened == [None]


def test_open_opens_the_studio_on_a_file(curator):
    assert curator("open", "mine.jsonl").code == 0
    assert curator.opened == [Path("mine.jsonl")]


def test_the_exit_code_of_the_studio_is_that_of_the_command():
    assert app.main(lambda file: 3, []) == 3


@pytest.mark.parametrize(
    ("typed", "meant"), [("lnit", "'lint'"), ("trian", "'train'"), ("evaluate", "'eval'")]
)
def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(curator, typed, meant):
    result = curator(typed)

    assert result.code == 2
    assert f"There is no command '{typed}'. Did you mean {meant}?" in result.err
    assert result.out == ""


def test_a_file_in_the_place_of_a_command_is_answered_with_open(curator, write):
    write("mine.jsonl", [])

    result = curator("mine.jsonl")

    assert result.code == 2
    assert "curator open mine.jsonl" in result.err


@pytest.mark.parametrize(
    "arguments",
    [["lint"], ["lint", "--format", "xml", "a"], ["dupes", "--threshold", "101", "a"], ["--oh"]],
)
def test_a_command_that_is_called_wrongly_ends_with_2_and_its_usage(curator, arguments):
    result = curator(*arguments)

    assert result.code == 2
    assert "Usage: curator" in result.err
    assert result.out == ""


def raising(error):
    def studio(file):
        raise error

    return studio


def test_what_a_person_can_mend_is_told_with_place_and_advice(capfd):
    error = CuratorError("It is broken.", hint="Mend it.", path="a.jsonl", line=3)

    assert app.main(raising(error), []) == 2

    out, err = capfd.readouterr()
    assert err == "Error: a.jsonl:3: It is broken.\n  Mend it.\n"
    assert out == ""


def test_an_error_cannot_drive_the_terminal(capfd):
    app.main(raising(CuratorError("\x1b[2J", path="\x9b31m", hint="\u202e")), [])

    err = capfd.readouterr().err
    assert "\x1b" not in err
    assert "\x9b" not in err
    assert "\u202e" not in err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort(), CancelledError("Stopped.")])
def test_what_was_interrupted_ends_with_130(capfd, error):
    assert app.main(raising(error), []) == 130
    assert capfd.readouterr().err


def test_a_defect_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        app.main(raising(ZeroDivisionError()), [])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(curator, shell):
    result = curator("completion", shell)

    assert result.code == 0
    assert "_CURATOR_COMPLETE" in result.out


@pytest.mark.parametrize("style", ["json", "text"])
def test_a_reader_who_has_seen_enough_ends_a_command_quietly(spawn, style):
    process = spawn("rule", "--all", "--format", style)
    process.stdout.close()
    process.stdout = None

    _, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (1, b"")


def test_an_encoding_that_lacks_a_character_is_no_error(spawn, mixing):
    process = spawn("mix", mixing, "--dry-run", env={"PYTHONIOENCODING": "ascii"})

    out, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert b"Traceback" not in err
    assert b"All 4 curated examples train." in out


def test_the_studio_without_a_terminal_says_what_to_do_instead(spawn):
    process = spawn()

    out, err = process.communicate(timeout=60)

    assert process.returncode == 2
    assert b"needs a terminal" in err
    assert out == b""


@pytest.mark.parametrize(("variable", "coloured"), [("NO_COLOR", False), ("FORCE_COLOR", True)])
def test_colours_are_drawn_for_who_wants_them(spawn, write, variable, coloured):
    write("mine.jsonl", [{"instruction": "a", "output": "b"}])

    process = spawn("lint", "mine.jsonl", env={variable: "1"})

    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert (b"\x1b[" in out) is coloured


def test_a_pipe_gets_data_without_decoration(spawn, write):
    write("mine.jsonl", [{"instruction": "a", "output": "b"}])

    process = spawn("lint", "mine.jsonl", "--format", "json")

    out, err = process.communicate(timeout=60)
    assert json.loads(out)[0]["path"] == "mine.jsonl"
    assert b"\x1b" not in out + err
    assert b"1 row in 1 file" in err


def test_standard_input_is_a_file_named_minus(spawn):
    process = spawn("lint", "-", "--format", "json", stdin=subprocess.PIPE)

    out, _ = process.communicate(b'{"instruction": "a", "output": "b"}\n', timeout=60)

    assert process.returncode == 1
    assert {finding["path"] for finding in json.loads(out)} == {"<stdin>"}


def test_streams_that_the_caller_closed_are_no_error(write):
    path = write("mine.jsonl", [{"instruction": "a", "output": "b"}])
    command = shlex.join([sys.executable, "-m", "curator", "lint", "-", str(path)])

    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} <&- >&-"], stderr=subprocess.PIPE, text=True, timeout=60
    )

    assert done.returncode == 1
    assert "1 row in 2 files" in done.stderr
