"""Guards the database keeps by itself: what was recorded is never changed or deleted, only superseded.

They refuse; they work nothing out. An entry, a change and a confirmation are never touched again. A fact's version may
be superseded once, and nothing else in it may change.
"""

from alembic import op

from interfaces.database.shapes import guard_but, guard_facts, guard_records, refuse

revision = "0003"
down_revision = "0002"

FACTS = (
    "person", "payee", "bank_detail", "service", "pay_calendar", "contract", "rate", "block", "package", "service_line",
    "agreed_rate", "suspension", "funder", "funding_share", "contribution", "nursing_award", "nursing_rate",
    "adjustment",
)  # fmt: skip
RECORDS = {
    "entry": "Entries are never changed or deleted: post an adjustment.",
    "change": "A recorded change is never changed or deleted.",
    "bank_confirmation": "A confirmation is never changed or deleted: send new bank details.",
    "officer": "A confirmed role is never changed or deleted: ask for another.",
    "approval_tier": "A confirmed limit is never changed or deleted: ask for another.",
}
OFFICERS = "officer_change"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    guard_records(RECORDS)
    guard_facts(FACTS)
    guard_but(OFFICERS, ("confirmed_by", "confirmed_at"), "A change to who may sign is never changed or deleted: ask for another.")
    refuse(f"{OFFICERS}_confirmed_once", "UPDATE OF confirmed_by, confirmed_at", OFFICERS,
           "A change to who may sign is confirmed once, for good.", "OLD.confirmed_by IS NOT NULL")  # fmt: skip
