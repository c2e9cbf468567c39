"""To whom a payer's papers go on a day, and in what capacity: estate, then deputy, then representative, then home.

A deputy's and an attorney's authority ends with the person's death, and so does consent to email. From that day, until
an estate's correspondent is recorded, papers are for "the executors of" the person, by post: at the home address, or
failing that in care of whoever acted last.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from billing.documents.content import Addressee
from finance.problems import Refusal

ORDER = ("estate", "deputy", "representative", "home")
EXECUTORS = "executors"
FUNDER = "funder"


class NobodyToSendTo(Refusal):
    """No address is known for a payer. Their paper is not made."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A payer's correspondent as recorded, with its days."""

    capacity: str
    name: str
    address: str
    postcode: str | None
    email: str | None
    channel: str
    language: str
    print: str
    starts: dt.date
    ends: dt.date | None

    def holds(self, on: dt.date) -> bool:
        return self.starts <= on and (self.ends is None or on < self.ends)


def addressed(
    payer: str, those: Sequence[Correspondent], on: dt.date, died: dt.date | None = None, kind: str = "client"
) -> Addressee:
    """Who is written to on a day. ``died`` is the day the client died, where the payer is one (``kind``).

    Raises NobodyToSendTo when nobody is recorded for the day, or the one who is asked for email and gave none.
    """
    standing = sorted((each for each in those if each.holds(on)), key=lambda each: ORDER.index(each.capacity))
    if kind == "client" and died is not None and died <= on:
        return _after_death(payer, standing, those, on)
    if not standing:
        raise NobodyToSendTo(f"Nobody is recorded to write to about {payer}.", "Record a correspondent from this day.")
    return _addressee(standing[0], payer)


def _addressee(one: Correspondent, payer: str) -> Addressee:
    if one.channel == "email" and not one.email:
        raise NobodyToSendTo(
            f"{one.name} is to be written to by email about {payer}, and no email is recorded.",
            "Record it, or change their channel to post.",
        )
    return Addressee(
        one.name,
        lines_of(one.address, one.postcode),
        one.capacity,
        one.channel,
        one.email or "",
        one.language,
        one.print,
    )


def _after_death(
    payer: str, standing: Sequence[Correspondent], those: Iterable[Correspondent], on: dt.date
) -> Addressee:
    if standing and standing[0].capacity == "estate":
        return _addressee(standing[0], payer)
    begun = [each for each in those if each.starts <= on and each.capacity != "estate"]
    latest = sorted(begun, key=lambda each: (each.holds(on), each.capacity == "home", each.starts))
    if not latest:
        raise NobodyToSendTo(f"{payer} has died and no address is recorded.", "Record who deals with the estate.")
    home = latest[-1]
    made = replace(_addressee(replace(home, channel="post"), payer), name=payer, capacity=EXECUTORS)
    return made if home.capacity == "home" else replace(made, address=(f"c/o {home.name}", *made.address))


def lines_of(address: str, postcode: str | None) -> tuple[str, ...]:
    """An address as lines, the postcode last and once."""
    lines = [each.strip() for each in address.split(";") if each.strip()]
    code = (postcode or "").strip()
    if code and (not lines or lines[-1].replace(" ", "").casefold() != code.replace(" ", "").casefold()):
        lines.append(code)
    return tuple(lines)
