"""The process that watches: first in the sandbox, keeper of the run's nonce, never the program.

It forks a child for the program, and only then reads the nonce from a pipe that the child has
closed, so the nonce is in no memory that the program could search. In a process namespace it is
process 1, which no signal from inside can touch, and when it exits the kernel ends all the rest.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import posix
import resource  # noqa: F401 - loaded here once, for both sides of the fork
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

TICK = 0.04  # seconds between looks at memory and files
CHANNEL_LIMIT = 4 << 20
NONCE = 32
PR_SET_DUMPABLE = 4
WHERE = 3000  # bytes of a traceback of a program that takes too long


def supervise(
    prepare: Callable[..., Iterator[Any]],
    tools: tuple[Callable[..., Any], ...],
    job: dict[str, Any],
    channel: tuple[int, int],
) -> Iterator[Any]:
    """Fork; return the program's steps in the child, and watch over it in the parent.

    Args:
        prepare: The player's entry, called in the child.
        tools: What it changes code with.
        job: What the parent of the sandbox asks for.
        channel: The pipe that the child's records come by.
    """
    posix.write(job["report"], b"S")
    _harden(job)
    token = posix.urandom(16).hex().encode()
    where = posix.pipe()
    child = posix.fork()
    if not child:
        posix.close(channel[0])
        posix.close(where[0])
        posix.close(job.pop("nonce"))
        posix.close(job.pop("report"))
        return prepare(tools, job, token, channel[1], where[1])
    status = 127
    try:
        posix.close(channel[1])
        status = _watch(job, child, channel[0], where[0], token)
    finally:
        if not job["init"]:
            posix.killpg(0, _signal.SIGKILL)  # what the program started, and this process
        posix._exit(status)  # noqa: SLF001 - how a process ends at once


def _harden(job: dict[str, Any]) -> None:
    """Drop to the run's own user, and close this process's memory to every other one."""
    if job["user"] is not None:
        posix.setgroups([])
        posix.setresgid(job["user"], job["user"], job["user"])
        posix.setresuid(job["user"], job["user"], job["user"])
    if job["linux"]:
        try:
            import _ctypes
        except ImportError:
            return
        prctl = _ctypes.dlsym(_ctypes.dlopen("", 0), "prctl")
        _ctypes.call_function(prctl, (PR_SET_DUMPABLE, 0, 0, 0, 0))
        del sys.modules["_ctypes"]


def _watch(job: dict[str, Any], child: int, records: int, where: int, token: bytes) -> int:
    """Wait for the child, then write the verdict's facts; return this process's own status.

    A timer looks at memory and files, and collects ended processes, while the child's records
    are waited for. It raises nothing, so that no record that was just read is lost. A byte on the
    nonce's pipe says that time is up: the child is asked where it is, and ended one tick later.
    """
    # No more than that: on a slow machine the time may be up by now, and a byte be waiting.
    nonce = posix.read(job["nonce"], NONCE)
    posix.set_blocking(job["nonce"], False)
    causes: list[bytes] = []
    ended: list[Any] = []
    asked = False

    def look(_number: int, _frame: object) -> None:
        try:
            while (found := posix.wait4(-1, posix.WNOHANG))[0]:
                if found[0] == child:
                    ended.append(found)
        except ChildProcessError:
            pass
        if ended:
            # Something that the program started may hold the channel open; do not wait for it.
            posix.set_blocking(records, False)
            return
        nonlocal asked
        if asked:
            end(b"time")
        try:
            if not posix.read(job["nonce"], 1):
                # Whoever asked for this run is gone.
                if not job["init"]:
                    posix.killpg(0, _signal.SIGKILL)
                posix._exit(1)  # noqa: SLF001 - how a process ends at once
            asked = True
            posix.kill(child, job["signal"])
        except BlockingIOError:
            pass
        cause = _excess(job)
        if cause:
            end(cause)

    def end(cause: bytes) -> None:
        causes.append(cause)
        try:  # noqa: SIM105 - importing contextlib takes longer than this process lives
            posix.kill(-1 if job["init"] else child, _signal.SIGKILL)
        except ProcessLookupError:
            pass  # all of them ended just now

    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
    _signal.signal(_signal.SIGALRM, look)
    _signal.setitimer(_signal.ITIMER_REAL, TICK, TICK)
    buffer = b""
    try:
        while piece := posix.read(records, 1 << 16):
            buffer += piece
            if len(buffer) > CHANNEL_LIMIT:
                end(b"channel")
                break
    except BlockingIOError:
        pass
    while not ended:
        try:
            ended.append(posix.wait4(child, 0))
        except ChildProcessError:
            continue  # `look` was quicker
    _signal.setitimer(_signal.ITIMER_REAL, 0)
    kept, finished, sound = _records(buffer, token)
    _, status, usage = ended[0]
    if asked and not causes and posix.waitstatus_to_exitcode(status) == -job["signal"]:
        causes.append(b"time")  # it was not far enough to say where it is
    head = b"%d %d %d %d %s\n" % (
        posix.waitstatus_to_exitcode(status),
        usage.ru_maxrss,
        finished,
        sound and b"channel" not in causes,
        causes[0] if causes else b"",
    )
    place = _rest(where)[:WHERE]
    _write(job["report"], nonce + head + b"W%08x%s" % (len(place), place) + kept)
    return 0


def _rest(descriptor: int) -> bytes:
    """Return what is in a pipe now."""
    posix.set_blocking(descriptor, False)
    try:
        return posix.read(descriptor, 1 << 16)
    except BlockingIOError:
        return b""


def _write(descriptor: int, text: bytes) -> None:
    while text:
        text = text[posix.write(descriptor, text) :]


def _records(text: bytes, token: bytes) -> tuple[bytes, bool, bool]:
    """Check the child's records and strip the token from them.

    A record is a letter, eight hexadecimal digits of length, and a body. At the end there is one
    ``E`` with what was seen, and after it one ``D`` with the token.

    Returns:
        The records without tokens, whether the end was reached, and whether all were well formed.
    """
    kept = b""
    told = ended = False
    while text:
        head, digits = text[:1], text[1:9]
        if len(digits) != 8 or digits.strip(b"0123456789abcdef") or head not in b"TNXED":
            return kept, ended, False
        size = int(digits, 16)
        body, text = text[9 : 9 + size], text[9 + size :]
        if len(body) != size:
            return kept, ended, False
        if head == b"D":
            if body != token or not told or ended:
                return kept, ended, False
            ended = True
            continue
        if head == b"E":
            if told:
                return kept, ended, False
            told = True
        kept += b"%s%08x%s" % (head, len(body), body)
    return kept, ended, True


def _excess(job: dict[str, Any]) -> bytes:
    """Return which limit the processes together are over, or nothing."""
    if not job["init"]:
        return b""
    used = posix.statvfs("/tmp")  # noqa: S108 - the sandbox's own
    if used.f_files - used.f_ffree > job["files"]:
        return b"files"
    others = [name for name in posix.listdir("/proc") if name.isdigit() and name != "1"]
    if len(others) > job["processes"]:
        return b"processes"
    if _sockets() > job["open_files"]:
        return b"sockets"
    total = 0
    for name in others:
        total += _private_memory(name)
    return b"memory" if total > job["memory"] else b""


def _sockets() -> int:
    """Return how many sockets there are in this network namespace: what waits in them is memory."""
    try:
        descriptor = posix.open("/proc/net/sockstat", posix.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(posix.read(descriptor, 64).split()[2])
    finally:
        posix.close(descriptor)


def _private_memory(pid: str) -> int:
    """Return the bytes that a process shares with no file, 0 if it has just ended."""
    try:
        descriptor = posix.open(f"/proc/{pid}/status", posix.O_RDONLY)
    except OSError:
        return 0
    try:
        text = posix.read(descriptor, 4096)
    except OSError:
        return 0
    finally:
        posix.close(descriptor)
    total = 0
    for line in text.splitlines():
        if line.startswith((b"RssAnon:", b"RssShmem:")):
            total += int(line.split()[1]) << 10
    return total
