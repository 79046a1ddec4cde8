"""SARIF 2.1.0, the format in which code scanning services take findings (OASIS, 2020)."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from curator import __version__
from curator.lint.finding import Finding, Severity
from curator.lint.formats.base import Summary, dump, place
from curator.lint.formats.reports import Held, fingerprint
from curator.lint.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


class Sarif(Held):
    """A SARIF log of one run."""

    def end(self, summary: Summary) -> str:
        """Return the log."""
        rules = {rule.code: index for index, rule in enumerate(summary.rules)}
        run = {
            "tool": {
                "driver": {
                    "name": "curator",
                    "version": __version__,
                    "rules": [_rule(rule) for rule in summary.rules],
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": [_result(one, rules) for one in self.findings],
        }
        return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    said = inspect.getdoc(type(rule)) or rule.name
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": said.splitlines()[0]},
        "fullDescription": {"text": said},
        "help": {"text": rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, rules: dict[str, int]) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(os.fsencode(Path(finding.path).as_posix()))},
            "region": {"startLine": max(finding.line, 1)},
        }
    }
    if finding.pointer:
        location["logicalLocations"] = [
            {"fullyQualifiedName": finding.pointer, "name": finding.pointer.rpartition("/")[2]}
        ]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
        "partialFingerprints": {"curator/v1": fingerprint(finding)},
        "properties": {"id": finding.id, "place": place(finding)},
    }
    if finding.code in rules:
        result["ruleIndex"] = rules[finding.code]
    return result
