"""What has to be so before something leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curator.mix import check_names
from curator.publish.facts import Facts
from curator.publish.licences import Licence
from curator.publish.secrets import Search, row_texts
from curator.terminal import plural

#: The gates of a run's bundle, in the order they are shown.
GATES = (
    *("adapter", "evaluated", "clean-suite", "mixture"),
    *("licences", "secrets", "local-paths"),
)
#: What ``--unevaluated`` goes on against.
UNEVALUATED = ("evaluated", "clean-suite")

#: An absolute path of at least two parts, on Unix or Windows, or one in a home folder; not the path
#: of a URL, unless that is of a file.
_PATH = re.compile(
    r"(?<![\w./~-])/(?:[\w.@+-]+/)+[\w.@+-]+"
    r"|(?<![\w./-])~/[\w.@+-]+"
    r"|\bfile:/+[^\s\"]+"
    r"|\b[A-Za-z]:\\\\?\w[^\s\"]*"
)


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition.

    Attributes:
        code: Its name, for whoever goes on against it.
        passed: Whether it holds.
        message: What was found, with its evidence.
        remedy: What to do about it; empty where it holds.
        told: What a card says of it, where the message itself must not leave the machine.
    """

    code: str
    passed: bool
    message: str
    remedy: str = ""
    told: str = ""

    @property
    def public(self) -> str:
        """What may be published of the message."""
        return self.told or self.message


def check_allowed(names: Sequence[str], known: Sequence[str] = GATES) -> None:
    """Check the names of gates that a person goes on against.

    Raises:
        ConfigError: One is no gate; the nearest is suggested.
    """
    check_names(names, known, what="gate")


def check_facts(facts: Facts) -> tuple[Gate, ...]:
    """Return the gates that look at the run, its mixture and its evaluations."""
    return (
        _adapter(facts),
        _evaluated(facts),
        _clean(facts),
        _mixture(facts),
        check_licences([one for one in facts.licences if one.what != "library"]),
    )


def check_licences(licences: Iterable[Licence]) -> Gate:
    """Return the gate that wants every licence known."""
    every = tuple(licences)
    unknown = [f"{one.name} ({one.what})" for one in every if not one.known]
    if unknown:
        return Gate(
            "licences",
            passed=False,
            message=f"Nobody says under which licence this is: {', '.join(unknown)}.",
            remedy="Put a LICENSE file beside your own data or in the project's folder; fetch"
            " other data with `curator fetch`, which notes its licence; a base model names its own"
            " on the Hub or in its README.md.",
        )
    named = ", ".join(f"{one.name}: {one.licence}" for one in every)
    return Gate("licences", passed=True, message=f"Every licence is known. {named}.")


def check_secrets(found: Search, *, gone: bool = False) -> Gate:
    """Return the gate that wants no secret in any row or file.

    Args:
        found: What a search found.
        gone: Whether the rows that trained are not there to be looked at.
    """
    if found.secrets:
        return Gate(
            "secrets",
            passed=False,
            message=f"This looks like a secret: {found.places}.",
            remedy="Take it out, revoke it, mix and train again: a model repeats what it learned.",
            told=f"{len(found.secrets)} places in rows or files look like secrets.",
        )
    if gone:
        return Gate(
            "secrets",
            passed=False,
            message="The rows that trained are gone, so nobody can look for secrets in them.",
            remedy="Publish while the mixture is there.",
        )
    more = ", ".join(f"{count}× {code}" for code, count in sorted(found.private.items()))
    also = f" Private or chance, for you to judge: {more}." if more else ""
    return Gate(
        "secrets",
        passed=True,
        message=f"No secret in {plural(found.rows, 'row')} and"
        f" {plural(found.files, 'file')}.{also}",
    )


def check_paths(
    texts: Mapping[str, str], unwanted: Iterable[str] = (), *, rows: Iterable[Path] = ()
) -> Gate:
    """Return the gate that looks for paths of this machine.

    Args:
        texts: The text of each file of the bundle.
        unwanted: Further strings that must not be there, such as the project's folder.
        rows: Files of rows that go out as they are. A path in an example may be a part of it, so
            only the unwanted ones are looked for there.

    Raises:
        OSError: A file of rows cannot be read.
    """
    strings = [text for text in unwanted if len(text) > 1]
    for path in rows:
        if found_at := _unwanted_at(path, strings):
            line, text = found_at
            return Gate(
                "local-paths",
                passed=False,
                message=f"{path.name}:{line} holds a path of this machine: {text}",
                remedy="Take it out of the row.",
                told="A row names a path of the machine it was made on.",
            )
    for name, text in texts.items():
        found = next((one for one in strings if one in text), None)
        if found is None and (match := _PATH.search(text)):
            found = match.group()
        if found is not None:
            return Gate(
                "local-paths",
                passed=False,
                message=f"{name} holds a path of this machine: {found}",
                remedy="Take it out of the text it comes from: a name, a system prompt, a source.",
                told="A file names a path of the machine it was made on.",
            )
    return Gate("local-paths", passed=True, message="No file holds a path of this machine.")


def _unwanted_at(path: Path, strings: Sequence[str]) -> tuple[int, str] | None:
    """Return the first line that holds one of the paths, and which; None for none."""
    if not strings:
        return None
    # `/home/ann` is no part of `/home/anna`.
    listed = "|".join(re.escape(text) for text in strings)
    wanted = re.compile(rf"(?<![\w./~-])(?:{listed})(?![\w.-])")
    for number, text in row_texts(path):
        if found := wanted.search(text):
            return number, found.group()
    return None


def local_strings(facts: Facts) -> tuple[str, ...]:
    """Return the folders of this machine that a bundle must not name."""
    return (str(Path.home()), str(facts.run.folder.resolve()), str(facts.run.mixture))


def _adapter(facts: Facts) -> Gate:
    result, adapter = facts.run.result, facts.adapter
    if result is None:
        return Gate(
            "adapter",
            passed=False,
            message=f"The run is {facts.run.status} and has no result to compare with.",
            remedy="Let the training finish, or stop it with the adapter kept.",
        )
    if result.adapter_sha256 != adapter.sha256:
        return Gate(
            "adapter",
            passed=False,
            message="The adapter's file is not the one that this run wrote.",
            remedy="Train again, or put the file back.",
        )
    if facts.differences:
        return Gate(
            "adapter",
            passed=False,
            message=" ".join(facts.differences),
            remedy="Train again with the spec that is meant.",
        )
    return Gate(
        "adapter",
        passed=True,
        message=f"The adapter is what the run wrote: rank {adapter.rank}, scale {adapter.scale:g},"
        f" {adapter.parameters:,} parameters.",
    )


def _evaluated(facts: Facts) -> Gate:
    if facts.evaluations:
        suites = ", ".join(f"{one.suite} (n={one.n})" for one in facts.evaluations)
        return Gate("evaluated", passed=True, message=f"This very adapter answered {suites}.")
    if facts.outdated:
        count = facts.outdated
        which = "1 evaluation is" if count == 1 else f"{count} evaluations are"
        message = f"{which} of another adapter, none of this one."
    else:
        message = "Nobody has looked at an answer of this adapter."
    return Gate(
        "evaluated", passed=False, message=message, remedy=f"curator eval --run {facts.run.id}"
    )


def _clean(facts: Facts) -> Gate:
    checked = [one for one in facts.evaluations if one.contamination_checked]
    if not checked:
        return Gate(
            "clean-suite",
            passed=False,
            message="No suite was compared with the rows that trained."
            if facts.evaluations
            else "There is no suite to compare with the rows that trained.",
            remedy="Evaluate this run while its mixture is there.",
        )
    left_out = sum(len(one.contaminated) for one in checked)
    which = "1 that does was" if left_out == 1 else f"{left_out} that do were"
    return Gate(
        "clean-suite",
        passed=True,
        message="No scored prompt resembles a training row"
        + (f"; {which} left out." if left_out else "."),
    )


def _mixture(facts: Facts) -> Gate:
    again = "Build it again with `curator mix` and train on that, or bring its files back."
    proof = facts.proof
    if proof is None:
        return Gate("mixture", passed=False, message=facts.unproven, remedy=again)
    if not proof.proven:
        first = proof.differences[0]
        more = len(proof.differences) + proof.more - 1
        also = f" And {more} more." if more else ""
        return Gate(
            "mixture",
            passed=False,
            message=f"{first.where}: {first.message}{also}",
            remedy=again,
        )
    return Gate(
        "mixture",
        passed=True,
        message="The mixture is what its sources and its recipe make of it: "
        f"{plural(proof.rows, 'row')} of {plural(proof.sources, 'source')} compared.",
    )
