"""``MODEL_CARD.md``: how the adapter was made, figure by figure."""

from __future__ import annotations

from collections.abc import Sequence

from curator.publish.card import against, data, evaluation, system_prompt
from curator.publish.facts import Facts, curves_of, exposures
from curator.publish.figures import more_rates
from curator.publish.gates import Gate
from curator.publish.markdown import cell, code, quote, table
from curator.publish.naming import base_said


def model_card(facts: Facts, gates: Sequence[Gate], allowed: Sequence[str]) -> str:
    """Return ``MODEL_CARD.md``; see `curator.publish.card.card`."""
    parts = [
        f"# {cell(facts.name)}: how it was made",
        *against(gates, allowed),
        "## Base model",
        _base(facts),
        "## Data",
        *data(facts),
        *shown(facts),
        *removed(facts),
        "## Training",
        training(facts),
        *_losses(facts),
        "## Evaluation",
        *evaluation(facts),
        *[part for one in facts.evaluations for part in more_rates(one)],
        *_left_out(facts),
        "## Checked before publishing",
        _gates(gates),
    ]
    prompt = system_prompt(facts)
    if prompt:
        on = str(facts.manifest.recipe.get("system_prompt_on", "all")) if facts.manifest else ""
        parts += ["## System prompt", f"Carried in training by: {cell(on)} rows.", quote(prompt)]
    return "\n\n".join(parts) + "\n"


def training(facts: Facts) -> str:
    """Return the settings, as asked for and as read back from the adapter's own files."""
    spec, adapter, result = facts.run.spec, facts.adapter, facts.run.result
    rows = [
        ("rank", f"{adapter.rank}"),
        ("scale (alpha / rank)", f"{adapter.scale:g}"),
        ("dropout", f"{adapter.dropout:g}"),
        ("layers", f"{adapter.layers}"),
        ("linear maps", ", ".join(code(key) for key in adapter.keys)),
        ("trained parameters", f"{adapter.parameters:,}"),
        *settings(facts),
        ("SHA-256 of the weights", code(adapter.sha256)),
    ]
    if result is not None:
        rows.insert(6, ("iterations", f"{result.iterations:,} of {spec.iters:,}"))
    return table(["", ""], rows)


def settings(facts: Facts) -> list[tuple[str, str]]:
    """Return the settings that leave no trace in the weights, and what came out."""
    spec, result = facts.run.spec, facts.run.result
    rate = f"{spec.learning_rate:g}"
    if spec.schedule != "constant" or spec.warmup:
        rate += f", {spec.schedule} to {spec.final_learning_rate:g} after {spec.warmup} steps"
    rows = [
        ("learning rate", rate),
        ("optimiser", spec.optimizer),
        ("rows a step", f"{spec.rows_per_step}"),
        ("tokens a row, at most", f"{spec.max_seq_length:,}"),
        ("prompts masked", "yes" if spec.mask_prompt else "no"),
        ("seed", f"{spec.seed}"),
    ]
    if result is not None:
        rows += [
            ("tokens learned from", f"{result.trained_tokens:,}"),
            ("weights kept", f"of iteration {result.kept_iteration or result.iterations:,}"),
            ("training loss, last", loss(result.train_loss)),
            ("validation loss, last", loss(result.val_loss)),
            ("validation loss, lowest", _best(result.best_val_loss, result.best_iteration)),
            ("seconds", f"{result.seconds:,.0f}"),
            ("peak memory", f"{result.peak_memory_gb:.2f} GB"),
        ]
    return rows


def loss(value: float | None) -> str:
    """Return a loss with three decimals."""
    return "not measured" if value is None else f"{value:.3f}"


def shown(facts: Facts) -> list[str]:
    """Return how often the training showed its examples."""
    seen = exposures(facts.run, facts.manifest)
    if seen is None or not seen.curated:
        return []
    base = f", each base row {seen.base:.2f} times" if seen.base else ""
    curated = f"each curated example was seen {seen.curated:.2f} times on average{base}"
    return [f"Training went over its rows {seen.epochs:.2f} times: {curated}."]


def removed(facts: Facts) -> list[str]:
    """Return which rows of the sources were left out, by reason."""
    if facts.manifest is None or not facts.manifest.removed:
        return []
    reasons = sorted(facts.manifest.removed.items(), key=lambda item: -item[1])
    listed = ", ".join(f"{count:,} {cell(reason)}" for reason, count in reasons)
    return [f"Left out of the sources: {listed}."]


def _base(facts: Facts) -> str:
    return f"{code(facts.base_name)}, {base_said(facts.run.model)}."


def _losses(facts: Facts) -> list[str]:
    curves = curves_of(facts.run)
    if not curves.valid:
        return []
    rows = [(f"{iteration:,}", f"{value:.3f}") for iteration, value in curves.valid]
    return [table(["iteration", "validation loss"], rows)]


def _left_out(facts: Facts) -> list[str]:
    listed = [
        (code(one.suite), code(prompt.prompt), cell(prompt.reason))
        for one in facts.evaluations
        for prompt in one.contaminated
    ]
    if not listed:
        return []
    return [
        "These prompts resemble a training row and were not scored:",
        table(["suite", "prompt", "why"], listed),
    ]


def _gates(gates: Sequence[Gate]) -> str:
    rows = [("yes" if g.passed else "**no**", cell(g.code), cell(g.public)) for g in gates]
    return table(["holds", "condition", "found"], rows)


def _best(value: float | None, iteration: int | None) -> str:
    return loss(value) if iteration is None else f"{loss(value)} at iteration {iteration:,}"
