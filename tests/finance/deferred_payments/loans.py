"""Short makers for deferred payments, and the slow way to keep a debt: from its definition, in fractions."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from finance.deferred_payments import (
    Agreement,
    Deferring,
    EndedBy,
    Ending,
    LoanFacts,
    LoanMovement,
    LoanPolicy,
    MovementKind,
    Security,
    SecurityKind,
    Style,
    Valuation,
    WriteOffKind,
    loan_policy,
)
from finance.money import round_fraction
from finance.parameters import Parameters, read_parameters

SIGNED = dt.date(2025, 1, 1)
THE_DAY_BEFORE = dt.date(2024, 12, 31)
# Read in the sources named in finance/assessment/deferred.toml: the half-years from 1 January 2023 to 30 June 2025.
MOST = {(2023, 1): "3.18", (2023, 2): "3.43", (2024, 1): "4.65", (2024, 2): "4.05", (2025, 1): "4.25"}


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def entry(name: str, *rows: tuple[str, str], unit: str = "text") -> str:
    """One entry of dated values as a council would write it."""
    written = "".join(
        f'[[{name}.values]]\nfrom = {day}\nvalue = {value}\nstatus = "confirmed"\nsource = "made up"\n'
        for day, value in rows
    )
    return f'[{name}]\nlabel = "{name}"\nunit = "{unit}"\nreference = "made up"\n{written}'


def own(*entries: str) -> Parameters:
    return read_parameters("\n".join(entries), "own.toml")


def at_a_pound_a_day(often: str = "daily", *more: str) -> LoanPolicy:
    """A rate of 3.65% over 365 days: £10,000 bears exactly £1.00 a day."""
    return loan_policy(
        own(
            entry("compounding", ("2015-04-01", f'"{often}"')),
            entry("year_length", ("2015-04-01", '"365"')),
            entry("interest_charged", ("2015-04-01", '"the council\'s own rate"')),
            entry("own_rate", ("2015-04-01", "3.65"), unit="percent"),
            *more,
        )
    )


def choosing(**choices: str) -> LoanPolicy:
    return loan_policy(own(*(entry(name, ("2015-04-01", f'"{value}"')) for name, value in choices.items())))


def agreement(reference: str = "DPA1", signed: dt.date | None = SIGNED, **more: object) -> Agreement:
    """A home worth £300,000, charged: an equity limit of £255,750."""
    standing: dict[str, object] = {
        "securities": (Security(SIGNED, SecurityKind.FIRST_CHARGE),),
        "valuations": (Valuation(dt.date(2015, 4, 1), 300_000_00),),
        **more,
    }
    return Agreement(reference, "P1", signed, **standing)  # type: ignore[arg-type]


def lent(pence: int, on: dt.date = THE_DAY_BEFORE) -> LoanMovement:
    return LoanMovement(on, MovementKind.ADVANCE, pence, "lent")


def repaid(pence: int, on: dt.date, reference: str = "repaid") -> LoanMovement:
    return LoanMovement(on, MovementKind.REPAYMENT, pence, reference)


@dataclass
class Kept:
    """A debt kept by hand: what it closed with each day, and the exact interest borne by then."""

    closing: dict[dt.date, int]
    interest: dict[dt.date, Fraction]


def slow(facts: LoanFacts, policy: LoanPolicy, end: dt.date) -> Kept:
    """A debt is what was advanced, fees and interest, less what was paid: each a total, worked out day by day."""
    kept, held = Kept({}, {}), facts.agreement
    interest = advanced = Fraction(0)
    added = billed = 0
    paid_off = False
    day = facts.first or end
    while day < end:
        before = sum(each.effect_pence for each in facts.movements if each.on < day)
        now = sum(each.effect_pence for each in facts.movements if each.on <= day)
        owed_this_morning = round_fraction(advanced) + before + round_fraction(interest) - billed
        on_debt = round_fraction(advanced) + before + added
        if policy.value("repaid_money_bears_interest", day) == "up to the day before":
            on_debt = min(on_debt, on_debt + now - before)
        if on_debt > 0 and held.signed is not None and held.signed <= day:
            most = Fraction(MOST[day.year, 1 if day.month <= 6 else 2])
            late = held.died is not None and (day - held.died).days > 90
            if late and policy.value("overdue_rate_charged", day) == "the overdue rate":
                most = Fraction(8)
            elif held.fixed_rate is not None:
                most = min(most, held.fixed_rate)
            leap = 366 if day.year == 2024 else 365
            interest += Fraction(on_debt) * most / 100 / leap
        paid_today = sum(e.pence for e in facts.movements if e.on == day and e.kind is MovementKind.REPAYMENT)
        owed = round_fraction(advanced) + now + round_fraction(interest) - billed
        if paid_today > 0 and owed <= 0 and owed + paid_today > 0:
            paid_off = True
        if paid_today < 0:
            paid_off = False
        ended = paid_off or (held.ended is not None and day >= held.ended.on)
        charge = sum((Fraction(e.weekly_pence) / 7 for e in facts.deferring if e.on(day)), Fraction(0))
        if ended or (held.died is not None and day > held.died):
            charge = Fraction(0)
        value = [each for each in held.valuations if each.first <= day][-1].pence
        room = max(value * 9 // 10 - 14_250_00, 0) - owed_this_morning
        advanced += min(charge, Fraction(max(room, 0)))
        often = held.compounding or policy.value("compounding", day)
        next_day = day + days(1)
        if often == "daily" or (
            next_day.month != day.month and (often == "monthly" or next_day.month in (1, 4, 7, 10))
        ):
            whole = round_fraction(interest) - added - billed
            asked = held.interest_asked_separately
            if asked is not None and asked <= day and not ended:
                billed += whole
            else:
                added += whole
        kept.closing[day] = round_fraction(advanced) + now + round_fraction(interest) - billed
        kept.interest[day] = interest
        day = next_day
    return kept


FIRST = dt.date(2023, 6, 1)
END = dt.date(2025, 6, 30)
SOME_DAY = st.integers(0, 700).map(lambda count: FIRST + days(count))


def _after(first: dt.date) -> st.SearchStrategy[dt.date | None]:
    return st.one_of(st.none(), st.integers(1, 300).map(lambda count: first + days(count)))


@st.composite
def movements(draw: st.DrawFn, reference: str) -> LoanMovement:
    kind = draw(st.sampled_from(MovementKind))
    write_off = draw(st.sampled_from(WriteOffKind)) if kind is MovementKind.WRITE_OFF else None
    return LoanMovement(draw(SOME_DAY), kind, draw(st.integers(1, 3_000_000)), reference, write_off)


@st.composite
def loans(draw: st.DrawFn, reference: str = "DPA1") -> LoanFacts:
    """A debt with some of everything that can happen to one."""
    signed = draw(st.one_of(st.none(), SOME_DAY, SOME_DAY))
    ended = None
    if signed is not None and draw(st.booleans()):
        ended = Ending(signed + days(draw(st.integers(0, 400))), draw(st.sampled_from(EndedBy)))
    values = [Valuation(dt.date(2015, 4, 1), draw(st.sampled_from([30_000_00, 300_000_00])))]
    values += [Valuation(draw(SOME_DAY), 25_000_00)] if draw(st.booleans()) else []
    held = agreement(
        reference,
        signed,
        valuations=tuple(values),
        ended=ended,
        style=draw(st.sampled_from(Style)),
        died=draw(st.one_of(st.none(), SOME_DAY)),
        interest_asked_separately=draw(st.one_of(st.none(), SOME_DAY)),
        securities=(Security(draw(SOME_DAY), draw(st.sampled_from(SecurityKind))),),
        fixed_rate=draw(st.sampled_from([None, None, Fraction(2), Fraction("4.1")])),
        compounding=draw(st.sampled_from([None, None, "daily", "monthly", "quarterly"])),
    )
    deferring = []
    for _ in range(draw(st.integers(0, 2))):
        first = draw(SOME_DAY)
        deferring.append(Deferring(first, draw(_after(first)), draw(st.integers(0, 150_000))))
    moved: list[LoanMovement] = [draw(movements(f"M{each}")) for each in range(draw(st.integers(0, 4)))]
    undo = draw(st.booleans())
    if moved and undo:
        moved.append(moved[0].reversed(moved[0].on + days(draw(st.integers(0, 50))), "undone"))
    return LoanFacts(held, tuple(deferring), tuple(moved))


OVERDUE = (entry("overdue_rate", ("2015-04-01", "8"), unit="percent"),)
POLICIES = st.sampled_from(
    [
        *(choosing(compounding=each) for each in ("daily", "monthly", "quarterly")),
        choosing(compounding="quarterly", repaid_money_bears_interest="up to the day before"),
        loan_policy(own(entry("overdue_rate_charged", ("2015-04-01", '"the overdue rate"')), *OVERDUE)),
        loan_policy(own(entry("compounding", ("2015-04-01", '"quarterly"'), ("2024-02-10", '"daily"')))),
    ]
)
