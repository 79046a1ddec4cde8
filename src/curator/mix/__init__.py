"""Mix: a recipe becomes a plan, a plan becomes a mixture that the trainer reads."""

from curator.mix.check import PLAN_CHECKS, Check, Verdict, check_names
from curator.mix.checks import check_exposures
from curator.mix.likeness import HeldOut
from curator.mix.manifest import LeftOut, Manifest, ManifestRow, read_manifest
from curator.mix.mixture import check_buildable, write_mixture
from curator.mix.plan import (
    REASONS,
    GateFinding,
    Plan,
    PlannedRow,
    Redaction,
    Removed,
    SourceCount,
    Suspect,
)
from curator.mix.planner import plan_mixture
from curator.mix.recipe import (
    ContaminationSpec,
    DedupSpec,
    GateSpec,
    Recipe,
    RedactSpec,
    SourceSpec,
    SplitSpec,
    read_recipe,
)
from curator.mix.tokens import RowTokens, TokenCounter, TokenFigures, conversation, count_plan
from curator.mix.trace import Trace, trace_row
from curator.mix.verify import Difference, verify_mixture

__all__ = [
    "PLAN_CHECKS",
    "REASONS",
    "Check",
    "ContaminationSpec",
    "DedupSpec",
    "Difference",
    "GateFinding",
    "GateSpec",
    "HeldOut",
    "LeftOut",
    "Manifest",
    "ManifestRow",
    "Plan",
    "PlannedRow",
    "Recipe",
    "RedactSpec",
    "Redaction",
    "Removed",
    "RowTokens",
    "SourceCount",
    "SourceSpec",
    "SplitSpec",
    "Suspect",
    "TokenCounter",
    "TokenFigures",
    "Trace",
    "Verdict",
    "check_buildable",
    "check_exposures",
    "check_names",
    "conversation",
    "count_plan",
    "plan_mixture",
    "read_manifest",
    "read_recipe",
    "trace_row",
    "verify_mixture",
    "write_mixture",
]
