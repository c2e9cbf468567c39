"""Looking a run over before it is signed: the difference, the findings, the lines, the cases parked, and holds."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from sqlalchemy import Connection, Row

from finance.care_costs.news import cause_words
from finance.facts import tables as t
from finance.money import sterling
from finance.problems import Refusal
from interfaces.cli.frame import printing, references
from interfaces.cli.frame.arguments import Limit, PayeeRef, RunNumber
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.runs import workings
from interfaces.cli.runs.payrun import interim, ours, run_json, sentence, told_let_go
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import Run
from payruns.jobs import broken_off
from payruns.stream import NAME

MOVERS = 10


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verb(app, "show", rich_help_panel="Looking")(show)
    verb(app, "lines", rich_help_panel="Looking")(lines)
    verb(app, "findings", rich_help_panel="Looking")(findings)
    verb(app, "parked", rich_help_panel="Looking")(parked)
    verb(app, "holds", rich_help_panel="Looking")(holds)
    verb(app, "accept", rich_help_panel="Reviewing")(accept)
    verb(app, "hold", rich_help_panel="Reviewing")(hold)
    verb(app, "let-go", rich_help_panel="Reviewing")(let_go)


# The run as a whole ---------------------------------------------------------------------------------------------------


def show(
    desk: Desk,
    run: RunNumber,
    movers: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many payees to show by how far they moved.")
    ] = MOVERS,
) -> None:
    """Show a run beside the last: totals, what it is made of, findings by check, and the payees that moved most.

    Example: outturn payrun show 3
    """
    with desk.database.read() as connection:
        this = references.read_run_of(connection, run, (NAME,))
        last = ledger.read_run(connection, this.run_before) if this.run_before else None
        made_of = workings.by_kind(workings.read_lines(connection, this))
        now = _by_party(ledger.read_parties(connection, this.nr))
        then = _by_party(ledger.read_parties(connection, last.nr)) if last else {}
        moved = _moved(now, then, movers)
        names = references.payees(connection, [party for party, _, _ in moved])
        found = ledger.read_findings(connection, this.nr)
        waiting = len(references.read_parked(connection, this.nr))
        approval = ledger.read_approval(connection, this.nr)
        events = references.read_events(connection, this.nr)
        period = broken_off(connection, this)
    difference = this.total - last.total if last else None
    result: dict[str, Any] = {
        **run_json(this),
        "interim": period is not None,
        "payees": len(now),
        "parked": waiting,
        "last_run": run_json(last) if last else None,
        "difference_pence": difference,
        "made_of": [
            {"kind": kind, "earlier_periods": late, "lines": count, "total_pence": pence}
            for kind, late, count, pence in made_of
        ],
        "findings": [
            {"check": check, "severity": severity, "count": count, "waiting": left, "amount_pence": pence}
            for (severity, check), (count, left, pence) in _by_check(found).items()
        ],
        "movers": [
            {
                "payee": names[party].ref,
                "name": names[party].name,
                "now_pence": one,
                "before_pence": other if last else None,
                "difference_pence": one - other if last else None,
            }
            for party, one, other in moved
        ],
        "approved_by": approval.approved_by if approval else None,
        "events": [{"action": each.action, "by": each.by, "at": each.at, "note": each.note} for each in events],
    }
    desk.answer(
        result,
        sentence(this),
        interim(this, period),
        _totals(this, last, len(now), waiting),
        _made_of(made_of),
        _findings_by_check(found),
        *_movers(moved, names, against=last),
        *_events(events),
    )


def _by_party(rows: Sequence[Row[Any]]) -> dict[int, int]:
    return {each.party: each.total for each in rows}


def _moved(now: dict[int, int], then: dict[int, int], most: int) -> list[tuple[int, int, int]]:
    """(payee, pence now, pence before), those that moved furthest first. Against no earlier run, all is new."""
    both = [(party, now.get(party, 0), then.get(party, 0)) for party in sorted({*now, *then})]
    return sorted((each for each in both if each[1] != each[2]), key=lambda each: -abs(each[1] - each[2]))[:most]


def _totals(this: Run, last: Run | None, payees: int, parked: int) -> RenderableType:
    change: RenderableType | None = None
    if last:
        change = printing.change(this.total, last.total)
    return printing.pairs(
        [
            ("Prepared by", f"{this.prepared_by}, {printing.moment(this.drafted_at)}"),
            ("Submitted by", this.submitted_by),
            ("To be signed for", printing.amount(this.to_sign_for) if this.signature else None),
            ("Payees", f"{payees:,}"),
            ("Parked", f"{parked:,}" if parked else None),
            (
                "Last run",
                f"{last.title}: {printing.several(last.lines, 'line')}, {sterling(last.total)}" if last else "none",
            ),
            ("Difference", change),
            ("Signature", this.signature),
        ]
    )


def _made_of(rows: Sequence[tuple[str, bool, int, int]]) -> RenderableType | None:
    if not rows:
        return None
    shown = [
        (kind, "earlier periods" if late else "this period", f"{count:,}", printing.amount(pence))
        for kind, late, count, pence in rows
    ]
    return printing.table(("What", "For", "Lines", "Total"), shown, right=("Lines", "Total"), title="\nMade of")


def _by_check(found: Sequence[Row[Any]]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(severity, check) to (how many, how many nobody has accepted, pence), gravest first."""
    sums: dict[tuple[str, str], tuple[int, int, int]] = {}
    for each in found:
        count, left, pence = sums.get((each.severity, each.check_name), (0, 0, 0))
        key = (each.severity, each.check_name)
        sums[key] = (count + 1, left + (each.accepted_by is None), pence + (each.amount or 0))
    gravity = ["stop", "look", "note"]
    return dict(sorted(sums.items(), key=lambda item: (gravity.index(item[0][0]), item[0][1])))


def _findings_by_check(found: Sequence[Row[Any]]) -> RenderableType | None:
    if not found:
        return None
    rows = [
        (severity, check, f"{count:,}", f"{left:,}" if severity == "stop" else "", printing.amount(pence))
        for (severity, check), (count, left, pence) in _by_check(found).items()
    ]
    columns = ("Severity", "Check", "Findings", "To accept", "Sum")
    return printing.table(columns, rows, right=("Findings", "To accept", "Sum"), title="\nFindings")


def _movers(
    moved: Sequence[tuple[int, int, int]], names: dict[int, references.Named], against: Run | None
) -> list[RenderableType]:
    if not moved:
        return []
    if against is None:
        first = [(str(names[party]), printing.amount(now)) for party, now, _ in moved]
        return [printing.table(("Payee", "Now"), first, right=("Now",), title="\nPayees with the largest sums")]
    furthest = max(abs(now - then) for _, now, then in moved)
    rows = [
        (
            str(names[party]),
            printing.amount(then),
            printing.amount(now),
            printing.amount(now - then),
            printing.bar(now - then, furthest),
        )
        for party, now, then in moved
    ]
    columns = ("Payee", "Before", "Now", "Moved by", "")
    return [printing.table(columns, rows, right=("Before", "Now", "Moved by"), title="\nPayees that moved most")]


def _events(events: Sequence[Row[Any]]) -> list[RenderableType]:
    if not events:
        return []
    rows = [(printing.moment(each.at), each.by, each.action, each.note or "") for each in events]
    return [printing.table(("When (UTC)", "Who", "What", "Note"), rows, title="\nHistory")]


# Lines ----------------------------------------------------------------------------------------------------------------


def lines(
    desk: Desk,
    run: RunNumber,
    payee: PayeeRef = None,
    late: Annotated[bool, typer.Option("--late", help="Only adjustments to earlier periods.")] = False,
    limit: Limit = 50,
) -> None:
    """List the lines a run proposes, those that move most money first: due, less posted, is the amount.

    Example: outturn payrun lines 3 --payee V1 --late
    """
    with desk.database.read() as connection:
        this = references.read_run_of(connection, run, (NAME,))
        party = references.number_of(connection, t.payee, payee) if payee else None
        every = workings.read_lines(connection, this, party, late=True if late else None)
        some = workings.largest(every, limit).to_pylist()
        about = references.subjects(connection, [(each["kind"], each["subject"]) for each in some])
        payees = references.payees(connection, [each["party"] for each in some])
        funders = references.names(connection, t.funder, [each["funder"] for each in some if each["funder"]])
    rows = [_line_json(each, about, payees, funders) for each in some]
    desk.answer(
        {"run": this.nr, "lines": rows, "shown": len(rows), "of": every.num_rows},
        printing.table(
            ("Line", "Payee", "For", "What", "Borne by", "Due", "Posted", "Amount", "Why"),
            [
                (
                    str(about.get((each["kind"], each["subject"]), each["subject"])),
                    str(payees[each["party"]]),
                    printing.short_span(each["period_starts"], each["period_ends"]),
                    each["kind"],
                    str(funders.get(each["funder"], "the council")),
                    printing.amount(each["due"]),
                    printing.amount(each["posted"]),
                    printing.amount(each["amount"]),
                    cause_words(each["cause"]),
                )
                for each in some
            ],
            right=("Due", "Posted", "Amount"),
        )
        if some
        else "There is no such line.",
        printing.note(f"{len(rows):,} of {every.num_rows:,}. To explain one: outturn explain LINE --run {this.nr}"),
    )


def _line_json(
    line: dict[str, Any],
    about: dict[tuple[str, int], references.Subject],
    payees: dict[int, references.Named],
    funders: dict[int, references.Named],
) -> dict[str, object]:
    """A proposed line for machines. ``funder`` is null where the council itself bears it."""
    subject = about.get((line["kind"], line["subject"]))
    return {
        "line": subject.ref if subject else None,
        "person": subject.person.ref if subject and subject.person else None,
        "service": subject.service.ref if subject and subject.service else None,
        "payee": payees[line["party"]].ref,
        "kind": line["kind"],
        "funder": funders[line["funder"]].ref if line["funder"] in funders else None,
        "first_day": line["period_starts"],
        "last_day": line["period_ends"] - dt.timedelta(days=1),
        "due_pence": line["due"],
        "posted_pence": line["posted"],
        "amount_pence": line["amount"],
        "revision": line["revision"],
        "earlier_period": line["late"],
        "why": cause_words(line["cause"]),
    }


# Findings, parked, holds ----------------------------------------------------------------------------------------------


def findings(
    desk: Desk,
    run: RunNumber,
    check: Annotated[str | None, typer.Option(metavar="NAME", help="Only this check.")] = None,
    severity: Annotated[str | None, typer.Option(metavar="WORD", help="Only stop, look or note.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those nobody has accepted.")] = False,
    limit: Limit = 100,
) -> None:
    """List what a reviewer should see. Those marked stop must be accepted by name, or their line held.

    Example: outturn payrun findings 3 --severity stop
    """
    with desk.database.read() as connection:
        references.read_run_of(connection, run, (NAME,))
        chosen = [
            each
            for each in ledger.read_findings(connection, run)
            if check in (None, each.check_name)
            and severity in (None, each.severity)
            and not (waiting and each.accepted_by)
        ]
        some = chosen[:limit]
        about = references.subjects(connection, [("care", each.subject) for each in some if each.subject is not None])
        payees = references.payees(connection, [each.party for each in some if each.party is not None])
    desk.answer(
        {
            "run": run,
            "of": len(chosen),
            "findings": [
                {
                    "finding": each.nr,
                    "check": each.check_name,
                    "severity": each.severity,
                    "what": each.what,
                    "line": about[key].ref if (key := ("care", each.subject)) in about else None,
                    "payee": payees[each.party].ref if each.party in payees else None,
                    "amount_pence": each.amount,
                    "before_pence": each.before,
                    "accepted_by": each.accepted_by,
                    "reason": each.accepted_reason,
                }
                for each in some
            ],
        },
        printing.table(
            ("Finding", "Severity", "Check", "About", "What", "Amount", "Accepted"),
            [
                (
                    str(each.nr),
                    each.severity,
                    each.check_name,
                    _about(each, about, payees),
                    each.what,
                    printing.amount(each.amount),
                    f"{each.accepted_by}: {each.accepted_reason}" if each.accepted_by else "",
                )
                for each in some
            ],
            right=("Finding", "Amount"),
        )
        if some
        else "Nothing was found.",
        printing.note(f"{len(some):,} of {len(chosen):,}.") if len(chosen) > len(some) else None,
    )


def _about(
    each: Row[Any], about: dict[tuple[str, int], references.Subject], payees: dict[int, references.Named]
) -> str:
    words = [
        str(about[key]) if (key := ("care", each.subject)) in about else "",
        str(payees[each.party]) if each.party in payees else "",
    ]
    return "; ".join(word for word in words if word)


def accept(
    desk: Desk,
    run: RunNumber,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why the money is right: what was looked at, and what it showed.")
    ],
    finding: Annotated[list[int] | None, typer.Argument(metavar="FINDING…", help="Numbers of findings.")] = None,
    check: Annotated[
        str | None, typer.Option(metavar="NAME", help="All of one check that nobody has accepted.")
    ] = None,
) -> None:
    """Say, by name and with a reason, that findings have been looked at and the money is right.

    Example: outturn payrun accept 3 41 42 --reason "Second carer agreed on 3 May" --as "second officer"
    """
    if bool(finding) == bool(check):
        raise typer.BadParameter("Name findings by number, or all of one check with --check.")
    by = desk.by
    ours(desk, run)
    chosen = list(finding or ()) or _waiting_of(desk, run, str(check))
    machine.accept_findings(desk.database, run, chosen, by=by, at=desk.at, reason=reason)
    with desk.database.read() as connection:
        left = len(ledger.open_stops(connection, run))
    desk.answer(
        {"run": run, "accepted": chosen, "by": by, "stops_left": left},
        f"{printing.several(len(chosen), 'finding')} accepted; {left:,} still to deal with.",
    )


class NothingWaits(Refusal):
    """No finding of that check waits to be accepted."""


def _waiting_of(desk: Desk, run: int, check: str) -> list[int]:
    """Findings of one check that nobody has accepted. Raises NothingWaits."""
    with desk.database.read() as connection:
        waiting = [each for each in ledger.read_findings(connection, run) if each.accepted_by is None]
    chosen = [each.nr for each in waiting if each.check_name == check]
    if not chosen:
        others = sorted({each.check_name for each in waiting})
        there = f"Those with findings that wait: {', '.join(others)}." if others else "Nothing waits."
        raise NothingWaits(f"Run {run} has no finding of “{check}” that waits.", there)
    return chosen


def parked(desk: Desk, run: RunNumber) -> None:
    """List the cases a run could not work out, and what to do. Everyone else is paid.

    Example: outturn payrun parked 3
    """
    with desk.database.read() as connection:
        references.read_run_of(connection, run, (NAME,))
        rows = references.read_parked(connection, run)
        about = references.subjects(connection, [(each.kind, each.subject) for each in rows])
    desk.answer(
        {
            "run": run,
            "parked": [
                {
                    "line": _ref(about, each),
                    "kind": each.kind,
                    "since": each.since,
                    "what": each.what,
                    "what_to_do": each.what_to_do,
                }
                for each in rows
            ],
        },
        printing.table(
            ("Line", "Unsettled from", "What", "What to do"),
            [
                (
                    str(about.get((each.kind, each.subject), each.subject)),
                    printing.day(each.since),
                    each.what,
                    each.what_to_do,
                )
                for each in rows
            ],
        )
        if rows
        else "Nothing is parked.",
    )


def _ref(about: dict[tuple[str, int], references.Subject], row: Row[Any]) -> str | None:
    found = about.get((row.kind, row.subject))
    return found.ref if found else None


def hold(
    desk: Desk,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it waits.")],
    line: Annotated[str | None, typer.Option(metavar="REF", help="The service line to hold.")] = None,
    payee: Annotated[str | None, typer.Option(metavar="REF", help="The payee to hold.")] = None,
) -> None:
    """Tell a service line’s or a payee’s money to wait. It is proposed again, the same, when let go.

    Example: outturn payrun hold --line L118 --reason "Provider disputes the hours" --as "first officer"
    """
    if (line is None) == (payee is None):
        raise typer.BadParameter("Name a line with --line, or a payee with --payee.")
    scope, table, ref = ("line", t.service_line, line) if line else ("payee", t.payee, payee)
    by = desk.by
    with desk.database.read() as connection:
        target = references.number_of(connection, table, str(ref))
    nr = machine.hold(desk.database, NAME, scope, target, reason=reason, by=by, at=desk.at)
    desk.answer(
        {"hold": nr, "scope": scope, "ref": ref, "reason": reason, "by": by},
        f"Hold {nr}: {scope} {ref} waits until it is let go.",
    )


def let_go(desk: Desk, hold: Annotated[int, typer.Argument(help="The hold’s number.")]) -> None:
    """End a hold: the next run proposes the same money again.

    Example: outturn payrun let-go 7 --as "first officer"
    """
    runs = machine.let_go(desk.database, hold, by=desk.by, at=desk.at)
    desk.answer({"hold": hold, "let_go_by": desk.by, "stays_out_of": runs}, told_let_go(hold, runs))


def holds(desk: Desk) -> None:
    """List the holds in force.

    Example: outturn payrun holds
    """
    with desk.database.read() as connection:
        rows = ledger.read_holds(connection, NAME)
        names = _targets(connection, rows)
    desk.answer(
        {
            "holds": [
                {
                    "hold": each.nr,
                    "scope": each.scope,
                    "ref": ref,
                    "reason": each.reason,
                    "held_by": each.held_by,
                    "held_at": each.held_at,
                }
                for each, (ref, _) in zip(rows, names, strict=True)
            ]
        },
        printing.table(
            ("Hold", "What", "Reason", "Held by", "Since (UTC)"),
            [
                (str(each.nr), f"{each.scope} {name}", each.reason, each.held_by, printing.moment(each.held_at))
                for each, (_, name) in zip(rows, names, strict=True)
            ],
            right=("Hold",),
        )
        if rows
        else "Nothing is held.",
    )


def _targets(connection: Connection, rows: Sequence[Row[Any]]) -> list[tuple[str, str]]:
    """(reference, name) of what each hold holds."""
    about = references.subjects(connection, [("care", each.target) for each in rows if each.scope == "line"])
    payees = references.payees(connection, [each.target for each in rows if each.scope == "payee"])
    found: list[tuple[str, str]] = []
    for each in rows:
        named = payees[each.target] if each.scope == "payee" else about["care", each.target]
        found.append((named.ref, str(named)))
    return found
