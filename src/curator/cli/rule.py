"""``curator rule``: the rule book, a page at a time or as a whole."""

from __future__ import annotations

from pathlib import Path

import click

from curator.cli.output import plural, print_json, say
from curator.errors import ConfigError
from curator.lint import all_rules, find_rule
from curator.lint.book import project_rules
from curator.lint.pages import book_markdown, headline, page_json, page_markdown, page_text
from curator.lint.rule import Rule
from curator.settings import find_project
from curator.store import write_text


@click.command(
    name="rule",
    epilog="""\b
Examples:
  curator rule SEC001
  curator rule --all --format json
  curator rule --all --format markdown --out docs/rules""",
)
@click.argument("code", required=False)
@click.option("--all", "every", is_flag=True, help="List every rule.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How pages are printed.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="With --all and markdown: write a file for each rule, and an index.",
)
def command(code: str | None, every: bool, output_format: str, out: Path | None) -> int:
    """Explain a rule, or list all of them.

    CODE is a rule's code or its name. Rules of the project are there too.
    """
    if every == bool(code):
        raise ConfigError("Name one rule, or say --all.", hint="For example: curator rule SEC001")
    if out is not None:
        if not every or output_format != "markdown":
            raise ConfigError("--out is for --all --format markdown.")
        return _write(out)
    own = _own_rules()
    rules = (*all_rules(), *own) if every else (find_rule(code or "", own),)
    if output_format == "json":
        pages = [page_json(rule) for rule in rules]
        print_json(pages if every else pages[0])
    elif output_format == "markdown":
        click.echo("\n".join(page_markdown(rule) for rule in rules), nl=False)
    elif every:
        for rule in rules:
            mark = "[*]" if rule.fix_safety else "   "
            click.echo(f"{rule.code}  {rule.severity:<8} {mark} {rule.name:<28} {headline(rule)}")
    else:
        click.echo(page_text(rules[0]))
    return 0


def _own_rules() -> tuple[Rule, ...]:
    project = find_project()
    found: list[Rule] = []
    for path in project.settings.lint.rules:
        found += [kind() for kind in project_rules(project.path(path), found)]
    return tuple(found)


def _write(folder: Path) -> int:
    """Write the book of the built-in rules into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    book = book_markdown(all_rules())
    for name, text in book.items():
        write_text(folder / name, text)
    for path in folder.glob("*.md"):
        if path.name not in book:
            path.unlink()
    say(f"Wrote {plural(len(book), 'page')} to {folder}.")
    return 0
