"""What the system tells of itself: which start this is, whom it killed, how to stay awake."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import shutil
import signal
import subprocess
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_VMSTAT = Path("/proc/vmstat")
_PR_SET_PDEATHSIG = 1


def boot_id() -> str:
    """Return what names this start of the machine; empty where the system does not say."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def oom_kills() -> int | None:
    """Return how many processes Linux has killed for want of memory since it started, or None."""
    try:
        lines = _VMSTAT.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        name, _, number = line.partition(" ")
        if name == "oom_kill":
            return int(number)
    return None


def backends() -> list[str]:
    """Return MLX's backends that are installed, ``metal``, ``cuda`` and ``cpu``, best first.

    On Linux the CPU's and CUDA's bring a library of the same name: where both are installed, the
    one that came last is used.
    """
    names = {"mlx-metal": "metal", "mlx-cuda-12": "cuda", "mlx-cuda-13": "cuda", "mlx-cpu": "cpu"}
    found = []
    for package, backend in names.items():
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            importlib.metadata.version(package)
            found.append(backend)
    return found


def has_gpu() -> bool:
    """Return whether MLX would compute on a GPU, as far as what is installed tells."""
    return any(backend in {"metal", "cuda"} for backend in backends())


def keep_awake() -> bool:
    """Keep the machine from sleeping for as long as this process lives, where it has a way.

    On macOS ``caffeinate`` watches this process and ends with it; on Linux ``systemd-inhibit``
    holds sleep off for as long as ``tail`` watches it. Where neither is there, nothing is done, and
    where systemd refuses, the machine sleeps as it would have.

    Returns:
        Whether it was asked for.
    """
    command = _waker(platform.system(), os.getpid())
    if command is None:
        return False
    subprocess.Popen(  # noqa: S603 - the system's own tools, and nothing of a person's
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
    )
    return True


def end_with_parent(yes: bool) -> None:
    """Have the system end this process when its parent ends, or no longer; Linux alone can.

    For a wait in a library that keeps the interpreter to itself, so that no thread of ours hears
    anything.
    """
    if platform.system() == "Linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL if yes else 0)


def _waker(system: str, pid: int) -> list[str] | None:
    """Return the command that keeps a system awake until process `pid` ends; None without one."""
    if system == "Darwin":
        # Any system has a `caffeinate` if somebody wrote one; only Apple's is known.
        caffeinate = shutil.which("caffeinate")
        return [caffeinate, "-i", "-w", str(pid)] if caffeinate else None
    inhibit, tail = shutil.which("systemd-inhibit"), shutil.which("tail")
    if system != "Linux" or inhibit is None or tail is None:
        return None
    why = ["--what=sleep:idle", "--mode=block", "--who=curator", "--why=A training is at work."]
    return [inhibit, *why, tail, f"--pid={pid}", "-f", "/dev/null"]
