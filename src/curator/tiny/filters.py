"""Which items of a tiny task count, by the family of the items."""

from __future__ import annotations

from curator.tiny.ingredients import Filter

ALL = Filter("all")


def _number_filters() -> tuple[Filter, ...]:
    found = [
        Filter("even", "even {}", "is even", "are even", "{} % 2 == 0", lambda n: n % 2 == 0, 2),
        Filter("odd", "odd {}", "is odd", "are odd", "{} % 2 == 1", lambda n: n % 2 == 1, 1),
        Filter(
            "positive", "positive {}", "is positive", "are positive", "{} > 0", lambda n: n > 0, 1
        ),
        Filter(
            "negative", "negative {}", "is negative", "are negative", "{} < 0", lambda n: n < 0, -1
        ),
        Filter(
            "nonzero",
            "{} that are not zero",
            "is not zero",
            "are not zero",
            "{} != 0",
            lambda n: n != 0,
            1,
        ),
    ]
    found += [one for k in (1, 2, 3, 5, 10, 20) for one in _beyond(k)]
    found += [one for k in (3, 4, 5, 7, 10) for one in _divisible(k)]
    return tuple(found)


def _beyond(k: int) -> tuple[Filter, ...]:
    return (
        Filter(
            "above",
            f"{{}} above {k}",
            f"is above {k}",
            f"are above {k}",
            f"{{}} > {k}",
            lambda n: n > k,
            k + 1,
        ),
        Filter(
            "below",
            f"{{}} below {k}",
            f"is below {k}",
            f"are below {k}",
            f"{{}} < {k}",
            lambda n: n < k,
            k - 1,
        ),
    )


def _divisible(k: int) -> tuple[Filter, ...]:
    by = f"divisible by {k}"
    return (
        Filter(
            "divisible",
            f"{{}} {by}",
            f"is {by}",
            f"are {by}",
            f"{{}} % {k} == 0",
            lambda n: n % k == 0,
            k,
        ),
    )


def _word_filters() -> tuple[Filter, ...]:
    found = [
        Filter(
            "palindromes",
            "palindromes among the {}",
            "is a palindrome",
            "are palindromes",
            "{0} == {0}[::-1]",
            lambda w: w == w[::-1],
            "level",
        ),
        Filter(
            "capitals",
            "{} in capitals",
            "is in capitals",
            "are in capitals",
            "{}.isupper()",
            str.isupper,
            "A",
        ),
        Filter(
            "small",
            "{} in small letters",
            "is in small letters",
            "are in small letters",
            "{}.islower()",
            str.islower,
            "a",
        ),
        Filter(
            "numeric",
            "{} made of digits",
            "is made of digits",
            "are made of digits",
            "{}.isdigit()",
            str.isdigit,
            "1",
        ),
        Filter(
            "filled",
            "{} that are not empty",
            "is not empty",
            "are not empty",
            '{} != ""',
            lambda w: w != "",
            "a",
        ),
    ]
    found += [one for k in (1, 2, 3, 4, 5) for one in _long(k)]
    found += [one for x in "abelmst" for one in _spelled(x)]
    return tuple(found)


def _long(k: int) -> tuple[Filter, ...]:
    return (
        Filter(
            "longer",
            f"{{}} longer than {k}",
            f"is longer than {k}",
            f"are longer than {k}",
            f"len({{}}) > {k}",
            lambda w: len(w) > k,
            "abcdefghi"[: k + 1],
        ),
        Filter(
            "shorter",
            f"{{}} shorter than {k}",
            f"is shorter than {k}",
            f"are shorter than {k}",
            f"len({{}}) < {k}",
            lambda w: len(w) < k,
            "ab"[: k - 1],
        ),
    )


def _spelled(x: str) -> tuple[Filter, ...]:
    start, end = f'start with "{x}"', f'end with "{x}"'
    return (
        Filter(
            "starting",
            f"{{}} that {start}",
            f'starts with "{x}"',
            start,
            f'{{}}.startswith("{x}")',
            lambda w: w.startswith(x),
            x,
        ),
        Filter(
            "ending",
            f"{{}} that {end}",
            f'ends with "{x}"',
            end,
            f'{{}}.endswith("{x}")',
            lambda w: w.endswith(x),
            x,
        ),
        Filter(
            "containing",
            f'{{}} that contain "{x}"',
            f'contains "{x}"',
            f'contain "{x}"',
            f'"{x}" in {{}}',
            lambda w: x in w,
            x,
        ),
    )


def _letter_filters() -> tuple[Filter, ...]:
    found = [
        Filter(
            "vowels",
            "vowels among the {}",
            "is a vowel",
            "are vowels",
            '{} in "aeiou"',
            lambda c: c in "aeiou",
            "a",
        ),
        Filter(
            "digits",
            "digits among the {}",
            "is a digit",
            "are digits",
            "{}.isdigit()",
            str.isdigit,
            "1",
        ),
        Filter(
            "letters",
            "letters among the {}",
            "is a letter",
            "are letters",
            "{}.isalpha()",
            str.isalpha,
            "a",
        ),
        Filter(
            "spaces",
            "blanks among the {}",
            "is a blank",
            "are blanks",
            "{}.isspace()",
            str.isspace,
            " ",
        ),
        Filter(
            "solid",
            "{} that are not blank",
            "is not blank",
            "are not blank",
            "not {}.isspace()",
            lambda c: not c.isspace(),
            "a",
        ),
        Filter(
            "upper",
            "{} in capitals",
            "is a capital",
            "are capitals",
            "{}.isupper()",
            str.isupper,
            "A",
        ),
        Filter(
            "lower",
            "{} in small letters",
            "is a small letter",
            "are small letters",
            "{}.islower()",
            str.islower,
            "a",
        ),
    ]
    found += [one for x in "abelmst" for one in _same(x)]
    return tuple(found)


def _same(x: str) -> tuple[Filter, ...]:
    return (
        Filter(
            "equal",
            f'{{}} equal to "{x}"',
            f'is "{x}"',
            f'are "{x}"',
            f'{{}} == "{x}"',
            lambda c: c == x,
            x,
        ),
        Filter(
            "other",
            f'{{}} other than "{x}"',
            f'is not "{x}"',
            f'are not "{x}"',
            f'{{}} != "{x}"',
            lambda c: c != x,
            "o",
        ),
    )


FILTERS = {"number": _number_filters(), "word": _word_filters(), "letter": _letter_filters()}
