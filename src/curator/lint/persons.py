"""Data that leads to a person: e-mail addresses, telephone and card numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from curator.lint.secrets import Pattern

_DIGITS = re.compile(r"\d\d[\d ().+-]{5}")
_RESERVED_DOMAIN = re.compile(
    r"(?:.*\.)?(?:example(?:\.\w+){0,2}|test|invalid|localhost|local|internal)\Z", re.IGNORECASE
)
_NOT_A_PERSON = frozenset(
    {
        "noreply",
        "no-reply",
        "donotreply",
        "git",
        "postmaster",
        "user",
        "username",
        "someone",
        "name",
    }
)


@lru_cache(maxsize=1)
def _has_number(text: str) -> bool:
    """Return whether digits follow one another; two kinds of number ask this of each text."""
    return _DIGITS.search(text) is not None


_FILES = frozenset(
    {"png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "ts", "json", "html", "txt"}
)


def _person(address: str) -> bool:
    name, _, domain = address.rpartition("@")
    if _RESERVED_DOMAIN.fullmatch(domain) or name.casefold() in _NOT_A_PERSON:
        return False
    # icon@2x.png is a picture for a screen of twice the resolution.
    return domain.rpartition(".")[2].casefold() not in _FILES


EMAILS = (
    Pattern(
        "an e-mail address",
        (
            r"(?:(?<![\w.+/:@-])|(?<=mailto:)|(?<=[Mm]ail:))[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@"
            r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,24}(?![\w@-])"
        ),
        "RFC 5322 section 3.4.1, addr-spec; reserved names: RFC 2606 and RFC 6761",
        "jane.doe" + "@gmail.com",
        (
            "jane@example.com",
            "jane@mail.example.org",
            "a@b",
            "@app.route",
            "git@host.tld",
            "x = a@b.T",
            "user@domain.test",
            "icon@2x.png",
            "jane@example.co.uk",
            "https://bob:secret@example.org",
        ),
        ("@",),
        confirm=_person,
    ),
)


def _assigned(number: str) -> bool:
    """Return whether a telephone number could be somebody's."""
    digits = re.sub(r"\D", "", number)
    if number.lstrip().startswith("+") and not digits.startswith("1"):
        # Ofcom keeps 44 7700 900xxx and others for drama; no plan assigns one digit repeated, and
        # the shortest numbers, of small islands, have seven digits with their country's.
        real = len(digits) >= 7 and len(set(digits)) > 3
        return real and not digits.startswith("447700900") and not _counts(digits)
    national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    if len(national) != 10:
        return False
    area, exchange, line = national[:3], national[3:6], national[6:]
    if area[0] in "01" or exchange[0] in "01" or area[1:] == "11" or exchange[1:] == "11":
        return False
    fictional = exchange == "555" and line.startswith("01")
    return not fictional and area != "555" and exchange != "555" and not _counts(national)


def _counts(digits: str) -> bool:
    return "12345" in digits or "23456" in digits or "98765" in digits or "00000" in digits


PHONES = (
    Pattern(
        "a telephone number",
        (
            r"(?<![\w.+-])(?:\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}"
            r"(?:[ .-]?\d{2,4}){2,4}"
            r"|(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4})(?![\w-]|\.\d)"
        ),
        "ITU-T E.164; North American Numbering Plan; numbers for fiction: 555-0100 to 555-0199,"
        " and Ofcom's numbers for drama use",
        "+49 30 9018" + "20777",
        (
            "212-555-0147",
            "(212) 555-0147",
            "123-456-7890",
            "555-555-5555",
            "+44 7700 900123",
            "20309018209912",
            "1.2.3-4567",
            "2024-01-02",
            "+1 + 2",
            "x +619302, 0.1234567",
            "192.168.100.200",
        ),
        gate=_has_number,
        confirm=_assigned,
    ),
)

# Numbers that payment processors publish for tests.
_TEST_CARDS = frozenset(
    {"4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556"}
    | {"5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222"}
    | {"378282246310005", "371449635398431", "378734493671000", "6011111111111117"}
    | {"6011000990139424", "30569309025904", "38520000023237", "3530111333300000"}
    | {"3566002020360505", "4222222222222", "4000000000000002", "4000000000000077"}
)
_BRANDS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)


def luhn(digits: str) -> bool:
    """Return whether a number's last digit is the check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _card(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return (
        _BRANDS.fullmatch(digits) is not None
        and digits not in _TEST_CARDS
        and len(set(digits)) > 3
        and luhn(digits)
    )


CARDS = (
    Pattern(
        "a card number",
        (
            r"(?<![\w.+-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}|\d{13,19})"
            r"(?![\w-]|\.\d)"
        ),
        "ISO/IEC 7812-1: issuer ranges and the Luhn check digit",
        "4539 5787 " + "6362 1486",
        (
            "4539 5787 6362 1487",
            "4242 4242 4242 4242",
            "4111111111111111",
            "1234567890123452",
            "0.4539578763621486",
            "4539 5787-6362 1486",
        ),
        gate=_has_number,
        confirm=_card,
    ),
)
