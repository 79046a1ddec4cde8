"""Curator: write, lint, run, mix, train and evaluate the examples that decide a fine-tune."""

__version__ = "0.1.0"
