"""macOS: ``sandbox-exec`` with a profile that denies what it does not name.

Written from the profile language as Apple's own profiles in ``/System/Library/Sandbox`` use it,
and not yet run on a Mac: `find` tries it there, and says so if it does not work.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from curator.sandbox.backend import Backend, Kind
from curator.sandbox.launch import interpreter
from curator.sandbox.program import Limits

_SYSTEM = ("/usr/lib", "/usr/share", "/System/Library", "/System/Cryptexes", "/Library/Apple")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_QUIET = 0.2  # seconds in which most programs are over, before memory is looked at


def find() -> Backend:
    """Look for ``sandbox-exec`` and try it."""
    command = shutil.which("sandbox-exec") or "/usr/bin/sandbox-exec"
    if not Path(command).exists():
        return Backend(
            Kind.NONE,
            "sandbox-exec is not there.",
            hint="It is a part of macOS; see whether /usr/bin is on the PATH.",
        )
    from curator.sandbox.runner import try_out

    backend = Backend(Kind.SEATBELT, f"Programs run sealed by {command}.", command=command)
    problem = try_out(backend)
    if problem:
        return Backend(
            Kind.NONE,
            f"sandbox-exec does not work here: {problem}",
            hint="A process that is itself sandboxed cannot start it; try a plain terminal.",
        )
    return backend


def profile(folder: str, limits: Limits) -> str:
    """Return the profile of one run.

    Args:
        folder: The only folder that may be written to, with no link in its path.
        limits: Names the virtual environment to show, if any.
    """
    readable = [*_SYSTEM, *(str(root) for root in interpreter().roots)]
    if limits.venv is not None:
        readable.append(str(limits.venv.resolve()))
    # To open a file the system looks up each folder on the way to it.
    parents = {str(parent) for path in [*readable, folder] for parent in Path(path).parents}
    lines = [
        "(version 1)",
        "(deny default)",
        "(deny network*)",
        "(allow process-fork)",
        "(allow signal (target same-sandbox))",
        "(allow sysctl-read)",
        "(allow file-read-metadata " + " ".join(_literal(path) for path in sorted(parents)) + ")",
        "(allow file-read* " + " ".join(_subpath(path) for path in readable) + ")",
        "(allow file-read* " + " ".join(_literal(path) for path in ("/", *_DEVICES)) + ")",
        f"(allow file-write-data {_literal('/dev/null')})",
        f"(allow process-exec* {_literal(str(interpreter().executable))})",
        f"(allow file-read* file-write* {_subpath(folder)})",
        "(allow file-map-executable " + " ".join(_subpath(path) for path in readable) + ")",
    ]
    return "\n".join(lines) + "\n"


def arguments(backend: Backend, limits: Limits, folder: str) -> list[str]:
    """Return the command line that goes before the interpreter's own."""
    return [backend.command, "-p", profile(folder, limits)]


def over_memory(backend: Backend, group: int, limits: Limits, elapsed: float) -> bool:
    """Say whether a group of processes holds more memory than it may.

    macOS does not keep to RLIMIT_AS, so the parent looks; on Linux the supervisor does.

    Args:
        backend: The way the program runs; only macOS's asks for this.
        group: The process group, whose leader started the program.
        limits: How much it may use.
        elapsed: Seconds since the start.
    """
    if backend.kind is not Kind.SEATBELT or elapsed < _QUIET:
        return False
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
        listing = subprocess.run(
            ["/bin/ps", "-A", "-o", "pgid=,pid=,ppid=,rss="],
            capture_output=True,
            check=True,
            timeout=2,
            env={"PATH": os.defpath},
        ).stdout
        return resident(listing.decode("ascii", "replace"), group) > limits.memory
    return False


def resident(listing: str, group: int) -> int:
    """Return the resident bytes of a group and of every descendant of its members.

    Args:
        listing: Lines of process group, process, parent and resident KiB.
        group: The process group to start from.
    """
    rows = [tuple(map(int, line.split())) for line in listing.splitlines() if line.strip()]
    members = {pid for pgid, pid, _, _ in rows if pgid == group}
    grown = True
    while grown:
        more = {pid for _, pid, parent, _ in rows if parent in members} - members
        grown = bool(more)
        members |= more
    return sum(kib << 10 for _, pid, _, kib in rows if pid in members)


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(path: str) -> str:
    return f"(literal {_quoted(path)})"


def _subpath(path: str) -> str:
    return f"(subpath {_quoted(path)})"
