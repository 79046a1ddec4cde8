"""Documents that other services read: GitLab's code quality report, and JUnit XML."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from curator.lint.finding import Finding, Severity
from curator.lint.formats.base import Format, RawOf, Summary, dump, place
from curator.terminal import visible

_GRAVITY = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


class Held(Format):
    """A format that writes everything at its end."""

    def __init__(self, *, color: bool = False) -> None:
        super().__init__(color=color)
        self.findings: list[Finding] = []

    def some(self, findings: Sequence[Finding], raw_of: RawOf) -> str:  # noqa: ARG002
        """Keep the findings."""
        self.findings += findings
        return ""


class GitLab(Held):
    """GitLab's code quality report: a JSON array in Code Climate's form."""

    def end(self, summary: Summary) -> str:  # noqa: ARG002
        """Return the report."""
        seen: Counter[str] = Counter()
        entries = [self._entry(one, seen) for one in self.findings]
        return dump(entries, indent=2) + "\n"

    @staticmethod
    def _entry(finding: Finding, seen: Counter[str]) -> dict[str, Any]:
        mark = fingerprint(finding)
        seen[mark] += 1
        if seen[mark] > 1:
            mark = hashlib.sha256(f"{mark}{seen[mark]}".encode()).hexdigest()
        return {
            "description": f"{finding.code}: {finding.message}",
            "check_name": finding.name,
            "fingerprint": mark,
            "severity": _GRAVITY[finding.severity],
            "location": {"path": finding.path, "lines": {"begin": max(finding.line, 1)}},
        }


def fingerprint(finding: Finding) -> str:
    """Return a mark that stays the same when other rows are added or taken away."""
    parts = (finding.path, finding.code, finding.digest, finding.pointer, finding.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class JUnit(Held):
    """JUnit XML: a suite for each file, a failing case for each finding.

    Findings of severity info do not fail: they stand in the output of a passing case.
    """

    def end(self, summary: Summary) -> str:
        """Return the document."""
        by_file: dict[str, list[Finding]] = {name: [] for name in summary.files}
        for one in self.findings:
            by_file.setdefault(one.path, []).append(one)
        suites = ET.Element("testsuites", name="curator lint")
        failures = 0
        for name, findings in by_file.items():
            failures += self._suite(suites, name, findings)
        suites.set("tests", str(sum(max(1, len(found)) for found in by_file.values())))
        suites.set("failures", str(failures))
        ET.indent(suites)
        return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, "unicode") + "\n"

    @staticmethod
    def _suite(suites: ET.Element, name: str, findings: Sequence[Finding]) -> int:
        failing = sum(one.severity is not Severity.INFO for one in findings)
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=visible(name),
            tests=str(max(1, len(findings))),
            failures=str(failing),
            errors="0",
            skipped="0",
        )
        if not findings:
            ET.SubElement(suite, "testcase", classname=visible(name), name="no findings")
        for one in findings:
            case = ET.SubElement(
                suite,
                "testcase",
                classname=visible(name),
                name=visible(f"{one.code} {one.name} at line {one.line}"),
            )
            where = " ".join(filter(None, (f"{one.path}:{one.line}", place(one))))
            text = visible(f"{where}: {one.message}")
            if one.severity is Severity.INFO:
                ET.SubElement(case, "system-out").text = text
            else:
                failure = ET.SubElement(
                    case, "failure", type=one.code, message=visible(one.message)
                )
                failure.text = text
        return failing
