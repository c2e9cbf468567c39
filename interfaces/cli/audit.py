"""For auditors: what the audit of each night notices, and the chain over what was posted, signed and confirmed."""

from pathlib import Path
from typing import Annotated

import typer

from interfaces.auditing import TESTS, carry_out
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.files.outbound.chain_folder_jobs import write_chain
from ledgers.audit.findings import AuditFinding
from ledgers.audit.jobs import answer_finding, give_finding
from ledgers.audit.store import last_audit, read_findings
from ledgers.chain.jobs import check_chain
from ledgers.chain.links import ChainLink


def add_to(app: typer.Typer) -> None:
    """Add the group of verbs."""
    audit = typer.Typer(
        no_args_is_help=True, help="For auditors: what audits notice, and what nobody can have changed."
    )
    for name, work in (
        ("run", run),
        ("list", list_findings),
        ("show", show),
        ("own", own),
        ("answer", answer),
        ("check", check),
        ("export", export),
    ):
        verb(audit, name)(work)
    app.add_typer(audit, name="audit", rich_help_panel="The ledger")


def check(
    desk: Desk,
    known: Annotated[
        str, typer.Option("--known", metavar="DIGEST", help="One kept on paper: nothing up to it was changed.")
    ] = "",
) -> None:
    """Work the chain out again: what was posted, signed for and confirmed is as it was. Exit code 1 when it is not.

    Example: outturn audit check --known 0af63c1b9d0e42f7
    """
    found, since = check_chain(desk.database, known)
    desk.failed = bool(found.differences)
    last = found.last
    desk.answer(
        {
            "holds": not found.differences,
            "links": last.nr if last else 0,
            "digest": last.digest if last else None,
            "known": _link_json(since) if since else None,
            "differences": [{"where": each.where, "what": each.what} for each in found.differences],
        },
        *(f"✗ {each.where}: {each.what}" for each in found.differences),
        f"The digest you kept is of {since.title}, made {printing.moment(since.at)} UTC." if since else None,
        "NOT AS IT WAS." if found.differences else "What is in the chain is as it was.",
        _last_shown(last),
    )


def _link_json(link: ChainLink) -> dict[str, object]:
    return {"nr": link.nr, "about": str(link.about), "made_at": link.at, "digest": link.digest}


def _last_shown(last: ChainLink | None) -> str:
    if last is None:
        return "The chain has no link: nothing was posted, signed for or confirmed yet."
    return f"{last.nr:,} links. Keep the digest of the last ({printing.moment(last.at)} UTC):\n{last.digest}"


def export(
    desk: Desk, folder: Annotated[Path, typer.Argument(file_okay=False, metavar="FOLDER", help="Empty, or not there.")]
) -> None:
    """Write the chain, all it covers and a script that works it out again, for an auditor with no Outturn.

    Example: outturn audit export for-the-auditor
    """
    done = write_chain(desk.database, folder)
    stray = f" {done.in_no_link:,} are in no link: the script names them." if done.in_no_link else ""
    desk.answer(
        {
            "folder": str(done.folder),
            "links": done.links,
            "in_no_link": done.in_no_link,
            "digest": done.last.digest if done.last else None,
        },
        f"{folder}: {done.links:,} links, and what they cover.{stray}",
        printing.note(f"Whoever has Python checks it with nothing else: python {folder / 'check_chain.py'}"),
        _last_shown(done.last),
    )


# What is noticed ------------------------------------------------------------------------------------------------------


def run(desk: Desk) -> None:
    """Carry out the audit of a day (--on), and keep what it notices. The timetable does so each night.

    Example: outturn audit run --as "internal auditor"
    """
    found = carry_out(desk.database, desk.on, by=desk.by, at=desk.at)
    counts = {name: len(noticed) for name, noticed in found.items()}
    desk.answer(
        {"on": desk.on, "noticed": counts},
        printing.table(
            ("Test", "Looks for", "Noticed"),
            [(each.TEST.name, each.TEST.words, f"{counts[each.TEST.name]:,}") for each in TESTS],
            right=("Noticed",),
        ),
    )


def list_findings(
    desk: Desk,
    every: Annotated[bool, typer.Option("--every", help="Those answered, and those that have gone, too.")] = False,
) -> None:
    """List what audits noticed and nobody has answered: how much, since when, who looks into it.

    Example: outturn audit list
    """
    with desk.database.read() as connection:
        last = last_audit(connection)
        found = [each for each in read_findings(connection) if each.open or every]
    found.sort(key=lambda each: -each.pence)
    rows = [
        (
            str(each.nr),
            each.test,
            each.what,
            printing.amount(each.pence) if each.pence else "",
            printing.day(each.first_seen),
            printing.day(each.last_seen),
            each.owner or "nobody",
            _state(each),
        )
        for each in found
    ]
    columns = ("", "Test", "What", "Amount", "First seen", "Last seen", "Owner", "State")
    desk.answer(
        {"last_audit": last[1] if last else None, "findings": [_finding_json(each) for each in found]},
        printing.table(columns, rows, right=("", "Amount")) if rows else "Nothing is open.",
        printing.note(f"The last audit was of {printing.day(last[1])}." if last else "No audit was carried out yet."),
    )


def _state(each: AuditFinding) -> str:
    return "gone" if each.gone else "answered" if each.answered else "open"


def _finding_json(each: AuditFinding) -> dict[str, object]:
    return {
        "finding": each.nr,
        "test": each.test,
        "what": each.what,
        "amount_pence": each.pence,
        "first_seen": each.first_seen,
        "last_seen": each.last_seen,
        "state": _state(each),
        "owner": each.owner,
        "said": [
            {"at": said.at, "by": said.by, "owner": said.owner, "reason": said.reason, "amount_pence": said.pence}
            for said in each.answers
        ],
    }


FindingNumber = Annotated[int, typer.Argument(metavar="FINDING", min=1, help="Its number: outturn audit list.")]


def show(desk: Desk, finding: FindingNumber) -> None:
    """Show one finding, and all that was said of it.

    Example: outturn audit show 1
    """
    with desk.database.read() as connection:
        (found,) = read_findings(connection, finding)
    said = [
        (printing.moment(each.at), each.by, f"given to {each.owner}" if each.owner else "answered", each.reason)
        for each in found.answers
    ]
    desk.answer(
        _finding_json(found),
        f"{found.nr}, {found.test}: {found.what}",
        f"First seen {printing.day(found.first_seen)}, last {printing.day(found.last_seen)}; {_state(found)}.",
        printing.table(("When (UTC)", "By", "Said", "Why"), said) if said else "Nobody has said anything of it.",
    )


def own(
    desk: Desk,
    finding: FindingNumber,
    owner: Annotated[str, typer.Argument(metavar="OFFICER", help="On the list of officers.")],
) -> None:
    """Give a finding to an officer to look into.

    Example: outturn audit own 1 "payments officer" --as "internal auditor"
    """
    done = give_finding(desk.database, finding, owner, by=desk.by, at=desk.at)
    desk.answer(_finding_json(done), f"{done.owner} looks into finding {done.nr}.")


def answer(
    desk: Desk,
    finding: FindingNumber,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="What was found: it is kept.")],
) -> None:
    """Answer a finding, with what was found. It is listed again only when it comes to more.

    Example: outturn audit answer 1 --reason "The home confirmed both accounts by letter" --as "internal auditor"
    """
    done = answer_finding(desk.database, finding, reason=reason, by=desk.by, at=desk.at)
    desk.answer(_finding_json(done), f"Finding {done.nr} is answered.")
