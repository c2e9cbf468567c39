"""A paper about to be issued, and the same paper laid out: what the press is handed and what it hands back."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from billing.documents.content import Paper
from finance.problems import Refusal


class ChangedSinceIssue(Refusal):
    """What is stored is no longer what was issued."""


@dataclass(frozen=True, slots=True)
class Order:
    """One paper to lay out in one format. ``bill`` is its number where it is the paper of one."""

    paper: Paper
    party: int
    format: str = "pdf"
    bill: int | None = None


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A paper laid out. ``content`` and ``record`` are compressed; the hash is of the bytes as issued.

    ``addressed_to`` is the first line of the envelope, in the paper's language.
    """

    order: Order
    addressed_to: str
    sha256: str
    size: int
    content: bytes
    record: bytes


class Press(Protocol):
    """Whatever lays papers out: several at once, in the order they come, never holding more than a few."""

    def lay_out(self, orders: Iterable[Order]) -> Iterator[LaidOut]: ...


def sealed(order: Order, addressed_to: str, made: bytes, record: bytes) -> LaidOut:
    """A paper with its hash, ready to be stored."""
    return LaidOut(order, addressed_to, hashlib.sha256(made).hexdigest(), len(made), zlib.compress(made, 1), record)


def opened(name: str, content: bytes, sha256: str) -> bytes:
    """The bytes as issued. Raises ChangedSinceIssue when they are not those that were."""
    made = zlib.decompress(content)
    if hashlib.sha256(made).hexdigest() != sha256:
        raise ChangedSinceIssue(f"{name} is no longer what was issued.", "Restore the database from before it changed.")
    return made
