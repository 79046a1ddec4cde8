"""The page docs/writing-examples.md, told again: ``python -m tests.data.page`` writes it anew.

The page holds six answers before and after. Each is written to a file of its own, the command that
the page shows is run on the one before, and what it prints takes the place of what the page says.
The tables about the shipped set are counted from the files.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/writing-examples.md"
PAIR = re.compile(
    r"^### (?P<number>\d)\. .+\n\n> (?P<asked>.+)\n\n"
    r"````markdown\n(?P<before>(?:.*\n)+?)````\n\n"
    r"```console\n\$ curator (?P<command>\w+) (?P<file>\S+)\n(?P<printed>(?:.*\n)+?)```\n\n"
    r"(?:.+\n)+\n"
    r"````markdown\n(?P<after>(?:.*\n)+?)````$",
    re.MULTILINE,
)
SPREAD = re.compile(r"(?<=\| --- \| --: \|\n)(?:\| .+ \| \d+ \|\n)+")

#: What the set is to be spread over, and the tags that count as each kind.
KINDS = {
    "strings and text formatting": {"strings", "formatting", "unicode", "ciphers"},
    "numbers": {"numbers", "bits", "checksums"},
    "lists, dicts and sets": {"lists", "dicts", "sets", "stacks", "queues"},
    "searching and sorting": {"searching", "sorting", "heaps"},
    "recursion and dynamic programming": {"recursion", "dynamic-programming"},
    "graphs, trees and grids": {"graphs", "trees", "grids"},
    "parsing and regular expressions": {"parsing", "regex"},
    "dates and time": {"dates", "time"},
    "files and paths": {"files", "paths"},
    "iterators and generators": {"iterators", "generators"},
    "decorators, closures and context managers": {"decorators", "closures", "context-managers"},
    "classes and dataclasses": {"classes", "dataclasses", "enums", "descriptors", "abc"},
    "typing": {"typing", "protocols"},
    "error handling": {"error-handling", "exceptions"},
    "async, threads and concurrency": {"async", "concurrency", "threads"},
    "small algorithms": {"algorithms"},
}


@dataclass(frozen=True)
class Pair:
    """One finding of the page."""

    number: str
    asked: str
    before: str
    command: str
    file: str
    printed: str
    after: str


def read_pairs(page: str) -> list[Pair]:
    return [Pair(**match.groupdict()) for match in PAIR.finditer(page)]


def row(asked: str, answer: str) -> str:
    fields = {"instruction": asked, "input": "", "output": answer}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def curator(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "curator", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def say_again(pair: Pair) -> str:
    """Return what the command of a pair prints now, its summary included."""
    with TemporaryDirectory() as folder:
        (Path(folder) / pair.file).write_text(row(pair.asked, pair.before), encoding="utf-8")
        done = curator(Path(folder), pair.command, pair.file)
    return done.stdout + done.stderr


def spread(tags: Iterable[Iterable[str]]) -> dict[str, int]:
    """Count the examples of each kind; one can be of several."""
    sets = [set(each) for each in tags]
    return {kind: sum(bool(words & each) for each in sets) for kind, words in KINDS.items()}


def retold(page: str) -> str:
    """Return the page with the output and the counts of today."""
    pairs = read_pairs(page)
    with ThreadPoolExecutor(2) as pool:
        for pair, printed in zip(pairs, pool.map(say_again, pairs), strict=True):
            page = page.replace(
                f"{pair.command} {pair.file}\n{pair.printed}```",
                f"{pair.command} {pair.file}\n{printed}```",
            )
    curated = (ROOT / "data/custom/perfect_examples.jsonl").read_text("utf-8").splitlines()
    base = (ROOT / "data/raw/sample.jsonl").read_text("utf-8").splitlines()
    counts = spread(json.loads(line)["tags"] for line in curated)
    page = SPREAD.sub("".join(f"| {kind} | {n} |\n" for kind, n in counts.items()), page)
    rows = len(curated) + len(base)
    share = f"{len(curated)} curated of {rows} rows, {len(curated) / rows:.1%}"
    return re.sub(r"\d+ curated of \d+ rows, [\d.]+%", share, page)


if __name__ == "__main__":
    PAGE.write_text(retold(PAGE.read_text("utf-8")), encoding="utf-8")
