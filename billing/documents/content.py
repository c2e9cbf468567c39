"""All that one paper says, as plain records of pence, days and names. The page, the PDF and the screen are made of
these.

Nothing here is a sentence: sentences are made in the reader's language (``interfaces.documents``). Words kept here are
names, or one of a vocabulary (a kind, a unit, a reason), or what an officer typed. Spans are ``[starts, ends)``.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from billing.documents.care_content import BilledAway, BilledCare
from finance.money import sterling
from finance.problems import Refusal

BILL, CREDIT_NOTE, STATEMENT = "bill", "credit note", "statement"
PAYMENTS = ("receipt", "returned receipt")


class DoesNotAddUp(Refusal):
    """A paper's parts do not come to its whole. It is not issued."""


@dataclass(frozen=True, slots=True)
class CouncilOnPaper:
    """Whom to ask and how to pay, from the council file. ``made_up``: the paper says that no such council exists."""

    name: str = "The council"
    team: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    hours: str = ""
    email: str = ""
    web: str = ""
    account_name: str = ""
    sort_code: str = ""
    account_number: str = ""
    pay_online: str = ""
    pay_phone: str = ""
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a paper goes: ``capacity`` is home, representative, deputy, estate, executors or funder."""

    name: str
    address: tuple[str, ...]
    capacity: str = "home"
    channel: str = "post"
    email: str = ""
    language: str = "English"
    print: str = "standard"

    @property
    def send_to(self) -> str:
        """Where it goes, on one line: the email, or the address."""
        return self.email if self.channel == "email" else "; ".join(self.address)


@dataclass(frozen=True, slots=True)
class Working:
    """One step from what somebody has to what they are asked for. ``total`` stands out; below nought is taken off."""

    label: str
    pence: int
    total: bool = False


@dataclass(frozen=True, slots=True)
class Assessed:
    """The most somebody can be asked for each week, from a day, and the steps to it (none where it was not by
    means).
    """

    starts: dt.date
    weekly: int | None
    outcome: str
    because: str = ""
    workings: tuple[Working, ...] = ()


@dataclass(frozen=True, slots=True)
class BilledStretch:
    """Weeks charged alike: the first week, how many, and the charge of one. ``limit``: assessed, cost or nothing.

    Part of a week stands alone: ``days`` of it are charged, and ``whole`` is what may be asked for the whole of such a
    week (0 where the charge is no share of one).
    """

    starts: dt.date
    weeks: int
    weekly: int
    limit: str = "assessed"
    days: int = 7
    whole: int = 0

    @property
    def amount(self) -> int:
        return self.weeks * self.weekly

    @property
    def ends(self) -> dt.date:
        return self.starts + dt.timedelta(weeks=self.weeks)


@dataclass(frozen=True, slots=True)
class Item:
    """Any other line of a bill: a top-up, what the provider collected already, a waiver, a one-off charge, a fee."""

    kind: str
    what: str
    starts: dt.date
    ends: dt.date
    amount: int
    reason: str = ""
    person: str = ""
    workings: tuple[BilledStretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """Days charged before and now charged otherwise: what was asked for, what should have been, and why. ``workings``:
    the weeks that make up what should have been, where they do.
    """

    kind: str
    what: str
    starts: dt.date
    ends: dt.date
    was: int
    now: int
    reason: str
    person: str = ""
    workings: tuple[BilledStretch, ...] = ()

    @property
    def amount(self) -> int:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause why a bill is not what the last one was, and by how much. ``kind``: of ``differences``; ``what``: of
    which service, or a reason. ``was`` and ``now``: what moved, where it is a weekly sum or a number of weeks."""

    kind: str
    what: str
    amount: int
    was: int | None = None
    now: int | None = None


@dataclass(frozen=True, slots=True)
class BillDiffers:
    """Why a bill is not what the payer’s last one (``number``) was. The causes come to the difference."""

    number: str
    issued: dt.date
    was: int
    now: int
    causes: tuple[Cause, ...] = ()

    @property
    def amount(self) -> int:
        return self.now - self.was


@dataclass(frozen=True, slots=True)
class AccountMovement:
    """Something that moved the account: above nought raises what is owed, a payment lowers it.

    ``on`` is the day it stands on; ``of`` the day it belongs to, where that is another. ``put_right``: it corrects what
    was posted before of the same payment, rather than being one.
    """

    on: dt.date
    kind: str
    amount: int
    reference: str = ""
    of: dt.date | None = None
    put_right: bool = False

    @property
    def shown(self) -> dt.date:
        """The day a bill tells it on: its own, or that of the putting right."""
        return self.on if self.put_right else self.of or self.on


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What is left of an earlier bill, and the day it was to be paid by."""

    pence: int
    due: dt.date


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill or credit note. ``about`` is the person whose care it is; ``since`` the day of the paper before it.

    ``collected`` is the day a direct debit announced for it is taken, ``collecting`` how much. ``earlier``: what the
    balance has in it of bills before this one. ``died``: the day of death, where this bill is the first to go by it or
    covers it; ``charged_until`` the last day charged. ``unpaid_credit``: so much of a balance in credit was never
    received, and cannot be paid back.
    """

    kind: str
    number: str
    reference: str
    payer: str
    payer_kind: str
    about: str
    to: Addressee
    council: CouncilOnPaper
    issued: dt.date
    due: dt.date
    starts: dt.date
    ends: dt.date
    amount: int
    brought_forward: int = 0
    since: dt.date | None = None
    collected: dt.date | None = None
    collecting: int = 0
    care: tuple[BilledCare, ...] = ()
    assessed: tuple[Assessed, ...] = ()
    stretches: tuple[BilledStretch, ...] = ()
    items: tuple[Item, ...] = ()
    changes: tuple[Correction, ...] = ()
    movements: tuple[AccountMovement, ...] = ()
    earlier: tuple[Unpaid, ...] = ()
    died: dt.date | None = None
    charged_until: dt.date | None = None
    unpaid_credit: int = 0
    away: tuple[BilledAway, ...] = ()
    differs: BillDiffers | None = None

    @property
    def covers(self) -> tuple[dt.date, dt.date]:
        """The days it is about, ``[starts, ends)``: its care's; its period's where it has other lines of its own; else
        those of what changed.
        """
        spans = [(each.starts, each.ends) for each in self.care]
        if any(each.kind in ("one-off charge", "arrangement fee") for each in self.items) or (not spans and self.items):
            return self.starts, self.ends
        spans = spans or [(each.starts, each.ends) for each in self.changes]
        if not spans:
            return self.starts, self.ends
        return min(first for first, _ in spans), max(end for _, end in spans)

    @property
    def charged(self) -> int:
        """What these weeks' care comes to, before anything else."""
        return sum(each.amount for each in self.stretches)

    @property
    def changed(self) -> int:
        return sum(each.amount for each in self.changes)

    @property
    def care_cost(self) -> int:
        """What the care itself comes to, whoever pays for it."""
        return sum(each.cost for each in self.care)

    @property
    def extras(self) -> int:
        """What its other lines come to."""
        return sum(each.amount for each in self.items)

    @property
    def owed_earlier(self) -> int:
        """What the balance has in it of bills before this one."""
        return sum(each.pence for each in self.earlier)

    @property
    def paid(self) -> int:
        """Payments among what moved the account since."""
        return sum(each.amount for each in self.movements if each.kind in PAYMENTS and not each.put_right)

    @property
    def payments_put_right(self) -> int:
        """What was put right about payments taken in before."""
        return sum(each.amount for each in self.movements if each.kind in PAYMENTS and each.put_right)

    @property
    def moved(self) -> int:
        return sum(each.amount for each in self.movements)

    @property
    def balance(self) -> int:
        return self.brought_forward + self.moved + self.amount

    @property
    def to_pay(self) -> int:
        """What somebody has to pay by hand: the balance less what is taken by direct debit. Never below nought."""
        return max(self.balance - self.collecting, 0)

    def check(self) -> None:
        """Raise DoesNotAddUp unless the lines come to the amount."""
        said = self.charged + self.changed + self.extras
        if said != self.amount:
            raise DoesNotAddUp(
                f"{self.number} is {sterling(self.amount)} in the ledger, and its lines come to {sterling(said)}.",
                "It was not issued: tell whoever looks after the system, with this number.",
            )


@dataclass(frozen=True, slots=True)
class Statement:
    """One payer's account over some days: what was owed at the start, everything that moved it, what is owed at the
    end.

    ``edition``: the same days told again, once the account said something else of them, are another paper.
    ``unpaid_credit``: as of a bill.
    """

    reference: str
    payer: str
    payer_kind: str
    about: str
    to: Addressee
    council: CouncilOnPaper
    issued: dt.date
    starts: dt.date
    ends: dt.date
    opening: int
    closing: int
    movements: tuple[AccountMovement, ...] = ()
    edition: int = 1
    unpaid_credit: int = 0

    @property
    def number(self) -> str:
        whole = f"{self.reference}-{self.starts:%Y%m%d}-{self.ends - dt.timedelta(days=1):%Y%m%d}"
        return whole if self.edition == 1 else f"{whole}-{self.edition}"

    @property
    def kind(self) -> str:
        return STATEMENT

    @property
    def billed(self) -> int:
        return sum(each.amount for each in self.movements if each.kind in (BILL, CREDIT_NOTE))

    @property
    def paid(self) -> int:
        """Payments less those given back, below nought."""
        return sum(each.amount for each in self.movements if each.kind not in (BILL, CREDIT_NOTE))

    @property
    def balances(self) -> tuple[int, ...]:
        """The balance after each movement."""
        found = [self.opening]
        for each in self.movements:
            found.append(found[-1] + each.amount)
        return tuple(found[1:])

    def check(self) -> None:
        """Raise DoesNotAddUp unless the movements lead from the opening to the closing balance, in order of day."""
        moved = sum(each.amount for each in self.movements)
        assert all(one.on <= other.on for one, other in pairwise(self.movements))
        if self.opening + moved != self.closing:
            raise DoesNotAddUp(
                f"The statement of {self.payer} opens at {sterling(self.opening)}, moves by {sterling(moved)} and "
                f"should "
                f"close at {sterling(self.closing)}.",
                "It was not issued: tell whoever looks after the system, with this name.",
            )


Paper = Bill | Statement
