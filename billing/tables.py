"""Facts about charging, and the bills issued. Facts have the house shape (``finance.facts.tables``); bills are never
changed.

Who is billed is a ``bill_payer``: a client, somebody paying a top-up, or another funder. Where their papers go is a
``correspondent``, dated, for a representative takes over and an estate follows. What is charged comes from the care
itself, the assessments (``billing.assessments``) and the facts here. Money is whole pence, rates hundredths of a
penny, spans ``[starts, ends)``.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from finance.facts.tables import charge_exemption, fact

__all__ = ["FACTS", "bill", "charge_exemption", "fact", "metadata", "number_of", "span"]

metadata = MetaData()


def span() -> tuple[Column[object], Column[object]]:
    return (Column("starts", Date, nullable=False), Column("ends", Date, comment="first day not covered"))


bill_calendar = fact(
    metadata,
    "bill_calendar",
    Column("name", Text, nullable=False),
    Column("weeks", SmallInteger, nullable=False, comment="1 to 13 weeks a bill"),
    Column("anchor", Date, nullable=False, comment="first day of any one period; its weekday begins the charging week"),
    Column("cut_off_days", SmallInteger, nullable=False, comment="days from the period's last day to its run"),
    Column("due_days", SmallInteger, nullable=False, comment="days from the bill to the day it is to be paid"),
    Column("go_live", Date, nullable=False, comment="days before it were charged by another system"),
    comment="When a group of clients is billed.",
)

bill_payer = fact(
    metadata,
    "bill_payer",
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="client, third party, funder"),
    Column("person", BigInteger, comment="the client, where the payer is one"),
    Column("funder", BigInteger, comment="the funder, where the payer is one"),
    Column("calendar", BigInteger, comment="the client's bill calendar"),
    Column("customer_number", Text, comment="their number in the corporate finance system"),
    comment="Somebody who is billed: a client, a third party topping up, or another funder.",
)

correspondent = fact(
    metadata,
    "correspondent",
    Column("bill_payer", BigInteger, nullable=False),
    Column("capacity", Text, nullable=False, comment="home, representative, deputy, estate"),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False, comment="lines, separated by semicolons"),
    Column("postcode", Text),
    Column("email", Text),
    Column("channel", Text, nullable=False, comment="post or email"),
    Column("language", Text, nullable=False, comment="English or Welsh"),
    Column("print", Text, nullable=False, comment="standard or large"),
    *span(),
    comment="To whom and how a bill payer's papers go, from a day. An estate's comes before any other.",
)

top_up_agreement = fact(
    metadata,
    "top_up_agreement",
    Column("line", BigInteger, nullable=False),
    Column("bill_payer", BigInteger, nullable=False),
    Column("weekly", BigInteger, nullable=False, comment="hundredths of a penny a week"),
    Column("signed", Date, comment="the day it was signed; without one nothing is billed"),
    *span(),
    comment="An agreement to pay more for a dearer home, by a third party or by the client.",
)

client_rate = fact(
    metadata,
    "client_rate",
    Column("service", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("rate", BigInteger, nullable=False, comment="hundredths of a penny a unit"),
    Column("flat", Boolean, nullable=False, comment="charged whatever the assessment says"),
    *span(),
    comment="What clients are charged for a service, in place of what the council pays for it.",
)

one_off_charge = fact(
    metadata,
    "one_off_charge",
    Column("bill_payer", BigInteger, nullable=False),
    Column("service", BigInteger, nullable=False),
    Column("on", Date, nullable=False, comment="the day it belongs to"),
    Column("amount", BigInteger, nullable=False, comment="pence; below nought gives back"),
    Column("reason", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    comment="A single charge or allowance, with its reason.",
)

waiver = fact(
    metadata,
    "waiver",
    Column("person", BigInteger, nullable=False),
    Column("weekly", BigInteger, comment="pence a week waived; empty: all of the charge"),
    Column(
        "share", BigInteger, comment="hundredths of a per cent of the charge: where there is one, of that part of it"
    ),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    *span(),
    CheckConstraint("approved_by <> requested_by", name="waived_by_a_second_person"),
    comment="A charge the council has decided not to ask for.",
)

delivery = fact(
    metadata,
    "delivery",
    Column("line", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
    Column("unit", Text, nullable=False, comment="the line's own"),
    Column("quantity", BigInteger, nullable=False, comment="minutes for hours, hundredths for every other unit"),
    comment="Care delivered on a day. A charging week with any is charged by what was delivered, not by the plan.",
)

FACTS: dict[str, Table] = {
    table.name: table
    for table in (
        bill_calendar, bill_payer, correspondent, top_up_agreement, charge_exemption, client_rate, one_off_charge,
        waiver, delivery,
    )
}  # fmt: skip

bill = Table(
    "bill",
    metadata,
    Column("nr", BigInteger, primary_key=True, comment="counted on from 1 with none left out"),
    Column("run", BigInteger, nullable=False, comment="the run that posted its lines"),
    Column("party", BigInteger, nullable=False, comment="the bill payer"),
    Column("stream", Text, nullable=False, comment="the stream of its entries: charges or recharges"),
    Column("kind", Text, nullable=False, comment="bill or credit note"),
    Column("period_starts", Date, nullable=False),
    Column("period_ends", Date, nullable=False, comment="first day not billed"),
    Column("issued", Date, nullable=False),
    Column("due", Date, nullable=False, comment="the day it is to be paid"),
    Column("lines", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="pence; below nought on a credit note"),
    UniqueConstraint("run", "stream", "party"),
    CheckConstraint("amount >= 0 OR kind = 'credit note'", name="credit_notes_alone_give_back"),
    Index("bill_party", "party"),
    comment="A bill as issued: one payer's entries of one run. Never changed; a correction is another.",
    sqlite_with_rowid=False,
)


def number_of(nr: int) -> str:
    """A bill's number as people see it: ``B0000123``."""
    return f"B{nr:07d}"
