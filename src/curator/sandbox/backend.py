"""Which sealed room this machine offers, found out by using it once."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from enum import Enum
from functools import cache


class Kind(Enum):
    """The ways to run a program."""

    BUBBLEWRAP = "bubblewrap"
    SEATBELT = "sandbox-exec"
    BARE = "no sandbox"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Backend:
    """A way to run a program, and why it is this one.

    Attributes:
        kind: The way.
        reason: A sentence for a person: what was found, or why there is none.
        hint: What to install or change, where `kind` is `Kind.NONE`.
        command: Path of the program that seals.
        own_user: Linux, as root: give each run a user of its own in place of a user namespace.
    """

    kind: Kind
    reason: str
    hint: str = ""
    command: str = ""
    own_user: bool = False

    @property
    def sealed(self) -> bool:
        """Whether programs run inside a sandbox."""
        return self.kind in (Kind.BUBBLEWRAP, Kind.SEATBELT)

    @property
    def usable(self) -> bool:
        """Whether programs can run at all."""
        return self.kind is not Kind.NONE


@cache
def probe() -> Backend:
    """Return the sandbox of this machine; found by running a program in it, once a process."""
    system = platform.system()
    if system == "Linux":
        from curator.sandbox.backends import bubblewrap

        return bubblewrap.find()
    if system == "Darwin":
        from curator.sandbox.backends import seatbelt

        return seatbelt.find()
    return Backend(
        Kind.NONE,
        f"There is no sandbox for {system or 'this system'}.",
        hint="Run curator on Linux or macOS.",
    )


def unsafe() -> Backend:
    """Return the way that seals nothing, for those who ask for it by name.

    The program then runs with the rights of the person who started it: it can read and delete
    their files and use the network. Whoever offers this says so loudly.
    """
    return Backend(Kind.BARE, "Programs run with all of your rights: nothing is sealed.")
