"""Setting a council up: its database, its officers and what each may sign for."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from finance.money import read_pence, sterling
from finance.problems import NotAnAmount, Refusal
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.database.connection import Database
from interfaces.database.roles import apply as carry_out
from interfaces.database.roles import rights_script, roles_script
from interfaces.files.inbound.council_file import read_council
from ledgers.officers import jobs
from ledgers.officers.authority import FOUNDERS, RIGHTS, Change, Standing, to_respell
from ledgers.officers.store import read_changes, read_standing


class NoRoles(Refusal):
    """Roles were asked for of a database that has none."""


SET_UP = "outturn init"  # whoever set the council up, where they did not say who they are

OfficerName = Annotated[str, typer.Argument(metavar="NAME", help="The officer’s name, as they give it with --as.")]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="Their role.")]
RoleLimit = Annotated[
    str | None, typer.Option("--limit", metavar="AMOUNT", help="What the role may sign for, in pounds.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, and on whose word. It is kept.")]
CouncilFile = Annotated[
    Path | None,
    typer.Option(
        "--council",
        envvar="OUTTURN_COUNCIL",
        metavar="FILE",
        help="The council file (docs/cli.md).",
        exists=True,
        dir_okay=False,
    ),
]


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
    database = typer.Typer(
        no_args_is_help=True, help="PostgreSQL’s roles: one that owns the database, one for every day."
    )
    verb(database, "roles")(make_roles)
    verb(database, "rights")(give_rights)
    app.add_typer(database, name="database", rich_help_panel="Set up")
    officers = typer.Typer(no_args_is_help=True, help="Officers: who may sign, and for how much.")
    for name, work in (
        ("add", add_officer),
        ("change", change_officer),
        ("limit", set_role_limit),
        ("alone", set_role_alone),
        ("rights", set_role_rights),
        ("end", end),
        ("confirm", confirm),
        ("list", list_officers),
        ("history", history),
    ):
        verb(officers, name)(work)
    app.add_typer(officers, name="officer", rich_help_panel="Set up")


def _bring_up_to_date(database: Database) -> None:
    from interfaces.database.migrate import migrate as take_steps  # loaded where a step is taken, not by every verb

    take_steps(database)


def init(
    desk: Desk,
    council: CouncilFile = None,
    officer: Annotated[list[str] | None, typer.Option(metavar="NAME=ROLE", help="An officer; may be repeated.")] = None,
    tier: Annotated[
        list[str] | None, typer.Option(metavar="ROLE=AMOUNT", help="What a role may sign for; may be repeated.")
    ] = None,
) -> None:
    """Make a council’s database and name its officers. Safe to run again.

    Example: outturn init --officer "first officer=finance manager" --tier "finance manager=2000000"
    """
    given = read_council(council)
    officers = {**given.officers, **dict(_pair(each, "NAME=ROLE") for each in officer or ())}
    pairs = [_pair(each, "ROLE=AMOUNT") for each in tier or ()]
    tiers = {**given.tiers, **{role: _pounds(limit) for role, limit in pairs}}
    database = desk.new_database()
    _bring_up_to_date(database)
    with database.begin() as connection:
        waiting = _found(connection, desk, officers, tiers)
    database.close()
    where = database.url.render_as_string(hide_password=True)
    desk.answer(
        {
            "database": where,
            "officers": officers,
            "tiers_pence": tiers,
            "waiting": [_change_json(each) for each in waiting],
        },
        f"{where} is ready: {printing.several(len(officers), 'officer')} named, "
        f"{printing.several(len(tiers), 'approval tier')}.",
        *(_said(each) for each in waiting),
        printing.note("Next: load the extracts with “outturn load FOLDER”."),
    )


def _found(connection: Connection, desk: Desk, officers: dict[str, str], tiers: dict[str, int]) -> list[Change]:
    """Officers and limits named when a council is set up. Returns those that wait for a second officer.

    Whoever names the first of them need not say who they are; anybody later must.
    """
    new = not read_standing(connection).founders
    why = "Named when the council was set up." if new else "Named to outturn init, run again."
    asked: list[Change | None] = []
    for name, role in officers.items():
        if read_standing(connection).roles.get(name) != role:
            by = desk.who or SET_UP if new else desk.by
            asked.append(jobs.add_officer(connection, name, role, tiers.get(role), reason=why, by=by, at=desk.at))
    for role, limit in tiers.items():
        if read_standing(connection).limits.get(role) != limit:
            by = desk.who or SET_UP if new else desk.by
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


def add_officer(desk: Desk, name: OfficerName, role: Role, limit: RoleLimit = None, reason: Reason = "") -> None:
    """Ask for an officer to be put on the list. They may sign once a second officer confirms it.

    The first two officers of a new council count at once: nobody is there to confirm them, and they need no reason.

    Example: outturn officer add "third officer" "finance manager" --reason "Appointed 1 May" --as "first officer"
    """
    with desk.database.begin() as connection:
        pence = _pounds(limit) if limit else None
        asked = jobs.add_officer(connection, name, role, pence, reason=reason, by=desk.by, at=desk.at)
        now = read_standing(connection)
    _answer_asked(desk, asked, now, f"{name}, {role},")


def change_officer(desk: Desk, name: OfficerName, role: Role, reason: Reason, limit: RoleLimit = None) -> None:
    """Ask for an officer to have another role. Until a second officer confirms it, they keep the one they have.

    Example: outturn officer change "third officer" director --reason "Promoted 1 June" --as "first officer"
    """
    with desk.database.begin() as connection:
        pence = _pounds(limit) if limit else None
        asked = jobs.change_role(connection, name, role, pence, reason=reason, by=desk.by, at=desk.at)
        now = read_standing(connection)
    _answer_asked(desk, asked, now, f"{name}, {role},")


def set_role_limit(
    desk: Desk,
    role: Role,
    limit: Annotated[str, typer.Argument(metavar="AMOUNT", help="What the role may sign for, in pounds.")],
    reason: Reason,
) -> None:
    """Ask for a role to sign for so much, no more and no less. Until a second officer confirms it, the old limit holds.

    Example: outturn officer limit "finance manager" 2500000 --reason "Scheme of delegation 2026" --as "first officer"
    """
    with desk.database.begin() as connection:
        asked = jobs.set_limit(connection, role, _pounds(limit), reason=reason, by=desk.by, at=desk.at)
        now = read_standing(connection)
    _answer_asked(desk, asked, now, f"A {role}")


def set_role_alone(
    desk: Desk,
    role: Role,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="What the role may sign for alone, in pounds.")],
    reason: Reason,
) -> None:
    """Ask for a role to sign alone for so much, and for more only with a second approver, up to its limit.

    Until a second officer confirms it, what was asked of the role before holds. A sum as large as its limit asks for no
    second approver.

    Example: outturn officer alone "finance manager" 500000 --reason "Scheme of delegation 2026" --as "first officer"
    """
    with desk.database.begin() as connection:
        asked = jobs.set_alone(connection, role, _pounds(amount), reason=reason, by=desk.by, at=desk.at)
    if asked is None:
        desk.answer({"change": None, "counts": True}, f"Nothing new: {role} signs alone for that already.")
        return
    desk.answer(_change_json(asked), _said(asked))


def set_role_rights(
    desk: Desk,
    role: Role,
    reason: Reason,
    may: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RIGHT",
            help="A right the role has: "
            + "; ".join(f"{right} ({what})" for right, what in RIGHTS.items())
            + ". May be repeated; none at all: the role may do nothing.",
        ),
    ] = None,
) -> None:
    """Ask for a role to have these rights and no others. Until a second officer confirms it, it has those it had.

    A role whose rights were never set has them all.

    Example: outturn officer rights "payments officer" --may prepare --may release --reason "New" --as "first officer"
    """
    with desk.database.begin() as connection:
        asked = jobs.set_rights(connection, role, may or [], reason=reason, by=desk.by, at=desk.at)
    if asked is None:
        desk.answer({"change": None, "counts": True}, f"Nothing new: {role} has those rights already.")
        return
    desk.answer(_change_json(asked), _said(asked))


def _answer_asked(desk: Desk, asked: Change | None, now: Standing, who: str) -> None:
    """What came of asking: it stood already, it counts, or it waits."""
    if asked is not None and not asked.counts:
        desk.answer(_change_json(asked), _said(asked))
        return
    role = asked.role if asked else None
    limit = now.limits.get(str(role)) if asked else None
    upto = f"may sign for up to {sterling(limit)}" if limit is not None else "may sign for nothing yet: give a limit"
    desk.answer(
        _change_json(asked) if asked else {"change": None, "counts": True},
        f"{who} {upto}." if asked else f"Nothing new: {who.rstrip(',')} stands so already.",
        f"It counts at once: officer {asked.founding} of the {FOUNDERS} who found this council. Whoever comes later "
        f"must be "
        "confirmed."
        if asked and asked.founding
        else None,
    )


def end(desk: Desk, name: OfficerName, reason: Reason) -> None:
    """Take an officer off the list, at once. What they have signed stands. Two who may sign for runs are always left.

    Example: outturn officer end "third officer" --reason "Left on 30 June" --as "first officer"
    """
    with desk.database.begin() as connection:
        jobs.end_officer(connection, name, reason=reason, by=desk.by, at=desk.at)
    desk.answer({"name": name, "ended_by": desk.by, "reason": reason}, f"{name} may sign for nothing from now on.")


def confirm(
    desk: Desk,
    change: Annotated[int, typer.Argument(metavar="CHANGE", min=1, help="Its number: outturn officer list.")],
) -> None:
    """Confirm a change to who may sign, as the second officer: neither who asked for it nor whom it is about.

    Example: outturn officer confirm 3 --as "second officer"
    """
    with desk.database.begin() as connection:
        done = jobs.confirm_change(connection, change, by=desk.by, at=desk.at)
    desk.answer(_change_json(done), f"{_words(done)}: it counts from now on, confirmed by {done.confirmed_by}.")


def _words(each: Change) -> str:
    if each.role is None:
        return f"{each.name} ends"
    if each.rights is not None:
        return f"{printing.opening(each.role)} may {', '.join(each.rights.split(',')) or 'do nothing'}"
    if each.alone is not None:
        return f"{printing.opening(each.role)} alone up to {sterling(each.alone)}, and two above it"
    limit = f" up to {sterling(each.limit)}" if each.limit is not None else ""
    return f"{each.name} as {each.role}{limit}" if each.name else f"{printing.opening(each.role)}{limit}"


def _said(each: Change) -> str:
    """A change that waits, in a sentence."""
    return f"Change {each.nr} waits for a second officer ({_words(each)}): outturn officer confirm {each.nr}"


def _change_json(each: Change) -> dict[str, object]:
    return {
        "change": each.nr,
        "name": each.name,
        "role": each.role,
        "limit_pence": each.limit,
        "rights": each.rights,
        "alone_pence": each.alone,
        "ends": each.ends,
        "counts": each.counts,
        "reason": each.reason,
        "asked_by": each.asked_by,
        "asked_at": each.asked_at,
        "founding": each.founding is not None,
        "confirmed_by": each.confirmed_by,
        "confirmed_at": each.confirmed_at,
    }


def list_officers(desk: Desk) -> None:
    """List officers, their roles, what each role may sign for, and the changes that wait to be confirmed.

    Example: outturn officer list
    """
    with desk.database.read() as connection:
        now = read_standing(connection)
    rows = [(name, role, now.limits.get(role), now.rights_of(role)) for name, role in sorted(now.roles.items())]
    desk.answer(
        {
            "officers": [
                {"name": name, "role": role, "limit_pence": limit, "rights": list(rights)}
                for name, role, limit, rights in rows
            ],
            "misspelt": [
                {"name": name, "role": given.role, "as": given.name} for name, given in sorted(now.misspelt.items())
            ],
            "tiers": [
                {"role": role, "limit_pence": limit, "alone_pence": now.alone.get(role)}
                for role, limit in sorted(now.limits.items())
            ],
            "waiting": [_change_json(each) for each in now.waiting],
        },
        printing.table(
            ("Officer", "Role", "May", "May sign for"),
            [
                (
                    name,
                    role,
                    ", ".join(rights),
                    printing.amount(limit) if limit is not None and "approve" in rights else "nothing",
                )
                for name, role, limit, rights in rows
            ],
            right=("May sign for",),
        )
        if rows
        else "There is no officer yet.",
        *(
            (
                f"{name} was made {given.role} as “{given.name}”, and may sign for nothing until it is mended. "
                f"{to_respell(name, given)}"
            )
            for name, given in sorted(now.misspelt.items())
        ),
        *(
            f"{printing.opening(role)} may sign alone for up to {sterling(pence)}: above it two approvers sign."
            for role, pence in sorted(now.alone.items())
            if pence < now.limits.get(role, 0)
        ),
        *(_said(each) for each in now.waiting),
    )


def history(desk: Desk) -> None:
    """List every change to who may sign: who asked for it, when and why, and who confirmed it.

    Example: outturn officer history
    """
    with desk.database.read() as connection:
        changes = read_changes(connection)
    desk.answer(
        {"changes": [_change_json(each) for each in changes]},
        printing.table(
            ("Change", "What", "Why", "Asked for (UTC)", "By", "Confirmed by"),
            [
                (
                    str(each.nr),
                    _words(each),
                    each.reason,
                    printing.moment(each.asked_at),
                    each.asked_by,
                    _confirmed(each),
                )
                for each in changes
            ],
            right=("Change",),
        )
        if changes
        else "There is no officer yet.",
    )


def _confirmed(each: Change) -> str:
    if each.founding:
        return "nobody: one of the first two"
    return "at once" if each.ends else each.confirmed_by or "waits"
