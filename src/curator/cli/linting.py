"""What ``curator lint`` does: lint, fix, count, compare with the baseline, and say how it went."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from curator.cli.output import (
    cancel_on_interrupt,
    plural,
    print_result,
    progress_bar,
    say,
)
from curator.example import Example
from curator.lint import Finding, Linter, Severity
from curator.lint.baseline import BASELINE_NAME, Baseline, lasts, write_baseline
from curator.lint.cache import LARGEST, SMALLEST, Cache
from curator.lint.fixing import applies, check_fixable, fix_file
from curator.lint.formats import FORMATS, Format, Summary, Text
from curator.lint.formats.base import RawOf, dump
from curator.lint.formats.kept import Kept
from curator.lint.project import name_in, project_ignores
from curator.lint.scan import Scan
from curator.lint.sources import STDIN, STDIN_NAME, Source, source_of
from curator.settings import Project
from curator.store.rows import open_binary


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; see the options of ``curator lint``."""

    paths: tuple[str, ...]
    output_format: str = "text"
    statistics: bool = False
    running: bool = False
    fail_on: str = "info"
    exit_zero: bool = False
    add_baseline: bool = False
    baseline: bool = True
    cache: bool = True
    jobs: int | None = None


@dataclass(frozen=True)
class Job:
    """A request, the project it is made in, and the linter it comes to."""

    project: Project
    linter: Linter
    request: Request

    def sources(self) -> list[Source]:
        """Return the rows of each path, under the name that was given."""
        return [source_of(path, project_ignores(self.project, path)) for path in self.request.paths]

    def names(self) -> tuple[str, ...]:
        """Return what each path is called in findings."""
        return tuple(STDIN_NAME if path == STDIN else path for path in self.request.paths)

    def cache(self, kind: str = "") -> Cache | None:
        """Return what is known of these files, where it is worth asking; see `Cache`."""
        paths = [Path(path) for path in self.request.paths]
        if not self.request.cache or STDIN in self.request.paths:
            return None
        size = sum(path.stat().st_size for path in paths if path.is_file())
        if not SMALLEST <= size <= 8 * LARGEST:
            # What is known even of a clean row takes an eighth of its size: more is never kept.
            return None
        return Cache(self.linter, paths, kind=kind)


@dataclass
class Tally:
    """What was found, counted while it goes by."""

    codes: Counter[str] = field(default_factory=Counter)
    severities: Counter[Severity] = field(default_factory=Counter)
    fixable: Counter[str] = field(default_factory=Counter)
    safe: int = 0
    crashed: int = 0

    def take(self, findings: Sequence[Finding]) -> None:
        """Count some findings."""
        self.codes.update([one.code for one in findings])
        self.severities.update([one.severity for one in findings])
        mended = [one for one in findings if one.fix is not None]
        self.fixable.update([one.code for one in mended])
        self.safe += sum(applies(one.fix, unsafe=False) for one in mended)
        self.crashed += sum([one.crashed for one in findings])

    def code(self, request: Request) -> int:
        """Return the exit code that this comes to."""
        if self.crashed:
            return 2
        limit = Severity(request.fail_on).rank
        failing = any(count and one.rank <= limit for one, count in self.severities.items())
        return int(failing and not request.exit_zero)


def lint_all(job: Job) -> int:
    """Lint, print what is found, and return the exit code."""
    request = job.request
    scan = Scan(job.linter, jobs=request.jobs or 1, cache=job.cache())
    baseline = Baseline(job.project.root / BASELINE_NAME)
    use = request.baseline and not request.add_baseline and bool(baseline.entries)
    writer = FORMATS[request.output_format](color=_color())
    kept = _kept(job, writer) if not use else None
    shown = not request.statistics and not request.add_baseline
    tally, told = Tally(), list[tuple[str, Finding]]()
    for path in job.request.paths:
        if path != STDIN and not Path(path).is_fifo():
            # A path that cannot be read is said before the first byte of a result.
            open_binary(Path(path)).close()
    if shown:
        click.echo(writer.begin(), nl=False, color=writer.color)
    with progress_bar("Linting") as advance:
        for found, raw_of, key in _found(job, scan, advance):
            findings = [one for one in found if not (use and baseline.known(one))]
            tally.take(findings)
            if request.add_baseline:
                told += [(name_in(job.project, one.path), one) for one in findings]
            elif shown and findings:
                text = kept.some(findings, raw_of, key) if kept else writer.some(findings, raw_of)
                print_result(text, color=writer.color)
    if kept:
        kept.save()
    if request.add_baseline:
        return _add_baseline(job, baseline, told, tally)
    if shown:
        click.echo(writer.end(Summary(scan.rows, job.names(), job.linter.rules)), nl=False)
    else:
        _print_statistics(job, tally)
    _say_summary(job, scan, baseline if use else None, tally)
    return tally.code(request)


def _kept(job: Job, writer: Format) -> Kept | None:
    """Return the format over what it showed before, where that is the slow one and kept at all."""
    if not isinstance(writer, Text) or job.request.statistics or job.request.add_baseline:
        return None
    cache = job.cache("text in colours" if writer.color else "text")
    return Kept(writer, cache) if cache is not None else None


def _found(
    job: Job, scan: Scan, advance: Callable[[int, int, str], None]
) -> Iterator[tuple[list[Finding], RawOf, bytes]]:
    """Yield what the rules say, and with ``--run`` what running the examples showed.

    With the findings come their rows, and by what these are known to the cache.
    """
    for findings in scan.findings(job.sources()):
        advance(scan.rows, 0, "rows")
        yield findings, scan.raw_of, scan.key
    if not job.request.running:
        return
    from curator.lint.running import run_findings
    from curator.sandbox import Limits

    with cancel_on_interrupt() as cancel:
        for findings in run_findings(
            job.linter,
            job.sources(),
            Limits(),
            jobs=job.request.jobs,
            cancel=cancel,
            progress=lambda done: advance(done, 0, "examples run"),
        ):
            yield findings, lambda _: None, b""
        if cancel.is_set():
            raise KeyboardInterrupt


def fix_all(job: Job, *, unsafe: bool, write: bool) -> int:
    """Apply the fixes of all files, or show them, and return 1 if there are any."""
    scan = Scan(job.linter, jobs=job.request.jobs or 1, cache=job.cache())
    lines: dict[str, set[int]] = {}
    for findings in scan.findings(job.sources()):
        for one in findings:
            if applies(one.fix, unsafe=unsafe):
                lines.setdefault(one.path, set()).add(one.line)
    for path in lines:
        # Of several files none is written where one of them cannot be.
        check_fixable(Path(path))
    rows = fixes = 0
    for path, numbers in lines.items():
        narrowed = job.linter.without(project_ignores(job.project, path))
        show = None if write else _shower(path)
        done = fix_file(Path(path), narrowed, numbers, unsafe=unsafe, write=write, seen=show)
        rows += done.rows
        fixes += sum(done.codes.values())
    if fixes or not write:
        verb = "Applied" if write else "Would apply"
        count = plural(fixes, "fix") if fixes == 1 else f"{fixes:,} fixes"
        say(f"{verb} {count} in {plural(rows, 'row')}.")
    return int(bool(rows))


def _shower(path: str) -> Callable[[int, Example, Example], None]:
    """Return a function that prints how a row changes, as a unified diff of its texts."""
    from curator.cli.changes import changes_of

    color = _color()

    def show(line: int, before: Example, after: Example) -> None:
        text = changes_of(path, line, before, after, color=color)
        click.echo(text, nl=False, color=color)

    return show


def _add_baseline(
    job: Job, baseline: Baseline, kept: Sequence[tuple[str, Finding]], tally: Tally
) -> int:
    names = [name_in(job.project, path) for path in job.names()]
    codes = baseline.judged(job.linter, names, running=job.request.running)
    entries = baseline.replaced(names, codes, kept)
    write_baseline(baseline.path, entries)
    written = sum(lasts(one) for _, one in kept)
    say(f"{plural(written, 'finding')} written to {BASELINE_NAME}.")
    if tally.crashed:
        _say_crashed(tally.crashed)
    elif left := len(kept) - written:
        say(f"{plural(left, 'finding')} cannot be told apart in so large a set, and will be told.")
    return 2 if tally.crashed else 0


def _print_statistics(job: Job, tally: Tally) -> None:
    names, severities = job.linter.names, job.linter.severities
    if job.request.output_format in ("json", "jsonl"):
        rows = [
            {
                "code": code,
                "name": names[code],
                "severity": str(severities[code]),
                "count": count,
                "fixable": tally.fixable[code],
            }
            for code, count in tally.codes.most_common()
        ]
        click.echo(dump(rows, indent=2))
        return
    for code, count in tally.codes.most_common():
        mark = "[*]" if tally.fixable[code] else "   "
        click.echo(f"{count:>8,}  {code}  {severities[code]:<8} {mark} {names[code]}")


def _say_summary(job: Job, scan: Scan, baseline: Baseline | None, tally: Tally) -> None:
    for note in scan.notes:
        say(note)
    if baseline is not None:
        names = [name_in(job.project, path) for path in job.names()]
        codes = baseline.judged(job.linter, names, running=job.request.running)
        stale = baseline.stale(names, codes)
        if baseline.passed_over:
            say(f"{plural(baseline.passed_over, 'finding')} passed over by {BASELINE_NAME}.")
        if stale:
            first = stale[0]
            more = f" and {len(stale) - 1:,} more" if len(stale) > 1 else ""
            say(
                f"{BASELINE_NAME} has stale entries: {first.code} in {first.path}{more};"
                " --add-baseline writes it anew."
            )
    say(sentence(scan.rows, scan.files, tally, job.linter.profile.name))
    if tally.crashed:
        _say_crashed(tally.crashed)


def _say_crashed(times: int) -> None:
    often = "once" if times == 1 else f"{times:,} times"
    say(f"A rule broke down {often}; that is a defect of the rule, and not of the row.")


def sentence(rows: int, files: int, tally: Tally, profile: str) -> str:
    """Return one sentence about what was found."""
    read = f"{plural(rows, 'row')} in {plural(files, 'file')}"
    if not tally.codes:
        return f"No findings in {read} (profile {profile})."
    told = [
        plural(tally.severities[severity], str(severity))
        for severity in (Severity.ERROR, Severity.WARNING)
        if tally.severities[severity]
    ]
    if notes := tally.severities[Severity.INFO]:
        told.append(f"{notes:,} info")
    code, times = tally.codes.most_common(1)[0]
    often = "once" if times == 1 else f"{times:,} times"
    mend = f" --fix mends {tally.safe:,}." if tally.safe else ""
    return f"{', '.join(told)} in {read} (profile {profile}); most often {code}, {often}.{mend}"


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _color() -> bool:
    """Return whether colours are wanted: on a terminal, and as the two variables say."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
