"""Options of how a model answers and is judged, alike in every command that asks one."""

from __future__ import annotations

import click

from curator.cli.numbers import RealRange

max_tokens_option = click.option(
    "--max-tokens",
    type=click.IntRange(1),
    default=512,
    show_default=True,
    metavar="N",
    help="The most tokens of an answer; an evaluation counts one that is cut as failed.",
)
samples_option = click.option(
    "--samples",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Answers to each prompt; more than one takes a --temperature.",
)
temperature_option = click.option(
    "--temperature",
    type=RealRange(0, of="temperature"),
    default=0.0,
    show_default=True,
    metavar="T",
    help="0 takes the likeliest token each time (greedy); above it tokens are drawn.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Of the draws.",
)
loose_option = click.option(
    "--loose",
    is_flag=True,
    help="Forgive a fence around everything and a chatty first or last line.",
)
