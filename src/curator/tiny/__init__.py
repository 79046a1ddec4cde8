"""A model small enough to build on the spot, where there is no network; see `build_tiny_model`."""

from __future__ import annotations

from curator.tiny.build import build_tiny_model

__all__ = ["build_tiny_model"]
