"""Papers by email: a folder of messages ready for a relay, each with the PDF and the page attached, and a manifest.

The message itself says nothing of anybody's money: that is in the attachments alone. The same papers give the same
messages but for their date, which is told; one that is there already keeps its own. The manifest is written last: a
folder without one is not a batch.
"""

import datetime as dt
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from billing.documents.content import CouncilOnPaper, Paper
from billing.documents.paper_json import unpacked
from finance.columns import Database
from finance.problems import Refusal
from interfaces.documents.batches import (
    MANIFEST,
    Listed,
    PrintBatch,
    contents,
    file_name,
    line,
    manifest,
    read_manifest,
)
from interfaces.documents.statement import tell
from interfaces.documents.words import words_of
from interfaces.files.outbound.leaving import into

TYPES = {"pdf": ("application", "pdf"), "html": ("text", "html")}


class NoSender(Refusal):
    """Messages cannot be made without the address they come from."""


def write_emails(
    database: Database,
    run: int,
    rows: Sequence[Row[Any]],
    records: dict[int, bytes],
    council: CouncilOnPaper,
    folder: Path,
    at: dt.datetime,
) -> PrintBatch:
    """A message for each bill among ``rows``, in a folder of the run's own. ``records``: what each paper says, by
    number.

    Raises NoSender when the council file gives no email.
    """
    if "@" not in council.email:
        raise NoSender(
            "No email address to send from is known.", "Give email under [council.papers] in the council file."
        )
    inside = folder / f"papers_run_{run:06}_email_{rows[0].nr}-{rows[-1].nr}"
    lines: list[tuple[object, ...]] = []
    size = 0
    with into(inside, inside.name) as leaving:
        for _, some in groupby(contents(database, rows), key=lambda each: each[0].bill):
            papers = list(some)
            first = papers[0][0]
            number = message_id(first, council)
            name = f"{first.name}.eml"
            dated = _date_of(inside / name) or at
            message = _message(unpacked(first.kind, records[first.nr]), papers, number, council, dated)
            leaving.save([(name, message.as_bytes(policy=policy.SMTP))])
            for row, made in papers:
                lines.append(line(len(lines) + 1, row, name, number))
                size += len(made)
        listed = manifest(lines)
        leaving.save([(MANIFEST, listed)])
    return PrintBatch(inside, len(lines), size, listed.decode().rstrip().split(",")[-2])


def _date_of(path: Path) -> dt.datetime | None:
    """The date of a message made before, by an attempt that was cut off or is made again: it keeps its date."""
    try:
        said = message_from_bytes(path.read_bytes(), policy=policy.SMTP)["Date"]
    except OSError:
        return None
    found: dt.datetime | None = None if said is None else said.datetime
    return None if found is None or found.tzinfo is None else found.astimezone(dt.UTC).replace(tzinfo=None)


def message_id(row: Row[Any], council: CouncilOnPaper) -> str:
    """The message's own id, the same whenever it is made again."""
    return f"<paper-{row.nr}.{row.sha256[:16]}@{council.email.rsplit('@', 1)[1]}>"


def _message(
    paper: Paper, papers: Sequence[tuple[Row[Any], bytes]], number: str, council: CouncilOnPaper, at: dt.datetime
) -> EmailMessage:
    words = words_of(paper.to.language)
    told = tell(paper)
    key = "email.ask" if council.phone else "email.ask_email"
    ask = words.say(key, email=council.email, phone=council.phone, reference=paper.reference)
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["To"] = council.email, paper.to.email
    title = told.title.replace("\N{NO-BREAK SPACE}", " ")
    made["Subject"] = words.say("email.subject", title=title, number=told.number)
    made["Date"] = format_datetime(at.replace(tzinfo=dt.UTC))
    made["Message-ID"] = number
    made.set_content(words.say("email.body", title=title, ask=ask))
    for row, content in papers:
        main, sub = TYPES[row.format]
        made.add_attachment(content, maintype=main, subtype=sub, filename=file_name(row))
    made["Content-Language"] = words.tag
    made.set_boundary(f"=={papers[0][0].sha256[:40]}==")
    return made


def read_emails(folder: Path) -> list[Listed]:
    """The manifest of a folder of messages, each of them there."""
    listed = read_manifest((folder / MANIFEST).read_bytes(), folder.name)
    for each in listed:
        if not (folder / each.file).is_file():
            raise Refusal(f"{folder.name} has no {each.file}.", "Name the folder as it was made.")
    return listed
