"""Secrets and private data: what they look like, who says so, and what only looks like one.

Every pattern names its source and carries an invented sample and look-alikes, which are its tests.
Samples are put together from two halves, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise


@dataclass(frozen=True)
class Pattern:
    """One kind of secret.

    Attributes:
        what: What it is, in words.
        regex: What it looks like; the group ``secret`` is what is redacted, if there is one.
        source: Where its form is documented.
        sample: An invented one.
        lookalikes: Texts that must not match.
        hints: Pieces of which every match holds one, looked for first because that is cheap.
        gate: Says whether a text can hold one, where no piece does.
        confirm: Says of a match whether it really is one.
    """

    what: str
    regex: str
    source: str
    sample: str
    lookalikes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    gate: Callable[[str], bool] | None = None
    confirm: Callable[[str], bool] = lambda _: True

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        # Compiling all of them takes longer than linting a dozen rows: each waits for its hint.
        return re.compile(self.regex, re.MULTILINE)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where in `text` such secrets stand."""
        regex = self._compiled
        for match in regex.finditer(text):
            span = match.span("secret") if "secret" in regex.groupindex else match.span()
            if self.confirm(text[slice(*span)]):
                yield span


def possible_in(text: str, patterns: Sequence[Pattern]) -> list[Pattern]:
    """Return which of some patterns `text` can hold at all; quick, and often wrong with yes.

    One loop and no call for each of them: every row is asked for every pattern.
    """
    found = []
    for one in patterns:
        if one.gate is not None:
            if one.gate(text):
                found.append(one)
            continue
        for hint in one.hints:
            if hint in text:
                found.append(one)
                break
    return found


def _alive(text: str) -> bool:
    """Return whether a token is more than a placeholder: xxxx, 1234…, EXAMPLE, your-key-here."""
    lowered = text.casefold()
    if any(
        word in lowered for word in ("example", "xxxx", "your", "placeholder", "redacted", "****")
    ):
        return False
    body = re.sub(r"^[A-Za-z]{2,10}[-_.]", "", text)
    return len(set(body)) > len(body) // 5 and not runs(body, 8)


def runs(text: str, length: int) -> bool:
    """Return whether `length` characters stand in the order of the alphabet or the digits."""
    count = 1
    for before, after in pairwise(text):
        count = count + 1 if ord(after) - ord(before) == 1 else 1
        if count >= length:
            return True
    return False


def _word(pattern: str) -> str:
    """Return a pattern that must stand by itself, not inside a longer word."""
    return rf"(?<![A-Za-z0-9_])(?:{pattern})(?![A-Za-z0-9_])"


CLOUD = (
    Pattern(
        "an AWS access key id",
        _word(r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
        "AWS, IAM User Guide, 'IAM identifiers': unique ID prefixes",
        "AKIA" + "Z7QX2MNBV5KLP3TW",
        (
            "AKIA" + "IOSFODNN7EXAMPLE",
            "AKIA",
            "XAKIA" + "Z7QX2MNBV5KLP3TW",
            "AKIA_IS_A_PREFIX_HERE",
        ),
        ("AKIA", "ASIA", "ABIA", "ACCA"),
        confirm=_alive,
    ),
    Pattern(
        "an AWS secret access key",
        (
            r"(?:aws_secret(?:_access)?_key|AWS_SECRET(?:_ACCESS)?_KEY|[sS]ecretAccessKey"
            r"|awsSecret(?:Access)?Key)[\"']?[ \t]*[:=][ \t]*[\"']?"
            r"(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
        ),
        "AWS, IAM User Guide, 'Managing access keys': 40 characters",
        "aws_secret_access_key = " + "q2Xw7Lp0/Rt5Yv2Nc6Bf4+Hj8GsQeU3oTzIa8Kd9",
        (
            "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "aws_secret_access_key = os.environ['AWS_SECRET_ACCESS_KEY']",
            "aws_secret_access_key = " + "x" * 40,
        ),
        ("aws_secret", "AWS_SECRET", "SecretAccessKey", "secretAccessKey", "awsSecret"),
        confirm=_alive,
    ),
    Pattern(
        "a Google API key",
        _word(r"AIza[0-9A-Za-z_-]{35}"),
        "Google Cloud, 'Manage API keys'; secret scanning patterns of code hosts",
        "AIza" + "SyD7k2Lm9Qx4Rt8Vw1Zb6Nc3Hf5Gj0Ks_uY",
        ("AIza", "AIza" + "x" * 35),
        ("AIza",),
        confirm=_alive,
    ),
    Pattern(
        "a Google OAuth client secret or access token",
        _word(r"GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{40,512}"),
        "Google Identity, 'Using OAuth 2.0 to Access Google APIs'; secret scanning patterns",
        "GOCSPX-" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4",
        ("GOCSPX-", "GOCSPX-" + "x" * 28, "ya29.a0Af", "ya29.package.module"),
        ("GOCSPX-", "ya29."),
        confirm=_alive,
    ),
    Pattern(
        "an Azure storage key",
        (r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)"),
        "Microsoft, 'Configure Azure Storage connection strings'",
        "AccountKey=" + "k9Xq2mZ7rT4wL8pN3bY6cJ1hF5dS0gAv" * 2 + "k9Xq2mZ7rT4wL8pN3bY6cJ" + "==",
        ("AccountKey=" + "A" * 86 + "==", "AccountKey=<key>"),
        ("AccountKey=",),
        confirm=_alive,
    ),
    Pattern(
        "a DigitalOcean token",
        _word(r"do[opr]_v1_[a-f0-9]{64}"),
        "DigitalOcean, 'How to Create a Personal Access Token': prefixes",
        "dop_v1_" + "9f3a7c1e5b8d2046" * 4,
        ("dop_v1_", "dop_v1_" + "0" * 64),
        ("_v1_",),
        confirm=_alive,
    ),
)

SERVICES = (
    Pattern(
        "a GitHub token",
        _word(r"gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{60,243}"),
        "GitHub Docs, 'About authentication to GitHub': token formats",
        "ghp_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU",
        ("ghp_", "ghp_" + "x" * 36, "ghp_short"),
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        confirm=_alive,
    ),
    Pattern(
        "a GitLab token",
        _word(r"gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,64}"),
        "GitLab Docs, 'Token overview': prefixes",
        "glpat-" + "a8Kd93mZq1Xw7Lp0Rt5Y",
        ("glpat-", "glpat-xxxxxxxxxxxxxxxxxxxx"),
        ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-"),
        confirm=_alive,
    ),
    Pattern(
        "a Slack token",
        _word(r"xox[abeoprs]-[A-Za-z0-9-]{20,250}|xapp-\d-[A-Za-z0-9-]{20,250}"),
        "Slack API, 'Token types'",
        "xoxb-" + "48210937561-a8Kd93mZq1Xw7Lp0Rt5Yv2Nc",
        ("xoxb-your-token", "xoxb-"),
        ("xox", "xapp-"),
        confirm=_alive,
    ),
    Pattern(
        "a Stripe key",
        _word(r"(?:sk|rk)_live_[A-Za-z0-9]{20,247}"),
        "Stripe, 'API keys': live secret and restricted keys",
        "sk_live_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc",
        ("sk_test_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc", "sk_live_"),
        ("_live_",),
        confirm=_alive,
    ),
    Pattern(
        "an OpenAI key",
        _word(r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,74}T3BlbkFJ[A-Za-z0-9_-]{20,74}"),
        "OpenAI, 'API keys'; secret scanning patterns of code hosts",
        "sk-" + "a8Kd93mZq1Xw7Lp0Rt5Y" + "T3BlbkFJ" + "Nc6Bf4Hj8GsQeUa7Kd91",
        ("sk-...", "sk-learn-is-a-library-for-learning"),
        ("T3BlbkFJ",),
        confirm=_alive,
    ),
    Pattern(
        "an Anthropic key",
        _word(r"sk-ant-(?:api|admin)\d\d-[A-Za-z0-9_-]{80,120}"),
        "Secret scanning patterns of code hosts: anthropic_api_key",
        "sk-ant-api03-" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU" * 2 + "Kd93mZq1Xw7Lp0",
        ("sk-ant-", "sk-ant-api03-..."),
        ("sk-ant-",),
        confirm=_alive,
    ),
    Pattern(
        "a Hugging Face token",
        _word(r"hf_[A-Za-z]{34}"),
        "Hugging Face, 'User access tokens'",
        "hf_" + "aKdmZqXwLpRtYvNcBfHjGsQeUaKdmZqXwL",
        ("hf_", "hf_hub_download", "hf_" + "x" * 34),
        ("hf_",),
        confirm=_alive,
    ),
    Pattern(
        "a token of a package index",
        _word(r"npm_[A-Za-z0-9]{36}|pypi-AgE[A-Za-z0-9_-]{50,}"),
        "npm Docs, 'About access tokens'; PyPI help, 'API tokens'",
        "npm_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU",
        ("npm_config_registry", "pypi-AgE"),
        ("npm_", "pypi-AgE"),
        confirm=_alive,
    ),
    Pattern(
        "a SendGrid key",
        _word(r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
        "Twilio SendGrid, 'API Keys'",
        "SG." + "a8Kd93mZq1Xw7Lp0Rt5Yv2" + "." + "Nc6Bf4Hj8GsQeUa8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4H",
        ("SG.", "SG.a.b"),
        ("SG.",),
        confirm=_alive,
    ),
    Pattern(
        "a Telegram bot token",
        _word(r"\d{8,10}:AA[A-Za-z0-9_-]{33}"),
        "Telegram, 'Bots: an introduction for developers'",
        "61930275:" + "AA" + "Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQe",
        ("12345678:AA", "2024:AA"),
        (":AA",),
        confirm=_alive,
    ),
    Pattern(
        "an address to post to, which is its own password",
        (
            r"\bhooks\.slack\.com/(?:services|workflows)/[A-Z0-9]+/[A-Z0-9]+/"
            r"[A-Za-z0-9]{20,48}\b|\bdiscord(?:app)?\.com/api/webhooks/\d{16,20}/"
            r"[A-Za-z0-9_-]{60,72}"
        ),
        "Slack API, 'Sending messages using incoming webhooks'; Discord, 'Webhook Resource'",
        "https://hooks.slack.com/services/" + "T04KQ7ZPM/B05LW9XRN/a8Kd93mZq1Xw7Lp0Rt5Yv2Nc",
        (
            "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
            "https://hooks.slack.com/services/",
            "https://discord.com/api/webhooks/ID/TOKEN",
        ),
        ("hooks.slack.com/", "/api/webhooks/"),
        confirm=lambda text: _alive(text.rpartition("/")[2]),
    ),
    Pattern(
        "a token of a shop or a data service",
        _word(r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|dapi[a-f0-9]{32}(?:-\d)?|gsk_[A-Za-z0-9]{52}"),
        "Shopify, 'Access tokens'; Databricks, 'Personal access tokens'; Groq, 'API keys'",
        "shpat_" + "9f3a7c1e5b8d2046" * 2,
        ("shpat_", "shpat_" + "0" * 32, "dapi", "dapi_key", "gsk_" + "x" * 52),
        ("shp", "dapi", "gsk_"),
        confirm=_alive,
    ),
    Pattern(
        "a Twilio API key",
        _word(r"SK[0-9a-f]{32}"),
        "Twilio, 'API keys overview': key SIDs",
        "SK" + "9f3a7c1e5b8d2046" * 2,
        ("SK", "SK" + "0" * 32, "DISK" + "9f3a7c1e5b8d2046" * 2),
        ("SK",),
        confirm=_alive,
    ),
    Pattern(
        "a JSON Web Token",
        _word(r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
        "RFC 7519, JSON Web Token: three parts in base64url",
        "eyJ" + "hbGciOiJFUzI1NiJ9." + "eyJ" + "zdWIiOiI4ODIxIn0." + "q1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU",
        ("eyJ", "eyJhbGci.payload.signature"),
        ("eyJ",),
        confirm=_alive,
    ),
)

PRIVATE_KEYS = (
    Pattern(
        "a private key",
        (
            r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
            r"(?P<secret>(?:\\n|\s)*[A-Za-z0-9+/=:, \-\r\n\\]{16,}?)"
            r"(?=-----END|\Z|[\"'`])"
        ),
        "RFC 7468, Textual Encodings of PKIX, PKCS and CMS Structures; RFC 4880 section 6.2",
        "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----",
        (
            "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEF\n-----END PUBLIC KEY-----",
            "if line.startswith('-----BEGIN PRIVATE KEY-----'):",
        ),
        ("PRIVATE KEY",),
    ),
)

_PLACEHOLDERS = frozenset(
    {"password", "passwd", "pass", "pwd", "secret", "changeme", "token", "key", "user", "admin"}
    | {"example", "test", "hunter2", "root", "postgres", "guest", "foo", "bar", "pw", "p"}
)


def _real_password(text: str) -> bool:
    return text.casefold() not in _PLACEHOLDERS and not re.fullmatch(
        r"[*xX.…]+|<.*>|\{.*\}|\$.*|%\w+|\[.*\]|your[-_ ]?\w*", text
    )


URL_PASSWORDS = (
    Pattern(
        "a password in an address",
        (
            r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@'\"`<>{}]{0,64}:"
            r"(?P<secret>[^\s/@'\"`]{1,128})@(?!(?:localhost|127\.|[\w.-]*\bexample\b))[\w.-]+"
        ),
        "RFC 3986 section 3.2.1: userinfo, where passwords are deprecated for being seen",
        "postgres://ann:" + "s3cr3t9@db.internal/app",
        (
            "postgres://user:password@db/app",
            "https://user:pw@example.com/",
            "postgres://ann:{secret}@db/app",
            "redis://:s3cr3t9@localhost:6379",
            "http://host:8080/@scope/package",
        ),
        ("://",),
        confirm=_real_password,
    ),
)


def entropy(text: str) -> float:
    """Return the Shannon entropy of a text's characters, in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _random(text: str) -> bool:
    kinds = (any(c.isupper() for c in text), any(c.islower() for c in text))
    digits = sum(c.isdigit() for c in text)
    if (
        text.count("/") > 2
        or re.match(r"sha\d{3}-", text)
        or not all(kinds)
        or not 3 <= digits <= len(text) * 0.6
    ):
        return False
    # Words have long stretches of one kind of character; chance does not.
    changes = sum(_kind(a) != _kind(b) for a, b in pairwise(text))
    return (
        changes >= len(text) * 0.4 and entropy(text) >= 4.2 and not runs(text, 5) and _alive(text)
    )


def _kind(character: str) -> int:
    return character.isupper() + 2 * character.islower() + 4 * character.isdigit()


_LONG_WORD = 28


def _has_long_word(text: str) -> bool:
    return max(map(len, text.split()), default=0) >= _LONG_WORD


HIGH_ENTROPY = (
    Pattern(
        "a string of chance",
        (
            rf"(?<![^\s\"'`=(])[A-Za-z0-9+/_-]{{{_LONG_WORD},128}}={{0,2}}"
            r"(?=[\"'`\s]|$)"
        ),
        "Shannon, 'A Mathematical Theory of Communication' (1948); the threshold is our own",
        "vK9xQ2mZ7" + "rT4wL8pN3bY6cJ1hF5dS0gA",
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "TheLongestNameOfAClassInAllOfJava2EnterpriseBeans",
            "123e4567-e89b-12d3-a456-426614174000",
            "sha384-JcKb8q3iqJ61gNV9KGb8thSsNjpSL0n8PARn9HuZOnIxN0hoP",
            "path/to/Some1/Long2/Folder3/With/Names",
        ),
        gate=_has_long_word,
        confirm=_random,
    ),
)
