"""What comes in: extracts, the rows set aside from them, bank details waiting for a second person."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from finance.facts.bank_details import check_evidence, hidden, hidden_sort_code, whole_sort_code
from finance.facts.bank_details_store import BankAccount, Waiting, read_views, record_view
from finance.names import same_person
from finance.problems import Problem, Refusal
from interfaces.cli import calendars, quarantine
from interfaces.cli.allowing import Alike, TakeAway, allowed
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.files.inbound.door.confirming import confirm_bank_details, waiting_for_a_second_person
from interfaces.files.inbound.door.loading import load_file, load_folder, stopped
from interfaces.files.inbound.door.outcomes import ExtractLoaded, Load

SHOWN_PROBLEMS = 20


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "load", rich_help_panel="Facts in")(load)
    quarantine.add_to(app)
    bank = typer.Typer(no_args_is_help=True, help="Bank details, and the second person who confirms them.")
    verb(bank, "list")(list_bank)
    verb(bank, "confirm")(confirm_bank)
    verb(bank, "views")(list_views)
    app.add_typer(bank, name="bank", rich_help_panel="Facts in")
    calendars.add_to(app)


def load(
    desk: Desk,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", exists=True, help="Files, or a folder of them.")],
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Set bad rows aside and load the rest.")] = False,
    kind: Annotated[
        str | None, typer.Option(metavar="EXTRACT", help="Which extract a file is, when its name does not say.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="Which sheet of a workbook to read.")] = None,
    take_away: TakeAway = None,
    alike: Alike = False,
) -> None:
    """Load extracts from the case system: CSV or XLSX, one by one or a folder in the right order.

    A file loads whole or not at all; loading it again changes nothing. What it takes away is said.

    Example: outturn load extracts/ --as "first officer"
    """
    by, at, data = desk.by, desk.at, desk.database
    allowance = allowed(desk, take_away, alike)
    found: list[ExtractLoaded] = []
    with desk.progress() as told:
        how: dict[str, Any] = {"by": by, "at": at, "quarantine": quarantine, "progress": told, "allowance": allowance}
        for path in paths:
            try:
                found += (
                    load_folder(data, path, **how)
                    if path.is_dir()
                    else [load_file(data, path, kind=kind, sheet=sheet, **how)]
                )
            except Refusal as refusal:
                if not any(each.loaded for each in found):
                    raise
                found.append(stopped(path, refusal))
    if not found:
        raise Refusal(
            "There is no extract in that folder.", "Name the files as docs/loading.md does: people.csv and so on."
        )
    done = Load(found)
    desk.failed = not done.whole
    desk.answer(
        {"files": [each.as_json() for each in done.files], "loaded": done.whole, "problem_count": done.problem_count},
        _loaded(done),
        _listing("Look at these", done.notes, len(done.notes)),
        _listing("Problems", done.problems, done.listed_count),
        _remedy(done),
    )


def _loaded(done: Load) -> RenderableType:
    counts = ("new", "changed", "unchanged", "cancelled", "quarantined", "waiting")
    rows = [(each.file, *(f"{getattr(each, name):,}" for name in counts), _came(each)) for each in done.files]
    return printing.table(
        ("File", "New", "Changed", "Unchanged", "Cancelled", "Set aside", "Waiting", ""),
        rows,
        right=("New", "Changed", "Unchanged", "Cancelled", "Set aside", "Waiting"),
    )


def _came(each: ExtractLoaded) -> str:
    if not each.tried:
        return "not tried"
    return "" if each.loaded else f"not loaded: {printing.several(each.problem_count, 'problem')}"


def _listing(title: str, listed: Sequence[Problem], count: int) -> RenderableType | None:
    """The first of what was noted or is wrong; how many more there are."""
    if not listed:
        return None
    rows = [(each.where, each.what, each.what_to_do) for each in listed[:SHOWN_PROBLEMS]]
    more = f" ({count - len(rows):,} more not shown)" if count > len(rows) else ""
    return printing.table(("Where", "What", "What to do"), rows, title=f"\n{title}{more}")


def _remedy(done: Load) -> str | None:
    """How many problems there were, in how many files, and what became of them."""
    faulty, whole, untried = done.faulty, done.left_out, done.untried
    if not faulty:
        return None
    said = [f"{printing.several(done.problem_count, 'problem')} in {printing.several(len(faulty), 'file')}."]
    if done.set_aside:
        said.append("Bad rows were set aside: see “outturn quarantine”.")
    if whole:
        said.append(
            f"{_listed(whole)} left out whole: correct {'it' if len(whole) == 1 else 'them'}, or add --quarantine."
        )
    if untried:
        said.append(f"{_listed(untried)} not tried: load the folder again once what {_they(untried)} on is right.")
    return "\n" + " ".join(said)


def _listed(files: list[ExtractLoaded]) -> str:
    return f"{printing.several(len(files), 'file')} {'was' if len(files) == 1 else 'were'}"


def _they(files: list[ExtractLoaded]) -> str:
    return "it depends" if len(files) == 1 else "they depend"


def list_bank(
    desk: Desk,
    whole: Annotated[
        bool, typer.Option("--whole", help="Show whole numbers, to an officer. That you looked is kept.")
    ] = False,
) -> None:
    """List bank details that wait for a second person. Nobody is paid to them until they are confirmed.

    Of each number only the end is shown. An officer who is to check them asks for --whole.

    Example: outturn bank list
    Example: outturn bank list --whole --as "second officer"
    """
    waiting = waiting_for_a_second_person(desk.database)
    if whole:
        by = desk.may("confirm", "see whole bank details")
        refs = [account.ref for each in waiting for account in (each.account, each.before) if account]
        with desk.database.begin() as connection:
            record_view(connection, refs, by=by, at=desk.at, verb="bank list")
    desk.answer(
        {
            "waiting": [
                {
                    "ref": each.ref,
                    "payee_ref": each.payee_ref,
                    "payee": each.payee_name,
                    "proposed_by": each.proposed_by,
                    "proposed": each.proposed_at,
                    **_account(each.account, whole),
                    "before": each.before and _account(each.before, whole),
                    "shared_with": _shared_json(each),
                }
                for each in waiting
            ]
        },
        printing.table(
            (
                "Bank details",
                "Payee",
                "",
                "Sort code",
                "Account",
                "Name on the account",
                "Roll number",
                "First day",
                "Proposed by",
                "Also the account of",
            ),
            [row for each in waiting for row in _old_and_new(each, whole)],
        )
        if waiting
        else "Every payee’s bank details are confirmed.",
    )


def _account(account: BankAccount, whole: bool) -> dict[str, object]:
    roll = account.roll_number
    return {
        "ref": account.ref,
        "sort_code": account.sort_code if whole else hidden_sort_code(account.sort_code),
        "account_number": account.account_number if whole else hidden(account.account_number),
        "account_name": account.account_name,
        "roll_number": hidden(roll) if roll and not whole else roll,
        "first_day": account.starts,
    }


def _old_and_new(each: Waiting, whole: bool) -> list[tuple[str, ...]]:
    """The account that waits, and under it the one confirmed before, if any."""
    rows = [(each.before.ref, "", "now", *_shown(each.before, whole), "", "")] if each.before else []
    return [
        (
            each.ref,
            f"{each.payee_name} ({each.payee_ref})",
            "new",
            *_shown(each.account, whole),
            each.proposed_by,
            ", ".join(map(str, each.shared_with)),
        ),
        *rows,
    ]


def _shown(account: BankAccount, whole: bool) -> tuple[str, ...]:
    code, number, roll = account.sort_code, account.account_number, account.roll_number or ""
    numbers = (whole_sort_code(code), number) if whole else (hidden_sort_code(code), hidden(number))
    return (*numbers, account.account_name, hidden(roll) if roll and not whole else roll, printing.day(account.starts))


def list_views(
    desk: Desk,
    ref: Annotated[str | None, typer.Argument(metavar="REF", help="Only of these bank details.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many to show, the latest first.")] = 100,
) -> None:
    """List who was shown whole bank details, which and when.

    Example: outturn bank views B1042
    """
    with desk.database.begin() as connection:
        rows = read_views(connection, ref, limit)
    desk.answer(
        {"views": [{"at": each.moment, "by": each.by, "verb": each.verb, "ref": each.ref} for each in rows]},
        printing.table(
            ("When (UTC)", "Who", "By", "Bank details"),
            [(printing.moment(each.moment), each.by, each.verb, each.ref) for each in rows],
        )
        if rows
        else "Nobody has been shown whole bank details.",
    )


def confirm_bank(
    desk: Desk,
    evidence: Annotated[
        str, typer.Option(metavar="TEXT", help="How they were checked, and with whom: ten letters or more.")
    ],
    refs: Annotated[list[str] | None, typer.Argument(metavar="REF…", help="Bank details to confirm.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that wait and that somebody else proposed.")] = False,
) -> None:
    """Confirm bank details as the second person: a confirmed officer, and not whoever proposed them.

    Example: outturn bank confirm B1042 --evidence "Called back on the number held since 2019" --as "second officer"
    """
    if bool(refs) == every:
        raise typer.BadParameter("Name the bank details to confirm, or give --all.")
    by = desk.may("confirm", "confirm bank details")
    check_evidence(evidence)
    chosen, own = list(refs or ()), 0
    waiting = waiting_for_a_second_person(desk.database)
    if every:
        chosen = [each.ref for each in waiting if not same_person(each.proposed_by, by)]
        own = len(waiting) - len(chosen)
    confirmed = confirm_bank_details(desk.database, chosen, by=by, at=desk.at, evidence=evidence) if chosen else 0
    said = f"{confirmed:,} confirmed by {by}." if confirmed else "There was nothing to confirm"
    if not confirmed:
        said += ": what you named was confirmed before." if refs else "."
    if own:
        said += f" {own:,} that you proposed yourself {'waits' if own == 1 else 'wait'} for somebody else."
    shared = [each for each in waiting if each.ref in chosen and each.shared_with]
    desk.answer(
        {
            "confirmed": confirmed,
            "asked": len(chosen),
            "own": own,
            "said": said,
            "shared": [{"ref": each.ref, "shared_with": _shared_json(each)} for each in shared],
        },
        said,
        *(
            printing.note(
                f"{each.ref}: the account ending {each.account.account_number[-4:]} is also that of "
                f"{' and '.join(map(str, each.shared_with))}. If that is not right, cancel one of them."
            )
            for each in shared
        ),
    )


def _shared_json(each: Waiting) -> list[dict[str, str]]:
    return [{"ref": other.ref, "name": other.name} for other in each.shared_with]
