"""A person, a payee, a contract or a line as it stands on a day, told to people and to machines."""

import datetime as dt
from collections.abc import Iterable, Sequence

from billing.assessments.views_jobs import Stands
from billing.person_views_jobs import MoneyOfPerson
from billing.receipts.jobs import PayerAccount
from billing.tables import number_of
from finance.days import spoken
from finance.money import sterling
from interfaces.cli.frame import printing
from interfaces.cli.frame.printing import Shown
from interfaces.cli.payees_on_a_day import (
    contract_json,
    contract_shown,
    days_words,
    holds_of,
    named_json,
    payee_json,
    payee_shown,
)
from interfaces.cli.runs.shown import hold_json
from interfaces.showing import OnDay, PersonOnDay
from payruns.care_views_jobs import CareOfLine, WeekOf
from payruns.contract_views_store import ContractOnDay
from payruns.payee_views_store import PayeeOnDay

COUNCIL = "the council"


def as_json(found: OnDay) -> dict[str, object]:
    if isinstance(found, PersonOnDay):
        return _person_json(found)
    if isinstance(found, PayeeOnDay):
        return payee_json(found)
    return contract_json(found) if isinstance(found, ContractOnDay) else {"sort": "line", **_line_json(found)}


def as_shown(found: OnDay, on: dt.date) -> list[Shown | None]:
    if isinstance(found, PersonOnDay):
        return _person_shown(found, on)
    if isinstance(found, PayeeOnDay):
        return payee_shown(found)
    return contract_shown(found) if isinstance(found, ContractOnDay) else _line_shown(found, on)


# A line ------------------------------------------------------------------------------------------------------------


def _line_json(each: CareOfLine) -> dict[str, object]:
    return {
        "ref": each.ref,
        "person": named_json(each.person),
        "service": named_json(each.service),
        "payee": named_json(each.payee),
        "contract": named_json(each.contract),
        "package": each.package.ref,
        "plan": each.plan,
        "first_day": each.starts,
        "last_day": each.last_day,
        "end_reason": each.end_reason,
        "provided": each.live,
        "prices": [{"kind": kind, "words": words} for kind, words in each.prices],
        "priced_by": each.priced_by,
        "seven_days_pence": each.week_pence,
        "borne": [
            {"kind": one.kind, "funder": one.funder and named_json(one.funder), "amount_pence": one.pence}
            for one in each.week
        ],
        "away": each.away,
        "troubles": each.troubles,
        "told": each.told,
    }


def _borne(week: Iterable[WeekOf]) -> str:
    """Who bears what, where it is more than one sum."""
    return ", ".join(
        f"{sterling(each.pence)} {each.kind if each.kind != 'care' else ''}{' ' if each.kind != 'care' else ''}"
        f"by {each.funder or COUNCIL}"
        for each in week
    )


def _price(each: CareOfLine) -> str:
    if each.troubles:
        return "not known: " + " ".join(each.troubles)
    return ", ".join(words if kind == "care" else f"{kind} {words}" for kind, words in each.prices)


def _line_shown(each: CareOfLine, on: dt.date) -> list[Shown | None]:
    return [
        printing.heading(f"Line {each.ref}: {each.service.name} for {each.person}"),
        printing.pairs(
            [
                ("Provided by", str(each.payee)),
                ("Contract", str(each.contract)),
                ("Package", each.package.ref),
                ("Planned", each.plan),
                ("Days", days_words(each.starts, each.last_day) + (f", {each.end_reason}" if each.end_reason else "")),
                ("On the day", _standing(each, on)),
                ("Price", _price(each)),
                ("Priced by", "; ".join(each.priced_by)),
                ("Seven days", printing.amount(each.week_pence) if each.live and not each.troubles else None),
                ("Borne", _borne(each.week)),
                ("Told", each.told),
            ]
        ),
        printing.note(f"Why it comes to that: outturn explain {each.ref}"),
    ]


def _standing(each: CareOfLine, on: dt.date) -> str:
    if each.live:
        return f"away: {each.away}" if each.away else "provided"
    return "over" if each.ends and each.ends <= on else "to come" if each.starts > on else "not provided"


# A person ----------------------------------------------------------------------------------------------------------


def _person_json(found: PersonOnDay) -> dict[str, object]:
    return {
        "sort": "person",
        "ref": found.ref,
        "name": found.name,
        "date_of_birth": found.born,
        "date_of_death": found.died,
        "nhs_number": found.nhs_number,
        "postcode": found.postcode,
        "primary_support_reason": found.support_reason,
        "seven_days_pence": found.week_pence,
        "lines": [_line_json(each) for each in found.lines],
        "assessment": _assessment_json(found.money.assessment),
        "told_circumstances": found.money.told,
        "awaiting": found.money.awaiting,
        "accounts": [_account_json(each) for each in found.money.accounts],
        "holds": [hold_json(each) for each in found.holds],
    }


def _assessment_json(each: Stands | None) -> dict[str, object] | None:
    if each is None:
        return None
    return {
        "first_day": each.starts,
        "last_day": each.last_day,
        "charge_pence": each.charge,
        "outcome": str(each.how.outcome),
        "billable": each.how.billable,
        "change": each.change,
    }


def _account_json(each: PayerAccount) -> dict[str, object]:
    return {
        **named_json(each.payer),
        "balance_pence": each.balance,
        "loan_pence": each.loan,
        "open_bills": [
            {"bill": number_of(bill.nr), "due": bill.due, "amount_pence": bill.pence, "left_pence": bill.left}
            for bill in each.bills
            if bill.left
        ],
    }


def _person_shown(found: PersonOnDay, on: dt.date) -> list[Shown | None]:
    rows = [
        (
            each.ref,
            each.service.name,
            str(each.payee),
            each.plan,
            days_words(each.starts, each.last_day),
            _standing(each, on),
            _price(each) if each.live else "",
            printing.amount(each.week_pence if each.live else None),
            _borne(each.week) if each.live and len(each.week) > 1 else "",
        )
        for each in found.lines
    ]
    columns = ("Line", "Care", "From", "Planned", "Days", "", "Price", "Seven days", "Borne")
    return [
        printing.heading(f"{found.name} ({found.ref})"),
        printing.pairs(
            [
                ("Born", printing.day(found.born)),
                ("Died", printing.day(found.died)),
                ("NHS number", found.nhs_number),
                ("Postcode", found.postcode),
                ("Why they have care", found.support_reason),
            ]
        ),
        printing.heading(f"Care on {spoken(on)}"),
        printing.table(columns, rows, right=("Seven days",)) if rows else "No care is recorded.",
        f"Seven days of it come to {sterling(found.week_pence)}." if found.live else None,
        *_money_shown(found.ref, found.money),
        *holds_of(found.holds),
        printing.note(
            f"Down from here: outturn show LINE, outturn explain {found.ref}, outturn assess history {found.ref}"
        ),
    ]


def _money_shown(ref: str, money: MoneyOfPerson) -> list[Shown | None]:
    now = money.assessment
    if now is not None:
        charge = "taken back" if now.charge is None else f"{sterling(now.charge)} a week"
        said = f"{charge}, {now.how.outcome}, {days_words(now.starts, now.last_day)} (change {now.change})."
    elif money.told:
        said = f"None is in force. Circumstances are known: outturn assess --person {ref} --record"
    else:
        said = "None is in force: nobody has told their circumstances."
    return [printing.heading("Assessment"), said, *_accounts_shown(money.accounts)]


def _accounts_shown(accounts: Sequence[PayerAccount]) -> list[Shown | None]:
    shown: list[Shown | None] = [printing.heading("Account")]
    if not accounts:
        return [*shown, "They are not billed."]
    for each in accounts:
        loan = f", and {sterling(each.loan)} on a deferred payment agreement" if each.loan else ""
        shown.append(f"{each.payer}: {sterling(each.balance)} is owed{loan}.")
        bills = [
            (number_of(bill.nr), printing.day(bill.due), printing.amount(bill.pence), printing.amount(bill.left))
            for bill in each.bills
            if bill.left
        ]
        columns = ("Not fully paid", "To be paid by", "Amount", "Left")
        shown.append(printing.table(columns, bills, right=("Amount", "Left")) if bills else None)
    return shown
