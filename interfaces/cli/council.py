"""Setting a council up: its database, its officers and what each may sign for."""

from pathlib import Path
from typing import Annotated

import typer

from finance.money import read_pence, sterling
from finance.problems import NotAnAmount, Refusal
from interfaces.cli import printing, store
from interfaces.cli.council_file import read_council
from interfaces.cli.desk import Desk, verb
from interfaces.database.migrate import migrate as bring_up_to_date
from ledgers.store import add_officers, limits_of, role_of

CouncilFile = Annotated[
    Path | None,
    typer.Option("--council", envvar="OUTTURN_COUNCIL", metavar="FILE", help="The council file (docs/cli.md).",
                 exists=True, dir_okay=False),
]  # fmt: skip


class AlreadyAnOfficer(Refusal):
    """The name is on the list already, with another role."""


def _pair(text: str, what: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip() or not value.strip():
        raise typer.BadParameter(f"“{text}” is not {what}.")
    return name.strip(), value.strip()


def _pounds(text: str) -> int:
    try:
        return read_pence(text)
    except NotAnAmount as error:
        raise typer.BadParameter(f"{error.what} {error.what_to_do}") from error


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "init", rich_help_panel="Set up")(init)
    verb(app, "migrate", rich_help_panel="Set up")(migrate)
    officers = typer.Typer(no_args_is_help=True, help="Officers: who may sign, and for how much.")
    verb(officers, "add")(add_officer)
    verb(officers, "list")(list_officers)
    app.add_typer(officers, name="officer", rich_help_panel="Set up")


def init(
    desk: Desk,
    council: CouncilFile = None,
    officer: Annotated[list[str] | None, typer.Option(metavar="NAME=ROLE", help="An officer; may be repeated.")] = None,
    tier: Annotated[list[str] | None, typer.Option(metavar="ROLE=AMOUNT", help="What a role may sign for; may be "
                                                   "repeated.")] = None,
) -> None:  # fmt: skip
    """Make a council’s database and name its officers. Safe to run again.

    Example: outturn init --officer "first officer=finance manager" --tier "finance manager=2000000"
    """
    given = read_council(council)
    officers = {**given.officers, **dict(_pair(each, "NAME=ROLE") for each in officer or ())}
    pairs = [_pair(each, "ROLE=AMOUNT") for each in tier or ()]
    tiers = {**given.tiers, **{role: _pounds(limit) for role, limit in pairs}}
    database = desk.new_database()
    bring_up_to_date(database)
    with database.begin() as connection:
        for name, role in officers.items():
            _not_otherwise(role_of(connection, name), name, role)
        add_officers(connection, officers, tiers)
    database.close()
    where = database.url.render_as_string(hide_password=True)
    desk.answer(
        {"database": where, "officers": officers, "tiers_pence": tiers},
        f"{where} is ready: {printing.several(len(officers), 'officer')} named, "
        f"{printing.several(len(tiers), 'approval tier')}.",
        printing.note("Next: load the extracts with “outturn load FOLDER”."),
    )


def migrate(desk: Desk) -> None:
    """Bring a database up to the shape this version needs. Safe to run again.

    Example: outturn migrate --database postgresql://outturn@dbhost/care
    """
    database = desk.new_database(must_exist=True)
    bring_up_to_date(database)
    database.close()
    where = database.url.render_as_string(hide_password=True)
    desk.answer({"database": where, "migrated": True}, f"{where} is up to date.")


def add_officer(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="The officer’s name, as they give it with --as.")],
    role: Annotated[str, typer.Argument(help="Their role.")],
    limit: Annotated[str | None, typer.Option(metavar="AMOUNT", help="What the role may sign for, in pounds.")] = None,
) -> None:
    """Put an officer on the list.

    Example: outturn officer add "first officer" "finance manager" --limit 2000000
    """
    with desk.database.begin() as connection:
        _not_otherwise(role_of(connection, name), name, role)
        add_officers(connection, {name: role}, {role: _pounds(limit)} if limit else {})
        limits = sorted(limits_of(connection, role))
    upto = f"may sign for up to {sterling(limits[-1])}" if limits else "may sign for nothing yet: give --limit"
    desk.answer({"name": name, "role": role, "limits_pence": limits}, f"{name}, {role}, {upto}.")


def _not_otherwise(there: str | None, name: str, role: str) -> None:
    if there is not None and there != role:
        raise AlreadyAnOfficer(f"{name} is already on the list as {there}.", "Roles are not changed here; use another name.")


def list_officers(desk: Desk) -> None:
    """List officers, their roles, and what each role may sign for.

    Example: outturn officer list
    """
    with desk.database.begin() as connection:
        people, tiers = store.read_officers(connection)
    limits: dict[str, int] = {}
    for each in tiers:
        limits[each.role] = max(each.limit, limits.get(each.role, 0))
    rows = [(each.name, each.role, limits.get(each.role)) for each in people]
    desk.answer(
        {"officers": [{"name": name, "role": role, "limit_pence": limit} for name, role, limit in rows],
         "tiers": [{"role": each.role, "limit_pence": each.limit} for each in tiers]},
        printing.table(("Officer", "Role", "May sign for"),
                       [(name, role, printing.amount(limit) if limit is not None else "nothing") for name, role, limit in rows],
                       right=("May sign for",)),
    )  # fmt: skip
