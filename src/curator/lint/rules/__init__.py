"""The rule book: one file a rule, named after its code."""
