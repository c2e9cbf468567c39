"""Who is billed, what is charged besides the care itself, and the bills issued."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import add_fact, guard_facts, guard_records, span

revision = "0005"
down_revision = "0004"

FACTS = (
    "bill_calendar", "bill_payer", "correspondent", "top_up_agreement", "charge_exemption", "client_rate",
    "one_off_charge", "waiver", "delivery",
)  # fmt: skip
RECORDS = {"bill": "A bill is never changed or deleted: a correction is another."}


def upgrade() -> None:
    _payers()
    _charges()
    _bills()
    guard_facts(FACTS)
    guard_records(RECORDS)


def _payers() -> None:
    add_fact(
        "bill_calendar",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weeks", sa.SmallInteger(), nullable=False, comment="1 to 13 weeks a bill"),
        sa.Column(
            "anchor",
            sa.Date(),
            nullable=False,
            comment="first day of any one period; its weekday begins the charging week",
        ),
        sa.Column(
            "cut_off_days", sa.SmallInteger(), nullable=False, comment="days from the period's last day to its run"
        ),
        sa.Column(
            "due_days", sa.SmallInteger(), nullable=False, comment="days from the bill to the day it is to be paid"
        ),
        sa.Column("go_live", sa.Date(), nullable=False, comment="days before it were charged by another system"),
        comment="When a group of clients is billed.",
    )
    add_fact(
        "bill_payer",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="client, third party, funder"),
        sa.Column("person", sa.BigInteger(), comment="the client, where the payer is one"),
        sa.Column("funder", sa.BigInteger(), comment="the funder, where the payer is one"),
        sa.Column("calendar", sa.BigInteger(), comment="the client's bill calendar"),
        sa.Column("customer_number", sa.Text(), comment="their number in the corporate finance system"),
        comment="Somebody who is billed: a client, a third party topping up, or another funder.",
    )
    add_fact(
        "correspondent",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False, comment="home, representative, deputy, estate"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="lines, separated by semicolons"),
        sa.Column("postcode", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("channel", sa.Text(), nullable=False, comment="post or email"),
        sa.Column("language", sa.Text(), nullable=False, comment="English or Welsh"),
        sa.Column("print", sa.Text(), nullable=False, comment="standard or large"),
        *span(),
        comment="To whom and how a bill payer's papers go, from a day. An estate's comes before any other.",
    )


def _charges() -> None:
    add_fact(
        "top_up_agreement",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("weekly", sa.BigInteger(), nullable=False, comment="hundredths of a penny a week"),
        sa.Column("signed", sa.Date(), comment="the day it was signed; without one nothing is billed"),
        *span(),
        comment="An agreement to pay more for a dearer home, by a third party or by the client.",
    )
    add_fact(
        "charge_exemption",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="section 117, reablement, continuing healthcare, council decision",
        ),
        *span(),
        comment="Days on which one service is not charged for, whatever the person's assessment says.",
    )
    add_fact(
        "client_rate",
        sa.Column("service", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False, comment="hundredths of a penny a unit"),
        sa.Column("flat", sa.Boolean(), nullable=False, comment="charged whatever the assessment says"),
        *span(),
        comment="What clients are charged for a service, in place of what the council pays for it.",
    )
    add_fact(
        "one_off_charge",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False, comment="the day it belongs to"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence; below nought gives back"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        comment="A single charge or allowance, with its reason.",
    )
    add_fact(
        "waiver",
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("weekly", sa.BigInteger(), comment="pence a week waived; empty: all of the charge"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        *span(),
        sa.CheckConstraint("approved_by <> requested_by", name="waived_by_a_second_person"),
        comment="A charge the council has decided not to ask for.",
    )
    add_fact(
        "delivery",
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False, comment="the line's own"),
        sa.Column(
            "quantity", sa.BigInteger(), nullable=False, comment="minutes for hours, hundredths for every other unit"
        ),
        comment="Care delivered on a day. A charging week with any is charged by what was delivered, not by the plan.",
    )


def _bills() -> None:
    op.create_table(
        "bill",
        sa.Column("nr", sa.BigInteger(), primary_key=True, comment="counted on from 1 with none left out"),
        sa.Column("run", sa.BigInteger(), nullable=False, comment="the run that posted its lines"),
        sa.Column("party", sa.BigInteger(), nullable=False, comment="the bill payer"),
        sa.Column("stream", sa.Text(), nullable=False, comment="the stream of its entries: charges or recharges"),
        sa.Column("kind", sa.Text(), nullable=False, comment="bill or credit note"),
        sa.Column("period_starts", sa.Date(), nullable=False),
        sa.Column("period_ends", sa.Date(), nullable=False, comment="first day not billed"),
        sa.Column("issued", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False, comment="the day it is to be paid"),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence; below nought on a credit note"),
        sa.UniqueConstraint("run", "stream", "party"),
        sa.CheckConstraint("amount >= 0 OR kind = 'credit note'", name="credit_notes_alone_give_back"),
        comment="A bill as issued: one payer's entries of one run. Never changed; a correction is another.",
        sqlite_with_rowid=False,
    )
    op.create_index("bill_party", "bill", ["party"])
