"""How a sandboxed interpreter is started: its command line, and the job it is handed."""

from __future__ import annotations

import ast
import marshal
import os
import platform
import signal
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from curator.errors import SandboxError
from curator.sandbox.expected import promises
from curator.sandbox.program import ROLES, Limits, Program
from curator.sandbox.reading import UNREADABLE, code_of, futures
from curator.sandbox.rewriting import counted, listened

_PARTS = ("boot", "supervisor", "player", "ledger", "reporter")
_BOOT = (
    "import marshal,posix,sys;"
    "codes,job=map(marshal.loads,marshal.loads(posix.read(int(sys.argv[1]),1<<25)));"
    "posix.close(int(sys.argv[1]));"
    "exec(codes.pop('boot'))"
)
ENVIRONMENT = {"HOME": "/tmp", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TMPDIR": "/tmp"}  # noqa: S108


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The Python that runs programs: the one that runs curator, without its packages.

    Attributes:
        executable: Path of the real binary, with no link in it.
        roots: Folders that hold it and its standard library.
    """

    executable: Path
    roots: tuple[Path, ...]


@cache
def interpreter() -> Interpreter:
    """Return the interpreter that programs run under."""
    # An attribute of CPython that names the interpreter a virtual environment was made from.
    base = getattr(sys, "_base_executable", None) or sys.executable
    executable = Path(base).resolve()
    wanted = [Path(sys.base_prefix), Path(sys.base_exec_prefix), Path(os.__file__).parent]
    wanted = [path.resolve() for path in wanted] + [executable]
    roots: list[Path] = []
    for path in sorted(set(wanted), key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(root) for root in roots):
            roots.append(path)
    return Interpreter(executable, tuple(roots))


def command(job: int) -> list[str]:
    """Return the command line of the sandboxed interpreter.

    Args:
        job: The descriptor that its job is read from.
    """
    return [str(interpreter().executable), "-I", "-S", "-B", "-X", "utf8", "-c", _BOOT, str(job)]


@cache
def _codes() -> bytes:
    """Compile the parts of the harness, without the file that ``__future__`` would load."""
    folder = files("curator.sandbox.inside")
    codes = {}
    for part in _PARTS:
        tree = ast.parse(folder.joinpath(f"{part}.py").read_text("utf-8"))
        tree.body = [
            node
            for node in tree.body
            if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        ]
        codes[part] = compile(
            tree,
            f"curator/{part}.py",
            "exec",
            flags=annotations.compiler_flag,
            dont_inherit=True,
            optimize=0,
        )
    return marshal.dumps(codes)


def packages(venv: Path) -> Path:
    """Return the folder of packages of a virtual environment.

    Raises:
        SandboxError: `venv` is none, or belongs to another version of Python.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = venv.resolve() / "lib" / version / "site-packages"
    if not found.is_dir():
        raise SandboxError(
            f"This is not a virtual environment of {version.replace('python', 'Python ')}.",
            path=venv,
            hint="Programs run under the Python that runs curator; make the environment with it.",
        )
    return found


def _sections(program: Program) -> list[tuple[str, str, Any]]:
    """Return each section as the sandbox takes it: its form, its file name and its content.

    Compiling runs nothing of the code, and the first compilation of a process takes longer than
    all the rest of the harness, so it is done once here and not once a program there. What cannot
    be compiled here goes as it is, and fails in the sandbox as it should.
    """
    sections: list[tuple[str, str, Any]] = []
    section: tuple[str, str, Any]
    flags = 0
    for role in ROLES:
        source, filename = program.code(role), program.filename(role)
        if not source.strip():
            continue
        try:
            if role == "test":  # the last of them, so its own flags concern none
                section = ("counted", filename, counted(source, filename, flags))
            else:
                code = code_of(source, filename, "exec", flags)
                section = ("code", filename, code)
                if role == "usage" and (found := promises(source)):
                    section = ("listened", filename, listened(source, filename, flags, found))
                flags |= futures(code)
        except UNREADABLE:
            section = ("source", filename, source)
        sections.append(section)
    return sections


def _process_limit(
    limits: Limits, *, init: bool, own_user: bool, release: str | None = None
) -> list[tuple[str, int, int]]:
    """Return the limit on processes where it counts this run's alone.

    The kernel counts them for each user, and since Linux 5.14 for each user namespace too. Where
    it would count all that a person has running, the supervisor's own count has to do.
    """
    numbers = (release or platform.release()).split("-")[0].split(".")[:2]
    version = tuple(int(number) for number in numbers if number.isdigit())
    if not init or (not own_user and version < (5, 14)):
        return []
    return [("RLIMIT_NPROC", limits.processes, limits.processes)]


def write_job(
    program: Program,
    limits: Limits,
    *,
    nonce: int,
    report: int,
    folder: str,
    user: int | None,
    init: bool,
) -> int:
    """Write what the sandboxed interpreter is to do into an unnamed file.

    Args:
        program: What to run.
        limits: How much it may use.
        nonce: Descriptor that the supervisor reads the nonce from.
        report: Descriptor that it writes its report to.
        folder: The program's private folder, as seen from inside.
        user: User and group to become, or None to stay.
        init: Whether the supervisor will be process 1 of a namespace.

    Returns:
        A descriptor at the start of that file; the caller closes it.
    """
    linux = sys.platform == "linux"
    seconds = int(limits.seconds) + 2
    job = {
        "nonce": nonce,
        "report": report,
        "folder": folder,
        "user": user,
        "init": init,
        "linux": linux,
        "memory": limits.memory,
        "processes": limits.processes,
        # The last of the real-time signals, or on macOS one that Python does not use.
        "signal": int(getattr(signal, "SIGRTMAX", signal.SIGUSR2)),
        "files": limits.files,
        "open_files": limits.open_files,
        "paths": [str(packages(limits.venv))] if limits.venv else [],
        "trusted": [str(root) for root in interpreter().roots]
        + ([str(limits.venv.resolve())] if limits.venv else []),
        "sections": _sections(program),
        "limits": [
            # The address space is wider than the data, since threads reserve far more than
            # they use.
            ("RLIMIT_AS", limits.memory * 4, limits.memory * 4),
            ("RLIMIT_DATA", limits.memory, limits.memory),
            ("RLIMIT_CPU", seconds, seconds + 1),
            ("RLIMIT_FSIZE", limits.disk, limits.disk),
            ("RLIMIT_NOFILE", limits.open_files, limits.open_files),
            ("RLIMIT_CORE", 0, 0),
            ("RLIMIT_MSGQUEUE", 0, 0),
            ("RLIMIT_MEMLOCK", 0, 0),
            *_process_limit(limits, init=init, own_user=user is not None),
        ],
    }
    text = marshal.dumps((_codes(), marshal.dumps(job)))
    if linux:
        descriptor = os.memfd_create("curator-job")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.write(descriptor, text)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
