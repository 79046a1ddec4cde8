"""An example, the profile of a good answer, and an answer read against it."""

from curator.example.answer import Answer, Section, parse, render, split
from curator.example.code import CodeBlock, Span
from curator.example.profile import DEFAULT_PROFILE, Profile, load_profile
from curator.example.record import Example

__all__ = [
    "DEFAULT_PROFILE",
    "Answer",
    "CodeBlock",
    "Example",
    "Profile",
    "Section",
    "Span",
    "load_profile",
    "parse",
    "render",
    "split",
]
