"""What clients are charged by, made up: circumstances and incomes, who is billed and where, top-ups signed for.

Each person's income is what the assessment leaves them, found by asking the assessment itself, and their contribution
on top: so the assessment comes to the contribution the county already had, and what a home collects is what is owed.
Amounts are pence a week.
"""

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd

from finance.assessment import AssessmentPolicy, Circumstances, Income, Setting, assess
from finance.columns import Ints
from finance.days import day
from finance.money import read_pence
from interfaces.demo.funding import FUNDERS
from interfaces.demo.timetable import FIRST_CUT_OFF, GO_LIVE, the_day
from interfaces.files.inbound.layouts.register import EXTRACTS

BILL_CALENDAR = "BILL-4W"
PROBE = 400_000  # an income above anything left to anybody
DEAR = 2_000_000  # a cost above any charge
SAVINGS_OF_FULL_PAYERS = 6_500_000
HOMES, SHORT = ("RES", "NUR"), ("RST", "RSP")
ADULTS_BORN_BY = the_day(2008, 4, 6)
_STREETS = ("Sample Street", "Pretend Lane", "Imaginary Terrace", "Make-believe Close", "Example Road", "Notional Way")
_TOWNS = ("Ambermere", "Dunmarsh", "Quillbury", "Ottersley", "Thistlecombe")

Frames = dict[str, pd.DataFrame]


def charging_extracts(
    people: pd.DataFrame,
    lines: pd.DataFrame,
    contributions: pd.DataFrame,
    policy: AssessmentPolicy,
    rng: np.random.Generator,
) -> tuple[Frames, Frames]:
    """(first, news): the extracts of charging, as columns of text. ``contributions``: as known at the first cut-off."""
    cared = np.unique(lines["person"].to_numpy()[(lines["known"] <= FIRST_CUT_OFF) & (lines["weekly"] > 0)])
    cared = cared[people.loc[cared, "born"].to_numpy() <= ADULTS_BORN_BY]  # the Care Act charges adults only
    contributed = _by_person(contributions[contributions["kind"] == "client"], lines, len(people))[cared]
    cost = _cost(lines, len(people))[cared]
    home = _in_a_home(lines, len(people))[cared]
    full = (contributed > 0) & (contributed >= cost * 95 // 100)
    left = _left_to_them(people.loc[cared, "born"].to_numpy(), home, policy)
    income = left + np.where(full, 15_000, np.minimum(contributed, cost))
    older = people.loc[cared, "older"].to_numpy()
    first = {
        "circumstances": _circumstances(cared, cost, home, people),
        "incomes": _incomes(cared, income, older, people),
        "assets": _assets(cared[full]),
        "bill_calendars": pd.DataFrame(
            [(BILL_CALENDAR, "Clients, every four weeks", "4", "2026-04-06", "2", "28", "2026-04-06")],
            columns=EXTRACTS["bill_calendars"].columns,
            dtype=object,
        ),
    }
    top_ups = contributions[(contributions["kind"] == "top-up") & (contributions["collector"] == "council")]
    first["care_account_transfers"] = _carried_in(cared[~home & (contributed > 4_000)][:3])
    first |= _payers(cared, people, top_ups, lines, rng)
    late = cared[(contributed > 0) & ~full & ~home][:40]
    return {name: rows for name, rows in first.items() if len(rows)}, _news(first, late)


def _by_person(rows: pd.DataFrame, lines: pd.DataFrame, count: int) -> Ints:
    """Pence a week for each person, of rows standing on the first day charged."""
    some = rows[(rows["end"] >= GO_LIVE) & (rows["start"] <= FIRST_CUT_OFF)]
    person = lines["person"].to_numpy()[some["line"]]
    return np.bincount(person, weights=some["weekly"] // 100, minlength=count).astype(np.int64)


def _cost(lines: pd.DataFrame, count: int) -> Ints:
    """What a person's care comes to in a week at this year's prices, or thereabouts."""
    live = lines[(lines["end"] >= GO_LIVE) & ~lines["second"]]
    return np.bincount(live["person"], weights=live["weekly"] * 105 // 100, minlength=count).astype(np.int64)


def _in_a_home(lines: pd.DataFrame, count: int) -> np.ndarray:
    found = np.zeros(count, bool)
    found[lines["person"].to_numpy()[lines["service"].isin(HOMES).to_numpy()]] = True
    return found


def _left_to_them(born: Ints, home: np.ndarray, policy: AssessmentPolicy) -> Ints:
    """What the rules leave each person before anything is charged: asked of the assessment, once for each sort
    of person.
    """
    age = (GO_LIVE - born) / 365.25
    sort = np.where(age < 25, 0, np.where(age < 65.9, 1, np.where(age < 67.1, 2, 3)))
    left = np.zeros(len(born), np.int64)
    found: dict[tuple[bool, int, int], int] = {}
    for place, (when, in_home, which) in enumerate(zip(born.tolist(), home.tolist(), sort.tolist(), strict=True)):
        key = (in_home, which, when if which == 2 else 0)
        if key not in found:
            found[key] = PROBE - _asked(day(when), in_home, policy)
        left[place] = found[key]
    return left


def _asked(born: dt.date, home: bool, policy: AssessmentPolicy) -> int:
    """The charge of somebody with the probe's income, and care that costs more than it."""
    made = assess(
        Circumstances(
            person="probe",
            born=born,
            cost_pence=DEAR,
            setting=Setting.PERMANENT if home else Setting.HOME,
            incomes=(Income(kind="occupational_pension", amount_pence=PROBE),),
        ),
        day(GO_LIVE),
        policy,
    )
    return int(made.charge_pence)


def _circumstances(who: Ints, cost: Ints, home: np.ndarray, people: pd.DataFrame) -> pd.DataFrame:
    since = np.maximum(people.loc[who, "start"].to_numpy(), GO_LIVE)
    return _frame(
        "circumstances",
        len(who),
        {
            "circumstances_ref": [f"CIR{each + 1:06d}" for each in who],
            "person_ref": _refs(who),
            "start_date": [day(int(each)).isoformat() for each in since],
            "nation": "England",
            "setting": np.where(home, str(Setting.PERMANENT), str(Setting.HOME)),
            "weekly_cost": [_pounds(max(each, 100)) for each in cost],
            "nursing": "none",
        },
    )


def _incomes(who: Ints, income: Ints, older: np.ndarray, people: pd.DataFrame) -> pd.DataFrame:
    """A state pension or benefit first, and what is over from a pension of their own or another benefit."""
    first = np.minimum(income, np.where(older, 24_130, 13_800))
    rest = income - first
    two = np.flatnonzero(rest > 0)
    kind = np.where(older, "state_pension", "employment_and_support_allowance")
    other = np.where(older, "occupational_pension", "universal_credit")
    since = np.maximum(people.loc[who, "start"].to_numpy(), GO_LIVE)
    starts = np.asarray([day(int(each)).isoformat() for each in since], dtype=object)
    return _frame(
        "incomes",
        len(who) + len(two),
        {
            "income_ref": [f"INC{each + 1:06d}-1" for each in who] + [f"INC{each + 1:06d}-2" for each in who[two]],
            "person_ref": [*_refs(who), *_refs(who[two])],
            "kind": [*kind, *other[two]],
            "amount": [_pounds(each) for each in [*first, *rest[two]]],
            "frequency": "weekly",
            "start_date": [*starts, *starts[two]],
        },
    )


def _assets(who: Ints) -> pd.DataFrame:
    return _frame(
        "assets",
        len(who),
        {
            "asset_ref": [f"AST{each + 1:06d}" for each in who],
            "person_ref": _refs(who),
            "kind": "savings",
            "value": _pounds(SAVINGS_OF_FULL_PAYERS),
            "owed": "0.00",
            "owners": "1",
            "start_date": "2026-04-06",
        },
    )


def _carried_in(who: Ints) -> pd.DataFrame:
    """Care accounts brought from another council, near a made-up cap."""
    return _frame(
        "care_account_transfers",
        len(who),
        {
            "transfer_ref": [f"CAT{each + 1:06d}" for each in who],
            "person_ref": _refs(who),
            "direction": "in",
            "council": "Dunmarsh Borough Council (made up)",
            "cap": "86000.00",
            "accrued_amount": [_pounds(each) for each in (8_550_000, 8_120_000, 8_594_000)[: len(who)]],
            "first_day": "2026-04-06",
        },
    )


def _payers(
    who: Ints, people: pd.DataFrame, top_ups: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator
) -> Frames:
    names = people.loc[who, "name"].to_numpy()
    person = lines["person"].to_numpy()[top_ups["line"]] if len(top_ups) else np.empty(0, np.int64)
    named = people["name"].to_numpy()
    family = [f"Family of {each}" for each in named[person]]
    payers = _frame(
        "bill_payers",
        len(who) + len(family) + len(FUNDERS),
        {
            "payer_ref": [
                *_payer(who),
                *(f"BTU{each + 1:06d}" for each in top_ups["ref"]),
                *(f"BFU-{each[0]}" for each in FUNDERS),
            ],
            "name": [*names, *family, *(each[1] for each in FUNDERS)],
            "kind": ["client"] * len(who) + ["third party"] * len(family) + ["funder"] * len(FUNDERS),
            "person_ref": [*_refs(who), *([""] * (len(family) + len(FUNDERS)))],
            "funder_ref": [*([""] * (len(who) + len(family))), *(each[0] for each in FUNDERS)],
            "calendar_ref": [*([BILL_CALENDAR] * len(who)), *([""] * (len(family) + len(FUNDERS)))],
            "customer_number": [f"9{each + 1:06d}" for each in range(len(who) + len(family) + len(FUNDERS))],
        },
    )
    agreements = _frame(
        "top_up_agreements",
        len(top_ups),
        {
            "agreement_ref": [f"TUA{each + 1:06d}" for each in top_ups["ref"]],
            "line_ref": [f"LIN{each + 1:06d}" for each in top_ups["line"]],
            "payer_ref": [f"BTU{each + 1:06d}" for each in top_ups["ref"]],
            "weekly_amount": [_pounds(each // 100) for each in top_ups["weekly"]],
            "signed": ["" if place % 20 == 7 else "2026-03-16" for place in range(len(top_ups))],
            "start_date": [day(max(int(each), GO_LIVE)).isoformat() for each in top_ups["start"]],
        },
    )
    return {
        "bill_payers": payers,
        "correspondents": _correspondents(who, payers, people, rng),
        "top_up_agreements": agreements,
    }


def _correspondents(who: Ints, payers: pd.DataFrame, people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Where papers go: to most people's own homes; some to a representative or deputy, by email, in Welsh, in
    large print.
    """
    count = len(payers)
    luck = rng.random((4, count))
    client = np.arange(count) < len(who)
    capacity = np.where(~client | (luck[0] > 0.2), "home", np.where(luck[0] < 0.05, "deputy", "representative"))
    email = luck[1] < 0.2
    house, street, town = (
        rng.integers(1, 190, count),
        rng.integers(0, len(_STREETS), count),
        rng.integers(0, len(_TOWNS), count),
    )
    names = [
        each if what == "home" else f"{'The deputy' if what == 'deputy' else 'The representative'} of {each}"
        for each, what in zip(payers["name"], capacity, strict=True)
    ]
    postcode = np.full(count, "ZM1 1ZZ", dtype=object)
    postcode[client] = people.loc[who, "postcode"].to_numpy()
    return _frame(
        "correspondents",
        count,
        {
            "correspondent_ref": [f"COR{each + 1:06d}" for each in range(count)],
            "payer_ref": payers["payer_ref"].to_numpy(),
            "capacity": capacity,
            "name": names,
            "address": [
                f"{number} {_STREETS[road]}; {_TOWNS[place]}"
                for number, road, place in zip(house, street, town, strict=True)
            ],
            "postcode": postcode,
            "email": [f"payer{each + 1}@mail.example" if sent else "" for each, sent in enumerate(email)],
            "channel": np.where(email, "email", "post"),
            "language": np.where(luck[2] < 0.01, "Welsh", "English"),
            "print": np.where(luck[3] < 0.04, "large", "standard"),
            "start_date": "2026-04-06",
        },
    )


def _news(first: Frames, who: Ints) -> Frames:
    """Incomes found out on 20 May to have been a little more since the first day: charges are worked out again."""
    incomes = first["incomes"]
    rows = incomes[incomes["income_ref"].isin([f"INC{each + 1:06d}-2" for each in who])].copy()
    rows["amount"] = [_pounds(read_pence(each) + 1_235) for each in rows["amount"]]
    return {"incomes": rows} if len(rows) else {}


def _frame(name: str, count: int, columns: dict[str, object]) -> pd.DataFrame:
    """Columns of text in the extract's own order, empty where nothing is said."""
    made = pd.DataFrame(index=range(count))
    for column in EXTRACTS[name].columns:
        value = columns.get(column, "")
        made[column] = [value] * count if isinstance(value, str) else list(value)  # type: ignore[call-overload]
    return made.astype(object)


def _refs(who: Iterable[int]) -> list[str]:
    return [f"PER{each + 1:06d}" for each in who]


def _payer(who: Iterable[int]) -> list[str]:
    return [f"BPR{each + 1:06d}" for each in who]


def _pounds(pence: int) -> str:
    return f"{int(pence) // 100}.{int(pence) % 100:02d}"
