"""A task of the tiny base: one source, one filter, one map, one reducer, and a way to ask for it.

Some pairs of ingredients are held out: no training task holds one, and every task of the suite
does. So what the suite asks for was never asked before, though each of its parts was.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from curator.tiny.filters import ALL, FILTERS
from curator.tiny.ingredients import Filter, Map, Reducer, Source, literal
from curator.tiny.maps import MAPS, PLAIN
from curator.tiny.reducers import REDUCERS
from curator.tiny.sources import SOURCES

#: Of a hundred pairs of ingredients, how many are held out for the suite.
HELD_OUT_PERCENT = 9
_TYPES = {"number": "int", "word": "str", "letter": "str"}

FRAMES = (
    "Write a function that returns {}.",
    "Write a Python function for {}.",
    "Write a function called {name} that returns {}.",
    "Write a Python function named {name} for {}.",
    "I need {}.",
    "How do I get {} in Python?",
    "Give me {}.",
    "Return {}.",
    "Python code for {}, please.",
    "Define {name}: it returns {}.",
    "A function is wanted that gives {}.",
    "What is the shortest way to get {}?",
    "Show me how to compute {}.",
    "my homework: {}",
)
ORDERS = (
    "{}.",
    "{} with Python.",
    "{} in a function called {name}.",
    "Please {lower}.",
    "Can you {lower}?",
    "Write a function to {lower}.",
    "Implement `{name}`, which has to {lower}.",
    "I want to {lower}. How?",
    "{}, as a function.",
)
_VERBS = ("get", "make", "find", "take", "pick", "build", "read", "do", "run", "work_out", "my")
_THINGS = (
    "result", "answer", "value", "items", "thing", "part", "data", "total", "parts", "report",
    "series", "choice", "line", "code", "output", "step",
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """What a function is to do.

    Attributes:
        source: Where the items come from.
        filter: Which of them count.
        map: What is taken of each.
        reducer: What is made of all.
    """

    source: Source
    filter: Filter
    map: Map
    reducer: Reducer

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every pair of its ingredients, without those that do nothing."""
        parts = [f"source {self.source.key}", f"reducer {self.reducer.key}"]
        if self.filter.key != ALL.key:
            parts.append(f"filter {self.source.family} {self.filter.key}")
        if self.map.key != PLAIN.key:
            parts.append(f"map {self.source.family} {self.map.key}")
        return frozenset(combinations(sorted(parts), 2))

    @property
    def held_out(self) -> bool:
        """Whether it holds a pair that no training task may hold."""
        return any(map(is_held_out, self.pairs))

    @property
    def name(self) -> str:
        """What its function is called where nobody asks for another name."""
        return f"{self.reducer.name}_{self.map.name or self.source.items}"

    @property
    def items(self) -> str:
        """The items in words: ``the squares of the even numbers in a list``."""
        source = self.source
        if self.reducer.key in ("any", "every"):
            quality = self.filter.one if self.reducer.key == "any" else self.filter.many
            return f"the {source.items} {source.place} {quality}"
        chosen = f"{self.filter.phrase.format(source.items)} {source.place}"
        return "the " + self.map.phrase.format(chosen)

    @property
    def phrase(self) -> str:
        """What it returns, in words."""
        return self.reducer.phrase.format(self.items)

    @property
    def order(self) -> str:
        """The same as a command."""
        return self.reducer.order.format(self.items)

    @property
    def body(self) -> tuple[str, ...]:
        """The lines of the function's body, not indented."""
        source, item = self.source, self.source.item
        test = self.filter.code.format(item)
        loop = f"{item} in {source.loop}"
        head = f"{loop} if {test}" if test else loop
        comp = f"{self.map.code.format(item)} for {head}"
        trivial = self.filter.key == ALL.key and self.map.key == PLAIN.key
        parts = {
            "comp": comp,
            "gen": source.loop if trivial else comp,
            "each": source.loop if trivial else f"({comp})",
            "head": head,
            "test": test,
            "loop": loop,
        }
        return tuple(line.format(**parts) for line in self.reducer.code)

    @property
    def returned(self) -> str:
        """The type of the result."""
        return self.reducer.kind.format(_TYPES[self.map.family or self.source.family])

    def call(self, argument: Any) -> Any:
        """Return what its function must return."""
        items = self.source.read(argument)
        if self.reducer.key in ("any", "every"):
            return self.reducer.apply([self.filter.holds(item) for item in items])
        chosen = [item for item in items if not self.filter.code or self.filter.holds(item)]
        return self.reducer.apply([self.map.apply(item) for item in chosen])

    def tests(self, name: str, *, always: bool, more: bool = False) -> list[str]:
        """Return one to three asserts.

        The first is about the empty argument, where there is one. The next says what holds of every
        result, or, for a result of which nothing does, what comes of the simplest argument that
        tells a right function from one that lets nothing through.

        Args:
            name: What the function is called.
            always: Whether the second is of the first kind, where it can be.
            more: Whether there is a third, about any simple argument.
        """
        empty, *others = self.source.probes
        nothing = self.reducer.apply([])
        simple = next((one for one in self.source.probes if self.call(one) != nothing), None)
        if simple is None:
            example = self.filter.example
            simple = others[0] if example is None else self.source.wrap(example)
        shown = self.source.samples[0]
        found = [self._expects(name, empty)] if not self.source.read(empty) else []
        if always and self.reducer.always:
            call = f"{name}({literal(shown)})"
            size = len(self.source.read(shown))
            found.append(f"assert {self.reducer.always.format(call=call, size=size)}")
        else:
            found.append(self._expects(name, simple))
        if more:
            found.append(self._expects(name, others[-1]))
        return list(dict.fromkeys(found))

    def _expects(self, name: str, argument: Any) -> str:
        value = self.call(argument)
        same = "is" if value is None or isinstance(value, bool) else "=="
        return f"assert {name}({literal(argument)}) {same} {literal(value)}"


def is_held_out(pair: tuple[str, str]) -> bool:
    """Return whether a pair of ingredients is kept for the suite: a hash of its names decides."""
    if pair[1] == "source text" and not pair[0].startswith("reducer"):
        # Nothing but a text has letters: its filters and maps would never be met.
        return False
    digest = hashlib.sha256(" + ".join(pair).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < HELD_OUT_PERCENT


def possible_tasks() -> list[Task]:
    """Return every task there is, held out or not, always in the same order."""
    return [
        task
        for source in SOURCES
        for task in (
            Task(source, chosen, taken, reducer)
            for chosen in (ALL, *FILTERS[source.family])
            if _reaches(source, chosen)
            for taken in (PLAIN, *MAPS[source.family])
            for reducer in REDUCERS
        )
        if _makes_sense(task)
    ]


def _reaches(source: Source, chosen: Filter) -> bool:
    """Return whether the filter can let any of the source's items through: no digit is above 9."""
    if chosen is ALL:
        return True
    arguments = (*source.probes, *source.samples, source.wrap(chosen.example))
    return any(chosen.holds(item) for argument in arguments for item in source.read(argument))


def _makes_sense(task: Task) -> bool:
    reducer, filtered, mapped = task.reducer, task.filter is not ALL, task.map is not PLAIN
    family = task.map.family or task.source.family
    if reducer.family and family != reducer.family:
        return False
    if reducer.needs == "filter":
        return filtered and not mapped
    if reducer.needs == "work":
        return filtered or mapped
    return True


def sample_task(choice: random.Random) -> Task:
    """Return a task for training; simple ones come more often than their number would have it."""
    while True:
        source = choice.choice(SOURCES)
        task = Task(
            source,
            choice.choice(FILTERS[source.family]) if choice.random() < 0.7 else ALL,
            choice.choice(MAPS[source.family]) if choice.random() < 0.6 else PLAIN,
            choice.choice(REDUCERS),
        )
        if task.reducer.needs == "filter":
            task = Task(source, choice.choice(FILTERS[source.family]), PLAIN, task.reducer)
        if _makes_sense(task) and _reaches(source, task.filter) and not task.held_out:
            return task


def ask(task: Task, choice: random.Random) -> tuple[str, str]:
    """Return a prompt for `task`, and the function's name that goes with it."""
    orders = choice.random() < 0.4
    frame = choice.choice(ORDERS if orders else FRAMES)
    words = task.order if orders else task.phrase
    while words.startswith("whether") and "return" not in frame.lower():
        frame = choice.choice(FRAMES)
    lower = words[:1].lower() + words[1:]
    named = "{name}" in frame
    name = f"{choice.choice(_VERBS)}_{choice.choice(_THINGS)}" if named else task.name
    return frame.format(words, lower=lower, name=name), name
