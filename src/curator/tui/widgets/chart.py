"""The loss curves: drawn in braille dots, eight to a cell, with axes, legend and best point.

A general plotting library took 20 to 38 ms a frame here, on the thread that answers keys; this
draws a frame in about 2 ms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget

from curator.tui.styled import Styled

Point = tuple[float, float]

TRAIN_STYLE = "$text-primary"
RAW_STYLE = "$foreground-muted"
VALID_STYLE = "$text-warning"
BEST_STYLE = "bold $text-success"
AXIS_STYLE = "$foreground-muted"

# The bit of each dot of a braille cell, by column and row from the top.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BRAILLE = 0x2800
# A loss beyond this has left any axis; labels from there on are written with exponents.
_LARGEST = 1e12
_LONG = 1e5
_LEAST = (20, 5)
_EXACT = 1e-9
#: Signs and colours of runs beside each other.
_BESIDE = (
    ("•", "$text-primary"),
    ("▲", "$text-warning"),
    ("■", "$text-success"),
    ("◆", "$text-accent"),
    ("+", "$text-error"),
)


@dataclass(frozen=True, slots=True)
class Curves:
    """What a chart shows.

    Attributes:
        train: Iteration and training loss.
        valid: Iteration and validation loss.
        best: The validation with the lowest loss.
        iters: Iterations in all, so that the axis does not grow while it runs.
        smooth: The training loss as a mean over its neighbours; the plain one is then drawn faint.
    """

    train: tuple[Point, ...] = ()
    valid: tuple[Point, ...] = ()
    best: Point | None = None
    iters: int = 0
    smooth: tuple[Point, ...] = ()


def drawable(loss: float) -> bool:
    """Return whether a loss is a number that an axis can hold."""
    return math.isfinite(loss) and abs(loss) < _LARGEST


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return round numbers within `low` and `high`, at most `most` of them, at even distances."""
    span = high - low
    if span <= 0 or most < 1:
        return [low]
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10, 20) if span / (size * power) <= most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


class LossChart(Styled, Widget):
    """Training and validation loss over iterations."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._curves = Curves()

    @property
    def curves(self) -> Curves:
        """What is shown."""
        return self._curves

    def show(self, curves: Curves) -> None:
        """Show other curves."""
        self._curves = curves
        self.refresh()

    def render(self) -> Content:
        """Draw the curves at the present size."""
        return draw(self._curves, self.content_size.width, self.content_size.height)


def draw(curves: Curves, width: int, height: int) -> Content:
    """Return the chart of `curves` in `width` by `height` cells."""
    points = [*curves.train, *curves.valid]
    if not points or width < _LEAST[0] or height < _LEAST[1]:
        text = "Nothing to draw yet." if not points else "Too small to draw in."
        return Content.styled(text, AXIS_STYLE)
    frame = _frame(points, curves.iters, width, height)
    if frame is None:
        return Content.styled("The loss is not a number.", "$text-error")
    plot = frame.plot
    plot.line(curves.train, RAW_STYLE if curves.smooth else TRAIN_STYLE)
    plot.line(curves.smooth, TRAIN_STYLE)
    plot.line(curves.valid, VALID_STYLE)
    for x, y in curves.valid:
        plot.put(x, y, "•", VALID_STYLE)
    if curves.best is not None:
        plot.put(*curves.best, "◆", BEST_STYLE)
    return frame.content(_legend(curves, width))


def draw_beside(runs: Sequence[tuple[str, Sequence[Point]]], width: int, height: int) -> Content:
    """Return the losses of several runs in one chart, each with a sign and a colour of its own.

    Args:
        runs: Names, safe to show, and losses.
        width: In cells.
        height: In cells.
    """
    points = [point for _, losses in runs for point in losses]
    if not points or width < _LEAST[0] or height < _LEAST[1]:
        text = "There are no losses to compare." if not points else "Too small to draw in."
        return Content.styled(text, AXIS_STYLE)
    frame = _frame(points, 0, width, height)
    if frame is None:
        return Content.styled("The loss is not a number.", "$text-error")
    signs = [_BESIDE[number % len(_BESIDE)] for number in range(len(runs))]
    for (_, losses), (_, style) in zip(runs, signs, strict=True):
        frame.plot.line(losses, style)
    for (_, losses), (sign, style) in zip(runs, signs, strict=True):
        for x, y in losses:
            frame.plot.put(x, y, sign, style)
    legend = Content("   ").join(
        Content.assemble((sign, style), (f" {name}", AXIS_STYLE))
        for (name, _), (sign, style) in zip(runs, signs, strict=True)
    )
    return frame.content(legend.truncate(width, ellipsis=True))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Axes around a plot: the labels of its rows, how wide they are, and its last iteration."""

    plot: _Canvas
    labels: dict[int, str]
    label: int
    right: int

    def content(self, legend: Content) -> Content:
        """Return legend, plot and axes."""
        lines = [legend]
        for number in range(self.plot.height):
            text = self.labels.get(number, "")
            axis = "┤" if text else "│"
            lines.append(
                Content.assemble(
                    (f"{text:>{self.label}} {axis}", AXIS_STYLE), self.plot.content(number)
                )
            )
        lines.extend(_bottom(self.plot, self.label, self.right))
        return Content("\n").join(lines)


def _frame(points: Sequence[Point], iters: int, width: int, height: int) -> _Frame | None:
    """Return axes that hold `points`; None where no loss is a number that they could hold."""
    losses = [loss for _, loss in points if drawable(loss)]
    if not losses:
        return None
    low, high = min(losses), max(losses)
    margin = (high - low) * 0.06 or max(abs(high) * 0.05, 0.1)
    low, high = low - margin, high + margin
    right = max(iters, *(int(x) for x, _ in points), 1)
    marks = ticks(low, high, max(height // 4, 2))
    digits = _digits(marks)
    texts = [f"{value:.{digits}f}" if abs(value) < _LONG else f"{value:.1e}" for value in marks]
    label = max(map(len, texts))
    plot = _Canvas(width - label - 2, height - 3, right, low, high)
    for mark in marks:
        plot.rule(mark)
    labels = {plot.row(value): text for value, text in zip(marks, texts, strict=True)}
    return _Frame(plot, labels, label, right)


def _digits(values: Sequence[float]) -> int:
    """Return how many decimals tell the values apart, and a single one what it is."""
    if len(values) == 1:
        return next((n for n in range(6) if abs(round(values[0], n) - values[0]) < _EXACT), 6)
    return min(max(0, math.ceil(-math.log10(values[1] - values[0]) - 1e-9)), 6)


def _legend(curves: Curves, width: int) -> Content:
    """Return what the lines are, at the right edge, with as many words as there is room for."""
    best = curves.best
    for valid, words in (
        (" validation", f" best {best[1]:.3f} at {best[0]:.0f}" if best else ""),
        (" validation", f" {best[1]:.3f}" if best else ""),
        (" valid", ""),
    ):
        parts: list[Content] = []
        if curves.train:
            parts.append(Content.assemble(("━━", TRAIN_STYLE), (" train", AXIS_STYLE)))
        if curves.valid:
            parts.append(Content.assemble(("━•━", VALID_STYLE), (valid, AXIS_STYLE)))
        if words:
            parts.append(Content.assemble(("◆", BEST_STYLE), (words, AXIS_STYLE)))
        legend = Content("   ").join(parts)
        if legend.cell_length <= width:
            break
    return legend.truncate(width).pad_left(max(width - legend.cell_length, 0))


def _bottom(plot: _Canvas, label: int, right: int) -> list[Content]:
    axis = ["─"] * plot.width
    names = [" "] * (plot.width + label)
    end = 0
    for value in ticks(0, right, max(plot.width // 12, 1)):
        column = plot.column(value)
        axis[column] = "┬"
        text = f"{value:,.0f}"
        # A label stands under its tick; the last one may have to move to the left.
        start = min(max(label + column - len(text) // 2, 0), len(names) - len(text))
        if start >= end and float(value).is_integer():
            names[start : start + len(text)] = text
            end = start + len(text) + 1
    return [
        Content.styled(" " * label + " └" + "".join(axis), AXIS_STYLE),
        Content.styled("  " + "".join(names), AXIS_STYLE),
    ]


class _Canvas:
    """Cells with braille dots and single characters, each in one style."""

    def __init__(self, width: int, height: int, right: float, low: float, high: float) -> None:
        self.width = max(width, 2)
        self.height = max(height, 1)
        self._right = right
        self._low = low
        self._high = high
        self._cells: list[list[int | str]] = [[0] * self.width for _ in range(self.height)]
        self._styles: list[list[str]] = [[""] * self.width for _ in range(self.height)]

    def column(self, x: float) -> int:
        """Return the cell's column of an iteration."""
        return self._dot(x, self._low)[0] // 2

    def row(self, y: float) -> int:
        """Return the cell's row of a loss, from the top."""
        return self._dot(0, y)[1] // 4

    def rule(self, y: float) -> None:
        """Draw a faint line across at a loss."""
        row = self.row(y)
        self._cells[row] = ["┈"] * self.width
        self._styles[row] = ["$rule"] * self.width

    def put(self, x: float, y: float, character: str, style: str) -> None:
        """Put one character where a point is."""
        if drawable(y):
            column, row = self._dot(x, y)
            self._cells[row // 4][column // 2] = character
            self._styles[row // 4][column // 2] = style

    def line(self, points: Sequence[Point], style: str) -> None:
        """Draw straight lines from point to point."""
        dots = [self._dot(x, y) for x, y in points if drawable(y)]
        for (x0, y0), (x1, y1) in zip(dots, dots[1:] or dots, strict=False):
            steps = max(abs(x1 - x0), abs(y1 - y0), 1)
            for step in range(steps + 1):
                x = round(x0 + (x1 - x0) * step / steps)
                self._set(x, round(y0 + (y1 - y0) * step / steps), style)

    def content(self, number: int) -> Content:
        """Return one row of cells."""
        runs: list[tuple[str, str]] = []
        for cell, style in zip(self._cells[number], self._styles[number], strict=True):
            text = cell if isinstance(cell, str) else chr(_BRAILLE + cell) if cell else " "
            if runs and runs[-1][1] == style:
                runs[-1] = (runs[-1][0] + text, style)
            else:
                runs.append((text, style))
        return Content.assemble(*runs)

    def _dot(self, x: float, y: float) -> tuple[int, int]:
        across = x / self._right if self._right else 0.0
        up = (y - self._low) / (self._high - self._low)
        return (
            round(min(max(across, 0.0), 1.0) * (self.width * 2 - 1)),
            round((1 - min(max(up, 0.0), 1.0)) * (self.height * 4 - 1)),
        )

    def _set(self, x: int, y: int, style: str) -> None:
        row, column = y // 4, x // 2
        cell = self._cells[row][column]
        bits = cell if isinstance(cell, int) and self._styles[row][column] == style else 0
        self._cells[row][column] = bits | _DOTS[x % 2][y % 4]
        self._styles[row][column] = style
