"""The outermost frame: everything in this namespace can be seen, and spoiled, by the program.

So it holds no secret. `deque` drains the steps that `supervise` returns; their iterator is never
bound to a name, so no frame leads to it, and after the last step nothing here is needed.
"""

from __future__ import annotations

import builtins
import posix
from _collections import deque  # type: ignore[import-not-found]

TYPE_CHECKING = False

if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

# Bound by the command line that executes this file.
codes: dict[str, CodeType]
job: dict[str, Any]


def load(part: str, entry: str) -> Any:
    """Execute one part in a namespace of its own, builtins included, and return its `entry`."""
    space = {"__builtins__": dict(vars(builtins)), "__name__": part}
    exec(codes.pop(part), space)  # noqa: F821, S102 - these are the harness's own files
    return space[entry]


channel = posix.pipe()
report = load("reporter", "make_report")(channel[1])
try:
    deque(
        load("supervisor", "supervise")(
            load("player", "prepare"),
            load("ledger", "TOOLS"),
            job,  # noqa: F821
            channel,
        ),
        0,
    )
except BaseException as error:
    report(error)
