"""Facts as columns: many people on one day, one entry a person, with their rows of income, assets and expenses.

Money is int64 pence, days are day numbers, kinds and settings are codes. ``NONE`` (-1) stands for "not given" in the
columns that may be empty. The same columns come from one person's Circumstances or from a county's tables.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finance.assessment import kinds
from finance.assessment.bases import NATIONS, SETTINGS
from finance.assessment.circumstances import LARGEST_FACT, MOST_OWNERS
from finance.assessment.frequencies import FREQUENCIES
from finance.problems import Refusal
from finance.timelines import ranges

Column = NDArray[np.int64] | NDArray[np.bool_]
Ints = NDArray[np.int64]

NONE = -1

PEOPLE: Mapping[str, type] = {
    "nation": int,  # place in bases.NATIONS
    "setting": int,  # place in bases.SETTINGS
    "stay_days": int,  # days of short stay had this year before the day; 0 outside short stays
    "born": int,  # day number, or NO_BIRTH_DATE
    "pension_age_day": int,  # the day pension age is reached: ages.pension_age_day(born), or as given
    "pension_age_given": bool,
    "twenty_fifth_birthday": int,  # ages.anniversary(born, 25)
    "couple": bool,
    "partner_born": int,  # day number, or NO_BIRTH_DATE where there is no partner, or only the day below is known
    "partner_pension_age_day": int,  # the day the partner reaches pension age, or NO_BIRTH_DATE: not known on the day
    "children": int,
    "disability_premium": bool,
    "enhanced_disability_premium": bool,
    "carer_premium": bool,
    "night_care_needed": bool,
    "half_pension_passed": bool,
    "home_left_out": bool,  # properties.home_left_out on the day: matters for residents alone
    "rent_is_capital": bool,  # properties.rent_is_capital: rent belongs to a property that counts
    "nursing": int,  # place in facts.NURSING, 0 when nursing is not inside the cost
    "standing": int,  # charge.MEANS_TESTED, NIL_BY_LAW or FULL_COST: facts.standing_code
    "cost": int,  # pence a week
    "allowance_override": int,  # pence a week, or NONE
    "assessed_override": int,  # pence a week, or NONE
    "basic_entitlement_given": int,  # pence a week, or NONE
    "previous_charge": int,  # pence a week, or NONE
    "untold": bool,  # nobody has said anything of the person's income, not even that there is none
    "unread_rate": bool,  # an income follows a benefit rate that nobody has read or confirmed
}
ROWS: Mapping[str, Mapping[str, type]] = {
    "income": {"kind": int, "amount": int, "frequency": int},
    "asset": {"kind": int, "value": int, "owed": int, "owners": int, "sale_costs": bool},
    "expense": {"kind": int, "amount": int, "frequency": int},
}
CODED = {
    "nation": len(NATIONS),
    "setting": len(SETTINGS),
    "nursing": 3,
    "standing": 3,
    "income_kind": len(kinds.incomes()),
    "asset_kind": len(kinds.assets()),
    "expense_kind": len(kinds.expenses()),
    "income_frequency": len(FREQUENCIES),
    "expense_frequency": len(FREQUENCIES),
}
MONEY = (
    "cost",
    "income_amount",
    "asset_value",
    "asset_owed",
    "expense_amount",
    "allowance_override",
    "assessed_override",
    "basic_entitlement_given",
    "previous_charge",
)
MAY_BE_NONE = ("allowance_override", "assessed_override", "basic_entitlement_given", "previous_charge")


class BadColumns(Refusal):
    """Columns of unequal length, of the wrong type, or holding a figure that cannot be right. Names the column."""


@dataclass(frozen=True, slots=True)
class AssessmentColumns:
    """Everything an assessment needs to know about many people on one day.

    ``people``: one array a fact, all of one length, named as in ``PEOPLE``. ``rows``: for income, asset and expense,
    the arrays named in ``ROWS`` prefixed with the sort (``income_amount``), and ``income_starts`` and so on, as
    described in ``rows.py``. Build with :meth:`of`, which checks everything once.
    """

    arrays: Mapping[str, Column]

    @classmethod
    def of(cls, arrays: Mapping[str, Column]) -> "AssessmentColumns":
        """Check lengths, types, codes and sizes. Raises BadColumns naming the column at fault."""
        count = len(arrays["born"])
        for name, type_ in PEOPLE.items():
            _check(arrays, name, type_, count)
        for sort, fields in ROWS.items():
            starts = arrays.get(f"{sort}_starts")
            if starts is None or len(starts) != count + 1 or starts[0] != 0 or (np.diff(starts) < 0).any():
                raise BadColumns(f"“{sort}_starts” does not share the rows among {count} people.", "Correct it.")
            for field, type_ in fields.items():
                _check(arrays, f"{sort}_{field}", type_, int(starts[-1]))
        return cls(dict(arrays))

    def __len__(self) -> int:
        return len(self.arrays["born"])

    def __getitem__(self, name: str) -> Column:
        return self.arrays[name]

    def ints(self, name: str) -> Ints:
        """A column of money, days or codes."""
        return np.asarray(self.arrays[name], np.int64)

    def slice(self, first: int, end: int) -> "AssessmentColumns":
        """The people in places ``first`` up to ``end``. Views, not copies."""
        part: dict[str, Column] = {name: self.arrays[name][first:end] for name in PEOPLE}
        for sort, fields in ROWS.items():
            starts = self.arrays[f"{sort}_starts"]
            low, high = int(starts[first]), int(starts[end])
            part[f"{sort}_starts"] = starts[first : end + 1] - low
            for field in fields:
                part[f"{sort}_{field}"] = self.arrays[f"{sort}_{field}"][low:high]
        return AssessmentColumns(part)

    def take(self, places: Ints, facts: Collection[str] = PEOPLE) -> "AssessmentColumns":
        """The people in the given places, in that order, with their rows and no more facts than are asked for."""
        part: dict[str, Column] = {name: self.arrays[name][places] for name in PEOPLE if name in facts}
        for sort, fields in ROWS.items():
            starts = self.arrays[f"{sort}_starts"]
            counts = np.asarray(starts[places + 1] - starts[places], np.int64)
            rows = ranges(np.asarray(starts[places], np.int64), counts)
            part[f"{sort}_starts"] = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
            for field in fields:
                part[f"{sort}_{field}"] = self.arrays[f"{sort}_{field}"][rows]
        return AssessmentColumns(part)


def _check(arrays: Mapping[str, Column], name: str, type_: type, length: int) -> None:
    if name not in arrays:
        raise BadColumns(f"There is no column “{name}”.", "Supply it.")
    column = arrays[name]
    if column.dtype != (np.bool_ if type_ is bool else np.int64):
        raise BadColumns(f"“{name}” is of type {column.dtype}.", "Money, days and codes are int64; flags are bool.")
    if len(column) != length:
        raise BadColumns(f"“{name}” has {len(column)} entries, not {length}.", "Give one for each person or row.")
    if name in CODED and len(column) and not (int(column.min()) >= 0 and int(column.max()) < CODED[name]):
        raise BadColumns(f"“{name}” holds a code nobody knows.", f"Codes run from 0 to {CODED[name] - 1}.")
    least = NONE if name in MAY_BE_NONE else 0
    if name in MONEY and len(column) and not (least <= int(column.min()) and int(column.max()) <= LARGEST_FACT):
        raise BadColumns(f"“{name}” holds an amount below nought or too large to be right.", "Correct it.")
    if name == "asset_owners" and len(column) and not (int(column.min()) >= 1 and int(column.max()) <= MOST_OWNERS):
        raise BadColumns(f"“{name}” holds a number of owners outside 1 to {MOST_OWNERS}.", "Correct it.")
    if name == "children" and len(column) and not (int(column.min()) >= 0 and int(column.max()) <= 30):
        raise BadColumns("“children” holds a number outside 0 to 30.", "Correct it.")
