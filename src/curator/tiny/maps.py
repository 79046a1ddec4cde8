"""What a tiny task takes of each item, by the family of the items."""

from __future__ import annotations

from curator.tiny.ingredients import Map

PLAIN = Map("plain")


def _number_maps() -> tuple[Map, ...]:
    found = [
        Map("squares", "squares of the {}", "squares", "{0} * {0}", "", lambda n: n * n),
        Map("cubes", "cubes of the {}", "cubes", "{} ** 3", "", lambda n: n**3),
        Map("halves", "halves of the {}", "halves", "{} // 2", "", lambda n: n // 2),
        Map("opposites", "opposites of the {}", "opposites", "-{}", "", lambda n: -n),
        Map("sizes", "absolute values of the {}", "sizes", "abs({})", "", abs),
        Map("lasts", "last digits of the {}", "endings", "abs({}) % 10", "", lambda n: abs(n) % 10),
        Map("texts", "{} as strings", "texts", "str({})", "word", str),
    ]
    found += [_times(2, "doubles"), _times(3, "triples")]
    found += [one for k in (1, 2, 3, 5, 10) for one in _shifted(k)]
    return tuple(found)


def _times(k: int, word: str) -> Map:
    return Map(word, f"{word} of the {{}}", word, f"{{}} * {k}", "", lambda n: n * k)


def _shifted(k: int) -> tuple[Map, ...]:
    return (
        Map("plus", f"{{}} plus {k}", "plus", f"{{}} + {k}", "", lambda n: n + k),
        Map("minus", f"{{}} minus {k}", "minus", f"{{}} - {k}", "", lambda n: n - k),
    )


_WORD_MAPS = (
    Map("upper", "{} in upper case", "upper", "{}.upper()", "", str.upper),
    Map("lower", "{} in lower case", "lower", "{}.lower()", "", str.lower),
    Map("title", "{} with a capital", "titles", "{}.capitalize()", "", str.capitalize),
    Map("backwards", "{} spelled backwards", "backwards", "{}[::-1]", "", lambda w: w[::-1]),
    Map("twice", "{} written twice", "twice", "{} * 2", "", lambda w: w * 2),
    Map("firsts", "first letters of the {}", "firsts", "{}[:1]", "", lambda w: w[:1]),
    Map("lasts", "last letters of the {}", "lasts", "{}[-1:]", "", lambda w: w[-1:]),
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
