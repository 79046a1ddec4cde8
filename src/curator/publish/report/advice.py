"""What to try next: suggestions, each from something that the run's files show.

None of them is a law. Each says what was seen, so that a reader can judge for himself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from curator.evaluate import Evaluation
from curator.mix.checks import MANY_EXPOSURES
from curator.publish.markdown import cell, code
from curator.publish.report.story import Story

#: Below so many prompts an interval is wider than most differences that training makes.
_FEW_PROMPTS = 30
_RULES = 3


def advice(story: Story) -> tuple[str, ...]:
    """Return suggestions, Markdown, the most telling first."""
    return tuple(text for part in (_evaluations, _exposures, _curve, _data) for text in part(story))


def _evaluations(story: Story) -> Iterator[str]:
    if not story.evaluations:
        yield (
            "Nobody has looked at an answer of this adapter. Evaluating it would show whether"
            f" anything changed: {code(f'curator eval --run {story.run.id}')}."
        )
    for one in story.evaluations:
        yield from _evaluation(one)


def _evaluation(one: Evaluation) -> Iterator[str]:
    assert one.tuned is not None
    suite = code(one.suite)
    difference = one.paired["all"]
    if not difference.shown:
        yield (
            f"On {suite} the difference over all checks is not shown (n = {one.n},"
            f" better on {difference.better}, worse on {difference.worse}). More prompts or a"
            " longer training might show one, or that there is none."
        )
    if one.n < _FEW_PROMPTS:
        low, high = one.tuned.all.interval
        yield (
            f"{suite} scored {one.n} prompts, so the adapter's rate lies anywhere from {low:.0%}"
            f" to {high:.0%}. A suite of {_FEW_PROMPTS} or more would narrow that."
        )
    failing = sorted(
        # What a test says of the code is nothing that an example of the format could show.
        ((one.tuned.rates[check.name], check) for check in one.base.checks if not check.ran),
        key=lambda pair: pair[0].rate,
    )
    if one.wants == "format" and failing and failing[0][0].rate < 1:
        value, check = failing[0]
        yield (
            f"The check that fails most on {suite} is {cell(check.title.lstrip('# '))}"
            f" ({value.n - value.passed} of {value.n} answers). More curated examples that show it"
            " well might help."
        )
    rules = Counter(
        code_ for score in one.tuned.scores for code_ in {f.code for f in score.findings}
    )
    if one.wants == "format" and rules:
        # By name where they are as many: a set has another order in every process.
        most = sorted(rules.items(), key=lambda item: (-item[1], item[0]))[:_RULES]
        listed = ", ".join(f"{name} in {count}" for name, count in most)
        yield (
            f"The rules that its answers on {suite} break most: {listed} of"
            f" {len(one.tuned.scores)}."
            f" {code('curator rule CODE')} explains each."
        )
    cut = one.tuned.truncated
    if cut:
        yield (
            f"{cut} of {len(one.tuned.scores)} answers on {suite} were cut at {one.max_tokens}"
            f" tokens and could not pass. A larger {code('--max-tokens')} would tell whether they"
            " would have."
        )
    if one.contaminated:
        yield (
            f"{len(one.contaminated)} prompts of {suite} resemble training rows and were left out."
            " Other prompts, or other examples, would keep the suite whole."
        )


def _exposures(story: Story) -> Iterator[str]:
    seen = story.shown
    if seen is None or not seen.curated:
        return
    if seen.curated < 1:
        yield (
            f"Each curated example was seen {seen.curated:.2f} times on average, so some never."
            " More iterations, or fewer base rows, would show all of them."
        )
    elif seen.curated > MANY_EXPOSURES:
        yield (
            f"Each curated example was seen {seen.curated:.1f} times on average. Above about"
            f" {MANY_EXPOSURES:g} repeats bring less; more different examples might bring more."
        )


def _curve(story: Story) -> Iterator[str]:
    result, curves = story.run.result, story.curves
    if result is None:
        return
    if not curves.valid:
        yield "There was no validation, so nothing shows when to stop. Holding rows out would."
        return
    best = curves.best
    last = curves.valid[-1]
    if best is None:
        return
    if best[0] == last[0] and len(curves.valid) > 1 and best[0] > 0:
        yield (
            f"The validation loss was lowest at the very end ({best[1]:.3f} at iteration"
            f" {best[0]:,}), so a longer training might lower it further."
        )
    elif best[0] < last[0]:
        yield (
            f"The validation loss was lowest at iteration {best[0]:,} ({best[1]:.3f}) and"
            f" {last[1]:.3f} at the end. Fewer iterations, or {code('--patience')}, would spare"
            " the rest."
        )
    started = story.started
    if started is not None and started.cut_rows:
        yield (
            f"{started.cut_rows:,} of {started.train_rows:,} training rows were cut at"
            f" {story.run.spec.max_seq_length:,} tokens. A larger {code('--max-seq-length')} would"
            " keep their ends."
        )


def _data(story: Story) -> Iterator[str]:
    manifest = story.manifest
    if manifest is None:
        return
    counts = manifest.counts
    examples, distinct = counts.get("curated_examples", 0), counts.get("curated_distinct", 0)
    if distinct and examples < distinct:
        yield (
            f"{distinct - examples:,.0f} of {distinct:,.0f} curated examples did not train."
            f" {code('curator mix RECIPE --dry-run --rows')} lists where each went."
        )
    unknown = [one.name for one in story.licences if not one.known and one.what != "library"]
    if unknown:
        listed = ", ".join(code(name) for name in dict.fromkeys(unknown))
        yield f"Nobody says under which licence these are: {listed}. Publishing wants to know."
