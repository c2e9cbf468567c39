"""Money received: entered, read from the bank, identified, allocated, posted; refunds and write-offs; accounts; debt."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from sqlalchemy import Row

from billing.receipts import store
from billing.receipts import tables as t
from billing.receipts.balances import BUCKETS
from billing.receipts.jobs import (
    REQUESTS,
    account_of,
    aged_debt,
    approve_request,
    calculate_receipts_run,
    draft_receipts_run,
    release_receipts_run,
    small_balances,
)
from billing.receipts.policy import ReceiptsPolicy
from billing.receipts.stream import CALENDAR, NAME
from billing.receipts.tables import METHODS
from billing.tables import number_of
from finance.days import spoken
from finance.money import pounds, read_pence, sterling
from finance.problems import BadParameters, NotAnAmount, Problem, Refusal
from interfaces.billing.receipts_bank import HEADERS, load_bank_statement
from interfaces.billing.receipts_layouts import read_bill_number
from interfaces.billing.receipts_workbook import write_aged_debt
from interfaces.cli import printing
from interfaces.cli.arguments import Limit, RunNumber
from interfaces.cli.council import CouncilFile
from interfaces.cli.desk import Desk, read_day, verb
from interfaces.cli.payrun import run_json
from interfaces.files.inbound.kinds import Unreadable
from interfaces.files.inbound.loading import record_facts
from ledgers import store as ledger
from ledgers.runs import Run

IN, OUT, LOOKING, POSTING = "Money in", "Money out and given up", "Looking", "To the ledger"
BY_HAND = "by hand"


def add_to(app: typer.Typer) -> None:
    """Add ``receipt``. The verbs every run has (submit, approve, abandon, findings) are the common ones."""
    group = typer.Typer(no_args_is_help=True, help="Money received from those who are billed.")
    verb(group, "add", rich_help_panel=IN)(add)
    verb(group, "bank", rich_help_panel=IN)(bank)
    verb(group, "identify", rich_help_panel=IN)(identify)
    verb(group, "unidentify", rich_help_panel=IN)(unidentify)
    verb(group, "return", rich_help_panel=IN)(give_back)
    verb(group, "allocate", rich_help_panel=IN)(allocate)
    verb(group, "cancel", rich_help_panel=IN)(cancel)
    verb(group, "refund", rich_help_panel=OUT)(refund)
    verb(group, "sign-refund", rich_help_panel=OUT)(sign_refund)
    verb(group, "refunds", rich_help_panel=OUT)(refunds)
    verb(group, "list", rich_help_panel=LOOKING)(list_receipts)
    verb(group, "account", rich_help_panel=LOOKING)(account)
    verb(group, "run", rich_help_panel=POSTING)(run)
    verb(group, "release", rich_help_panel=POSTING)(release)
    app.add_typer(group, name="receipt", rich_help_panel="Billing")


def add_to_debt(group: typer.Typer) -> None:
    """Add what there is of debt here to the group ``debt``."""
    verb(group, "aged", rich_help_panel=LOOKING)(aged)
    verb(group, "write-off", rich_help_panel=OUT)(write_off)
    verb(group, "sign-write-off", rich_help_panel=OUT)(sign_write_off)
    verb(group, "write-offs", rich_help_panel=OUT)(write_offs)
    verb(group, "small-balances", rich_help_panel=OUT)(list_small_balances)


def read_policy(council: Path | None) -> ReceiptsPolicy:
    """The ``[receipts]`` table of a council file; none gives the defaults. Raises BadParameters."""
    if council is None:
        return ReceiptsPolicy()
    try:
        tree = tomllib.loads(council.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadParameters(f"{council.name} cannot be read: {error}.", "Correct the council file.") from error
    return ReceiptsPolicy.of(tree.get("receipts", {}), f"{council.name} [receipts]")


Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help="Pounds and pence, 1234.56.")]
ReceiptRef = Annotated[str, typer.Argument(metavar="REF", help="The receipt’s reference.")]
Payer = Annotated[str, typer.Argument(metavar="PAYER", help="The bill payer’s reference, or customer number.")]
When = Annotated[dt.date | None, typer.Option("--date", parser=read_day, metavar="DATE", help="The day it belongs to. The day "
                                              "acted on, when not given.")]  # fmt: skip
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why. It is kept with it.")]
OwnRef = Annotated[str | None, typer.Option("--ref", metavar="REF", help="What to call it. Numbered, when not given.")]


def _pounds(text: str) -> str:
    """An amount above nought, as the door reads it."""
    try:
        pence = read_pence(text)
    except NotAnAmount as error:
        raise typer.BadParameter(f"{error.what} {error.what_to_do}") from error
    if pence <= 0:
        raise typer.BadParameter(f"“{text}” is not above nought.")
    return pounds(pence)


def _record(desk: Desk, extract: str, **row: object) -> int | None:
    """Tell one fact through the inbound door. Gives the change; None when it said nothing new."""
    done = record_facts(desk.database, {extract: [row]}, by=desk.by, at=desk.at, source=BY_HAND)
    return done[extract].change


def _bill(text: str) -> int:
    try:
        return read_bill_number(text)
    except Unreadable as error:
        raise typer.BadParameter(f"“{text}” {error.what} {error.what_to_do}") from error


# Money in -------------------------------------------------------------------------------------------------------------


def add(
    desk: Desk,
    amount: Amount,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Whom it is from. Left out, the money waits in "
                                              "suspense.")] = None,
    date: When = None,
    method: Annotated[str, typer.Option(metavar="METHOD", help=f"How it came: {', '.join(METHODS)}.")] = METHODS[0],
    reference: Annotated[str | None, typer.Option(metavar="TEXT", help="The reference as on the bank line.")] = None,
    ref: OwnRef = None,
) -> None:  # fmt: skip
    """Enter money received.

    Example: outturn receipt add 150.00 --payer BP000123 --date 2026-05-05 --method cheque --as "cash office"
    """
    with desk.database.begin() as connection:
        who = store.payer_of(connection, payer) if payer else None
        name = ref or store.next_ref(connection, t.receipt, "RC")
        if store.refs_ever(connection, t.receipt, [name]):
            raise Refusal(f"There is a receipt {name} already.", "Give another --ref, or none.")
    on = date or desk.on
    sums = {"amount": _pounds(amount), "date": on, "method": method, "payer_reference": reference}
    change = _record(desk, "receipts", receipt_ref=name, payer_ref=who.ref if who else None, entered_by=desk.by, **sums)
    whose = printing.named(who.name, who.ref) if who else "nobody yet: it waits in suspense"
    desk.answer(
        {"receipt": name, "payer": who.ref if who else None, "amount_pence": read_pence(amount), "date": on, "change": change},
        f"Receipt {name}: {sterling(read_pence(amount))} on {spoken(on)}, from {whose}.",
        printing.note("Next: outturn receipt run"),
    )


def bank(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The bank’s statement, CSV.")],
    column: Annotated[list[str] | None, typer.Option("--column", metavar="NAME=HEADING", help="What this bank heads the date, "
                                                     "amount, reference or id. May be repeated.")] = None,
) -> None:  # fmt: skip
    """Read money in from a bank statement. A payer is found by a bill or customer number in the reference, else nobody.

    The same statement read again changes nothing.

    Example: outturn receipt bank statement.csv --column "reference=Narrative 1" --as "cash office"
    """
    headers = {}
    for each in column or []:
        name, equals, heading = each.partition("=")
        if not equals or name.strip() not in HEADERS or not heading.strip():
            raise typer.BadParameter(f"“{each}” is not NAME=HEADING with a name of {', '.join(HEADERS)}.")
        headers[name.strip()] = " ".join(heading.split())
    done = load_bank_statement(desk.database, file, by=desk.by, at=desk.at, headers=headers)
    result = {name: getattr(done, name) for name in ("file", "received", "received_pence", "identified", "unidentified",
                                                     "known_already", "money_out", "change")}  # fmt: skip
    desk.answer(
        {**result, "problems": [printing.problem(each) for each in done.why]},
        f"{done.file}: {printing.several(done.received, 'receipt')}, {sterling(done.received_pence)}; "
        f"{done.identified:,} identified, {done.unidentified:,} in suspense, {done.known_already:,} known already, "
        f"{printing.several(done.money_out, 'line')} of money out passed over.",
        _problems(done.why),
        printing.note("Next: outturn receipt list --unidentified, then outturn receipt run"),
    )


def _problems(found: tuple[Problem, ...]) -> RenderableType | None:
    rows = [(each.where, each.what, each.what_to_do) for each in found]
    return printing.table(("Where", "What", "What to do"), rows) if rows else None


def identify(
    desk: Desk,
    ref: ReceiptRef,
    payer: Annotated[str, typer.Option("--payer", metavar="PAYER", help="Whom it is from.")],
    reason: Reason,
) -> None:
    """Say whom a receipt is really from. The next run moves it there, out of suspense or off another payer.

    Example: outturn receipt identify RC000007 --payer BP000123 --reason "Telephoned the bank" --as "cash office"
    """
    with desk.database.begin() as connection:
        store.find(connection, t.receipt, ref, "receipt")
        who = store.payer_of(connection, payer)
    change = _record(desk, "receipt_identifications", identification_ref=ref, receipt_ref=ref, payer_ref=who.ref, reason=reason,
                     identified_by=desk.by)  # fmt: skip
    desk.answer({"receipt": ref, "payer": who.ref, "change": change},
                f"{ref} is from {printing.named(who.name, who.ref)}. The next run moves it.")  # fmt: skip


def unidentify(desk: Desk, ref: ReceiptRef) -> None:
    """Take an identification back: the receipt is again whom it came from, or nobody’s.

    Example: outturn receipt unidentify RC000007 --as "cash office"
    """
    with desk.database.begin() as connection:
        found = store.find_identification(connection, store.find(connection, t.receipt, ref, "receipt").nr)
    if found is None:
        raise Refusal(f"{ref} has not been identified.", "There is nothing to take back.")
    change = _record(desk, "receipt_identifications", identification_ref=found, cancelled="yes")
    desk.answer({"receipt": ref, "change": change}, f"{ref} is as it came. The next run moves it back.")


def give_back(desk: Desk, ref: ReceiptRef, reason: Reason, date: When = None) -> None:
    """Say that the bank took a receipt back: a bounced cheque, a returned direct debit. It is owed again.

    Example: outturn receipt return RC000007 --date 2026-05-12 --reason "Refer to drawer" --as "cash office"
    """
    on = date or desk.on
    with desk.database.begin() as connection:
        held = store.find(connection, t.receipt, ref, "receipt")
    if on < held.on:
        raise Refusal(f"{ref} came on {spoken(held.on)}, after {spoken(on)}.", "Give the day the bank took it back.")
    change = _record(desk, "receipt_returns", return_ref=ref, receipt_ref=ref, date=on, reason=reason, entered_by=desk.by)
    desk.answer({"receipt": ref, "date": on, "change": change}, f"{ref}, {sterling(held.amount)}, was taken back on {spoken(on)}.")


def allocate(
    desk: Desk,
    ref: ReceiptRef,
    bill: Annotated[str, typer.Option("--bill", metavar="NUMBER", help="The bill it pays, B0000123.")],
    amount: Annotated[str | None, typer.Option(metavar="AMOUNT", help="How much of it; all of it, when not given.")] = None,
) -> None:
    """Say which bill a receipt pays. What nobody says goes to the oldest bill first.

    Example: outturn receipt allocate RC000007 --bill B0000123 --as "cash office"
    """
    number = _bill(bill)
    with desk.database.begin() as connection:
        held = store.find(connection, t.receipt, ref, "receipt")
        billed = store.bill_party(connection, number)
        whose = next((each.payer for each in store.list_receipts(connection, refs=[ref])), None)
    if billed is None:
        raise Refusal(f"No bill {number_of(number)} was issued.", "Check the number on the bill.")
    if billed != whose:
        raise Refusal(f"{number_of(number)} is not a bill of {ref}’s payer.", "Identify the receipt first, or check the bill.")
    given = _pounds(amount) if amount else pounds(held.amount)
    if read_pence(given) > held.amount:
        raise Refusal(f"{ref} is {sterling(held.amount)}, less than {sterling(read_pence(given))}.", "Give no more than it is.")
    change = _record(desk, "allocations", allocation_ref=f"{ref}/{number_of(number)}", receipt_ref=ref, bill=number_of(number),
                     amount=given, entered_by=desk.by)  # fmt: skip
    desk.answer({"receipt": ref, "bill": number_of(number), "amount_pence": read_pence(given), "change": change},
                f"{sterling(read_pence(given))} of {ref} pays {number_of(number)}.")  # fmt: skip


def cancel(desk: Desk, ref: ReceiptRef) -> None:
    """Take back a receipt that should never have been entered. The next run takes it off its payer.

    Example: outturn receipt cancel RC000007 --as "cash office"
    """
    with desk.database.begin() as connection:
        store.find(connection, t.receipt, ref, "receipt")
    change = _record(desk, "receipts", receipt_ref=ref, cancelled="yes")
    desk.answer({"receipt": ref, "change": change}, f"{ref} is cancelled. The next run takes it back out of the ledger.")


# Money out and given up -----------------------------------------------------------------------------------------------


def refund(desk: Desk, payer: Payer, amount: Amount, reason: Reason, date: When = None, ref: OwnRef = None) -> None:
    """Ask for money to be given back to a payer. It waits until a second person signs for it.

    Example: outturn receipt refund BP000123 40.00 --reason "Paid twice" --as "income team"
    """
    _request(desk, "refund", payer, amount, reason, date, ref)


def write_off(
    desk: Desk,
    payer: Payer,
    amount: Amount,
    reason: Reason,
    bill: Annotated[str | None, typer.Option("--bill", metavar="NUMBER", help="The bill it is given up on; the oldest first, "
                                             "when not given.")] = None,
    date: When = None,
    ref: OwnRef = None,
) -> None:  # fmt: skip
    """Ask for a debt to be given up. It waits until a second person signs for it, within the tier of their role.

    Example: outturn debt write-off BP000123 40.00 --bill B0000123 --reason "Estate insolvent" --as "income team"
    """
    _request(desk, "write-off", payer, amount, reason, date, ref, _bill(bill) if bill else None)


_EXTRACT = {"refund": ("refunds", "refund_ref", "RF"), "write-off": ("write_offs", "write_off_ref", "WO")}


def _request(
    desk: Desk, kind: str, payer: str, amount: str, reason: str, date: dt.date | None, ref: str | None, bill: int | None = None
) -> None:  # fmt: skip
    extract, own, prefix = _EXTRACT[kind]
    table, on = REQUESTS[kind][0], date or desk.on
    with desk.database.begin() as connection:
        who = store.payer_of(connection, payer)
        name = ref or store.next_ref(connection, table, prefix)
        if store.refs_ever(connection, table, [name]):
            raise Refusal(f"There is a {kind} {name} already.", "Give another --ref, or none.")
        if bill is not None and store.bill_party(connection, bill) != who.nr:
            raise Refusal(f"{number_of(bill)} is not a bill of {who.ref}.", "Check the number on the bill.")
    more = {"bill": number_of(bill)} if bill is not None else {}
    change = _record(desk, extract, **{own: name}, payer_ref=who.ref, date=on, amount=_pounds(amount), reason=reason,
                     requested_by=desk.by, **more)  # fmt: skip
    desk.answer(
        {kind: name, "payer": who.ref, "amount_pence": read_pence(amount), "date": on, "change": change},
        f"{printing.opening(kind)} {name}: {sterling(read_pence(amount))}, {printing.named(who.name, who.ref)}. It waits for a "
        "second person.",
        printing.note(f"Next: outturn {'receipt' if kind == 'refund' else 'debt'} sign-{kind} {name}"),
    )


RequestRef = Annotated[str, typer.Argument(metavar="REF", help="Its reference.")]


def sign_refund(desk: Desk, ref: RequestRef) -> None:
    """Sign for a refund. Never by whoever asked for it, nor above the tier of one’s role.

    Example: outturn receipt sign-refund RF000001 --as "second officer"
    """
    _sign(desk, "refund", ref)


def sign_write_off(desk: Desk, ref: RequestRef) -> None:
    """Sign for a write-off. Never by whoever asked for it, nor above the tier of one’s role.

    Example: outturn debt sign-write-off WO000001 --as "second officer"
    """
    _sign(desk, "write-off", ref)


def _sign(desk: Desk, kind: str, ref: str) -> None:
    row = approve_request(desk.database, kind, ref, by=desk.by, at=desk.at)
    desk.answer(
        {kind: ref, "amount_pence": row.amount, "approved_by": row.approved_by, "role": row.approved_role},
        f"{printing.opening(kind)} {ref}, {sterling(row.amount)}, is signed for by {row.approved_by}. The next run posts it.",
    )


def refunds(desk: Desk) -> None:
    """List refunds waiting for a second person.

    Example: outturn receipt refunds
    """
    _waiting(desk, "refund")


def write_offs(desk: Desk) -> None:
    """List write-offs waiting for a second person.

    Example: outturn debt write-offs
    """
    _waiting(desk, "write-off")


def _waiting(desk: Desk, kind: str) -> None:
    with desk.database.begin() as connection:
        rows = store.waiting(connection, REQUESTS[kind][0])
        names = store.names_of(connection, {row.bill_payer for row in rows})
    result = [
        {kind: row.ref, "payer": names[row.bill_payer].ref, "date": row.on, "amount_pence": row.amount, "reason": row.reason,
         "requested_by": row.requested_by}
        for row in rows
    ]  # fmt: skip
    shown = [
        (row.ref, printing.named(names[row.bill_payer].name, names[row.bill_payer].ref), printing.day(row.on),
         printing.amount(row.amount), row.reason, row.requested_by)
        for row in rows
    ]  # fmt: skip
    columns = (printing.opening(kind), "Payer", "Day", "Amount", "Why", "Asked for by")
    desk.answer({f"{kind}s": result}, printing.table(columns, shown, right=("Amount",)) if rows else "Nothing is waiting.")


# Looking --------------------------------------------------------------------------------------------------------------


def list_receipts(
    desk: Desk,
    unidentified: Annotated[bool, typer.Option("--unidentified", help="Only money nobody has been found for.")] = False,
    payer: Annotated[str | None, typer.Option("--payer", metavar="PAYER", help="Only this payer’s.")] = None,
    limit: Limit = 200,
) -> None:
    """List receipts, oldest first, with how many days each has waited.

    Example: outturn receipt list --unidentified
    """
    with desk.database.begin() as connection:
        who = store.payer_of(connection, payer).nr if payer else None
        rows = store.list_receipts(connection, unidentified=unidentified, payer=who)
        names = store.names_of(connection, {row.payer for row in rows[:limit] if row.payer})
    total = sum(row.amount for row in rows)
    result = [
        {"receipt": row.ref, "date": row.on, "days": (desk.on - row.on).days, "amount_pence": row.amount,
         "payer": names[row.payer].ref if row.payer else None, "method": row.method,
         "payer_reference": row.payer_reference, "returned": row.returned}
        for row in rows[:limit]
    ]  # fmt: skip
    shown = [
        (row.ref, printing.day(row.on), f"{(desk.on - row.on).days:,}", printing.amount(row.amount), _whose(row, names),
         row.method, row.payer_reference or "", f"taken back {printing.day(row.returned)}" if row.returned else "")
        for row in rows[:limit]
    ]  # fmt: skip
    columns = ("Receipt", "Day", "Days", "Amount", "From", "How", "Reference", "")
    more = f" ({len(rows) - limit:,} not shown)" if len(rows) > limit else ""
    desk.answer(
        {"receipts": result, "count": len(rows), "total_pence": total},
        printing.table(columns, shown, right=("Days", "Amount")) if rows else None,
        f"{printing.several(len(rows), 'receipt')}, {sterling(total)}{more}.",
    )


def _whose(row: Row[Any], names: dict[int, Row[Any]]) -> str:
    return printing.named(names[row.payer].name, names[row.payer].ref) if row.payer else "nobody yet"


def account(
    desk: Desk,
    payer: Payer,
    until: Annotated[dt.date | None, typer.Option("--until", parser=read_day, metavar="DATE", help="As it was posted by the end "
                                                  "of this day.")] = None,
) -> None:  # fmt: skip
    """Show a payer’s account: every bill and payment, the running balance, and what is left of each bill.

    Example: outturn receipt account BP000123
    """
    found = account_of(desk.database, payer, on=until)
    lines: list[tuple[RenderableType, ...]] = [
        (printing.day(each.on), each.what, each.ref, printing.day(each.due), printing.amount(each.pence),
         printing.amount(each.balance)) for each in found.lines
    ]  # fmt: skip
    unpaid: list[tuple[RenderableType, ...]] = [
        (number_of(nr), printing.day(due), printing.amount(pence), printing.amount(left))
        for nr, due, pence, left in found.bills if left
    ]  # fmt: skip
    desk.answer(
        {
            "payer": found.payer.ref, "name": found.payer.name, "balance_pence": found.balance, "loan_pence": found.loan,
            "unallocated_pence": found.unallocated,
            "lines": [{"date": each.on, "what": each.what, "ref": each.ref, "due": each.due, "amount_pence": each.pence,
                       "balance_pence": each.balance} for each in found.lines],
            "bills": [{"bill": number_of(nr), "due": due, "amount_pence": pence, "left_pence": left}
                      for nr, due, pence, left in found.bills],
        },
        printing.heading(printing.named(found.payer.name, found.payer.ref)),
        printing.table(("Day", "What", "Reference", "To be paid by", "Amount", "Balance"), lines, right=("Amount", "Balance"))
        if lines else "Nothing has been posted.",
        printing.sums([("Balance", found.balance), *([("Money not yet used", -found.unallocated)] if found.unallocated else []),
                       *([("Owed on a deferred payment agreement besides", found.loan)] if found.loan else [])]),
        printing.table(("Not fully paid", "To be paid by", "Amount", "Left"), unpaid, right=("Amount", "Left"))
        if unpaid else None,
    )  # fmt: skip


def aged(
    desk: Desk,
    by: Annotated[str, typer.Option("--by", metavar="COLUMN", help="reason, secured, what or payer.")] = "reason",
    xlsx: Annotated[Path | None, typer.Option("--xlsx", dir_okay=False, metavar="FILE", help="Write every debt to a "
                                              "workbook.")] = None,
) -> None:  # fmt: skip
    """What is owed, by how long it has been due and why it waits; secured or not; tied to the ledger.

    Example: outturn debt aged --on 2026-05-31 --xlsx aged.xlsx
    """
    if by not in ("reason", "secured", "what", "payer"):
        raise typer.BadParameter(f"“{by}” is not reason, secured, what or payer.")
    found = aged_debt(desk.database, desk.on)
    with desk.database.begin() as connection:
        names = store.names_of(connection, {*(row.payer for row in found.rows), *found.credit})
    if xlsx:
        write_aged_debt(found, names, xlsx)
    groups = {_group(by, key, names): ages for (key,), ages in found.by(by).items()}
    desk.answer(
        {
            "on": found.on, "owed_pence": found.owed, "credit_pence": sum(found.credit.values()),
            "balance_pence": found.balance, "suspense_pence": found.suspense, "loans_pence": sum(found.loans.values()),
            "by": by, "groups": [{by: name, **{f"{age} pence": ages[age] for age in BUCKETS}} for name, ages in groups.items()],
            "file": str(xlsx) if xlsx else None,
        },
        _ages(by, groups),
        printing.sums([("Owed", found.owed), ("Less money not yet used", -sum(found.credit.values())),
                       ("Ordinary accounts, by the ledger", found.balance), ("Money in suspense", found.suspense),
                       *([("On deferred payment agreements besides", sum(found.loans.values()))] if found.loans else [])]),
        printing.note(f"Every debt is in {xlsx}") if xlsx else None,
    )  # fmt: skip


_NOBODY = {"reason": "to be chased", "secured": "not secured"}


def _group(by: str, key: str, names: dict[int, Row[Any]]) -> str:
    return printing.named(names[int(key)].name, names[int(key)].ref) if by == "payer" else key or _NOBODY.get(by, "")


def _ages(by: str, groups: dict[str, dict[str, int]]) -> RenderableType:
    if not groups:
        return "Nobody owes anything."
    rows: list[tuple[RenderableType, ...]] = [
        (name, *(printing.amount(ages[age]) for age in BUCKETS), printing.amount(sum(ages.values())))
        for name, ages in groups.items()
    ]
    return printing.table((printing.opening(by), *BUCKETS, "In all"), rows, right=(*BUCKETS, "In all"))


def list_small_balances(
    desk: Desk,
    request: Annotated[bool, typer.Option("--request", help="Ask for each to be written off.")] = False,
    council: CouncilFile = None,
) -> None:
    """List balances too small to chase, long due; and ask for them to be written off.

    Example: outturn debt small-balances --request --as "income team"
    """
    found = small_balances(desk.database, desk.on, read_policy(council))
    change = None
    with desk.database.begin() as connection:
        names = store.names_of(connection, {each.payer for each in found})
        first = int(store.next_ref(connection, t.write_off, "WO").removeprefix("WO"))
    if request and found:
        rows = [
            {"write_off_ref": f"WO{first + place:06d}", "payer_ref": names[each.payer].ref, "date": desk.on,
             "amount": pounds(each.pence), "reason": "balance too small to chase", "requested_by": desk.by}
            for place, each in enumerate(found)
        ]  # fmt: skip
        told = record_facts(desk.database, {"write_offs": rows}, by=desk.by, at=desk.at, source="small balances")
        change = told["write_offs"].change
    shown: list[tuple[RenderableType, ...]] = [
        (printing.named(names[each.payer].name, names[each.payer].ref), printing.amount(each.pence), printing.day(each.newest_due))
        for each in found
    ]  # fmt: skip
    total = sum(each.pence for each in found)
    asked = " Asked to be written off: they wait for a second person." if change else ""
    desk.answer(
        {"balances": [{"payer": names[each.payer].ref, "amount_pence": each.pence, "newest_due": each.newest_due}
                      for each in found], "total_pence": total, "change": change},
        printing.table(("Payer", "Balance", "Newest due"), shown, right=("Balance",)) if shown else None,
        f"{printing.several(len(found), 'balance')}, {sterling(total)}.{asked}",
    )  # fmt: skip


# To the ledger --------------------------------------------------------------------------------------------------------


def sentence(run: Run) -> str:
    """A run of receipts in one sentence."""
    return f"{printing.opening(run.title)} is {run.status}: {printing.several(run.lines, 'line')}, {sterling(run.total)}."


def run(desk: Desk, council: CouncilFile = None) -> None:
    """Draw up a run of all money in, back, out and given up to the day acted on, and work it out. One already drafted is
    worked out afresh.

    Example: outturn receipt run --on 2026-05-05 --as "first officer"
    """
    with desk.database.begin() as connection:
        already = ledger.open_run(connection, NAME, CALENDAR)
    if already is None or already.status not in ("draft", "calculated"):
        already = draft_receipts_run(desk.database, by=desk.by, at=desk.at, on=desk.on, policy=read_policy(council))
    with desk.progress() as progress:
        made = calculate_receipts_run(desk.database, already.nr, progress=progress)
    with desk.database.begin() as connection:
        found = ledger.read_findings(connection, made.nr)
    counts = {severity: sum(each.severity == severity for each in found) for severity in ("stop", "look", "note")}
    rows = [(str(each.nr), each.severity, each.check_name, each.what) for each in found]
    desk.answer(
        {**run_json(made), "findings": counts},
        sentence(made),
        printing.table(("Finding", "", "Check", "What"), rows, right=("Finding",)) if rows else None,
        printing.note(f"Next: submit run {made.nr}, then have somebody else approve it"),
    )


def release(desk: Desk, run: RunNumber) -> None:
    """Post an approved run of receipts to the ledger. Cut off, it goes on where it stopped.

    Example: outturn receipt release 5 --as "first officer"
    """
    by = desk.by
    with desk.progress() as progress:
        done = release_receipts_run(desk.database, run, by=by, at=desk.at, progress=progress)
    desk.answer(run_json(done), sentence(done))
