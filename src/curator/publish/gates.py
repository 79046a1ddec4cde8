"""What has to be so before something leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from curator.publish.facts import Facts

#: An absolute path of at least two parts, on Unix or Windows; not the path of a URL.
_PATH = re.compile(r"(?<![\w.:/~-])/(?:[\w.@+-]+/)+[\w.@+-]+|\b[A-Za-z]:\\\\?\w[^\s\"]*")


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition.

    Attributes:
        code: Its name, for whoever goes on against it.
        passed: Whether it holds.
        message: What was found, with its evidence.
        remedy: What to do about it; empty where it holds.
    """

    code: str
    passed: bool
    message: str
    remedy: str = ""


def check_facts(facts: Facts) -> tuple[Gate, ...]:
    """Return the gates that look at the run and its evaluations."""
    return (_adapter(facts), _evaluated(facts), _clean(facts))


def check_paths(texts: Mapping[str, str], secrets: Iterable[str] = ()) -> Gate:
    """Return the gate that looks for paths of this machine.

    Args:
        texts: The text of each file of the bundle.
        secrets: Further strings that must not be there, such as the project's folder.
    """
    unwanted = [text for text in secrets if len(text) > 1]
    for name, text in texts.items():
        found = next((one for one in unwanted if one in text), None)
        if found is None and (match := _PATH.search(text)):
            found = match.group()
        if found is not None:
            return Gate(
                "local-paths",
                passed=False,
                message=f"{name} holds a path of this machine: {found}",
                remedy="Take it out of the text it comes from: a name, a system prompt, a source.",
            )
    return Gate("local-paths", passed=True, message="No file holds a path of this machine.")


def local_strings(facts: Facts) -> tuple[str, ...]:
    """Return the folders of this machine that a bundle must not name."""
    return (str(Path.home()), str(facts.run.folder), str(facts.run.mixture))


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
    return Gate("evaluated", passed=False, message=message, remedy="Evaluate this run.")


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
    return Gate(
        "clean-suite",
        passed=True,
        message="No scored prompt resembles a training row"
        + (f"; {left_out} that do were left out." if left_out else "."),
    )
