"""What clients owe, worked out the slow and obvious way: one person, one day at a time, in fractions.

It reads rows in the words of the extracts and shares no code with the calculation it stands beside. What a line costs
on a day is asked of ``tests.payruns.reference``, which is as slow. Money comes out in whole pence. Speed is no object.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.payruns import reference as care
from tests.payruns.reference import DAY, NEVER, Parked, Period, Row, Rows, amount, as_day, covers, number, round_pence

HOME, PERMANENT, TEMPORARY = 0, 1, 2  # England's bases, by the numbers the assessments are stored under
ASSESSED, NIL_BY_LAW, FULL_COST, OVER_LIMIT = range(4)
AT_HOME = (0, 4)
UNCONFIRMED, WITHDRAWN = 32, 256
Key = tuple[str, str, str, dt.date]  # kind, subject, payer, first day of the charging week or bill period


@dataclass(frozen=True)
class Word:
    """What an assessment said of some days, in the order they were said. No charge takes back what stood."""

    person: str
    starts: dt.date
    ends: dt.date | None
    charge: int | None  # pence a week
    basis: int = HOME
    outcome: int = ASSESSED
    flags: int = 0

    def holds(self, day: dt.date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    @property
    def full(self) -> bool:
        return self.outcome in (FULL_COST, OVER_LIMIT)

    @property
    def doubtful(self) -> bool:
        return bool(self.flags & (UNCONFIRMED | WITHDRAWN))


@dataclass(frozen=True)
class Choices:
    """The choices of ``[charging]`` the reference needs, with their own defaults."""

    rounding: str = "half up"
    absences: Mapping[str, str] = field(default_factory=dict)
    whole_week_at_home: bool = True
    whole_week_in_a_home: bool = False
    order: Sequence[str] = ()
    days_after_death: int = 0
    fee_weekly: int = 0  # pence


@dataclass(frozen=True)
class Segment:
    """Days ``[first, end)`` of one line in one charging week under one rule."""

    line: str
    first: dt.date
    end: dt.date
    full: bool
    rate: str | None  # the client rate in place of the cost
    delivered: Fraction | None


@dataclass
class Charged:
    """One segment in one week, priced."""

    segment: Segment
    cost: int
    flat: bool
    charge: int = 0
    waived: int = 0


@dataclass
class Week:
    """One person's charging week."""

    starts: dt.date
    most: int = 0
    parts: list[Charged] = field(default_factory=list)
    top_ups: list[tuple[str, str, str, int]] = field(default_factory=list)  # kind, line, payer, pence
    fee: int = 0
    collected: list[tuple[str, int]] = field(default_factory=list)  # line, pence


class Person:
    """One client of one bill calendar."""

    def __init__(
        self, rows: Rows, words: Sequence[Word], ref: str, calendar: str, up_to: dt.date, choices: Choices
    ) -> None:
        self.ref, self.up_to, self.choices = ref, up_to, choices
        self.calendar = rows["bill_calendars"][calendar]
        self.go_live = as_day(self.calendar["go_live"], NEVER)
        self.rows, self.paid = as_charged(rows, choices), rows
        self.words = [each for each in words if each.person == ref]
        packages = {name for name, row in rows["packages"].items() if row["person_ref"] == ref}
        self.lines = [name for name, row in rows["service_lines"].items() if row["package_ref"] in packages]
        self.payer = payer_of(rows, ref, calendar)
        self._made: dict[str, care.Line] = {}

    # Days ------------------------------------------------------------------------------------------------------------

    def line(self, ref: str) -> care.Line:
        if ref not in self._made:
            self._made[ref] = care.Line(self.rows, ref, self.go_live)
        return self._made[ref]

    def live(self, line: str, day: dt.date) -> bool:
        return day < self.up_to and self.line(line).payable(day)

    def standing(self, day: dt.date) -> Word | None:
        """The last word said of a day; none where the last takes back."""
        found = next((each for each in reversed(self.words) if each.holds(day)), None)
        return found if found and found.charge is not None else None

    def full(self, day: dt.date) -> bool:
        word = self.standing(day)
        return word is not None and word.full

    def exempt(self, line: str, day: dt.date) -> bool:
        return any(covers(row, day) for row in about(self.rows, "charge_exemptions", line))

    def client_rate(self, line: str, day: dt.date) -> str | None:
        own = self.rows["service_lines"][line]
        return next(
            (
                ref
                for ref, row in self.rows.get("client_rates", {}).items()
                if (row["service_ref"], row["unit"]) == (own["service_ref"], own["unit"]) and covers(row, day)
            ),
            None,
        )

    def deliveries(self, line: str, week: dt.date) -> dict[dt.date, Fraction]:
        """What was delivered on each day of a week, before the last day looked at."""
        found: dict[dt.date, Fraction] = {}
        for row in about(self.rows, "deliveries", line):
            day = as_day(row["date"], NEVER)
            if (
                week <= day < min(week + 7 * DAY, self.up_to)
                and row["unit"] == self.rows["service_lines"][line]["unit"]
            ):
                found[day] = found.get(day, Fraction(0)) + amount(row["quantity"])
        return found

    def is_flat(self, segment: Segment) -> bool:
        return segment.rate is not None and self.rows["client_rates"][segment.rate].get("flat") == "yes"

    # One line's week -------------------------------------------------------------------------------------------------

    def segments(self, line: str, week: dt.date) -> list[Segment]:
        """A line's charged days of a week: one after another under one rule together; each day of deliveries alone."""
        delivered = self.deliveries(line, week)
        found: list[Segment] = []
        for day in days_of(week):
            if not self.live(line, day) or self.exempt(line, day) or (delivered and day not in delivered):
                continue
            made = Segment(line, day, day + DAY, self.full(day), self.client_rate(line, day), delivered.get(day))
            last = found[-1] if found else None
            if last and not delivered and (last.end, last.full, last.rate) == (day, made.full, made.rate):
                found[-1] = Segment(line, last.first, made.end, made.full, made.rate, None)
            else:
                found.append(made)
        return found

    def priced(self, segment: Segment) -> care.Line:
        """The line as the segment is priced: by the client rate, or for what was delivered."""
        ref, rows = segment.line, dict(self.rows)
        if segment.rate is not None:
            own = {
                "line_ref": ref,
                "rate": rows["client_rates"][segment.rate]["rate"],
                "start_date": dt.date(1990, 1, 1),
            }
            rows["agreed_rates"] = {**_others(rows, "agreed_rates", ref), "CLIENT": own}
        if segment.delivered is not None:
            weekday = care.WEEKDAYS[segment.first.weekday()]
            row = {
                **rows["service_lines"][ref],
                "quantity": segment.delivered,
                "days": weekday,
                "every_weeks": 1,
                "carers": 1,
            }
            rows["service_lines"] = {**rows["service_lines"], ref: row}
            rows["suspensions"] = _others(rows, "suspensions", ref)
            contract = str(row["contract_ref"])
            rows["contracts"] = {
                **rows["contracts"],
                contract: {**rows["contracts"][contract], "bank_holidays": "paid"},
            }
        return care.Line(rows, ref, self.go_live)

    def charged(self, segment: Segment) -> Charged:
        """What the council bears of it, less nursing and top-ups taken off, never below nought."""
        due = self.priced(segment).due(Period(segment.first, segment.end), self.up_to, self.choices.rounding)
        taken = sum(pence for (kind, _), pence in due.items() if kind in ("nursing deducted", "top-up"))
        cost = max(due.get(("care", None), 0) + taken, 0)
        return Charged(segment, cost, self.is_flat(segment))

    def nets(self, line: str) -> bool:
        """Whether the payee collects anything of the line, and is paid net of it: otherwise how it is paid is
        no matter.
        """
        contract = self.paid["contracts"][str(self.paid["service_lines"][line]["contract_ref"])]
        return contract["payment"] == "net" and any(
            row["collector"] == "provider" for row in about(self.paid, "contributions", line)
        )

    def collected(self, line: str, week: dt.date) -> int:
        """What the payee collects in a week: taken off the days it is paid for, whatever is charged for them."""
        due = care.Line(self.paid, line, self.go_live).due(
            Period(week, week + 7 * DAY), self.up_to, self.choices.rounding
        )
        return -due.get(("contribution", None), 0)

    def had_care(self, segments: Sequence[Segment], day: dt.date) -> bool:
        """Whether care the assessment bears on was had: not at a flat charge, nor on a day nothing is charged for."""
        return any(
            each.first <= day < each.end
            and not self.is_flat(each)
            and (each.delivered is not None or self.line(each.line).share_on(day) > 0)
            for each in segments
        )

    # One person's week -----------------------------------------------------------------------------------------------

    def week(self, starts: dt.date) -> Week:
        """One charging week. Raises Parked where the person cannot be charged for it."""
        made = Week(starts)
        segments = [each for line in self.lines for each in self.segments(line, starts)]
        had = {day for day in days_of(starts) if self.had_care(segments, day)}
        for day in sorted(had):
            word = self.standing(day)
            if word is None or word.doubtful:
                raise Parked("not confirmed" if word else "not assessed", day)
        made.most = self.most(starts, had)
        made.top_ups = [each for line in self.lines for each in self.top_ups(line, starts)]
        made.parts = [self.charged(each) for each in segments]
        self._less_top_ups(made)
        made.parts.sort(key=self._place)
        self._share(made)
        self._waive(made)
        made.fee = self.fee(had)
        made.collected = [(line, self.collected(line, starts)) for line in self.lines if self.nets(line)]
        return made

    def most(self, week: dt.date, had: set[dt.date]) -> int:
        """The most the person may be charged in a week, rounded once."""
        if not had:
            return 0
        exact = Fraction(0)
        for day in days_of(week):
            word = self.standing(day)
            if word is None or not (day in had or self._whole(word)):
                continue
            weekly = 0 if word.full else word.charge or 0
            exact += Fraction(weekly, 7)
        return self._round(exact)

    def _whole(self, word: Word) -> bool:
        return self.choices.whole_week_at_home if word.basis in AT_HOME else self.choices.whole_week_in_a_home

    def _round(self, pence: Fraction) -> int:
        return round_pence(pence / 100, self.choices.rounding)

    def top_ups(self, line: str, week: dt.date) -> list[tuple[str, str, str, int]]:
        """A seventh of the week for every live day under a signed agreement, rounded once for each agreement
        and week.
        """
        found = []
        for row in about(self.rows, "top_up_agreements", line):
            if row.get("signed") in (None, ""):
                continue
            days = sum(self.live(line, day) and covers(row, day) for day in days_of(week))
            payer = str(row["payer_ref"])
            kind = "own top-up" if self.rows["bill_payers"][payer]["kind"] == "client" else "third-party top-up"
            found.append((kind, line, payer, self._round(amount(row["weekly_amount"]) * 100 * days / 7)))
        return found

    def _less_top_ups(self, week: Week) -> None:
        """What top-ups pay for is no part of the line's cost, taken from its days in order."""
        for line in self.lines:
            left = sum(pence for _, of, _, pence in week.top_ups if of == line)
            for part in week.parts:
                if part.segment.line == line:
                    taken = min(left, part.cost)
                    part.cost -= taken
                    left -= taken

    def _place(self, part: Charged) -> tuple[int, int, dt.date]:
        kind = str(self.rows["services"][str(self.rows["service_lines"][part.segment.line]["service_ref"])]["kind"])
        order = list(self.choices.order)
        rank = order.index(kind) if kind in order else len(order)
        return rank, self.lines.index(part.segment.line), part.segment.first

    def _share(self, week: Week) -> None:
        left = week.most
        for part in week.parts:
            if part.flat or part.segment.full:
                part.charge = part.cost
            else:
                part.charge = min(left, part.cost)
                left -= part.charge

    def _waive(self, week: Week) -> None:
        """A part is taken of each charge by itself, on its own days; a weekly sum of what is left of the week."""
        mine = [row for row in self.rows.get("waivers", {}).values() if row["person_ref"] == self.ref]
        in_parts = [row for row in mine if row.get("percent") not in (None, "")]
        for part in week.parts:
            days = [day for day in days_of(week.starts) if part.segment.first <= day < part.segment.end]
            taken = sum(
                Fraction(part.charge, len(days)) * amount(row["percent"]) / 100
                for day in days
                for row in in_parts
                if covers(row, day)
            )
            part.waived = self._round(Fraction(taken))
        left = sum(
            self._round(amount(row["weekly_amount"]) * 100 * sum(covers(row, day) for day in days_of(week.starts)) / 7)
            for row in mine
            if row not in in_parts
        )
        for part in week.parts:
            more = min(left, part.charge - part.waived)
            part.waived += more
            left -= more

    def fee(self, had: set[dt.date]) -> int:
        words = [self.standing(day) for day in had]
        days = sum(word is not None and word.full and word.basis in AT_HOME for word in words)
        return self._round(Fraction(self.choices.fee_weekly * days, 7))

    # All of it -------------------------------------------------------------------------------------------------------

    def weeks(self) -> list[Week]:
        """Every charging week from the calendar's go-live day. Raises Parked."""
        return [self.week(each) for each in self.week_starts()]

    def week_starts(self) -> list[dt.date]:
        anchor = as_day(self.calendar["first_day"], NEVER)
        first = self.go_live - (self.go_live - anchor).days % 7 * DAY
        return [first + 7 * place * DAY for place in range(max((self.up_to - first).days + 6, 0) // 7)]

    def owed(self) -> dict[Key, int]:
        """Pence by kind, subject, payer and charging week; nought is left out. Raises Parked."""
        found: dict[Key, int] = {}
        assert self.payer

        def add(kind: str, subject: str, payer: str, week: dt.date, pence: int) -> None:
            found[kind, subject, payer, week] = found.get((kind, subject, payer, week), 0) + pence

        for week in self.weeks():
            for part in week.parts:
                line = part.segment.line
                add("flat charge" if part.flat else "charge", line, self.payer, week.starts, part.charge)
                add("waived", line, self.payer, week.starts, -part.waived)
            for line, pence in week.collected:
                add("collected by provider", line, self.payer, week.starts, -pence)
            for kind, line, payer, pence in week.top_ups:
                add(kind, line, payer, week.starts, pence)
            add("arrangement fee", self.ref, self.payer, week.starts, week.fee)
        return {key: pence for key, pence in found.items() if pence}


def days_of(week: dt.date) -> list[dt.date]:
    return [week + place * DAY for place in range(7)]


def about(rows: Rows, extract: str, line: str) -> list[Row]:
    return [row for row in rows.get(extract, {}).values() if row["line_ref"] == line]


def _others(rows: Rows, extract: str, line: str) -> dict[str, Row]:
    return {ref: row for ref, row in rows.get(extract, {}).items() if row["line_ref"] != line}


def payer_of(rows: Rows, person: str, calendar: str) -> str | None:
    """The first bill payer told of for a person on a calendar."""
    return next(
        (
            ref
            for ref, row in rows["bill_payers"].items()
            if (row.get("person_ref"), row.get("calendar_ref")) == (person, calendar)
        ),
        None,
    )


def as_charged(rows: Rows, choices: Choices) -> dict[str, dict[str, Any]]:
    """The rows as charging sees them: its own shares for days away, and no more days after a death than it says."""
    made = {name: dict(of) for name, of in rows.items()}
    made["suspensions"] = {
        ref: {**row, "paid": choices.absences.get(str(row["reason"]), row.get("paid"))}
        for ref, row in rows.get("suspensions", {}).items()
    }
    made["contracts"] = {
        ref: {**row, "days_after_death": min(number(row, "days_after_death", 0), choices.days_after_death)}
        for ref, row in rows["contracts"].items()
    }
    return made


def period_of(calendar: Row, week: dt.date) -> dt.date:
    """The first day of the bill period a charging week is in."""
    length = 7 * int(str(calendar["weeks"]))
    return week - (week - as_day(calendar["first_day"], NEVER)).days % length * DAY


def owed(
    rows: Rows, words: Sequence[Word], calendar: str, up_to: dt.date, choices: Choices
) -> tuple[dict[Key, int], set[str]]:
    """(what is owed by charging week, people who cannot be charged) for everybody on a calendar."""
    found: dict[Key, int] = {}
    parked: set[str] = set()
    for ref in rows["people"]:
        one = Person(rows, words, ref, calendar, up_to, choices)
        if one.payer is None:
            continue
        try:
            found |= one.owed()
        except Parked:
            parked.add(ref)
    return found, parked


def billed(
    rows: Rows, words: Sequence[Word], calendar: str, up_to: dt.date, choices: Choices
) -> tuple[dict[Key, int], set[str]]:
    """The same by bill period, with single charges."""
    weekly, parked = owed(rows, words, calendar, up_to, choices)
    own = rows["bill_calendars"][calendar]
    found: dict[Key, int] = {}
    for (kind, subject, payer, week), pence in weekly.items():
        key = (kind, subject, payer, period_of(own, week))
        found[key] = found.get(key, 0) + pence
    for ref, row in rows.get("one_off_charges", {}).items():
        on, payer = as_day(row["date"], NEVER), str(row["payer_ref"])
        if rows["bill_payers"][payer].get("calendar_ref") == calendar and as_day(own["go_live"], NEVER) <= on < up_to:
            found["one-off charge", ref, payer, period_of(own, on)] = round(amount(row["amount"]) * 100)
    return {key: pence for key, pence in found.items() if pence}, parked
