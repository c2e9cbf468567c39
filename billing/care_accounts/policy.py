"""The council's own terms for care accounts, from ``[care_account]`` of its file: off unless they switch accounts on.

    [care_account]
    on_from = 2028-10-02
    source = "Cabinet, 3 May 2028, minute 14"
    week_begins = "Monday"                    # these two hold for every account, for good
    rounding = "half up"

    [[care_account.cap]]
    from = 2028-10-02
    amount = 86000.00
    source = "The regulations of that year"
    accrued_costs_follow = true               # false where a new cap is no yearly adjustment

    [[care_account.daily_living_costs]]
    from = 2028-10-02
    amount = 235.00
    source = "The same"

``off_from`` ends them. The terms in force are kept with every metering, as text, so that an account can be read again.
"""

import contextlib
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finance.care_cap import Terms, terms
from finance.care_cap.terms import WEEKDAYS
from finance.days import spoken
from finance.money import Rounding, pounds, read_pence
from finance.parameters import DatedValue, Parameter, Parameters, Value
from finance.problems import BadParameters, NotAnAmount, Refusal

LONG_AGO = dt.date(1970, 1, 1)
SWITCH_ON = (
    "Switch them on in the council file: [care_account] with on_from, a source, and a dated cap and daily living costs."
)


class CareAccountsOff(Refusal):
    """Care accounts are asked about where the council keeps none."""

    def __init__(self, when: dt.date | None = None) -> None:
        day = f" on {spoken(when)}" if when else ""
        super().__init__(f"Care accounts are off{day}.", SWITCH_ON)


@dataclass(frozen=True, slots=True)
class DatedAmount:
    """One dated amount: pence from a day, and where it was read. ``follows``: accrued costs are adjusted with it."""

    first: dt.date
    pence: int
    source: str
    follows: bool = True


@dataclass(frozen=True, slots=True)
class CareAccountPolicy:
    """The council's terms. Without ``on_from`` accounts are off."""

    on_from: dt.date | None = None
    off_from: dt.date | None = None
    source: str = ""
    week_begins: str = "Monday"
    rounding: Rounding = Rounding.HALF_UP
    cap: tuple[DatedAmount, ...] = ()
    daily_living_costs: tuple[DatedAmount, ...] = ()

    @property
    def on(self) -> bool:
        return self.on_from is not None

    @classmethod
    def of(cls, table: Mapping[str, object], where: str) -> "CareAccountPolicy":
        """Read the table of a council file (amounts exact, never floats). Raises BadParameters."""
        known = {"on_from", "off_from", "source", "week_begins", "rounding", "cap", "daily_living_costs"}
        _no_strangers(table, known, where)
        on_from, off_from = (_day(table, name, where) for name in ("on_from", "off_from"))
        source = str(table.get("source", ""))
        if on_from and not source:
            raise BadParameters(f"{where}: accounts are switched on without a source.", "Say who decided it, and when.")
        if off_from and (not on_from or off_from <= on_from):
            raise BadParameters(f"{where}: off_from is not after on_from.", "Correct the days.")
        week, rounding = str(table.get("week_begins", "Monday")), str(table.get("rounding", Rounding.HALF_UP))
        if week not in WEEKDAYS:
            raise BadParameters(f"{where}: week_begins “{week}” is no weekday.", f"Use one of {', '.join(WEEKDAYS)}.")
        if rounding not in list(Rounding):
            raise BadParameters(f"{where}: rounding “{rounding}” is not known.", "Use half up or half even.")
        made = cls(
            on_from,
            off_from,
            source,
            week,
            Rounding(rounding),
            _figures(table, "cap", where),
            _figures(table, "daily_living_costs", where),
        )
        for name, figures in (("cap", made.cap), ("daily_living_costs", made.daily_living_costs)):
            if on_from and (not figures or figures[0].first > on_from):
                raise BadParameters(
                    f"{where}: no {name.replace('_', ' ')} is given for {spoken(on_from)}, when accounts begin.",
                    f"Give [[care_account.{name}]] with a from day, an amount and a source.",
                )
        return made

    def as_json(self) -> str:
        """The terms as text, kept with each metering: the same terms give the same text."""
        figures = {
            name: [
                {"from": each.first.isoformat(), "amount": pounds(each.pence), "source": each.source}
                | ({} if each.follows else {"accrued_costs_follow": False})
                for each in getattr(self, name)
            ]
            for name in ("cap", "daily_living_costs")
        }
        days = {name: day.isoformat() for name in ("on_from", "off_from") if (day := getattr(self, name))}
        rest = {"source": self.source, "week_begins": self.week_begins, "rounding": str(self.rounding)}
        return json.dumps(days | rest | figures, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "CareAccountPolicy":
        return cls.of(json.loads(text, parse_float=str), "the terms kept with a metering")

    def terms(self) -> Terms:
        """The rules' terms, with these figures in place of what ships."""
        flag = ("metering", "Whether care accounts are kept", "flag")
        switch: list[tuple[dt.date, Value, str]] = [(LONG_AGO, False, "as shipped")]
        if self.on_from:
            switch = [each for each in switch if each[0] < self.on_from] + [(self.on_from, True, self.source)]
        if self.off_from:
            switch.append((self.off_from, False, self.source))
        own = {"metering": _parameter(*flag, switch)}
        for name, label in (("week_begins", "The day a week begins"), ("account_rounding", "Rounding")):
            value = self.week_begins if name == "week_begins" else str(self.rounding)
            own[name] = _parameter(name, label, "choice", [(LONG_AGO, value, self.source or "as shipped")])
        for name, label, figures in (
            ("cap", "Cap on care costs", self.cap),
            ("daily_living_costs", "Daily living costs in a care home", self.daily_living_costs),
        ):
            if figures:
                own[name] = _parameter(name, label, "pence", [(e.first, e.pence, e.source) for e in figures])
        if not all(each.follows for each in self.cap):
            follows = [(e.first, e.follows, e.source) for e in self.cap]
            own["accrued_costs_follow_the_cap"] = _parameter(
                "accrued_costs_follow_the_cap",
                "Whether accrued costs follow the cap",
                "flag",
                [(LONG_AGO, True, "as shipped"), *follows],
            )
        return terms(Parameters(own))


def _parameter(name: str, label: str, unit: str, rows: list[tuple[dt.date, Any, str]]) -> Parameter:
    ends = [*(first for first, _, _ in rows[1:]), None]
    values = tuple(
        DatedValue(first, end, first, value, "confirmed", source)
        for (first, value, source), end in zip(rows, ends, strict=True)
    )
    return Parameter(name, label, unit, "the council’s terms", values)


def _no_strangers(table: Mapping[str, object], known: set[str], where: str) -> None:
    for name in table:
        if name not in known:
            raise BadParameters(f"{where}: “{name}” is not understood.", f"Use {', '.join(sorted(known))}.")


def _day(table: Mapping[str, object], name: str, where: str) -> dt.date | None:
    given = table.get(name)
    if isinstance(given, str):
        with contextlib.suppress(ValueError):
            given = dt.date.fromisoformat(given)
    if given is None or (isinstance(given, dt.date) and not isinstance(given, dt.datetime)):
        return given
    raise BadParameters(f"{where}: {name} is “{given}”.", f"Write {name} = 2028-10-02.")


def _figures(table: Mapping[str, object], name: str, where: str) -> tuple[DatedAmount, ...]:
    rows = table.get(name, [])
    where = f"{where} {name}"
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise BadParameters(f"{where}: it is not a list of dated amounts.", f"Write [[care_account.{name}]].")
    found = sorted((_figure(each, where) for each in rows), key=lambda each: each.first)
    if len({each.first for each in found}) < len(found):
        raise BadParameters(f"{where}: two amounts start on one day.", "Keep one of them.")
    return tuple(found)


def _figure(row: Mapping[str, object], where: str) -> DatedAmount:
    _no_strangers(row, {"from", "amount", "source", "accrued_costs_follow"}, where)
    first, given, follows = _day(row, "from", where), row.get("amount"), row.get("accrued_costs_follow", True)
    if first is None or not row.get("source"):
        raise BadParameters(f"{where}: an amount lacks its first day or its source.", "Give from, amount and source.")
    if given is None or isinstance(given, float | bool) or not isinstance(follows, bool):
        raise BadParameters(f"{where}: the amount from {spoken(first)} cannot be read.", "Write amount = 86000.00.")
    try:
        pence = read_pence(str(given))
    except NotAnAmount as error:
        raise BadParameters(f"{where}: the amount from {spoken(first)}: {error.what}", error.what_to_do) from error
    if pence < 0:
        raise BadParameters(
            f"{where}: the amount from {spoken(first)} is below nought.", "Give it as it was announced."
        )
    return DatedAmount(first, pence, str(row["source"]), follows)
