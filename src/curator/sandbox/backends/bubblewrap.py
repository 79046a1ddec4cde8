"""Linux: namespaces by bubblewrap, a system call filter, and a user that owns nothing."""

from __future__ import annotations

import os
import secrets
import shutil
from functools import cache
from pathlib import Path

from curator.sandbox.backend import Backend, Kind
from curator.sandbox.launch import ENVIRONMENT, interpreter
from curator.sandbox.program import Limits

_INSTALL = "Install bubblewrap: apt install bubblewrap, dnf install bubblewrap or the like."
_BLOCKED = (
    "Unprivileged user namespaces may be switched off here; on Ubuntu 24.04 an AppArmor profile "
    "for bwrap allows them."
)
_NOT_AS_ROOT = (
    "Start curator as an ordinary user, or where root may mount and other users may read the "
    "Python that runs it."
)
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_PRIVATE = Path("/tmp")  # noqa: S108 - the sandbox's own
_NOBODY = 65_534
# A range that no account and no container mapping uses by custom; one number a run keeps the
# kernel's count of processes apart for programs that run side by side.
_FIRST_USER, _USERS = 0x6000_0000, 0x1000_0000
# Fewer than bubblewrap's own --dev, which takes longer than all the other mounts together.
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
    "/dev/shm": "/tmp",  # noqa: S108 - counted with the private folder
}


def find() -> Backend:
    """Look for bubblewrap and try it.

    Root gets no user namespace: the program would be root there for the kernel, and with it the
    owner of all that no mount hides, such as settings under ``/proc``.
    """
    command = shutil.which("bwrap")
    if command is None:
        return Backend(Kind.NONE, "bubblewrap (bwrap) is not installed.", hint=_INSTALL)
    from curator.sandbox.runner import try_out

    root = os.geteuid() == 0
    backend = Backend(
        Kind.BUBBLEWRAP,
        f"Programs run sealed by {command}.",
        command=command,
        own_user=root,
    )
    problem = try_out(backend)
    if not problem:
        return backend
    return Backend(
        Kind.NONE,
        f"bubblewrap does not work here: {problem}",
        hint=_NOT_AS_ROOT if root else _BLOCKED,
    )


def pick_user(backend: Backend) -> int | None:
    """Return the user that the supervisor becomes, or None where a namespace maps one already."""
    return _FIRST_USER + secrets.randbelow(_USERS) if backend.own_user else None


def arguments(backend: Backend, limits: Limits, seccomp: int | None) -> list[str]:
    """Return the command line that goes before the interpreter's own.

    Args:
        backend: What `find` returned.
        limits: How much the program may use.
        seccomp: The descriptor that bubblewrap reads the system call filter from, or None for a
            processor that has none.
    """
    words = [backend.command, "--die-with-parent", "--new-session", "--as-pid-1"]
    words += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    words += ["--unshare-cgroup-try", "--hostname", "sandbox"]
    words += ["--cap-drop", "ALL"]
    if backend.own_user:
        words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        words += ["--unshare-user", "--uid", str(_NOBODY), "--gid", str(_NOBODY)]
    words += ["--clearenv"]
    for name, value in ENVIRONMENT.items():
        words += ["--setenv", name, value]
    # Before the rest: an environment to be shown may itself lie in there.
    words += ["--perms", "1777", "--size", str(limits.disk), "--tmpfs", str(_PRIVATE)]
    words += _mounts(_readable(limits))
    words += ["--proc", "/proc", "--perms", "0755", "--dir", "/dev"]
    for name in _DEVICES:
        words += ["--dev-bind", name, name]
    for name, target in _LINKS.items():
        words += ["--symlink", target, name]
    words += ["--remount-ro", "/", "--chdir", str(_PRIVATE)]
    if seccomp is not None:
        words += ["--seccomp", str(seccomp)]
    return [*words, "--"]


@cache
def _mounts(roots: tuple[Path, ...]) -> list[str]:
    """Return the options that show the system's programs and libraries, links as links.

    Args:
        roots: What else to show.
    """
    words: list[str] = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            words += ["--ro-bind", name, name]
    # Folders that bubblewrap makes on the way to a mount would be for their owner only.
    for parent in sorted(
        {parent for root in roots for parent in root.parents} - {Path("/"), _PRIVATE}
    ):
        words += ["--perms", "0755", "--dir", str(parent)]
    for root in roots:
        words += ["--ro-bind", str(root), str(root)]
    return words


def _readable(limits: Limits) -> tuple[Path, ...]:
    """Return what else must be seen: the interpreter, and the packages that were asked for."""
    roots = [*interpreter().roots]
    if limits.venv is not None:
        roots.append(limits.venv.resolve())
    return tuple(root for root in roots if not root.is_relative_to("/usr"))
