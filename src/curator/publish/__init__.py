"""Publish: what leaves the machine is derived from the run, and says what it was measured on."""

from curator.publish.bundle import Bundle, bundle_files, write_bundle
from curator.publish.facts import Facts, read_facts
from curator.publish.gates import Gate

__all__ = ["Bundle", "Facts", "Gate", "bundle_files", "read_facts", "write_bundle"]
