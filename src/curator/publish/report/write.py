"""A report written down: Markdown with its picture beside it, or one HTML file with all in it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from curator.publish.markdown import cell
from curator.publish.report.report import PICTURE, Report
from curator.store import write_atomic

_LOOK = """
:root { color-scheme: light dark; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid #8888; padding: .25rem .6rem; text-align: left; }
pre { overflow-x: auto; padding: .8rem; background: #8881; border-radius: 6px; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid #8888; }
svg { max-width: 100%; height: auto; }
"""


def markdown(report: Report, picture: str = "") -> str:
    """Return a report as Markdown.

    Args:
        report: The report.
        picture: Where the loss curves are, for a link; without it they are left out.
    """
    parts = [f"# {cell(report.title)}"]
    for section in report.sections:
        parts.append(f"## {section.title}")
        for part in section.parts:
            if part != PICTURE:
                parts.append(part)
            elif picture:
                parts.append(f"![Loss by iteration]({picture.replace(' ', '%20')})")
    return "\n\n".join(parts) + "\n"


def html(report: Report) -> str:
    """Return a report as one HTML page that needs nothing else: no script, no other file.

    Markdown that came from a model is never read as HTML.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    # A link in a model's answer stays text: a page that somebody passes on should not lead away.
    reader.disable(["link", "autolink"])
    body = []
    for section in report.sections:
        body.append(f"<h2>{escape(section.title)}</h2>")
        body += [
            report.picture if part == PICTURE else reader.render(part) for part in section.parts
        ]
    title = escape(report.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_LOOK}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def report_files(report: Report, path: Path, *, kind: str) -> tuple[Path, ...]:
    """Return the files that `write_report` writes: the report, and its picture where it has one."""
    if kind == "html" or not report.picture:
        return (path,)
    return (path, path.with_suffix(".svg"))


def write_report(report: Report, path: Path, *, kind: str) -> tuple[Path, ...]:
    """Write a report, and its picture beside it where it is Markdown, and return the files.

    Args:
        report: The report.
        path: The file.
        kind: ``markdown`` or ``html``.

    Raises:
        StoreError: A file could not be written.
    """
    if kind == "html":
        write_atomic(path, [html(report).encode("utf-8", "replace")])
        return (path,)
    files = report_files(report, path, kind=kind)
    pictures = files[1:]
    for picture in pictures:
        write_atomic(picture, [report.picture.encode()])
    text = markdown(report, pictures[0].name if pictures else "")
    write_atomic(path, [text.encode("utf-8", "replace")])
    return files
