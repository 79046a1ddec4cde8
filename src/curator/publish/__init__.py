"""Publish: what leaves the machine is derived from the run, and says what it was measured on."""

from curator.publish.bundle import Bundle, bundle_files, write_bundle
from curator.publish.facts import Facts, read_facts
from curator.publish.gates import GATES, UNEVALUATED, Gate, check_allowed
from curator.publish.payload import Payload, write_payload

__all__ = [
    "GATES",
    "UNEVALUATED",
    "Bundle",
    "Facts",
    "Gate",
    "Payload",
    "bundle_files",
    "check_allowed",
    "read_facts",
    "write_bundle",
    "write_payload",
]
