"""Guards the database keeps by itself: what was recorded is never changed or deleted, only superseded.

They refuse; they work nothing out. An entry, a change and a confirmation are never touched again. A fact's version may
be superseded once, and nothing else in it may change.
"""

import sqlalchemy as sa
from alembic import op

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
_NEVER = "Facts are never changed or deleted: record a new version."
_ONCE = "A version is superseded once, for good."


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table, words in RECORDS.items():
        _refuse(f"{table}_never_rewritten", "UPDATE", table, words)
        _refuse_removal(table, words)
    _guard_officer_changes()
    for table in FACTS:
        content = ", ".join(f'"{name}"' for name in _columns(table) if name != "superseded")
        _refuse(f"{table}_never_rewritten", f"UPDATE OF {content}", table, _NEVER)
        again = "OLD.superseded IS NOT NULL OR NEW.superseded IS NULL"
        _refuse(f"{table}_superseded_once", "UPDATE OF superseded", table, _ONCE, again)
        _refuse_removal(table, _NEVER)


def _guard_officer_changes() -> None:
    """A change to who may sign is confirmed once, and nothing else in it is ever changed."""
    table, words = "officer_change", "A change to who may sign is never changed or deleted: ask for another."
    content = ", ".join(f'"{name}"' for name in _columns(table) if name not in ("confirmed_by", "confirmed_at"))
    _refuse("officer_change_never_rewritten", f"UPDATE OF {content}", table, words)
    once = "A change to who may sign is confirmed once, for good."
    _refuse("officer_change_confirmed_once", "UPDATE OF confirmed_by, confirmed_at", table, once,
            "OLD.confirmed_by IS NOT NULL")  # fmt: skip
    _refuse_removal(table, words)


def _columns(table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]


def _refuse_removal(table: str, words: str) -> None:
    _refuse(f"{table}_never_deleted", "DELETE", table, words)
    if op.get_bind().dialect.name == "postgresql":
        _refuse(f"{table}_never_emptied", "TRUNCATE", table, words)


def _refuse(name: str, deed: str, table: str, words: str, when: str = "") -> None:
    """A trigger that refuses a deed in these words: any statement that tries it or, given ``when``, any row of one."""
    if op.get_bind().dialect.name == "postgresql":
        each = f"FOR EACH ROW WHEN ({when})" if when else "FOR EACH STATEMENT"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {each} EXECUTE FUNCTION refuse_rewriting('{words}')"
        )
    else:
        only = f"WHEN {when}" if when else ""
        op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {only} BEGIN SELECT RAISE(ABORT, '{words}'); END")
