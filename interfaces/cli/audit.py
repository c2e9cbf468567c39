"""For auditors: the chain over what was posted, signed for and confirmed."""

from pathlib import Path
from typing import Annotated

import typer

from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.files.outbound.chain_folder_jobs import write_chain
from ledgers.chain.jobs import check_chain
from ledgers.chain.links import ChainLink


def add_to(app: typer.Typer) -> None:
    """Add the group of verbs."""
    audit = typer.Typer(no_args_is_help=True, help="For auditors: what nobody can have changed.")
    for name, work in (("check", check), ("export", export)):
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
            "folder": done.folder,
            "links": done.links,
            "in_no_link": done.in_no_link,
            "digest": done.last.digest if done.last else None,
        },
        f"{folder}: {done.links:,} links, and what they cover.{stray}",
        printing.note(f"Whoever has Python checks it with nothing else: python {folder / 'check_chain.py'}"),
        _last_shown(done.last),
    )
