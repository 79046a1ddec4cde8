"""Solutions about dates, files, iterators, calls and async; the asserts are run against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any


def quarter_bounds(day: date) -> tuple[date, date]:
    month = day.month - (day.month - 1) % 3
    after = date(day.year + 1, 1, 1) if month == 10 else date(day.year, month + 3, 1)
    return date(day.year, month, 1), after - timedelta(days=1)


def easter(year: int) -> date:
    """Follow the anonymous Gregorian algorithm."""
    golden = year % 19
    century, years = divmod(year, 100)
    leaps, skipped = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    quads, left = divmod(years, 4)
    sunday = (32 + 2 * skipped + 2 * quads - epact - left) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def clock_angle(hour: int, minute: int) -> float:
    apart = abs((hour % 12 * 30 + minute / 2) - minute * 6)
    return min(apart, 360 - apart)


def take_until(items: Iterable[Any], stop: Callable[[Any], bool]) -> Iterator[Any]:
    for item in items:
        yield item
        if stop(item):
            return


def record_highs(values: Iterable[float]) -> Iterator[float]:
    highest: float | None = None
    for value in values:
        if highest is None or value > highest:
            highest = value
            yield value


def recorded(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        wrapper.seen.append(args)  # type: ignore[attr-defined]
        return function(*args, **kwargs)

    wrapper.seen = []  # type: ignore[attr-defined]
    return wrapper


async def sequentially(functions: Iterable[Callable[[], Awaitable[Any]]]) -> list[Any]:
    return [await function() for function in functions]


def suffix_counts(folder: Path) -> dict[str, int]:
    return Counter(path.suffix.lower() for path in folder.rglob("*") if path.is_file())
