"""Changes as the journal writes them: self-contained, with the text of every line they bring.

An undo is written as what it did, so that a journal can be read without the history before it.
Records come from disk, where anything may have happened to them: reading one either gives a change
that fits the rows at hand, or nothing.
"""

from __future__ import annotations

from array import array
from typing import Any

from curator.store.align import blocks, gaps
from curator.store.changes import Change, Frame, Group, Move, Reframe, Splice, State
from curator.store.lines import Lines, alike, refs

Part = dict[str, Any]


def to_parts(change: Change, lines: Lines) -> list[Part]:
    """Return a change as JSON values."""
    if isinstance(change, Group):
        return [part for one in change.parts for part in to_parts(one, lines)]
    if isinstance(change, Move):
        return [{"from": change.index, "to": change.to}]
    if isinstance(change, Reframe):
        return [{"frame": frame_part(change.after)}]
    added = [to_text(lines[ref]) for ref in change.added]
    return [{"at": change.index, "out": len(change.removed), "in": added}]


def frame_part(frame: Frame) -> list[str | bool]:
    """Return a frame as JSON values."""
    return [to_text(frame.bom), to_text(frame.end), frame.ended]


def from_parts(parts: Any, lines: Lines, state: State) -> Change | None:
    """Return what JSON values say as a change of these rows, or None where it does not fit them.

    Args:
        parts: What a record has under ``parts``; anything at all.
        lines: Where new lines go.
        state: The rows that the change is to act on; left as they are.
    """
    if not isinstance(parts, list) or not parts:
        return None
    changes: list[Change] = []
    for part in parts:
        change = _from_part(part, lines, state)
        if change is None:
            break
        # The next part speaks of the rows that this one leaves.
        change.apply(state)
        changes.append(change)
    for change in reversed(changes):
        change.inverse().apply(state)
    if len(changes) < len(parts):
        return None
    return changes[0] if len(changes) == 1 else Group(tuple(changes))


def _from_part(part: Any, lines: Lines, state: State) -> Change | None:
    match part:
        case {"at": int(at), "out": int(out), "in": list(texts)}:
            added = [to_line(text) for text in texts]
            if not 0 <= at <= at + out <= len(state.refs) or None in added:
                return None
            new = refs([lines.add(line) for line in added if line is not None])
            return Splice(at, state.refs[at : at + out], new)
        case {"from": int(index), "to": int(to)}:
            fits = 0 <= index < len(state.refs) and 0 <= to < len(state.refs)
            return Move(index, to) if fits else None
        case {"frame": [str(bom), str(end), bool(ended)]}:
            frame = Frame(to_bytes(bom), to_bytes(end), ended)
            known = frame.bom in (b"", b"\xef\xbb\xbf") and frame.end in (b"\n", b"\r\n")
            return Reframe(state.frame, frame) if known else None
        case _:
            return None


def difference(old: array[int], new: array[int]) -> list[Splice]:
    """Return splices that make `new` of `old`, to be applied in their order."""
    begin = alike(old, new)
    end = alike(old[begin:][::-1], new[begin:][::-1])
    old, new = old[begin : len(old) - end], new[begin : len(new) - end]
    found = blocks(old, new)
    return [
        Splice(begin + i, old[i:i_end], new[j:j_end])
        for i, i_end, j, j_end in reversed(list(gaps(found, len(old), len(new))))
    ]


def to_text(line: bytes) -> str:
    """Return any bytes as text that JSON can carry."""
    return line.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """Return the bytes of such a text, and nothing for one that is not such a text."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b""


def to_line(text: Any) -> bytes | None:
    """Return the line with its end that a text is, or None where it is not one line."""
    line = to_bytes(text) if isinstance(text, str) else b""
    return line if line.find(b"\n") == len(line) - 1 and line else None
