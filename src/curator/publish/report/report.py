"""The report of a run: what its author would else write by hand, every statement derived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from curator.errors import ConfigError
from curator.evaluate import Evaluation, Score
from curator.publish.figures import rate, rates, side_by_side, sources_table, verdict
from curator.publish.markdown import cell, code, fence, quote, table
from curator.publish.modelcard import loss
from curator.publish.report.advice import advice
from curator.publish.report.story import Story, read_story
from curator.train import Run, plot_svg

#: Stands where the picture goes.
PICTURE = "\0picture\0"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        title: Its heading.
        parts: Its paragraphs, tables and code, as Markdown; `PICTURE` for the picture.
    """

    title: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report, before it is written in one format or another.

    Attributes:
        title: What it is about.
        sections: Its parts.
        picture: The loss curves as SVG; empty where there are none.
    """

    title: str
    sections: tuple[Section, ...]
    picture: str


def make_report(run: Run, against: Run | None = None) -> Report:
    """Make the report of a run.

    Args:
        run: A run with a result.
        against: An earlier one to compare with.

    Raises:
        InputError: A run has no result yet, or an evaluation cannot be read.
        ConfigError: Both are the same.
    """
    if against is not None and against.id == run.id:
        raise ConfigError("A run is compared with another one.", hint="Give an earlier --against.")
    story = read_story(run)
    earlier = read_story(against) if against is not None else None
    sections = (
        Section("Where it began", tuple(_problem(story, earlier))),
        Section("Data", tuple(_data(story, earlier))),
        Section("Configuration", (_configuration(story, earlier),)),
        Section("Training", tuple(_training(story))),
        Section("Evaluation", tuple(_evaluations(story, earlier))),
        Section("Published", (_published(story),)),
        Section("What to try next", (_next(story),)),
    )
    curves = [(name, one.curves) for name, one in _named(story, earlier)]
    drawn = any(one.train or one.valid for _, one in curves)
    return Report(story.name, sections, plot_svg(curves) if drawn else "")


def _named(story: Story, earlier: Story | None) -> Iterator[tuple[str, Story]]:
    yield (story.name if earlier is None or earlier.name != story.name else story.run.id), story
    if earlier is not None:
        yield (earlier.name if earlier.name != story.name else earlier.run.id), earlier


def _problem(story: Story, earlier: Story | None) -> Iterator[str]:
    if earlier is None:
        yield "No earlier run was named to compare with; the base model is what it is measured by."
        for one in story.evaluations:
            yield f"On {code(one.suite)} the base passes every check in {rate(one.base.all)}."
        return
    name = list(_named(story, earlier))[1][0]
    yield f"The earlier run is {cell(name)}, on {code(earlier.base_name)}."
    if not earlier.evaluations:
        yield "Nobody looked at an answer of it."
    for one in earlier.evaluations:
        assert one.tuned is not None
        yield (
            f"On {code(one.suite)} it passed every check in {rate(one.tuned.all)}, the base in"
            f" {rate(one.base.all)}."
        )
        missed = [
            f"{cell(check.title.lstrip('# '))} {rate(one.tuned.rates[check.name])}"
            for check in one.base.checks
            if one.tuned.rates[check.name].rate < 1
        ]
        if missed:
            yield "What it missed: " + "; ".join(missed) + "."
    if earlier.manifest is not None:
        yield _trained(earlier)


def _trained(story: Story) -> str:
    manifest = story.manifest
    assert manifest is not None
    counts = manifest.counts
    distinct = counts.get("curated_distinct", counts.get("curated_examples", 0))
    text = (
        f"{counts['curated_examples']:,.0f} of {distinct:,.0f} curated examples trained,"
        f" as {counts['curated_rows']:,.0f} of {counts['train']:,.0f} rows:"
        f" {counts['curated_share']:.1%} of the rows"
    )
    if "curated_token_share" in counts:
        text += f", {counts['curated_token_share']:.1%} of the tokens"
    elif "curated_text_share" in counts:
        text += f", {counts['curated_text_share']:.1%} of the text"
    seen = story.shown
    if seen is None or not seen.curated:
        return f"{text}."
    return f"{text}. Each was seen {seen.curated:.2f} times on average."


def _data(story: Story, earlier: Story | None) -> Iterator[str]:
    manifest = story.manifest
    if manifest is None:
        rows = ", ".join(f"{count:,} {name}" for name, count in story.run.record.rows.items())
        yield f"Rows: {rows}. The mixture had no manifest, so nobody can say where they came from."
        return
    yield _trained(story)
    if story.shown is not None and story.shown.base:
        yield f"Each base row was seen {story.shown.base:.2f} times on average."
    yield sources_table(manifest, story.licences)
    counts = manifest.counts
    held = f"{counts['valid']:,.0f} rows were held out for validation"
    yield f"{held}, {counts['test']:,.0f} to test."
    if manifest.removed:
        reasons = sorted(manifest.removed.items(), key=lambda item: -item[1])
        listed = ", ".join(f"{count:,} {cell(reason)}" for reason, count in reasons)
        yield f"Left out of the sources: {listed}."
    if manifest.system_prompt and manifest.recipe.get("system_prompt_on") != "none":
        yield f"System prompt, on {cell(str(manifest.recipe.get('system_prompt_on', 'all')))} rows:"
        yield quote(manifest.system_prompt)
    if earlier is not None and earlier.manifest is not None:
        yield f"Before: {_trained(earlier)}"


def _configuration(story: Story, earlier: Story | None) -> str:
    """Return the settings; what can be read back from the adapter's tensors was."""
    columns = [_settings(one) for one in (story, earlier) if one is not None]
    heads = ["setting", *(cell(name) for name, _ in _named(story, earlier))]
    rows = [[key, *(column[key] for column in columns)] for key in columns[0]]
    return table(heads, rows)


def _settings(story: Story) -> dict[str, str]:
    spec, result = story.run.spec, story.run.result
    assert result is not None
    return {
        "base model": code(story.base_name),
        "rank, read back": f"{result.rank}",
        "scale (alpha / rank), read back": f"{result.scale:g}",
        "dropout": f"{result.dropout:g}",
        "layers, read back": f"{result.layers}",
        "trained parameters, read back": f"{result.trained_parameters:,}",
        "learning rate": f"{spec.learning_rate:g}, {spec.schedule}",
        "optimiser": spec.optimizer,
        "iterations": f"{result.iterations:,} of {spec.iters:,}",
        "rows a step": f"{spec.rows_per_step}",
        "passes over the rows": f"{story.shown.epochs:.2f}" if story.shown else "not known",
        "tokens a row, at most": f"{spec.max_seq_length:,}",
        "prompts masked": "yes" if spec.mask_prompt else "no",
        "seed": f"{spec.seed}",
    }


def _training(story: Story) -> Iterator[str]:
    result, curves = story.run.result, story.curves
    assert result is not None
    if curves.train or curves.valid:
        yield PICTURE
    if curves.valid:
        first, last, best = curves.valid[0], curves.valid[-1], curves.best
        text = f"Validation loss {first[1]:.3f} at iteration {first[0]:,}, {last[1]:.3f} at the end"
        if best is not None and best[0] != last[0]:
            text += f", lowest {best[1]:.3f} at {best[0]:,}"
        yield f"{text}. Training loss at the end: {loss(result.train_loss)}."
    else:
        yield f"There was no validation. Training loss at the end: {loss(result.train_loss)}."
    kept = result.kept_iteration or result.iterations
    yield (
        f"{result.trained_tokens:,} tokens were learned from, in {result.seconds:,.0f} s with"
        f" {result.peak_memory_gb:.2f} GB at most. The adapter has the weights of iteration"
        f" {kept:,}; its SHA-256 is {code(result.adapter_sha256)}."
    )
    if story.run.status == "stopped":
        yield "The training was stopped before its last iteration."


def _evaluations(story: Story, earlier: Story | None) -> Iterator[str]:
    if not story.evaluations:
        yield "This adapter has not been evaluated."
    for one in story.evaluations:
        yield rates(one)
        yield verdict(one)
        (name, _), *others = _named(story, earlier)
        for before, other in others:
            for past in other.evaluations:
                if past.file_name == one.file_name:
                    yield side_by_side((before, past), (name, one))
    if story.evaluations:
        yield from _sample(story.evaluations[0])


def _sample(one: Evaluation) -> Iterator[str]:
    """Yield the whole answer to the suite's first prompt: chosen by its place, not by its looks."""
    assert one.tuned is not None
    score = one.tuned.scores[0]
    yield f"The adapter's whole answer to the first prompt of {code(one.suite)}:"
    yield quote(score.prompt.instruction)
    yield fence(score.text, "markdown") if score.text.strip() else "It says nothing."
    yield _marks(one, score)


def _marks(one: Evaluation, score: Score) -> str:
    marks = [
        f"{'✓' if score.passed[check.name] else '✗'} {cell(check.title.lstrip('# '))}"
        for check in one.base.checks
        if check.name in score.passed
    ]
    cut = f" It was cut at {one.max_tokens} tokens." if score.truncated else ""
    return ", ".join(marks) + "." + cut


def _published(story: Story) -> str:
    if not story.receipts:
        return "Nothing has been published of this run."
    rows = []
    for one in story.receipts:
        result = story.run.result
        same = result is not None and one.adapter == result.adapter_sha256
        seen = "private" if one.private else "public"
        rows.append(
            [
                code(one.repo),
                cell(one.tag),
                code(one.commit[:12]),
                one.when[:10],
                seen,
                "this adapter" if same else "an earlier adapter",
            ]
        )
    return table(["repository", "version", "commit", "on", "seen", "what"], rows)


def _next(story: Story) -> str:
    found = advice(story)
    if not found:
        return "The files of this run suggest nothing."
    return "\n".join(f"- {text}" for text in found)
