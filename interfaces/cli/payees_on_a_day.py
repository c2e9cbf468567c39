"""A payee or a contract as it stands on a day, told to people and to machines."""

import datetime as dt
from collections.abc import Sequence

from finance.days import spoken
from finance.names import Named
from interfaces.cli.frame import printing
from interfaces.cli.frame.printing import Shown
from interfaces.cli.runs.shown import hold_json, holds_shown
from ledgers.views.records import HoldShown
from payruns.contract_views_store import ContractOnDay, EnteredBy, RateShown
from payruns.payee_views_store import AccountSeen, PayeeOnDay


def named_json(each: Named) -> dict[str, str]:
    return {"ref": each.ref, "name": each.name}


def days_words(starts: dt.date, last: dt.date | None) -> str:
    return f"{spoken(starts)} to {spoken(last)}" if last else f"from {spoken(starts)}"


def holds_of(holds: Sequence[HoldShown]) -> list[Shown | None]:
    """What is told to wait of somebody, where anything is."""
    return [printing.heading("Told to wait"), holds_shown(holds, {"payee": "all of it, of"})] if holds else []


# A payee -----------------------------------------------------------------------------------------------------------


def payee_json(found: PayeeOnDay) -> dict[str, object]:
    return {
        "sort": "payee",
        **named_json(found.payee),
        "kind": found.kind,
        "supplier_number": found.supplier_number,
        "email": found.email,
        "bank_details": [
            {
                "ref": each.ref,
                "sort_code": each.sort_code,
                "account_number": each.account_number,
                "account_name": each.account_name,
                "first_day": each.starts,
                "proposed_by": each.proposed_by,
                "proposed": each.proposed_at,
                "confirmed_by": each.confirmed_by,
                "confirmed": each.confirmed_at,
                "evidence": each.evidence,
                "seen_by": each.seen[0] if each.seen else None,
                "seen": each.seen[1] if each.seen else None,
            }
            for each in found.accounts
        ],
        "contracts": [
            {
                **named_json(each.contract),
                "calendar": each.calendar.ref,
                "first_day": each.starts,
                "ends": each.ends,
                "lines": each.lines,
            }
            for each in found.contracts
        ],
        "runs": [
            {
                "run": each.run,
                "calendar": each.calendar,
                "status": str(each.status),
                "pay_date": each.pay_date,
                "total_pence": each.total,
                "held_pence": each.held,
                "paid_pence": each.paid,
                "carried_forward_pence": each.carried_forward,
                "withheld": each.withheld,
            }
            for each in found.runs
        ],
        "holds": [hold_json(each) for each in found.holds],
    }


def payee_shown(found: PayeeOnDay) -> list[Shown | None]:
    accounts = [
        (each.ref, each.sort_code, each.account_number, each.account_name, printing.day(each.starts), _sure(each))
        for each in found.accounts
    ]
    contracts = [
        (
            str(each.contract),
            each.calendar.name,
            days_words(each.starts, each.ends and each.ends - dt.timedelta(days=1)),
            f"{each.lines:,}",
        )
        for each in found.contracts
    ]
    runs: list[Sequence[Shown]] = [
        (
            f"run {each.run}, {each.calendar}",
            str(each.status),
            printing.day(each.pay_date),
            *map(printing.amount, (each.total, each.held, each.paid, each.carried_forward)),
            each.withheld or "",
        )
        for each in found.runs
    ]
    sums = ("Came to", "Held", "Paid", "Carried forward")
    bank = ("Bank details", "Sort code", "Account", "Name on the account", "First day", "")
    return [
        printing.heading(str(found.payee)),
        printing.pairs([("Sort", found.kind), ("Supplier number", found.supplier_number), ("Email", found.email)]),
        printing.table(bank, accounts, title="\nWhere their money goes") if accounts else "No bank details are known.",
        printing.table(("Contract", "Paid", "Days", "Lines"), contracts, right=("Lines",), title="\nContracts")
        if contracts
        else "They have no contract.",
        printing.table(("Run", "", "Paid on", *sums, ""), runs, right=sums, title="\nLately")
        if runs
        else "No pay run has come to anything for them.",
        *holds_of(found.holds),
        printing.note(f"Down from here: outturn show CONTRACT, outturn explain {found.payee.ref}"),
    ]


def _sure(each: AccountSeen) -> str:
    seen = f"; last seen whole by {each.seen[0]} on {spoken(each.seen[1].date())}" if each.seen else ""
    if each.confirmed_by is None or each.confirmed_at is None:
        return f"waits for a second person: proposed by {each.proposed_by} on {spoken(each.proposed_at.date())}{seen}"
    on = spoken(each.confirmed_at.date())
    return f"confirmed by {each.confirmed_by} on {on} ({each.evidence}), proposed by {each.proposed_by}{seen}"


# A contract --------------------------------------------------------------------------------------------------------


def _entered_json(each: EnteredBy) -> dict[str, object]:
    return {"by": each.by, "at": each.at, "source": each.source}


def _entered(each: EnteredBy) -> str:
    return f"{each.by}, {spoken(each.at.date())}, {each.source}"


def contract_json(found: ContractOnDay) -> dict[str, object]:
    return {
        "sort": "contract",
        **named_json(found.contract),
        "payee": named_json(found.payee),
        "calendar": named_json(found.calendar),
        "first_day": found.starts,
        "ends": found.ends,
        "terms": [
            {"first_day": each.starts, "words": each.words, "entered": _entered_json(each.entered)}
            for each in found.terms
        ],
        "rates": [_rate_json(each) for each in found.rates],
        "over": found.over,
        "entered": _entered_json(found.entered),
    }


def _rate_json(each: RateShown) -> dict[str, object]:
    return {
        "sort": each.sort,
        "ref": each.ref,
        "about": each.about,
        "words": each.words,
        "first_day": each.starts,
        "last_day": each.last_day,
        "in_force": each.in_force,
        "entered": _entered_json(each.entered),
    }


def contract_shown(found: ContractOnDay) -> list[Shown | None]:
    terms = [(printing.day(each.starts), each.words, _entered(each.entered)) for each in found.terms]
    rates = [
        (
            each.sort,
            each.ref,
            each.about,
            each.words,
            days_words(each.starts, each.last_day),
            "" if each.in_force else "not on this day",
            _entered(each.entered),
        )
        for each in found.rates
    ]
    last = found.ends and found.ends - dt.timedelta(days=1)
    over = f"{printing.several(found.over, 'price')} whose days are over: --every shows them too."
    return [
        printing.heading(str(found.contract)),
        printing.pairs(
            [
                ("With", str(found.payee)),
                ("Paid by", str(found.calendar)),
                ("Days", days_words(found.starts, last)),
                ("Entered by", _entered(found.entered)),
            ]
        ),
        printing.table(("From", "Terms", "Entered by"), terms, title="\nTerms"),
        printing.table(("", "Rate", "For", "Price", "Days", "", "Entered by"), rates, title="\nRates")
        if rates
        else "It has no price on this day.",
        printing.note(over) if found.over else None,
    ]
