"""Solutions about strings, numbers and parsing; the suite's asserts are checked against them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import gcd, isqrt


def is_isogram(word: str) -> bool:
    letters = [c for c in word.casefold() if c not in "- "]
    return len(letters) == len(set(letters))


def column_label(number: int) -> str:
    if number < 1:
        raise ValueError(f"columns are counted from 1: {number}")
    label = ""
    while number:
        number, digit = divmod(number - 1, 26)
        label = chr(ord("A") + digit) + label
    return label


def pig_latin(word: str) -> str:
    if word[:1] in tuple("aeiou"):
        return word + "way"
    first = next((i for i, letter in enumerate(word) if letter in "aeiou"), len(word))
    return word[first:] + word[:first] + "ay"


def common_prefix(words: Sequence[str]) -> str:
    if not words:
        return ""
    low, high = min(words), max(words)
    same = 0
    while same < len(low) and low[same] == high[same]:
        same += 1
    return low[:same]


def look_and_say(n: int) -> str:
    term = "1"
    for _ in range(n - 1):
        term = "".join(f"{len(list(run))}{digit}" for digit, run in groupby(term))
    return term


def isbn10_valid(text: str) -> bool:
    digits = text.replace("-", "")
    if not re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return (
        sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11
        == 0
    )


def count_overlapping(text: str, pattern: str) -> int:
    if not pattern:
        raise ValueError("an empty pattern is everywhere")
    return sum(text.startswith(pattern, start) for start in range(len(text)))


def mask_email(address: str) -> str:
    name, at, host = address.rpartition("@")
    hidden = name[0] + "*" * (len(name) - 2) + name[-1] if len(name) > 2 else "*" * len(name)
    return hidden + at + host


def rail_fence(text: str, rails: int) -> str:
    if rails == 1:
        return text
    period = 2 * (rails - 1)

    def rail(index: int) -> int:
        place = index % period
        return min(place, period - place)

    return "".join(text[i] for i in sorted(range(len(text)), key=rail))


def csv_field(value: str) -> str:
    if any(c in value for c in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def prime_factors(n: int) -> list[int]:
    if n < 2:
        raise ValueError(f"not a number to decompose: {n}")
    for divisor in range(2, isqrt(n) + 1):
        if n % divisor == 0:
            return [divisor, *prime_factors(n // divisor)] if n > divisor else [n]
    return [n]


def is_happy(n: int) -> bool:
    seen: set[int] = set()
    while n != 1 and n not in seen:
        seen.add(n)
        n = sum(int(digit) ** 2 for digit in str(n))
    return n == 1


def gray_code(bits: int) -> list[str]:
    codes = [""]
    for _ in range(bits):
        codes = [f"0{code}" for code in codes] + [f"1{code}" for code in reversed(codes)]
    return codes


def reduce_fraction(numerator: int, denominator: int) -> tuple[int, int]:
    if denominator == 0:
        raise ZeroDivisionError("the denominator is zero")
    divisor = gcd(numerator, denominator) * (1 if denominator > 0 else -1)
    return numerator // divisor, denominator // divisor


def triangle_kind(a: float, b: float, c: float) -> str:
    short, middle, long = sorted((a, b, c))
    if short <= 0 or short + middle <= long:
        raise ValueError(f"no triangle has the sides {a}, {b} and {c}")
    return {1: "equilateral", 2: "isosceles", 3: "scalene"}[len({a, b, c})]


def to_base(number: int, base: int) -> str:
    if not 2 <= base <= 36:
        raise ValueError(f"no digits for base {base}")
    rest, digits = abs(number), ""
    while rest or not digits:
        rest, digit = divmod(rest, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return "-" * (number < 0) + digits


def sum_of_multiples(limit: int, factors: Iterable[int]) -> int:
    return sum({n for factor in factors if factor for n in range(0, limit, factor)})


def longest_palindrome(text: str) -> str:
    best = text[:1]
    for size in range(2, len(text) + 1):
        for start in range(len(text) - size + 1):
            part = text[start : start + size]
            if len(best) < size and part == part[::-1]:
                best = part
    return best


def cron_values(field: str, low: int, high: int) -> list[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part, re.ASCII)
        if match is None:
            raise ValueError(f"not a field of a crontab: {field!r}")
        first = int(match[1]) if match[1] else low
        last = int(match[2]) if match[2] else first if match[1] and not match[3] else high
        step = int(match[3] or 1)
        if not low <= first <= last <= high or step < 1:
            raise ValueError(f"out of bounds: {part!r}")
        found.update(range(first, last + 1, step))
    return sorted(found)


def read_ini(text: str) -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for line in map(str.strip, text.splitlines()):
        if not line or line[0] in ";#":
            continue
        if line[0] == "[" and line[-1] == "]":
            current = sections.setdefault(line[1:-1].strip(), {})
            continue
        key, equals, value = line.partition("=")
        if current is None or not equals:
            raise ValueError(f"no entry of a section: {line!r}")
        current[key.strip()] = value.strip()
    return sections


def square_index(name: str) -> tuple[int, int]:
    if not re.fullmatch(r"[a-hA-H][1-8]", name):
        raise ValueError(f"not a square: {name!r}")
    return "abcdefgh".index(name[0].lower()), int(name[1]) - 1


def codons(rna: str) -> list[str]:
    if set(rna) - set("ACGU"):
        raise ValueError(f"not RNA: {rna!r}")
    found: list[str] = []
    for start in range(0, len(rna), 3):
        codon = rna[start : start + 3]
        if codon in {"UAA", "UAG", "UGA"}:
            return found
        found.append(codon)
    if found and len(found[-1]) < 3:
        raise ValueError(f"letters are left over: {found[-1]}")
    return found


def int_or(text: object, default: object) -> object:
    try:
        return int(text)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return default
