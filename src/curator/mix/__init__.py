"""Mix: a recipe becomes a plan, a plan becomes a mixture that the trainer reads."""

from curator.mix.checks import Check, Verdict, check_exposures
from curator.mix.mixture import Manifest, read_manifest, write_mixture
from curator.mix.plan import Plan, PlannedRow, Removed, SourceCount
from curator.mix.planner import plan_mixture
from curator.mix.recipe import DedupSpec, Recipe, SourceSpec, SplitSpec, read_recipe

__all__ = [
    "Check",
    "DedupSpec",
    "Manifest",
    "Plan",
    "PlannedRow",
    "Recipe",
    "Removed",
    "SourceCount",
    "SourceSpec",
    "SplitSpec",
    "Verdict",
    "check_exposures",
    "plan_mixture",
    "read_manifest",
    "read_recipe",
    "write_mixture",
]
