"""``curator serve``: a run's adapter as a server on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import cancel_on_interrupt, progress_bar, say
from curator.cli.runchoice import complete_runs, read_named, runs_option
from curator.errors import ConfigError, ModelError
from curator.publish.serve import Server, is_loopback


@click.command(
    name="serve",
    epilog="""\b
Examples:
  curator serve latest
  curator serve latest --port 0
RUN is a run's id, its folder, or `latest`. A command that asks it is printed on standard output;
its request names the model `default_model`, which is the base with this adapter.
Exit codes: 0 stopped with Ctrl-C, 2 it could not serve.""",
)
@click.argument("run_name", metavar="RUN", shell_complete=complete_runs)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option(
    "--allow-network",
    is_flag=True,
    help="Let other machines ask too, where --host is no loopback address.",
)
@runs_option
def command(run_name: str, host: str, port: int, allow_network: bool, runs_dir: Path | None) -> int:
    """Serve a run's adapter on this machine, OpenAI-compatible.

    mlx-lm's own server answers, in a process of its own, until Ctrl-C.
    """
    if not is_loopback(host):
        if not allow_network:
            raise ConfigError(
                f"On {host} other machines could ask the model, and this server checks nobody.",
                hint="Say --allow-network to let them, or leave --host away.",
            )
        say(
            f"Other machines reach this on {host}. The server checks nobody, and who asks may let"
            " it load other models."
        )
    run = read_named(run_name, runs_dir)
    with cancel_on_interrupt() as cancel, Server(run, host=host, port=port) as server:
        with progress_bar("Loading the model"):
            server.wait(cancel)
        say(f"{run.id} answers on {server.url}. Ctrl-C ends it. Ask it with:")
        click.echo(server.curl())
        while not cancel.is_set():
            if server.ended(0.2):
                raise ModelError("The server ended.", hint=f"See {server.log}.")
    say("Stopped.")
    return 0
