"""Preflight: what the trainer will really see of a mixture, known before it starts."""

from curator.preflight.report import CODES, Preflight
from curator.preflight.run import preflight
from curator.preflight.suites import held_out_prompts
from curator.preflight.tokens import count_tokens

__all__ = ["CODES", "Preflight", "count_tokens", "held_out_prompts", "preflight"]
