"""Awkward sections: headings that are none, fences within fences, and near misses."""

# ruff: noqa: E501 - a piece of code is one literal, as long as it is
from __future__ import annotations

from tests.lint.awkward.build import SOLUTION, TEST, USAGE, answer, row

GOOD = answer()
BARE = f"### Solution\n\n{SOLUTION}\n\n### Usage\n\n{USAGE}\n\n### Sanity test\n\n{TEST}\n"

SECTIONS = (
    row("one fence around the whole answer", "SEC012", output=f"```python\n{BARE}```"),
    row(
        "one fence around an answer that lacks a part",
        "SEC012 SEC001",
        output=f"```python\n{BARE.replace('### Usage', '')}```",
    ),
    row("one longer fence around fenced sections", "SEC012", output=f"````markdown\n{GOOD}````\n"),
    row(
        "headings as comments inside the only code block",
        "SEC001",
        output=f"```python\n# Solution\n{SOLUTION}\n# Usage\n{USAGE}\n```\n",
    ),
    row(
        "a heading inside a section's fence is text",
        solution=f'{SOLUTION}\n\n\nNOTE = """\n### Usage\n"""',
    ),
    row(
        "a section hidden in the fence before it",
        "SEC001",
        output=GOOD.replace("```\n\n### Usage\n\n```python\n", "\n# ### Usage\n"),
    ),
    row("tilde fences", output=GOOD.replace("```", "~~~")),
    row(
        "longer fences around code that holds a fence",
        output=GOOD.replace("```", "````").replace(USAGE, f'{USAGE}\nprint("""\n```\n""")'),
    ),
    row(
        "an indented fence",
        output=GOOD.replace("```python\nprint", "  ```python\nprint").replace("8\n```", "8\n  ```"),
    ),
    row(
        "an indented fence with its code indented alike",
        output=GOOD.replace(
            f"```python\n{SOLUTION}\n```",
            "\n".join(
                f"   {line}" if line else "" for line in f"```python\n{SOLUTION}\n```".split("\n")
            ),
        ),
    ),
    row(
        "code indented further than its fence",
        "COD001",
        output=GOOD.replace(f"```python\n{USAGE}\n```", f" ```python\n  {USAGE}\n ```"),
    ),
    row(
        "a bold line for the first heading",
        "SEC016",
        output=GOOD.replace("### Solution", "**Solution**"),
    ),
    row(
        "words before a bold first heading",
        "SEC010 SEC016",
        output="Doubling is easy.\n\n" + GOOD.replace("### Solution", "**Solution**"),
    ),
    row("a fence that is never closed", "SEC008", output=GOOD.removesuffix("```\n")),
    row(
        "a fence that only seems to close",
        "SEC008 COD001",
        output=GOOD.removesuffix("```\n") + "``\n",
    ),
    row(
        "a fence closed by the other character",
        "SEC008 COD001",
        output=GOOD.removesuffix("```\n") + "~~~\n",
    ),
    row("no fences at all", "SEC007", output=BARE),
    row("closed headings", output=GOOD.replace("### Usage", "### Usage ###")),
    row(
        "too many blanks in a heading",
        output=GOOD.replace("### Sanity test", "###   Sanity   test"),
    ),
    row("wrong capitals", "SEC013", output=GOOD.replace("Sanity test", "Sanity Test")),
    row("a lower level", "SEC011", output=GOOD.replace("### Usage", "#### Usage")),
    row(
        "a higher level and wrong capitals",
        "SEC011 SEC013",
        output=GOOD.replace("### Usage", "## USAGE"),
    ),
    row("an underlined heading", "SEC011", output=GOOD.replace("### Usage", "Usage\n-----")),
    row("a colon after the title", "SEC006", output=GOOD.replace("### Usage", "### Usage:")),
    row("a plural", "SEC006", output=GOOD.replace("### Sanity test", "### Sanity tests")),
    row("a typing error", "SEC006", output=GOOD.replace("### Solution", "### Soluton")),
    row(
        "a heading without its blank is no heading",
        "SEC006",
        output=GOOD.replace("### Usage", "###Usage"),
    ),
    row("a bold line for a heading", "SEC016", output=GOOD.replace("### Usage", "**Usage**")),
    row("a bold line with a colon", "SEC016", output=GOOD.replace("### Usage", "**Usage:**")),
    row(
        "another word where a section belongs",
        "SEC001",
        output=GOOD.replace("### Usage", "### Example"),
    ),
    row(
        "a section more than the profile has",
        "SEC005",
        output=f"{GOOD}\n### Explanation\n\nIt multiplies by two.\n",
    ),
    row(
        "a smaller heading inside a section",
        output=GOOD.replace("### Usage\n", "### Usage\n\n#### From a script\n"),
    ),
    row(
        "twice the same section",
        "SEC003",
        output=f"{GOOD}\n### Sanity test\n\n```python\n{TEST}\n```\n",
    ),
    row(
        "the test before the usage",
        "SEC002",
        output=f"### Solution\n\n```python\n{SOLUTION}\n```\n\n### Sanity test\n\n```python\n{TEST}\n"
        f"```\n\n### Usage\n\n```python\n{USAGE}\n```\n",
    ),
    row("an empty code block", "SEC007", usage=""),
    row(
        "a section of words only",
        "SEC007",
        output=GOOD.replace(f"```python\n{USAGE}\n```", "Call it with a number."),
    ),
    row("no language tag", "SEC009", output=GOOD.replace("```python\nprint", "```\nprint")),
    row("a short tag is a tag", output=GOOD.replace("```python\nprint", "```py\nprint")),
    row(
        "the tag of another language",
        "SEC015",
        output=GOOD.replace("```python\nprint", "```text\nprint"),
    ),
    row(
        "two blocks in one section",
        "SEC014",
        output=GOOD.replace("8\n```", "8\n```\n\n```python\nprint(double(5))\n```"),
    ),
    row(
        "a block of output beside the code is no second program",
        output=GOOD.replace("8\n```", "8\n```\n\n```text\n8\n```"),
    ),
    row("a preface", "SEC010", output=f"Doubling means to multiply by two.\n\n{GOOD}"),
    row("Windows line ends", output=GOOD.replace("\n", "\r\n")),
    row("no line break at the end", output=GOOD.removesuffix("\n")),
)
