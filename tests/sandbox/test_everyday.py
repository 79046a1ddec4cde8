"""Ordinary examples behave in the sandbox as they do outside."""

from __future__ import annotations

import sys

import pytest

from curator.errors import SandboxError
from curator.sandbox import Limits, Program, Status, run

EVERYDAY = {
    "async": """
import asyncio
async def both():
    return await asyncio.gather(asyncio.sleep(0, 1), asyncio.sleep(0, 2))
async def main():
    assert await both() == [1, 2]
asyncio.run(main())
""",
    "a server and its client in one example": """
import asyncio
async def main():
    async def answer(reader, writer):
        writer.write(await reader.read(5))
        writer.close()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello")
    assert await reader.read() == b"hello"
    writer.close()
    server.close()
asyncio.run(main())
""",
    "classes, dataclasses and enums": """
from dataclasses import dataclass
from enum import Enum
class Colour(Enum):
    RED = 1
@dataclass
class Point:
    x: int
    colour: Colour = Colour.RED
assert Point(1) == Point(1, Colour.RED)
assert Point.__module__ == "__main__"
""",
    "generators and context managers": """
from contextlib import contextmanager
@contextmanager
def opened():
    yield (number for number in range(3))
with opened() as numbers:
    assert list(numbers) == [0, 1, 2]
""",
    "the main guard": """
def main():
    assert double(1) == 2
if __name__ == "__main__":
    main()
""",
    "a file in the private folder": """
import os, tempfile
with open("notes.txt", "w") as file:
    file.write("text")
assert open("notes.txt").read() == "text"
with tempfile.TemporaryDirectory() as folder:
    assert os.listdir(folder) == []
assert os.path.expanduser("~") == os.environ["HOME"]
""",
    "input at its end": """
try:
    input("name? ")
    raised = False
except EOFError:
    raised = True
assert raised
""",
    "threads and a pool": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    assert list(pool.map(double, range(4))) == [0, 2, 4, 6]
""",
    "processes": """
import multiprocessing
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(double, [1, 2]) == [2, 4]
""",
    "a subprocess": """
import subprocess, sys
done = subprocess.run([sys.executable, "-c", "print(2)"], capture_output=True, text=True)
assert done.stdout == "2\\n"
""",
    "pickle of what the example defines": """
import pickle
class Thing:
    pass
assert type(pickle.loads(pickle.dumps(Thing()))) is Thing
""",
    "a database in memory and one on disk": """
import sqlite3
for name in (":memory:", "things.db"):
    base = sqlite3.connect(name)
    base.execute("create table t (x)")
    assert base.execute("select count(*) from t").fetchone() == (0,)
    base.close()
""",
    "type hints that refer forward": """
from __future__ import annotations
import typing
class Node:
    next: Node | None = None
assert typing.get_type_hints(Node)["next"] == Node | None
""",
    "asserts in a loop": "for number in range(1000):\n    assert double(number) == 2 * number\n",
    "an assert in a comparison chain": "assert 0 < double(1) < 3\n",
    "an object that must be gone after its assert": """
import weakref
class Thing:
    pass
thing = Thing()
reference = weakref.ref(thing)
assert reference() is thing
del thing
assert reference() is None
""",
    "unicode": "# é\nassert double('é→🙂') == 'é→🙂é→🙂'\n",
}


@pytest.mark.parametrize("name", EVERYDAY)
def test_it_passes(test_of, name):
    outcome = test_of(EVERYDAY[name])
    assert outcome.status is Status.PASSED, outcome
    assert outcome.asserts == outcome.asserts_written


def test_exit_functions_and_deleted_objects_print(test_of):
    outcome = test_of(
        "import atexit\n"
        "class Thing:\n"
        "    def __del__(self):\n"
        "        print('deleted')\n"
        "thing = Thing()\n"
        "atexit.register(print, 'at exit')\n"
        "assert double(1) == 2\n"
    )
    assert outcome.passed
    assert outcome.stdout == "at exit\ndeleted\n"


def test_the_future_of_one_section_holds_in_the_next(sealed):
    program = Program(
        "from __future__ import annotations\ndef one() -> Missing:\n    return 1\n",
        test="def two(value: AlsoMissing):\n    return one()\nassert two(1) == 1\n",
    )
    assert run(program, backend=sealed).passed


def test_a_failing_comparison_shows_both_sides(test_of):
    outcome = test_of("\nassert double(21) == 43\n")
    assert outcome.message == "assert double(21) == 43 failed: 42 == 43"
    assert outcome.line == 2


def test_a_syntax_error_points_at_its_section(sealed):
    outcome = run(Program("def one(:\n", test="assert one()\n"), backend=sealed)
    assert outcome.status is Status.FAILED
    assert outcome.where == "Solution, line 1"


def test_sections_keep_the_names_they_were_given(sealed):
    program = Program("x = 1\n", test="assert x == 2\n", names=("Code", "Demo", "Check it"))
    assert run(program, backend=sealed).where == "Check it, line 1"


def test_time_that_runs_out_says_where(test_of):
    outcome = test_of(
        "spin()\nassert True\n",
        solution="def spin():\n    while True:\n        pass\n",
        seconds=0.5,
    )
    assert outcome.status is Status.TIMED_OUT
    assert outcome.section == "Solution"
    assert outcome.line in (2, 3)
    assert outcome.trace[0].section == "Sanity test"


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.03, 0.1])
def test_time_that_is_up_before_the_program_begins_is_up_all_the_same(test_of, seconds):
    outcome = test_of("while True:\n    pass\n", seconds=seconds)
    assert outcome.status is Status.TIMED_OUT, outcome


def test_long_output_keeps_its_ends(test_of):
    outcome = test_of("print('start', 'x' * 100_000, 'end')\nassert True\n", shown=1000)
    assert outcome.passed
    assert outcome.stdout.startswith("start x")
    assert outcome.stdout.endswith("x end\n")
    assert "bytes left out" in outcome.stdout


def test_code_that_is_too_long_is_refused_unrun(sealed):
    outcome = run(Program("x = 1\n" * 1000, test="assert x"), Limits(source=100), sealed)
    assert outcome.status is Status.REFUSED


def test_a_nul_or_a_lone_surrogate_is_a_failure_not_a_crash(test_of):
    assert test_of("x = '\0'\nassert True\n").status is Status.FAILED
    assert test_of("x = '\ud800'\nassert True\n").status is Status.FAILED


def test_native_code_passes_where_it_is_allowed(test_of):
    code = "import ctypes\nassert ctypes.sizeof(ctypes.c_int) == 4\n"
    assert test_of(code).status is Status.REFUSED
    allowed = test_of(code, native=True)
    assert allowed.status is Status.PASSED
    assert "import _ctypes" in allowed.reached


def test_packages_of_a_named_environment_can_be_imported(sealed, tmp_path):
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = tmp_path / "venv" / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    (packages / "shelf.py").write_text("BOOKS = 3\n")
    program = Program("import shelf\n", test="assert shelf.BOOKS == 3\n")
    assert run(program, Limits(), sealed).message == "ModuleNotFoundError: No module named 'shelf'"
    assert run(program, Limits(venv=tmp_path / "venv"), sealed).passed


def test_an_environment_that_is_none_is_an_error_with_its_path(sealed, tmp_path):
    with pytest.raises(SandboxError, match=str(tmp_path)):
        run(Program("", test="assert 1"), Limits(venv=tmp_path), sealed)


def test_the_compilers_warnings_stay_off_the_screen(sealed):
    # Warnings are errors in these tests, so one that gets through fails here.
    program = Program("def one():\n    return '\\d'\n", test="assert one() is '\\d' or one()\n")
    assert run(program, backend=sealed).passed
    usage = Program("", "print('\\d')  # Output: \\d\n", needs_assert=False)
    assert run(usage, backend=sealed).passed


@pytest.mark.parametrize(
    "code",
    [
        "x = a" + ".b" * 50_000,
        "x = " + "-" * 50_000 + "1",
        "x = 1" + " + 1" * 50_000,
        "if a:\n    pass\n" + "elif a:\n    pass\n" * 5_000,
        "".join(" " * depth + "if 1:\n" for depth in range(99)) + " " * 99 + "pass",
    ],
)
def test_code_made_to_be_hard_to_read_hurts_nobody(test_of, code):
    assert not test_of(code + "\nassert 0\n").passed
