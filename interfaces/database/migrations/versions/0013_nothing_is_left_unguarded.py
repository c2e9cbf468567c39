"""The last tables without a guard have one, guards read the council's own tables alone, and nothing is put in place of
another.

Codes and coding rules, rows set aside, uprating and its parts: a record is changed only where a verb changes it. A bill
is of a run that is being released. A second person's word repeats who proposed what it is about.
"""

import sqlalchemy as sa
from alembic import op

from interfaces.database.shapes import (
    drop_guard,
    guard_against_replacing,
    guard_but,
    guard_records,
    pin_guards,
    refuse,
    refuse_where,
)

revision = "0013"
down_revision = "0012"

CODES = "A code in the ledger is never changed or deleted, but for its name."
RULES = "A coding rule is never changed or deleted, but for the day it ends."
ASIDE = "A row set aside is never changed or deleted: send it again."
UPRATING = "What an uprating is, and came to, is never changed or deleted: abandon it and preview another."
REPLACED = "A record is never replaced by another."
MOVES = (
    ("previewed", "approved"),
    ("previewed", "abandoned"),
    ("approved", "applied"),
    ("approved", "abandoned"),
    ("applied", "undone"),
)
UNGUARDED = ("entry", "caseload", "caseload_known")
"""Tables where SQLite may still put one row in place of another: the ledger, for whose million rows a look at each
would cost half as much again as the row (the proof finds it), and copies that are made again from the facts.
"""


def upgrade() -> None:
    guard_but("account", ("name",), CODES)
    guard_but("coding_rule", ("ends",), RULES)
    guard_records({"quarantine": ASIDE})
    _guard_upratings()
    _guard_bills()
    _guard_words()
    _guard_the_timetable()
    _guard_against_replacing_the_rest()
    pin_guards()


def _guard_upratings() -> None:
    guard_but("uprating", ("status", "applied_change", "undone_change"), UPRATING)
    refuse(
        "uprating_begins_as_preview",
        "INSERT",
        "uprating",
        "An uprating begins as a preview.",
        "NEW.status <> 'previewed'",
    )
    moves = " OR ".join(f"(OLD.status = '{before}' AND NEW.status = '{after}')" for before, after in MOVES)
    refuse(
        "uprating_goes_on",
        "UPDATE OF status",
        "uprating",
        "An uprating never goes from that stage to this one: use its verbs.",
        f"NOT (OLD.status = NEW.status OR {moves})",
    )
    signed = "EXISTS (SELECT 1 FROM uprating_approval a WHERE a.uprating = NEW.nr AND a.signature = NEW.signature)"
    refuse_where(
        "uprating_as_signed",
        "UPDATE OF status",
        "uprating",
        "An uprating is applied only as a second person signed for it.",
        f"NEW.status IN ('approved', 'applied') AND NOT {signed}",
    )
    refuse(
        "uprating_applied_once",
        "UPDATE OF applied_change, undone_change",
        "uprating",
        "An uprating is applied once, and undone once.",
        "(OLD.applied_change IS NOT NULL AND (NEW.applied_change IS NULL OR NEW.applied_change <> "
        "OLD.applied_change)) OR "
        "(OLD.undone_change IS NOT NULL AND (NEW.undone_change IS NULL OR NEW.undone_change <> OLD.undone_change))",
    )
    guard_but("uprating_chunk", ("applied",), UPRATING)
    at = "EXISTS (SELECT 1 FROM uprating u WHERE u.nr = NEW.uprating AND u.status IN ({}))"
    refuse_where(
        "uprating_chunk_while_previewed", "INSERT", "uprating_chunk", UPRATING, f"NOT {at.format(repr('previewed'))}"
    )
    refuse_where(
        "uprating_chunk_applied_once",
        "UPDATE OF applied",
        "uprating_chunk",
        "A part of an uprating is applied once, as signed.",
        f"OLD.applied OR NOT NEW.applied OR NOT {at.format(repr('approved') + ', ' + repr('applied'))}",
    )


def _guard_bills() -> None:
    """A bill is of a run that is being released. PostgreSQL looks at a statement's bills at once, SQLite at each."""
    words = "A bill is issued only of a run that is being released."
    if op.get_bind().dialect.name != "postgresql":
        refuse(
            "bill_of_a_run_releasing",
            "INSERT",
            "bill",
            words,
            (
                "NOT EXISTS (SELECT 1 FROM run WHERE run.nr = NEW.run AND run.stream = NEW.stream AND run.status = "
                "'releasing')"
            ),
        )
        return
    op.execute(
        "CREATE FUNCTION bill_of_a_run_releasing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 "
        "FROM "
        "(SELECT DISTINCT run, stream FROM put_in) b LEFT JOIN run r ON r.nr = b.run AND r.stream = b.stream WHERE "
        f"r.status IS NULL OR r.status <> 'releasing') THEN RAISE EXCEPTION '%', '{words}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER bill_of_a_run_releasing AFTER INSERT ON bill REFERENCING NEW TABLE AS put_in "
        "FOR EACH STATEMENT EXECUTE FUNCTION bill_of_a_run_releasing()"
    )


def _guard_words() -> None:
    """A second person's word names whoever proposed what it is about, as that says itself."""
    for table, of, key, who in (
        ("bank_confirmation", "bank_detail", "bank_detail", "proposed_by"),
        ("override_approval", "figure_override", "override", "requested_by"),
    ):
        there = (
            f'EXISTS (SELECT 1 FROM {of} p WHERE p.nr = NEW."{key}" AND p.learned = NEW.learned AND p.{who} = '
            f"NEW.{who})"
        )
        refuse_where(
            f"{table}_of_what_was_proposed",
            "INSERT",
            table,
            "A second person’s word names whoever proposed what it is about.",
            f"NOT {there}",
        )


def _guard_the_timetable() -> None:
    """An attempt that ended stands for good. The timetable's own row says who keeps it now, and is nobody's record."""
    drop_guard("job_history_ended_once", "job_history")
    refuse(
        "job_history_ended_once",
        "UPDATE",
        "job_history",
        "What the timetable did is never changed.",
        "OLD.job <> 'the timetable' AND (OLD.outcome <> 'running' OR NEW.started <> OLD.started)",
    )


def _guard_against_replacing_the_rest() -> None:
    """SQLite's INSERT OR REPLACE, for every table not yet guarded against it."""
    if op.get_bind().dialect.name == "postgresql":
        return
    view = sa.inspect(op.get_bind())
    named = sa.text(
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_never_replaced'"
    )
    done = {*op.get_bind().execute(named).scalars(), *UNGUARDED, "alembic_version"}
    left = [name for name in view.get_table_names() if name not in done]
    facts = [name for name in left if "superseded" in {column["name"] for column in view.get_columns(name)}]
    guard_against_replacing(
        dict.fromkeys(facts, "Facts are never replaced: record a new version."),
        also="ref = NEW.ref AND superseded IS NULL AND NEW.superseded IS NULL",
    )
    guard_against_replacing(dict.fromkeys(sorted({*left} - {*facts}), REPLACED))
