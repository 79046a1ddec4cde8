"""Answers: what is read, where it stands, and what comes back when it is written."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curator.example import Answer, Profile, Span, load_profile, parse, render, split
from curator.example.answer import LONGEST
from curator.example.code import parse_python
from curator.example.profile import SectionSpec

PROFILE = load_profile()

WRAPPED = textwrap.dedent('''\
    ```python
    ### Solution

    def factorial(n):
        """Return the factorial of a number.

        Args:
            n (int): A number of zero or more.

        Returns:
            int: The product of all numbers up to it.
        """
        # Usage
        return 1 if n == 0 else n * factorial(n - 1)

    ### Usage

    print(factorial(5))  # Output: 120

    ### Sanity test

    assert factorial(0) == 1
    assert factorial(5) == 120
    ```''')

SECTIONED = textwrap.dedent("""\
    Here it is.

    ### Solution

    ```python
    # ### Usage
    def one():
        return 1
    ```

    ### Usage

    ~~~py
    print(one())
    ~~~

    ### Sanity test

    ````python
    FENCE = '''
    ```
    ### Usage
    ```
    '''
    assert one() == 1
    ````
    """)

# Text that is likely to break a reader of fences and headings.
PIECES = (
    *("```", "````", "~~~", "```python\n", "### Solution\n", "### Usage", "### Sanity test\n"),
    *("\n", "\r\n", "\r", "\n\n", "    ", "\t", " ", "x = 1", "é", "\u2028", "\x00", "\x0b"),
    *("> ", "- ", "1. ", "<div>\n", "===\n", "---\n", "[a]: b\n", "`", "#", "\ud800", "'''"),
)
nasty = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
texts = st.one_of(st.text(max_size=60), nasty)


def code(answer: Answer) -> dict[str, str]:
    return {s.title: s.code.text for s in answer.sections if s.code}


class TestReading:
    def test_sections_are_found_outside_fences_only(self):
        answer = parse(SECTIONED, PROFILE)
        assert [section.title for section in answer.sections] == [
            "Solution",
            "Usage",
            "Sanity test",
        ]
        assert code(answer)["Solution"].startswith("# ### Usage\n")
        assert code(answer)["Usage"] == "print(one())"
        assert code(answer)["Sanity test"].endswith("assert one() == 1")

    def test_words_before_the_first_section_are_the_preamble(self):
        assert SECTIONED[slice(*parse(SECTIONED, PROFILE).preamble)] == "Here it is."

    def test_code_before_the_first_section_is_loose(self):
        answer = parse("```py\nx = 1\n```\n### Usage\n```\ny\n```\n", PROFILE)
        assert [block.text for block in answer.loose] == ["x = 1"]
        assert [block.text for block in answer.all_blocks] == ["x = 1", "y"]

    def test_one_fence_around_everything_is_unwrapped(self):
        answer = parse(WRAPPED, PROFILE)
        assert answer.wrapped
        assert answer.fence is not None
        assert answer.fence.closed
        assert code(answer) == {
            "Solution": WRAPPED.split("### Solution\n\n")[1].split("\n\n### Usage")[0],
            "Usage": "print(factorial(5))  # Output: 120",
            "Sanity test": "assert factorial(0) == 1\nassert factorial(5) == 120",
        }

    def test_a_wrapped_answer_that_breaks_off_is_read_and_known_as_open(self):
        answer = parse(WRAPPED.removesuffix("\n```"), PROFILE)
        assert answer.fence is not None
        assert not answer.fence.closed
        assert code(answer)["Sanity test"].endswith("== 120")

    def test_a_wrapped_answer_may_have_fences_inside(self):
        answer = parse(f"````markdown\n{SECTIONED.replace('````', '~~~')}````\n", PROFILE)
        assert answer.wrapped
        assert code(answer)["Usage"] == "print(one())"

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_line_end_is_read(self, end: str):
        for text in (WRAPPED, SECTIONED):
            plain, other = parse(text, PROFILE), parse(text.replace("\n", end), PROFILE)
            assert code(other) == {t: c.replace("\n", end) for t, c in code(plain).items()}
            assert other.wrapped == plain.wrapped

    def test_one_fence_of_plain_code_is_no_wrapped_answer(self):
        text = "```python\n# Usage\nprint(1)\n\n# Solution\n```"
        assert not parse(text, PROFILE).wrapped
        assert parse(text, PROFILE).sections == ()

    def test_two_fences_are_no_wrapped_answer(self):
        assert not parse("```\n### Usage\n```\n```\n### Solution\n```", PROFILE).wrapped

    def test_titles_are_known_whatever_their_capitals_level_and_blanks(self):
        for heading in ("## solution", "###   SOLUTION   ###", "Solution\n---"):
            section = parse(f"{heading}\n\nx\n", PROFILE).section("solution")
            assert section is not None, heading

    def test_deeper_headings_that_are_not_the_profiles_stay_in_their_section(self):
        answer = parse("### Solution\n\n#### Note\n\n```python\nx\n```\n", PROFILE)
        assert [section.title for section in answer.sections] == ["Solution"]
        assert answer.sections[0].prose

    def test_headings_in_quotes_lists_and_html_are_text(self):
        assert parse("> ### Solution\n\n- ### Usage\n\n<div>\n### Usage\n", PROFILE).sections == ()

    @pytest.mark.parametrize(
        ("last", "closed"),
        [("```", True), ("   ````  ", True), ("    ```", False), ("~~~", False), ("```x", False)],
    )
    def test_a_fence_is_closed_as_commonmark_says(self, last: str, closed: bool):
        block = parse(f"### Usage\n```\nx\n{last}", PROFILE).sections[0].blocks[0]
        assert block.closed is closed
        assert block.text == ("x" if closed else f"x\n{last}")


class TestSpans:
    @given(texts)
    @example("```python\n### Usage\n\nx\r\r\n```")
    def test_every_span_holds_what_it_says(self, text: str):
        answer = parse(text, PROFILE)
        for section in answer.sections:
            shown = text[slice(*section.heading)].replace("\x00", "\ufffd")
            assert all(word in shown for word in section.title.split())
            assert 0 <= section.heading.start <= section.heading.end <= section.body.end
        for block in answer.all_blocks:
            assert text[slice(*block.span)] == block.text
        ends = [Span(0, 0), *(section.heading for section in answer.sections)]
        assert ends == sorted(ends)

    def test_a_syntax_node_is_found_behind_characters_of_any_width(self):
        answer = parse('### Usage\n```\né = "🐍"; value = 1\n```\n', PROFILE)
        block = answer.sections[0].blocks[0]
        assert isinstance(block.tree, ast.Module)
        assert answer.text[slice(*block.locate(block.tree.body[1]))] == "value = 1"

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_a_name_is_found_behind_decorators_and_async(self, end: str):
        source = "@wraps(f)\nasync  def fé(x):\n    pass\nclass C: pass\n".replace("\n", end)
        answer = parse(f"### Usage{end}```{end}{source}```", PROFILE)
        block = answer.sections[0].blocks[0]
        assert isinstance(block.tree, ast.Module)
        names = [answer.text[slice(*block.locate_name(n))] for n in block.tree.body]  # type: ignore[arg-type]
        assert names == ["fé", "C"]

    def test_a_syntax_error_is_where_the_interpreter_stopped(self):
        answer = parse('### Usage\n```\nok = 1\né = "é" ? 2\n```\n', PROFILE)
        block = answer.sections[0].blocks[0]
        assert answer.text[slice(*block.error_span)].startswith("?") or (
            answer.text[block.error_span.start :].startswith('"é" ?')
        )


class TestNothingIsRaised:
    @settings(max_examples=300)
    @given(texts)
    def test_by_any_text(self, text: str):
        answer = parse(text, PROFILE)
        split(answer)
        for block in answer.all_blocks:
            assert isinstance(block.tree, ast.Module | SyntaxError)
            assert 0 <= block.error_span.start <= block.error_span.end <= len(text)

    @pytest.mark.parametrize(
        "source",
        [
            "\x00",
            "x = '\ud800'",
            "(" * 500,
            "-" * 100_000 + "1",
            "a" + ".a" * 50_000,
            "9" * 5000,
            "[" * 150 + "]" * 150,
            "if a: pass\n" + "elif a: pass\n" * 20_000,
        ],
        ids=lambda source: source[:6].encode("unicode_escape").decode(),
    )
    def test_by_code_that_hurts_the_parser(self, source: str):
        assert isinstance(parse_python(source), ast.Module | SyntaxError)

    def test_by_long_lines_of_blanks(self):
        text = f"```\n### Usage\n# {' ' * 50_000}x{' ' * 50_000}#\n```"
        assert parse(text, PROFILE).wrapped


class TestIndentedFences:
    CODE = 'def one():\n    """One.\n\n    é\n    """\n    return 1\n'

    def block(self, indent: int, code: str = CODE, line_end: str = "\n"):
        text = f"### Solution\n\n```python\n{code}```\n".replace("\n", line_end)
        moved = line_end.join(
            f"{' ' * indent}{line}" if line and not line.startswith("#") else line
            for line in text.split(line_end)
        )
        block = parse(moved, PROFILE).blocks("solution")[0]
        assert moved[slice(*block.span)] == block.text
        return moved, block

    @pytest.mark.parametrize("indent", [0, 1, 2, 3])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n"])
    def test_their_blanks_are_no_part_of_the_code(self, indent: int, line_end: str):
        moved, block = self.block(indent, line_end=line_end)
        assert block.code == self.CODE.removesuffix("\n").replace("\n", line_end)
        assert isinstance(block.tree, ast.Module)
        assert parse(moved, PROFILE).source("solution") == block.code
        (function,) = block.tree.body
        assert isinstance(function, ast.FunctionDef)
        assert moved[slice(*block.locate_name(function))] == "one"
        assert moved[slice(*block.locate(function.body[1]))] == "return 1"
        assert moved[slice(*block.locate(function.body[0]))].startswith('"""One.')

    def test_a_line_that_has_fewer_gives_what_it_has(self):
        text = "### Solution\n\n   ```python\n x = 1\n    y = 2\n   ```\n"
        assert parse(text, PROFILE).source("solution") == "x = 1\n y = 2"

    def test_only_raw_text_is_safe_to_edit(self):
        moved, _ = self.block(2)
        assert split(parse(moved, PROFILE)) is None


def test_a_text_that_is_too_long_for_an_answer_is_not_looked_into():
    text = render({"solution": "x = 1\n" * 200_000, "usage": "b", "test": "c"}, PROFILE)
    answer = parse(text, PROFILE)
    assert len(text) > LONGEST
    assert answer.sections == ()
    assert answer.preamble == Span(0, len(text) - 1)


class TestRoundTrip:
    @settings(max_examples=300)
    @given(texts, texts, texts)
    @example("x\r", "```\n~~~", "\n")
    def test_parts_come_back_as_they_were_written(self, solution: str, usage: str, test: str):
        parts = {"solution": solution, "usage": usage, "test": test}
        assert split(parse(render(parts, PROFILE), PROFILE)) == parts

    @settings(max_examples=300)
    @given(texts)
    def test_an_answer_that_splits_is_the_rendering_of_its_parts(self, text: str):
        parts = split(parse(text, PROFILE))
        assert parts is None or render(parts, PROFILE) == text

    def test_what_would_be_lost_is_not_split(self):
        good = render({"solution": "a", "usage": "b", "test": "c"}, PROFILE)
        assert split(parse(good, PROFILE)) is not None
        for changed in (f"Hello.\n\n{good}", good + "\n", good.replace("###", "##"), WRAPPED):
            assert split(parse(changed, PROFILE)) is None

    @given(st.text(alphabet="ab \n*_", max_size=20))
    def test_prose_comes_back_or_is_not_split(self, body: str):
        profile = Profile(
            name="prose",
            section=(
                SectionSpec(key="why", title="Why", role="prose"),
                SectionSpec(key="code", title="Code", role="solution", code="python"),
            ),
        )
        answer = parse(render({"why": body, "code": "x"}, profile), profile)
        assert split(answer) in (None, {"why": body, "code": "x"})


def test_a_role_is_read_in_the_profiles_order():
    answer = parse(SECTIONED, PROFILE)
    assert answer.source("solution").endswith("return 1")
    assert [block.text for block in answer.blocks("usage")] == ["print(one())"]
    assert parse("", PROFILE).source("test") == ""
