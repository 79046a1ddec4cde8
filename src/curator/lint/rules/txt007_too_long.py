"""TXT007: an example that is longer than the trainer reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar

from curator.errors import ConfigError
from curator.example import Span
from curator.lint.case import output, parts
from curator.lint.finding import Severity
from curator.lint.rule import Count, Hit, Record, RecordRule, RuleOptions

#: Characters a token, low for code: with it an estimate errs towards speaking.
CHARACTERS_A_TOKEN = 3.0


class TooLongOptions(RuleOptions, frozen=True):
    """Options of TXT007.

    Attributes:
        tokens: How many tokens instruction, input and output may have together.
        tokenizer: The path of a ``tokenizer.json`` to count with; without one the count is an
            estimate, at three characters a token.
    """

    files: ClassVar[tuple[str, ...]] = ("tokenizer",)

    tokens: Count = 2048
    tokenizer: str = ""


class TooLong(RecordRule):
    """Instruction, input and output are together longer than 2,048 tokens, or than the option says.

    Without a tokenizer the length is estimated from the characters.
    """

    code = "TXT007"
    name = "too-long"
    severity = Severity.WARNING
    why = (
        "The trainer cuts what is beyond its limit with no more than a warning, so the model learns"
        " an answer without its end."
    )
    options_type = TooLongOptions
    valid = (parts(), output("word " * 1000), output("word " * 4000, tokens=8000))
    invalid = (output("word " * 4000), parts(tokens=50))

    def __init__(self, options: TooLongOptions | None = None) -> None:
        super().__init__(options)
        if self.options.tokenizer:
            # A file that is no tokenizer is told before the first row, and not of each.
            _tokenizer(self.options.tokenizer)

    def check(self, record: Record) -> Iterator[Hit]:
        """Yield one hit for the example, at the end of its output."""
        size = sum(len(text) for _, text in record.texts)
        # No token is shorter than a byte, and four bytes are the most that a character has.
        if size * 4 <= self.options.tokens:
            return
        exact = bool(self.options.tokenizer)
        if exact:
            tokenizer = _tokenizer(self.options.tokenizer)
            count = sum(len(tokenizer.encode(text).ids) for _, text in record.texts)
        else:
            count = int(size / CHARACTERS_A_TOKEN)
        if count > self.options.tokens:
            end = len(record.example.output)
            about, how = ("", "") if exact else ("about ", ", estimated from its characters")
            yield Hit(
                f"The example has {about}{count:,} tokens{how}, and {self.options.tokens:,} are"
                " allowed.",
                span=Span(end, end),
            )


@lru_cache(maxsize=2)
def _tokenizer(path: str) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(path)
    except Exception as error:
        # The library raises nothing more precise, whether there is no file or no tokenizer in it.
        raise ConfigError(f"No tokenizer can be read here: {error}.", path=path) from None
