"""A real studio in a pseudo-terminal, killed while somebody types; for a test and a benchmark.

Each round ends with SIGKILL at a random moment, and the next begins with a studio on the same file
that is asked to recover what it finds. Words are unique, and when each one stood on the screen is
written down, so that what was lost can be told to the tenth of a second.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
import pyte

from curator.example import Example
from curator.store import decode, pending_recovery
from tests.tui.helpers import SETTINGS, THREE

COLUMNS, LINES = 120, 40
#: The line of the screen, from 1, on which the first example of the list stands.
_FIRST_LINE = 5
#: What the footer begins with while the list, or a text of the example, has the cursor.
_LIST_KEYS, _TEXT_KEYS = "n new", "ctrl+e"
#: How long anything may take to appear on a busy machine, in seconds.
_PATIENCE = 60.0


@dataclass
class Tally:
    """What the rounds showed so far.

    Attributes:
        rounds: How many kills there were.
        recovered: After how many of them there was something to recover.
        seen: How many words stood on the screen.
        lost: How old each word was that did not come back, in seconds before the kill.
        gone: Words that were in the saved file and later were not.
        damaged: Lines of the file on disk that were not whole after a kill.
        starts: How long each start took until its first paint, in seconds.
    """

    rounds: int = 0
    recovered: int = 0
    seen: int = 0
    lost: list[float] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    damaged: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)

    @property
    def late(self) -> list[float]:
        """The lost words that had stood there for longer than the two seconds promised."""
        return [age for age in self.lost if age > 2.0]


class Terminal:
    """A studio and the screen it draws on."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "CURATOR_STATE_DIR": str(folder / "state"),
        }
        # A size in the environment, as pytest-xdist puts there, counts more than the terminal's.
        for name in ("PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES"):
            environment.pop(name, None)
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "curator", *arguments],
            cwd=str(folder),
            dimensions=(LINES, COLUMNS),
            env=environment,
            timeout=_PATIENCE,
        )
        self.child.delaybeforesend = None

    def read(self, seconds: float) -> None:
        """Take in what is drawn until `seconds` have passed."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self._stream.feed(self.child.read_nonblocking(65536, timeout=left))
            except pexpect.TIMEOUT:
                return
            except pexpect.EOF:
                raise AssertionError(f"the studio ended by itself:\n{self.text()}") from None

    def text(self) -> str:
        """Return the screen, its lines joined as if words went on from one to the next."""
        return "\n".join(self._screen.display)

    def until(self, *words: str) -> str:
        """Wait until one of `words` is on the screen; return which."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            screen = self.text()
            for word in words:
                if word in screen:
                    return word
            self.read(0.02)
        raise AssertionError(f"never on the screen: {words}\n{self.text()}")

    def shows(self, word: str, *, but: str) -> bool:
        """Return whether one word is on the screen and another is not."""
        screen = self.text()
        return word in screen and but not in screen

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until what is on the screen fulfils a condition."""
        end = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < end, f"the condition never held:\n{self.text()}"
            self.read(0.02)

    def in_list(self) -> bool:
        """Return whether the cursor is in the list: a bar beside a row, and the list's own keys.

        The bar alone would not do: while it moves from row to row there is none for half a frame.
        """
        return self._bar() and self._screen.display[-1].strip().startswith(_LIST_KEYS)

    def in_text(self) -> bool:
        """Return whether the cursor is in a text of the example."""
        return not self._bar() and self._screen.display[-1].strip().startswith(_TEXT_KEYS)

    def _bar(self) -> bool:
        return any(line.startswith("▌") for line in self._screen.display)

    def edit(self) -> None:
        """Go from the list into the first text of the example."""
        self.wait(self.in_list)
        self.send("\r")
        self.wait(self.in_text)

    def send(self, keys: str, seconds: float = 0.0) -> None:
        """Press keys, and take in what is drawn for a while."""
        self.child.send(keys)
        self.read(seconds)

    def kill(self) -> None:
        """End it as a crash would: at once, and without a word."""
        self.child.kill(signal.SIGKILL)
        self.child.wait()
        self.child.close()


class Killing:
    """Rounds of typing and killing on one file.

    Args:
        folder: An empty folder.
        seed: Decides what is typed, how fast, and when the end comes.
        longest: How long there is typing before a kill at the most, in seconds.
    """

    def __init__(self, folder: Path, seed: int, longest: float = 5.0) -> None:
        self._folder = folder
        self._longest = longest
        self._random = random.Random(seed)
        self._path = folder / "examples.jsonl"
        self._path.write_text("".join(json.dumps(row) + "\n" for row in THREE), "utf-8")
        (folder / "curator.toml").write_text(SETTINGS, "utf-8")
        os.environ["CURATOR_STATE_DIR"] = str(folder / "state")
        # Each word with when it was first on the screen; what is known to be on disk for good.
        self._words: dict[str, float] = {}
        self._saved: set[str] = set()
        self.tally = Tally()

    def run(self, rounds: int, progress: Callable[[Tally], None] = lambda _: None) -> Tally:
        """Type and kill so many times; return what that showed, told after each round as well."""
        for _ in range(rounds):
            terminal = self._start()
            try:
                self._type(terminal)
            finally:
                terminal.kill()
            self._look_at_the_file()
            progress(self.tally)
        terminal = self._start()
        terminal.kill()
        self._look_at_the_file()
        return self.tally

    def _start(self) -> Terminal:
        """Open the studio, recover what there is, save it, and see what did not come back."""
        found = pending_recovery(self._path)
        begun = time.monotonic()
        terminal = Terminal(self._folder)
        terminal.until("Author")
        self.tally.starts.append(time.monotonic() - begun)
        terminal.until("saved")
        if found is not None:
            self.tally.recovered += 1
            terminal.until("Unsaved changes found")
            terminal.send("r")
            # The title says so for as long as it is so; a notice may be gone before a busy machine
            # has drawn it.
            terminal.wait(lambda: terminal.shows("unsaved", but="Unsaved changes found"))
            terminal.send("w")
            terminal.wait(lambda: terminal.shows("saved", but="unsaved"))
        text = self._path.read_text("utf-8")
        for word, age in self._words.items():
            if word not in text:
                self.tally.lost.append(age)
        self._saved |= {word for word in self._words if word in text}
        self._words.clear()
        return terminal

    def _type(self, terminal: Terminal) -> None:
        terminal.edit()
        end = time.monotonic() + self._random.uniform(0.2, self._longest)
        pending: list[str] = []
        seen: dict[str, float] = {}
        while time.monotonic() < end:
            choice = self._random.random()
            if choice < 0.88:
                word = f"w{self.tally.rounds}x{len(seen) + len(pending)}q"
                pending.append(word)
                for character in f"{word} ":
                    terminal.send(character, self._random.uniform(0.002, 0.02))
            elif choice < 0.94:
                terminal.send("\x13", 0.05)
            else:
                # A click into the list, and enter. Escape would need a pause after it,
                # or the studio takes it for the beginning of another key.
                line = _FIRST_LINE + self._random.randrange(len(THREE))
                terminal.send(f"\x1b[<0;12;{line}M\x1b[<0;12;{line}m")
                terminal.edit()
            screen = terminal.text()
            for word in [word for word in pending if word in screen]:
                pending.remove(word)
                seen[word] = time.monotonic()
        over = time.monotonic()
        self._words = {word: over - at for word, at in seen.items()}
        self.tally.rounds += 1
        self.tally.seen += len(seen)

    def _look_at_the_file(self) -> None:
        data = self._path.read_bytes()
        lines = data.split(b"\n")
        if lines[-1] or len(lines) - 1 != len(THREE):
            self.tally.damaged.append(f"{len(lines) - 1} lines")
        self.tally.damaged += [
            repr(line[:80]) for line in lines[:-1] if not isinstance(decode(line), Example)
        ]
        text = data.decode("utf-8", "replace")
        self.tally.gone |= {word for word in self._saved if word not in text}
