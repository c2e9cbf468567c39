"""The versions of a council's policy, as text, and what each stream keeps of a version with every run of it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from ledgers.tables import metadata

_serial = BigInteger().with_variant(Integer, "sqlite")

policy_version = Table(
    "policy_version",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("kind", Text, nullable=False, comment="policy: a council's choices; figures: those of the law"),
    Column("starts", Date, nullable=False, comment="the first day it holds"),
    Column("name", Text, nullable=False, comment="the file it was proposed from"),
    Column("content", Text, nullable=False, comment="the file, TOML, as it was given"),
    Column("sha256", Text, nullable=False, comment="of the content"),
    Column("reason", Text, nullable=False, comment="why, and on whose word"),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime, nullable=False),
    Column(
        "founding", SmallInteger, comment="1: of a new council, before its first run; nobody was there to confirm it"
    ),
    Column("confirmed_by", Text, comment="null: waits for a second officer"),
    Column("confirmed_role", Text, comment="null of a founding one too"),
    Column("confirmed_at", DateTime),
    Column("withdrawn_by", Text, comment="it never held"),
    Column("withdrawn_at", DateTime),
    Column("withdrawn_because", Text),
    UniqueConstraint("founding"),
    CheckConstraint("kind IN ('policy', 'figures')", name="policy_kind"),
    CheckConstraint("founding = 1", name="one_founding_policy"),
    CheckConstraint("confirmed_by <> asked_by OR founding IS NOT NULL", name="policy_by_a_second_person"),
    CheckConstraint(
        "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND "
        "(confirmed_by IS NULL OR founding IS NOT NULL) = (confirmed_role IS NULL)",
        name="policy_confirmed_whole",
    ),
    CheckConstraint("confirmed_by IS NULL OR withdrawn_by IS NULL", name="policy_confirmed_or_withdrawn"),
    ForeignKeyConstraint(["confirmed_by", "confirmed_role"], ["officer.name", "officer.role"]),
    comment="A council's policy: each version, from which day it holds, who proposed it and who confirmed it.",
)

policy_choices = Table(
    "policy_choices",
    metadata,
    Column("version", BigInteger, ForeignKey("policy_version.nr"), primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("choices", Text, nullable=False, comment="JSON: what a run of the stream keeps of the version"),
    comment="What each stream goes by under a version of the policy: a run drafted under it keeps this.",
)

sandbox = Table(
    "sandbox",
    metadata,
    Column("nr", SmallInteger, primary_key=True, autoincrement=False),
    Column("of", Text, nullable=False, comment="the address of what it is a copy of"),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime, nullable=False),
    CheckConstraint("nr = 1", name="one_mark"),
    comment="That this database is a copy to try things on, from which nothing is issued; empty: it is no copy.",
)
