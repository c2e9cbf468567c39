"""Care accounts: totals from other councils, independent budgets, what was charged, the weeks recorded, statements."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import add_fact, guard_facts, guard_records

revision = "0009"
down_revision = "0008"

FACTS = ("care_account_transfer", "independent_budget")
RECORDS = {
    "care_account_intake": "What was taken in from a run of charges is never changed or deleted.",
    "care_account_charge": "What was taken in from a run of charges is never changed or deleted.",
    "care_account_metering": "A metering is never changed or deleted: meter again.",
    "care_account_week": "A care account is never changed or deleted: what was wrong is reversed.",
    "care_account_position": "Where an account stood is never changed or deleted: meter again.",
    "care_account_statement": "A statement is never changed or deleted: the next one says what changed.",
}


def upgrade() -> None:
    _facts()
    _charges()
    _accounts()
    guard_facts(FACTS)
    guard_records(RECORDS)


def _facts() -> None:
    add_fact(
        "care_account_transfer",
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False, comment="in or out"),
        sa.Column("council", sa.Text(), nullable=False, comment="the other council"),
        sa.Column(
            "accrued",
            sa.BigInteger(),
            comment="pence accrued before the day; empty when it goes out, for we work it out",
        ),
        sa.Column("cap", sa.BigInteger(), comment="pence: the cap it was measured by"),
        sa.Column("starts", sa.Date(), nullable=False, comment="first day of the new council's responsibility"),
        comment="A person's total, handed from one council to another.",
    )
    add_fact(
        "independent_budget",
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("weekly", sa.BigInteger(), nullable=False, comment="pence a week the council would have paid"),
        sa.Column(
            "required",
            sa.Date(),
            nullable=False,
            comment="the day the assessment had to be made; nothing counts before it",
        ),
        sa.Column("living_costs", sa.Boolean(), nullable=False, comment="in a care home: daily living costs come off"),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), comment="first day not covered"),
        comment="What the council would have paid towards needs met by somebody else.",
    )


def _charges() -> None:
    op.create_table(
        "care_account_intake",
        sa.Column(
            "nr",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            comment="the order they were taken in",
        ),
        sa.Column("run", sa.BigInteger(), nullable=False, comment="a released run of charges"),
        sa.Column(
            "learned",
            sa.BigInteger(),
            sa.ForeignKey("change.nr"),
            nullable=False,
            comment="the metering that took it in",
        ),
        sa.UniqueConstraint("run"),
        comment="The runs of charges the accounts have taken in, once each.",
    )
    op.create_table(
        "care_account_charge",
        sa.Column("intake", sa.BigInteger(), primary_key=True),
        sa.Column("line", sa.BigInteger(), primary_key=True, comment="the service line charged for"),
        sa.Column("starts", sa.Date(), primary_key=True),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column(
            "period_starts", sa.Date(), nullable=False, comment="its bill period: the latest intake of a period stands"
        ),
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("care_home", sa.Boolean(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False, comment="charged for these days, before the cap limits it"),
        comment="What was charged for eligible needs, by charging week or whole weeks alike, as a run posted it.",
        sqlite_with_rowid=False,
    )
    op.create_index("care_account_charge_person", "care_account_charge", ["person"])


def _accounts() -> None:
    op.create_table(
        "care_account_metering",
        sa.Column("learned", sa.BigInteger(), sa.ForeignKey("change.nr"), primary_key=True),
        sa.Column("up_to", sa.Date(), nullable=False, comment="first day not worked out"),
        sa.Column("known", sa.BigInteger(), nullable=False, comment="the facts as known at this change"),
        sa.Column("terms", sa.Text(), nullable=False, comment="the cap, daily living costs and policy, JSON"),
        sa.Column("people", sa.BigInteger(), nullable=False, comment="accounts worked out again"),
        sa.Column("lines", sa.BigInteger(), nullable=False, comment="lines added"),
        comment="Each time the accounts were brought up to date.",
    )
    op.create_table(
        "care_account_week",
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True, comment="metered, yearly adjustment or brought in"),
        sa.Column(
            "starts", sa.Date(), primary_key=True, comment="first day of the week, or the day of the other kinds"
        ),
        sa.Column(
            "revision", sa.SmallInteger(), primary_key=True, comment="1, then one more for each reversal and correction"
        ),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False, comment="below nought takes back"),
        sa.Column("reversal", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False, comment="why it was recorded"),
        sa.Column("learned", sa.BigInteger(), nullable=False, comment="the metering that recorded it"),
        sa.CheckConstraint("pence <> 0", name="no_nought_weeks"),
        sa.CheckConstraint("kind in ('metered', 'yearly adjustment', 'brought in')", name="care_account_kind"),
        comment="The care account. Never changed, never deleted.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "care_account_position",
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("learned", sa.BigInteger(), primary_key=True),
        sa.Column("total", sa.BigInteger(), nullable=False, comment="pence, rounded, up to the first day not metered"),
        sa.Column("cap", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column(
            "metered_to", sa.Date(), nullable=False, comment="first day not metered: charges and budgets end there"
        ),
        sa.Column(
            "care_home", sa.Boolean(), nullable=False, comment="whether care was in a home on the last day metered"
        ),
        sa.Column("weekly", sa.BigInteger(), nullable=False, comment="pence a week counting on the last day metered"),
        sa.Column("reached", sa.Date(), comment="the day the cap was reached"),
        sa.Column(
            "left",
            sa.BigInteger(),
            comment="left below the cap as that day began: 420ths of a penny, smaller parts dropped",
        ),
        sa.Column("projected", sa.Date(), comment="the day it will be, if care goes on as on the last day metered"),
        sa.Column("closed", sa.Date(), comment="the first day another council is responsible"),
        comment="Where an account stood each time it was worked out and had changed. The latest stands.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "care_account_statement",
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("on", sa.Date(), primary_key=True, comment="the day it is given"),
        sa.Column("learned", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False, comment="of what was recorded by this change"),
        sa.Column("content", sa.Text(), nullable=False, comment="its figures as given, JSON"),
        comment="Statements as given. Asked for again, they say the same.",
        sqlite_with_rowid=False,
    )
