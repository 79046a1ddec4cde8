"""Solutions about lists, dicts, grids and graphs; the suite's asserts are checked against them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any


def split_evenly(items: Sequence[Any], k: int) -> list[Sequence[Any]]:
    if k < 1:
        raise ValueError(f"cannot cut into {k} pieces")
    size, longer = divmod(len(items), k)
    ends = [size * i + min(i, longer) for i in range(k + 1)]
    return [items[start:end] for start, end in pairwise(ends)]


def collapse(items: Sequence[Any]) -> list[Any]:
    return [item for i, item in enumerate(items) if i == 0 or item != items[i - 1]]


def products_of_others(numbers: Sequence[int]) -> list[int]:
    result = [1] * len(numbers)
    before = after = 1
    for i in range(len(numbers)):
        result[i] *= before
        before *= numbers[i]
        result[-1 - i] *= after
        after *= numbers[-1 - i]
    return result


def next_arrangement(items: Sequence[Any]) -> list[Any] | None:
    result = list(items)
    pivot = len(result) - 2
    while pivot >= 0 and result[pivot] >= result[pivot + 1]:
        pivot -= 1
    if pivot < 0:
        return None
    other = max(i for i in range(pivot + 1, len(result)) if result[i] > result[pivot])
    result[pivot], result[other] = result[other], result[pivot]
    return result[: pivot + 1] + result[:pivot:-1]


def trapped_rain(heights: Sequence[int]) -> int:
    water = level = 0
    left, right = 0, len(heights) - 1
    while left < right:
        if heights[left] < heights[right]:
            low, left = heights[left], left + 1
        else:
            low, right = heights[right], right - 1
        level = max(level, low)
        water += level - low
    return water


def best_trade(prices: Iterable[float]) -> float:
    best, cheapest = 0.0, float("inf")
    for price in prices:
        cheapest = min(cheapest, price)
        best = max(best, price - cheapest)
    return best


def window_maxima(values: Sequence[int], k: int) -> list[int]:
    if k < 1:
        raise ValueError(f"no window has {k} values")
    maxima: list[int] = []
    candidates: deque[int] = deque()
    for i, value in enumerate(values):
        while candidates and values[candidates[-1]] <= value:
            candidates.pop()
        candidates.append(i)
        if candidates[0] <= i - k:
            candidates.popleft()
        if i >= k - 1:
            maxima.append(values[candidates[0]])
    return maxima


def competition_ranks(scores: Sequence[float]) -> list[int]:
    ordered = sorted(scores, reverse=True)
    return [ordered.index(score) + 1 for score in scores]


def quarter_turn(grid: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*reversed(grid), strict=True)]


def settings_diff(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[set[str], set[str], set[str]]:
    changed = {key for key in old.keys() & new.keys() if old[key] != new[key]}
    return new.keys() - old.keys(), old.keys() - new.keys(), changed


def pluck(data: Any, path: str, default: Any = None) -> Any:
    for step in path.split("."):
        if not isinstance(data, dict) or step not in data:
            return default
        data = data[step]
    return data


def latest_values(events: Iterable[tuple[str, int, Any]]) -> dict[str, Any]:
    return {device: value for device, _, value in sorted(events, key=lambda event: event[1])}


def leaders(ballots: Iterable[str]) -> list[str]:
    votes = Counter(ballots)
    most = max(votes.values(), default=0)
    return sorted(name for name, count in votes.items() if count == most)


def by_frequency(items: Sequence[Hashable]) -> list[Hashable]:
    return [item for item, count in Counter(items).most_common() for _ in range(count)]


def search_rotated(values: Sequence[int], target: int) -> int:
    low, high = 0, len(values) - 1
    while low <= high:
        middle = (low + high) // 2
        if values[middle] == target:
            return middle
        if values[low] <= values[middle]:
            inside = values[low] <= target < values[middle]
        else:
            inside = not values[middle] < target <= values[high]
        low, high = (low, middle - 1) if inside else (middle + 1, high)
    return -1


def count_sorted(values: Sequence[int], x: int) -> int:
    return bisect_right(values, x) - bisect_left(values, x)


def partition_count(n: int) -> int:
    ways = [1] + [0] * n
    for part in range(1, n + 1):
        for total in range(part, n + 1):
            ways[total] += ways[total - part]
    return ways[n]


def can_segment(text: str, words: Iterable[str]) -> bool:
    known = set(words) - {""}
    reachable = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        reachable[end] = any(
            len(word) <= end and reachable[end - len(word)] and text.endswith(word, 0, end)
            for word in known
        )
    return reachable[-1]


def bracketings(n: int) -> list[str]:
    if n == 0:
        return [""]
    return sorted(
        f"({inner}){rest}"
        for size in range(n)
        for inner in bracketings(size)
        for rest in bracketings(n - 1 - size)
    )


def hops(network: Mapping[str, set[str]], a: str, b: str) -> int | None:
    distance = {a: 0}
    queue = deque([a])
    while queue:
        person = queue.popleft()
        if person == b:
            return distance[person]
        for friend in network.get(person, set()) - distance.keys():
            distance[friend] = distance[person] + 1
            queue.append(friend)
    return None


def has_cycle(graph: Mapping[str, Sequence[str]]) -> bool:
    left = {node: set(after) for node, after in graph.items()}
    while left:
        final = [node for node, after in left.items() if not after & left.keys()]
        if not final:
            return True
        for node in final:
            del left[node]
    return False


def saddle_points(matrix: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    columns = list(zip(*matrix, strict=True))
    return [
        (i, j)
        for i, row in enumerate(matrix)
        for j, value in enumerate(row)
        if value == max(row) == min(columns[j])
    ]
