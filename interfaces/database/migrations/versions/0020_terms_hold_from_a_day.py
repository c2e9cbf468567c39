"""What a contract says may change from a day on, and what it said before stands.

What stands in a database that is moved here holds from the beginning: no later terms are known.
"""

import sqlalchemy as sa

from interfaces.database.shapes import add_fact, guard_against_replacing, guard_facts, guard_newest, pin_guards

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    add_fact(
        "contract_terms",
        sa.Column("contract", sa.BigInteger(), nullable=False),
        sa.Column(
            "starts", sa.Date(), nullable=False, comment="the first day they hold: until the contract's next ones"
        ),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("days_after_death", sa.SmallInteger(), nullable=False),
        sa.Column("retainer", sa.Text(), nullable=False),
        sa.Column("bank_holidays", sa.Text(), nullable=False),
        comment="What holds under a contract from a day on, in place of what the contract began with.",
    )
    guard_facts(["contract_terms"])
    guard_against_replacing(
        {"contract_terms": "Facts are never replaced: record a new version."},
        also="ref = NEW.ref AND superseded IS NULL AND NEW.superseded IS NULL",
    )
    guard_newest(["contract_terms"], "A fact is told, and superseded, by the change just recorded: record one.")
    pin_guards()
