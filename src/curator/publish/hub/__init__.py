"""The Hub: what stands there, what would change, and the way there."""

from curator.publish.hub.client import Hub
from curator.publish.hub.delivery import Parcel, deliver, prepare
from curator.publish.hub.receipt import Receipt, read_receipts, write_receipt
from curator.publish.hub.remote import Change, Plan, Remote, look, make_plan, next_tag
from curator.publish.hub.send import Progress, Published, publish
from curator.publish.hub.trouble import UnreachableError

__all__ = [
    "Change",
    "Hub",
    "Parcel",
    "Plan",
    "Progress",
    "Published",
    "Receipt",
    "Remote",
    "UnreachableError",
    "deliver",
    "look",
    "make_plan",
    "next_tag",
    "prepare",
    "publish",
    "read_receipts",
    "write_receipt",
]
