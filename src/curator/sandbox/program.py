"""What is run, and how much it may use: plain strings and plain numbers.

The sandbox knows nothing of records, profiles or Markdown. Whoever calls it hands over the code
of each section as a string; an outcome then speaks of lines in those same strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Role = Literal["solution", "usage", "test"]
ROLES: tuple[Role, ...] = ("solution", "usage", "test")


@dataclass(frozen=True, slots=True)
class Program:
    """One example's code, run in the order solution, usage, test in one namespace.

    Attributes:
        solution: The code that the others use.
        usage: Code that shows the solution at work; its ``# Output: …`` comments are compared.
        test: Code with the asserts that must hold.
        names: What the three sections are called in messages, in the same order.
        needs_assert: Whether passing takes an assert of `test` that held. Clear it to run a
            program for its usage section alone.
    """

    solution: str
    usage: str = ""
    test: str = ""
    names: tuple[str, str, str] = ("Solution", "Usage", "Sanity test")
    needs_assert: bool = True

    def code(self, role: Role) -> str:
        """Return the code of the section with this `role`."""
        return {"solution": self.solution, "usage": self.usage, "test": self.test}[role]

    def name(self, role: Role) -> str:
        """Return what the section with this `role` is called."""
        return self.names[ROLES.index(role)]

    def filename(self, role: Role) -> str:
        """Return the file name that the section's code carries in its own tracebacks."""
        return f"<{self.name(role)}>"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one program may use.

    Attributes:
        seconds: Wall-clock time for everything, the interpreter's start included.
        memory: Bytes of private memory, for each process and for all of them together.
        processes: Processes and threads at one time.
        disk: Bytes in the private folder.
        files: Files and folders in the private folder.
        open_files: Descriptors of one process, and sockets of all of them together.
        output: Bytes of standard output and standard error together; more ends the program.
        shown: Bytes of each stream that an outcome keeps.
        source: Characters of code above which a program is refused.
        native: Vouch for a program even though it loaded native code (ctypes and the like) or
            searched the interpreter's memory, with either of which a pass could be forged.
        venv: A virtual environment whose packages the program may import, read-only. Packages
            bring native code, so this implies `native`.
    """

    seconds: float = 10.0
    memory: int = 512 << 20
    processes: int = 64
    disk: int = 64 << 20
    files: int = 10_000
    open_files: int = 128
    output: int = 1 << 20
    shown: int = 16 << 10
    source: int = 256 << 10
    native: bool = False
    venv: Path | None = None
