"""What comes back from the sandbox, read as the untrusted bytes it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_STACK = re.compile(r'^  File "(<[^"\n]{1,100}>)", line (\d{1,9}) in (.{1,100})$', re.MULTILINE)


class WireError(ValueError):
    """The report is not what the supervisor writes."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that left the program.

    Attributes:
        kind: The exception's class name.
        text: Its message.
        code: The status that a SystemExit asked for, else empty.
        frames: File name, line and function, outermost first, of the example's own frames.
    """

    kind: str
    text: str
    code: str
    frames: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Assert:
    """An assert statement of the test: its line, and whether nothing can skip it."""

    line: int
    certain: bool


@dataclass(slots=True)
class Report:
    """The facts of a run, as its supervisor wrote them.

    Attributes:
        status: Exit status of the program's process; negative for a signal.
        peak: Its largest resident memory, in the units of this system's ``ru_maxrss``.
        ended: Whether the step after the last statement was reached.
        sound: Whether nobody but the harness wrote to the harness's channel.
        cause: The limit that the supervisor ended it for, or nothing.
        asserts: The test's assert statements.
        held: Numbers of those that held.
        broken: Numbers of those that failed.
        outputs: Text printed, or representation of the value, by expectation number.
        reached: Ways into the interpreter's memory that were taken.
        raised: The exception that ended the program.
        where: File name, line and function, outermost first, of a program that took too long.
    """

    status: int
    peak: int
    ended: bool
    sound: bool
    cause: str
    asserts: tuple[Assert, ...] = ()
    held: frozenset[int] = frozenset()
    broken: frozenset[int] = frozenset()
    outputs: dict[int, str] = field(default_factory=dict)
    reached: tuple[str, ...] = ()
    raised: Raised | None = None
    where: tuple[tuple[str, int, str], ...] = ()


def read_report(text: bytes, nonce: bytes) -> Report | None:
    """Read what came over the report pipe.

    Args:
        text: All of it: ``S`` for a start, then the nonce, a line of facts, and records.
        nonce: This run's nonce.

    Returns:
        The report, or None if the supervisor did not get as far as writing one.

    Raises:
        WireError: Something else wrote it, or it is damaged.
    """
    text = text.removeprefix(b"S")
    if not text:
        return None
    if not text.startswith(nonce):
        raise WireError("the nonce is missing")
    head, _, records = text[len(nonce) :].partition(b"\n")
    parts = head.split(b" ")
    if len(parts) != 5:
        raise WireError("the line of facts is damaged")
    report = Report(
        status=int(parts[0]),
        peak=int(parts[1]),
        ended=parts[2] == b"1",
        sound=parts[3] == b"1",
        cause=parts[4].decode("ascii", "replace"),
    )
    try:
        for kind, body in _records(records):
            _apply(report, kind, body)
    except ValueError:
        report.sound = False
    return report


def _records(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position < len(text):
        size = int(text[position + 1 : position + 9], 16)
        start = position + 9
        yield text[position : position + 1], text[start : start + size]
        position = start + size


def _apply(report: Report, kind: bytes, body: bytes) -> None:
    """Add one record to `report`.

    Raises:
        ValueError: The record is not one that the harness writes.
    """
    if kind == b"T":
        report.asserts = tuple(
            Assert(int(word.rstrip(b"!")), word.endswith(b"!")) for word in body.split()
        )
    elif kind == b"N":
        report.reached = (*report.reached[:19], body[:200].decode("utf-8", "replace"))
    elif kind == b"W":
        found = _STACK.findall(body.decode("utf-8", "replace"))
        report.where = tuple((name, int(line), function) for name, line, function in found[::-1])
    elif kind == b"X":
        report.raised = _raised(read_fields(body))
    elif kind == b"E":
        marks, *outputs = read_fields(body)
        numbers = {int(word) for word in marks.split()}
        report.held = frozenset(number // 2 for number in numbers if number % 2 == 0)
        report.broken = frozenset(number // 2 for number in numbers if number % 2)
        pairs = zip(outputs[::2], outputs[1::2], strict=True)
        report.outputs = {int(number): text for number, text in pairs}
    else:
        raise WireError("an unknown record")


def _raised(fields: list[str]) -> Raised:
    if len(fields) < 3 or len(fields) % 3:
        raise WireError("a damaged exception")
    places = zip(fields[3::3], fields[4::3], fields[5::3], strict=True)
    frames = tuple((name, int(line), function) for name, line, function in places)
    return Raised(fields[0], fields[1], fields[2], frames)


def read_fields(body: bytes) -> list[str]:
    """Read fields of the form ``length:bytes``.

    Raises:
        WireError: `body` is not made of such fields.
    """
    fields: list[str] = []
    position = 0
    while position < len(body):
        colon = body.find(b":", position, position + 12)
        digits = body[position:colon]
        if colon < 0 or not digits.isdigit():
            raise WireError("a damaged field")
        start = colon + 1
        end = start + int(digits)
        if end > len(body):
            raise WireError("a field that is too short")
        fields.append(body[start:end].decode("utf-8", "replace"))
        position = end
    return fields
