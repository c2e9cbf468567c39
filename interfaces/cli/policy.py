"""A council's policy: proposed from its file by one officer, confirmed by another, shown beside what holds."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from sqlalchemy import Connection

from finance.days import spoken
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.council import ChoiceMoved, CouncilSettings, check_officers, council_on, effective, moved, settings_of
from interfaces.files.inbound.council_file import read_council
from ledgers.officers.store import read_standing
from ledgers.policy import jobs, store
from ledgers.policy.versions import POLICY, PolicyVersion

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Its number: outturn policy list.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, and on whose word. It is kept.")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    policy = typer.Typer(
        no_args_is_help=True, help="The council’s policy: every choice that decides money, signed by a second person."
    )
    for name, work in (
        ("propose", propose),
        ("confirm", confirm),
        ("withdraw", withdraw),
        ("list", list_versions),
        ("show", show),
        ("compare", compare),
    ):
        verb(policy, name)(work)
    app.add_typer(policy, name="policy", rich_help_panel="Set up")


def propose(
    desk: Desk,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The council file (docs/cli.md).")
    ],
    starts: Annotated[
        dt.date, typer.Option("--from", parser=read_day, metavar="DATE", help="The first day it is to hold.")
    ],
    reason: Reason,
) -> None:
    """Propose a policy from a day, and show what it changes. It holds once a second officer has confirmed it.

    Example: outturn policy propose council.toml --from 2026-06-01 --reason "Cabinet, 12 May" --as "first officer"
    """
    text, given = read_council(file)
    with desk.database.begin() as connection:
        check_officers(given, read_standing(connection))
        made = jobs.propose(
            connection, text, given.kept(), starts=starts, name=file.name, reason=reason, by=desk.by, at=desk.at
        )
        holds = council_on(connection, made.starts)
    changed = moved(holds, settings_of(made))
    desk.answer(
        {**version_json(made), "beside": holds.version, "changed": moved_json(changed)},
        version_sentence(made),
        moved_shown(changed, _called(holds)),
        printing.note(f"Next, by another officer: outturn policy confirm {made.nr}") if made.waits else None,
    )


def begin_with(
    connection: Connection, text: str, given: CouncilSettings, *, name: str, by: str, at: dt.datetime
) -> PolicyVersion | None:
    """The policy a new council begins with; none where it has one, has begun, or has no officer yet."""
    if store.read_versions(connection) or store.has_begun(connection) or not read_standing(connection).founders:
        return None
    return jobs.found(connection, text, given.kept(), name=name, by=by, at=at)


def confirm(desk: Desk, number: Number) -> None:
    """Confirm a policy as the second officer. From its first day on, every run goes by it.

    Example: outturn policy confirm 2 --as "second officer"
    """
    with desk.database.begin() as connection:
        made = jobs.confirm(connection, number, by=desk.by, at=desk.at)
    desk.answer(version_json(made), version_sentence(made))


def withdraw(desk: Desk, number: Number, reason: Reason) -> None:
    """Withdraw a policy that waits. It is kept, with why.

    Example: outturn policy withdraw 2 --reason "The minute says 12%" --as "first officer"
    """
    with desk.database.begin() as connection:
        made = jobs.withdraw(connection, number, reason=reason, by=desk.by, at=desk.at)
    desk.answer(version_json(made), version_sentence(made))


def list_versions(desk: Desk) -> None:
    """List every version of the policy: from when it holds, why, who proposed and who confirmed it.

    Example: outturn policy list
    """
    with desk.database.read() as connection:
        every, holds = store.read_versions(connection), store.read_in_force(connection, desk.on)
    versions = [each for each in every if each.kind == POLICY]
    now = holds.nr if holds else None
    rows = [
        (
            str(each.nr),
            _from(each),
            state_in_words(each, now),
            each.reason,
            each.asked_by,
            confirmed_in_words(each),
            each.name,
        )
        for each in versions
    ]
    desk.answer(
        {"in_force": now, "versions": [version_json(each) for each in versions]},
        printing.table(("Policy", "From", "", "Why", "Proposed by", "Confirmed by", "File"), rows, right=("Policy",))
        if rows
        else "No policy has been proposed: the choices that ship hold. Propose one: outturn policy propose FILE",
    )


def show(
    desk: Desk,
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", min=1, help="The one in force on the day when not given.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Give the file itself, to change and propose anew.")] = False,
) -> None:
    """Show a policy: every choice as it holds, those that ship where the file says nothing.

    Example: outturn policy show --on 2026-06-01
    """
    with desk.database.read() as connection:
        found = store.read_in_force(connection, desk.on) if number is None else store.read_version(connection, number)
    given = settings_of(found)
    if text and not desk.json:
        typer.echo(found.content if found else "", nl=False)
        return
    chosen = effective(given)
    rows = [(table, choice, said) for (table, choice), said in chosen.items() if said]
    desk.answer(
        {
            **(version_json(found) if found else {"policy": None}),
            "choices": [{"table": table, "choice": choice, "is": said} for (table, choice), said in chosen.items()],
            "content": found.content if found else None,
        },
        version_sentence(found) if found else "No policy is in force: these are the choices that ship.",
        printing.table(("Table", "Choice", "Is"), rows),
    )


def compare(
    desk: Desk,
    number: Number,
    other: Annotated[
        int | None,
        typer.Argument(metavar="[BESIDE]", min=1, help="The one beside it; what held before when not given."),
    ] = None,
) -> None:
    """Show what one policy chooses otherwise than another.

    Example: outturn policy compare 3
    """
    with desk.database.read() as connection:
        made = store.read_version(connection, number)
        if other is not None:
            holds = settings_of(store.read_version(connection, other))
        else:
            holds = settings_of(store.read_before(connection, made))
    changed = moved(holds, settings_of(made))
    desk.answer(
        {**version_json(made), "beside": holds.version, "changed": moved_json(changed)},
        version_sentence(made),
        moved_shown(changed, _called(holds)),
    )


# In words, and for machines -------------------------------------------------------------------------------------------


def version_sentence(each: PolicyVersion) -> str:
    """A version in a sentence: what it is, and how it stands."""
    named, one = f"{each.kind.capitalize()} {each.nr}", each.kind == POLICY
    if each.withdrawn_by:
        return f"{named} {'was' if one else 'were'} withdrawn by {each.withdrawn_by}: {each.withdrawn_because}"
    if each.waits:
        asked = f"{each.reason} (proposed by {each.asked_by})."
        return f"{named}, {_from(each)}, {'waits' if one else 'wait'} for a second officer: {asked}"
    if each.founding:
        return f"{named} is what the council begins with."
    hold = "holds" if one else "hold"
    return f"{named} {hold} {_from(each)}: proposed by {each.asked_by}, confirmed by {each.confirmed_by}."


def version_json(each: PolicyVersion) -> dict[str, object]:
    """A version for machines, without its text."""
    return {
        each.kind: each.nr,
        "from": each.starts,
        "file": each.name,
        "sha256": each.sha256,
        "reason": each.reason,
        "waits": each.waits,
        "counts": each.counts,
        "founding": each.founding is not None,
        "asked_by": each.asked_by,
        "asked_at": each.asked_at,
        "confirmed_by": each.confirmed_by,
        "confirmed_at": each.confirmed_at,
        "withdrawn_by": each.withdrawn_by,
        "withdrawn_because": each.withdrawn_because,
    }


def moved_json(changed: Sequence[ChoiceMoved]) -> list[dict[str, object]]:
    return [{"table": each.table, "choice": each.choice, "was": each.was, "is": each.now} for each in changed]


def moved_shown(changed: Sequence[ChoiceMoved], beside: str) -> RenderableType:
    """What differs, a choice a line."""
    if not changed:
        return f"Every choice is as in {beside}."
    rows = [(each.table, each.choice, each.was or "–", each.now or "–") for each in changed]
    return printing.table(("Table", "Choice", "Was", "Becomes"), rows, title=f"\nBeside {beside}")


def _called(given: CouncilSettings) -> str:
    return "the choices that ship" if given.version is None else f"policy {given.version}"


def _from(each: PolicyVersion) -> str:
    return "from the start" if each.founding else f"from {spoken(each.starts)}"


def confirmed_in_words(each: PolicyVersion) -> str:
    return "nobody: it is the first" if each.founding else each.confirmed_by or ""


def state_in_words(each: PolicyVersion, now: int | None) -> str:
    if each.nr == now:
        return "in force"
    if each.counts:
        return "confirmed"
    return "waits" if each.waits else "withdrawn"
