"""Numbers on a command line that no range of them holds."""

from __future__ import annotations

import click
import pytest

from curator.cli.numbers import RealRange


@pytest.mark.parametrize("typed", ["nan", "-nan", "inf", "-inf", "1e999", "-0.1", "100.1", "ten"])
def test_what_is_in_no_range_is_refused(typed: str):
    with pytest.raises(click.BadParameter):
        RealRange(0, 100).convert(typed, None, None)


def test_what_compares_with_nothing_is_told_as_what_it_is_not():
    with pytest.raises(click.BadParameter, match="nan is no score"):
        RealRange(0, 100, of="score").convert("nan", None, None)
    with pytest.raises(click.BadParameter, match="inf is no temperature"):
        RealRange(0, of="temperature").convert("inf", None, None)


def test_what_is_in_the_range_is_that_number():
    assert RealRange(0, 100).convert("85.5", None, None) == 85.5
    assert RealRange(0).convert("0", None, None) == 0
    with pytest.raises(click.BadParameter):
        RealRange(0, 100, low_open=True).convert("0", None, None)


def test_no_command_takes_click_s_own():
    from curator.cli.app import cli

    context = click.Context(cli)
    kinds = {
        (name, option.name): type(option.type)
        for name in cli.list_commands(context)
        if (command := cli.get_command(context, name)) is not None
        for option in command.params
        if isinstance(option.type, click.FloatRange)
    }
    assert kinds
    assert {place for place, kind in kinds.items() if kind is not RealRange} == set()
