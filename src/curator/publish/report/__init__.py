"""The report of a run, and the two formats it is written in."""

from curator.publish.report.report import Report, make_report
from curator.publish.report.write import html, markdown, report_files, write_report

__all__ = ["Report", "html", "make_report", "markdown", "report_files", "write_report"]
