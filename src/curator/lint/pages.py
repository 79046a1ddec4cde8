"""The pages of the rule book, written from the rules themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from curator.example import DEFAULT_PROFILE
from curator.lint.case import Case
from curator.lint.rule import Record, RecordRule, Rule

FAMILIES = {
    "REC": "the record",
    "SEC": "the sections",
    "DOC": "docstrings against signatures",
    "COD": "the code",
    "TST": "the sanity test",
    "TXT": "the prose",
    "PRV": "secrets and private data",
    "SET": "the whole set",
}
_SCOPES = {
    "line": "a line of the file",
    "record": "one example",
    "set": "all examples together",
    "run": "one example that was run (`--run`)",
}
_PREFACE = (
    "Written by `curator rule --all --format markdown --out docs/rules` from the rules themselves;"
    " `[*]` marks those with a fix. How the linter is used and configured is in"
    " [lint.md](../lint.md)."
)
_ENTRY = re.compile(r"^    (\w+): (.*(?:\n        .*)*)", re.MULTILINE)
_LONGEST = 60
_LONGEST_CASE = 10_000


def headline(rule: Rule) -> str:
    """Return what a rule finds, in its first sentence."""
    return (inspect.getdoc(rule) or "").partition("\n")[0]


def options_of(rule: Rule) -> list[dict[str, Any]]:
    """Return what can be set about a rule: name, default and meaning of each option."""
    said = inspect.getdoc(rule.options_type) or ""
    meanings = {name: " ".join(text.split()) for name, text in _ENTRY.findall(said)}
    return [
        {
            "name": field.encode_name,
            "default": msgspec.to_builtins(getattr(rule.options_type(), field.name)),
            "meaning": meanings.get(field.name, ""),
        }
        for field in msgspec.structs.fields(rule.options_type)
    ]


def page_json(rule: Rule) -> dict[str, Any]:
    """Return a rule's page as plain JSON values."""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "scope": rule.scope,
        "what": inspect.getdoc(rule) or "",
        "why": rule.why,
        "fix_safety": rule.fix_safety,
        "options": options_of(rule),
        "bad": _bad(rule),
        "good": shown(rule.valid[0]),
    }


def page_text(rule: Rule) -> str:
    """Return a rule's page as plain text."""
    parts = [f"{rule.code} {rule.name} ({rule.severity})", inspect.getdoc(rule) or ""]
    parts.append(f"Why it harms training\n{rule.why}")
    for title, text in (("Bad", _bad(rule)), ("Good", shown(rule.valid[0]))):
        parts.append(f"{title}\n" + "\n".join(f"    {line}" for line in text.splitlines()))
    if rule.fix_safety:
        parts.append(f"Fix\n{rule.fix_safety}")
    for option in options_of(rule):
        value = msgspec.json.encode(option["default"]).decode()
        parts.append(f"Option {option['name']} = {value}\n{option['meaning']}")
    return "\n\n".join(parts)


def page_markdown(rule: Rule) -> str:
    """Return a rule's page as Markdown."""
    parts = [
        f"# {rule.code} {rule.name}",
        f"*{rule.severity}* · looks at {_SCOPES[rule.scope]}"
        + (" · has a fix" if rule.fix_safety else ""),
        _markdown(inspect.getdoc(rule) or ""),
        f"## Why it harms training\n\n{rule.why}",
        f"## Bad\n\n{_fenced(_bad(rule))}",
        f"## Good\n\n{_fenced(shown(rule.valid[0]))}",
    ]
    if rule.fix_safety:
        parts.append(f"## Fix\n\n{rule.fix_safety}")
    if options := options_of(rule):
        rows = [
            f"| `{o['name']}` | `{msgspec.json.encode(o['default']).decode()}` | {o['meaning']} |"
            for o in options
        ]
        table = "\n".join(["| option | default | what it is |", "|---|---|---|", *rows])
        parts.append(
            f"## Options\n\nIn `curator.toml` under `[lint.options.{rule.code}]`:\n\n{table}"
        )
    return "\n\n".join(parts) + "\n"


def index_markdown(rules: Sequence[Rule]) -> str:
    """Return the first page of the book: every rule in a line, by family."""
    parts = [
        "# The rule book",
        _PREFACE,
    ]
    for family, about in FAMILIES.items():
        rows = [
            f"| [{r.code}]({r.code}.md) | {r.name} | {r.severity} |"
            f" {'[*]' if r.fix_safety else ''} | {_markdown(headline(r))} |"
            for r in rules
            if r.code.startswith(family)
        ]
        if rows:
            head = "| code | name | severity | fix | what it finds |\n|---|---|---|---|---|"
            parts.append(f"## {family}: {about}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def book_markdown(rules: Sequence[Rule]) -> dict[str, str]:
    """Return the whole book: the text of each file by its name."""
    pages = {f"{rule.code}.md": page_markdown(rule) for rule in rules}
    return {"README.md": index_markdown(rules), **pages}


def stale_pages(folder: Path, rules: Sequence[Rule]) -> list[str]:
    """Return the files of a folder that are not what the rules say, missing ones included."""
    book = book_markdown(rules)
    there = {path.name for path in folder.glob("*.md")}
    return sorted(
        name
        for name in {*book, *there}
        if name not in book or name not in there or (folder / name).read_text("utf-8") != book[name]
    )


def shown(case: Case) -> str:
    """Return what a page shows of a case."""
    rows = [*case.others, case]
    if len(rows) > 1:
        return "\n".join(_row(one) for one in rows)
    example = case.example
    pieces: list[str] = []
    if case.profile is not None and case.profile.name != DEFAULT_PROFILE:
        pieces.append(f"(profile {case.profile.name})")
    if case.options:
        pieces.append(f"(options {msgspec.json.encode(case.options).decode()})")
    if case.held_out:
        pieces.append(f"(a suite asks: {case.held_out[0]})")
    if case.bom:
        pieces.append("(the file begins with the bytes EF BB BF)")
    from curator.lint.case import GOOD_SOLUTION

    if example is not None and example.output and GOOD_SOLUTION not in example.output:
        pieces.append(example.output)
    elif example is not None and example.output and case.profile is None:
        pieces.append(_telling(case))
    else:
        pieces.append(case.raw)
    text = "\n".join(pieces)
    if len(text) > _LONGEST_CASE:
        text = f"{text[:_LONGEST]}… ({len(text):,} characters in all)"
    return _visible(text)


def _telling(case: Case) -> str:
    """Return the part of a record that differs from the usual good one."""
    from curator.lint.case import parts

    example, good = case.example, parts().example
    assert example is not None
    assert good is not None
    if example.output != good.output:
        return example.output
    if example == good:
        return example.output
    others = {key: value for key, value in example.fields.items() if key != "output"}
    return msgspec.json.format(msgspec.json.encode({**others, "output": "…"}), indent=2).decode()


def _row(case: Case) -> str:
    example = case.example
    if example is None:
        return case.raw
    fields = dict(example.fields)
    if len(example.output) > _LONGEST:
        fields["output"] = "…"
    return _visible(msgspec.json.encode(fields).decode())


def _visible(text: str) -> str:
    from curator.terminal import visible

    clean = "\n".join(visible(line, tabs=True) for line in text.split("\n"))
    return "\n".join(line.rstrip("\r") for line in clean.split("\n"))


def _bad(rule: Rule) -> str:
    """Return what a page shows as bad; of a secret, only how it begins.

    A whole one, invented as it is, would keep every scanner of the repository busy.
    """
    case = rule.invalid[0]
    text = shown(case)
    if rule.code.startswith("PRV") and isinstance(rule, RecordRule) and case.example is not None:
        for hit in rule.check(Record(case.example, case.shape)):
            secret = case.example.instruction[slice(*hit.span)]
            escaped = msgspec.json.encode(secret).decode()[1:-1]
            text = text.replace(escaped, f"{secret[: len(secret) // 3].strip()}…")
    return text


def _fenced(text: str) -> str:
    text = text.rstrip("\n")
    longest = max((len(run) for run in re.findall(r"[`~]{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _markdown(text: str) -> str:
    """Return a docstring's text as Markdown: its ``code`` is `code`."""
    return re.sub(r"``(.+?)``", r"`\1`", text)
