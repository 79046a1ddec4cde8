"""What rewritten sections write to: asserts that held, values that differed, outputs."""

from __future__ import annotations

import _operator
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType
    from typing import Any

OUTPUT = 20_000  # characters of one output that are compared
SHOWN = 200  # characters of a value in a message
OPERATORS = {
    "Eq": ("==", _operator.eq),
    "NotEq": ("!=", _operator.ne),
    "Lt": ("<", _operator.lt),
    "LtE": ("<=", _operator.le),
    "Gt": (">", _operator.gt),
    "GtE": (">=", _operator.ge),
    "Is": ("is", _operator.is_),
    "IsNot": ("is not", _operator.is_not),
    "In": ("in", lambda left, right: left in right),
    "NotIn": ("not in", lambda left, right: left not in right),
}


class Ledger:
    """What the asserts of a test write to."""

    def __init__(self, held: set[int]) -> None:
        self.mark = held.add
        self.text = ""

    def check(self, left: object, right: object, name: str) -> object:
        """Compare, and keep what the two were if the comparison does not hold."""
        sign, operator = OPERATORS[name]
        result = operator(left, right)
        if not result:
            self.text = f"{_shown(left)} {sign} {_shown(right)}"
        return result

    def say(self) -> str:
        """Return the values of the comparison that did not hold."""
        return self.text


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except BaseException as error:  # the program's own method may do anything
        return f"<its repr raised {type(error).__name__}>"
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


class Listener:
    """Standard output that also keeps what is written while somebody listens.

    It is there from the first section on, since a logging handler, for one, holds on to the
    stream that it was made with.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.buffer = Bytes(self, stream.buffer)
        self.kept: list[str] = []
        self.room = 0

    def listen(self) -> None:
        """Forget what was kept, and keep what comes."""
        self.kept = []
        self.room = OUTPUT

    def heard(self) -> str:
        """Return what was kept, and keep no more."""
        self.room = 0
        return "".join(self.kept)

    def keep(self, text: str) -> None:
        """Keep a copy while there is room."""
        if self.room > 0:
            self.kept.append(text[: self.room])
            self.room -= len(text)

    def write(self, text: str) -> int:
        """Write on, and keep a copy."""
        count = int(self.stream.write(text))
        self.keep(text)
        return count

    def writelines(self, lines: Iterable[str]) -> None:
        """Write on, line by line."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class Bytes:
    """The bytes under standard output, listened to as well."""

    def __init__(self, listener: Listener, stream: Any) -> None:
        self.listener = listener
        self.stream = stream

    def write(self, data: Any) -> int:
        """Write on, and keep a copy of the text."""
        count = int(self.stream.write(data))
        self.listener.keep(bytes(data).decode("utf-8", "replace"))
        return count

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def with_ledger(code: CodeType, stand_in: str, held: set[int]) -> CodeType:
    """Return a test's code with a ledger in the place of the constant `stand_in`."""
    return _replace(code, stand_in, Ledger(held))


def _replace(code: CodeType, stand_in: str, value: object) -> CodeType:
    constants: list[Any] = []
    for constant in code.co_consts:
        if type(constant) is type(code):
            constants.append(_replace(constant, stand_in, value))
        else:
            constants.append(value if constant == stand_in else constant)
    return code.replace(co_consts=tuple(constants))


def make_listen(space: dict[str, Any], outputs: dict[int, str]) -> Callable[..., None]:
    """Return a function that runs a statement and keeps what it prints, or its value.

    Args:
        space: The program's namespace.
        outputs: Where the output goes, by the number of its promise.
    """
    listener: Any = Listener(sys.stdout)
    sys.stdout = listener

    def listen(number: int, code: CodeType, kind: str, name: str) -> None:
        value = None
        listener.listen()
        if kind == "eval":
            value = eval(code, space)  # noqa: S307 - running it is what the sandbox is for
        else:
            exec(code, space)  # noqa: S102
        printed = listener.heard()
        if name:
            value = space.get(name)
        # A method of the program's own may return a string that is more than one.
        text = printed or ("" if value is None else str.__str__(repr(value)))
        outputs[number] = text[:OUTPUT]

    return listen


TOOLS = (with_ledger, make_listen)
