"""Prices raised together from a day, seen before anybody confirms them, and taken back together."""

import datetime as dt
from fractions import Fraction
from typing import Annotated

import typer

from finance.care_costs.uplift import NotAnUplift, PriceHeld, Uplift, UpliftPlan
from finance.days import spoken
from finance.money import read_decimal, read_rate, sterling_rate
from finance.problems import NotAnAmount
from interfaces.cli.allowing import by_hand
from interfaces.cli.frame import printing
from interfaces.cli.frame.arguments import Limit
from interfaces.cli.frame.desk import Desk, read_day, verb
from interfaces.files.inbound.door.outcomes import several
from interfaces.files.inbound.door.uplifting import PricesEntered, planned, raise_prices, take_back, to_take_back
from interfaces.files.inbound.layouts.value_types import RATE
from ledgers.runs import check_reason

Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why: kept with the change, in ten letters or more.")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    uplift = typer.Typer(no_args_is_help=True, help="Raise prices together from a day, and take that back.")
    verb(uplift, "propose")(propose)
    verb(uplift, "undo")(undo)
    app.add_typer(uplift, name="uplift", rich_help_panel="Facts in")


def propose(
    desk: Desk,
    percent: Annotated[
        str, typer.Option("--percent", metavar="PERCENT", help="How much is added: 4.5. Taken off: -2.")
    ],
    since: Annotated[
        dt.date, typer.Option("--from", parser=read_day, metavar="DATE", help="The first day of the new prices.")
    ],
    reason: Reason,
    contract: Annotated[
        list[str] | None, typer.Option("--contract", metavar="REF", help="Only this contract; again for another.")
    ] = None,
    payee: Annotated[
        list[str] | None, typer.Option("--payee", metavar="REF", help="Only this payee’s; again for another.")
    ] = None,
    service: Annotated[
        list[str] | None, typer.Option("--service", metavar="REF", help="Only this service; again for another.")
    ] = None,
    step: Annotated[
        str, typer.Option(metavar="POUNDS", help="New prices are a whole number of these: 0.01, 0.0001, 1.")
    ] = "0.01",
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would be, and record nothing.")] = False,
    limit: Limit = 20,
) -> None:
    """Raise every price that holds on a day, of rate cards, agreed rates and blocks; or those of some only.

    What holds is ended the day before and another holds from the day. A price that is not raised is listed, with why.
    They wait for a second person where prices do; what they come to: outturn waiting effect.

    Example: outturn uplift propose --percent 4.5 --from 2027-04-05 --reason "Cabinet of 9 February" --preview
    Example: outturn uplift propose --percent 3.1 --from 2027-04-05 --payee V0451 --reason "Agreed in March"
    """
    asked = Uplift(
        _figure(percent.strip().removesuffix("%")),
        since,
        _step(step),
        desk.council.policy.rounding,
        frozenset(contract or ()),
        frozenset(payee or ()),
        frozenset(service or ()),
    )
    check_reason(reason)
    with desk.database.read() as connection:
        made = planned(connection, asked)
    done = None if preview else raise_prices(desk.database, made, reason=reason, **by_hand(desk))
    desk.answer(_plan_json(made, done), *_plan_shown(made, done, limit))


def _figure(text: str) -> Fraction:
    try:
        if "£" in text:
            raise NotAnAmount(f"“{text}” is money.", "Write a percentage.")
        return Fraction(read_decimal(text))
    except NotAnAmount as error:
        raise NotAnUplift(f"“{text}” is not a percentage.", "Write it as 4.5, or -2 to take off.") from error


def _step(text: str) -> int:
    try:
        step = read_rate(text)
    except NotAnAmount as error:
        raise NotAnUplift(f"“{text}” is not a step in pounds.", "Write it as 0.01.") from error
    if step <= 0:
        raise NotAnUplift(f"“{text}” is not a step in pounds.", "Give one above nought: 0.01.")
    return step


def _plan_json(made: UpliftPlan, done: PricesEntered | None) -> dict[str, object]:
    return {
        "from": made.uplift.since,
        "raised": [{**_price_json(each.price), "now": RATE.write(each.now, "")} for each in made.raised],
        "left": [{**_price_json(each.price), "why": each.why} for each in made.left],
        **_entered_json(done),
    }


def _entered_json(done: PricesEntered | None) -> dict[str, object]:
    return {
        "change": done and done.change,
        "load": done and done.load,
        "notes": [printing.problem(each) for each in done.notes] if done else [],
    }


def _price_json(price: PriceHeld) -> dict[str, object]:
    return {
        "ref": price.ref,
        "of": price.line or price.contract,
        "payee": price.payee,
        "service": price.service,
        "unit": price.unit,
        "was": RATE.write(price.rate, ""),
    }


def _plan_shown(made: UpliftPlan, done: PricesEntered | None, limit: int) -> list[printing.Shown | None]:
    raised, left, since = made.raised, made.left, spoken(made.uplift.since)
    count = len(raised) + len(left)
    shown: list[printing.Shown | None] = [
        f"{several(count, 'price')} chosen, of {since} or after: {len(raised):,} raised, {len(left):,} left."
    ]
    if raised:
        rows = [
            (*_price_row(each.price), sterling_rate(each.price.rate), sterling_rate(each.now))
            for each in raised[:limit]
        ]
        shown.append(printing.table(("Price", "Of", "Payee", "Service", "A", "Was", "Is to be"), rows, right=_MONEY))
        shown.append(printing.note(f"{len(raised) - limit:,} more: --limit.") if len(raised) > limit else None)
    if left:
        rows = [(*_price_row(each.price), sterling_rate(each.price.rate), each.why) for each in left[:limit]]
        shown.append(printing.table(("Price", "Of", "Payee", "Service", "A", "Is", "Left, for it"), rows, right=_MONEY))
        shown.append(printing.note(f"{len(left) - limit:,} more left: --limit.") if len(left) > limit else None)
    return [*shown, *_entered_shown(done)]


_MONEY = ("Was", "Is to be", "Is")


def _price_row(price: PriceHeld) -> tuple[str, str, str, str, str]:
    return price.ref, price.line or price.contract, price.payee, price.service, price.unit


def _entered_shown(done: PricesEntered | None) -> list[printing.Shown | None]:
    if done is None:
        return ["Nothing is recorded yet."]
    if done.load is not None:
        look = printing.note(f"What it comes to: outturn waiting effect {done.load}")
        return [f"It waits for a second person as load {done.load}, and is not believed yet.", look]
    if done.change is None:
        return ["Nothing was recorded: it is believed, or waits, already."]
    back = printing.note(f"To take it back: outturn uplift undo {done.change}")
    return [f"Recorded as change {done.change}.", back]


def undo(
    desk: Desk,
    load: Annotated[int, typer.Argument(metavar="LOAD", min=1, help="The number it waited under, or its change.")],
    reason: Reason,
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would be, and record nothing.")] = False,
    limit: Limit = 20,
) -> None:
    """Take an uplift back: every price it told of stands as it stood before, and those it began go whole.

    It waits for a second person as the uplift did. What was paid by the new prices is adjusted by the next runs.
    Refused where one of the prices has been changed since.

    Example: outturn uplift undo 12 --reason "Wrong percentage given" --as "first officer"
    """
    check_reason(reason)
    with desk.database.read() as connection:
        found = to_take_back(connection, load)
    done = None if preview else take_back(desk.database, found, reason=reason, **by_hand(desk))
    rows = [(each.ref, "goes whole" if each.before is None else "as it stood before") for each in found]
    desk.answer(
        {"prices": [{"ref": ref, "goes": becomes == "goes whole"} for ref, becomes in rows], **_entered_json(done)},
        printing.table(("Price", ""), rows[:limit]),
        printing.note(f"{len(rows) - limit:,} more: --limit.") if len(rows) > limit else None,
        *_entered_shown(done),
    )
