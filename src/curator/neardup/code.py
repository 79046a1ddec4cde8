"""Code with its names and its layout taken away, so that a renamed copy is found.

One reader for every language: comments go, tokens are separated by single blanks, and a name of
the author's becomes ``v1``, ``v2``, … in the order of appearance. Keywords, common built-in names
and what stands after a dot keep their names, since they say what the code does. Texts that do not
look like code are normalised as prose.
"""

from __future__ import annotations

import re

from curator.neardup.text import normalise

_FENCE = re.compile(
    r"^ {0,3}(`{3,}|~{3,})[^\n]*\n(.*?)(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/|<!--.*?-->)
    |(?P<string>\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<name>[^\W\d]\w*)
    |(?P<other>\d[\w.]*|[=!<>]=|\*\*|//|->|=>|&&|\|\||[^\w\s])""",
    re.VERBOSE | re.DOTALL,
)
_MARKS = re.compile(r"[(){}\[\];=<>_]")
# Keywords of Python and of the other languages that base sets are full of; then built-in names
# whose exchange changes what the code does.
_KEPT_NAMES = (
    "false none true and as assert async await break class continue def del elif else except "
    "finally for from global if import in is lambda nonlocal not or pass raise return try while "
    "with yield match case var let const function new this typeof void switch do static public "
    "private protected int float double char bool boolean long string struct enum interface "
    "extends implements package using namespace include select insert update delete into values "
    "where group order by having join left right inner outer on create table alter drop distinct "
    "limit null count sum avg min max between like union primary key self cls super echo then fi "
    "done end puts begin unless elsif nil "
    "print len range list dict set tuple str bytes abs all any enumerate filter map sorted "
    "reversed zip open input isinstance round type iter next repr ord chr hex bin pow divmod hash "
    "id object valueerror typeerror keyerror indexerror exception console document window math "
    "array system main printf scanf cout cin std html head body div span script style title"
)
_KEPT = frozenset(re.split(" ", _KEPT_NAMES))


def looks_like_code(text: str) -> bool:
    """Return whether a text without fences is more code than prose, by its punctuation."""
    sample = text[:4000]
    return len(_MARKS.findall(sample)) * 25 > len(sample.strip()) > 0


def normalise_code(code: str) -> str:
    """Return code with comments, layout and the author's names taken away."""
    names: dict[str, str] = {}
    tokens: list[str] = []
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup
        token = match.group()
        if kind == "comment":
            continue
        if kind == "name" and token.casefold() not in _KEPT and (not tokens or tokens[-1] != "."):
            token = names.setdefault(token, f"v{len(names) + 1}")
        elif kind == "string":
            token = " ".join(token.split())
        tokens.append(token)
    return " ".join(tokens)


def output_text(output: str) -> str:
    """Return what is compared of an answer: its code normalised, its prose as prose is.

    Code is what stands in fences; without a fence, the whole text where it looks like code.
    """
    pieces: list[str] = []
    at = 0
    for match in _FENCE.finditer(output):
        pieces += [normalise(output[at : match.start()]), normalise_code(match[2])]
        at = match.end()
    rest = output[at:]
    if not pieces and looks_like_code(rest):
        return normalise_code(rest)
    return " ".join(filter(None, [*pieces, normalise(rest)]))
