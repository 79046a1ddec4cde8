"""What is typed into the filter of the answers: words with a meaning, and any other text."""

from __future__ import annotations

from dataclasses import dataclass

from curator.tui.panes.evaluate.view import Place, View

#: What the filter understands, for its placeholder.
WORDS = "fail pass better worse cut  check:args code:DOC005 tag:lists  or any text"

_FLAGS = frozenset({"fail", "pass", "better", "worse", "cut"})
_NAMED = ("check:", "code:", "tag:")


@dataclass(frozen=True, slots=True)
class Query:
    """A filter; every part of it must hold of the second side's answer.

    Attributes:
        flags: ``fail`` and ``pass`` look at all checks, ``better`` and ``worse`` at the other side,
            ``cut`` at answers that are not whole.
        checks: Only answers that fail each of these checks, by the beginning of a name or title.
        codes: Only answers with a finding of each of these codes or prefixes.
        tags: Only prompts with each of these tags.
        words: Only answers or prompts that contain each of these, whatever the capitals.
    """

    flags: frozenset[str] = frozenset()
    checks: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Query:
        """Return the filter that `text` asks for."""
        parts = text.casefold().split()

        def named(kind: str) -> tuple[str, ...]:
            return tuple(part.removeprefix(kind) for part in parts if part.startswith(kind))

        return cls(
            flags=frozenset(parts) & _FLAGS,
            checks=named("check:"),
            codes=tuple(code.upper() for code in named("code:")),
            tags=named("tag:"),
            words=tuple(
                part for part in parts if part not in _FLAGS and not part.startswith(_NAMED)
            ),
        )

    def matches(self, view: View, place: Place) -> bool:
        """Return whether the answers of a place are shown."""
        one = list(view.answers(place).values())[-1]
        verdict = one.verdict(loose=view.loose)
        differs = view.differs(place)
        asked = {
            "fail": not verdict.all,
            "pass": verdict.all,
            "better": differs > 0,
            "worse": differs < 0,
            "cut": one.truncated or bool(one.failure),
        }
        failed = [
            f"{check.name} {check.title.lstrip('# ')}".casefold()
            for check in view.checks
            if not verdict.passed.get(check.name, True)
        ]
        text = f"{one.prompt.id} {one.prompt.instruction} {one.prompt.input} {one.text}".casefold()
        return (
            all(asked[flag] for flag in self.flags)
            and all(any(name in known for known in failed) for name in self.checks)
            and all(any(f.code.startswith(code) for f in one.findings) for code in self.codes)
            and all(tag in one.prompt.tags for tag in self.tags)
            and all(word in text for word in self.words)
        )
