"""``curator completion``: the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(
    name="completion",
    epilog="""\b
Examples:
  curator completion bash >> ~/.bashrc
  curator completion zsh >> ~/.zshrc
  curator completion fish > ~/.config/fish/completions/curator.fish""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the completion script for a shell."""
    complete = get_completion_class(shell)
    assert complete is not None
    click.echo(complete(ctx.find_root().command, {}, "curator", "_CURATOR_COMPLETE").source())
    return 0
