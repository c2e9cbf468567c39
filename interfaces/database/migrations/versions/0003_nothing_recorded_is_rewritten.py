"""Guards the database keeps by itself: what was recorded is never changed or deleted, only superseded.

They refuse; they work nothing out. An entry, a change, a confirmation, a file as issued and what was done to a run are
never touched again. A fact's version may be superseded once, and nothing else in it may change. A run goes on from one
stage to the next, and one that has ended stands; who prepared it, and who handed it over to be approved, is never
altered. An approval is given or taken back whole, and taken back no more once the run is in the ledger. A finding is
accepted once.
"""

from alembic import op

from interfaces.database.shapes import (
    guard_against_replacing,
    guard_but,
    guard_facts,
    guard_once_posted,
    guard_records,
    refuse,
)

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
    "export": "A file that was issued is never changed or deleted.",
    "run_event": "What was done to a run is never changed or deleted.",
    "officer": "A confirmed role is never changed or deleted: ask for another.",
    "approval_tier": "A confirmed limit is never changed or deleted: ask for another.",
}
OFFICERS = "officer_change"
MOVES = {
    "draft": ("calculated", "released", "abandoned"),  # a run of recharges is raised whole
    "calculated": ("draft", "submitted", "abandoned"),
    "submitted": ("calculated", "approved", "abandoned"),
    "approved": ("calculated", "released", "abandoned"),
    "released": ("acknowledged",),
}
FEW = ("bank_confirmation", "export", "run_event", "officer", "approval_tier")
FEW_FACTS = (
    "payee",
    "bank_detail",
    "service",
    "pay_calendar",
    "contract",
    "rate",
    "block",
    "funder",
    "nursing_rate",
    "adjustment",
)
"""Records, and facts that say where money goes and at what rate, few enough to be looked for before one is put in."""
WORKED_OUT = ("signature", "lines", "total", "to_sign_for")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    guard_records(RECORDS)
    guard_facts(FACTS)
    guard_but(
        OFFICERS,
        ("confirmed_by", "confirmed_at"),
        "A change to who may sign is never changed or deleted: ask for another.",
    )
    refuse(
        f"{OFFICERS}_confirmed_once",
        "UPDATE OF confirmed_by, confirmed_at",
        OFFICERS,
        "A change to who may sign is confirmed once, for good.",
        "OLD.confirmed_by IS NOT NULL",
    )
    guard_against_replacing({table: RECORDS[table] for table in FEW})
    guard_against_replacing(
        dict.fromkeys(("run", "approval", "finding", OFFICERS), "A record is never replaced by another.")
    )
    guard_against_replacing(
        dict.fromkeys(FEW_FACTS, "Facts are never replaced: record a new version."),
        also="ref = NEW.ref AND superseded IS NULL AND NEW.superseded IS NULL",
    )
    _guard_runs()
    _guard_approvals()
    _guard_findings()


def _guard_runs() -> None:
    handed_over = ("submitted_by", "submitted_at", "known")
    free = ("status", *handed_over, "released_at", "ended_at", *WORKED_OUT)
    guard_but(
        "run",
        free,
        "What a run is for, and who prepared it, is never changed or deleted: abandon it and draft another.",
    )
    refuse(
        "run_handed_over_once",
        f"UPDATE OF {', '.join(handed_over)}",
        "run",
        "Who handed a run over, and what it knew, is never changed until it is sent back.",
        "OLD.status <> 'calculated'",
    )
    ended = ", ".join(("released_at", "ended_at", *WORKED_OUT))
    refuse(
        "run_ended_stands",
        f"UPDATE OF {ended}",
        "run",
        "A run that has ended is never changed: draft another.",
        "OLD.status IN ('released', 'acknowledged', 'abandoned')",
    )
    allowed = " OR ".join(
        f"(OLD.status = '{before}' AND NEW.status IN ({', '.join(repr(each) for each in after)}))"
        for before, after in MOVES.items()
    )
    refuse(
        "run_goes_on",
        "UPDATE OF status",
        "run",
        "A run never goes from that stage to this one: use its verbs.",
        f"NOT (OLD.status = NEW.status OR {allowed})",
    )


def _guard_approvals() -> None:
    refuse("approval_never_rewritten", "UPDATE", "approval", "An approval is never changed: send the run back.")
    guard_once_posted("approval", "The approval of a run in the ledger is never deleted.")


def _guard_findings() -> None:
    content = 'nr, run, check_name, severity, subject, party, amount, "before", what'
    refuse(
        "finding_never_rewritten",
        f"UPDATE OF {content}",
        "finding",
        "A finding is never changed: work the run out again.",
    )
    refuse(
        "finding_accepted_once",
        "UPDATE OF accepted_by, accepted_reason",
        "finding",
        "A finding is accepted once, for good.",
        "OLD.accepted_by IS NOT NULL",
    )
    guard_once_posted("finding", "A finding of a run in the ledger is never deleted.")
