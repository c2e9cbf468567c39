"""A couple's charge turns on both of their ages, and who looked at a charge nobody decided by hand is a record."""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import drop_guard, guard_against_replacing, guard_records, pin_guards, refuse

revision = "0016"
down_revision = "0015"

FACTS = "Facts are never changed or deleted: record a new version."
LOOKS = {"assessment_look": "Who looked at a charge is never changed or deleted."}


def upgrade() -> None:
    op.add_column(
        "circumstance", sa.Column("partner_born", sa.Date(), comment="of a couple: the partner's date of birth")
    )
    op.add_column("circumstance", sa.Column("partner_pension_age_from", sa.Date()))
    _guard_the_new_columns()
    op.create_table(
        "assessment_look",
        sa.Column("person", sa.BigInteger(), primary_key=True),
        sa.Column("starts", sa.Date(), primary_key=True),
        sa.Column("learned", sa.BigInteger(), primary_key=True),
        sa.Column("looked_by", sa.Text(), nullable=False),
        sa.Column("change", sa.BigInteger(), sa.ForeignKey("change.nr"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person", "starts", "learned"], ["assessment.person", "assessment.starts", "assessment.learned"]
        ),
        comment="Who looked at a charge that everybody's assessment set or raised.",
    )
    guard_records(LOOKS)
    guard_against_replacing(LOOKS)
    pin_guards()


def _guard_the_new_columns() -> None:
    """The guard of a table of facts names every column but one, so it is made again to name these too."""
    named = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("circumstance")]
    content = ", ".join(f'"{name}"' for name in named if name != "superseded")
    drop_guard("circumstance_never_rewritten", "circumstance")
    refuse("circumstance_never_rewritten", f"UPDATE OF {content}", "circumstance", FACTS)
