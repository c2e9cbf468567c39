"""The links of the chain: what each is about, how its digest comes about, and what does not hold. Pure.

A link is about one thing: a posted part of a run, a signature, a version of the policy. Its digest is the SHA-256 of
one line of text, which says what it is about, the digest of what that held, and the digest of the link before. So
whoever knows one digest knows that nothing up to it is otherwise than it was.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from finance.problems import Refusal
from ledgers.reports.proof import Difference

BEGINNING, PART, RUN, DEBT_MADE = "beginning", "part", "run", "debt"
APPROVAL, CHOICES, OFFICERS, CONFIRMED, URGENT = "approval", "choices", "officers", "confirmed", "urgent"
"""What links are about, beside the kinds of a policy: what stood when the chain began, posted entries, a released run,
a balance made a debt, a signature, what streams keep of a policy, a change to who may sign, rows a second person
confirmed, whom an urgent run was for."""
NONE_BEFORE = "0" * 64
"""What the first link has for the digest of the link before."""
FIRST_COLUMNS = ("nr", "what", "of", "place", "at", "covers", "before")
"""What a link's own line of text says, in order: its digest is of these."""


class NotInTheChain(Refusal):
    """A digest that was kept is none of the chain’s."""


class About(NamedTuple):
    """What a link is about. ``of``: a run, a version, a change; ``place``: a part of the run, a payee, a place among
    its signatures; nought where there is but one."""

    what: str
    of: int
    place: int = 0

    def __str__(self) -> str:
        return _WORDS.get(self.what, "{0.what} {0.of}").format(self)


_WORDS = {
    BEGINNING: "what stood when the chain began ({0.of} links)",
    PART: "the entries of run {0.of}, part {0.place}",
    RUN: "run {0.of} as it was released",
    URGENT: "whom run {0.of} was for, and why",
    DEBT_MADE: "the debt of payee {0.place} after run {0.of}",
    APPROVAL: "signature {0.place} on run {0.of}",
    CHOICES: "the choices of policy {0.of}",
    OFFICERS: "change {0.of} to the officers",
    CONFIRMED: "the rows confirmed as change {0.of}",
}


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link. ``covers``: the SHA-256 of what it is about, as it was. ``at``: UTC."""

    nr: int
    what: str
    of: int
    place: int
    at: dt.datetime
    covers: str
    before: str
    digest: str

    @property
    def about(self) -> About:
        return About(self.what, self.of, self.place)

    @property
    def title(self) -> str:
        return f"link {self.nr} ({self.about})"


@dataclass(frozen=True)
class ChainProof:
    """What was found of the chain. ``last``: its last link, whose digest is worth writing down; None: there is none."""

    last: ChainLink | None
    differences: Sequence[Difference]


def line_of(nr: int, about: About, at: dt.datetime, covers: str, before: str) -> str:
    """The text a link’s digest is of, without its end."""
    return f"{nr},{about.what},{about.of},{about.place},{at:%Y-%m-%d %H:%M:%S},{covers},{before}"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def following(last: tuple[int, str] | None, covered: Iterable[tuple[About, str]], at: dt.datetime) -> list[ChainLink]:
    """The links that come after the ``last`` (number and digest), one for each thing and the digest of what it held."""
    nr, before = last or (0, NONE_BEFORE)
    made = []
    for about, covers in covered:
        nr += 1
        digest = sha256(f"{line_of(nr, about, at, covers, before)}\n".encode())
        made.append(ChainLink(nr, *about, at, covers, before, digest))
        before = digest
    return made


def latest(links: Iterable[ChainLink]) -> dict[About, ChainLink]:
    """The link that counts about each thing: a run signed for again, or a part gone on with, has another, later."""
    return {each.about: each for each in links if each.what != BEGINNING}


def prove_links(links: Sequence[ChainLink]) -> Iterator[Difference]:
    """Whether each link follows from the one before, by its own digest."""
    before, nr = NONE_BEFORE, 0
    for each in links:
        nr += 1
        if each.nr != nr:
            yield Difference(f"the chain, {each.title}", f"follows link {nr - 1}: those between are not there", 0)
        elif each.before != before:
            yield Difference(f"the chain, {each.title}", "does not follow from the link before it", 0)
        if sha256(f"{line_of(each.nr, each.about, each.at, each.covers, each.before)}\n".encode()) != each.digest:
            yield Difference(f"the chain, {each.title}", "has been changed: it no longer matches its digest", 0)
        nr, before = each.nr, each.digest


def prove_covered(links: Mapping[About, ChainLink], held: Mapping[About, str]) -> Iterator[Difference]:
    """Whether what links are about is as it was when they were made, and all that must be in the chain is in it.

    ``links``: those that count; ``held``: the digest of what each thing holds now, of all that are looked at.
    """
    for about, now in held.items():
        link = links.get(about)
        if link is None:
            yield Difference(f"the chain, {about}", "is in no link: it was put in by no verb", 0)
        elif link.covers != now:
            yield Difference(f"the chain, {link.title}", "is not what it was when the link was made", 0)


def known_link(links: Iterable[ChainLink], digest: str) -> ChainLink:
    """The link of a digest that was kept elsewhere, by all of it or how it begins. Raises NotInTheChain."""
    wanted = "".join(digest.split()).lower()
    found = [each for each in links if len(wanted) >= SHORTEST and each.digest.startswith(wanted)]
    if len(found) != 1:
        raise NotInTheChain(
            f"No link of the chain has the digest {digest}.",
            f"Look whether it was copied whole ({SHORTEST} characters at the least). If it was, what stood then has "
            "been changed since: go back to a copy of that time, and find out by whom.",
        )
    return found[0]


SHORTEST = 16
