"""Facts and records of care accounts. Facts have the house shape; records are only ever added to.

Money is whole pence, signed; spans ``[starts, ends)``. A week of an account is never rewritten: what was wrong is
reversed, as another revision beside it, and put right as one more.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from billing.tables import fact
from finance.facts.tables import change

metadata = MetaData()

transfer = fact(
    metadata,
    "care_account_transfer",
    Column("person", BigInteger, nullable=False),
    Column("direction", Text, nullable=False, comment="in or out"),
    Column("council", Text, nullable=False, comment="the other council"),
    Column("accrued", BigInteger, comment="pence accrued before the day; empty when it goes out, for we work it out"),
    Column("cap", BigInteger, comment="pence: the cap it was measured by"),
    Column("starts", Date, nullable=False, comment="first day of the new council's responsibility"),
    comment="A person's total, handed from one council to another.",
)

independent_budget = fact(
    metadata,
    "independent_budget",
    Column("person", BigInteger, nullable=False),
    Column("weekly", BigInteger, nullable=False, comment="pence a week the council would have paid"),
    Column("required", Date, nullable=False, comment="the day the assessment had to be made; nothing counts before it"),
    Column("living_costs", Boolean, nullable=False, comment="in a care home: daily living costs come off"),
    Column("starts", Date, nullable=False),
    Column("ends", Date, comment="first day not covered"),
    comment="What the council would have paid towards needs met by somebody else.",
)

FACTS: dict[str, Table] = {table.name: table for table in (transfer, independent_budget)}

intake = Table(
    "care_account_intake",
    metadata,
    Column(
        "nr", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, comment="the order they were taken in"
    ),
    Column("run", BigInteger, nullable=False, comment="a released run of charges"),
    Column("learned", BigInteger, ForeignKey(change.c.nr), nullable=False, comment="the metering that took it in"),
    UniqueConstraint("run"),
    comment="The runs of charges the accounts have taken in, once each.",
)

# No foreign keys on what follows where rows come by the million, as in the ledger: each is written in the transaction
# that writes the change or intake it names.
charge = Table(
    "care_account_charge",
    metadata,
    Column("intake", BigInteger, primary_key=True),
    Column("line", BigInteger, primary_key=True, comment="the service line charged for"),
    Column("starts", Date, primary_key=True),
    Column("ends", Date, nullable=False),
    Column("period_starts", Date, nullable=False, comment="its bill period: the latest intake of a period stands"),
    Column("person", BigInteger, primary_key=True),
    Column("care_home", Boolean, nullable=False),
    Column("pence", BigInteger, nullable=False, comment="charged for these days, before the cap limits it"),
    Index("care_account_charge_person", "person"),
    comment="What was charged for eligible needs, by charging week or whole weeks alike, as a run posted it.",
    sqlite_with_rowid=False,
)

metering = Table(
    "care_account_metering",
    metadata,
    Column("learned", BigInteger, ForeignKey(change.c.nr), primary_key=True),
    Column("up_to", Date, nullable=False, comment="first day not worked out"),
    Column("known", BigInteger, nullable=False, comment="the facts as known at this change"),
    Column("terms", Text, nullable=False, comment="the cap, daily living costs and policy, JSON"),
    Column("people", BigInteger, nullable=False, comment="accounts worked out again"),
    Column("lines", BigInteger, nullable=False, comment="lines added"),
    comment="Each time the accounts were brought up to date.",
)

week = Table(
    "care_account_week",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True, comment="metered, yearly adjustment or brought in"),
    Column("starts", Date, primary_key=True, comment="first day of the week, or the day of the other kinds"),
    Column("revision", SmallInteger, primary_key=True, comment="1, then one more for each reversal and correction"),
    Column("ends", Date, nullable=False),
    Column("pence", BigInteger, nullable=False, comment="below nought takes back"),
    Column("reversal", Boolean, nullable=False),
    Column("cause", Text, nullable=False, comment="why it was recorded"),
    Column("learned", BigInteger, nullable=False, comment="the metering that recorded it"),
    CheckConstraint("pence <> 0", name="no_nought_weeks"),
    CheckConstraint("kind in ('metered', 'yearly adjustment', 'brought in')", name="care_account_kind"),
    comment="The care account. Never changed, never deleted.",
    sqlite_with_rowid=False,
)

position = Table(
    "care_account_position",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("learned", BigInteger, primary_key=True),
    Column("total", BigInteger, nullable=False, comment="pence, rounded, up to the first day not metered"),
    Column("cap", BigInteger, nullable=False, comment="pence"),
    Column("metered_to", Date, nullable=False, comment="first day not metered: charges and budgets end there"),
    Column("care_home", Boolean, nullable=False, comment="whether care was in a home on the last day metered"),
    Column("weekly", BigInteger, nullable=False, comment="pence a week counting on the last day metered"),
    Column("reached", Date, comment="the day the cap was reached"),
    Column(
        "left", BigInteger, comment="left below the cap as that day began: 420ths of a penny, smaller parts dropped"
    ),
    Column("projected", Date, comment="the day it will be, if care goes on as on the last day metered"),
    Column("closed", Date, comment="the first day another council is responsible"),
    comment="Where an account stood each time it was worked out and had changed. The latest stands.",
    sqlite_with_rowid=False,
)

statement = Table(
    "care_account_statement",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("on", Date, primary_key=True, comment="the day it is given"),
    Column("learned", BigInteger, ForeignKey(change.c.nr), nullable=False),
    Column("known", BigInteger, nullable=False, comment="of what was recorded by this change"),
    Column("content", Text, nullable=False, comment="its figures as given, JSON"),
    comment="Statements as given. Asked for again, they say the same.",
    sqlite_with_rowid=False,
)
