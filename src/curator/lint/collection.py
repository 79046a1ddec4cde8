"""All rows of a run together, as little of each as the rules about sets need.

Rows are met in worker processes and pass through here once, so this keeps hashes and not texts:
44 bytes a row. Up to `FULL` rows it keeps ids, instructions and content hashes as well; beyond
that the rules that compare texts are left out, which `Collection.compares` tells.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from curator.lint.record import Record
from curator.lint.suppress import suppressed

#: Up to how many rows everything is kept: 100,000 rows of usual length are about 40 MB.
FULL = 100_000
_STEP = 1 << 16


class Facts(msgspec.Struct, array_like=True, gc=False):
    """What a set needs to know of one row.

    Attributes:
        index: The row's place in its batch.
        id: Its id.
        text: What is asked, normalised.
        prompt: Hash of `text`.
        output: Hash of the output.
        digest: The content hash.
        defines: The public functions and classes that its solution defines.
        tags: Its tags.
        ignored: Codes that the row itself suppresses.
    """

    index: int
    id: str | None
    text: str
    prompt: int
    output: int
    digest: str
    defines: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def facts_of(record: Record, index: int, digest: str) -> Facts:
    """Return the facts of one example."""
    from curator.lint.likeness import instruction_text

    example = record.example
    text = instruction_text(example)
    tags = example.fields.get("tags")
    return Facts(
        index,
        example.id,
        text,
        hash64(text),
        hash64(example.output),
        digest,
        tuple(d.name for _, d in record.definitions if d.public and d.kind != "method"),
        tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        tuple(sorted(suppressed(example))),
    )


def hash64(text: str) -> int:
    """Return 64 bits of a text's BLAKE2b; two texts in a million collide once in 37 million."""
    raw = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw, "little")


class Collection:
    """The rows met so far.

    Args:
        held_out: Prompts of suites, normalised, that no row may resemble.

    Attributes:
        full: Whether texts and ids of all rows are here.
        prompts: A hash of each row's prompt.
        outputs: A hash of each row's output.
        texts: Each row's prompt, normalised; empty unless `full`.
        ids: Each row's id, or None; empty unless `full`.
        defines: How many rows define each name, and the last row that does.
        tags: The same for tags.
        left_out: The rules that had to be left out, and beyond how many rows.
    """

    def __init__(self, held_out: Sequence[str] = ()) -> None:
        self.held_out = tuple(held_out)
        self.full = True
        self.prompts = array("Q")
        self.outputs = array("Q")
        self.texts: list[str] = []
        self.ids: list[str | None] = []
        self.digests: list[str] = []
        self.defines: Counter[str] = Counter()
        self.tags: Counter[str] = Counter()
        self.last: dict[tuple[str, str], int] = {}
        self.left_out: dict[str, int] = {}
        self._lines = array("Q")
        self._files: list[tuple[int, str]] = []
        self._ignored: dict[int, frozenset[str]] = {}

    def __len__(self) -> int:
        """How many examples there are."""
        return len(self._lines)

    def begin(self, path: str) -> None:
        """Take the rows that follow as those of another file."""
        self._files.append((len(self), path))

    def add(self, facts: Facts, line: int) -> None:
        """Take one row."""
        number = len(self)
        self._lines.append(line)
        self.prompts.append(facts.prompt)
        self.outputs.append(facts.output)
        for kind, names, counter in (
            ("name", facts.defines, self.defines),
            ("tag", facts.tags, self.tags),
        ):
            for name in dict.fromkeys(names):
                counter[name] += 1
                self.last[kind, name] = number
        if facts.ignored:
            self._ignored[number] = frozenset(facts.ignored)
        if self.full:
            self.texts.append(facts.text)
            self.ids.append(facts.id)
            self.digests.append(facts.digest)
            if number >= FULL:
                self.full = False
                self.texts, self.ids, self.digests = [], [], []

    def where(self, number: int) -> tuple[str, int]:
        """Return a row's file and line."""
        file = bisect_right(self._files, number, key=lambda entry: entry[0]) - 1
        return (self._files[file][1] if file >= 0 else ""), self._lines[number]

    def named(self, number: int, beside: int) -> str:
        """Return how a message about row `beside` names a row: by line, and file if another."""
        path, line = self.where(number)
        return f"line {line}" if path == self.where(beside)[0] else f"{path}:{line}"

    def compares(self, code: str, most: int | None = None) -> bool:
        """Return whether a rule that compares texts or ids can; if it cannot, that is noted.

        Args:
            code: The rule.
            most: The most rows it compares, where that is less than all that can be.
        """
        most = FULL if most is None else min(most, FULL)
        if self.full and len(self) <= most:
            return True
        self.left_out[code] = most
        return False

    def ignores(self, number: int, code: str) -> bool:
        """Return whether a row suppresses a code itself."""
        return code in self._ignored.get(number, ())


def repeats(hashes: array[int]) -> Iterator[tuple[int, int]]:
    """Yield each place whose hash stood earlier, with the first place that had it.

    Costs a dictionary entry a row, or, beyond `FULL` rows, a sort of the hashes: 16 bytes a row.
    """
    if len(hashes) <= FULL:
        first: dict[int, int] = {}
        for place, value in enumerate(hashes):
            earlier = first.setdefault(value, place)
            if earlier != place:
                yield place, earlier
        return
    import numpy as np

    values = np.frombuffer(hashes, dtype=np.uint64)
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    same = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1
    head, previous = -1, -2
    for begin in range(0, len(same), _STEP):
        for place in same[begin : begin + _STEP].tolist():
            if place != previous + 1:
                head = int(order[place - 1])
            previous = place
            yield int(order[place]), head
