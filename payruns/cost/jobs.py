"""The verb: cost options for a package before it exists, or a person's package as it stands. It records nothing."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction

from finance.care_costs.rows import Row
from finance.care_words import plan_words
from finance.columns import Database
from finance.days import Span, financial_year, spoken
from finance.money import Rounding, round_fraction, sterling
from finance.problems import NoSuchPerson, Problem
from payruns.cost import store
from payruns.cost.costing import Costing, LineCost, OptionCost, year_words
from payruns.cost.market import Range, range_of, rates_paid
from payruns.cost.options import CostRefused, Option
from payruns.cost.planned import Planned, plan
from payruns.cost.pricing import (
    FULL_YEAR_DAYS,
    PricedLine,
    add,
    average_week,
    bearing,
    going_on,
    mean_rate,
    price,
    standard_week,
)
from payruns.cost.store import Believed, Wanted
from payruns.explain.steps import sum_words
from payruns.policy import PaymentPolicy

AS_IT_STANDS = Option("As it stands", from_record=True)
NOT_COUNTED = "The client’s own contribution is not worked out here; it would come off the council’s part."
EARLY_DAYS = 28  # a start further back than this is pointed out: rates of then are set beside rates paid now
ROUNDINGS = 53  # a penny a week: what roundings may leave of a year’s council part
_Market = Callable[[Row, Row], Range | None]


@dataclass(frozen=True)
class Costed:
    """A costing, the facts made for each of its options, and the person, if one was named.

    ``left_out``: what is to be said where nobody works out what the client pays.
    """

    costing: Costing
    plans: tuple[tuple[Planned, ...], ...]
    options: tuple[Option, ...]
    person: Row | None
    left_out: tuple[str, ...]


def cost_package(
    database: Database,
    options: Sequence[Option],
    *,
    on: dt.date,
    person: str | None = None,
    policy: PaymentPolicy | None = None,
) -> Costing:
    """Cost each option by the pay run's own calculation, on the facts believed now.

    With a person, their package as it stands comes first, and options may change it. ``on``: the day lines without a
    start begin, and the day a person's own lines are counted from. Raises CostRefused with every problem; NoSuchPerson.
    """
    made = cost_planned(database, options, on=on, person=person, policy=policy)
    return replace(made.costing, notes=(*made.left_out, *made.costing.notes))


def cost_planned(
    database: Database,
    options: Sequence[Option],
    *,
    on: dt.date,
    person: str | None = None,
    policy: PaymentPolicy | None = None,
) -> Costed:
    """The same with the facts behind it, for whoever works out what the client pays."""
    options = [AS_IT_STANDS, *options] if person and not _as_it_stands(options) else list(options)
    problems = [
        Problem(each.where, "it changes a person’s package, and no person was named.", "Name the person.")
        for each in options
        if each.from_record and person is None
    ]
    if problems:
        raise CostRefused(problems)
    with database.read() as connection:
        known = store.read_believed(connection, _wanted(options, person), on)
        if person is not None:
            _living(known, person)
    plans: list[tuple[Option, list[Planned]]] = []
    for option in options:
        made, wrong = plan(option, known, on, _horizon(option, known, on))
        plans.append((option, made))
        problems += wrong
    if problems:
        raise CostRefused(problems)
    market = _market(database, on, [each for _, made in plans for each in made])
    rounding = (policy or PaymentPolicy()).rounding
    costed = [_cost(option, made, known, on, market, rounding, problems) for option, made in plans]
    problems += [
        over
        for (_, made), cost in zip(plans, costed, strict=True)
        for over in map(_top_up_over, made, cost.lines)
        if over
    ]
    if problems:
        raise CostRefused(problems)
    name = f"{known.person['name']} ({person})" if known.person else None
    astray = [each for option, _ in plans for each in _astray(option, _first(option, known, on), on)]
    astray += [
        f"{cost.name}, {line.ref}: others are said to bear more of it than it costs. Check its top-up."
        for cost in costed
        for line in cost.lines
        if line.held or _below_nought(line)
    ]
    costing = Costing(on, name, tuple(costed), tuple(_notes(known, on)), tuple(astray))
    return Costed(
        costing, tuple(tuple(made) for _, made in plans), tuple(options), known.person, tuple(_left_out(known))
    )


def _as_it_stands(options: Sequence[Option]) -> bool:
    return any(each.from_record and not each.changes and not each.lines for each in options)


def _wanted(options: Sequence[Option], person: str | None) -> Wanted:
    lines = [line for option in options for line in option.lines]
    changed = {
        str(each.values["contract"]) for option in options for each in option.changes if "contract" in each.values
    }
    return Wanted(
        {line.contract for line in lines if line.contract} | changed,
        {share.funder for line in lines for share in line.shares},
        person,
    )


def _living(known: Believed, ref: str) -> None:
    if known.person is None:
        close = get_close_matches(ref, known.near["person", ref], n=5, cutoff=0)
        raise NoSuchPerson(
            f"There is no person “{ref}”.", f"Did you mean {' or '.join(close)}?" if close else "Load people first."
        )
    if known.person["died"]:
        died = spoken(known.person["died"])
        raise NoSuchPerson(f"{known.person['name']} ({ref}) died on {died}.", "There is no package to cost.")


def _first(option: Option, known: Believed, on: dt.date) -> dt.date:
    """The day an option is counted from: its first line's start, or the day of asking for a package that
    already runs.
    """
    starts = [line.starts or on for line in option.lines]
    if option.from_record:
        starts += [max(row["starts"], on) for row in known.lines]
    return min(starts, default=on)


def _astray(option: Option, first: dt.date, on: dt.date) -> Iterable[str]:
    """Starts that may be slips: long before the day acted on, or outside the financial year that day is in."""
    year = financial_year(first)
    for line in option.lines:
        starts = line.starts or on
        if (on - starts).days > EARLY_DAYS:
            yield (
                f"{line.where}: it starts on {spoken(starts)}, {(on - starts).days} days before {spoken(on)}. It is "
                f"costed at "
                "the prices of then and set beside the rates paid now. If the start is a slip, correct it."
            )
        elif starts >= year.end:
            yield f"{line.where}: it starts on {spoken(starts)}, so financial year {year_words(first)} has none of it."
    if year != financial_year(on):
        yield (
            f"{option.name}: the figures for a financial year are for {year_words(first)}, that of its first day, "
            f"{spoken(first)}; not for {year_words(on)}, that of {spoken(on)}."
        )


def _horizon(option: Option, known: Believed, on: dt.date) -> dt.date:
    first = _first(option, known, on)
    return max(first + dt.timedelta(days=FULL_YEAR_DAYS), financial_year(first).end)


def _cost(
    option: Option,
    made: list[Planned],
    known: Believed,
    on: dt.date,
    market: _Market,
    rounding: Rounding,
    problems: list[Problem],
) -> OptionCost:
    first = _first(option, known, on)
    year = Span(first, financial_year(first).end)
    full = Span(first, first + dt.timedelta(days=FULL_YEAR_DAYS))
    lines = [_line(each, first, year, full, known, market, rounding, problems) for each in made]
    averages = [each.week.gross if each.average_week is None else each.average_week for each in lines]
    return OptionCost(
        option.name,
        tuple(lines),
        add([each.week for each in lines]),
        sum(averages) if any(each.average_week is not None for each in lines) else None,
        add([each.this_year for each in lines]),
        add([each.full_year for each in lines]),
        year,
        full,
    )


def _line(
    planned: Planned,
    first: dt.date,
    year: Span,
    full: Span,
    known: Believed,
    market: _Market,
    rounding: Rounding,
    problems: list[Problem],
) -> LineCost:
    line = planned.line
    funders = {row["nr"]: row for row in known.rows["funder"]}
    week = standard_week(line, first)
    years = [price(planned.rows, span, planned.calendar, rounding) for span in (year, full)]
    once = line["unit"] == "one-off"
    standard = replace(years[1], pence={}) if once else price(going_on(planned), week, None, rounding)
    problems += _troubles(planned, (*years, standard))
    rate = mean_rate(standard.pieces)
    spaced = line["every_weeks"] > 1
    return LineCost(
        ref=planned.ref,
        service=f"{planned.service['name']} ({planned.service['ref']})",
        payee=planned.payee,
        plan=plan_words(line),
        week_starts=week.first,
        week=bearing(standard.pence, funders),
        average_week=average_week(standard, line["every_weeks"], rounding) if spaced else None,
        this_year=bearing(years[0].pence, funders),
        full_year=bearing(years[1].pence, funders),
        steps=tuple(_steps(standard, line)),
        rate=rate,
        paid=market(planned.service, line),
        notes=(*planned.notes, *_odd(line, week)),
        topped_up=-standard.pence.get(("top-up", 0), 0),
        held=any(piece.kind == "top-up" and piece.share and piece.rate < _said(planned) for piece in standard.pieces),
    )


def _said(planned: Planned) -> int:
    """What is said to be paid on top, in hundredths of a penny a week."""
    return sum(int(row["weekly"]) for row in planned.rows["contribution"])


def _top_up_over(planned: Planned, cost: LineCost) -> Problem | None:
    """A top-up asked for here that is more than there is left of the price: a slip, and never money to the council."""
    if planned.line["package"] or not cost.week.gross:
        return None
    top_up = round_fraction(Fraction(_said(planned), 100))
    left = cost.week.council + cost.topped_up if cost.average_week is None else cost.average_week
    if top_up <= left:
        return None
    what = f"a top-up of {sterling(top_up)} a week is more than the {sterling(left)} a week there is for others to pay."
    return Problem(f"{planned.where}, top_up", what, "Give a top-up no higher than that, or correct the price.")


def _below_nought(cost: LineCost) -> bool:
    weekly = cost.average_week is None and cost.week.council < 0
    return weekly or min(cost.this_year.council, cost.full_year.council) < -ROUNDINGS


def _troubles(planned: Planned, priced: Iterable[PricedLine]) -> Iterable[Problem]:
    """What stops a line from being priced: each remedy once, for the first day it is needed."""
    found: dict[str, str] = {}
    for each in priced:
        for what, to_do in each.troubles:
            found.setdefault(to_do, what)
    return [Problem(planned.where, what, to_do) for to_do, what in found.items()]


def _steps(priced: PricedLine, line: Row) -> Iterable[str]:
    """The sums of the standard week, and what else is in it."""
    for piece in priced.pieces:
        days = f" ({piece.weekdays})" if piece.weekdays else ""
        called = "" if piece.kind == "care" else f"{piece.kind}: "
        yield f"{called}{sum_words(piece, line)}{days}"


def _odd(line: Row, week: Span) -> Iterable[str]:
    """What a standard week does not show."""
    if line["every_weeks"] > 1:
        yield (
            f"It falls every {line['every_weeks']} weeks: this is a week in which it falls, that of "
            f"{spoken(week.first)}. "
            "The average is over all weeks."
        )
    if line["unit"] == "one-off":
        yield "It is paid once, so it is in the years it starts in and in no standard week."
    if line["unit"] == "calendar month":
        yield (
            f"It is priced by the month, so a week’s cost moves with the month’s length; this is the week of "
            f"{spoken(week.first)}."
        )
    if line["days"]:
        yield (
            "Bank holidays are counted in the years, each as its contract and rate card say, and not in the "
            "standard week."
        )
    if line["ends"] is not None:
        yield f"It ends on {spoken(line['ends'] - dt.timedelta(days=1))}, and the years count it to then."


def _market(database: Database, on: dt.date, plans: Sequence[Planned]) -> _Market:
    """The range of rates paid for each service, unit and length of visit among some lines."""
    plain = standard_week({"starts": on, "every_weeks": 1}, on)
    found: dict[tuple[int, str, int | None], Range | None] = {}
    for service, line in ((each.service, each.line) for each in plans):
        minutes = line["visit_minutes"]
        key = (service["nr"], line["unit"], minutes)
        if key in found:
            continue
        with database.read() as connection:
            cards = store.read_cards(connection, service["nr"], line["unit"], on)
        with database.read_bulk() as bulk:
            live = store.read_live(bulk, service["nr"], line["unit"], minutes, on)
            agreed = store.read_agreed(bulk, service["nr"], line["unit"], on)
        rates = rates_paid(live, agreed, cards, service["nr"], line["unit"], plain)
        found[key] = range_of(service["ref"], line["unit"], minutes, rates)
    return lambda service, line: found[service["nr"], line["unit"], line["visit_minutes"]]


def _notes(known: Believed, on: dt.date) -> Iterable[str]:
    yield (
        "A year is what the pay runs would pay for its days: rounded once a pay period where there is a contract, and "
        "once in all where there is none."
    )
    going = [row for row in known.rows["suspension"] if row["ends"] is None or row["ends"] > on]
    if going:
        yield f"Suspensions are left out: {', '.join(row['ref'] for row in going)}."
    for package in known.rows["package"]:
        if package["weekly_budget"] is not None:
            yield (
                f"{package['approved_by'] or 'The council'} agreed {sterling(package['weekly_budget'])} a week for "
                f"package {package['ref']}."
            )


def _left_out(known: Believed) -> Iterable[str]:
    yield NOT_COUNTED
    theirs = sum(1 for row in known.rows["contribution"] if row["kind"] == "client")
    if theirs:
        yield (
            f"{theirs} contribution{'' if theirs == 1 else 's'} of the client on record "
            f"{'is' if theirs == 1 else 'are'} left out."
        )
