"""One issued file at a time: kept once as it was issued, and given again byte for byte."""

import datetime as dt

from sqlalchemy import Connection

from finance.problems import Refusal
from interfaces.files.outbound import remittance, store
from interfaces.files.outbound.control import Printed
from interfaces.files.outbound.proving import content_of


class NotIssued(Refusal):
    """The file asked for has not been issued."""


class AlreadyIssued(Refusal):
    """A file of that kind has been issued for that run, and it was not this one."""


def unpacked(kind: str, row: dict[str, object]) -> Printed:
    """A stored file, refused unless it is what was issued."""
    rows, debit, credit, party = (int(str(row[key])) for key in ("rows", "debit", "credit", "party"))
    return Printed(kind, str(row["name"]), content_of(row), rows, debit, credit, party)


def workbook_of(paper: Printed) -> Printed:
    from interfaces.files.outbound.remittance_xlsx import write_remittance_xlsx  # loads openpyxl, which few verbs need

    content = write_remittance_xlsx(remittance.read_remittance(paper.content, paper.name))
    name = paper.name.removesuffix(".csv") + ".xlsx"
    return Printed(remittance.WORKBOOK_KIND, name, content, paper.rows, paper.debit, paper.credit, paper.party)


def issue(connection: Connection, run_nr: int, printed: Printed, at: dt.datetime) -> None:
    """Store a file as issued. The same file again changes nothing; another of its kind raises AlreadyIssued."""
    there = store.find_export(connection, run_nr, printed.kind, printed.party)
    if there is None:
        store.add_export(connection, run_nr, printed, at)
    elif there.sha256 != printed.sha256:
        raise AlreadyIssued(
            f"{there.name} was issued on {there.made_at:%d %B %Y} and is not the same file.",
            "Use the one that was issued; correct the facts and the next run will post the difference.",
        )


def reissue(connection: Connection, run_nr: int, kind: str, party: int = 0) -> Printed:
    """A file exactly as it was issued. Raises NotIssued, or ChangedSinceIssue when what is stored is not that."""
    there = store.find_export(connection, run_nr, kind, party)
    if there is None:
        raise NotIssued(f"Run {run_nr} has issued no {kind} for that payee.", "List the files it has issued.")
    return unpacked(kind, dict(there._mapping))


def remittance_workbook(connection: Connection, run_nr: int, party: int, at: dt.datetime) -> Printed:
    """A payee's remittance as a workbook, made from the issued CSV the first time it is asked for."""
    if store.find_export(connection, run_nr, remittance.WORKBOOK_KIND, party) is None:
        issue(connection, run_nr, workbook_of(reissue(connection, run_nr, remittance.KIND, party)), at)
    return reissue(connection, run_nr, remittance.WORKBOOK_KIND, party)
