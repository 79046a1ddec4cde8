"""One file being edited: every operation on it, with the ledger kept in step.

The pane asks for an operation and shows the result; what an operation does to the file is decided
here and nowhere else.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from curator.example import Example, Profile
from curator.lint import Finding, Linter
from curator.lint.pointer import key_of
from curator.lint.project import project_ignores, project_linter
from curator.lint.rules.txt007_too_long import TooLong
from curator.settings import LintSettings, Project
from curator.store import ExampleFile, Merge, Recovery, Row, Saving
from curator.store.merge import Choice
from curator.store.reconcile import Adoption
from curator.tui.panes.author.checks import Subject, Verdict
from curator.tui.panes.author.draft import ROW, Draft, open_row
from curator.tui.panes.author.ledger import Entry, Ledger

#: Up to this many rows, a copy's id is looked up in the file before it is given.
_FEW = 20_000


class Session:
    """A file of examples, open for editing.

    Args:
        project: Whose settings and profile apply.
        file: The open file.

    Attributes:
        file: The rows.
        ledger: What is known about each.

    Raises:
        ConfigError: The project names a profile or a rule that does not exist.
    """

    def __init__(self, project: Project, file: ExampleFile) -> None:
        self.project = project
        self.profile: Profile = project.profile
        self.file = file
        self._linter: Linter | None = None
        if project.settings.lint != LintSettings():
            self._linter = self._make_linter()
        self.ledger = Ledger(file.keys)
        self._preview: tuple[Subject, Verdict, Entry] | None = None

    def __len__(self) -> int:
        return len(self.file)

    @property
    def linter(self) -> Linter:
        """The rules that the project asks for.

        Where it asks for all of them they are read when somebody first wants them, which is a
        worker's check and not the first paint. Two threads may do so at once: both get the same.
        """
        if self._linter is None:
            self._linter = self._make_linter()
        return self._linter

    def _make_linter(self) -> Linter:
        linter = project_linter(self.project, profile=self.profile)
        return linter.without(project_ignores(self.project, str(self.file.path)))

    @property
    def path(self) -> Path:
        """Where the file is saved."""
        return self.file.path

    @property
    def name(self) -> str:
        """The file's path as people read it: relative to the project where it is inside."""
        try:
            return str(self.path.resolve().relative_to(self.project.root))
        except ValueError:
            return str(self.path)

    @property
    def dirty(self) -> bool:
        """Whether there are changes that are not on disk."""
        return self.file.dirty

    @property
    def read_only(self) -> bool:
        """Whether somebody else is editing the file."""
        return self.file.read_only

    @property
    def token_limit(self) -> int | None:
        """How many tokens an example may have by the rules that are asked for; None for any."""
        for rule in self.linter.record_rules:
            if isinstance(rule, TooLong):
                limit: int = rule.options.tokens
                return limit
        return None

    def row(self, index: int) -> Row:
        """Return a row."""
        return self.file.row(index)

    def entry(self, index: int) -> Entry:
        """Return what is known about a row, what is being typed into it included."""
        if self._preview and self._preview[0].key == self.ledger.keys[index]:
            return self._preview[2]
        return self.ledger[index]

    @property
    def counts(self) -> tuple[int, int]:
        """How many errors and warnings there are, what is being typed included."""
        errors, warnings = self.ledger.errors, self.ledger.warnings
        if self._preview and (old := self.ledger.entry(self._preview[0].key)).live:
            new = self._preview[2]
            errors += new.errors - old.errors
            warnings += new.warnings - old.warnings
        return errors, warnings

    def subject(self, index: int, content: Example | str) -> Subject:
        """Return what a check of a row is about, `content` being what the editor says."""
        return Subject(index + 1, content, self.ledger.keys[index])

    def learn(self, subject: Subject, verdict: Verdict, *, committed: bool) -> None:
        """Take what a check found.

        Args:
            subject: What was checked.
            verdict: What was found.
            committed: Whether the file holds that content; what is only typed is kept apart, so
                that an undo brings back what was known of the content before it.
        """
        if committed:
            self._preview = None
            self.learn_aside(subject, verdict)
            return
        shown = Entry(subject.key)
        shown.learn(verdict.text, verdict.findings)
        shown.links = {self.ledger.entry(key): score for key, score in verdict.twins}
        self._preview = (subject, verdict, shown)

    def holds(self, subject: Subject) -> bool:
        """Return whether the file holds what a check is about, rather than the editor alone."""
        index, content = self.ledger.index_of(subject.key), subject.content
        if index is None:
            return False
        if isinstance(content, str):
            return self.file.raw(index) == content
        return self.file.row(index).example == content

    def learn_aside(self, subject: Subject, verdict: Verdict) -> None:
        """Take what a check found about a row that is not in the editor."""
        self.ledger.record(subject.key, verdict.text, verdict.findings)
        self.ledger.relate(subject.key, verdict.twins)

    def examples(self, rows: Sequence[tuple[int, int]]) -> list[tuple[int, Example]]:
        """Return the examples of rows that still hold what they held.

        Args:
            rows: The rows, each as its index then and its key.

        Returns:
            Key and example of each; rows that went and broken rows are left out.
        """
        found = []
        for index, key in rows:
            same = index < len(self) and self.ledger.keys[index] == key
            now = index if same else self.ledger.index_of(key)
            example = None if now is None else self.file.row(now).example
            if example is not None:
                found.append((key, example))
        return found

    def open_row(self, index: int, *, prefer_raw: bool = False) -> Draft:
        """Return a row as the texts to edit."""
        return open_row(
            self.file.row(index), self.file.raw(index), self.profile, prefer_raw=prefer_raw
        )

    def content(self, draft: Draft, texts: dict[str, str]) -> Example | str:
        """Return what the editor's `texts` say: an example, or a line of the file."""
        if draft.form == "row":
            return texts[ROW]
        return draft.edited(texts, self.profile)

    def put(self, index: int, content: Example | str) -> bool:
        """Put `content` in the place of a row as one change; return whether it was one.

        Raises:
            StoreError: A line of the file was given and holds a line break.
        """
        before = self.file.raw(index)
        if isinstance(content, str):
            self.file.replace_raw(index, content)
        else:
            self.file.replace(index, content)
        if self.file.raw(index) == before:
            return False
        old = self.ledger.keys[index]
        self._follow()
        if self._preview and self._preview[0].key == old:
            subject, verdict, _ = self._preview
            if subject.content == content:
                self.learn(self.subject(index, content), verdict, committed=True)
        self._preview = None
        return True

    def insert(self, index: int, *examples: Example) -> int:
        """Put examples before a row; return the index of the first."""
        if examples:
            self.file.insert(index, *examples)
            self._follow()
        return index

    def delete(self, index: int) -> int:
        """Delete a row; return the row to go to."""
        self.file.delete(index)
        self._follow()
        return min(index, max(len(self) - 1, 0))

    def duplicate(self, index: int) -> int:
        """Put a copy of a row under it, with an id of its own; return the copy's index.

        A row without an id, and one that cannot be read, is copied byte for byte.
        """
        example = self.file.row(index).example
        if example is not None and example.id is not None:
            return self.insert(index + 1, example.replace(id=self._free_id(example.id)))
        copy = self.file.duplicate(index)
        self._follow()
        return copy

    def move(self, index: int, to: int) -> int:
        """Move a row; return where it stands afterwards."""
        to = max(0, min(to, len(self) - 1))
        if to != index:
            self.file.move(index, to)
            self._follow()
        return to

    def fix(self, index: int, finding: Finding) -> bool:
        """Apply a finding's fix to a row as one change; return whether there was one."""
        fix, example = finding.fix, self.file.row(index).example
        if fix is None or example is None:
            return False
        field = key_of(fix.pointer.removeprefix("/"))
        text = example.fields.get(field)
        if not isinstance(text, str):
            return False
        return self.put(
            index, example.replace(**{field: text[: fix.start] + fix.text + text[fix.end :]})
        )

    def undo(self) -> int | None:
        """Take back the last change; return the row to go to, or None if there was none."""
        return self._travelled(self.file.undo())

    def redo(self) -> int | None:
        """Make the last undone change again; return the row to go to, or None."""
        return self._travelled(self.file.redo())

    def recover(self, recovery: Recovery) -> int:
        """Make again what an earlier studio could not save; return how many changes that were.

        Raises:
            StoreError: Somebody else is editing the file.
        """
        done = self.file.recover(recovery)
        self._follow()
        return done

    def adopt(
        self, merge: Merge, choice: Choice | Sequence[Choice], prepared: Adoption | None = None
    ) -> None:
        """Decide between what is here and what is on disk, as one change; see `ExampleFile.adopt`.

        Raises:
            StoreError: Rows changed here since `merge` was made, or decisions are missing.
        """
        self.file.adopt(merge, choice, prepared)
        self._follow()

    def begin_save(self) -> Saving:
        """Begin a save of what the file holds now; see `ExampleFile.begin_save`.

        Raises:
            StoreError: Somebody else is editing the file.
            OSError: Its folder cannot be made.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.file.begin_save()

    def _travelled(self, index: int | None) -> int | None:
        if index is None:
            return None
        self._follow()
        return min(index, max(len(self) - 1, 0))

    def _follow(self) -> None:
        self.ledger.follow(self.file.keys)

    def _free_id(self, taken: str) -> str:
        """Return an id like `taken` that no row holds; rows are searched as text, unread."""
        if len(self) > _FEW:
            return f"{taken}-{secrets.token_hex(4)}"
        one = re.compile(f'"{re.escape(taken)}-([0-9]+)"')
        numbers = {int(n) for i in range(len(self)) for n in one.findall(self.file.raw(i))}
        return f"{taken}-{max(numbers, default=1) + 1}"
