"""One file being edited: every operation on it, with the ledger kept in step.

The pane asks for an operation and shows the result; what an operation does to the file is decided
here and nowhere else.
"""

from __future__ import annotations

from pathlib import Path

from curator.example import Example, Profile
from curator.lint import Finding, make_linter
from curator.settings import Project
from curator.store import ExampleFile, Row, write_atomic
from curator.tui.panes.author.checks import Subject, Verdict
from curator.tui.panes.author.draft import ROW, Draft, open_row
from curator.tui.panes.author.ledger import Entry, Ledger


class Session:
    """A file of examples, open for editing.

    Args:
        project: Whose settings and profile apply.
        file: The open file.

    Attributes:
        file: The rows.
        ledger: What is known about each.
        linter: The rules that the project asks for.

    Raises:
        ConfigError: The project names a profile or a rule that does not exist.
    """

    def __init__(self, project: Project, file: ExampleFile) -> None:
        settings = project.settings
        self.project = project
        self.profile: Profile = project.profile
        self.linter = make_linter(
            self.profile, select=settings.lint.select, ignore=settings.lint.ignore
        )
        self.file = file
        self.ledger = Ledger(len(file))
        self._preview: tuple[Subject, Verdict, Entry] | None = None

    def __len__(self) -> int:
        return len(self.file)

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

    def row(self, index: int) -> Row:
        """Return a row."""
        return self.file.row(index)

    def entry(self, index: int) -> Entry:
        """Return what is known about a row, what is being typed into it included."""
        entry = self.ledger[index]
        if self._preview and self._preview[0].entry is entry:
            return self._preview[2]
        return entry

    @property
    def counts(self) -> tuple[int, int]:
        """How many errors and warnings there are, what is being typed included."""
        errors, warnings = self.ledger.errors, self.ledger.warnings
        if self._preview and self._preview[0].entry.live:
            old, new = self._preview[0].entry, self._preview[2]
            errors += new.errors - old.errors
            warnings += new.warnings - old.warnings
        return errors, warnings

    def subject(self, index: int, content: Example | str) -> Subject:
        """Return what a check of a row is about, `content` being what the editor says."""
        return Subject(index + 1, content, self.ledger[index])

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
            self.ledger.record(subject.entry, verdict.text, verdict.findings)
            self.ledger.relate(subject.entry, verdict.twins)
            return
        shown = Entry()
        shown.learn(verdict.text, verdict.findings)
        shown.twins = dict(verdict.twins)
        self._preview = (subject, verdict, shown)

    def index_of(self, entry: Entry) -> int | None:
        """Return where the row of `entry` stands now, or None when it is gone."""
        if not entry.live:
            return None
        return self.ledger.entries.index(entry)

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
        old = self.ledger[index]
        self.ledger.splice(index, 1, 1)
        if self._preview and self._preview[0].entry is old:
            subject, verdict, _ = self._preview
            if subject.content == content:
                self.learn(self.subject(index, content), verdict, committed=True)
        self._preview = None
        return True

    def insert(self, index: int, *examples: Example) -> int:
        """Put examples before a row; return the index of the first."""
        if examples:
            self.file.insert(index, *examples)
            self.ledger.splice(index, 0, len(examples))
        return index

    def delete(self, index: int) -> int:
        """Delete a row; return the row to go to."""
        self.file.delete(index)
        self.ledger.splice(index, 1, 0)
        return min(index, max(len(self) - 1, 0))

    def duplicate(self, index: int) -> int:
        """Put a copy of a row under it; return the copy's index."""
        example = self.file.row(index).example
        if example is None:
            return index
        if example.id is not None:
            example = example.replace(id=self._free_id(example.id))
        return self.insert(index + 1, example)

    def move(self, index: int, to: int) -> int:
        """Move a row; return where it stands afterwards."""
        to = max(0, min(to, len(self) - 1))
        if to == index:
            return index
        first, last = sorted((index, to))
        before = [self.file.raw(i) for i in range(first, last + 1)]
        self.file.move(index, to)
        if before != [self.file.raw(i) for i in range(first, last + 1)]:
            order = self.ledger.entries[first : last + 1]
            order.insert(to - first, order.pop(index - first))
            self.ledger.splice(first, last + 1 - first, order)
        return to

    def fix(self, index: int, finding: Finding) -> bool:
        """Apply a finding's fix to a row as one change; return whether there was one."""
        fix, example = finding.fix, self.file.row(index).example
        if fix is None or example is None:
            return False
        field = fix.pointer.removeprefix("/")
        text = example.fields.get(field)
        if not isinstance(text, str):
            return False
        return self.put(
            index, example.replace(**{field: text[: fix.start] + fix.text + text[fix.end :]})
        )

    def undo(self) -> int | None:
        """Take back the last change; return the row to go to, or None if there was none."""
        if self.file.undo() is None:
            return None
        return min(self.ledger.undo(), max(len(self) - 1, 0))

    def redo(self) -> int | None:
        """Make the last undone change again; return the row to go to, or None."""
        if self.file.redo() is None:
            return None
        return min(self.ledger.redo(), max(len(self) - 1, 0))

    def save(self) -> None:
        """Write the file, all or nothing.

        Raises:
            ChangedOnDiskError: Somebody else wrote it since it was read or saved here.
            StoreError: It could not be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file.save()

    def save_over(self) -> None:
        """Write the file although somebody else did; only when the person asked for it.

        The steps to undo end here, because the file is a new one from now on.

        Raises:
            StoreError: It could not be written.
        """
        write_atomic(self.path, [self.file.to_bytes()])
        self.file = ExampleFile.open(self.path)
        self.ledger.forget_steps()

    def _free_id(self, taken: str) -> str:
        """Return an id like `taken` that no row holds; rows are searched as text, unread."""
        number = 2
        while any(f'"{taken}-{number}"' in self.file.raw(i) for i in range(len(self))):
            number += 1
        return f"{taken}-{number}"
