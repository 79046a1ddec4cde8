"""Awkward prose: chatter, loose ends, and instructions that ask for another function."""

from __future__ import annotations

from tests.lint.awkward.build import SOLUTION, USAGE, answer, row

GOOD = answer()

PROSE = (
    row("one word", "TXT001", instruction="Double"),
    row("a short instruction in Chinese is whole", instruction="把一个数字翻倍"),
    row("a short instruction", instruction="Double it."),
    row(
        "an instruction that breaks off",
        "TXT002",
        instruction="Write a function that doubles a number and",
    ),
    row(
        "an instruction that ends with a comma",
        "TXT002",
        instruction="Write a function that doubles a number,",
    ),
    row(
        "an open bracket", "TXT002", instruction="Write a function that doubles a number (such as 4"
    ),
    row("an instruction without a full stop", instruction="Write a function that doubles a number"),
    row(
        "an instruction that ends with a preposition",
        instruction="Name the number that you begin with",
    ),
    row(
        "a colon before the input",
        instruction="Write a function that doubles this number:",
        input="4",
    ),
    row("an emoticon is no open bracket", instruction="Write a function that doubles a number :("),
    row(
        "an opening of a chat",
        "TXT003 SEC010",
        output=f"Sure! Here's a function that does it:\n\n{GOOD}",
    ),
    row("a farewell", "TXT003", output=f"{GOOD}\nLet me know if you have any questions!\n"),
    row(
        "an apology of a machine",
        "TXT003 SEC001",
        output="As an AI language model, I cannot run code.",
    ),
    row("chatter that the code prints", usage=USAGE + '\nprint("Sure! Here is the number.")'),
    row(
        "the word sure in a sentence",
        "SEC010",
        output=f"Make sure that the number is whole.\n\n{GOOD}",
    ),
    row("typographic quotes for quotes", "TXT004 COD001", usage="print(double(4), “done”)"),
    row("typographic quotes within a string", usage='print(double(4), "“done”")'),
    row(
        "blanks at the end of a line of code",
        "TXT005",
        usage=USAGE.replace("  #", " \n#").replace(
            "print(double(4)) \n# Output: 8", "print(double(4))  \nprint(double(5))"
        ),
    ),
    row(
        "blanks at the end of the instruction",
        "TXT005",
        instruction="Write a function that doubles it.  ",
    ),
    row("two blanks that break a line of prose", output=f"{GOOD}\nTwice  \nas much.\n"),
    row(
        "an instruction that names another function",
        "TXT006",
        instruction="Write a function called `twice` that doubles a number.",
    ),
    row(
        "an instruction that names the function with brackets",
        "TXT006",
        instruction="Implement `twice(number)` so that it doubles a number.",
    ),
    row(
        "an instruction that names the right one",
        instruction="Write a function named double for numbers.",
    ),
    row(
        "an instruction that names a function to use",
        instruction="Write a function that doubles a number without calling `sum()` or `pow()`.",
    ),
    row(
        "a name that a class defines",
        instruction="Write `double(number)` and say what `upper()` does.",
    ),
    row(
        "an answer that never ends",
        "TXT007",
        solution=SOLUTION
        + "\n\n\nTABLE = [\n"
        + "".join(f"    {n:>4}, {n * 2:>4},\n" for n in range(900))
        + "]",
    ),
    row(
        "an answer that says the question",
        "TXT008 SEC001",
        output="Write a function that doubles a number.",
    ),
)
