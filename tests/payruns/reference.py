"""What is due, worked out the slow and obvious way: one line, one day at a time, in fractions, from docs/due.md alone.

It reads rows in the words of the extracts (``end_date`` is the last day, money is text in pounds) and shares no code
with the calculation it stands beside but the list of bank holidays. Speed is no object.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from finance.days import bank_holidays

Row = Mapping[str, object]
Rows = Mapping[str, Mapping[str, Row]]  # extract, reference, row
Due = dict[tuple[str, str | None], int]  # (kind, funder's reference or None for the council), whole pence

DAY = dt.timedelta(days=1)
NEVER = dt.date(9999, 12, 30)
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class Parked(Exception):
    """The line cannot be worked out: why, and the day that shows it."""

    def __init__(self, why: str, day: dt.date) -> None:
        super().__init__(f"{why} on {day}")
        self.why, self.day = why, day


@dataclass(frozen=True)
class Period:
    """Days ``[first, end)``."""

    first: dt.date
    end: dt.date


def as_day(value: object, otherwise: dt.date) -> dt.date:
    if value in (None, ""):
        return otherwise
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))


def covers(row: Row, day: dt.date) -> bool:
    """Whether a row's days, both ends in, hold a day."""
    return as_day(row["start_date"], NEVER) <= day <= as_day(row.get("end_date"), NEVER)


def amount(value: object) -> Fraction:
    return Fraction(str(value))


def number(row: Row, name: str, otherwise: int) -> int:
    value = row.get(name)
    return otherwise if value in (None, "") else int(str(value))


def round_pence(pounds: Fraction, mode: str) -> int:
    """Pounds, exact, to whole pence: half up away from nought, or half to even."""
    pence = abs(pounds) * 100
    whole = pence.numerator // pence.denominator
    rest = pence - whole
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode == "half up" or whole % 2 == 1))
    return (whole + up) * (1 if pounds >= 0 else -1)


def birthday(born: dt.date, age: int) -> dt.date:
    """The day an age is reached: 1 March in common years for someone born on 29 February."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return dt.date(born.year + age, 3, 1)


def begins_month(day: dt.date, begins: int) -> bool:
    """Whether a month begins on a day, where they begin on one of their own: on the last, if none is so late."""
    return day.day == begins or (day.day < begins and (day + DAY).day == 1)


def days_in_month(day: dt.date, begins: int = 1) -> int:
    first, after = day, day + DAY
    while not begins_month(first, begins):
        first -= DAY
    while not begins_month(after, begins):
        after += DAY
    return (after - first).days


def retainer(text: str) -> list[tuple[Fraction, int | None]]:
    """``100:14,80`` as [(1, 14 days), (0.8, to the end)]; what is not said is nothing."""
    steps: list[tuple[Fraction, int | None]] = []
    for part in text.split(","):
        share, _, days = part.strip().partition(":")
        steps.append((Fraction(share) / 100, int(days) if days else None))
    return steps


def terms_on(contract: Row, day: dt.date) -> Row:
    """What a contract says on a day: what it began with, or the latest that holds since a day not after it."""
    later = contract.get("later")
    assert later is None or isinstance(later, Mapping)
    since = [first for first in later or {} if first <= day]
    return later[max(since)] if later and since else contract


def months_begin(contract: Row, day: dt.date) -> int:
    return number(terms_on(contract, day), "months_begin", 1)


def whole_week(contract: Row, day: dt.date) -> bool:
    return terms_on(contract, day).get("week_price") == "whole"


def paid_share(row: Row, contract: Row, day: dt.date, opened: dt.date) -> Fraction:
    """The share paid on a day of a suspension that is part of a stay since ``opened``."""
    into = (day - opened).days
    for share, days in retainer(str(row.get("paid") or terms_on(contract, day)["retainer"])):
        if days is None or into < days:
            return share
        into -= days
    return Fraction(0)


class Line:
    """One service line with all that is said of it."""

    def __init__(self, rows: Rows, ref: str, go_live: dt.date) -> None:
        self.rows, self.ref, self.go_live = rows, ref, go_live
        self.row = rows["service_lines"][ref]
        self.package = rows["packages"][str(self.row["package_ref"])]
        self.contract = rows["contracts"][str(self.row["contract_ref"])]
        self.person = rows["people"][str(self.package["person_ref"])]
        self.unit = str(self.row["unit"])
        self.starts = as_day(self.row["start_date"], NEVER)
        self.planned = str(self.row.get("days") or "").split()

    def about(self, extract: str) -> list[tuple[str, Row]]:
        return [(ref, row) for ref, row in self.rows.get(extract, {}).items() if row["line_ref"] == self.ref]

    # Which days ------------------------------------------------------------------------------------------------------

    def payable(self, day: dt.date) -> bool:
        if day < self.go_live or not all(covers(each, day) for each in (self.row, self.package, self.contract)):
            return False
        died = as_day(self.person.get("date_of_death"), NEVER)
        return died == NEVER or day <= died + number(terms_on(self.contract, died), "days_after_death", 0) * DAY

    # Which price -----------------------------------------------------------------------------------------------------

    @cached_property
    def agreed(self) -> list[Row]:
        return [row for _, row in self.about("agreed_rates")]

    @cached_property
    def card(self) -> list[Row]:
        """The contract's rates for this service and unit."""
        return [
            row
            for row in self.rows.get("rates", {}).values()
            if (row["contract_ref"], row["service_ref"], row["unit"])
            == (self.row["contract_ref"], self.row["service_ref"], self.unit)
        ]

    @cached_property
    def fitting(self) -> list[Row]:
        """Those of them for visits of this length."""
        length = number(self.row, "visit_minutes", -1)
        return [
            row
            for row in self.card
            if (number(row, "minutes_from", -1) < 0 or length >= number(row, "minutes_from", 0))
            and (number(row, "minutes_to", -1) < 0 or 0 <= length <= number(row, "minutes_to", 0))
        ]

    @property
    def by_block(self) -> bool:
        return (
            not self.agreed
            and not self.card
            and any(
                (row["contract_ref"], row["service_ref"]) == (self.row["contract_ref"], self.row["service_ref"])
                for row in self.rows.get("blocks", {}).values()
            )
        )

    def _standing(self, day: dt.date) -> dict[str, Row]:
        """What the card asks that day, by category of day. Parks where two ask at once, or an age is not known."""
        found: dict[str, Row] = {}
        born = as_day(self.person.get("date_of_birth"), NEVER)
        for row in self.fitting:
            low, high = number(row, "age_from", -1), number(row, "age_to", -1)
            if (low >= 0 or high >= 0) and born == NEVER:
                raise Parked("not born", day)
            old_enough = low < 0 or day >= birthday(born, low)
            if covers(row, day) and old_enough and (high < 0 or day < birthday(born, high + 1)):
                category = str(row.get("day_category") or "any")
                if category in found:
                    raise Parked("two rates", day)
                found[category] = row
        return found

    def agreed_on(self, day: dt.date) -> Fraction | None:
        """The rate agreed for the line itself, on the days that have one."""
        standing = [row for row in self.agreed if covers(row, day)]
        if len(standing) > 1:
            raise Parked("two rates", day)
        return amount(standing[0]["rate"]) if standing else None

    def week_at(self, day: dt.date) -> Fraction:
        """What a week of days like this one costs, all of its price paid."""
        each = amount(self.row["quantity"]) * number(self.row, "carers", 1)
        if self.unit == "one-off":
            return Fraction(0)
        if not self.planned:
            weeks = {"4 weeks": Fraction(1, 4), "calendar month": Fraction(7, self.month(day))}
            return self.rate_on(day) * each * weeks.get(self.unit, Fraction(1)) / number(self.row, "every_weeks", 1)
        agreed, rates = self.agreed_on(day), Fraction(0)
        card = {} if agreed is not None else self._standing(day)
        for name in self.planned:
            rates += agreed if agreed is not None else amount(card[str(self._category(card, name))]["rate"])
        return rates * each / number(self.row, "every_weeks", 1)

    def rate_on(self, day: dt.date) -> Fraction:
        """The price of a unit on a payable day. Parks where there is none, or two."""
        agreed = self.agreed_on(day)
        if agreed is not None:
            return agreed
        if not self.card:
            raise Parked("no rate", day)
        if not self.fitting:
            raise Parked("no band", day)
        card = self._standing(day)
        if not card:
            raise Parked("no rate", day)
        if set(card) == {"any"}:
            return amount(card["any"]["rate"])
        if not self.planned:
            raise Parked("needs days", day)
        if any(self._category(card, name) is None for name in self.planned):
            raise Parked("no rate", day)
        category = self._category(card, WEEKDAYS[day.weekday()], day in bank_holidays())
        return amount(card[category]["rate"]) if category else Fraction(0)

    @staticmethod
    def _category(card: Mapping[str, Row], weekday: str, holiday: bool = False) -> str | None:
        own = {"Sat": ["saturday", "weekend"], "Sun": ["sunday", "weekend"]}.get(weekday, ["weekday"])
        order = [*(["bank holiday"] if holiday else []), *own, "any"]
        return next((each for each in order if each in card), None)

    # How many units --------------------------------------------------------------------------------------------------

    def on_week(self, day: dt.date) -> bool:
        monday = self.starts - self.starts.weekday() * DAY
        return (day - monday).days // 7 % number(self.row, "every_weeks", 1) == 0

    def units_on(self, day: dt.date) -> Fraction:
        each = amount(self.row["quantity"]) * number(self.row, "carers", 1)
        if self.unit == "one-off":
            return each if day == self.starts else Fraction(0)
        if self.planned:
            closed = terms_on(self.contract, day)["bank_holidays"] == "closed" and day in bank_holidays()
            on = WEEKDAYS[day.weekday()] in self.planned and self.on_week(day) and not closed
            return each if on else Fraction(0)
        if not self.on_week(day):
            return Fraction(0)
        if self.unit == "week" and whole_week(self.contract, day):
            return each if self.begins_week(day) else Fraction(0)
        over = {"4 weeks": 28, "calendar month": self.month(day)}.get(self.unit, 7)
        return each / over

    def month(self, day: dt.date) -> int:
        """Days in the month of a day, as the contract then counts months."""
        return days_in_month(day, months_begin(self.contract, day))

    def begins_week(self, day: dt.date) -> bool:
        """Whether a day is the first of its week that is there and paid whole."""
        here = all(covers(each, day - DAY) for each in (self.row, self.package, self.contract))
        return day.weekday() == 0 or not here or not whole_week(self.contract, day - DAY)

    def share_on(self, day: dt.date) -> Fraction:
        standing = [row for _, row in self.about("suspensions") if covers(row, day)]
        if len(standing) > 1:
            raise Parked("two suspensions", day)
        if not standing:
            return Fraction(1)
        return paid_share(standing[0], self.contract, day, self.opened(standing[0]))

    def opened(self, row: Row) -> dt.date:
        """The first day of the stay a suspension is part of: those that meet it, on this line or on any of the person’s
        for this service from this payee.
        """
        away: list[tuple[dt.date, dt.date]] = []
        for each in self.rows["suspensions"].values():
            line = self.rows["service_lines"][str(each["line_ref"])]
            package = self.rows["packages"][str(line["package_ref"])]
            contract = self.rows["contracts"][str(line["contract_ref"])]
            alike = package["person_ref"] == self.package["person_ref"] and all(
                line[name] == self.row[name] for name in ("service_ref",)
            )
            if not alike or contract["payee_ref"] != self.contract["payee_ref"] or each.get("paid") != row.get("paid"):
                continue
            end = as_day(each.get("end_date"), NEVER) + DAY
            live = [line, package, contract] if each["line_ref"] != self.ref else []
            end = min([end, *(as_day(one.get("end_date"), NEVER) + DAY for one in live)])
            first = max([as_day(each["start_date"], NEVER), *(as_day(one["start_date"], NEVER) for one in live)])
            if first < end:
                away.append((as_day(each["start_date"], NEVER), end))
        opened = as_day(row["start_date"], NEVER)
        while True:
            earlier = [first for first, end in away if first < opened <= end]
            if not earlier:
                return opened
            opened = min(earlier)

    # Added up --------------------------------------------------------------------------------------------------------

    def due(self, period: Period, up_to: dt.date, rounding: str = "half up") -> Due:
        """What the line is due for the days of a period before ``up_to``, by kind and funder. Nought is left out."""
        sums: dict[str, Fraction] = {}
        care: list[tuple[dt.date, Fraction]] = []
        day = period.first
        while day < min(period.end, up_to):
            if self.payable(day):
                share = self.share_on(day)
                cost = Fraction(0) if self.by_block else self.rate_on(day) * self.units_on(day) * share
                care.append((day, cost))
                for kind, weekly in self._held(day, share, self._beside(day)):
                    sums[kind] = sums.get(kind, Fraction(0)) + (weekly / 7 if share else 0)
            day += DAY
        made: Due = {}
        for kind, exact in sums.items():
            sign = 1 if kind == "nursing" else -1
            made[(kind, None)] = sign * round_pence(exact, rounding)
        total = round_pence(sum((cost for _, cost in care), Fraction(0)), rounding)
        for funder, pence in self._split(total, care).items():
            made[("care", funder)] = pence
        return {key: pence for key, pence in made.items() if pence}

    def _held(self, day: dt.date, share: Fraction, beside: list[tuple[str, Fraction]]) -> list[tuple[str, Fraction]]:
        """No more is collected than a week of such days costs, to a hundredth of a penny below: top-ups first."""
        found = dict(beside)
        assert len(found) == len(beside), "one of a kind"
        if self.by_block or not share:
            return beside
        week = self.week_at(day) * share * 10_000
        left = Fraction(week.numerator // week.denominator, 10_000)
        left = max(left + found.get("nursing", Fraction(0)) - found.get("nursing deducted", Fraction(0)), Fraction(0))
        for kind in ("top-up", "contribution"):
            if kind in found:
                found[kind] = min(found[kind], left)
                left -= found[kind]
        return list(found.items())

    def _beside(self, day: dt.date) -> list[tuple[str, Fraction]]:
        """Weekly sums added to or taken off the care: (kind, pounds a week)."""
        found: list[tuple[str, Fraction]] = []
        if terms_on(self.contract, day)["payment"] == "net":
            for _, row in self.about("contributions"):
                if row["collector"] == "provider" and covers(row, day):
                    kind = "contribution" if row["kind"] == "client" else "top-up"
                    if any(each == kind for each, _ in found):
                        raise Parked("two contributions", day)
                    found.append((kind, amount(row["weekly_amount"])))
        for _, award in self.about("nursing_awards"):
            if covers(award, day):
                rates = [
                    row
                    for row in self.rows.get("nursing_rates", {}).values()
                    if row["band"] == award["band"] and covers(row, day)
                ]
                if len(rates) != 1:
                    raise Parked("no nursing rate", day)
                kind = "nursing" if award["route"] == "added" else "nursing deducted"
                found.append((kind, amount(rates[0]["rate"])))
        return found

    # Who bears it ----------------------------------------------------------------------------------------------------

    def _split(self, total: int, care: list[tuple[dt.date, Fraction]]) -> dict[str | None, int]:
        shares = self.about("funding_shares")
        if not shares:
            return {None: total}
        weights: dict[str | None, Fraction] = {None: Fraction(0)}
        for stretch in self._stretches([day for day, _ in care]):
            cost = sum((each for day, each in care if day in stretch), Fraction(0))
            for funder, part in self._bear(cost, stretch, shares).items():
                weights[funder] = weights.get(funder, Fraction(0)) + part
        return largest_remainder(total, weights, list(self.rows.get("funders", {})))

    def _bear(self, cost: Fraction, stretch: set[dt.date], shares: list[tuple[str, Row]]) -> dict[str | None, Fraction]:
        first = min(stretch)
        standing = [row for _, row in shares if covers(row, first)]
        order = list(self.rows["funders"])
        fixed = sorted(
            (row for row in standing if row.get("weekly_amount") not in (None, "")),
            key=lambda row: (order.index(str(row["funder_ref"])), amount(row["weekly_amount"])),
        )
        parts: dict[str | None, Fraction] = {}
        left = cost
        for row in fixed:
            taken = min(left, amount(row["weekly_amount"]) * len(stretch) / 7)
            funder = str(row["funder_ref"])
            parts[funder] = parts.get(funder, Fraction(0)) + taken
            left -= taken
        council = left
        for row in standing:
            if row not in fixed:
                taken = left * amount(row["percent"]) / 100
                funder = str(row["funder_ref"])
                parts[funder] = parts.get(funder, Fraction(0)) + taken
                council -= taken
        if council < 0:
            raise Parked("funders bear more than the whole", first)
        return {**parts, None: council}

    def _stretches(self, days: list[dt.date]) -> list[set[dt.date]]:
        """Days of a period between which no price, share paid or funding begins or ends."""
        marks = set()
        born = as_day(self.person.get("date_of_birth"), NEVER)
        for row in self.fitting:
            marks |= {as_day(row["start_date"], NEVER), as_day(row.get("end_date"), NEVER) + DAY}
            for name, more in (("age_from", 0), ("age_to", 1)):
                if number(row, name, -1) >= 0 and born != NEVER:
                    marks.add(birthday(born, number(row, name, 0) + more))
        marks = {day for day in marks if not any(covers(row, day) for row in self.agreed)}
        for row in [*self.agreed, *(r for _, r in self.about("funding_shares"))]:
            marks |= {as_day(row["start_date"], NEVER), as_day(row.get("end_date"), NEVER) + DAY}
        marks |= set(self.contract.get("later") or ())  # type: ignore[call-overload]
        for _, row in self.about("suspensions"):
            first, end = as_day(row["start_date"], NEVER), as_day(row.get("end_date"), NEVER) + DAY
            marks |= {first, end}
            for said in [self.contract, *(self.contract.get("later") or {}).values()]:  # type: ignore[attr-defined]
                opens = self.opened(row)
                for _share, length in retainer(str(row.get("paid") or said["retainer"])):
                    if length is not None:
                        opens += length * DAY
                        marks.add(min(opens, end))
        found: list[set[dt.date]] = []
        for place, day in enumerate(days):
            new_month = self.unit == "calendar month" and begins_month(day, months_begin(self.contract, day))
            if not place or day in marks or new_month or day - DAY != days[place - 1]:
                found.append(set())
            found[-1].add(day)
        return found


def largest_remainder(total: int, weights: Mapping[str | None, Fraction], order: list[str]) -> dict[str | None, int]:
    """Pence by exact weights; the pennies left over go to the largest remainders, ties to the council, then in
    order.
    """
    whole = sum(weights.values())
    if not whole:
        return {}
    ranked = sorted(weights, key=lambda each: -1 if each is None else order.index(each))
    exact = {each: total * weights[each] / whole for each in ranked}
    parts = {each: exact[each].numerator // exact[each].denominator for each in ranked}
    for each in sorted(ranked, key=lambda one: (parts[one] - exact[one], ranked.index(one)))[
        : total - sum(parts.values())
    ]:
        parts[each] += 1
    return parts


def block_due(rows: Rows, ref: str, go_live: dt.date, period: Period, up_to: dt.date, rounding: str = "half up") -> int:
    """What a block comes to in a period."""
    row = rows["blocks"][ref]
    contract = rows["contracts"][str(row["contract_ref"])]
    exact, day = Fraction(0), period.first
    while day < min(period.end, up_to):
        if day >= go_live and covers(row, day) and covers(contract, day):
            month = days_in_month(day, months_begin(contract, day))
            over = {"week": 7, "4 weeks": 28, "calendar month": month}[str(row["unit"])]
            if row["unit"] == "week" and whole_week(contract, day):
                before = covers(row, day - DAY) and covers(contract, day - DAY) and whole_week(contract, day - DAY)
                over = 1 if day.weekday() == 0 or not before else 0
            exact += amount(row["rate"]) / over if over else 0
        day += DAY
    return round_pence(exact, rounding)


def payee_of(rows: Rows, line: str) -> str:
    contract = rows["service_lines"][line]["contract_ref"]
    return str(rows["contracts"][str(contract)]["payee_ref"])
