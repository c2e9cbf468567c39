"""What a load may do without being asked again, as the council has set it, and what somebody has said besides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from finance.choices import read_choices
from finance.problems import BadParameters
from ledgers.officers.authority import Authority

SIGNED_OTHERWISE = ("bank_details", "refunds", "write_offs")
"""Extracts whose rows count only once an officer has confirmed or signed for them, whatever policy says."""


@cache
def may_wait() -> tuple[str, ...]:
    """Extracts whose rows may wait for a second person. What else an account is told of, money received, may not."""
    from interfaces.files.inbound.layouts.register import EXTRACTS  # brings what calculates; most verbs never ask

    return tuple(
        name for name, each in EXTRACTS.items() if each.right != "enter accounts" and name not in SIGNED_OTHERWISE
    )


@dataclass(frozen=True, slots=True)
class LoadingPolicy:
    """``take_away``: of how many rows one file may take something away (a last day, a day of death, a suspension)
    before it has to be asked for by number.

    ``second_person``: extracts whose rows are believed once a second person has confirmed them; of sums, those that
    come to ``second_person_pence`` for one payee, payer or person in a day. ``second_person_taking_away``: the same of
    a row that takes away a last day or a day of death. ``price_percent``: a price that waits and moves by more is
    confirmed by name, not with all the others.
    """

    take_away: int = 10
    second_person: tuple[str, ...] = (
        "contracts",
        "rates",
        "blocks",
        "agreed_rates",
        "nursing_rates",
        "client_rates",
        "adjustments",
        "one_off_charges",
        "waivers",
        "deferred_write_offs",
    )
    second_person_pence: int = 0
    second_person_taking_away: bool = True
    price_percent: int = 10

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "LoadingPolicy":
        """Read a ``[loading]`` table. Raises BadParameters for a name nobody knows or a value of the wrong sort."""
        made = read_choices(cls, table, where)
        named = made.second_person if "second_person" in table else ()
        strange = [each for each in named if each not in may_wait()]
        if strange:
            what = f"{where} second_person: {strange[0]} is none of those a second person can be asked for."
            raise BadParameters(what, f"They are {', '.join(may_wait())}.")
        return made


@dataclass(frozen=True, slots=True)
class Allowance:
    """``alike``: references that look alike are meant. ``asked``: the second word, to be kept with the change.

    ``second``: for what a second person is asked; None: for nothing. ``officers``: whose rights are asked for; None:
    nobody’s, as in a council that has no officer yet.
    """

    take_away: int = LoadingPolicy().take_away
    alike: bool = False
    asked: str = ""
    second: LoadingPolicy | None = None
    officers: Authority | None = None

    def said(self, *, take_away: int | None, alike: bool) -> "Allowance":
        """The same, after the second word of whoever loads."""
        words = [f"up to {take_away} taken away"] if take_away is not None else []
        words += ["alike references meant"] if alike else []
        most = max(self.take_away, take_away or 0)
        return replace(self, take_away=most, alike=alike, asked=", ".join(words))


UNASKED = Allowance()
WITHOUT_LIMIT = Allowance(take_away=2**31, alike=True)
"""For what a program or a person enters row by row, which is no extract with a broken column."""
