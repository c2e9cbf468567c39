"""Audits carried out, what they noticed, and what was answered."""

from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Integer, Table, Text, UniqueConstraint

from ledgers.tables import metadata

_serial = BigInteger().with_variant(Integer, "sqlite")

audit = Table(
    "audit",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("on", Date, nullable=False, comment="the day it was for"),
    Column("by", Text, nullable=False),
    Column("at", DateTime, nullable=False, comment="UTC"),
    comment="Each audit that was carried out.",
)

audit_finding = Table(
    "audit_finding",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("test", Text, nullable=False),
    Column("key", Text, nullable=False, comment="what it is about, the same in every audit"),
    UniqueConstraint("test", "key"),
    comment="Something audits noticed.",
)

audit_seen = Table(
    "audit_seen",
    metadata,
    Column("finding", BigInteger, ForeignKey("audit_finding.nr"), primary_key=True, autoincrement=False),
    Column("audit", BigInteger, ForeignKey("audit.nr"), primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),
    Column("pence", BigInteger, nullable=False),
    comment="A finding as one audit saw it.",
)

audit_answer = Table(
    "audit_answer",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("finding", BigInteger, ForeignKey("audit_finding.nr"), nullable=False),
    Column("owner", Text, comment="the officer it is given to; null: it is answered"),
    Column("reason", Text, nullable=False),
    Column("pence", BigInteger, nullable=False, comment="what it came to then: once it is more, it is asked again"),
    Column("by", Text, nullable=False),
    Column("at", DateTime, nullable=False, comment="UTC"),
    comment="Who looks into a finding, and how it was answered.",
)
