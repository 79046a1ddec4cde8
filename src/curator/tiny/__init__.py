"""Two models that are small enough to come along.

`build_tiny_model` builds one with random weights on the spot, for tests; ``base/`` holds one that
knows small tasks, which the demo teaches a format (docs/tiny-base.md).
"""

from __future__ import annotations

from curator.tiny.build import build_tiny_model

__all__ = ["build_tiny_model"]
