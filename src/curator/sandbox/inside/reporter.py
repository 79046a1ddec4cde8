"""Tells the supervisor of the exception that ended the program.

What this says can only make a run fail, so it needs no secret, and the program may call it.
"""

from __future__ import annotations

import posix
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

FRAMES = 30
TEXT = 4000


def make_report(channel: int) -> Callable[[BaseException], None]:
    """Return a function that reports an exception and ends the process with status 1."""

    def report(error: BaseException) -> None:
        fields = [type(error).__name__, _describe(error)]
        code = getattr(error, "code", None) if isinstance(error, SystemExit) else None
        if isinstance(code, bool):
            code = int(code)
        fields.append("" if code is None or isinstance(code, str) else str(code)[:100])
        if isinstance(error, SyntaxError):
            fields += [str(error.filename), str(error.lineno or 0), "<module>"]
        for frame in _frames(error.__traceback__):
            fields += frame
        body = b"".join(_field(text) for text in fields)
        message = b"X%08x%s" % (len(body), body)
        try:
            while message:
                message = message[posix.write(channel, message) :]
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        finally:
            posix._exit(1)  # noqa: SLF001 - how a process ends at once

    return report


def _field(text: str) -> bytes:
    raw = text.encode("utf-8", "backslashreplace")
    return b"%d:%s" % (len(raw), raw)


def _describe(error: BaseException) -> str:
    """Return the exception's message; its own methods may misbehave."""
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
        notes = getattr(error, "__notes__", ())
        if notes:
            text = "\n".join([text, *map(str, notes)])
        return text[:TEXT]
    except BaseException as nested:
        return f"<its message raised {type(nested).__name__}>"


def _frames(trace: TracebackType | None) -> list[list[str]]:
    """Return file name, line and function of the frames in the example, outermost first."""
    found: list[list[str]] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename[:1] == "<":
            found.append([code.co_filename, str(trace.tb_lineno), code.co_name])
        trace = trace.tb_next
    return found if len(found) <= FRAMES else found[: FRAMES // 2] + found[-FRAMES // 2 :]
