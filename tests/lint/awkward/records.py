"""Awkward records: what JSON allows, what it forbids, and what only looks like either."""

from __future__ import annotations

import json

from tests.lint.awkward.build import INSTRUCTION, answer, line, row

GOOD = json.dumps({"instruction": INSTRUCTION, "output": answer()})

RECORDS = (
    line("no input key at all", "", GOOD),
    line("keys in another order", "", json.dumps({"output": answer(), "instruction": INSTRUCTION})),
    line("blanks around the object", "", f"  {GOOD}\t"),
    line("a trailing comma", "REC001", GOOD[:-1] + ",}"),
    line("single quotes", "REC001", "{'instruction': 'Add two.', 'output': 'a + b'}"),
    line("cut in the middle of a string", "REC001", GOOD[: len(GOOD) // 2]),
    line("NaN in a field nobody reads", "REC001", GOOD[:-1] + ', "tags": [NaN]}'),
    line("a comment behind the object", "REC001", f"{GOOD} // checked"),
    line("a string that holds an object", "REC002", json.dumps(GOOD)),
    line("an array of one object", "REC002", f"[{GOOD}]"),
    line("two objects without a blank", "REC008", GOOD + GOOD),
    line("only a no-break space", "REC010", "\u00a0"),
    line(
        "a key twice with the same value", "REC005", GOOD[:-1] + f', "output": {json.dumps("x")}}}'
    ),
    line("a key twice deep inside", "REC005", GOOD[:-1] + ', "tags": [{"a": 1, "a": 1}]}'),
    line("the same key in two objects", "", GOOD[:-1] + ', "tags": [{"a": 1}, {"a": 1}]}'),
    line("Latin-1 bytes", "REC006", b'{"instruction": "Caf\xe9", "output": "x"}'),
    line("half an emoji", "REC006", GOOD.replace("Write", "\\ud83d Write")),
    line("a whole emoji as two escapes", "", GOOD.replace("Write", "\\ud83d\\ude00 Write")),
    row("a bell in the instruction", "REC007", instruction="Write \x07a function that doubles it."),
    row("a right-to-left override", "REC007", instruction="Write a \u202efunction for doubling."),
    row("a replacement character", "REC007", instruction="Write a caf\ufffd function."),
    row(
        "tabs and line breaks are no control characters", instruction="Double:\n\ta number.\r\nNow."
    ),
    row("Arabic text needs no override", instruction="اكتب دالة تضاعف العدد"),
    row(
        "a joiner inside an emoji", instruction="Write a function that counts 👩\u200d💻 in a text."
    ),
    row("an unknown field", "REC011", more={"difficulty": 3}),
    row("a known field", more={"tags": ["numbers"], "id": "double"}),
    line("an input of null", "REC003", GOOD[:-1] + ', "input": null}'),
    line(
        "an output in pieces",
        "REC003 SEC001",
        json.dumps({"instruction": "Double it.", "output": ["x"]}),
    ),
    row("an empty output", "REC004 SEC001", output=""),
    row("an instruction of blanks", "REC004", instruction=" \n "),
    row(
        "a suppression with a reason",
        more={"lint_ignore": {"SEC010": "The preface is wanted."}},
        output="Doubling.\n\n" + answer(),
    ),
    row(
        "a suppression without a reason",
        "REC012 SEC010",
        more={"lint_ignore": ["SEC010"]},
        output="Doubling.\n\n" + answer(),
    ),
    row(
        "a suppression of a rule that is none",
        "REC012",
        more={"lint_ignore": {"SEK001": "Why not."}},
    ),
    row("a suppression of a whole family", "REC012", more={"lint_ignore": {"SEC": "All of them."}}),
)
