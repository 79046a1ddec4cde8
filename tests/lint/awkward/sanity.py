"""Awkward tests: asserts that say nothing, and asserts that only look so."""

from __future__ import annotations

from tests.lint.awkward.build import row

RAISES = """try:
    double(None)
except TypeError as error:
    assert "unsupported" in str(error)
else:
    raise AssertionError("nothing was raised")"""

SANITY = (
    row("a test that prints", "TST001", test="print(double(1) == 2)"),
    row("an assert in a comment", "TST001", test="# assert double(1) == 2\ndouble(1)"),
    row("asserts about the language", "TST002", test="assert 2 * 2 == 4\nassert str(4) == '4'"),
    row("assert True", "TST003", test="assert True\nassert double(1) == 2"),
    row(
        "an assert of a pair",
        "TST003",
        test='assert (double(1) == 2, "doubles")\nassert double(2) == 4',
    ),
    row("an assert with a message", test='assert double(1) == 2, "doubles"'),
    row("the same call on both sides", "TST003", test="assert double(3) == double(3)"),
    row("the same function on both sides", test="assert double(3) == double(1) + double(2)"),
    row(
        "the same object from two calls",
        test="assert double(3) is not None\nassert double is double".replace(
            "\nassert double is double", ""
        ),
    ),
    row(
        "a value that differs from itself is how NaN is known",
        test="result = double(float('nan'))\nassert result != result",
    ),
    row(
        "asserts in a function that nobody calls",
        "TST005",
        test="def test_double():\n    assert double(1) == 2",
    ),
    row(
        "asserts in a function that is called",
        test="def test_double():\n    assert double(1) == 2\n\n\ntest_double()",
    ),
    row(
        "asserts in a function that a loop calls",
        test="def check(n):\n    assert double(n) == n + n\n\n\nfor n in range(3):\n    check(n)",
    ),
    row("a test of what is raised", test=RAISES),
    row("asserts under a guard", test='if __name__ == "__main__":\n    assert double(1) == 2'),
)
