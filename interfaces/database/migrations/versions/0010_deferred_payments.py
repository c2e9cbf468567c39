"""Deferred payment agreements as loans."""

import sqlalchemy as sa

from interfaces.database.shapes import add_fact, guard_facts, span

revision = "0010"
down_revision = "0009"

FACTS = (
    "deferred_agreement", "deferral", "valuation", "deferred_fee", "deferred_repayment", "deferred_write_off",
    "deferred_request",
)  # fmt: skip


def upgrade() -> None:
    _agreements()
    _money()
    guard_facts(FACTS)


def _agreements() -> None:
    add_fact(
        "deferred_agreement",
        sa.Column("bill_payer", sa.BigInteger(), nullable=False, comment="whose charges are deferred"),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False, comment="deferred charge or loan"),
        sa.Column("starts", sa.Date(), nullable=False, comment="first day charges are deferred, signed or not"),
        sa.Column("signed", sa.Date(), comment="empty while the funding is interim"),
        sa.Column(
            "security", sa.Text(), nullable=False, comment="none yet, undertaking, first charge, second charge, other"
        ),
        sa.Column("secured", sa.Date(), comment="the day it was registered or given"),
        sa.Column("security_reference", sa.Text(), comment="a title number, a letter"),
        sa.Column("compounding", sa.Text(), comment="daily, monthly or quarterly; empty: as the council's policy says"),
        sa.Column(
            "fixed_rate", sa.BigInteger(), comment="hundredths of 1% a year, charged while allowed; empty: by policy"
        ),
        sa.Column("interest_apart", sa.Date(), comment="from when the person asked to pay interest as it falls due"),
        sa.Column("top_up", sa.Boolean(), nullable=False, comment="the person's own top-up is deferred too"),
        sa.Column(
            "brought_in", sa.BigInteger(), comment="pence owed when the agreement was taken over from another system"
        ),
        sa.Column("brought_in_on", sa.Date(), comment="the first day the debt brought in bears interest here"),
        sa.Column("ended", sa.Date()),
        sa.Column("ended_why", sa.Text(), comment="sale, death, paid"),
        _check("(ended IS NULL) = (ended_why IS NULL)", "deferred_ended_and_why"),
        _check("(brought_in IS NULL) = (brought_in_on IS NULL)", "deferred_brought_in_and_when"),
        comment="A deferred payment agreement, or the interim funding before one is signed.",
    )
    add_fact(
        "deferral",
        sa.Column("agreement", sa.BigInteger(), nullable=False),
        sa.Column("pays", sa.BigInteger(), comment="pence a week paid from income; the rest of the charge is deferred"),
        sa.Column("weekly", sa.BigInteger(), comment="pence a week deferred, at most"),
        sa.Column("share", sa.BigInteger(), comment="hundredths of 1% of the charge deferred"),
        sa.Column("kept", sa.BigInteger(), comment="pence a week of income the person keeps"),
        *span(),
        _check("(pays IS NULL) OR (weekly IS NULL)", "deferral_pays_or_weekly"),
        _check("share IS NULL OR (pays IS NULL AND weekly IS NULL)", "deferral_share_alone"),
        comment=(
            "How much of the charge is deferred over some days: all of it where no amount is given. Other days: "
            "nothing."
        ),
    )
    add_fact(
        "valuation",
        sa.Column("agreement", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False, comment="pence: the person's own share"),
        sa.Column(
            "other_charges", sa.BigInteger(), nullable=False, comment="pence paid out of it before the council is"
        ),
        sa.Column("valued_by", sa.Text(), nullable=False),
        _check("value >= 0 AND other_charges >= 0", "valuation_not_below_nought"),
        comment="What the home was worth from a day, and what comes before the council's charge on it.",
    )
    add_fact(
        "deferred_request",
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.Date(), nullable=False),
        sa.Column("decided", sa.Date()),
        sa.Column("outcome", sa.Text(), comment="agreed, not agreed, withdrawn"),
        sa.Column("why_not", sa.Text()),
        sa.Column("top_up", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), comment="until a sale, or for life"),
        sa.Column("home_use", sa.Text(), comment="what is meant for the home meanwhile"),
        _check("(decided IS NULL) = (outcome IS NULL)", "deferred_decided_and_how"),
        comment="A request for a deferred payment and what became of it, for the yearly return.",
    )


def _money() -> None:
    add_fact(
        "deferred_fee",
        sa.Column("agreement", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="set-up, valuation, legal, yearly, closing, other"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column("paid", sa.Text(), nullable=False, comment="added to the debt or billed"),
        _check("amount > 0", "deferred_fee_above_nought"),
        comment="What an agreement costs the council to set up and run.",
    )
    add_fact(
        "deferred_repayment",
        sa.Column("agreement", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence; below nought was paid back"),
        sa.Column("source", sa.Text(), nullable=False, comment="sale, estate, bank transfer"),
        _check("amount <> 0", "deferred_repayment_not_nought"),
        comment="Money paid off a deferred payment.",
    )
    add_fact(
        "deferred_write_off",
        sa.Column("agreement", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="pence"),
        sa.Column("recovery", sa.Text(), nullable=False, comment="nothing recovered, part recovered, not attempted"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        _check("amount > 0", "deferred_write_off_above_nought"),
        _check("approved_by <> requested_by", "deferred_written_off_by_a_second_person"),
        comment="Part of a deferred payment the council has given up.",
    )


def _check(what: str, name: str) -> sa.Column[object]:
    made: sa.Column[object] = sa.CheckConstraint(what, name=name)  # type: ignore[assignment]
    return made
