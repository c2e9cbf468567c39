"""Cases of overpayment, and what officers decided about each."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from ledgers.tables import metadata

_serial = BigInteger().with_variant(Integer, "sqlite")

overpayment = Table(
    "overpayment",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("calendar", BigInteger, nullable=False),
    Column("party", BigInteger, nullable=False, comment="the payee"),
    Column("run", BigInteger, ForeignKey("run.nr"), nullable=False, comment="the run that left the payee owing"),
    Column("pence", BigInteger, nullable=False, comment="owed after that run"),
    Column("opened_at", DateTime, nullable=False, comment="UTC"),
    UniqueConstraint("run", "party"),
    CheckConstraint("pence > 0", name="overpayment_of_something"),
    comment="A payee whom a released run left owing. It lasts while later runs carry a balance below nought.",
)

overpayment_act = Table(
    "overpayment_act",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("overpayment", BigInteger, ForeignKey("overpayment.nr"), nullable=False),
    Column("what", Text, nullable=False, comment="owner, or recovery"),
    Column("owner", Text, comment="the officer it is given to"),
    Column("most_pence", BigInteger, comment="the most a run takes off; null: no such limit"),
    Column("most_percent", SmallInteger, comment="the same in per cent of what is due; null of both: all of it"),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime, nullable=False, comment="UTC"),
    CheckConstraint("what IN ('owner', 'recovery')", name="overpayment_act_what"),
    CheckConstraint("(what = 'owner') = (owner IS NOT NULL)", name="overpayment_act_of_an_owner"),
    CheckConstraint(
        "most_pence IS NULL AND most_percent IS NULL OR what = 'recovery' AND (most_pence IS NULL OR most_percent "
        "IS NULL)",
        name="overpayment_act_one_limit",
    ),
    CheckConstraint("most_pence >= 0", name="overpayment_act_pence"),
    CheckConstraint("most_percent BETWEEN 0 AND 100", name="overpayment_act_percent"),
    comment="Who looks after an overpayment, and how it is recovered: each decision, the latest of a sort holds.",
)
Index("overpayment_act_of", overpayment_act.c.overpayment)
