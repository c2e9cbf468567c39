"""Papers as issued, and how each was sent. Neither is ever changed: a paper printed again is the same bytes."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()
_serial = BigInteger().with_variant(Integer, "sqlite")

FORMATS = ("pdf", "html")
HOW = ("post", "email", "portal")

document = Table(
    "document",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("kind", Text, nullable=False, comment="bill, credit note, statement, reminder …"),
    Column("bill", BigInteger, comment="bill.nr, where it is the paper of one"),
    Column("party", BigInteger, nullable=False, comment="the bill payer"),
    Column("name", Text, nullable=False, comment="file name without its ending; a bill's is its number"),
    Column("format", Text, nullable=False, comment="pdf or html"),
    Column("language", Text, nullable=False, comment="English or Welsh"),
    Column("print", Text, nullable=False, comment="standard or large"),
    Column("addressed_to", Text, nullable=False),
    Column("capacity", Text, nullable=False, comment="home, representative, deputy, estate or executors"),
    Column("channel", Text, nullable=False, comment="post or email, as asked for when it was made"),
    Column("send_to", Text, nullable=False, comment="the address or email it is for, lines separated by semicolons"),
    Column("dated", Date, nullable=False, comment="the day it carries"),
    Column("starts", Date),
    Column("ends", Date, comment="first day not covered"),
    Column("amount", BigInteger, comment="pence of the bill; of a statement: bills less receipts"),
    Column("balance", BigInteger, comment="pence owed at its end, as it says; below nought in credit"),
    Column("sha256", Text, nullable=False, comment="of the bytes as issued"),
    Column("size", BigInteger, nullable=False, comment="how many bytes"),
    Column("made_at", DateTime, nullable=False, comment="UTC"),
    Column("made_by", Text, nullable=False),
    Column("content", LargeBinary, nullable=False, comment="the bytes as issued, zlib"),
    Column("record", LargeBinary, comment="what it says, as JSON, zlib: another form of it says the same"),
    CheckConstraint("format IN ('pdf', 'html')", name="document_format"),
    Index(
        "document_bill",
        "bill",
        "format",
        "language",
        "print",
        unique=True,
        sqlite_where=text("bill IS NOT NULL"),
        postgresql_where=text("bill IS NOT NULL"),
    ),
    Index("document_party", "party"),
    comment="A paper as issued. Never changed; asked for again it is the same bytes.",
)

dispatch = Table(
    "dispatch",
    metadata,
    Column("nr", _serial, primary_key=True),
    Column("document", BigInteger, ForeignKey(document.c.nr), nullable=False),
    Column("how", Text, nullable=False, comment="post, email or portal"),
    Column("to_where", Text, nullable=False, comment="the address or email"),
    Column("at", DateTime, nullable=False, comment="UTC"),
    Column("by", Text, nullable=False, comment="who says it was sent"),
    Column("proof", Text, nullable=False, comment="the batch and its sha256, or a message id"),
    CheckConstraint("how IN ('post', 'email', 'portal')", name="dispatch_how"),
    Index("dispatch_document", "document"),
    comment="That a paper was sent: how, to where, when, by whom, and the proof of it.",
)
