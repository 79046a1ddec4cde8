"""Secrets and private data: every pattern against its sample and its look-alikes."""

from __future__ import annotations

import random

import pytest

from curator.lint import persons, secrets
from curator.lint.persons import luhn
from curator.lint.secrets import Pattern, entropy, possible_in, runs

PATTERNS: list[Pattern] = [
    *(*secrets.CLOUD, *secrets.SERVICES, *secrets.PRIVATE_KEYS, *secrets.URL_PASSWORDS),
    *(*secrets.HIGH_ENTROPY, *persons.EMAILS, *persons.PHONES, *persons.CARDS),
]

DISCORD = "discord.com/api/webhooks/1986224834719252/"


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.what)
class TestEachPattern:
    def test_finds_its_sample_in_any_surroundings(self, pattern: Pattern):
        for before, after in (('"', '"'), ("", ""), ("key = ", "\n"), ("(`", "`)"), (" ", " x")):
            text = before + pattern.sample + after
            assert possible_in(text, [pattern])
            assert list(pattern.find(text)), (before, after)

    def test_a_text_is_passed_over_unread_only_where_there_is_none(self, pattern: Pattern):
        chance = random.Random(1)
        for _ in range(150):
            text = list(pattern.sample)
            for _ in range(chance.randrange(1, 4)):
                place = chance.randrange(len(text))
                text[place : place + chance.randrange(2)] = chance.choice(' -.+()@:/=\n\t"9aZ')
            changed = "".join(text)
            assert possible_in(changed, [pattern]) or not list(pattern.find(changed)), changed

    def test_is_not_deceived(self, pattern: Pattern):
        assert len(pattern.lookalikes) >= 2
        for text in pattern.lookalikes:
            for around in ("{}", '"{}"', "key = {}\n"):
                assert list(pattern.find(around.format(text))) == [], text

    def test_has_a_source(self, pattern: Pattern):
        assert len(pattern.source) > 15

    def test_what_is_found_is_possible_and_lies_within(self, pattern: Pattern):
        for start, end in pattern.find(pattern.sample):
            assert 0 <= start < end <= len(pattern.sample)


def test_the_check_digit_is_luhns():
    for good in ("79927398713", "4539578763621486", "0", "18"):
        assert luhn(good)
    assert not luhn("79927398710")
    assert sum(luhn(f"7992739871{digit}") for digit in range(10)) == 1


def test_entropy_is_shannons():
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
    assert entropy("aabb") == 1


def test_runs_are_found():
    assert runs("xabcdey", 5)
    assert not runs("xabcdey", 6)
    assert runs("9912345", 5)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (secrets.CLOUD, '"SecretAccessKey": "' + "q2Xw7Lp0/Rt5Yv2Nc6Bf4+Hj8GsQeU3oTzIa8Kd9" + '"'),
        (secrets.CLOUD, "ya29." + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU3oTzI"),
        (
            secrets.SERVICES,
            DISCORD + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU3oTzIb9VxF2kD7nWc5Ry4Mh1",
        ),
        (secrets.SERVICES, "dapi" + "9f3a7c1e5b8d2046" * 2),
        (persons.EMAILS, "mailto:jane.doe" + "@gmail.com"),
        (persons.EMAILS, "E-Mail:jane.doe" + "@gmail.com"),
    ],
)
def test_other_forms_of_the_same_are_found(kind: tuple[Pattern, ...], text: str):
    assert any(possible_in(text, [pattern]) and list(pattern.find(text)) for pattern in kind)
