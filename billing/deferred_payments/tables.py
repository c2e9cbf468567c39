"""Facts about deferred payment agreements: the agreement, what is deferred, valuations, fees, repayments, write-offs.

An agreement is a loan to one bill payer. What is deferred comes from the charges posted to them, less what they pay
from income (``deferral``). Nothing here holds a balance: the debt is worked out from these facts, and the ledger holds
what was posted. Money is whole pence, percentages hundredths of one per cent, spans ``[starts, ends)``.
"""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, MetaData, Table, Text

from billing.tables import fact, span

metadata = MetaData()

STYLES = ("deferred charge", "loan")
SECURITIES = ("none yet", "undertaking", "first charge", "second charge", "other")
COMPOUNDING = ("daily", "monthly", "quarterly")
ENDED_WHY = ("sale", "death", "paid")
FEES = ("set-up", "valuation", "legal", "yearly", "closing", "other")
HOW_PAID = ("added to the debt", "billed")
RECOVERIES = ("nothing recovered", "part recovered", "not attempted")
OUTCOMES = ("agreed", "not agreed", "withdrawn")

deferred_agreement = fact(
    metadata,
    "deferred_agreement",
    Column("bill_payer", BigInteger, nullable=False, comment="whose charges are deferred"),
    Column("person", BigInteger, nullable=False),
    Column("style", Text, nullable=False, comment="deferred charge or loan"),
    Column("starts", Date, nullable=False, comment="first day charges are deferred, signed or not"),
    Column("signed", Date, comment="empty while the funding is interim"),
    Column("security", Text, nullable=False, comment="none yet, undertaking, first charge, second charge, other"),
    Column("secured", Date, comment="the day it was registered or given"),
    Column("security_reference", Text, comment="a title number, a letter"),
    Column("compounding", Text, comment="daily, monthly or quarterly; empty: as the council's policy says"),
    Column("fixed_rate", BigInteger, comment="hundredths of 1% a year, charged while allowed; empty: by policy"),
    Column("interest_apart", Date, comment="from when the person asked to pay interest as it falls due"),
    Column("top_up", Boolean, nullable=False, comment="the person's own top-up is deferred too"),
    Column("brought_in", BigInteger, comment="pence owed when the agreement was taken over from another system"),
    Column("brought_in_on", Date, comment="the first day the debt brought in bears interest here"),
    Column("ended", Date),
    Column("ended_why", Text, comment="sale, death, paid"),
    CheckConstraint("(ended IS NULL) = (ended_why IS NULL)", name="deferred_ended_and_why"),
    CheckConstraint("(brought_in IS NULL) = (brought_in_on IS NULL)", name="deferred_brought_in_and_when"),
    comment="A deferred payment agreement, or the interim funding before one is signed.",
)

deferral = fact(
    metadata,
    "deferral",
    Column("agreement", BigInteger, nullable=False),
    Column("pays", BigInteger, comment="pence a week paid from income; the rest of the charge is deferred"),
    Column("weekly", BigInteger, comment="pence a week deferred, at most"),
    Column("share", BigInteger, comment="hundredths of 1% of the charge deferred"),
    Column("kept", BigInteger, comment="pence a week of income the person keeps"),
    *span(),
    CheckConstraint("(pays IS NULL) OR (weekly IS NULL)", name="deferral_pays_or_weekly"),
    CheckConstraint("share IS NULL OR (pays IS NULL AND weekly IS NULL)", name="deferral_share_alone"),
    comment=(
        "How much of the charge is deferred over some days: all of it where no amount is given. Other days: nothing."
    ),
)

valuation = fact(
    metadata,
    "valuation",
    Column("agreement", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
    Column("value", BigInteger, nullable=False, comment="pence: the person's own share"),
    Column("other_charges", BigInteger, nullable=False, comment="pence paid out of it before the council is"),
    Column("valued_by", Text, nullable=False),
    CheckConstraint("value >= 0 AND other_charges >= 0", name="valuation_not_below_nought"),
    comment="What the home was worth from a day, and what comes before the council's charge on it.",
)

deferred_fee = fact(
    metadata,
    "deferred_fee",
    Column("agreement", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
    Column("kind", Text, nullable=False, comment=", ".join(FEES)),
    Column("amount", BigInteger, nullable=False, comment="pence"),
    Column("paid", Text, nullable=False, comment="added to the debt or billed"),
    CheckConstraint("amount > 0", name="deferred_fee_above_nought"),
    comment="What an agreement costs the council to set up and run.",
)

deferred_repayment = fact(
    metadata,
    "deferred_repayment",
    Column("agreement", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="pence; below nought was paid back"),
    Column("source", Text, nullable=False, comment="sale, estate, bank transfer"),
    CheckConstraint("amount <> 0", name="deferred_repayment_not_nought"),
    comment="Money paid off a deferred payment.",
)

deferred_write_off = fact(
    metadata,
    "deferred_write_off",
    Column("agreement", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="pence"),
    Column("recovery", Text, nullable=False, comment=", ".join(RECOVERIES)),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    CheckConstraint("amount > 0", name="deferred_write_off_above_nought"),
    CheckConstraint("approved_by <> requested_by", name="deferred_written_off_by_a_second_person"),
    comment="Part of a deferred payment the council has given up.",
)

deferred_request = fact(
    metadata,
    "deferred_request",
    Column("person", BigInteger, nullable=False),
    Column("made", Date, nullable=False),
    Column("decided", Date),
    Column("outcome", Text, comment="agreed, not agreed, withdrawn"),
    Column("why_not", Text),
    Column("top_up", Boolean, nullable=False),
    Column("reason", Text, comment="until a sale, or for life"),
    Column("home_use", Text, comment="what is meant for the home meanwhile"),
    CheckConstraint("(decided IS NULL) = (outcome IS NULL)", name="deferred_decided_and_how"),
    comment="A request for a deferred payment and what became of it, for the yearly return.",
)

FACTS: dict[str, Table] = {
    table.name: table
    for table in (
        deferred_agreement, deferral, valuation, deferred_fee, deferred_repayment, deferred_write_off, deferred_request,
    )
}  # fmt: skip
