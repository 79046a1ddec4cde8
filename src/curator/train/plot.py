"""Loss curves as a picture: SVG written here, or PNG made from it.

SVG needs no library, stays sharp and is small; PNG is for places that take nothing else and needs
the package ``resvg-py`` (and fonts on the system, for its words).
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from curator.errors import ConfigError
from curator.store.atomic import write_atomic
from curator.terminal import one_line
from curator.train.curves import LossCurves, Point

_WIDTH, _HEIGHT = 800, 450
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 40, 48
_TICKS = 6
# Okabe and Ito's colours, which people with any colour vision can tell apart.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")


def plot_svg(runs: Sequence[tuple[str, LossCurves]]) -> str:
    """Return the loss curves of `runs` as one SVG picture.

    Training losses are thin lines, validation losses thick ones with dots, and a ring marks the
    lowest.

    Args:
        runs: Names and curves; a colour each, and again from the first after six.

    Raises:
        ConfigError: None of them has a loss to show.
    """
    points = [point for _, curves in runs for point in (*curves.train, *curves.valid)]
    if not points:
        raise ConfigError("There are no losses to plot yet.")
    right = max(1, *(iteration for iteration, _ in points))
    losses = [loss for _, loss in points]
    step = _nice((max(losses) - min(losses)) / _TICKS or max(losses) / _TICKS or 1.0)
    low = math.floor(min(losses) / step) * step
    high = max(math.ceil(max(losses) / step) * step, low + step)

    def x(iteration: float) -> float:
        return _LEFT + iteration / right * (_WIDTH - _LEFT - _RIGHT)

    def y(loss: float) -> float:
        return _TOP + (high - loss) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    font = 'font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for loss in _ticks(low, high, step):
        parts.append(_line(x(0), y(loss), x(right), y(loss)))
        parts.append(_text(_LEFT - 8, y(loss) + 4, f"{loss:g}", "end"))
    across = max(1.0, _nice(right / _TICKS))
    for iteration in _ticks(0, right, across):
        parts.append(_line(x(iteration), y(low), x(iteration), y(low) + 5))
        parts.append(_text(x(iteration), y(low) + 20, f"{iteration:,.0f}", "middle"))
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, "iteration", "middle"))
    parts.append(_text(8, 16, "loss", "start"))
    for number, (name, curves) in enumerate(runs):
        colour = _COLOURS[number % len(_COLOURS)]
        train = [(x(a), y(b)) for a, b in curves.train]
        valid = [(x(a), y(b)) for a, b in curves.valid]
        parts += _curve(train, colour, 1.2, 0.55)
        parts += _curve(valid, colour, 2.4, 1.0)
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in valid]
        if curves.best is not None:
            parts.append(
                f'<circle cx="{x(curves.best[0]):.1f}" cy="{y(curves.best[1]):.1f}" r="7" '
                f'fill="none" stroke="{colour}"/>'
            )
        parts.append(_legend(number, name, curves.best, colour))
    return "\n".join([*parts, "</svg>", ""])


def write_plot(runs: Sequence[tuple[str, LossCurves]], path: Path) -> None:
    """Write the loss curves of `runs` to `path`, as SVG or PNG as its name ends.

    Raises:
        ConfigError: Another kind of picture, one that needs a package which is not installed, or
            nothing to show.
        StoreError: It cannot be written.
    """
    check_picture(path)
    write_picture(plot_svg(runs), path)


def check_picture(path: Path) -> None:
    """Check that a picture of the kind that `path` names can be made here.

    Raises:
        ConfigError: It is neither SVG nor PNG, or needs a package which is not installed.
    """
    kind = path.suffix.lower()
    if kind not in {".svg", ".png"}:
        raise ConfigError("A picture is .svg or .png.", path=path, hint="Name it plot.svg.")
    if kind == ".png" and importlib.util.find_spec("resvg_py") is None:
        raise ConfigError(
            "PNG needs the package resvg-py, which is not installed.",
            path=path,
            hint="pip install resvg-py, or name the picture .svg.",
        )


def write_picture(svg: str, path: Path) -> None:
    """Write an SVG picture to `path`, as SVG or PNG as its name ends; see `check_picture`.

    Raises:
        StoreError: It cannot be written.
    """
    data = svg.encode()
    if path.suffix.lower() == ".png":
        resvg: Any = importlib.import_module("resvg_py")
        data = bytes(resvg.svg_to_bytes(svg_string=svg, zoom=2))
    write_atomic(path, [data])


def _nice(width: float) -> float:
    """Return the least of 1, 2, 5 times a power of ten that is at least `width`."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width * (1 - 1e-9))


def _ticks(low: float, high: float, step: float) -> Iterator[float]:
    for number in range(round((high - low) / step) + 1):
        value = round(low + number * step, 10)
        if value <= high + step * 1e-6:
            yield value


def _curve(
    points: Sequence[tuple[float, float]], colour: str, width: float, ink: float
) -> list[str]:
    if len(points) < 2:
        return []
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    look = f'stroke="{colour}" stroke-width="{width}" stroke-opacity="{ink}"'
    return [f'<polyline points="{path}" fill="none" {look} stroke-linejoin="round"/>']


def _legend(number: int, name: str, best: Point | None, colour: str) -> str:
    # Names are untrusted: a run's folder may have been named by anybody.
    said = one_line(name, 60)
    if best is not None:
        said += f", lowest {best[1]:.3f} at {best[0]:,}"
    return _text(_WIDTH - _RIGHT, _TOP + 4 + 16 * number, said, "end", colour)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#444444") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{escape(text)}</text>'
