"""What a released run sends out: its files, a payee’s remittance, a debt raised; and any of them again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from sqlalchemy import Row

from billing.recharges.store import read_recharged
from finance.facts import tables as t
from finance.money import sterling
from interfaces.cli.frame import printing, references
from interfaces.cli.frame.arguments import Folder, RunNumber
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.runs.payrun import LIFE
from interfaces.files.outbound import remittance as papers
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.reissue_jobs import reissue, remittance_workbook
from interfaces.files.outbound.remittance import Remittance, read_remittance
from interfaces.files.outbound.store import issued
from ledgers import store as ledger
from ledgers.coding.store import load_current
from ledgers.debt_jobs import record_debt
from ledgers.runs import POSTED, NotReleased
from ledgers.views.store import read_run_of

LINES_SHOWN = 200
"""Lines of a remittance on a screen: nobody reads more there, and a table of 50,000 takes a minute to draw."""

Payee = Annotated[str, typer.Argument(metavar="PAYEE", help="The payee’s reference.")]


def add_to_payrun(app: typer.Typer) -> None:
    """Add the verbs of a run."""
    for name, work in (("files", files), ("remittance", remittance), ("debt", debt)):
        verb(app, name, rich_help_panel="After release")(work)


def add_to(app: typer.Typer) -> None:
    """Add the verbs that stand alone."""
    verb(app, "reissue", rich_help_panel="The ledger")(again)


def files(
    desk: Desk,
    run: RunNumber,
    folder: Folder = Path("files-out"),
    listed: Annotated[bool, typer.Option("--list", help="Only list what has been issued; write nothing.")] = False,
) -> None:
    """Write every file of a released run: creditor payments, journals, remittances, sealed workings.

    The files of the run that recharged it to other funders are written beside them. What was issued before comes out
    the same, byte for byte. Who asks is an officer who may release runs, and whoever asks first is recorded.

    Example: outturn payrun files 3 --folder to-finance --as "first officer"
    """
    LIFE.ours(desk, run)
    with desk.database.read() as connection:
        by = "" if listed else ledger.acting(connection, desk.by, "release", "write its files")
        raised = read_recharged(connection, run)
    recharge, status = raised or (None, None)
    posted = recharge if status in POSTED else None
    if not listed:
        from interfaces.files.outbound.folder_jobs import write_run_files  # slow to bring

        with desk.progress() as progress:
            for each in filter(None, (posted, run)):  # the file that money is paid by is the last
                write_run_files(desk.database, each, folder, desk.at, progress, council=desk.council.name, by=by)
    with desk.database.read() as connection:
        rows = issued(connection, run)
        beside = issued(connection, posted) if posted else []
        names = references.payees(connection, [row.party for row in rows if row.party])
    whole = [row for row in rows if not row.party]
    theirs = len(rows) - len(whole)
    desk.answer(
        {
            "run": run,
            "folder": None if listed else str(folder),
            "files": [_file_json(row, names) for row in rows],
            "recharge_run": recharge,
            "recharge_files": [_file_json(row, {}) for row in beside],
        },
        _files_shown(whole) if rows else "No file has been issued.",
        f"and {printing.several(theirs, 'remittance')}." if theirs else None,
        f"Run {posted} recharged it to other funders:" if beside else None,
        _files_shown(beside) if beside else None,
        f"Run {recharge} was cut off before it recharged anything: outturn billrun recharge {run}"
        if recharge and not posted
        else None,
        None if listed else printing.note(f"Written to {folder}/"),
    )


def _file_json(row: Row[Any], names: Mapping[int, references.Named]) -> dict[str, object]:
    return {
        "export": row.nr,
        "kind": row.kind,
        "payee": names[row.party].ref if row.party else None,
        "name": row.name,
        "rows": row.rows,
        "debit_pence": row.debit,
        "credit_pence": row.credit,
        "sha256": row.sha256,
        "made_at": row.made_at,
    }


def _files_shown(rows: Sequence[Row[Any]]) -> RenderableType:
    return printing.table(
        ("Export", "File", "Rows", "Debits", "Credits", "SHA-256"),
        [
            (
                str(row.nr),
                row.name,
                f"{row.rows:,}",
                printing.amount(row.debit),
                printing.amount(row.credit),
                row.sha256[:12],
            )
            for row in rows
        ],
        right=("Export", "Rows", "Debits", "Credits"),
    )


def remittance(
    desk: Desk,
    run: RunNumber,
    payee: Payee,
    folder: Annotated[
        Path | None, typer.Option("--folder", file_okay=False, metavar="DIR", help="Write it as CSV and XLSX here too.")
    ] = None,
) -> None:
    """Show one payee’s remittance, as issued.

    Example: outturn payrun remittance 3 V1 --folder outbox
    """
    with desk.database.read() as connection:
        found = read_run_of(connection, run, (LIFE.stream,))
        party = references.number_of(connection, t.payee, payee)
        if found.status not in POSTED or not issued(connection, run, papers.KIND):
            raise NotReleased(f"No remittance of {found.title} has been issued.", f"Use: outturn payrun files {run}")
        paper = reissue(connection, run, papers.KIND, party)
        workbook = remittance_workbook(connection, run, party, desk.at) if folder else None
    if folder:
        for each in (paper, workbook):
            assert each is not None
            leave(folder / each.name, each.content)
    read = read_remittance(paper.content, paper.name)
    desk.answer(
        _remittance_json(read), *remittance_shown(read), printing.note(f"Written to {folder}/") if folder else None
    )


def _remittance_json(read: Remittance) -> dict[str, object]:
    return {
        "run": read.heading.run,
        "payee": read.payee_ref,
        "name": read.payee_name,
        "pay_date": read.heading.pay_date,
        "paid_pence": read.paid,
        "care_pence": read.care,
        "taken_off_pence": read.taken_off,
        "adjustments_pence": read.adjustments,
        "brought_forward_pence": read.brought_forward,
        "to_debtors_pence": read.moved,
        "carried_forward_pence": read.carried_forward,
        "lines": [
            {
                "section": each.section,
                "person": each.person,
                "service": each.service,
                "line": each.line,
                "for": each.what,
                "first_day": each.first,
                "last_day": each.last,
                "amount_pence": each.amount,
                "note": each.note,
            }
            for each in read.lines
        ],
    }


def remittance_shown(read: Remittance) -> list[RenderableType]:
    payee = printing.named(read.payee_name, read.payee_ref)
    more = len(read.lines) - LINES_SHOWN
    when = f"{sterling(read.paid)} on {printing.day(read.heading.pay_date)}"
    return [
        f"{read.heading.council}: remittance to {payee}, run {read.heading.run}, {when}",
        printing.table(
            ("Section", "Person", "Service", "Line", "For", "Days", "Amount", "Note"),
            [
                (
                    each.section,
                    f"{each.initials} {each.person}".strip(),
                    each.service,
                    each.line,
                    each.what,
                    f"{printing.day(each.first)} to {printing.day(each.last)}",
                    printing.amount(each.amount),
                    each.note,
                )
                for each in read.lines[:LINES_SHOWN]
            ],
            right=("Amount",),
        ),
        *([f"and {printing.several(more, 'more line')}. All of them: --folder DIR, or --json."] if more > 0 else []),
        printing.sums(
            [
                ("Care", read.care),
                ("Taken off", read.taken_off),
                ("Adjustments", read.adjustments),
                ("Brought forward", read.brought_forward),
                ("Moved to debtors", read.moved),
                ("Carried forward", read.carried_forward),
                ("Paid", read.paid),
            ]
        ),
    ]


def debt(desk: Desk, run: RunNumber, payee: Payee) -> None:
    """Turn what a payee owes after a run into a debt to be invoiced.

    Example: outturn payrun debt 3 V9 --as "first officer"
    """
    by = desk.by
    LIFE.ours(desk, run)
    with desk.database.begin() as connection:
        party = references.number_of(connection, t.payee, payee)
        named = references.payees(connection, [party])[party]
        coding = load_current(connection)
    owed = record_debt(desk.database, run, party, coding, by=by, at=desk.at)
    desk.answer(
        {"run": run, "payee": payee, "debt_pence": owed, "by": by},
        f"{sterling(owed)} owed by {named} is now a debt to be invoiced.",
    )


def again(
    desk: Desk,
    export: Annotated[
        str,
        typer.Argument(
            metavar="EXPORT",
            help="The issued file: its name, its batch number or its export number (outturn payrun files RUN --list).",
        ),
    ],
    folder: Folder = Path("files-out"),
) -> None:
    """Write an issued file again: the same bytes, refused if what is stored is no longer what was issued.

    Example: outturn reissue AP000012 --folder to-finance --as "first officer"
    """
    with desk.database.read() as connection:
        ledger.acting(connection, desk.by, "release", "write files again")
        row = references.read_export(connection, export)
        printed = reissue(connection, row.run, row.kind, row.party)
    path = folder / printed.name
    leave(path, printed.content)
    desk.answer(
        {
            "export": row.nr,
            "name": row.name,
            "run": row.run,
            "kind": row.kind,
            "path": str(path),
            "sha256": printed.sha256,
            "made_at": row.made_at,
        },
        f"{path}: as issued on {printing.moment(row.made_at)}, SHA-256 {printed.sha256}",
    )
