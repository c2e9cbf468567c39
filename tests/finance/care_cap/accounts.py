"""Short makers for care accounts, and the slow way to keep one: a day at a time, in fractions."""

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import strategies as st

from finance.care_cap import AccountFacts, Budget, Met, MeteredCare, Terms, Transfer, terms
from finance.parameters import read_parameters

START = dt.date(2028, 10, 2)  # a Monday, on which the cap is made to begin


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def made_up(
    *caps: tuple[dt.date, str],
    living: str = "200.00",
    begins: dt.date = START,
    rounding: str = "half up",
    week: str = "Monday",
    follows: tuple[tuple[dt.date, bool], ...] = (),
) -> Terms:
    """Terms switched on from a day, with the caps given (86,000.00 from that day when none is)."""
    rows = "".join(_row("cap", day, amount) for day, amount in caps or ((begins, "86000.00"),))
    flags = "".join(_row("accrued_costs_follow_the_cap", day, str(each).lower()) for day, each in follows)
    text = f"""
[metering]
label = "Whether care accounts are kept"
unit = "flag"
reference = "made up"
{_row("metering", dt.date(2015, 4, 1), "false")}{_row("metering", begins, "true")}
[cap]
label = "Cap on care costs"
unit = "pence"
reference = "made up"
{rows}
[daily_living_costs]
label = "Daily living costs"
unit = "pence a week"
reference = "made up"
{_row("daily_living_costs", begins, living)}
[account_rounding]
label = "Rounding"
unit = "choice"
reference = "made up"
choices = ["half up", "half even"]
{_row("account_rounding", begins, f'"{rounding}"')}
[week_begins]
label = "Week"
unit = "choice"
reference = "made up"
choices = ["{week}"]
{_row("week_begins", begins, f'"{week}"')}
"""
    if flags:
        text += f'[accrued_costs_follow_the_cap]\nlabel = "s.16"\nunit = "flag"\nreference = "made up"\n{flags}'
    return terms(read_parameters(text, "made up"))


def _row(name: str, day: dt.date, value: str) -> str:
    return f'[[{name}.values]]\nfrom = {day}\nvalue = {value}\nstatus = "confirmed"\nsource = "made up"\n'


def at_home(pence: int, first: dt.date = START, end: dt.date | None = None) -> MeteredCare:
    return MeteredCare(first, end, Met.COUNCIL, pence, care_home=False)


def in_a_home(pence: int, first: dt.date = START, end: dt.date | None = None) -> MeteredCare:
    return MeteredCare(first, end, Met.COUNCIL, pence, care_home=True)


def arranged_alone(pence: int, first: dt.date = START, end: dt.date | None = None, *, home: bool = True) -> MeteredCare:
    return MeteredCare(first, end, Met.OTHERWISE, pence, care_home=home)


def facts(*care: MeteredCare, budget: dt.date | None = START, **more: object) -> AccountFacts:
    budgets = (Budget(budget),) if budget else ()
    return AccountFacts("P1", care, budgets, **more)  # type: ignore[arg-type]


@dataclass
class Slow:
    """The account kept by hand: every day, its counted pence, its charge, and the total after it."""

    total: Fraction = Fraction(0)
    totals: dict[dt.date, Fraction] = field(default_factory=dict)
    charges: dict[dt.date, Fraction] = field(default_factory=dict)
    reached: dt.date | None = None


def slow(known: AccountFacts, held: Terms, end: dt.date) -> Slow:
    """The rules again, one day after another, with nothing clever."""
    account, cap = Slow(), None
    day = min(known.change_days(), default=end)
    while day < end:
        care = [each for each in known.care if each.on(day)]
        council = [each for each in care if each.met is Met.COUNCIL]
        away_from_here = known.carried_out is not None and day >= known.carried_out
        if away_from_here or not held.metering(day):
            account.charges[day] = Fraction(0) if away_from_here else sum((e.daily for e in council), Fraction(0))
        else:
            new = held.cap_pence(day)
            if cap and new != cap and held.accrued_follows(day):
                account.total = account.total / cap * new
            cap = new
            for each in known.brought_in:
                if each.on == day and each.cap_pence:
                    account.total += Fraction(each.accrued_pence, each.cap_pence) * cap
            account.total = min(account.total, Fraction(cap))
            if account.total < cap:
                account.reached = None
            elif account.reached is None:
                account.reached = day
            budget = any(each.on(day) for each in known.budgets)
            counts = [each for each in care if each.met is Met.COUNCIL or budget]
            living = held.living_daily(day) if any(each.care_home and each.pence for each in counts) else Fraction(0)
            taken = min(living, sum((e.daily for e in council if e.care_home), Fraction(0)))
            ours = sum((e.daily for e in council), Fraction(0)) - taken
            others_home = sum((e.daily for e in counts if e.met is Met.OTHERWISE and e.care_home), Fraction(0))
            others = max(others_home - (living - taken), Fraction(0))
            others += sum((e.daily for e in counts if e.met is Met.OTHERWISE and not e.care_home), Fraction(0))
            ours = min(ours, cap - account.total)
            account.total += ours
            account.total += min(others, cap - account.total)
            account.charges[day] = taken + ours
            if account.total == cap and account.reached is None:
                account.reached = day
        account.totals[day] = account.total
        day += days(1)
    return account


LAST = START + days(420)
SOME_DAY = st.integers(0, 400).map(lambda count: START - days(20) + days(count))


@st.composite
def cares(draw: st.DrawFn) -> MeteredCare:
    first = draw(SOME_DAY)
    end = draw(st.one_of(st.none(), st.integers(1, 300).map(lambda count: first + days(count))))
    pence = draw(st.one_of(st.integers(0, 90_000), st.sampled_from([0, 20_000, 70_000])))
    return MeteredCare(
        first, end, draw(st.sampled_from(Met)), pence, draw(st.booleans()), draw(st.sampled_from([7, 7, 31]))
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[AccountFacts, Terms]:
    """A person's facts and the terms: caps small enough to be reached, changed once or twice, kept in step or not."""
    caps = [(START, draw(st.sampled_from(["900.00", "7000.00", "20000.00", "0.00"])))]
    caps += [
        (START + days(count), amount)
        for count, amount in draw(
            st.dictionaries(st.integers(1, 400), st.sampled_from(["950.37", "6500.00", "21111.11"]), max_size=2)
        ).items()
    ]
    follows = ((START, draw(st.booleans())),)
    held = made_up(
        *sorted(caps),
        living=draw(st.sampled_from(["200.00", "0.00", "199.99"])),
        follows=follows,
        week=draw(st.sampled_from(["Monday", "Thursday"])),
        rounding=draw(st.sampled_from(["half up", "half even"])),
    )
    known = AccountFacts(
        "P1",
        tuple(draw(st.lists(cares(), max_size=4))),
        tuple(draw(st.lists(st.builds(Budget, SOME_DAY), max_size=1))),
        tuple(
            Transfer(START + days(count), pence, 900_000, "Otherton")
            for count, pence in draw(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 300_000)), max_size=1))
        ),
        draw(st.one_of(st.none(), st.none(), st.integers(91, 400).map(lambda count: START + days(count)))),
    )
    return known, held
