"""Definitions and docstrings: what a signature asks for and what a docstring answers."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curator.example.docstring import Definition, definitions, read_docstring
from curator.example.google import read_google


def define(source: str) -> tuple[Definition, ...]:
    return definitions(ast.parse(dedent(source)))


def only(source: str) -> Definition:
    (found,) = define(source)
    return found


class TestDefinitions:
    def test_are_found_in_classes_and_branches_but_not_in_functions(self):
        found = define("""
            class A:
                def m(self): ...
                class B:
                    async def n(self): ...
            if x:
                def f(): ...
            elif y:
                def g(): ...
            else:
                def h(): ...
            try:
                def i(): ...
            except ImportError:
                def j(): ...
            else:
                def k(): ...
            finally:
                def l(): ...
            def outer():
                def inner(): ...
        """)
        assert [one.qualname for one in found] == [
            *("A", "A.m", "A.B", "A.B.n"),
            *("f", "g", "h", "i", "k", "j", "l", "outer"),
        ]
        assert [one.kind for one in found[:4]] == ["class", "method", "class", "method"]

    def test_are_found_in_a_chain_of_branches_of_any_length(self):
        source = "if a: pass\n" + "elif a:\n    def f(): ...\n" * 900
        assert len(definitions(ast.parse(source))) == 900

    def test_are_public_where_no_part_of_the_name_is_private(self):
        found = define("""
            class _A:
                def m(self): ...
            class B:
                def __init__(self): ...
                def m(self): ...
        """)
        assert [one.qualname for one in found if one.public] == ["B", "B.m"]

    def test_know_their_parameters(self):
        source = "def f(a, b: int, /, c=1, *args, d, e=2, **kw): ..."
        names = ("a", "b", "c", "*args", "d", "e", "**kw")
        assert only(source).parameters == names
        assert [node.arg for _, node in only(source).arguments] == [n.strip("*") for n in names]

    @pytest.mark.parametrize(
        ("method", "names"),
        [
            ("def m(self, a): ...", ("a",)),
            ("def m(this, a): ...", ("a",)),
            ("@classmethod\n    def m(cls, a): ...", ("a",)),
            ("@staticmethod\n    def m(a): ...", ("a",)),
            ("def m(self, /, a): ...", ("a",)),
            ("def m(*args): ...", ("*args",)),
            ("def m(): ...", ()),
        ],
    )
    def test_leave_out_what_a_method_is_bound_to(self, method: str, names: tuple[str, ...]):
        assert define(f"class A:\n    {method}")[1].parameters == names

    def test_know_their_decorators_by_the_last_name(self):
        source = "@functools.lru_cache(maxsize=1)\n@x.setter\n@plain\n@a[0]\ndef f(): ..."
        assert only(source).decorators == {"lru_cache", "setter", "plain"}

    @pytest.mark.parametrize(
        ("body", "returns"),
        [
            ("return 1", True),
            ("if x: return 1\n    return", True),
            ("return", False),
            ("return None", False),
            ("def g(): return 1", False),
            ("f = lambda: 1", False),
            ("class A:\n        def g(self): return 1", False),
            ("with x:\n        for y in z:\n            return await_(y)", True),
        ],
    )
    def test_know_whether_a_value_is_returned(self, body: str, returns: bool):
        assert only(f"def f():\n    {body}\n").returns_value is returns

    @pytest.mark.parametrize("note", ["None", "NoReturn", "typing.NoReturn", "Never"])
    def test_believe_an_annotation_that_says_nothing_is_returned(self, note: str):
        assert not only(f"def f() -> {note}:\n    return g()").returns_value

    def test_know_generators_from_functions_that_hold_one(self):
        assert only("def f():\n    x = yield 1").yields
        assert only("def f():\n    yield from g()").yields
        assert not only("def f():\n    def g():\n        yield 1").yields
        assert not only("def f():\n    return (x for x in y)").yields

    def test_have_the_docstring_that_python_gives_them(self):
        assert only('def f():\n    """\n    A.\n\n      B.\n    """').docstring == "A.\n\n  B."
        assert only("def f():\n    'a' 'b'").docstring == "ab"
        for none in ("f'''a'''", "b'a'", "1", "x = 'a'"):
            assert only(f"def f():\n    {none}").docstring is None


GOOGLE = """Return the sum.

More about it.

Args:
    first (int): The first
        of two.
    second, third (dict[str, int], optional): Others: two.
    *rest: More.
    \\*\\*options (Callable[[int], (int)]): How.

Returns:
    int: The sum.

Raises:
    ValueError: Where it is wrong.
"""


class TestGoogle:
    def test_parts_are_read(self):
        read = read_docstring(GOOGLE, "google")
        assert read.summary == "Return the sum."
        assert [(one.name, one.type_name) for one in read.args] == [
            ("first", "int"),
            ("second", "dict[str, int], optional"),
            ("third", "dict[str, int], optional"),
            ("*rest", None),
            ("**options", "Callable[[int], (int)]"),
        ]
        assert read.args[1].description == "Others: two."
        assert read.has_returns
        assert not read.has_yields
        assert read.raises == ("ValueError",)

    @pytest.mark.parametrize(
        ("entry", "names"),
        [
            ("x: The number.", ["x"]),
            ("x : The number.", ["x"]),
            ("- x: The number.", ["x"]),
            ("`x`: The number.", ["x"]),
            ("x (int)", ["x"]),
            ("x", ["x"]),
            ("x - the number", ["x"]),
            ("x the number", []),
            ("The numbers to add: two of them.", []),
            ("(int): Without a name.", []),
        ],
    )
    def test_an_entry_is_a_name_that_is_set_off(self, entry: str, names: list[str]):
        read = read_docstring(f"Add.\n\nArgs:\n    {entry}\n", "google")
        assert [one.name for one in read.args] == names

    def test_one_malformed_line_spoils_no_other(self):
        read = read_docstring(
            "Add.\n\nArgs:\n    x the number\n    y: Other.\n\nReturns:\n  z", "google"
        )
        assert [one.name for one in read.args] == ["y"]
        assert read.has_returns

    def test_what_stands_deeper_belongs_to_its_entry(self):
        read = read_docstring(
            "Add.\n\nArgs:\n    x: One.\n        y: two\n\n    z: Three.", "google"
        )
        assert [one.name for one in read.args] == ["x", "z"]

    def test_a_part_with_nothing_in_it_is_not_there(self):
        read = read_docstring("Add.\n\nArgs:\n\nReturns:\n\nYields:\n    x\n", "google")
        assert (read.args, read.has_returns, read.has_yields) == ((), False, True)

    def test_a_part_that_is_not_indented_is_not_there(self):
        assert read_docstring("Add.\n\nReturns:\nthe sum", "google").has_returns is False

    def test_a_docstring_may_begin_with_a_part_and_then_has_no_summary(self):
        read = read_docstring("Args:\n    x: One.", "google")
        assert (read.summary, [one.name for one in read.args]) == ("", ["x"])

    def test_examples_and_notes_are_not_arguments(self):
        read = read_docstring("Add.\n\nExample:\n    x: 1\n\nAttributes:\n    y: 2\n", "google")
        assert read.args == ()

    def test_the_words_for_args_are_several(self):
        for word in ("Args", "Arguments", "Parameters", "Params", "Keyword Args"):
            assert read_docstring(f"Add.\n\n{word}:\n    x: One.", "google").args[0].name == "x"

    @given(st.text(alphabet="Args:Returns \n\t(x)[],*-`\\\r", max_size=60))
    def test_any_text_can_be_read(self, text: str):
        read = read_google(text)
        assert all(entry.name for entries in read.entries.values() for entry in entries)


class TestOtherStyles:
    def test_numpy(self):
        text = (
            "Add.\n\nParameters\n----------\nx, y : int\n    Numbers.\n\n"
            "Returns\n-------\nint\n    Sum.\n"
        )
        read = read_docstring(text, "numpy")
        assert [one.name for one in read.args] == ["x", "y"]
        assert (read.summary, read.has_returns) == ("Add.", True)

    def test_rest(self):
        read = read_docstring(
            "Add.\n\n:param x: One.\n:returns: Sum.\n:raises KeyError: So.", "rest"
        )
        assert [one.name for one in read.args] == ["x"]
        assert (read.has_returns, read.raises) == (True, ("KeyError",))

    def test_what_cannot_be_read_is_absent(self):
        assert read_docstring("Add.\n\n:param", "rest").args == ()
