"""Papers gathered for sending: one file for the post, a folder of messages for email, each with a list of what is in
it.

Making a batch records nothing. The officer who knows it went hands the same batch back, it is read and compared with
what was issued, and only then is each paper recorded as sent. The same papers give the same bytes.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from billing.documents import store
from billing.documents.issuing import opened
from billing.documents.jobs import PaperSent
from finance.columns import Database
from finance.problems import Refusal
from interfaces.files.outbound.leaving import digest, growing
from interfaces.files.outbound.printing import guarded, unguarded

MANIFEST = "manifest.csv"
COLUMNS = (
    "Place",
    "Document",
    "Number",
    "Kind",
    "File",
    "Addressed to",
    "Capacity",
    "Send to",
    "Language",
    "Print",
    "Bytes",
    "SHA-256",
    "Proof",
)
AT_ONCE = 200
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip file can hold, so that time changes no byte


class BrokenBatch(Refusal):
    """A batch that is not what this database made."""


@dataclass(frozen=True, slots=True)
class PrintBatch:
    """A batch as written: where, how many papers, how many bytes of them, and the hash of the whole."""

    path: Path
    papers: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a manifest."""

    document: int
    file: str
    send_to: str
    sha256: str
    proof: str


def contents(database: Database, rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], bytes]]:
    """Each paper with its bytes as issued, a few at a time. Raises ChangedSinceIssue."""
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        with database.read() as connection:
            kept = store.read_content(connection, [each.nr for each in some])
        for row in some:
            yield row, opened(row.name, *kept[row.nr])


def write_post_batch(database: Database, run: int, rows: Sequence[Row[Any]], folder: Path) -> PrintBatch:
    """One zip of a run's PDFs for the post, in order of number, with a manifest."""
    path = folder / f"papers_run_{run:06}_post_{rows[0].nr}-{rows[-1].nr}.zip"
    lines: list[tuple[object, ...]] = []
    size = 0
    with growing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as batch:
        for place, (row, made) in enumerate(contents(database, rows), start=1):
            name = f"{place:06}_{file_name(row)}"
            batch.writestr(zipfile.ZipInfo(name, _LONG_AGO), made)
            lines.append(line(place, row, name, ""))
            size += len(made)
        batch.writestr(zipfile.ZipInfo(MANIFEST, _LONG_AGO), manifest(lines))
    return PrintBatch(path, len(lines), size, digest(path))


def file_name(row: Row[Any]) -> str:
    """A paper's file: its number, and its form where that is not the plain one."""
    large = "-large" if row.print == "large" else ""
    language = "" if row.language == "English" else f"-{row.language.lower()}"
    return f"{row.name}{language}{large}.{row.format}"


def line(place: int, row: Row[Any], file: str, proof: str) -> tuple[object, ...]:
    """A paper's line in a manifest."""
    return (
        place,
        row.nr,
        row.name,
        row.kind,
        file,
        row.addressed_to,
        row.capacity,
        row.send_to,
        row.language,
        row.print,
        row.size,
        row.sha256,
        proof,
    )


def manifest(lines: Iterable[tuple[object, ...]]) -> bytes:
    """The list of a batch: a line a paper, then how many, how many bytes, and one hash over all theirs in order."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    rows = list(lines)
    writer.writerows([guarded(each) if isinstance(each, str) else each for each in row] for row in rows)
    whole = hashlib.sha256("\n".join(str(each[11]) for each in rows).encode()).hexdigest()
    total = sum(int(str(each[10])) for each in rows)
    writer.writerow(("Total", len(rows), *[""] * 8, total, whole, ""))
    return text.getvalue().encode()


def read_post_batch(path: Path) -> tuple[list[Listed], str]:
    """What a batch for the post holds, each paper's bytes compared with the manifest, and the hash of the file."""
    try:
        with zipfile.ZipFile(path) as batch:
            listed = read_manifest(batch.read(MANIFEST), path.name)
            for each in listed:
                if hashlib.sha256(batch.read(each.file)).hexdigest() != each.sha256:
                    raise BrokenBatch(
                        f"{path.name}: {each.file} is not the paper in the manifest.", "Make the batch again."
                    )
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise BrokenBatch(f"{path.name} is not a batch of papers: {error}.", "Name the file that was sent.") from error
    return listed, digest(path)


def read_manifest(content: bytes, name: str) -> list[Listed]:
    """The lines of a manifest, its totals checked. Raises BrokenBatch."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    if not rows or tuple(rows[0]) != COLUMNS or rows[-1][0] != "Total":
        raise BrokenBatch(f"{name}: the manifest is not one of ours, or is cut short.", "Make the batch again.")
    body, total = rows[1:-1], rows[-1]
    whole = hashlib.sha256("\n".join(each[11] for each in body).encode()).hexdigest()
    if (str(len(body)), str(sum(int(each[10]) for each in body)), whole) != (total[1], total[10], total[11]):
        raise BrokenBatch(f"{name}: the manifest’s totals are not those of its lines.", "Make the batch again.")
    return [Listed(int(each[1]), *(unguarded(each[place]) for place in (4, 7, 11, 12))) for each in body]


def as_sent(database: Database, listed: Sequence[Listed], name: str, proof: str = "") -> list[PaperSent]:
    """The papers of a batch as records of sending, once each is known to be a paper issued here. Raises BrokenBatch."""
    made = []
    for first in range(0, len(listed), AT_ONCE):
        some = listed[first : first + AT_ONCE]
        with database.read() as connection:
            kept = store.read_content(connection, [each.document for each in some])
        for each in some:
            if each.document not in kept or kept[each.document][1] != each.sha256:
                raise BrokenBatch(f"{name}: {each.file} was not issued here.", "Use the batch this database made.")
            made.append(PaperSent(each.document, each.send_to, each.proof or proof))
    return made
