"""``curator chat``: a model asked by hand, line by line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from curator.cli.answeroptions import (
    max_tokens_option,
    seed_option,
    temperature_option,
)
from curator.cli.output import cancel_on_interrupt, format_option, plural, say
from curator.cli.runchoice import complete_runs, runs_option
from curator.errors import ConfigError
from curator.evaluate.chat import Chat, Turn, append_example
from curator.evaluate.generate import Sampling
from curator.settings import find_project
from curator.store import ExampleFile
from curator.terminal import visible
from curator.train import read_run

_HELP = "/save [FILE]  keep the last answer as an example    /quit  end    Ctrl-C  stop an answer"


@click.command(
    name="chat",
    epilog="""\b
Examples:
  curator chat --run latest
  curator chat --model ./my-model --adapter adapters/first --system "Be brief."
  echo "Reverse a linked list." | curator chat --run latest
  curator chat --run latest --save data/custom/tried.jsonl < questions.txt
At a terminal, /save keeps the last answer, Ctrl-C stops an answer and Ctrl-D ends.
Exit codes: 0 answered, 1 an answer failed, 2 the model could not be asked.""",
)
@click.option(
    "--run",
    "run_name",
    metavar="RUN",
    shell_complete=complete_runs,
    help="A run's id or folder; `latest` is the newest.",
)
@click.option("--model", metavar="FOLDER|ID", help="A model: a folder, a Hub id, or tiny.")
@click.option(
    "--adapter",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="With --model: an adapter folder.",
)
@click.option("--base", is_flag=True, help="With --run: ask its base model, without the adapter.")
@click.option(
    "--system",
    metavar="TEXT",
    help="The system prompt.  [default: with --run the one it was trained with, else none]",
)
@max_tokens_option
@temperature_option
@seed_option
@click.option(
    "--save",
    "saved",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Append the last answer to this file of examples at the end.",
)
@runs_option
@format_option
def command(
    run_name: str | None,
    model: str | None,
    adapter: Path | None,
    base: bool,
    system: str | None,
    max_tokens: int,
    temperature: float,
    seed: int,
    saved: Path | None,
    runs_dir: Path | None,
    output_format: str,
) -> int:
    """Ask a model by hand, with the prompt built as in training.

    Each line of standard input is a question of its own: what was said before is no part of it, as
    in training and in an evaluation. Answers go to standard output as they come.
    """
    sampling = Sampling(max_tokens=max_tokens, temperature=temperature, seed=seed)
    if saved is not None:
        # What would be in the way at the end is said before anything is asked.
        ExampleFile.open(saved, create=True).close()
    chat = _open(run_name, model, adapter, base, runs_dir, sampling)
    if system is not None:
        chat.system_prompt = system
    with chat:
        return _Session(chat, output_format == "json", saved).run()


def _open(
    run_name: str | None,
    model: str | None,
    adapter: Path | None,
    base: bool,
    runs_dir: Path | None,
    sampling: Sampling,
) -> Chat:
    if (run_name is None) == (model is None):
        raise ConfigError(
            "Either a run or a model is needed to ask.",
            hint="Give --run latest, or --model FOLDER and perhaps --adapter DIR.",
        )
    if run_name is None:
        if base:
            raise ConfigError("--base goes with --run.", hint="Leave --adapter out instead.")
        return Chat(model or "", adapter=adapter, sampling=sampling)
    if adapter is not None:
        raise ConfigError("A run has its own adapter.", hint="Give --model with --adapter.")
    project = find_project()
    run = read_run(
        run_name, runs_dir=runs_dir or project.path(project.settings.runs), with_adapter=True
    )
    chat = Chat.of_run(run, sampling=sampling)
    if base:
        chat.adapter = None
    return chat


class _Session:
    """The questions of one call of the command."""

    def __init__(self, chat: Chat, as_json: bool, saved: Path | None) -> None:
        self._chat = chat
        self._as_json = as_json
        self._saved = saved
        self._kept: Turn | None = None
        self._talking = sys.stdin.isatty()
        self._code = 0

    def run(self) -> int:
        """Answer until the input ends and return the exit code."""
        if self._talking:
            say("Loading the model …")
            with cancel_on_interrupt() as cancel:
                self._chat.start(cancel)
                if cancel.is_set():
                    return 130
            about = self._chat.system_prompt
            say(f"System prompt: {visible(about)}" if about else "There is no system prompt.")
            say(f"Each line is a question of its own.  {_HELP}")
        first = True
        for line in _lines(self._talking):
            question = line.strip()
            if self._talking and question.startswith("/"):
                if question.split()[0] in {"/quit", "/exit"}:
                    break
                self._obey(question)
            elif question:
                if not first and not self._talking and not self._as_json:
                    click.echo()
                first = False
                if not self._ask(question) and not self._talking:
                    return 130
        if self._saved is not None and self._chat.last not in (None, self._kept):
            self._keep(self._saved)
        return self._code

    def _ask(self, question: str) -> bool:
        """Ask and print; return whether there was an answer."""
        with cancel_on_interrupt() as cancel:
            turn = self._chat.ask(
                question, hear=None if self._as_json else _printer(), cancel=cancel
            )
        if turn is None:
            if not self._as_json:
                click.echo()
            say("Stopped.")
            return False
        answer = turn.completion
        if self._as_json:
            click.echo(json.dumps(_facts(turn)))
        else:
            click.echo()
        if answer.failure:
            say(f"There is no answer: {answer.failure}")
            self._code = 1
        elif answer.truncated:
            say(f"The answer was cut at {plural(answer.tokens, 'token')} (--max-tokens).")
        elif not answer.tokens:
            say("The model ended at once and said nothing.")
        return True

    def _obey(self, command: str) -> None:
        word, _, name = command.partition(" ")
        path = Path(name.strip()).expanduser() if name.strip() else self._saved
        if word != "/save":
            say(_HELP)
        elif self._chat.last is None:
            say("There is no answer to keep yet.")
        elif path is None:
            say("Where to? /save FILE.jsonl")
        else:
            self._keep(path)

    def _keep(self, path: Path) -> None:
        turn = self._chat.last
        assert turn is not None
        if turn.completion.failure:
            say("The last answer failed, so it was not kept.")
            return
        line = append_example(path, turn.example())
        self._kept = turn
        say(f"Kept as line {line:,} of {path}.")


def _lines(talking: bool) -> Iterator[str]:
    if not talking:
        yield from (line.removeprefix("\ufeff") for line in sys.stdin)
        return
    import contextlib

    with contextlib.suppress(ImportError):
        # Gives `input` its line editing and history.
        import readline  # noqa: F401
    while True:
        try:
            yield input("> ")
        except KeyboardInterrupt:
            # Meant for an answer that has just ended, or for the line.
            click.echo(err=True)
        except EOFError:
            click.echo(err=True)
            return


def _printer() -> Callable[[str], None]:
    def hear(piece: str) -> None:
        click.echo(visible(piece, newlines=True, tabs=True), nl=False)
        sys.stdout.flush()

    return hear


def _facts(turn: Turn) -> dict[str, object]:
    answer = turn.completion
    return {
        "instruction": turn.instruction,
        "output": answer.text,
        "tokens": answer.tokens,
        "truncated": answer.truncated,
        "failure": answer.failure,
    }
