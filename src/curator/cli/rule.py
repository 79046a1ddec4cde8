"""``curator rule``: the rule book, a page at a time."""

from __future__ import annotations

import inspect

import click

from curator.cli.output import format_option, print_json, stdout
from curator.errors import ConfigError
from curator.lint import all_rules, find_rule
from curator.lint.rule import Rule


@click.command(
    name="rule",
    epilog="""\b
Examples:
  curator rule SEC001
  curator rule --all --format json""",
)
@click.argument("code", required=False)
@click.option("--all", "every", is_flag=True, help="List every rule.")
@format_option
def command(code: str | None, every: bool, output_format: str) -> int:
    """Explain a rule, or list all of them.

    CODE is a rule's code or its name.
    """
    if every == bool(code):
        raise ConfigError("Name one rule, or say --all.", hint="For example: curator rule SEC001")
    rules = all_rules() if every else (find_rule(code or ""),)
    if output_format == "json":
        pages = [_json(rule) for rule in rules]
        print_json(pages if every else pages[0])
    elif every:
        console = stdout()
        for rule in rules:
            console.print(f"{rule.code}  {rule.severity:<8} {rule.name:<24} {headline(rule)}")
    else:
        click.echo(page(rules[0]))
    return 0


def headline(rule: Rule) -> str:
    """Return what a rule finds, in its first sentence."""
    return inspect.getdoc(rule).splitlines()[0] if inspect.getdoc(rule) else ""  # type: ignore[union-attr]


def page(rule: Rule) -> str:
    """Return a rule's page as plain text."""
    parts = [f"{rule.code} {rule.name} ({rule.severity})", inspect.getdoc(rule) or ""]
    parts.append(f"Why it harms training\n{rule.why}")
    bad = rule.invalid[0]
    good = rule.valid[0]
    for title, shown in (("Bad", bad), ("Good", good)):
        text = shown.example.output if shown.example and shown.example.output else shown.raw
        parts.append(f"{title}\n" + "\n".join(f"    {line}" for line in text.splitlines()))
    if rule.fix_safety:
        parts.append(f"Fix\n{rule.fix_safety}")
    return "\n\n".join(parts)


def _json(rule: Rule) -> dict[str, str]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "what": inspect.getdoc(rule) or "",
        "why": rule.why,
        "fix_safety": rule.fix_safety,
    }
