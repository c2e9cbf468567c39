"""The whole product works as the daily role on PostgreSQL, and plain SQL as that role cannot do what the guards
forbid.
"""

import ast
import contextlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from interfaces.cli import run as outturn_command
from interfaces.database import roles
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.demo.job import run_demo
from tests.conftest import _on_server
from tests.drawing import KINDS

pytestmark = pytest.mark.skipif("postgresql" not in KINDS, reason="SQLite has no roles")
HOUSE = Path(__file__).parents[3]
GOOD = HOUSE / "tests" / "files" / "good"
ANN, BO, CY = "Ann Preparer", "Bo Approver", "Cy Manager"
OWNER, DAILY = f"outturn_owner_{os.getpid()}", f"outturn_daily_{os.getpid()}"


@dataclass(frozen=True)
class Council:
    """One database with its two roles."""

    as_superuser: URL
    as_owner: URL
    as_daily: URL

    def __call__(self, *arguments: object, by: str = ANN, code: int = 0) -> Any:
        """A verb as the daily role, and its answer."""
        out, url = io.StringIO(), self.as_daily.render_as_string(hide_password=False)
        with contextlib.redirect_stdout(out):
            found = outturn_command([*(str(each) for each in arguments), "--database", url, "--as", by, "--json"])
        assert found == code, (arguments, out.getvalue())
        return json.loads(out.getvalue())


def _council(server: URL, name: str) -> Iterator[Council]:
    """As docs/postgresql.md says: a superuser makes the roles, the owner the tables, then the daily role its rights."""
    _on_server(server, f"CREATE DATABASE {name}")
    made = Council(*(server.set(database=name, **who) for who in ({}, {"username": OWNER}, {"username": DAILY})))  # type: ignore[arg-type]
    shown = {
        key: url.render_as_string(hide_password=False)
        for key, url in (("super", made.as_superuser), ("owner", made.as_owner))
    }
    names = ("--owner", OWNER, "--daily", DAILY, "--apply", "--json", "--database")
    with contextlib.redirect_stdout(io.StringIO()):
        assert outturn_command(["database", "roles", *names, shown["super"]]) == 0
        owner = Database(made.as_owner)
        migrate(owner)
        owner.close()
        for _ in range(2):
            assert outturn_command(["database", "rights", *names, shown["owner"]]) == 0
    try:
        yield made
    finally:
        _on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def roles_gone(postgresql_server: URL) -> Iterator[None]:
    yield
    for role in (OWNER, DAILY):
        _on_server(postgresql_server, f"DROP ROLE IF EXISTS {role}")


@pytest.fixture(scope="module")
def empty(postgresql_server: URL, roles_gone: None) -> Iterator[Council]:
    yield from _council(postgresql_server, f"outturn_empty_{os.getpid()}")


@pytest.fixture(scope="module")
def council(postgresql_server: URL, roles_gone: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Council]:
    """A council on which a run is released with its recharges and files, another is approved, and one line is
    on hold.
    """
    with contextlib.contextmanager(_council)(postgresql_server, f"outturn_roles_{os.getpid()}") as made:
        folder = tmp_path_factory.mktemp("files")
        payers = folder / "bill_payers.csv"
        payers.write_text(
            "payer_ref,name,kind,person_ref,funder_ref,calendar_ref,customer_number\n"
            "BPI,Example Integrated Care Board,funder,,ICB,,\nBPF,Example Family,funder,,FAM,,\n",
            encoding="utf-8",
        )
        made("officer", "add", BO, "manager", "--limit", "200,000", by=BO)
        made("officer", "add", ANN, "clerk", by=BO)
        made("officer", "add", CY, "manager", "--reason", "appointed", by=ANN)
        made("officer", "confirm", made("officer", "list")["waiting"][0]["change"], by=BO)
        made("load", GOOD)
        made("load", payers)
        made("bank", "confirm", "--all", "--evidence", "called back", by=BO)
        for day in ("2026-05-04", "2026-06-01"):
            nr = made("payrun", "run", "4W", "--on", day)["run"]
            made("payrun", "submit", nr)
            made("payrun", "approve", nr, by=BO)
            if day == "2026-05-04":
                made("payrun", "release", nr, by=BO)
                made("payrun", "files", nr, "--folder", folder / "out", by=BO)
        made("payrun", "hold", "--line", "L1", "--reason", "query about hours", by=CY)
        yield made


def test_the_whole_product_works_as_the_daily_role(empty: Council, tmp_path: Path) -> None:
    """A county's two pay periods and everything billed, received, collected and printed beside: the tables are
    there already.
    """
    told = run_demo(tmp_path / "county", people=50, url=empty.as_daily.render_as_string(hide_password=False))
    assert told.proof.holds, [str(each) for each in told.proof.differences]


def test_every_other_verb_works_as_the_daily_role(council: Council, tmp_path: Path) -> None:
    assert council("proof")["holds"] is True
    council("officer", "end", CY, "--reason", "left", by=BO)
    council("payrun", "send-back", 3, "--note", "a rate is missing", by=BO)
    council("payrun", "calculate", 3)
    council("payrun", "submit", 3)
    council("payrun", "approve", 3, by=BO)


def test_the_script_names_every_table(empty: Council) -> None:
    """A new table is in it because it is declared; one that is not declared would be found here."""
    database = Database(empty.as_owner)
    there = set(inspect(database.engine).get_table_names())
    database.close()
    assert there == {table.name for table in roles.tables()} | {"alembic_version"}
    script = roles.rights_script(OWNER, DAILY)
    assert all(f" ON public.{name} " in script or f' ON public."{name}" ' in script for name in there)


def test_tables_locked_against_others_are_those_the_code_locks() -> None:
    """PostgreSQL asks for UPDATE on the whole of them, so a table locked anew must be named."""
    locked = {"change"}  # LockChanges
    for path in HOUSE.rglob("*.py"):
        if not {".venv", "tests"} & {*path.relative_to(HOUSE).parts} and "Alone(" in (
            source := path.read_text(encoding="utf-8")
        ):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Alone":
                    (of,) = node.args
                    name = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
                    locked.add("job_history" if name == "h" else name)
    assert locked == set(roles.TAKEN_ALONE)


# What plain SQL may not do --------------------------------------------------------------------------------------------

FREE = {
    "job_history": ("started", "ended", "outcome", "what"),
    "officer_change": ("confirmed_by", "confirmed_at"),
    "coding_rule": ("ends",),
    "uprating": ("status", "applied_change", "undone_change"),
    "caseload_known": ("one", "change", "packing"),
}
"""Columns of the tables locked whole that a verb changes. How they may change is looked at below, and by their
guards' tests.
"""


def tried(url: URL, *statements: str) -> str:
    """What came of them, one after the other: the first refusal, or nothing. Nothing is kept."""
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        try:
            for each in statements:
                connection.execute(each)
        except psycopg.Error as error:
            return f"{error.sqlstate}: {str(error).splitlines()[0]}"
        finally:
            connection.rollback()
    return ""


REFUSED = ("42501", "23")
"""Not allowed to the role, or refused by a guard, a key or a check."""


def through(url: URL, attempts: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The attempts that got through, or were refused for another reason than the one they should be."""
    found = {name: tried(url, *statements) for name, statements in attempts.items()}
    return [f"{name}: {said or 'got through'}" for name, said in found.items() if not said.startswith(REFUSED)]


def test_no_column_is_changed_but_those_a_verb_changes(council: Council) -> None:
    attempts = {}
    for table in roles.tables():
        free = ("superseded",) if "superseded" in table.c else roles.CHANGED.get(table.name, FREE.get(table.name, ()))
        for column in table.c:
            if column.name not in free:
                attempts[f"{table.name}.{column.name}"] = (
                    f'UPDATE {table.name} SET "{column.name}" = "{column.name}"',
                )
    assert len(attempts) > 500
    assert through(council.as_daily, attempts) == []


def test_no_table_is_emptied_altered_or_dropped(council: Council) -> None:
    attempts = {}
    for name in [*(table.name for table in roles.tables()), "alembic_version"]:
        for deed in (
            "TRUNCATE {} CASCADE",
            "ALTER TABLE {} DISABLE TRIGGER ALL",
            "ALTER TABLE {} ADD COLUMN x int",
            "DROP TABLE {} CASCADE",
            "CREATE INDEX ON {} ((1))",
            "CREATE RULE x AS ON INSERT TO {} DO INSTEAD NOTHING",
            "CREATE TRIGGER x BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "ALTER TABLE {} OWNER TO " + DAILY,
            "DELETE FROM {}",
        ):
            if not (deed.startswith("DELETE") and name in roles.DELETED):
                attempts[deed.format(name)] = (deed.format(name),)
    assert through(council.as_daily, attempts) == []


def test_no_guard_is_taken_away_and_nothing_is_made(council: Council) -> None:
    with psycopg.connect(council.as_superuser.render_as_string(hide_password=False)) as connection:
        guards = connection.execute(
            "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
        ).fetchall()
        functions = [
            name
            for (name,) in connection.execute(
                "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            ).fetchall()
        ]
        loose = connection.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proconfig IS NULL"
        ).fetchall()
    assert len(guards) > 300 and loose == [], (
        "a guard that reads by names alone reads temporary tables: end its step with pin_guards"
    )
    attempts = {f"drop {name}": (f"DROP TRIGGER {name} ON {table}",) for name, table in guards}
    attempts |= {f"change {name}": (f"ALTER FUNCTION {name} RESET ALL",) for name in functions}
    attempts |= {
        each: (each,)
        for each in (
            "SET session_replication_role = replica",
            f"SET ROLE {OWNER}",
            f"SET SESSION AUTHORIZATION {OWNER}",
            "CREATE TABLE public.x (y int)",
            "CREATE SCHEMA x",
            "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            (
                "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN "
                "NEW; END $$"
            ),
            "SELECT setval('run_nr_seq', 1)",
            "COPY run TO PROGRAM 'cat'",
            f"ALTER ROLE {DAILY} SUPERUSER",
            f"GRANT {OWNER} TO {DAILY}",
            f"ALTER DATABASE {council.as_daily.database} OWNER TO {DAILY}",
            "ALTER SCHEMA public RENAME TO x",
            "UPDATE pg_trigger SET tgenabled = 'D'",
        )
    }
    assert through(council.as_daily, attempts) == []


RUN = (
    "INSERT INTO run (stream, calendar, calendar_name, up_to, window_starts, pay_date, status, known, known_before, "
    "prepared_by, "
    "drafted_at, policy, lines, total, to_sign_for) SELECT 'x', 9, 'x', up_to, window_starts, pay_date, '{}', known, "
    "known_before, '{}', "
    "now(), policy, 0, 0, 0 FROM run WHERE nr = 1"
)
ENTRY = (
    "INSERT INTO entry SELECT stream, period_starts, subject, '{}', funder, party, 99, period_ends, {}, chunk, "
    "debit, credit, "
    "amount, effective, recorded FROM entry WHERE run = 1 AND kind = 'care' LIMIT 1"
)
EXPORT = (
    "INSERT INTO export (run, kind, party, name, sha256, rows, debit, credit, made_at, content) "
    "VALUES (3, 'journal', 0, 'x.csv', '0', 1, 1, 1, now(), 'x')"
)
APPROVAL = (
    'INSERT INTO approval (run, prepared_by, submitted_by, approved_by, role, "limit", total, to_sign_for, day_total, '
    "signature, approved_at)"
)
LIFTED = "CREATE TEMP TABLE officer AS SELECT 'Nobody'::text AS name, 'manager'::text AS role, 'nobody'::text AS key"

BACK = ("DELETE FROM approval WHERE run = 3", "UPDATE run SET status = 'calculated' WHERE nr = 3")
AGAIN = (*BACK, "UPDATE run SET status = 'submitted' WHERE nr = 3")
FORGED: dict[str, tuple[str, ...]] = {
    # F16, one by one
    "a balance carried forward of a released run": (
        "UPDATE run_party SET carried_forward = carried_forward + 1000000 WHERE run = 1",
    ),
    "a part skipped after approval": ("UPDATE run_chunk SET posted = true WHERE run = 3",),
    "a part posted again": ("UPDATE run_chunk SET posted = false WHERE run = 1",),
    "an officer confirmed by a made-up name": (
        (
            "INSERT INTO officer_change (nr, name, role, reason, asked_by, asked_at) VALUES (90, 'Eve', 'manager', "
            "'x', 'Adam', now())"
        ),
        "UPDATE officer_change SET confirmed_by = 'Adam’s friend', confirmed_at = now() WHERE nr = 90",
    ),
    "an officer confirmed as asked": (
        (
            "INSERT INTO officer_change (nr, name, role, reason, asked_by, asked_at, confirmed_by, confirmed_at) "
            "VALUES (90, 'Eve', 'manager', 'x', 'Adam', now(), 'Bo Approver', now())"
        ),
    ),
    "a third founder": (
        (
            "INSERT INTO officer_change (nr, name, role, reason, asked_by, asked_at, founding, confirmed_by, "
            "confirmed_at) "
            "VALUES (90, 'Eve', 'manager', 'x', 'Eve', now(), 1, 'Eve', now())"
        ),
    ),
    "an officer nobody asked for": (
        (
            "INSERT INTO officer (name, role, key, change, confirmed_by) VALUES ('Eve', 'manager', 'eve', 1, 'Bo "
            "Approver')"
        ),
    ),
    "a limit nobody asked for": (
        (
            "INSERT INTO approval_tier (role, \"limit\", change, confirmed_by) VALUES ('clerk', 99999999, 1, 'Bo "
            "Approver')"
        ),
    ),
    # runs
    "a released run": (RUN.format("released", BO),),
    "an approved run": (RUN.format("approved", BO),),
    "a run of nobody's": (RUN.format("draft", "Nobody"),),
    "a run of nobody's, by a temporary list of officers": (LIFTED, RUN.format("draft", "Nobody")),
    "a release nobody began": ("UPDATE run SET status = 'released' WHERE nr = 3",),
    "a released run taken back": ("UPDATE run SET status = 'abandoned' WHERE nr = 1",),
    "a run sent back once posted": ("UPDATE run SET status = 'calculated' WHERE nr = 1",),
    "a total of an approved run": ("UPDATE run SET total = total + 1 WHERE nr = 3",),
    "the signature of an approved run": ("UPDATE run SET signature = 'x' WHERE nr = 3",),
    "who handed a run over": ("UPDATE run SET submitted_by = 'Cy Manager' WHERE nr = 3",),
    "another part of an approved run": (
        (
            "INSERT INTO run_chunk SELECT 3, 99, first_subject, end_subject, lines, total, sha256, proposal, steps, "
            "false FROM run_chunk WHERE run = 1"
        ),
    ),
    "a part deleted of an approved run": ("DELETE FROM run_chunk WHERE run = 3",),
    "a part deleted of a released run": ("DELETE FROM run_chunk WHERE run = 1",),
    "a payee of a released run": ("DELETE FROM run_party WHERE run = 1",),
    "a payee put into a released run": ("INSERT INTO run_party (run, party, lines, total) VALUES (1, 999, 0, 0)",),
    "the approval of a released run": ("DELETE FROM approval WHERE run = 1",),
    "an approval by nobody": (
        "DELETE FROM approval WHERE run = 3",
        (
            f"{APPROVAL} SELECT nr, prepared_by, submitted_by, 'Nobody', 'manager', 20000000, total, to_sign_for, "
            f"to_sign_for, signature, "
            "now() FROM run WHERE nr = 3"
        ),
    ),
    "an approval by the preparer": (
        "DELETE FROM approval WHERE run = 3",
        (
            f"{APPROVAL} SELECT nr, prepared_by, submitted_by, prepared_by, 'clerk', 20000000, total, to_sign_for, "
            f"to_sign_for, signature, "
            "now() FROM run WHERE nr = 3"
        ),
    ),
    # the ledger and its files
    "an entry of a run not releasing": (ENTRY.format("care", 3),),
    "an entry of a released run": (ENTRY.format("care", 1),),
    "an entry of no run": (ENTRY.format("care", 999),),
    "a file of a run not released": (EXPORT,),
    "a bill of a run not releasing": (
        (
            "INSERT INTO bill SELECT nr + 900, 3, party, stream, kind, period_starts, period_ends, issued, due, lines, "
            "amount FROM bill"
        ),
    ),
    "a bill of a released run": (
        (
            "INSERT INTO bill SELECT nr + 900, run, party + 900, stream, kind, period_starts, period_ends, issued, "
            "due, "
            "lines, amount FROM bill"
        ),
    ),
    "something owed": ("INSERT INTO owed (run, what, since) VALUES (3, 'files', now())",),
    "something owed taken for undone": (
        "UPDATE owed SET done_at = NULL, done_by = NULL, outcome = NULL WHERE run = 1",
    ),
    "something outstanding": ("INSERT INTO outstanding VALUES ('payments', 1, 'care', now(), 'held', 1)",),
    # signatures
    "a hold of nobody's": (
        (
            "INSERT INTO hold (stream, scope, target, reason, held_by, held_at) VALUES ('payments', 'line', 1, 'x', "
            "'Nobody', now())"
        ),
    ),
    "a hold let go by nobody": ("UPDATE hold SET released_by = 'Nobody', released_at = now()",),
    "a finding of a released run": (
        "INSERT INTO finding (run, check_name, severity, what) VALUES (1, 'x', 'note', 'x')",
    ),
    "a confirmation of bank details in another's name": (
        (
            "INSERT INTO bank_detail SELECT nr + 900, learned, NULL, ref || 'x', NULL, payee, sort_code, '99999999', "
            "account_name, NULL, starts, "
            "'Bo Approver' FROM bank_detail LIMIT 1"
        ),
        (
            "INSERT INTO bank_confirmation SELECT nr, learned, 'Somebody', 'Bo Approver', learned, 'x' FROM "
            "bank_detail "
            "WHERE nr > 900"
        ),
    ),
    "an uprating applied": (
        (
            "INSERT INTO uprating (nr, name, starts, ends, prepared_by, prepared_at, known, rates, status, "
            "signature, people, changed, "
            "total_before, total_after) VALUES (90, 'x', now(), now(), 'x', now(), 1, 'x', 'applied', 'x', 0, 0, 0, 0)"
        ),
    ),
    "a fact superseded twice": ("UPDATE person SET superseded = 1", "UPDATE person SET superseded = 2"),
    "a fact believed again": ("UPDATE person SET superseded = 1", "UPDATE person SET superseded = NULL"),
    # further ones
    "a role asked for by nobody": (
        (
            "INSERT INTO officer_change (nr, name, role, reason, asked_by, asked_at) VALUES (90, 'Eve', 'manager', "
            "'x', "
            "'Nobody', now())"
        ),
    ),
    "one of the last two ended": tuple(
        f"INSERT INTO officer_change (nr, name, reason, asked_by, asked_at) VALUES ({nr}, '{name}', 'x', '{BO}', now())"
        for nr, name in ((90, CY), (91, ANN))
    ),
    "an approval by somebody who has ended": (
        f"INSERT INTO officer_change (nr, name, reason, asked_by, asked_at) VALUES (90, '{CY}', 'x', '{BO}', now())",
        *AGAIN,
        (
            f"{APPROVAL} SELECT nr, prepared_by, submitted_by, '{CY}', 'manager', 20000000, total, to_sign_for, "
            f"to_sign_for, signature, "
            "now() FROM run WHERE nr = 3"
        ),
    ),
    "the day’s sum of an approval": ("UPDATE approval SET day_total = 1 WHERE run = 3",),
    "the normal form of an officer’s name": ("UPDATE officer SET key = 'x'",),
    "a hold that keeps another line out of a run": (
        "INSERT INTO run_held SELECT 3, nr, scope, target + 1, true FROM hold",
    ),
    "a hold of another stream": (
        (
            f"INSERT INTO hold (stream, scope, target, reason, held_by, held_at) VALUES ('charges', 'line', 1, 'x', "
            f"'{BO}', now())"
        ),
        "INSERT INTO run_held SELECT 3, nr, scope, target, true FROM hold WHERE stream = 'charges'",
    ),
    "a hold that has been let go": (
        f"UPDATE hold SET released_by = '{BO}', released_at = now()",
        "INSERT INTO run_held SELECT 3, nr, scope, target, true FROM hold",
    ),
    "a hold of a released run": ("INSERT INTO run_held SELECT 1, nr, scope, target, true FROM hold",),
    "what is to be signed for, made less": (*BACK, "UPDATE run SET to_sign_for = 1 WHERE nr = 3"),
    "what a run knew": (*BACK, "UPDATE run SET known = 1 WHERE nr = 3"),
    "how often an approved run was worked out": ("UPDATE run SET working = 99 WHERE nr = 3",),
    "a run said to have been cut off": ("UPDATE run SET cut_off = true",),
    "a run that begins cut off": (
        RUN.format("draft", BO)
        .replace("policy, lines", "policy, cut_off, lines")
        .replace("policy, 0", "policy, true, 0"),
    ),
    "what a finding is about": ("UPDATE finding SET kind = 'adjustment'",),
    "a payee no longer settled with": ("UPDATE run_party SET paid = 0 WHERE run = 1",),
    "a settlement taken back": ("DELETE FROM entry WHERE kind = 'settlement'",),
    "a second settlement": (ENTRY.format("settlement", 1),),
    "a balance that becomes a debt without its entry": ("UPDATE run_party SET carried_forward = 0 WHERE run = 1",),
    **{
        f"a row taken out of {table}": (f"DELETE FROM {table}",)
        for table in (
            "owed",
            "hold",
            "job_history",
            "quarantine",
            "entry",
            "export",
            "officer",
            "officer_change",
            "run_event",
        )
    },
    "an event of nobody's": ("INSERT INTO run_event (run, action, by, at) VALUES (1, 'x', 'Nobody', now())",),
    "the packed copy of circumstances changed": ("UPDATE caseload_known SET change = change",),
    "an attempt of the timetable's done over": (
        "INSERT INTO job_history VALUES ('x', now(), 1, now(), now(), 'done', 'x')",
        "UPDATE job_history SET what = 'y' WHERE job = 'x'",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_nothing_is_forged(council: Council, name: str) -> None:
    assert through(council.as_daily, {name: FORGED[name]}) == []


def test_what_a_released_run_left_behind_is_not_taken_out(council: Council) -> None:
    """While a run is being released it may be: whoever releases it puts it in anew."""
    left = "INSERT INTO outstanding VALUES ('payments', 1, 'care', now(), 'held', 1)"
    with psycopg.connect(council.as_superuser.render_as_string(hide_password=False)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(left)
        connection.commit()
        assert "never changed or deleted" in tried(council.as_daily, "DELETE FROM outstanding")
        connection.execute("DELETE FROM outstanding")


def test_a_waiting_lock_is_allowed_and_changes_nothing(council: Council) -> None:
    for name in roles.TAKEN_ALONE:
        assert tried(council.as_daily, f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE") == ""


# What still gets through ----------------------------------------------------------------------------------------------

GETS_THROUGH: dict[str, tuple[str, tuple[str, ...]]] = {
    "facts and changes in any name, events in an officer’s": (
        (
            "The database knows one daily role, not people: whoever has it says who acts. Each is an added row, in "
            "nobody's place."
        ),
        (
            "INSERT INTO change SELECT max(nr) + 1, now(), 'Nobody', 'x', 'x', NULL FROM change",
            f"INSERT INTO run_event (run, action, by, at) VALUES (1, 'x', '{BO}', now())",
        ),
    ),
    "a fact no longer believed": (
        (
            "Superseding is how a fact is corrected. The version stays, and with it the change that is said to have "
            "told "
            "us better."
        ),
        ("UPDATE agreed_rate SET superseded = (SELECT max(nr) FROM change)",),
    ),
    "the copy of circumstances packed for reading": (
        "It is made again whenever facts change. What was assessed from it is explained from the facts.",
        ("DELETE FROM caseload", "DELETE FROM caseload_known"),
    ),
    "a coding rule ended": (
        (
            "Rules end when another set is loaded. Entries keep their accounts; what no rule fits falls to suspense, "
            "which is reported."
        ),
        ("UPDATE coding_rule SET ends = starts",),
    ),
    "a signature in an officer’s name": (
        (
            "The database knows one daily role: whoever has it says who signs, within that officer’s limit, and never "
            "who prepared or submitted."
        ),
        (
            *AGAIN,
            (
                f"{APPROVAL} SELECT nr, prepared_by, submitted_by, '{BO}', 'manager', 20000000, total, to_sign_for, "
                f"to_sign_for, "
                "signature, now() FROM run WHERE nr = 3"
            ),
            "UPDATE run SET status = 'approved' WHERE nr = 3",
        ),
    ),
    "an entry put into a run being released": (
        (
            "Entries go in then. The release stops before it settles, for they are not what was signed for, and the "
            "proof names each."
        ),
        ("UPDATE run SET status = 'releasing' WHERE nr = 3", ENTRY.format("care", 3)),
    ),
    "a run worked out by hand": (
        (
            "What a calculation writes while a run is a draft, whoever has its role may write. The approver is shown "
            "the "
            "lines, as sealed."
        ),
        (
            *BACK,
            "UPDATE run SET status = 'draft' WHERE nr = 3",
            "DELETE FROM finding WHERE run = 3",
            "DELETE FROM run_party WHERE run = 3",
            "UPDATE run SET status = 'calculated', working = working + 1 WHERE nr = 3",
        ),
    ),
    "an approval taken back": (
        "A run is sent back so. It is approved no more, and cannot be released.",
        ("DELETE FROM approval WHERE run = 3",),
    ),
}
"""What plain SQL as the daily role may do and no verb would, and why it stands."""


@pytest.mark.parametrize("name", GETS_THROUGH)
def test_what_gets_through_is_known(council: Council, name: str) -> None:
    assert tried(council.as_daily, *GETS_THROUGH[name][1]) == ""


def test_a_run_whose_approval_was_taken_back_is_not_released(council: Council) -> None:
    said = tried(
        council.as_daily, "DELETE FROM approval WHERE run = 3", "UPDATE run SET status = 'releasing' WHERE nr = 3"
    )
    assert "only once as many have signed" in said


def test_rights_are_not_given_in_vain(council: Council) -> None:
    """Not to a superuser, nor to a member of the owner."""
    with psycopg.connect(council.as_superuser.render_as_string(hide_password=False)) as connection:
        connection.execute(f"GRANT {OWNER} TO {DAILY}")
        with pytest.raises(psycopg.Error, match="no right would bind it"):
            connection.execute(roles.rights_script(OWNER, DAILY))
        connection.rollback()


@pytest.mark.parametrize("name", ["Outturn", "x; DROP TABLE run", "", "1st", "public"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(roles.NotARole):
        roles.rights_script("outturn_owner", name)
    with pytest.raises(roles.NotARole):
        roles.roles_script("care", "outturn_daily", "outturn_daily")
