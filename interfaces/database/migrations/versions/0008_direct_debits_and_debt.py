"""Mandates, collections, disputes, plans and breathing spaces."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
