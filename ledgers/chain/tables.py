"""The links of the chain."""

from sqlalchemy import BigInteger, Column, DateTime, Table, Text, UniqueConstraint

from ledgers.tables import metadata

chain_link = Table(
    "chain_link",
    metadata,
    Column("nr", BigInteger, primary_key=True, autoincrement=False, comment="1, 2, 3 … with none left out"),
    Column("what", Text, nullable=False, comment="beginning, part, run, debt, approval, policy, figures, choices …"),
    Column("of", BigInteger, nullable=False, comment="the run, the version, the change it is about"),
    Column("place", BigInteger, nullable=False, comment="the part, the place among signatures, the payee; 0: but one"),
    Column("at", DateTime, nullable=False, comment="UTC"),
    Column("covers", Text, nullable=False, comment="SHA-256 of what it is about, as it was"),
    Column("before", Text, nullable=False, comment="the digest of the link before"),
    Column("digest", Text, nullable=False, comment="SHA-256 of all the others"),
    UniqueConstraint("digest"),
    comment="One link for whatever is posted, signed or confirmed, each with the digest of the link before.",
)
