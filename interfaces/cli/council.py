"""A council's officers: who may sign, and for how much."""

from typing import Annotated

import typer
from rich.console import RenderableType

from finance.money import read_pence, sterling
from finance.problems import NotAnAmount
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from ledgers.officers import jobs
from ledgers.officers.authority import FOUNDERS, RIGHTS, Authority, OfficerChange
from ledgers.officers.store import read_changes, read_standing
from ledgers.officers.views_store import Officers, read_officers

OfficerName = Annotated[str, typer.Argument(metavar="NAME", help="The officer’s name, as they give it with --as.")]
Role = Annotated[str, typer.Argument(metavar="ROLE", help="Their role.")]
RoleLimit = Annotated[
    str | None, typer.Option("--limit", metavar="AMOUNT", help="What the role may sign for, in pounds.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, and on whose word. It is kept.")]


def in_pence(text: str) -> int:
    """An amount as people type it."""
    try:
        return read_pence(text)
    except NotAnAmount as error:
        raise typer.BadParameter(f"{error.what} {error.what_to_do}") from error


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    from interfaces.cli import setting_up  # it needs what stands here

    setting_up.add_to(app)
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


def add_officer(desk: Desk, name: OfficerName, role: Role, limit: RoleLimit = None, reason: Reason = "") -> None:
    """Ask for an officer to be put on the list. They may sign once a second officer confirms it.

    The first two officers of a new council count at once: nobody is there to confirm them, and they need no reason.

    Example: outturn officer add "third officer" "finance manager" --reason "Appointed 1 May" --as "first officer"
    """
    with desk.database.begin() as connection:
        pence = in_pence(limit) if limit else None
        asked = jobs.add_officer(connection, name, role, pence, reason=reason, by=desk.by, at=desk.at)
        now = read_standing(connection)
    _answer_asked(desk, asked, now, f"{name}, {role},")


def change_officer(desk: Desk, name: OfficerName, role: Role, reason: Reason, limit: RoleLimit = None) -> None:
    """Ask for an officer to have another role. Until a second officer confirms it, they keep the one they have.

    Example: outturn officer change "third officer" director --reason "Promoted 1 June" --as "first officer"
    """
    with desk.database.begin() as connection:
        pence = in_pence(limit) if limit else None
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
        asked = jobs.set_limit(connection, role, in_pence(limit), reason=reason, by=desk.by, at=desk.at)
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
        asked = jobs.set_alone(connection, role, in_pence(amount), reason=reason, by=desk.by, at=desk.at)
    if asked is None:
        desk.answer({"change": None, "counts": True}, f"Nothing new: {role} signs alone for that already.")
        return
    desk.answer(change_json(asked), waits(asked))


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
    desk.answer(change_json(asked), waits(asked))


def _answer_asked(desk: Desk, asked: OfficerChange | None, now: Authority, who: str) -> None:
    """What came of asking: it stood already, it counts, or it waits."""
    if asked is not None and not asked.counts:
        desk.answer(change_json(asked), waits(asked))
        return
    role = asked.role if asked else None
    limit = now.limits.get(str(role)) if asked else None
    upto = f"may sign for up to {sterling(limit)}" if limit is not None else "may sign for nothing yet: give a limit"
    desk.answer(
        change_json(asked) if asked else {"change": None, "counts": True},
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
    desk.answer(change_json(done), f"{_words(done)}: it counts from now on, confirmed by {done.confirmed_by}.")


def _words(each: OfficerChange) -> str:
    if each.role is None:
        return f"{each.name} ends"
    if each.rights is not None:
        return f"{printing.opening(each.role)} may {', '.join(each.rights.split(',')) or 'do nothing'}"
    if each.alone is not None:
        return f"{printing.opening(each.role)} alone up to {sterling(each.alone)}, and two above it"
    limit = f" up to {sterling(each.limit)}" if each.limit is not None else ""
    return f"{each.name} as {each.role}{limit}" if each.name else f"{printing.opening(each.role)}{limit}"


def waits(each: OfficerChange) -> str:
    """A change that waits, in a sentence."""
    return f"Change {each.nr} waits for a second officer ({_words(each)}): outturn officer confirm {each.nr}"


def change_json(each: OfficerChange) -> dict[str, object]:
    """A change to who may sign."""
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
        found = read_officers(connection)
    desk.answer(_officers_json(found), *_officers_shown(found))


def _officers_json(found: Officers) -> dict[str, object]:
    return {
        "officers": [
            {"name": each.name, "role": each.role, "limit_pence": each.limit, "rights": each.rights}
            for each in found.officers
        ],
        "misspelt": [{"name": each.name, "role": each.role, "as": each.given} for each in found.misspelt],
        "tiers": [{"role": each.role, "limit_pence": each.limit, "alone_pence": each.alone} for each in found.tiers],
        "waiting": [change_json(each) for each in found.waiting],
    }


def _officers_shown(found: Officers) -> list[RenderableType]:
    rows = [
        (
            each.name,
            each.role,
            ", ".join(each.rights),
            "nothing" if each.signs_for is None else printing.amount(each.signs_for),
        )
        for each in found.officers
    ]
    columns = ("Officer", "Role", "May", "May sign for")
    return [
        printing.table(columns, rows, right=("May sign for",)) if rows else "There is no officer yet.",
        *(
            f"{each.name} was made {each.role} as “{each.given}”, and may sign for nothing until it is mended. "
            f"{each.remedy}"
            for each in found.misspelt
        ),
        *(_alone(each.role, each.alone) for each in found.tiers if each.alone is not None and each.alone < each.limit),
        *(waits(each) for each in found.waiting),
    ]


def _alone(role: str, pence: int) -> str:
    return f"{printing.opening(role)} may sign alone for up to {sterling(pence)}: above it two approvers sign."


def history(desk: Desk) -> None:
    """List every change to who may sign: who asked for it, when and why, and who confirmed it.

    Example: outturn officer history
    """
    with desk.database.read() as connection:
        changes = read_changes(connection)
    desk.answer(
        {"changes": [change_json(each) for each in changes]},
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


def _confirmed(each: OfficerChange) -> str:
    if each.founding:
        return "nobody: one of the first two"
    return "at once" if each.ends else each.confirmed_by or "waits"
