"""A curated set on its way to the Hub: the file as it is, and a card of what is in it.

Counts, tags, lint and provenance are read from the file itself and from the note beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from curator import __version__
from curator.errors import ConfigError
from curator.lint import Severity
from curator.mix.gate import rules_version
from curator.publish.dataset_card import dataset_card
from curator.publish.dataset_facts import DatasetFacts, read_dataset
from curator.publish.gates import Gate, check_allowed, check_licences, check_paths, check_secrets
from curator.publish.meta import as_json
from curator.publish.payload import Payload
from curator.publish.secrets import search
from curator.settings import Project
from curator.terminal import plural

#: The gates of a dataset, in the order they are shown.
DATASET_GATES = ("lint", "licences", "secrets", "local-paths")
META = "curator.json"


@dataclass(frozen=True)
class DatasetBundle(Payload):
    """What would be uploaded of a dataset.

    Attributes:
        facts: What it was made from.
    """

    facts: DatasetFacts

    kind = "dataset"
    last = META

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.facts.path.stem


def dataset_files(path: Path, project: Project, *, allow: Sequence[str] = ()) -> DatasetBundle:
    """Make the bundle of a file of examples in memory; nothing is written.

    Args:
        path: JSON Lines.
        project: Whose settings say how examples are linted.
        allow: Codes of gates to go on against.

    Raises:
        ConfigError: A code is no gate, or the file is no JSON Lines or holds no example.
        InputError: It cannot be read.
    """
    check_allowed(allow, DATASET_GATES)
    if path.suffix != ".jsonl":
        raise ConfigError(
            "A dataset is published as JSON Lines.",
            path=path,
            hint="`curator convert FILE OUT.jsonl` makes one.",
        )
    facts = read_dataset(path, project)
    about = (_linted(facts), check_licences([facts.licence]))
    texts = {
        name: content.decode("utf-8")
        for name, content in _files(facts, about, allow).items()
        if isinstance(content, bytes)
    }
    gates = (
        *about,
        check_secrets(search([path], texts)),
        check_paths(texts, (str(Path.home()), str(path.resolve().parent)), rows=[path]),
    )
    return DatasetBundle(MappingProxyType(_files(facts, gates, allow)), gates, tuple(allow), facts)


def _linted(facts: DatasetFacts) -> Gate:
    errors = facts.report.count(Severity.ERROR)
    if facts.unreadable or errors:
        codes = ", ".join(
            f"{count}× {code}"
            for code, count in facts.report.by_code().items()
            if any(f.code == code and f.severity is Severity.ERROR for f in facts.report.findings)
        )
        return Gate(
            "lint",
            passed=False,
            message=f"The rules find {plural(errors, 'error')} in"
            f" {plural(facts.rows, 'example')}: {codes}.",
            remedy=f"curator lint {facts.path.name}",
        )
    warnings = facts.report.count(Severity.WARNING)
    return Gate(
        "lint",
        passed=True,
        message=f"No rule finds an error in {plural(facts.rows, 'example')};"
        f" {plural(warnings, 'warning')}.",
    )


def _files(
    facts: DatasetFacts, gates: Sequence[Gate], allow: Sequence[str]
) -> dict[str, bytes | Path]:
    return {
        "README.md": dataset_card(facts, gates, allow).encode("utf-8", "replace"),
        f"data/{facts.path.name}": facts.path,
        META: as_json(_meta(facts, gates, allow)),
    }


def _meta(facts: DatasetFacts, gates: Sequence[Gate], allow: Sequence[str]) -> dict[str, Any]:
    return {
        "curator": __version__,
        "rules": rules_version(),
        "profile": facts.profile,
        "file": facts.path.name,
        "sha256": facts.sha256,
        "rows": facts.rows,
        "distinct": facts.distinct,
        "unreadable": facts.unreadable,
        "tags": dict(facts.tags),
        "findings": facts.report.by_code(),
        "licence": facts.licence.licence,
        "origin": facts.origin and {"name": facts.origin.origin, "revision": facts.origin.revision},
        "gates": [
            {"code": gate.code, "passed": gate.passed, "message": gate.public} for gate in gates
        ],
        "allowed": sorted(allow),
    }
