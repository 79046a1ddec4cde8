"""The Hub: what stands there, what would change, and the way there."""

from curator.publish.hub.client import Hub
from curator.publish.hub.receipt import Receipt, read_receipts, write_receipt
from curator.publish.hub.remote import Change, Plan, Remote, look, make_plan, next_tag
from curator.publish.hub.send import Progress, Published, publish

__all__ = [
    "Change",
    "Hub",
    "Plan",
    "Progress",
    "Published",
    "Receipt",
    "Remote",
    "look",
    "make_plan",
    "next_tag",
    "publish",
    "read_receipts",
    "write_receipt",
]
