"""What the tiny base's tasks are composed of: where items come from, which count, what of them.

Each ingredient holds its words for the prompt, its code for the answer, and the same meaning as a
function, so that what a test expects is worked out and never guessed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Predicate = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the items come from.

    Attributes:
        key: Its name in compositions.
        parameter: The function's parameter.
        kind: The parameter's type.
        about: What the docstring says of it.
        items: What its items are called, as a plural.
        item: The variable of one item.
        loop: What is iterated over.
        place: Where the items are, for the prompt.
        family: ``number``, ``word`` or ``letter``: which filters and maps fit.
        probes: Simple arguments that tests use; the empty one first.
        samples: Arguments that the usage shows.
        read: From an argument to its items.
        wrap: From one item to an argument with that item.
    """

    key: str
    parameter: str
    kind: str
    about: str
    items: str
    item: str
    loop: str
    place: str
    family: str
    probes: tuple[Any, ...]
    samples: tuple[Any, ...]
    read: Callable[[Any], list[Any]]
    wrap: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items count.

    Attributes:
        key: Its name in compositions; the same whatever number or letter it compares with.
        phrase: The items in words, with ``{}`` for what they are called.
        one: What is said of one item: ``is even``.
        many: What is said of several: ``are even``.
        name: Its part of a function's name.
        code: The condition, with ``{}`` for the item.
        holds: The condition itself.
        example: An item that it lets through.
    """

    key: str
    phrase: str = "{}"
    one: str = ""
    many: str = ""
    name: str = ""
    code: str = ""
    holds: Predicate = bool
    example: Any = None


@dataclass(frozen=True, slots=True)
class Map:
    """What is taken of each item.

    Attributes:
        key: Its name in compositions.
        phrase: In words, with ``{}`` for the items.
        name: Its part of a function's name; empty for the items themselves.
        code: The expression, with ``{}`` for the item.
        family: What comes out: ``number`` or ``word``; empty for what went in.
        apply: The meaning.
    """

    key: str
    phrase: str = "{}"
    name: str = ""
    code: str = "{}"
    family: str = ""
    apply: Callable[[Any], Any] = lambda item: item


@dataclass(frozen=True, slots=True)
class Reducer:
    """What is made of all of them.

    Attributes:
        key: Its name in compositions.
        phrase: As a noun, with ``{}`` for the items.
        order: As a command, with ``{}`` for the items.
        name: Its part of a function's name.
        code: The body's lines; see `Task.body` for what is filled in.
        returns: What the docstring says of the result.
        kind: The result's type, with ``{}`` for the type of an item.
        apply: The meaning.
        family: What it works on: ``number``, ``word``, ``letter``, or empty for everything.
        needs: ``filter`` where it asks about a condition and takes no map, ``work`` where filter
            or map must do something.
        module: What must be imported for it.
    """

    key: str
    phrase: str
    order: str
    name: str
    code: tuple[str, ...]
    returns: str
    kind: str
    apply: Callable[[list[Any]], Any]
    family: str = ""
    needs: str = ""
    module: str = ""


_SCORES = {"ann": 3, "bob": 8, "eve": 12}
SOURCES = (
    Source("list", "numbers", "list[int]", "The numbers to look at.", "numbers", "n", "numbers",
           "in a list", "number", ([], [0], [1], [2], [3], [-1], [10]),
           ([1, 2, 3, 4], [5, 12, 8, -3], [0, 7, 20, 9]), list, lambda n: [n]),
    Source("range", "last", "int", "The last number.", "numbers", "n", "range(1, last + 1)",
           "from 1 to a last number", "number", (0, 1, 2, 3), (5, 10, 12),
           lambda last: list(range(1, last + 1)), lambda n: max(n, 0)),
    Source("digits", "number", "int", "A whole number, 0 or more.", "digits", "d",
           "map(int, str(number))", "of a number", "number", (0, 1, 2, 5, 10), (472, 1305, 98),
           lambda number: [int(digit) for digit in str(number)], abs),
    Source("values", "scores", "dict[str, int]", "Numbers by name.", "values", "v",
           "scores.values()", "of a dictionary", "number", ({}, {"a": 1}, {"a": 2}, {"b": 0}),
           (_SCORES, {"x": 5, "y": -2}), lambda scores: list(scores.values()), lambda n: {"a": n}),
    Source("words", "words", "list[str]", "The words to look at.", "words", "w", "words",
           "in a list", "word", ([], ["a"], ["b"], ["ab"], ["A"], ["level"]),
           (["apple", "fig", "Anna"], ["red", "blue", "level"]), list, lambda w: [w]),
    Source("sentence", "text", "str", "The text to read.", "words", "w", "text.split()",
           "of a sentence", "word", ("", "a", "b", "ab", "a b"),
           ("the early bird", "Anna saw a level"), str.split, str),
    Source("lines", "text", "str", "The text to read.", "lines", "s", "text.splitlines()",
           "of a text", "word", ("", "a", "b", "ab"), ("one\ntwo\nthree", "Anna\nBob"),
           str.splitlines, str),
    Source("keys", "scores", "dict[str, int]", "Numbers by name.", "keys", "k", "scores",
           "of a dictionary", "word", ({}, {"a": 1}, {"b": 2}, {"ab": 0}), (_SCORES,), list, lambda w: {w: 1}),
    Source("text", "text", "str", "The text to read.", "characters", "c", "text", "in a text",
           "letter", ("", "a", "b", "1", "A", " "), ("Hello World", "Room 12b", "banana"), list, str),
)  # fmt: skip

ALL = Filter("all")


def _number_filters() -> tuple[Filter, ...]:
    found = [
        Filter("even", "even {}", "is even", "are even", "even", "{} % 2 == 0",
               lambda n: n % 2 == 0, 2),
        Filter("odd", "odd {}", "is odd", "are odd", "odd", "{} % 2 == 1", lambda n: n % 2 == 1, 1),
        Filter("positive", "positive {}", "is positive", "are positive", "positive", "{} > 0",
               lambda n: n > 0, 1),
        Filter("negative", "negative {}", "is negative", "are negative", "negative", "{} < 0",
               lambda n: n < 0, -1),
        Filter("nonzero", "{} that are not zero", "is not zero", "are not zero", "nonzero",
               "{} != 0", lambda n: n != 0, 1),
    ]  # fmt: skip
    for k in (1, 2, 3, 5, 10, 20):
        found.append(Filter("above", f"{{}} above {k}", f"is above {k}", f"are above {k}",
                            f"above_{k}", f"{{}} > {k}", lambda n, k=k: n > k, k + 1))  # fmt: skip
        found.append(Filter("below", f"{{}} below {k}", f"is below {k}", f"are below {k}",
                            f"below_{k}", f"{{}} < {k}", lambda n, k=k: n < k, k - 1))  # fmt: skip
    for k in (3, 4, 5, 7, 10):
        by = f"divisible by {k}"
        found.append(Filter("divisible", f"{{}} {by}", f"is {by}", f"are {by}", f"divisible_{k}",
                            f"{{}} % {k} == 0", lambda n, k=k: n % k == 0, k))  # fmt: skip
    return tuple(found)


def _word_filters() -> tuple[Filter, ...]:
    found = [
        Filter("palindromes", "palindromes among the {}", "is a palindrome", "are palindromes",
               "palindrome", "{0} == {0}[::-1]", lambda w: w == w[::-1], "level"),
        Filter("capitals", "{} in capitals", "is in capitals", "are in capitals", "capital",
               "{}.isupper()", str.isupper, "A"),
        Filter("small", "{} in small letters", "is in small letters", "are in small letters",
               "small", "{}.islower()", str.islower, "a"),
        Filter("numeric", "{} made of digits", "is made of digits", "are made of digits",
               "numeric", "{}.isdigit()", str.isdigit, "1"),
        Filter("filled", "{} that are not empty", "is not empty", "are not empty", "filled",
               '{} != ""', lambda w: w != "", "a"),
    ]  # fmt: skip
    for k in (1, 2, 3, 4, 5):
        found.append(Filter("longer", f"{{}} longer than {k}", f"is longer than {k}",
                            f"are longer than {k}", f"longer_{k}", f"len({{}}) > {k}",
                            lambda w, k=k: len(w) > k, "abcdefghi"[: k + 1]))  # fmt: skip
        found.append(Filter("shorter", f"{{}} shorter than {k}", f"is shorter than {k}",
                            f"are shorter than {k}", f"shorter_{k}", f"len({{}}) < {k}",
                            lambda w, k=k: len(w) < k, "ab"[: k - 1]))  # fmt: skip
    for x in "abelmst":
        start, end = f'start with "{x}"', f'end with "{x}"'
        found.append(Filter("starting", f"{{}} that {start}", f'starts with "{x}"', start,
                            f"{x}_first", f'{{}}.startswith("{x}")',
                            lambda w, x=x: w.startswith(x), x))  # fmt: skip
        found.append(Filter("ending", f"{{}} that {end}", f'ends with "{x}"', end, f"{x}_last",
                            f'{{}}.endswith("{x}")', lambda w, x=x: w.endswith(x), x))  # fmt: skip
        found.append(Filter("containing", f'{{}} that contain "{x}"', f'contains "{x}"',
                            f'contain "{x}"', f"with_{x}", f'"{x}" in {{}}',
                            lambda w, x=x: x in w, x))  # fmt: skip
    return tuple(found)


def _letter_filters() -> tuple[Filter, ...]:
    found = [
        Filter("vowels", "vowels among the {}", "is a vowel", "are vowels", "vowel",
               '{} in "aeiou"', lambda c: c in "aeiou", "a"),
        Filter("digits", "digits among the {}", "is a digit", "are digits", "digit",
               "{}.isdigit()", str.isdigit, "1"),
        Filter("letters", "letters among the {}", "is a letter", "are letters", "letter",
               "{}.isalpha()", str.isalpha, "a"),
        Filter("spaces", "blanks among the {}", "is a blank", "are blanks", "blank",
               "{}.isspace()", str.isspace, " "),
        Filter("solid", "{} that are not blank", "is not blank", "are not blank", "solid",
               "not {}.isspace()", lambda c: not c.isspace(), "a"),
        Filter("upper", "{} in capitals", "is a capital", "are capitals", "capital",
               "{}.isupper()", str.isupper, "A"),
        Filter("lower", "{} in small letters", "is a small letter", "are small letters", "small",
               "{}.islower()", str.islower, "a"),
    ]  # fmt: skip
    for x in "abelmst":
        found.append(Filter("equal", f'{{}} equal to "{x}"', f'is "{x}"', f'are "{x}"',
                            f"{x}", f'{{}} == "{x}"', lambda c, x=x: c == x, x))  # fmt: skip
        found.append(Filter("other", f'{{}} other than "{x}"', f'is not "{x}"', f'are not "{x}"',
                            f"not_{x}", f'{{}} != "{x}"', lambda c, x=x: c != x, "o"))  # fmt: skip
    return tuple(found)


FILTERS = {"number": _number_filters(), "word": _word_filters(), "letter": _letter_filters()}
PLAIN = Map("plain")


def _number_maps() -> tuple[Map, ...]:
    found = [
        Map("squares", "squares of the {}", "squares", "{0} * {0}", "", lambda n: n * n),
        Map("cubes", "cubes of the {}", "cubes", "{} ** 3", "", lambda n: n**3),
        Map("halves", "halves of the {}", "halves", "{} // 2", "", lambda n: n // 2),
        Map("opposites", "opposites of the {}", "opposites", "-{}", "", lambda n: -n),
        Map("sizes", "absolute values of the {}", "sizes", "abs({})", "", abs),
        Map("lasts", "last digits of the {}", "last_digits", "abs({}) % 10", "",
            lambda n: abs(n) % 10),
        Map("texts", "{} as strings", "texts", "str({})", "word", str),
    ]  # fmt: skip
    for k, word in ((2, "doubles"), (3, "triples")):
        found.append(Map(word, f"{word} of the {{}}", word, f"{{}} * {k}", "",
                         lambda n, k=k: n * k))  # fmt: skip
    for k in (1, 2, 3, 5, 10):
        found.append(Map("plus", f"{{}} plus {k}", f"plus_{k}", f"{{}} + {k}", "",
                         lambda n, k=k: n + k))  # fmt: skip
        found.append(Map("minus", f"{{}} minus {k}", f"minus_{k}", f"{{}} - {k}", "",
                         lambda n, k=k: n - k))  # fmt: skip
    return tuple(found)


_WORD_MAPS = (
    Map("upper", "{} in upper case", "upper", "{}.upper()", "", str.upper),
    Map("lower", "{} in lower case", "lower", "{}.lower()", "", str.lower),
    Map("title", "{} with a capital", "titles", "{}.capitalize()", "", str.capitalize),
    Map("backwards", "{} spelled backwards", "backwards", "{}[::-1]", "", lambda w: w[::-1]),
    Map("twice", "{} written twice", "twice", "{} * 2", "", lambda w: w * 2),
    Map("firsts", "first letters of the {}", "first_letters", "{}[:1]", "", lambda w: w[:1]),
    Map("lasts", "last letters of the {}", "last_letters", "{}[-1:]", "", lambda w: w[-1:]),
    Map("lengths", "lengths of the {}", "lengths", "len({})", "number", len),
    Map("marked", "{} with an exclamation mark", "marked", '{} + "!"', "", lambda w: w + "!"),
)
_LETTER_MAPS = (
    Map("upper", "{} in upper case", "upper", "{}.upper()", "", str.upper),
    Map("lower", "{} in lower case", "lower", "{}.lower()", "", str.lower),
    Map("twice", "{} written twice", "twice", "{} * 2", "", lambda c: c * 2),
    Map("codes", "codes of the {}", "codes", "ord({})", "number", ord),
)
MAPS = {"number": _number_maps(), "word": _WORD_MAPS, "letter": _LETTER_MAPS}


def _average(items: list[Any]) -> Any:
    return sum(items) / len(items) if items else 0


_SHORT = {"key": len, "default": ""}
REDUCERS = (
    Reducer("list", "{}", "List {}", "", ("return [{comp}]",), "The list.", "list[{}]", list,
            needs="work"),
    Reducer("ascending", "{} in ascending order", "Sort {}", "sorted", ("return sorted({gen})",),
            "The sorted list.", "list[{}]", sorted),
    Reducer("descending", "{} in descending order", "Sort downwards {}", "descending",
            ("return sorted({each}, reverse=True)",), "The sorted list.", "list[{}]",
            lambda items: sorted(items, reverse=True)),
    Reducer("reversed", "{} in reverse order", "Reverse the order of {}", "reversed",
            ("return [{comp}][::-1]",), "The reversed list.", "list[{}]",
            lambda items: items[::-1]),
    Reducer("distinct", "{} without repeats, sorted", "Sort without repeats {}", "distinct",
            ("return sorted(set({gen}))",), "The sorted list without repeats.", "list[{}]",
            lambda items: sorted(set(items))),
    Reducer("first", "the first of {}, or None", "Find the first of {}", "first",
            ("return next(iter({gen}), None)",), "The first, or None if there is none.",
            "{} | None", lambda items: items[0] if items else None),
    Reducer("last", "the last of {}, or None", "Find the last of {}", "last",
            ("found = [{comp}]", "return found[-1] if found else None"),
            "The last, or None if there is none.", "{} | None",
            lambda items: items[-1] if items else None),
    Reducer("count", "the number of {}", "Count {}", "count", ("return sum(1 for {head})",),
            "How many there are.", "int", len, needs="filter"),
    Reducer("any", "whether any of {}", "Check whether any of {}", "any",
            ("return any({test} for {loop})",), "True if there is one.", "bool", any,
            needs="filter"),
    Reducer("every", "whether all of {}", "Check whether all of {}", "all",
            ("return all({test} for {loop})",), "True if there is no other.", "bool", all,
            needs="filter"),
    Reducer("sum", "the sum of {}", "Add up {}", "sum", ("return sum({gen})",), "The sum.", "int",
            sum, "number"),
    Reducer("product", "the product of {}", "Multiply {}", "product",
            ("return math.prod({gen})",), "The product.", "int", math.prod, "number",
            module="math"),
    Reducer("largest", "the largest of {}, or 0", "Find the largest of {}", "largest",
            ("return max({each}, default=0)",), "The largest, or 0 if there is none.", "int",
            lambda items: max(items, default=0), "number"),
    Reducer("smallest", "the smallest of {}, or 0", "Find the smallest of {}", "smallest",
            ("return min({each}, default=0)",), "The smallest, or 0 if there is none.", "int",
            lambda items: min(items, default=0), "number"),
    Reducer("average", "the average of {}, or 0", "Average {}", "average",
            ("found = [{comp}]", "return sum(found) / len(found) if found else 0"),
            "The average, or 0 if there is none.", "float", _average, "number"),
    Reducer("longest", "the longest of {}", "Find the longest of {}", "longest",
            ('return max({each}, key=len, default="")',), "The longest, or an empty string.",
            "str", lambda items: max(items, **_SHORT), "word"),
    Reducer("shortest", "the shortest of {}", "Find the shortest of {}", "shortest",
            ('return min({each}, key=len, default="")',), "The shortest, or an empty string.",
            "str", lambda items: min(items, **_SHORT), "word"),
    Reducer("by-length", "{} from short to long", "Sort by length {}", "by_length",
            ("return sorted({each}, key=len)",), "The sorted list.", "list[str]",
            lambda items: sorted(items, key=len), "word"),
    Reducer("commas", "{} joined with commas", "Join with commas {}", "joined",
            ('return ", ".join({gen})',), "The joined string.", "str", ", ".join, "word"),
    Reducer("blanks", "{} joined with blanks", "Join with blanks {}", "spaced",
            ('return " ".join({gen})',), "The joined string.", "str", " ".join, "word"),
    Reducer("glued", "a string of {}", "Glue together {}", "glued", ('return "".join({gen})',),
            "The string.", "str", "".join, "letter", needs="work"),
)  # fmt: skip


def literal(value: Any) -> str:
    """Return `value` as Python writes it, with double quotes."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        inner = ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items())
        return f"{{{inner}}}"
    return repr(value)
