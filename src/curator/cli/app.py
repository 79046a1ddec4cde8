"""The ``curator`` command: which subcommands there are, and how any of them ends.

Subcommands are imported when they are called, so that ``curator --version`` costs nothing that
``curator train`` needs. Exit codes are the same everywhere: 0 well, 1 something was found or
failed, 2 the command could not do its work, 130 interrupted. A reader that closes the pipe early
ends a command quietly with 1; click and Rich both see to that.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from curator import __version__
from curator.errors import CancelledError, CuratorError, InputError, StoreError

Studio = Callable[[Path | None], int]

EXIT_FOUND = 1
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
# Where nothing more can be written: these say nothing about what was read.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Entry:
    """A subcommand: the module whose ``command`` it is, and what it does in a line."""

    module: str
    help: str


COMMANDS = {
    "init": Entry("init", "Make a project: settings, a recipe and a first example."),
    "open": Entry("studio", "Open the studio on a file of examples."),
    "serve-web": Entry("serve_web", "Open the studio in a browser of this machine."),
    "lint": Entry("lint", "Check examples against the rules."),
    "rule": Entry("rule", "Explain a rule, or list all of them."),
    "run": Entry("run", "Run the sanity tests of examples, sealed."),
    "dupes": Entry("dupes", "Find examples that are nearly the same."),
    "convert": Entry("convert", "Convert a file of examples into another format."),
    "fetch": Entry("fetch", "Bring base data into data/raw, with its licence and revision."),
    "mix": Entry("mix", "Build a mixture of curated and base rows from a recipe."),
    "check": Entry("check", "Look at a mixture as a training would see it."),
    "trace": Entry("trace", "Say where a row of a mixture came from."),
    "train": Entry("train", "Train a LoRA adapter on a mixture."),
    "runs": Entry("runs", "List the trainings so far."),
    "eval": Entry("evaluate", "Ask base and adapter the prompts of a suite, and score them."),
    "compare": Entry("compare", "Compare what runs answered to the same prompts."),
    "chat": Entry("chat", "Ask a model by hand, with the prompt built as in training."),
    "sweep": Entry("sweep", "Mix, train and evaluate at several settings, and compare."),
    "bundle": Entry("bundle", "Write what a run would publish into a folder."),
    "publish": Entry("publish", "Publish a run's adapter, or a curated set, on the Hub."),
    "report": Entry("report", "Write what a run was about: data, training, evaluation, advice."),
    "serve": Entry("serve", "Serve a run's adapter on this machine, OpenAI-compatible."),
    "fuse": Entry("fuse", "Make a model of its own from a run's base and adapter."),
    "demo": Entry("demo", "Do the whole job once, small, without a network."),
    "doctor": Entry("doctor", "Look at this machine and say what is missing."),
    "completion": Entry("completion", "Print the completion script for a shell."),
}

EXAMPLES = """\b
Examples:
  curator                                     open the studio on this folder
  curator lint data/custom/*.jsonl            check examples; exit 1 if any fails
  curator dupes mine.jsonl --against base.json
  curator mix recipe.toml --out mixtures/first
  curator train mixtures/first --iters 200
  curator eval --run latest
"""


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a subcommand."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"curator.cli.{entry.module}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest a near name for a mistyped one."""
        import difflib

        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            if Path(name).exists():
                hint = f" To open a file in the studio: curator open {name}"
            ctx.fail(f"There is no command {name!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.version_option(__version__, "-V", "--version", message="curator %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Write, lint, mix, train and evaluate the examples that decide a fine-tune.

    Without a command, the studio opens on the project of the current folder.
    """
    if ctx.invoked_subcommand is None:
        open_studio: Studio = ctx.obj
        ctx.exit(open_studio(None))


def main(open_studio: Studio, arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        open_studio: Opens the studio on a file, or on the current project; returns an exit code.
        arguments: The command line without the program's name; by default the process's own.

    Returns:
        The exit code.
    """
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A character that the terminal's encoding lacks is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    try:
        result = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="curator",
            standalone_mode=False,
            obj=open_studio,
        )
    except CancelledError as error:
        tell_error(error)
        return EXIT_INTERRUPTED
    except CuratorError as error:
        tell_error(error)
        return EXIT_ERROR
    except click.ClickException as error:
        error.show()
        return EXIT_ERROR
    except OSError as error:
        # What the system refuses is the same to say wherever it happens: a folder without
        # permission, a full disk behind a pipe, a drive that went away.
        if error.errno == errno.EPIPE:
            return EXIT_FOUND
        kind = StoreError if error.errno in _FULL else InputError
        tell_error(kind(f"{error.strerror or error}.", path=error.filename))
        return EXIT_ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    return _code(result)


def _open_closed() -> None:
    """Put the null device where the caller closed a standard stream: commands expect all three."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def tell_error(error: CuratorError) -> None:
    """Say on standard error what happened, where, and what to do."""
    from curator.terminal import visible

    where = f"{error.where}: " if error.where else ""
    click.echo(visible(f"{error.title}: {where}{error.message}"), err=True)
    if error.hint:
        click.echo(visible(f"  {error.hint}"), err=True)


def _code(result: Any) -> int:
    return result if isinstance(result, int) else 0
