"""Two roles on PostgreSQL: an owner, who makes and upgrades the tables, and a daily role, which does all the rest.

Whoever owns a table may take its guards away, so nobody works as its owner. The daily role may read everything, put
rows in and, table by table, change the columns or delete the rows that a verb changes or deletes; guards refuse the
rest of that.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.dialects import postgresql

import billing.assessments.tables
import billing.care_accounts.tables
import billing.debt.tables
import billing.deferred_payments.tables
import billing.direct_debits.tables
import billing.documents.tables
import billing.receipts.tables
import billing.tables
import finance.facts.tables
import ledgers.audit.tables
import ledgers.chain.tables
import ledgers.overpayments.tables
import ledgers.policy.tables
import ledgers.tables
from finance.problems import Refusal

DECLARED: tuple[MetaData, ...] = (
    finance.facts.tables.metadata,
    billing.assessments.tables.metadata,
    ledgers.tables.metadata,
    billing.tables.metadata,
    billing.documents.tables.metadata,
    billing.receipts.tables.metadata,
    billing.direct_debits.tables.metadata,
    billing.debt.tables.metadata,
    billing.deferred_payments.tables.metadata,
    billing.care_accounts.tables.metadata,
)

CHANGED: dict[str, tuple[str, ...]] = {
    "account": ("name",),
    "finding": ("accepted_by", "accepted_reason"),
    "hold": ("released_by", "released_at", "released_on"),
    "owed": ("done_at", "done_by", "outcome"),
    "policy_version": (
        "confirmed_by",
        "confirmed_role",
        "confirmed_at",
        "withdrawn_by",
        "withdrawn_at",
        "withdrawn_because",
    ),
    "run": (
        "known",
        "status",
        "submitted_by",
        "submitted_at",
        "released_at",
        "ended_at",
        "signature",
        "lines",
        "total",
        "to_sign_for",
        "working",
        "worked_from",
    ),
    "run_chunk": ("posted",),
    "run_party": ("carried_forward",),
    "uprating_chunk": ("applied",),
}
"""The columns a verb changes. Of a fact it is ``superseded``, in every table of facts; of any other, none."""

ITS_OWNER_S = ("sandbox",)
"""Put in by the owner alone, in a copy just made."""

TAKEN_ALONE = (
    "audit_finding",
    "bill",
    "caseload_known",
    "chain_link",
    "change",
    "coding_rule",
    "dispatch",
    "document",
    "job_history",
    "officer_change",
    "overpayment_act",
    "policy_version",
    "rates_used",
    "run_held",
    "uprating",
)
"""Tables a verb locks against other writers (``finance.locking``). PostgreSQL asks for UPDATE on the whole table for
that; what may be changed of them is left to their guards.
"""

DELETED = (
    "approval",
    "caseload",
    "caseload_known",
    "finding",
    "outstanding",
    "owed",
    "parked",
    "run_chunk",
    "run_held",
    "run_party",
)
"""Tables whose rows go when a run is worked out again or given up, and copies that are made again."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


class NotARole(Refusal):
    """A name no role is given."""


def tables() -> list[Table]:
    """Every table there is, by name."""
    return sorted((table for metadata in DECLARED for table in metadata.sorted_tables), key=lambda table: table.name)


def rights_on(table: Table) -> list[str]:
    """What the daily role may do with a table, as it is granted."""
    if table.name in ITS_OWNER_S:
        return ["SELECT"]
    rights = ["SELECT", "INSERT"]
    columns = ("superseded",) if "superseded" in table.c else CHANGED.get(table.name, ())
    if table.name in TAKEN_ALONE:
        rights.append("UPDATE")
    elif columns:
        rights.append(f"UPDATE ({', '.join(_quote(name) for name in columns)})")
    return rights + (["DELETE"] if table.name in DELETED else [])


def roles_script(database: str, owner: str, daily: str) -> str:
    """SQL that makes both roles and gives the database to the owner. For a superuser, connected to that database."""
    _check(owner, daily)
    return "\n".join(
        [
            (
                f"-- Outturn: the roles of {database}. Run by a superuser of the server, connected to this database. "
                f"Safe to run again."
            ),
            *(_role(name) for name in (owner, daily)),
            "",
            f"-- {owner} makes the tables; nobody else may make anything.",
            f"ALTER DATABASE {_quote(database)} OWNER TO {owner};",
            f"REVOKE ALL ON DATABASE {_quote(database)} FROM PUBLIC, {daily};",
            f"ALTER SCHEMA public OWNER TO {owner};",
            f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {daily};",
            "",
            f"-- {daily} may connect, find the tables, and lay rows in temporary ones.",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {_quote(database)} TO {daily};",
            f"GRANT USAGE ON SCHEMA public TO {daily};",
            "",
            f"-- What another role made before there were two is {owner}’s from now on.",
            *_hand_over(owner),
            "",
        ]
    )


def rights_script(owner: str, daily: str) -> str:
    """SQL that gives the daily role its rights, table by table, and takes away every other. For the owner, connected to
    the database, once it has been made, and again after each ``outturn migrate``.
    """
    _check(owner, daily)
    return "\n".join(
        [
            (
                f"-- Outturn: what {daily} may do. Run by {owner} after “outturn init” and after each “outturn "
                f"migrate”. "
                f"Safe to run again."
            ),
            *_must_be_bound(owner, daily),
            "",
            "-- Nothing but what follows.",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {daily};",
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {daily};",
            f"REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC, {daily};",
            "",
            f"GRANT SELECT ON public.alembic_version TO {daily};",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {daily};",
            *(f"GRANT {', '.join(rights_on(table))} ON public.{_quote(table.name)} TO {daily};" for table in tables()),
            "",
        ]
    )


def apply(connection: Connection, script: str) -> None:
    """Carry a script out, all of it or none."""
    connection.execute(text(script.replace(":", r"\:")))


def _check(*names: str) -> None:
    for name in names:
        if not _NAME.fullmatch(name) or name == "public":
            raise NotARole(
                f"“{name}” is no name for a role.",
                "Use small letters, figures and underscores, beginning with a letter.",
            )
    if len({*names}) < len(names):
        raise NotARole("The owner and the daily role are one role.", "Give each its own name.")


def _role(name: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN "
        f"CREATE ROLE {name} LOGIN; END IF; END $$;\n"
        f"ALTER ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;"
    )


def _hand_over(owner: str) -> Iterator[str]:
    yield "DO $$ DECLARE each record; BEGIN"
    yield "  FOR each IN SELECT oid::regclass::text AS name FROM pg_class"
    yield (
        f"    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND relowner <> "
        f"'{owner}'::regrole"
    )
    yield f"  LOOP EXECUTE 'ALTER TABLE ' || each.name || ' OWNER TO {owner}'; END LOOP;"
    yield "  FOR each IN SELECT oid::regprocedure::text AS name FROM pg_proc"
    yield f"    WHERE pronamespace = 'public'::regnamespace AND proowner <> '{owner}'::regrole"
    yield f"  LOOP EXECUTE 'ALTER ROUTINE ' || each.name || ' OWNER TO {owner}'; END LOOP;"
    yield "END $$;"


def _must_be_bound(owner: str, daily: str) -> Iterator[str]:
    """Rights bind nobody who is above them: said, rather than granted in vain."""
    yield f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE pg_has_role('{daily}', oid, 'MEMBER') AND (rolsuper OR"
    yield "    rolcreaterole OR rolreplication OR rolbypassrls OR"
    yield (
        f"    rolname IN ('{owner}', 'pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files', "
        f"'pg_database_owner')))"
    )
    yield (
        f"  THEN RAISE EXCEPTION '{daily} is a superuser, or a member of {owner} or of a role above it: no right "
        f"would bind it.';"
    )
    yield "END IF; END $$;"
