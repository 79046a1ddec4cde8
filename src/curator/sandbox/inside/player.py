"""Makes the program ready: compiled, its asserts counted, one step after another.

The steps are tuples of a function and its arguments. One of the last writes the token. It is
`posix.write` itself, which has no frame to look into, and only the iterator of steps holds its
arguments.
"""

from __future__ import annotations

import _operator
import _signal  # type: ignore[import-not-found]
import _thread
import atexit
import faulthandler
import posix
import sys
from itertools import starmap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def prepare(
    tools: tuple[Callable[..., Any], Callable[..., Any]],
    job: dict[str, Any],
    token: bytes,
    channel: int,
    where: int,
) -> Iterator[Any]:
    """Return the program's steps, to be drained from a frame that holds nothing.

    Args:
        tools: What the file ``ledger`` offers.
        job: ``sections`` (form, file name, code), limits, and the folder to be in.
        token: What ends a run that reached its end.
        channel: Where records go.
        where: Where a traceback goes when the supervisor asks for one.
    """
    with_ledger, make_listen = tools
    _confine(job)
    faulthandler.register(job["signal"], where, False)
    module = type(sys)("__main__")
    module.__dict__["__builtins__"] = sys.modules["builtins"]
    module.__dict__["__file__"] = job["folder"] + "/example.py"
    sys.modules["__main__"] = module
    sys.argv[:] = ["example.py"]
    sys.path[:] = [path for path in sys.path if path] + job["paths"]

    held: set[int] = set()
    outputs: dict[int, str] = {}
    steps: list[tuple[Any, ...]] = []
    table = b""
    for form, filename, content in job["sections"]:
        if form == "counted":
            code, stand_in, table = content
            steps.append((exec, with_ledger(code, stand_in, held), module.__dict__))
        elif form == "listened":
            listen = make_listen(module.__dict__, outputs)
            for number, code, kind, name in content:
                if number < 0:
                    steps.append((exec, code, module.__dict__))
                else:
                    steps.append((listen, number, code, kind, name))
        elif form == "code":
            steps.append((exec, content, module.__dict__))
        else:
            # It could not be compiled outside; here it says why.
            steps.append((exec, compile(content, filename, "exec", 0, True, 0), module.__dict__))
    send = _sender(channel)
    send(b"T", table)
    steps.append((_join,))
    # A profile function would be called with the frame of the next step.
    steps.append((sys.setprofile, None))
    steps.append((_make_finish(held, outputs, send),))
    steps.append((posix.write, channel, b"D%08x%s" % (len(token), token)))
    steps.append((_close_down, module.__dict__))
    sys.addaudithook(_make_hook(send, tuple(job["trusted"])))
    return starmap(_operator.call, iter(steps))


def _confine(job: dict[str, Any]) -> None:
    """Set this process's limits; its children inherit them."""
    import resource

    posix.chdir(job["folder"])
    if job["init"]:
        # Where there is no namespace, the group is how everything is found and ended.
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
    held: set[int],
    outputs: dict[int, str],
    send: Callable[[bytes, bytes], None],
) -> Callable[[], None]:
    def finish() -> None:
        fields = [b" ".join([b"%d" % number for number in sorted(held)])]
        for number, text in outputs.items():
            fields += [b"%d" % number, text.encode("utf-8", "backslashreplace")]
        send(b"E", b"".join([b"%d:%s" % (len(field), field) for field in fields]))

    return finish


def _join() -> None:
    """Wait for threads, as the interpreter does before it ends: their asserts count too."""
    if "threading" in sys.modules:
        sys.modules["threading"]._shutdown()  # noqa: SLF001 - what the interpreter calls


def _close_down(space: dict[str, Any]) -> None:
    """End the process as the interpreter would, but without taking it apart.

    Exit functions run, objects of the module are let go, output is flushed. Taking the interpreter
    apart would copy every page that this process shares with the supervisor.
    """
    atexit._run_exitfuncs()  # noqa: SLF001 - what the interpreter calls
    if sys.gettrace() is not None:
        sys.settrace(None)  # the hook tells of this, as it did when the program did it
    sys.setprofile(None)
    if not _thread._count():  # noqa: SLF001 - a daemon thread may still need the names
        space.clear()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
    posix._exit(0)  # noqa: SLF001 - how a process ends at once


def _make_hook(
    send: Callable[[bytes, bytes], None], trusted: tuple[str, ...]
) -> Callable[[str, tuple[Any, ...]], None]:
    """Return an audit hook that tells of ways around the harness before they are taken.

    With those into memory a program could find the token, and a trace function can jump over an
    assert. Hooks cannot be removed from Python code.
    """
    searches = frozenset({"gc.get_objects", "gc.get_referrers", "gc.get_referents"})
    others = frozenset({"cpython.PyInterpreterState_New", "sys._current_frames", "sys.settrace"})
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
