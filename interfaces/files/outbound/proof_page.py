"""The proof as a page for people, and for machines: what agrees, and what does not, to the penny."""

import datetime as dt
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from finance.money import sterling
from ledgers.reports.proof import Difference, Proof, RunProof


def proof_page(proof: Proof) -> Group:
    """Everything a Proof says, ready for a rich Console to print."""
    to_come = [Text(f"! {each}.", "yellow") for each in proof.open]
    if proof.empty:
        return Group(Text("There is nothing to prove: nothing is in the ledger yet."), *to_come)
    parts: list[RenderableType] = []
    for run in proof.runs:
        parts += [*_run(run), Text()]
    parts.append(_ledger(proof))
    parts += [Text(f"✗ {each}", "red") for each in proof.differences]
    parts += to_come
    if proof.last_link:
        parts.append(Text(f"The chain: {proof.last_link:,} links. The digest of the last: {proof.last_digest}"))
    if not proof.holds:
        parts.append(Text("NOT PROVED. See the lines marked ✗.", "bold red"))
    elif proof.open:
        agreed = "What was run is proved: due, posted and exported agree to the penny."
        parts.append(Text(f"{agreed} Not all was run: see the lines marked !.", "bold yellow"))
    else:
        parts.append(Text("Proved: due, posted and exported agree to the penny.", "bold green"))
    return Group(*parts)


def _run(run: RunProof) -> list[RenderableType]:
    lines = _figures(
        f"Run {run.run}, {run.stream}: {run.title.split(' (', 1)[-1].removesuffix(')')} – {run.status}",
        ("Pay period", "Due", "Posted before", "Held", "Posted", "Difference"),
    )
    for each in run.periods:
        last = each.period_ends - dt.timedelta(days=1)
        when = f"{each.period_starts:%d %b %Y} to {last:%d %b %Y}"
        lines.add_row(when, *map(sterling, (each.due, each.posted_before, each.held, each.posted, each.difference)))
    lines.add_section()
    totals = (run.due, run.posted_before, run.held, run.posted, run.difference)
    lines.add_row("Together", *map(sterling, totals), style="bold")
    parts: list[RenderableType] = [lines]
    if run.exports:
        files = _figures(None, ("Exported", "Files", "Says", "Carries", "Posted", "Difference"))
        for export in run.exports:
            money = map(sterling, (export.carries, export.posted, export.difference))
            files.add_row(export.kind, f"{export.files:,}", export.says, *money)
        parts.append(files)
        parts += [
            Text(
                (
                    f"The {each.kind} file’s own trailer says {sterling(each.trailer)}: gross, each journal and period "
                    f"by itself."
                ),
                "dim",
            )
            for each in run.exports
            if each.trailer is not None
        ]
    if run.settles:
        parts.append(
            Text(
                f"Payees: brought forward {sterling(run.brought_forward)}, posted {sterling(run.posted)}, paid "
                f"{sterling(run.paid)}, moved to debtors {sterling(run.moved)}, carried forward "
                f"{sterling(run.carried_forward)} "
                f"(of which withheld {sterling(run.withheld)})."
            )
        )
    parts.append(Text(f"Parked: {run.parked:,}."))
    parts += [Text(f"✗ {each}", "red") for each in run.differences]
    return parts


def _ledger(proof: Proof) -> Table:
    table = _figures("The ledger", ("", "Debit balances", "Credit balances", "Difference"))
    money = (proof.debits, proof.credits, proof.debits - proof.credits)
    table.add_row("Trial balance, each account net", *map(sterling, money))
    table.add_row("", Text("Owed to payees", "dim"), Text("Carried forward", "dim"), "")
    owed = (proof.control, proof.carried_forward, proof.control - proof.carried_forward)
    table.add_row("Creditors’ control", *map(sterling, owed))
    return table


def _figures(title: str | None, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for place, name in enumerate(columns):
        words = place == 0 or name == "Says"
        table.add_column(name, justify="left" if words else "right", no_wrap=not words)
    return table


# For machines ---------------------------------------------------------------------------------------------------------


def proof_json(proof: Proof) -> dict[str, Any]:
    """Everything a Proof says for machines, money in whole pence."""
    return {
        "holds": proof.holds,
        "nothing_to_prove": proof.empty,
        "behind": [{"where": each.where, "what": each.what} for each in proof.open],
        "ledger": {
            "debits": proof.debits,
            "credits": proof.credits,
            "owed_to_payees": proof.control,
            "carried_forward": proof.carried_forward,
            "differences": [_difference_json(each) for each in proof.differences],
        },
        "chain": {"links": proof.last_link, "digest": proof.last_digest or None},
        "runs": [_run_json(run) for run in proof.runs],
    }


def _difference_json(each: Difference) -> dict[str, Any]:
    return {"where": each.where, "what": each.what, "pence": each.pence}


def _run_json(run: RunProof) -> dict[str, Any]:
    return {
        "run": run.run,
        "stream": run.stream,
        "title": run.title,
        "status": run.status,
        "holds": run.holds,
        "periods": [
            {
                "stream": each.stream,
                "first_day": each.period_starts.isoformat(),
                "last_day": (each.period_ends - dt.timedelta(days=1)).isoformat(),
                "due": each.due,
                "posted_before": each.posted_before,
                "held": each.held,
                "posted": each.posted,
                "difference": each.difference,
            }
            for each in run.periods
        ],
        "exported": [
            {
                "kind": each.kind,
                "files": each.files,
                "says": each.says,
                "carries": each.carries,
                "posted": each.posted,
                "difference": each.difference,
                "trailer_gross": each.trailer,
            }
            for each in run.exports
        ],
        "parked": run.parked,
        "brought_forward": run.brought_forward if run.settles else None,
        "paid": run.paid if run.settles else None,
        "moved_to_debtors": run.moved if run.settles else None,
        "carried_forward": run.carried_forward if run.settles else None,
        "withheld": run.withheld if run.settles else None,
        "differences": [_difference_json(each) for each in run.differences],
    }
