"""Setting a council up: its database made and brought up to date, its first officers named, PostgreSQL's roles."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from finance.problems import Refusal
from interfaces.cli.council import change_json, in_pence, waits
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.policy import begin_with, version_json, version_sentence
from interfaces.database.connection import Database
from interfaces.database.roles import apply as carry_out
from interfaces.database.roles import rights_script, roles_script
from interfaces.database.sandbox import make_sandbox
from interfaces.files.inbound.council_file import CouncilSettings, read_council
from ledgers.officers import jobs
from ledgers.officers.authority import OfficerChange
from ledgers.officers.store import read_standing


class NoRoles(Refusal):
    """Roles were asked for of a database that has none."""


NOT_KEPT = (
    "The choices of the file are not kept by this: name the council’s first officers with it or, once it has some, "
    "propose them: outturn policy propose"
)
SET_UP = "outturn init"  # whoever set the council up, where they did not say who they are


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "init", rich_help_panel="Set up")(init)
    verb(app, "migrate", rich_help_panel="Set up")(migrate)
    verb(app, "sandbox", rich_help_panel="Set up")(sandbox)
    database = typer.Typer(
        no_args_is_help=True, help="PostgreSQL’s roles: one that owns the database, one for every day."
    )
    verb(database, "roles")(make_roles)
    verb(database, "rights")(give_rights)
    app.add_typer(database, name="database", rich_help_panel="Set up")


def _pair(text: str, what: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip() or not value.strip():
        raise typer.BadParameter(f"“{text}” is not {what}.")
    return name.strip(), value.strip()


def _bring_up_to_date(database: Database) -> None:
    from interfaces.database.migrate import migrate as take_steps  # loaded where a step is taken, not by every verb

    take_steps(database)


def init(
    desk: Desk,
    council: Annotated[
        Path | None,
        typer.Option(
            "--council",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="The council file (docs/cli.md): its officers, and the policy a new council begins with.",
        ),
    ] = None,
    officer: Annotated[list[str] | None, typer.Option(metavar="NAME=ROLE", help="An officer; may be repeated.")] = None,
    tier: Annotated[
        list[str] | None, typer.Option(metavar="ROLE=AMOUNT", help="What a role may sign for; may be repeated.")
    ] = None,
) -> None:
    """Make a council’s database and name its officers. Safe to run again.

    Example: outturn init --officer "first officer=finance manager" --tier "finance manager=2000000"
    """
    text, given = read_council(council) if council else ("", CouncilSettings())
    officers = {**given.officers, **dict(_pair(each, "NAME=ROLE") for each in officer or ())}
    pairs = [_pair(each, "ROLE=AMOUNT") for each in tier or ()]
    tiers = {**given.tiers, **{role: in_pence(limit) for role, limit in pairs}}
    database = desk.new_database()
    _bring_up_to_date(database)
    with database.begin() as connection:
        waiting = _found(connection, desk, officers, tiers)
        by = desk.who or SET_UP
        policy = begin_with(connection, text, given, name=council.name, by=by, at=desk.at) if council else None
    database.close()
    where = database.url.render_as_string(hide_password=True)
    desk.answer(
        {
            "database": where,
            "officers": officers,
            "tiers_pence": tiers,
            "waiting": [change_json(each) for each in waiting],
            "policy": policy and version_json(policy),
        },
        f"{where} is ready: {printing.several(len(officers), 'officer')} named, "
        f"{printing.several(len(tiers), 'approval tier')}.",
        *(waits(each) for each in waiting),
        version_sentence(policy) if policy else NOT_KEPT if council else None,
        printing.note("Next: load the extracts with “outturn load FOLDER”."),
    )


def _found(connection: Connection, desk: Desk, officers: dict[str, str], tiers: dict[str, int]) -> list[OfficerChange]:
    """Officers and limits named when a council is set up. Returns those that wait for a second officer.

    Whoever names the first of them need not say who they are; anybody later must.
    """
    new = not read_standing(connection).founders
    why = "Named when the council was set up." if new else "Named to outturn init, run again."
    asked: list[OfficerChange | None] = []
    for name, role in officers.items():
        if read_standing(connection).roles.get(name) != role:
            by = desk.who or SET_UP if new else desk.claimed
            asked.append(jobs.add_officer(connection, name, role, tiers.get(role), reason=why, by=by, at=desk.at))
    for role, limit in tiers.items():
        if read_standing(connection).limits.get(role) != limit:
            by = desk.who or SET_UP if new else desk.claimed
            asked.append(jobs.set_limit(connection, role, limit, reason=why, by=by, at=desk.at))
    return [each for each in asked if each is not None and not each.counts]


def migrate(desk: Desk) -> None:
    """Bring a database up to the shape this version needs. Safe to run again.

    Example: outturn migrate --database postgresql://outturn@dbhost/care
    """
    database = desk.new_database(must_exist=True)
    _bring_up_to_date(database)
    database.close()
    where = database.url.render_as_string(hide_password=True)
    desk.answer({"database": where, "migrated": True}, f"{where} is up to date.")


def sandbox(
    desk: Desk,
    address: Annotated[
        str, typer.Argument(metavar="URL", help="Where to make it: sqlite:///trial.db, or postgresql://…/trial.")
    ],
) -> None:
    """Copy the database to another address, to try a policy or a night’s runs on real facts. Nothing is issued from it.

    Example: outturn sandbox sqlite:///trial.db --as "first officer"
    """
    where, mark = make_sandbox(desk.database, address, by=desk.by, at=desk.at)
    desk.answer(
        {"database": where, "of": mark.of, "made_by": mark.made_by, "made_at": mark.made_at},
        f"{where} is a copy of {mark.of}. No file and no paper is issued from it.",
    )


Owner = Annotated[
    str, typer.Option("--owner", metavar="ROLE", help="The role that owns the tables: for init and migrate alone.")
]
Daily = Annotated[str, typer.Option("--daily", metavar="ROLE", help="The role for every other verb.")]
Apply = Annotated[
    bool,
    typer.Option("--apply", help="Carry it out, all or nothing. Without it, it is shown to be read and run by hand."),
]


def make_roles(
    desk: Desk, owner: Owner = "outturn_owner", daily: Daily = "outturn_daily", apply: Apply = False
) -> None:
    """Show the SQL that makes an owner and a daily role, for a superuser of the server to run.

    Example: outturn database roles --database postgresql://postgres@dbhost/care
    """
    database = _on_a_server(desk)
    _script(desk, database, roles_script(str(database.url.database), owner, daily), apply)


def give_rights(
    desk: Desk, owner: Owner = "outturn_owner", daily: Daily = "outturn_daily", apply: Apply = False
) -> None:
    """Show the SQL that gives the daily role its rights, for the owner to run after init and each migrate.

    Example: outturn database rights --apply --database postgresql://outturn_owner@dbhost/care
    """
    _script(desk, _on_a_server(desk), rights_script(owner, daily), apply)


def _on_a_server(desk: Desk) -> Database:
    database = desk.new_database()
    if database.sqlite:
        raise NoRoles(
            "SQLite has no roles: whoever may write to the file may do anything to it.",
            "Keep the file from everybody else.",
        )
    return database


def _script(desk: Desk, database: Database, script: str, applied: bool) -> None:
    """Show a script as it is, to be kept in a file; or carry it out."""
    if applied:
        with database.begin() as connection:
            carry_out(connection, script)
    database.close()
    if applied or desk.json:
        where = database.url.render_as_string(hide_password=True)
        desk.answer({"database": where, "applied": applied, "sql": script}, f"Done in {where}.")
    else:
        typer.echo(script, nl=False)
