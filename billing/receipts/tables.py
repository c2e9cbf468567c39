"""Facts about money received, given back or given up. Each is told once and corrected by a later version.

A receipt with no payer is money nobody has yet been found for: it stands in suspense (party 0) until it is identified.
Whom a receipt is for is its identification's payer where there is one, else the payer it came with: a file sent again
therefore never undoes an identification. A refund and a write-off count only once a second person has signed for them
within their tier; the database itself refuses any other signature. Money is whole pence above nought.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKeyConstraint, Index, MetaData, Table, Text
from sqlalchemy.sql.schema import SchemaItem

from billing.tables import fact, span
from ledgers.tables import approval_tier, officer

metadata = MetaData()

METHODS = ("bank transfer", "card", "cheque", "cash", "direct debit", "standing order", "other")
SECURITIES = ("deferred payment agreement", "charge on land")

receipt = fact(
    metadata,
    "receipt",
    Column("bill_payer", BigInteger, comment="whom it came from; empty: not known yet"),
    Column("on", Date, nullable=False, comment="the day it was received"),
    Column("amount", BigInteger, nullable=False, comment="pence"),
    Column("method", Text, nullable=False, comment=", ".join(METHODS)),
    Column("payer_reference", Text, comment="the reference text as on the bank line"),
    Column("entered_by", Text, nullable=False),
    CheckConstraint("amount > 0", name="receipt_above_nought"),
    Index("receipt_on", "on"),
    comment="Money received.",
)

receipt_identification = fact(
    metadata,
    "receipt_identification",
    Column("receipt", BigInteger, nullable=False),
    Column("bill_payer", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, comment="how it was found out"),
    Column("identified_by", Text, nullable=False),
    Index("receipt_identification_receipt", "receipt"),
    comment="Whom a receipt is really from, found out later. It comes before the payer the receipt came with.",
)

receipt_return = fact(
    metadata,
    "receipt_return",
    Column("receipt", BigInteger, nullable=False),
    Column("on", Date, nullable=False, comment="the day the bank took it back"),
    Column("reason", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    Index("receipt_return_receipt", "receipt"),
    comment="A receipt the bank took back whole: a bounced cheque, a returned or indemnified direct debit.",
)

allocation = fact(
    metadata,
    "allocation",
    Column("receipt", BigInteger, nullable=False),
    Column("bill", BigInteger, nullable=False, comment="bill.nr"),
    Column("amount", BigInteger, nullable=False, comment="pence of the receipt"),
    Column("entered_by", Text, nullable=False),
    CheckConstraint("amount > 0", name="allocation_above_nought"),
    Index("allocation_receipt", "receipt"),
    comment="The payer, or an officer, said which bill a receipt pays. Everything else goes to the oldest bill first.",
)


def _signed(name: str) -> tuple[SchemaItem, ...]:
    """The second person's signature on a request: all of it or none, never the requester's, never above the tier."""
    names = ("approved_by", "approved_role", "approved_limit")
    together = " AND ".join(f"({each} IS NULL) = (approved_by IS NULL)" for each in names[1:])
    return (
        Column("requested_by", Text, nullable=False),
        Column("approved_by", Text, comment="empty: waiting for a second person"),
        Column("approved_role", Text),
        Column("approved_limit", BigInteger, comment="pence their role may sign for"),
        ForeignKeyConstraint(["approved_by", "approved_role"], [officer.c.name, officer.c.role]),
        ForeignKeyConstraint(["approved_role", "approved_limit"], [approval_tier.c.role, approval_tier.c.limit]),
        CheckConstraint("amount > 0", name=f"{name}_above_nought"),
        CheckConstraint("lower(approved_by) <> lower(requested_by)", name=f"{name}_by_a_second_person"),
        CheckConstraint("amount <= approved_limit", name=f"{name}_within_the_tier"),
        CheckConstraint(together, name=f"{name}_signed_whole"),
    )


refund = fact(
    metadata,
    "refund",
    Column("bill_payer", BigInteger, nullable=False),
    Column("on", Date, nullable=False, comment="the day it is given back"),
    Column("amount", BigInteger, nullable=False, comment="pence"),
    Column("interest", BigInteger, comment="pence of interest paid with it, which were never received; empty: none"),
    Column("reason", Text, nullable=False),
    *_signed("refund"),
    comment="Money to be given back to a payer. Due once a second person has signed for it.",
)

write_off = fact(
    metadata,
    "write_off",
    Column("bill_payer", BigInteger, nullable=False),
    Column("bill", BigInteger, comment="bill.nr; empty: the oldest first"),
    Column("on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="pence"),
    Column("reason", Text, nullable=False),
    *_signed("write_off"),
    comment="Debt the council gives up. It lowers what is owed once a second person has signed for it.",
)

security = fact(
    metadata,
    "security",
    Column("bill_payer", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment=", ".join(SECURITIES)),
    *span(),
    comment="Days on which what a payer owes is secured on something.",
)

FACTS: dict[str, Table] = {
    table.name: table
    for table in (receipt, receipt_identification, receipt_return, allocation, refund, write_off, security)
}
