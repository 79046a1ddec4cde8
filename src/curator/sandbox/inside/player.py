"""Makes the program ready: compiled, its asserts counted, one step after another.

The steps are tuples of a function and its arguments. The last one, `finish`, is the only thing
that knows the token, and only the iterator of steps knows `finish`.
"""

from __future__ import annotations

import _ast
import _operator
import _signal  # type: ignore[import-not-found]
import atexit
import posix
import sys
from itertools import starmap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType
    from typing import Any

AST_ONLY = 0x400
FUTURES = 0x1FE0000  # the flags of every `from __future__` feature


def prepare(job: dict[str, Any], token: bytes, channel: int) -> Iterator[Any]:
    """Return the program's steps, to be drained from a frame that holds nothing.

    Args:
        job: ``sections`` (role, file name, code), limits, and the folder to be in.
        token: What ends a run that reached its end.
        channel: Where records go.
    """
    _confine(job)
    module = type(sys)("__main__")
    module.__dict__["__builtins__"] = sys.modules["builtins"]
    module.__dict__["__file__"] = job["folder"] + "/example.py"
    sys.modules["__main__"] = module
    sys.argv[:] = ["example.py"]
    sys.path[:] = [path for path in sys.path if path] + job["paths"]

    held: set[int] = set()
    steps: list[tuple[Any, ...]] = []
    table: list[bytes] = []
    flags = 0
    for role, filename, source in job["sections"]:
        if role == "test":
            code, table = _counted(source, filename, flags, held)
        else:
            code = compile(source, filename, "exec", flags, True, 0)
        flags |= code.co_flags & FUTURES
        steps.append((exec, code, module.__dict__))
    send = _sender(channel)
    send(b"T", b" ".join(table))
    steps.append((_make_finish(token, held, send),))
    steps.append((_close_down, module.__dict__))
    sys.addaudithook(_make_hook(send, tuple(job["trusted"])))
    return starmap(_operator.call, iter(steps))


def _confine(job: dict[str, Any]) -> None:
    """Set this process's limits; its children inherit them."""
    import resource

    posix.chdir(job["folder"])
    posix.setpgid(0, 0)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    empty = posix.open("/dev/null", posix.O_RDONLY)
    posix.dup2(empty, 0)
    posix.close(empty)
    for name, soft, hard in job["limits"]:
        if hasattr(resource, name):
            number = getattr(resource, name)
            most = resource.getrlimit(number)[1]
            if most == resource.RLIM_INFINITY:
                most = hard
            resource.setrlimit(number, (min(soft, most), min(hard, most)))


def _sender(channel: int) -> Callable[[bytes, bytes], None]:
    def send(kind: bytes, body: bytes) -> None:
        message = b"%s%08x%s" % (kind, len(body), body)
        while message:
            message = message[posix.write(channel, message) :]

    return send


def _make_finish(
    token: bytes, held: set[int], send: Callable[[bytes, bytes], None]
) -> Callable[[], None]:
    def finish() -> None:
        marks = b" ".join([b"%d" % number for number in sorted(held)])
        send(b"E", token + b"%d:%s" % (len(marks), marks))

    return finish


def _close_down(space: dict[str, Any]) -> None:
    """End the process as the interpreter would, but without taking it apart.

    Threads are waited for, exit functions run, objects of the module are let go, output is
    flushed. Taking the interpreter apart would copy every page that this process shares with the
    supervisor.
    """
    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()  # noqa: SLF001 - what the interpreter calls
    atexit._run_exitfuncs()  # noqa: SLF001 - what the interpreter calls
    space.clear()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
    posix._exit(0)  # noqa: SLF001 - how a process ends at once


def _make_hook(
    send: Callable[[bytes, bytes], None], trusted: tuple[str, ...]
) -> Callable[[str, tuple[Any, ...]], None]:
    """Return an audit hook that tells of ways into memory before they are taken.

    With them a program could find the token. Hooks cannot be removed from Python code.
    """
    searches = frozenset({"gc.get_objects", "gc.get_referrers", "gc.get_referents"})
    others = frozenset({"cpython.PyInterpreterState_New", "sys._current_frames"})
    hacks = frozenset({"_ctypes", "_testcapi", "_testinternalcapi", "_xxsubinterpreters"})
    told: set[str] = set()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "import":
            name, filename = args[0], args[1]
            if name in hacks:
                reached = "import " + name
            elif filename and not filename.startswith(trusted):
                reached = "import " + filename
            else:
                return
        elif event in searches or event in others or event[:7] == "ctypes.":
            reached = event
        else:
            return
        if reached not in told and len(told) < 20:
            told.add(reached)
            send(b"N", reached.encode("utf-8", "backslashreplace"))

    return hook


def _counted(
    source: str, filename: str, flags: int, held: set[int]
) -> tuple[CodeType, list[bytes]]:
    """Compile the test so that each assert leaves a mark in `held`.

    ``assert X, M`` becomes ``if X: held.add(2 * n)`` and otherwise ``held.add(2 * n + 1)``
    before the assertion fails, so that a failure which the test itself catches is known too.
    `held` is a constant of the code: no name leads to it.

    Returns:
        The code, and for each assert its line, with ``!`` where nothing but a failure before it
        can keep it from running.
    """
    tree: Any = compile(source, filename, "exec", flags | AST_ONLY, True, 0)
    stand_in = posix.urandom(8).hex()
    table: list[bytes] = []

    def rewrite(body: list[Any], top: bool) -> list[Any]:
        new: list[Any] = []
        for statement in body:
            if type(statement) is _ast.Assert:
                number = 2 * len(table)
                table.append(b"%d%s" % (statement.lineno, b"!" if top else b""))
                new.append(_marked(statement, stand_in, number))
                continue
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(statement, name, None)
                if isinstance(inner, list):
                    setattr(statement, name, rewrite(inner, False))
            for name in ("handlers", "cases"):
                for branch in getattr(statement, name, ()):
                    branch.body = rewrite(branch.body, False)
            new.append(statement)
        return new

    tree.body = rewrite(tree.body, True)
    code = compile(tree, filename, "exec", flags, True, 0)
    return _with_constant(code, stand_in, held), table


def _marked(statement: Any, stand_in: str, number: int) -> Any:
    """Return an ``if`` for an ``assert``, with the same place in the source."""
    names = ("lineno", "col_offset", "end_lineno", "end_col_offset")
    place = {name: getattr(statement, name) for name in names}

    def mark(value: int) -> Any:
        owner = _ast.Constant(stand_in, **place)
        method = _ast.Attribute(owner, "add", _ast.Load(), **place)
        return _ast.Expr(_ast.Call(method, [_ast.Constant(value, **place)], [], **place), **place)

    condition = statement.test
    statement.test = _ast.Constant(False, **place)
    return _ast.If(condition, [mark(number)], [mark(number + 1), statement], **place)


def _with_constant(code: CodeType, stand_in: str, value: object) -> CodeType:
    """Return `code` with the constant `stand_in` replaced by `value`, in nested code too."""
    constants: list[Any] = []
    for constant in code.co_consts:
        if type(constant) is type(code):
            constants.append(_with_constant(constant, stand_in, value))
        else:
            constants.append(value if constant == stand_in else constant)
    return code.replace(co_consts=tuple(constants))
