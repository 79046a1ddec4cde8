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
    for k in (1, 2, 3, 5, 10, 20):
        found.append(
            Filter(
                "above",
                f"{{}} above {k}",
                f"is above {k}",
                f"are above {k}",
                f"{{}} > {k}",
                lambda n, k=k: n > k,
                k + 1,
            )
        )
        found.append(
            Filter(
                "below",
                f"{{}} below {k}",
                f"is below {k}",
                f"are below {k}",
                f"{{}} < {k}",
                lambda n, k=k: n < k,
                k - 1,
            )
        )
    for k in (3, 4, 5, 7, 10):
        by = f"divisible by {k}"
        found.append(
            Filter(
                "divisible",
                f"{{}} {by}",
                f"is {by}",
                f"are {by}",
                f"{{}} % {k} == 0",
                lambda n, k=k: n % k == 0,
                k,
            )
        )
    return tuple(found)


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
    for k in (1, 2, 3, 4, 5):
        found.append(
            Filter(
                "longer",
                f"{{}} longer than {k}",
                f"is longer than {k}",
                f"are longer than {k}",
                f"len({{}}) > {k}",
                lambda w, k=k: len(w) > k,
                "abcdefghi"[: k + 1],
            )
        )
        found.append(
            Filter(
                "shorter",
                f"{{}} shorter than {k}",
                f"is shorter than {k}",
                f"are shorter than {k}",
                f"len({{}}) < {k}",
                lambda w, k=k: len(w) < k,
                "ab"[: k - 1],
            )
        )
    for x in "abelmst":
        start, end = f'start with "{x}"', f'end with "{x}"'
        found.append(
            Filter(
                "starting",
                f"{{}} that {start}",
                f'starts with "{x}"',
                start,
                f'{{}}.startswith("{x}")',
                lambda w, x=x: w.startswith(x),
                x,
            )
        )
        found.append(
            Filter(
                "ending",
                f"{{}} that {end}",
                f'ends with "{x}"',
                end,
                f'{{}}.endswith("{x}")',
                lambda w, x=x: w.endswith(x),
                x,
            )
        )
        found.append(
            Filter(
                "containing",
                f'{{}} that contain "{x}"',
                f'contains "{x}"',
                f'contain "{x}"',
                f'"{x}" in {{}}',
                lambda w, x=x: x in w,
                x,
            )
        )
    return tuple(found)


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
    for x in "abelmst":
        found.append(
            Filter(
                "equal",
                f'{{}} equal to "{x}"',
                f'is "{x}"',
                f'are "{x}"',
                f'{{}} == "{x}"',
                lambda c, x=x: c == x,
                x,
            )
        )
        found.append(
            Filter(
                "other",
                f'{{}} other than "{x}"',
                f'is not "{x}"',
                f'are not "{x}"',
                f'{{}} != "{x}"',
                lambda c, x=x: c != x,
                "o",
            )
        )
    return tuple(found)


FILTERS = {"number": _number_filters(), "word": _word_filters(), "letter": _letter_filters()}
