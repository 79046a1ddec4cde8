"""Numbers on a command line: within a range, and never one that compares with nothing."""

from __future__ import annotations

from math import isfinite
from typing import Any

import click


class RealRange(click.FloatRange):
    """A range of numbers that "nan" and "inf" are not in.

    click's own lets both through where a bound should stop them: what compares with nothing is
    below no bound and above none.

    Args:
        low: The least; none by default.
        high: The most; none by default.
        low_open: Whether the least itself is left out.
        of: What the number is, for the message: "score".
    """

    def __init__(
        self,
        low: float | None = None,
        high: float | None = None,
        *,
        low_open: bool = False,
        of: str = "number",
    ) -> None:
        super().__init__(low, high, min_open=low_open)
        self._of = of

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number that was typed.

        Raises:
            click.BadParameter: It is none, or outside of the range.
        """
        number = float(super().convert(value, param, ctx))
        if not isfinite(number):
            self.fail(f"{number} is no {self._of}.", param, ctx)
        return number
