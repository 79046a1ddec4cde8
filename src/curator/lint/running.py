"""Examples run for the rules that need it: ``curator lint --run``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from curator.lint.batch import digest_of
from curator.lint.execute import Execution, execute, program_of
from curator.lint.finding import Finding
from curator.lint.linter import Linter, breakdown, sound
from curator.lint.rule import Hit, Record, Rule
from curator.lint.sources import Source
from curator.lint.suppress import suppressed
from curator.sandbox import Backend, Cancel, Limits
from curator.store.rows import row_from_bytes

_AT_ONCE = 256


def run_findings(
    linter: Linter,
    sources: Iterable[Source],
    limits: Limits,
    *,
    jobs: int | None = None,
    backend: Backend | None = None,
    cancel: Cancel | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[list[Finding]]:
    """Run every example that has a test, sealed, and yield what the rules say about it.

    Examples run some hundred at a time, so memory does not grow with a file.

    Args:
        linter: Its rules of the scope "run" are asked.
        sources: The rows.
        limits: How much each program may use.
        jobs: How many run at one time.
        backend: How they run; by default sealed.
        cancel: Set it to end everything.
        progress: Called with the examples run so far.

    Raises:
        SandboxError: There is no sandbox here.
    """
    done = 0
    for source in sources:
        narrowed = linter.without(source.ignore)
        pending: list[tuple[int, Record]] = []
        for line, raw, _ in source.rows:
            example = row_from_bytes(raw, line=line, start=0).example
            record = Record(example, linter.profile) if example is not None else None
            if record is not None and record.program and record.answer.blocks("test"):
                pending.append((line, record))
            if len(pending) >= _AT_ONCE:
                yield _run(narrowed, source.name, pending, limits, jobs, backend, cancel)
                done += len(pending)
                pending = []
                if progress:
                    progress(done)
        yield _run(narrowed, source.name, pending, limits, jobs, backend, cancel)
        done += len(pending)
        if progress:
            progress(done)


def _run(
    linter: Linter,
    path: str,
    pending: list[tuple[int, Record]],
    limits: Limits,
    jobs: int | None,
    backend: Backend | None,
    cancel: Cancel | None,
) -> list[Finding]:
    programs = [program_of(record.example, linter.profile) for _, record in pending]
    found: dict[int, list[Finding]] = {}
    running = execute(programs, limits, jobs=jobs, backend=backend, cancel=cancel)
    for index, execution in running:
        line, record = pending[index]
        found[index] = [
            linter.finding(
                rule,
                hit,
                path,
                line,
                record.example.id,
                digest=digest_of(record.example, None),
                crashed=crashed,
            )
            for rule, hit, crashed in run_hits(linter, record, execution)
        ]
    return [finding for index in sorted(found) for finding in found[index]]


def run_hits(
    linter: Linter, record: Record, execution: Execution
) -> Iterator[tuple[Rule, Hit, bool]]:
    """Yield what the rules say about how one example ran."""
    passed_over = suppressed(record.example)
    for rule in linter.run_rules:
        if rule.code in passed_over:
            continue
        try:
            for hit in rule.judge(record, execution):
                yield rule, sound(hit), False
        except (Exception, SystemExit) as error:
            yield rule, breakdown(error), True
