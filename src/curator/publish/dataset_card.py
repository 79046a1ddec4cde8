"""The card of a dataset: counts, tags, rule set, lint and provenance, read from the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from curator import __version__
from curator.lint import Severity
from curator.mix.gate import rules_version
from curator.publish.card import against
from curator.publish.dataset_facts import DatasetFacts
from curator.publish.gates import Gate
from curator.publish.markdown import cell, code, front_matter, table
from curator.terminal import plural

_TAGS = 20


def dataset_card(facts: DatasetFacts, gates: Sequence[Gate], allow: Sequence[str]) -> str:
    """Return ``README.md`` of a dataset.

    Args:
        facts: What is in it.
        gates: The gates that were looked at.
        allow: Codes of the gates that somebody went on against.
    """
    head: dict[str, Any] = {"pretty_name": facts.path.stem}
    if facts.licence.known:
        head["license"] = facts.licence.licence
    head["task_categories"] = ["text-generation"]
    head["size_categories"] = [_size(facts.rows)]
    head["tags"] = ["curator"]
    head["configs"] = [{"config_name": "default", "data_files": f"data/{facts.path.name}"}]
    findings = facts.report.by_code()
    warnings = facts.report.count(Severity.WARNING)
    more = len(facts.tags) - _TAGS
    parts = [
        front_matter(head),
        f"# {cell(facts.path.stem)}",
        (
            f"{plural(facts.rows, 'example')}, {facts.distinct:,} different;"
            f" {plural(facts.unreadable, 'other row')}."
        ),
        *against(gates, allow),
        "## Fields",
        table(["field", "examples"], [(code(key), f"{count:,}") for key, count in facts.fields]),
        "## Tags",
        table(["tag", "examples"], [(cell(tag), f"{n:,}") for tag, n in facts.tags[:_TAGS]])
        if facts.tags
        else "No example carries a tag.",
        *([f"And {more:,} more tags."] if more > 0 else []),
        "## Lint",
        f"Curator {__version__}, rule set {code(rules_version())}, profile {code(facts.profile)}.",
        f"{plural(facts.report.count(Severity.ERROR), 'error')}, {plural(warnings, 'warning')}.",
        *(
            [table(["rule", "findings"], [(c, f"{n:,}") for c, n in findings.items()])]
            if findings
            else []
        ),
        "## Provenance",
        _provenance(facts),
    ]
    return "\n\n".join(parts) + "\n"


def _provenance(facts: DatasetFacts) -> str:
    rows = [("SHA-256", code(facts.sha256))]
    if facts.origin is not None:
        origin = facts.origin
        rows += [("fetched from", cell(origin.origin)), ("revision", code(origin.revision or "–"))]
    else:
        rows.append(("fetched from", "nowhere: there is no note beside the file"))
    said = f"{cell(facts.licence.licence)}" + (
        f" ({cell(facts.licence.source)})" if facts.licence.known else ": nobody says it"
    )
    return table(["", ""], [*rows, ("licence", said)])


def _size(rows: int) -> str:
    """Return the category that the Hub has for so many rows."""
    names = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M")
    for most, name in zip((10**3, 10**4, 10**5, 10**6, 10**7), names, strict=True):
        if rows < most:
            return name
    return "10M<n<100M"
