"""Awkward secrets: invented ones in real shapes, and strings that only look like one."""

from __future__ import annotations

from tests.lint.awkward.build import USAGE, row


def usage(text: str) -> str:
    return f"{USAGE}\nprint({text!r})"


# Written in two halves, so that no scanner takes this file for a leak.
AWS = "AKIA" + "Z7QX2MNBV5KLP3TW"
GITHUB = "ghp_" + "a8Kd93mZq1Xw7Lp0Rt5Yv2Nc6Bf4Hj8GsQeU"
ENTROPY = "vK9xQ2mZ7" + "rT4wL8pN3bY6cJ1hF5dS0gA"

PRIVATE = (
    row("an access key", "PRV001", usage=usage(AWS)),
    row("an access key inside a longer word", usage=usage(f"X{AWS}Y")),
    row("the access key of the documentation", usage=usage("AKIA" + "IOSFODNN7EXAMPLE")),
    row("a token of a service", "PRV002", usage=usage(GITHUB)),
    row("the beginning of a token", usage=usage("ghp_ and what follows")),
    row(
        "a private key",
        "PRV003",
        usage=usage(
            "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----"
        ),
    ),
    row("a public key", usage=usage("-----BEGIN PUBLIC KEY-----")),
    row(
        "a password in an address",
        "PRV004",
        usage=usage("postgres://ann:" + "s3cr3t9@db.internal/app"),
    ),
    row("a placeholder in an address", usage=usage("postgres://user:password@localhost/app")),
    row("a person's address", "PRV005", usage=usage("jane.doe" + "@gmail.com")),
    row("an address of the documentation", usage=usage("jane@example.com")),
    row(
        "a decorator is no address",
        usage="class app:\n    route = staticmethod(double)\n\n\n"
        "@app.route\ndef go():\n    return 1\n\n\n" + USAGE,
    ),
    row("a telephone number", "PRV006", usage=usage("+49 30 9018" + "20777")),
    row("a number made for films", usage=usage("212-555-0147")),
    row("a long product", usage="print(double(20309018209912))"),
    row("a card number", "PRV007", usage=usage("4539 5787 " + "6362 1486")),
    row("a card number with a wrong checksum", usage=usage("4539 5787 6362 1487")),
    row("the card number of every test", usage=usage("4242 4242 4242 4242")),
    row("a string of chance", "PRV008", usage=usage(ENTROPY)),
    row(
        "a digest", usage=usage("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    ),
    row(
        "an alphabet",
        usage=usage("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ),
    row(
        "a long name",
        usage="print(double(4))\nTheLongestNameOfAClassInAllOfJava2EnterpriseBeans = 1",
    ),
)
