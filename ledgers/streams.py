"""Every stream of money, declared: what it is called, what it posts and where, what its release does, which facts
decide its money and which verbs show it. One declaration a stream, one list.

A stream's own package supplies what is due and what a reviewer must see (``ledgers.runs.Stream``); all that anything
else must know of it beforehand stands here, and nothing else names a stream to find it out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledgers.coding.purposes import Purpose

CODED = (Purpose.COST, Purpose.INCOME)
"""What a council's rules tell apart by kind, service and funder. Every other purpose has one account for everything."""


@dataclass(frozen=True, slots=True)
class EntryKind:
    """One kind of entry: the accounts debited and credited when its amount is above nought, and the journal it is in.

    ``of_line``: holding the line of its subject's number holds it; not where a line of that number is something else.
    ``proposed``: a run proposes it; what is
    not is posted by settling. ``coded_as``: the kind whose coding rules it goes by, where that is another.
    """

    name: str
    debit: Purpose
    credit: Purpose
    journal: str
    of_line: bool = True
    proposed: bool = True
    coded_as: str | None = None

    @property
    def coded(self) -> Purpose | None:
        """The purpose a council's rules code it by; None where both accounts are one for everything."""
        return next((each for each in (self.debit, self.credit) if each in CODED), None)


@dataclass(frozen=True, slots=True)
class Decider:
    """A table of facts that decides a stream's money, and how its rows are told among the lines of a run.

    ``column`` of a fact is what the lines have as ``among``: subject (of ``kind``, where given), party, person or
    service. ``lasting``: it goes on deciding run after run, so whoever told us of it is asked about only when it is
    news, or in the days of the run in which it begins (``begins``: the column of that day; None: it has none).
    ``by``: the column that names who asked for it. ``signed_in``: the column that a second person's name is put in
    later, as a version of its own: only versions without one tell who asked. ``through``: the table whose number
    ``column`` holds, and the column of that which the lines have.
    """

    table: str
    column: str
    among: str
    words: str
    kind: str | None = None
    lasting: bool = True
    begins: str | None = "starts"
    by: str | None = None
    signed_in: str | None = None
    through: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """One stream. ``group``: its verbs in the console; ``shows`` and ``releases``: those of them that show a run and
    carry its release to its end; ``party``: what a party of it is called; ``choices``: its table in the council file.

    ``settles``: a release pays each party what it is owed; ``bills``: its entries become bills; ``receivable``: they
    stand on payers' accounts; ``signed``: a second person signs; ``owes``: what a release leaves to be done.
    """

    name: str
    group: str
    choices: str
    kinds: tuple[EntryKind, ...]
    party: str = "payer"
    shows: str = "show"
    releases: str = "release"
    settles: bool = False
    bills: bool = False
    receivable: bool = False
    signed: bool = True
    owes: tuple[str, ...] = ("files",)
    deciders: tuple[Decider, ...] = ()

    @property
    def shown_by(self) -> str:
        """The verb that shows one of its runs."""
        return f"{self.group} {self.shows}"

    @property
    def released_by(self) -> str:
        """The verb that releases one of its runs, and goes on with a release that was cut off."""
        return f"{self.group} {self.releases}"


FILES = "files"
SETTLEMENT, DEBT = "settlement", "debt"


def _kinds(debit: Purpose, credit: Purpose, journal: str, *names: str, of_line: bool = True) -> tuple[EntryKind, ...]:
    """Kinds between the same two purposes, in the same journal."""
    return tuple(EntryKind(each, debit, credit, journal, of_line) for each in names)


_CARE = (
    Decider("person", "nr", "person", "a person’s record", begins="died"),
    Decider("package", "person", "person", "a package"),
    Decider("service_line", "nr", "subject", "a service line"),
    Decider("contribution", "line", "subject", "a contribution"),
)
_CIRCUMSTANCES = ("circumstance", "income", "expense", "asset", "home_left_out", "charging_ground", "home_stay")

PAYMENTS = Declared(
    "payments",
    group="payrun",
    choices="payments",
    party="payee",
    kinds=(
        *_kinds(Purpose.COST, Purpose.CONTROL, "care payable", "care"),
        *_kinds(Purpose.COST, Purpose.CONTROL, "care payable", "block", "adjustment", of_line=False),
        *_kinds(Purpose.COST, Purpose.CONTROL, "care payable", "nursing"),
        *_kinds(Purpose.INCOME, Purpose.CONTROL, "care payable", "contribution", "top-up", "nursing deducted"),
        EntryKind(SETTLEMENT, Purpose.CONTROL, Purpose.BANK, "payments released", proposed=False),
        EntryKind(DEBT, Purpose.CONTROL, Purpose.DEBTOR, "moved to debtors", proposed=False),
    ),
    settles=True,
    owes=("recharges", FILES),
    deciders=(
        Decider("adjustment", "nr", "subject", "an adjustment", kind="adjustment", lasting=False, by="entered_by"),
        Decider("block", "nr", "subject", "a block contract", kind="block"),
        Decider("agreed_rate", "line", "subject", "a rate agreed for a line"),
        Decider("rate", "service", "service", "a rate"),
        Decider("bank_detail", "payee", "party", "bank details", by="proposed_by"),
        Decider("payee", "nr", "party", "a payee", begins=None),
        Decider("contract", "payee", "party", "a contract"),
        Decider("contract_terms", "contract", "party", "terms of a contract", through=("contract", "payee")),
        *_CARE,
        Decider("suspension", "line", "subject", "a suspension"),
        Decider("funding_share", "line", "subject", "what a funder bears"),
        Decider("nursing_award", "line", "subject", "NHS nursing care"),
    ),
)

_BILLED = "charges billed"
CHARGES = Declared(
    "charges",
    group="billrun",
    choices="charging",
    kinds=(
        *_kinds(Purpose.RECEIVABLE, Purpose.INCOME, _BILLED, "charge", "collected by provider", "third-party top-up"),
        *_kinds(Purpose.RECEIVABLE, Purpose.INCOME, _BILLED, "own top-up", "flat charge", "waived"),
        *_kinds(Purpose.RECEIVABLE, Purpose.INCOME, _BILLED, "arrangement fee", "one-off charge", of_line=False),
        *_kinds(Purpose.RECEIVABLE, Purpose.INCOME, _BILLED, "over the cap"),
    ),
    bills=True,
    receivable=True,
    deciders=(
        Decider("one_off_charge", "nr", "subject", "a single charge", "one-off charge", lasting=False, by="entered_by"),
        Decider("waiver", "person", "person", "a waiver", by="requested_by"),
        *_CARE,
        Decider("client_rate", "service", "service", "a rate of charge"),
        Decider("charge_exemption", "line", "subject", "care free of charge"),
        Decider("top_up_agreement", "line", "subject", "a top-up"),
        Decider("delivery", "line", "subject", "care delivered", begins="on"),
        *(Decider(each, "person", "person", "an assessed person’s circumstances") for each in _CIRCUMSTANCES),
        Decider("figure_override", "person", "person", "an override of an assessment", by="requested_by"),
    ),
)

RECHARGES = Declared(
    "recharges",
    group="billrun",
    choices="recharges",
    releases="recharge",
    kinds=(
        EntryKind("recharge", Purpose.RECEIVABLE, Purpose.INCOME, "recharges billed"),
        EntryKind("recharged nursing", Purpose.RECEIVABLE, Purpose.INCOME, "recharges billed", coded_as="recharge"),
    ),
    bills=True,
    receivable=True,
    signed=False,
)

_UNKNOWN = "receipts not identified"
RECEIPTS = Declared(
    "receipts",
    group="receipt",
    choices="receipts",
    shows="findings",
    kinds=(
        *_kinds(Purpose.RECEIVABLE, Purpose.BANK, "receipts", "receipt"),
        *_kinds(Purpose.UNIDENTIFIED, Purpose.BANK, _UNKNOWN, "unidentified receipt"),
        *_kinds(Purpose.RECEIVABLE, Purpose.BANK, "receipts returned", "returned receipt"),
        *_kinds(Purpose.UNIDENTIFIED, Purpose.BANK, _UNKNOWN, "returned unidentified receipt"),
        *_kinds(Purpose.RECEIVABLE, Purpose.BANK, "refunds", "refund"),
        *_kinds(Purpose.RECEIVABLE, Purpose.COST, "interest on refunds", "refund interest"),
        *_kinds(Purpose.RECEIVABLE, Purpose.BAD_DEBT, "debts written off", "write-off"),
    ),
    receivable=True,
    deciders=(
        *(
            Decider(
                table, "nr", "subject", f"a {kind}", kind, lasting=False, by="requested_by", signed_in="approved_by"
            )
            for table, kind in (("refund", "refund"), ("write_off", "write-off"))
        ),
    ),
)

_INTEREST, _LOANS = "deferred interest and fees", "deferred payments"
DEFERRED_PAYMENTS = Declared(
    "deferred payments",
    group="deferred",
    choices="deferred_payments",
    shows="findings",
    kinds=(
        *_kinds(Purpose.DEFERRED, Purpose.RECEIVABLE, _LOANS, "deferred charge"),
        *_kinds(Purpose.DEFERRED, Purpose.INCOME, _INTEREST, "deferred interest", "deferred fee"),
        *_kinds(Purpose.DEFERRED, Purpose.BANK, "deferred receipts", "deferred receipt"),
        *_kinds(Purpose.DEFERRED, Purpose.BANK, "deferred refunds", "deferred refund"),
        *_kinds(Purpose.DEFERRED, Purpose.BAD_DEBT, "deferred debts written off", "deferred write-off"),
        # the other side is in the corporate ledger already: whoever brought it there clears this one
        *_kinds(Purpose.DEFERRED, Purpose.UNIDENTIFIED, _LOANS, "deferred brought in"),
        *_kinds(Purpose.DEFERRED, Purpose.RECEIVABLE, _LOANS, "moved to bill"),
    ),
    receivable=True,
    deciders=(
        Decider("deferred_agreement", "nr", "subject", "a deferred payment agreement"),
        Decider("deferral", "agreement", "subject", "what is deferred"),
        Decider("deferred_fee", "agreement", "subject", "a fee", kind="deferred fee", begins="on"),
        Decider("deferred_repayment", "agreement", "subject", "a repayment", begins="on"),
        Decider("deferred_write_off", "agreement", "subject", "a write-off", begins="on", by="requested_by"),
    ),
)


def checked(streams: Iterable[Declared]) -> dict[str, Declared]:
    """Streams by name, in order. Asserts that no two share a name, a kind or a journal, and that what each says of
    itself holds together."""
    found: dict[str, Declared] = {}
    kinds: dict[str, str] = {}
    journals: dict[str, str] = {}
    for each in streams:
        assert each.name not in found, f"two streams are called {each.name}"
        assert not (each.settles and each.receivable), f"{each.name} both pays its parties and bills them"
        assert each.receivable or not each.bills, f"{each.name} bills what stands on no payer’s account"
        for kind in each.kinds:
            assert kinds.setdefault(kind.name, each.name) == each.name, f"two streams post {kind.name}"
            assert journals.setdefault(kind.journal, each.name) == each.name, f"two streams share {kind.journal}"
            assert kind.debit != kind.credit, f"{kind.name} debits what it credits"
        assert len({kind.name for kind in each.kinds}) == len(each.kinds), f"{each.name} names a kind twice"
        own = {kind.name for kind in each.kinds}
        assert {decider.kind for decider in each.deciders} <= {None, *own}, f"{each.name} is decided by a kind not its"
        found[each.name] = each
    for each in found.values():
        assert {*each.owes} <= {FILES, *found}, f"{each.name} owes what nothing raises"
    return found


STREAMS = checked((PAYMENTS, CHARGES, RECHARGES, RECEIPTS, DEFERRED_PAYMENTS))
"""Every stream there is, in the order in which files name them."""
KINDS = {kind.name: kind for stream in STREAMS.values() for kind in stream.kinds}
"""Every kind of entry, by name."""
NOT_PROPOSED = tuple(name for name, kind in KINDS.items() if not kind.proposed)
"""What settling posts: no line of a run."""
OF_NO_LINE = tuple(name for name, kind in KINDS.items() if not kind.of_line)
"""Kinds whose subject is no service line: holding a line holds none of them."""


def names_of(which: Callable[[Declared], bool]) -> list[str]:
    """The names of the streams of which this is so."""
    return [name for name, each in STREAMS.items() if which(each)]


def coded_kinds(*purposes: Purpose) -> list[str]:
    """The kinds that rules of these purposes may name, in order."""
    return [name for name, kind in KINDS.items() if kind.coded in purposes and kind.coded_as is None]
