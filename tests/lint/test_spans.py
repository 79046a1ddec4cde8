"""A finding points at the very characters that it speaks about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.example import Example, load_profile, parse
from curator.lint import Finding, make_linter
from curator.lint.case import GOOD_SOLUTION, GOOD_TEST, GOOD_USAGE, parts
from curator.lint.case import output as answer
from curator.lint.record import Record
from curator.lint.rules.txt002_unfinished_instruction import UnfinishedInstruction
from curator.store import decode


def found(case_output: str, code: str) -> list[Finding]:
    linter = make_linter(select=[code])
    return list(linter.example(Example.new(instruction="Do it.", output=case_output)))


def pointed_at(text: str, code: str) -> list[str]:
    return [text[finding.start : finding.end] for finding in found(text, code)]


def solution(code: str) -> str:
    example = parts(solution=code).example
    assert example is not None
    return example.output


LARGEST = '''import heapq


@wraps(print)
def größte(values: list[int], n: int = 1, *, key=None) -> list[int]:
    """Find — “the” largest.

    Args:
        values: Numbers, not times.
        times: How often.
    """
    return heapq.nlargest(n, values)
'''


class TestDocstringRules:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_an_undocumented_argument_is_marked_in_the_signature(self, end: str):
        text = solution(LARGEST).replace("\n", end)
        assert pointed_at(text, "DOC005") == ["n: int", "key"]

    def test_an_unknown_argument_is_marked_in_the_docstring(self):
        text = solution(LARGEST)
        (finding,) = found(text, "DOC006")
        assert text[finding.start : finding.end] == "times"
        assert text[finding.end :].startswith(": How often.")

    def test_a_definition_is_marked_by_its_name(self):
        assert pointed_at(solution(LARGEST), "DOC004") == ["größte"]
        source = "class Box:\n    async  def open(self, d): return d\n"
        assert pointed_at(solution(source), "DOC001") == ["Box", "open"]
        one = 'def d(d):\n    """Do it."""\n'
        (finding,) = found(solution(one), "DOC003")
        assert solution(one)[finding.start - 4 : finding.end + 1] == "def d("

    def test_a_docstring_without_a_summary_is_marked_as_a_whole(self):
        docstring = '"""Args:\n        x: One.\n    """'
        assert pointed_at(solution(f"def f(x):\n    {docstring}\n"), "DOC002") == [docstring]

    def test_names_are_quoted_with_their_class_and_stars(self):
        source = 'class A:\n    """A."""\n    def m(self, a, *rest):\n        """M.\n\n' + (
            "        Args:\n            a: One.\n" + '        """\n'
        )
        (finding,) = found(solution(source), "DOC005")
        assert finding.message == "`*rest` has no entry under Args in the docstring of `A.m`."


class TestSectionRules:
    GOOD = solution(GOOD_SOLUTION)

    def test_a_missing_section_is_marked_at_the_end(self):
        text = self.GOOD[: self.GOOD.index("### Sanity")]
        (finding,) = found(text, "SEC001")
        assert (finding.start, finding.end) == (len(text), len(text))
        assert "`### Sanity test`" in finding.message

    def test_a_heading_is_marked_where_it_stands_wrongly(self):
        whole = f"### Sanity test\n\n```python\n{GOOD_TEST}\n```\n\n{self.GOOD}"
        assert pointed_at(whole, "SEC002") == ["### Solution", "### Usage"]
        (again,) = found(whole, "SEC003")
        assert again.start == whole.rindex("### Sanity test")
        assert whole[again.start : again.end] == "### Sanity test"

    def test_an_empty_block_is_marked_and_else_the_heading(self):
        assert pointed_at("### Usage\r\n\r\nNo code.", "SEC007") == ["### Usage"]
        assert pointed_at("### Usage\n\n```\n \n```", "SEC007") == [" "]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_an_open_fence_is_marked_where_it_opens(self, end: str):
        for text, mark in (
            ("### Usage\n  ````py x\ncode\n```", "  ````py x"),
            ("a\n\n~~~", "~~~"),
            ("~~~~\n", "~~~~"),
            ("### Usage\n```\n\n\n", "```"),
        ):
            assert pointed_at(text.replace("\n", end), "SEC008") == [mark]
        assert pointed_at(f"```python{end}### Usage{end}{end}x", "SEC008") == ["```python"]

    def test_the_fence_around_everything_is_marked_where_it_opens(self):
        assert pointed_at("\n ```python\n### Usage\n\nx\n ```\n", "SEC012") == ["```python"]


class TestCodeRules:
    def test_a_syntax_error_is_marked_where_the_interpreter_stopped(self):
        text = solution('é = "é"\nprint(é é)\n')
        (finding,) = found(text, "COD001")
        assert text[finding.start :].startswith("é é)")
        assert "line 2 of the block" in finding.message

    def test_every_block_of_python_is_read(self):
        text = "```py\nx =\n```\n\n### Usage\n\n```python\ny =\n```\n\n```python3\nz =\n```\n"
        assert [text[f.start - 1] for f in found(text, "COD001")] == ["=", "=", "="]

    def test_a_block_of_another_language_is_left_alone_unless_python_is_asked_for(self):
        assert found("### Note\n\n```js\nlet x = 1;\n```\n", "COD001") == []
        assert len(found("### Usage\n\n```js\nlet x = 1;\n```\n", "COD001")) == 1

    def test_the_test_is_marked_as_a_whole(self):
        example = parts(test="print(1)").example
        assert example is not None
        assert pointed_at(example.output, "TST") == ["print(1)", "print(1)"]


class TestRowRules:
    @pytest.mark.parametrize(
        ("line", "code", "after"),
        [
            ('{"é": 1, "b": }', "REC001", "}"),
            ('{"é": 1, "b": NaN}', "REC001", "NaN}"),
            ('{"é": 1, "é": 2}', "REC005", '"é": 2}'),
            ('{"é": 1} {"é": 2}', "REC008", '{"é": 2}'),
            ('{"é": "\udcff"}', "REC006", '\udcff"}'),
        ],
    )
    def test_a_broken_row_is_marked_where_it_breaks(self, line: str, code: str, after: str):
        from curator.store.rows import row_from_bytes

        row = row_from_bytes(line.encode("utf-8", "surrogateescape"), line=4, start=0)
        (finding,) = make_linter().row(row, "a.jsonl")
        assert (finding.code, finding.pointer, finding.line) == (code, "", 4)
        assert line[finding.start :] == after

    def test_a_field_is_pointed_at_by_name(self):
        example = decode(b'{"instruction": 3, "input": [], "output": " "}')
        assert isinstance(example, Example)
        findings = list(make_linter(select=["REC"]).example(example))
        assert [(f.code, f.pointer) for f in findings] == [
            *(("REC003", "/instruction"), ("REC003", "/input"), ("REC004", "/output")),
        ]


PIECES = st.sampled_from(
    [
        *("### Solution\n", "### Usage\n", "### Sanity test\n", "```python\n", "```\n", "~~~\n"),
        *("def f(a, *b):\n", '    """', "Args:\n", "        a: b\n", "    return a\n", "\r", "é"),
        *("class A:\n", "assert f\n", "f(1)\n", "    ", "\n", "async ", "@x\n", "\x00", "\ud800"),
        *(GOOD_SOLUTION + "\n", GOOD_USAGE + "\n", GOOD_TEST + "\n", "if x:\n", "):", "\\\n"),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_the_answer_is_findings_lie_within_it(text: str):
    for finding in make_linter().example(Example.new(instruction="Do it.", output=text)):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.message


def test_cases_of_answers_are_read_like_any_other():
    assert answer("x").example == Example.new(
        instruction="Write a function that doubles a number.", output="x"
    )


MARKS = (
    *("#", "##", "### Solution", "#include", " # ", "    # x", "\t#", "> #", "- #", "1. #"),
    *("12) ##", "x = 1  # one", "-", "===", "> --", "```python", "~~~", "`", "\r", "\n", "text"),
    *("\n\n", "* + > #", "\u00a0#", "#\u3000x", "\u2028#", "\f# x", "#!", "\0", "\n# x"),
)


@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join))
def test_an_answer_that_looks_plain_is_read_as_the_parser_reads_it(text: str):
    profile = load_profile()
    assert Record(Example.new("Double it.", output=text), profile).answer == parse(text, profile)


def test_an_instruction_that_breaks_off_does_so_in_every_form_of_its_letters():
    rule = UnfinishedInstruction()
    endings = ("and", "because", "such as", "e.g.", "i.e.", "a class that", "a script wh\u0130ch")
    forms = {"i": "i\u0131", "s": "s\u017f"}
    for ending in endings:
        for place, letter in enumerate(ending):
            for form in forms.get(letter, letter):
                text = f"Sort it {ending[:place]}{form}{ending[place + 1 :]}"
                record = Record(Example.new(text, output="x"), load_profile())
                assert [hit.pointer for hit in rule.check(record)] == ["/instruction"], text
