"""Bills as papers: issue a run's, print one again, look at one, gather them for sending, say they were sent;
statements.
"""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy import Row

from billing.documents import jobs, store
from billing.documents.content import CouncilOnPaper, Statement
from billing.documents.paper_json import unpacked
from finance.money import sterling
from finance.problems import Refusal
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Folder, RunNumber
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.documents.batches import as_sent, read_post_batch, write_post_batch
from interfaces.documents.emails import read_emails, write_emails
from interfaces.documents.press import Press
from interfaces.documents.rendering import for_screen
from interfaces.documents.sheet import SheetSection
from interfaces.documents.statement import tell
from interfaces.files.outbound.leaving import leave

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The number on the paper: B0000123.")]
Large = Annotated[bool, typer.Option("--large", help="In large print.")]
Language = Annotated[str | None, typer.Option("--language", metavar="LANGUAGE", help="English or Welsh.")]


class Delivery(StrEnum):
    """The ways papers go."""

    POST = "post"
    EMAIL = "email"


class NothingToSend(Refusal):
    """No paper waits to be sent that way."""


def add_to(app: typer.Typer) -> None:
    """Add the verbs of bills as papers."""
    for name, work in (
        ("issue", issue),
        ("papers", papers),
        ("print", print_again),
        ("show", show),
        ("dispatch", dispatch),
    ):
        verb(app, name, rich_help_panel="Papers")(work)


def add_statement_to(app: typer.Typer) -> None:
    """Add the verb that stands alone."""
    verb(app, "statement", rich_help_panel="Money coming in")(statement)


def issue(
    desk: Desk,
    run: RunNumber,
    html: Annotated[
        bool, typer.Option("--html", help="Make a page of every bill, not only of those that go by email.")
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, metavar="N", help="Delivery many processes lay papers out.")
    ] = 2,
) -> None:
    """Make the paper of every bill of a released run. Cut off, it goes on where it stopped; nothing is made twice.

    Example: outturn bill issue 12 --as "first officer"
    """
    by = desk.by
    details = desk.council.on_paper
    with desk.progress() as progress, Press(workers) as press:
        done = jobs.issue_documents(
            desk.database, run, details, press, by=by, at=desk.at, on=desk.on, progress=progress, every_html=html
        )
    desk.failed = bool(done.problems)
    desk.answer(
        {
            "run": run,
            "papers": done.papers,
            "before": done.before,
            "problems": [printing.problem(each) for each in done.problems],
        },
        (
            f"{printing.several(done.papers, 'paper')} made; {printing.several(done.before, 'paper')} had been made "
            f"before."
        ),
        *(str(each) for each in done.problems),
        printing.note(f"Next: outturn bill dispatch {run} --how post"),
    )


def papers(
    desk: Desk,
    run: RunNumber,
    unsent: Annotated[bool, typer.Option("--unsent", help="Only those nobody has said were sent.")] = False,
) -> None:
    """List the papers of a run: to whom, how, and whether they were sent.

    Example: outturn bill papers 12 --unsent
    """
    with desk.database.read() as connection:
        rows = [each for each in store.documents_of_run(connection, run) if not (unsent and each.sent)]
    desk.answer(
        {"run": run, "papers": [_paper_json(each) | {"sent": each.sent} for each in rows]},
        printing.table(
            ("Number", "Kind", "Form", "To", "As", "By", "Amount", "Balance", "Sent"),
            [
                (
                    each.name,
                    each.kind,
                    _form(each),
                    each.addressed_to,
                    each.capacity,
                    each.channel,
                    printing.amount(each.amount),
                    printing.amount(each.balance),
                    f"{each.sent:,}" if each.sent else "no",
                )
                for each in rows
            ],
            right=("Amount", "Balance"),
        )
        if rows
        else "There is no such paper.",
    )


def _form(row: Row[Any]) -> str:
    words = [
        row.format.upper(),
        "" if row.language == "English" else row.language,
        "large print" if row.print == "large" else "",
    ]
    return ", ".join(filter(None, words))


def _paper_json(row: Row[Any]) -> dict[str, object]:
    return {
        "document": row.nr,
        "number": row.name,
        "kind": row.kind,
        "format": row.format,
        "language": row.language,
        "print": row.print,
        "addressed_to": row.addressed_to,
        "capacity": row.capacity,
        "channel": row.channel,
        "send_to": row.send_to,
        "dated": row.dated,
        "amount_pence": row.amount,
        "balance_pence": row.balance,
        "sha256": row.sha256,
        "made_at": row.made_at,
    }


def print_again(
    desk: Desk,
    number: Number,
    to: Annotated[Path, typer.Option("--to", dir_okay=False, metavar="FILE", help="Where to write it; .pdf or .html.")],
    large: Large = False,
    language: Language = None,
) -> None:
    """Write a paper as it was issued: the same bytes. In a form it has not had, it is made from what it then said.

    Example: outturn bill print B0000123 --to bill.pdf
    """
    form = to.suffix.lstrip(".").casefold()
    if form not in ("pdf", "html"):
        raise typer.BadParameter(f"A paper cannot be written as {to.name}. Name it .pdf or .html.")
    try:
        with desk.database.read() as connection:
            row: Row[Any] = jobs.read_paper(connection, number, format_=form, large=large, language=language)
    except store.NoSuchPaper:
        row = jobs.in_another_form(
            desk.database, number, Press(1), by=desk.by, at=desk.at, format_=form, large=large, language=language
        )
    with desk.database.read() as connection:
        first: Row[Any] = jobs.read_paper(connection, number, format_=None)
    made = jobs.bytes_of(row)
    leave(to, made)
    desk.answer(
        _paper_json(row) | {"path": str(to)}, f"{to}: {row.name} {_as_issued(row, first)}, SHA-256 {row.sha256}"
    )


def _as_issued(row: Row[Any], first: Row[Any]) -> str:
    """When a paper was issued and, where this form of it came later, when that was made."""
    if row.nr == first.nr:
        return f"as issued on {printing.moment(row.made_at)}"
    made = f"this form made on {printing.moment(row.made_at)} from what it then said"
    return f"issued on {printing.moment(first.made_at)}, {made}"


def show(desk: Desk, number: Number) -> None:
    """Show what a paper says, and how it was sent.

    Example: outturn bill show B0000123
    """
    with desk.database.read() as connection:
        row: Row[Any] = jobs.read_paper(connection, number, format_=None)
        sent = store.dispatches_of(connection, row.nr)
    told = tell(unpacked(row.kind, row.record))
    desk.answer(
        _paper_json(row)
        | {
            "sections": [_section_json(each) for each in for_screen(told)],
            "sent": [
                {"how": each.how, "to": each.to_where, "at": each.at, "by": each.by, "proof": each.proof}
                for each in sent
            ],
        },
        *printing.sections(for_screen(told)),
        printing.heading("Sent"),
        *(
            f"By {each.how} to {each.to_where} on {printing.moment(each.at)}, said by {each.by}: {each.proof}"
            for each in sent
        ),
        None if sent else "Nobody has said it was sent.",
    )


def _section_json(each: SheetSection) -> dict[str, object]:
    return {
        "title": each.title,
        "sentences": each.sentences,
        "columns": each.columns,
        "rows": each.rows,
        "after": each.after,
    }


def dispatch(
    desk: Desk,
    run: RunNumber,
    how: Annotated[Delivery, typer.Option("--how", help="The way they go.")] = Delivery.POST,
    folder: Folder = Path("papers-out"),
    sent: Annotated[
        Path | None,
        typer.Option(
            "--sent",
            metavar="BATCH",
            exists=True,
            help="Say that this batch was sent: the file, or the folder of messages.",
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="They were sent once more.")] = False,
) -> None:
    """Gather a run’s papers for sending; then, once they have gone, say so. Only then are they recorded as sent.

    Example: outturn bill dispatch 12 --how post --folder to-printer
    Example: outturn bill dispatch 12 --how post --sent to-printer/papers_run_000012_post_1-80.zip --as "first officer"
    """
    if sent is not None:
        return _record(desk, how, sent, again)
    with desk.database.read() as connection:
        rows = store.to_send(connection, run, how)
        if how is Delivery.POST:
            rows = [each for each in rows if each.format == "pdf"]
        records = store.read_records(connection, [each.nr for each in rows]) if how is Delivery.EMAIL else {}
    if not rows:
        raise NothingToSend(f"No paper of run {run} waits to go by {how}.", "See: outturn bill papers RUN --unsent")
    if how is Delivery.POST:
        batch = write_post_batch(desk.database, run, rows, folder)
    else:
        batch = write_emails(desk.database, run, rows, records, desk.council.on_paper, folder, desk.at)
    desk.answer(
        {
            "run": run,
            "how": how,
            "path": str(batch.path),
            "papers": batch.papers,
            "bytes": batch.bytes,
            "sha256": batch.sha256,
        },
        f"{batch.path}: {printing.several(batch.papers, 'paper')}, {batch.bytes:,} bytes, SHA-256 {batch.sha256}",
        printing.note(f"Once they have gone: outturn bill dispatch {run} --how {how} --sent {batch.path}"),
    )
    return None


def _record(desk: Desk, how: Delivery, path: Path, again: bool) -> None:
    if how is Delivery.POST:
        listed, whole = read_post_batch(path)
        ready = as_sent(desk.database, listed, path.name, f"{path.name} sha256 {whole}")
    else:
        ready = as_sent(desk.database, read_emails(path), path.name)
    count = jobs.record_dispatch(desk.database, ready, how, by=desk.by, at=desk.at, again=again)
    desk.answer(
        {"how": how, "batch": str(path), "papers": count, "by": desk.by},
        f"{printing.several(count, 'paper')} recorded as sent by {how}.",
    )


def statement(
    desk: Desk,
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="The bill payer’s reference or customer number.")],
    starts: Annotated[dt.date, typer.Option("--from", parser=read_day, metavar="DATE", help="The first day.")],
    last: Annotated[
        dt.date, typer.Option("--to", parser=read_day, metavar="DATE", help="The last day, itself included.")
    ],
    file: Annotated[
        Path | None,
        typer.Option("--file", dir_okay=False, metavar="FILE", help="Issue it, and write it here; .pdf or .html."),
    ] = None,
) -> None:
    """Show a payer’s account over some days: what was owed, what moved it, what is owed. With --file, issue it.

    Example: outturn statement BP000123 --from 2026-04-06 --to 2026-06-28 --file statement.pdf --as "first officer"
    """
    if last < starts:
        raise typer.BadParameter("The last day is before the first.")
    details, ends = desk.council.on_paper, last + dt.timedelta(days=1)
    if file is None:
        return _look(desk, payer, starts, last, details)
    form = file.suffix.lstrip(".").casefold()
    if form not in ("pdf", "html"):
        raise typer.BadParameter(f"A statement cannot be written as {file.name}. Name it .pdf or .html.")
    issued: Row[Any] = jobs.issue_statement(
        desk.database,
        payer,
        starts,
        ends,
        details,
        Press(1),
        by=desk.by,
        at=desk.at,
        on=desk.on,
        format_=form,
        until=desk.as_at,
    )
    made = jobs.bytes_of(issued)
    leave(file, made)
    said = unpacked(issued.kind, issued.record)
    assert isinstance(said, Statement)
    kept = (
        f"{file}: {issued.name}, dated {printing.day(issued.dated)}, issued and kept, {sterling(said.closing)} at "
        f"the end"
    )
    return _statement_answer(desk, payer, said, issued, printing.note(kept))


def _look(desk: Desk, payer: str, starts: dt.date, last: dt.date, details: CouncilOnPaper) -> None:
    """Show the account; of days that have not come, only so far."""
    if starts > desk.on:
        raise jobs.NotYetCome(f"{printing.day(starts)} has not come.", "Ask for days that have.")
    until = min(last, desk.on)
    ends = until + dt.timedelta(days=1)
    said, _ = jobs.make_statement(desk.database, payer, starts, ends, details, on=desk.on, until=desk.as_at)
    so_far = f"So far: the days after {printing.day(until)} have not come." if until < last else None
    _statement_answer(desk, payer, said, None, so_far)


def _statement_answer(
    desk: Desk, payer: str, said: Statement, issued: Row[Any] | None, note: Text | str | None
) -> None:
    desk.answer(
        {
            "payer": payer,
            "first_day": said.starts,
            "last_day": said.ends - dt.timedelta(days=1),
            "opening_pence": said.opening,
            "closing_pence": said.closing,
            "movements": [
                {
                    "on": each.on,
                    "kind": each.kind,
                    "put_right": each.put_right,
                    "reference": each.reference,
                    "amount_pence": each.amount,
                }
                for each in said.movements
            ],
            "document": issued.nr if issued else None,
            "number": issued.name if issued else None,
        },
        *printing.sections(for_screen(tell(said))),
        note,
    )
