"""Packed facts as the columns an assessment needs on one day, with who cannot be assessed and until when it all holds.

Says the same of every person as the rules say of one person's circumstances (``finance.assessment.facts``); a test
holds the two together.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.assessments.caseload import packing
from billing.assessments.caseload.packing import (
    ALLOWANCE_OVERRIDE,
    ASSET,
    DISCRETION_NOT_APPROVED,
    EXPENSE,
    FAULT,
    FLAGS,
    FOLLOWS,
    GROUND,
    GROUNDS,
    HOME_LEFT_OUT,
    INCOME,
    LACKING,
    MAXIMUM_OVERRIDE,
    NATIONS,
    NONE,
    SALE_COSTS,
    SETTINGS,
    Records,
    rate_names,
)
from billing.assessments.caseload.rows import Caseload
from finance.assessment import AssessmentChoices, AssessmentColumns, Confirmation, Ground, Nation, Setting, ages
from finance.assessment.bases import EIGHT_WEEKS
from finance.assessment.charge import FULL_COST, MEANS_TESTED
from finance.assessment.charge import NIL_BY_LAW as NIL_CODE
from finance.assessment.circumstances import NIL_BY_LAW
from finance.assessment.columns import PEOPLE, Column
from finance.assessment.contradictions import GUARANTEE_CREDIT, NO_INCOME, standard_guarantees
from finance.assessment.figures import figures_on
from finance.assessment.frequencies import CODE, WEEKLY_PARTS, Frequency
from finance.assessment.kinds import assets, incomes, own_part
from finance.assessment.properties import HOME, OTHER_PROPERTY
from finance.columns import Ints
from finance.days import FOR_EVER, number, spoken
from finance.parameters import Parameters

Bools = NDArray[np.bool_]

REFUSED = (
    "The weekly cost of the care is not given. Supply what the care costs.",
    "The short stay has no first day. Supply the day it began.",
    "The stay begins after this day. Check the first day of the stay.",
    "An income has neither an amount nor a rate of its own kind that it follows. Supply one of the two.",
    "Jointly owned land has no value for the person's own share. Supply what the share itself would fetch.",
    "Reablement has no first day. Supply the day it began.",
    "A discretion to leave the home out lacks a reason or an approver. Supply both.",
    "Stays in care homes overlap. Supply the right days.",
    "What is left out for some days from its first has no first day. Supply the day it began.",
    "What the home asks is less than what the care costs. Correct whichever is wrong.",
    "There are two homes at once. Give the other as other_property, or the last day of one.",
    "Of some income a person has one at most, and two are given. Give the last day of one, or put them together.",
    "Guarantee credit of the whole standard guarantee stands beside income that it tops up. Give the award itself.",
    "Nobody has said from which day the stay was permanent, and the home turns on it. Supply the stay in home_stays.",
    "No income is told, and an income or an amount beside it. Give the last day of one, or correct the amount.",
)
(
    NO_COST,
    NO_STAY,
    STAY_LATER,
    NO_AMOUNT,
    NO_SHARE,
    NO_REABLEMENT,
    NO_APPROVER,
    STAYS,
    UNDATED,
    FEE_BELOW_COST,
    TWO_HOMES,
    TWICE,
    NO_AWARD,
    SINCE_WHEN,
    NONE_AND_SOME,
) = range(len(REFUSED))


@dataclass(frozen=True, slots=True)
class CaseloadDay:
    """Everyone's facts on one day. ``reason`` is a place in ``reasons``, NONE for those who can be assessed.

    ``until`` is the first later day on which something of their own changes (FOR_EVER when nothing will).
    """

    person: Ints
    columns: AssessmentColumns
    provisional: Bools
    overridden: Bools
    reason: Ints
    reasons: tuple[str, ...]
    until: Ints
    ground: Ints
    override_ends: Ints
    follows: Bools
    born: Ints

    def __len__(self) -> int:
        return len(self.person)


def unpack(
    load: Caseload,
    on: dt.date,
    choices: AssessmentChoices,
    figures: Parameters,
    confirmations: Sequence[Confirmation] = (),
    known_by: dt.date | None = None,
) -> CaseloadDay:
    """Everyone whose circumstances are known on a day, as columns. ``load`` may hold other days too."""
    load = load.on(number(on))
    day, who, items, count = number(on), load.who, load.items, len(load)
    owner = np.repeat(np.arange(count), np.diff(load.item_starts))
    holds = (items["first"] <= day) & (day < items["end"])
    reason = np.full(count, NONE, np.int64)
    flag = {name: (who["flags"] & (1 << place)) != 0 for place, name in enumerate(FLAGS)}
    setting, nation = who["setting"].astype(np.int64), who["nation"].astype(np.int64)
    short = setting == SETTINGS.index(Setting.SHORT_TERM)
    stayed = day - who["stay_first"].astype(np.int64)
    rates = _Rates(on, figures, confirmations, known_by)

    sort = items["sort"]
    income, asset, expense = (np.flatnonzero(holds & (sort == each)) for each in (INCOME, ASSET, EXPENSE))
    follows = np.flatnonzero(holds & (sort == INCOME) & (items["marks"] & FOLLOWS != 0))
    amount, often = items["amount"][income].astype(np.int64), items["often"][income].astype(np.int64)
    followed = items["marks"][income] & FOLLOWS != 0
    codes = amount[followed]
    amount[followed], often[followed] = rates.amount[codes], rates.often[codes]

    grounds = _Grounds(load, owner, holds, choices, day)
    allowance, _ = _override(items, owner, holds, ALLOWANCE_OVERRIDE, count)
    maximum, _ = _override(items, owner, holds, MAXIMUM_OVERRIDE, count)
    standing = np.where(grounds.nil, NIL_CODE, np.where(grounds.full, FULL_COST, MEANS_TESTED))
    if choices.provisional_charge != "on the facts given":
        settled = FULL_COST if choices.provisional_charge == "full cost" else NIL_CODE
        standing = np.where(flag["provisional"] & (standing == MEANS_TESTED), settled, standing)
    homes, others = (owner[asset[items["kind"][asset] == assets().code(kind)]] for kind in (HOME, OTHER_PROPERTY))
    out = np.flatnonzero(holds & (sort == HOME_LEFT_OUT))
    decided = owner[out[items["kind"][out] == packing.BY_DECISION]]
    left_out = np.zeros(count, bool)
    left_out[owner[out]] = True
    permanent = setting == SETTINGS.index(Setting.PERMANENT)
    rent_is_capital = _rent_is_capital(others, homes, decided, setting, flag["intends_to_return"], count)
    home_left_out = np.where(setting == 0, True, np.where(permanent, left_out, flag["intends_to_return"]))

    lacking = items["marks"] & LACKING != 0
    faults = np.flatnonzero(holds & (sort == FAULT))
    faulty = {kind: owner[faults[items["kind"][faults] == kind]] for kind in range(packing.FAULTS)}
    for rows, why in (
        (faulty[DISCRETION_NOT_APPROVED], NO_APPROVER),
        (faulty[packing.STAYS_OVERLAP][permanent[faulty[packing.STAYS_OVERLAP]]], STAYS),
        (faulty[packing.UNDATED], UNDATED),
        (faulty[packing.FEE_BELOW_COST], FEE_BELOW_COST),
        (faulty[packing.BEFORE_THE_STAY], STAY_LATER),
        (np.flatnonzero((setting == SETTINGS.index(Setting.TEMPORARY)) & (stayed < 0)), STAY_LATER),
        (_several(homes, count), TWO_HOMES),
        (_none_and_some(owner[income], items["kind"][income], amount, count), NONE_AND_SOME),
        (_twice(owner[income], items["kind"][income], count), TWICE),
        (_no_award(owner[income], items["kind"][income], amount, often, followed, rates.guarantees, count), NO_AWARD),
        (np.intersect1d(np.setdiff1d(homes, decided), faulty[packing.PERMANENT_FROM]), SINCE_WHEN),
        (grounds.undated, NO_REABLEMENT),
        (owner[lacking & (sort == ASSET)], NO_SHARE),
        (owner[lacking & (sort == INCOME)], NO_AMOUNT),
        (np.flatnonzero(short & (stayed < 0)), STAY_LATER),
        (np.flatnonzero(short & (who["stay_first"] == packing.ALWAYS)), NO_STAY),
        (np.flatnonzero(who["cost"] < 0), NO_COST),
    ):
        reason[rows] = why
    reasons = (*REFUSED, *rates.missing.values())
    for place, code in enumerate(rates.missing, len(REFUSED)):
        reason[owner[follows[items["amount"][follows] == code]]] = place
    unread = np.zeros(count, bool)
    unread[owner[follows[rates.unsure[items["amount"][follows]]]]] = True
    some_follow = np.zeros(count, bool)
    some_follow[owner[follows]] = True

    arrays: dict[str, Column] = {
        "nation": nation,
        "setting": setting,
        "stay_days": np.where(short, np.maximum(stayed + who["nights_before"], 0), 0).astype(np.int64),
        "born": who["born"].astype(np.int64),
        "pension_age_day": who["pension_age_day"].astype(np.int64),
        "twenty_fifth_birthday": who["twenty_fifth_birthday"].astype(np.int64),
        **{name: flag[name] for name in FLAGS if name in PEOPLE},
        "partner_born": who["partner_born"].astype(np.int64),
        "partner_pension_age_day": ages.known_on(
            who["partner_born"].astype(np.int64), who["partner_pension_age_day"].astype(np.int64), day
        ),
        "children": who["children"].astype(np.int64),
        "night_care_needed": flag["night_care"],
        "home_left_out": home_left_out,
        "rent_is_capital": rent_is_capital,
        "nursing": np.where(flag["cost_includes_nursing"] & (setting != 0), who["nursing"], 0).astype(np.int64),
        "standing": standing.astype(np.int64),
        "cost": np.maximum(who["cost"], 0),
        "allowance_override": allowance,
        "assessed_override": maximum,
        "basic_entitlement_given": who["basic"].astype(np.int64),
        "previous_charge": who["previous"].astype(np.int64),
        "untold": np.bincount(owner[sort == INCOME], minlength=count) == 0,
        "unread_rate": unread,
        **_rows("income", owner, income, count, kind=items["kind"], amount=amount, frequency=often),
        **_rows(
            "asset",
            owner,
            asset,
            count,
            kind=items["kind"],
            value=items["amount"],
            owed=items["other"],
            owners=items["often"],
            sale_costs=items["marks"] & SALE_COSTS != 0,
        ),
        **_rows("expense", owner, expense, count, kind=items["kind"], amount=items["amount"], frequency=items["often"]),
    }
    return CaseloadDay(
        load.person,
        AssessmentColumns.of(arrays),
        flag["provisional"],
        (allowance >= 0) | (maximum >= 0),
        reason,
        reasons,
        _until(load, owner, short, nation, choices, day),
        grounds.first,
        _override_ends(items, owner, holds, count),
        some_follow,
        arrays["born"].astype(np.int64),
    )


def _several(owner: Ints, count: int) -> Ints:
    """Who owns more than one of these."""
    return np.flatnonzero(np.bincount(owner, minlength=count) > 1)


def _twice(owner: Ints, kind: Ints, count: int) -> Ints:
    """Who has two incomes of a group of which a person has one at most."""
    group = incomes().once()[kind]
    some = group > 0
    groups = int(group.max(initial=0)) + 1
    return np.unique(_several(owner[some] * groups + group[some], count * groups) // groups)


def _none_and_some(owner: Ints, kind: Ints, amount: Ints, count: int) -> Ints:
    """Who has no income, as told, and an income or an amount beside it."""
    none = kind == incomes().code(NO_INCOME)
    told = np.zeros(count, bool)
    told[owner[none]] = True
    return np.unique(owner[told[owner] & (~none | (amount != 0))])


def _rent_is_capital(others: Ints, homes: Ints, decided: Ints, setting: Ints, returns: Bools, count: int) -> Bools:
    """Whether rent is of a property that counts, for each person: as ``properties.rent_is_capital`` says of one.

    ``others`` and ``homes`` are who has other property and a home of their own, ``decided`` whose home a decision
    leaves out.
    """

    def among(people: Ints) -> Bools:
        found = np.zeros(count, bool)
        found[people] = True
        return found

    home = among(homes) & (setting != SETTINGS.index(Setting.HOME))
    left_out = home & np.where(setting == SETTINGS.index(Setting.PERMANENT), among(decided), returns)
    return np.asarray((among(others) | home) & ~left_out, bool)


def _no_award(
    owner: Ints, kind: Ints, amount: Ints, often: Ints, followed: Bools, guarantees: Ints, count: int
) -> Ints:
    """Who has the whole standard guarantee as an award beside income it tops up: as ``contradictions`` says of one."""
    topped_up = incomes().flags("qualifying")[kind] & (followed | (amount > 0))
    whole = np.isin(amount * WEEKLY_PARTS[often], guarantees) & ~followed
    awarded = owner[whole & (kind == incomes().code(GUARANTEE_CREDIT))]
    return np.intersect1d(np.unique(owner[topped_up]), awarded)


class _Rates:
    """What each benefit rate comes to on a day, by its code."""

    def __init__(
        self, on: dt.date, figures: Parameters, confirmations: Sequence[Confirmation], known_by: dt.date | None
    ) -> None:
        held = figures_on(rate_names(), figures, None, on, confirmations, known_by)
        self.amount = np.zeros(len(held), np.int64)
        self.often = np.zeros(len(held), np.int64)
        self.unsure = np.zeros(len(held), bool)
        self.missing: dict[int, str] = {}
        self.guarantees = np.array(sorted(standard_guarantees(figures, on, known_by)), np.int64)
        for code, figure in enumerate(held.values()):
            if figure.missing is not None:
                self.missing[code] = str(figure.missing)
                continue
            monthly = figure.parameter.unit == "pence a month"
            self.amount[code], self.unsure[code] = own_part(figure.name, figure.value), not figure.sure
            self.often[code] = CODE[Frequency.MONTHLY if monthly else Frequency.WEEKLY]


class _Grounds:
    """Who is settled without a means test, and by which ground (a place in GROUNDS, NONE for nobody)."""

    def __init__(self, load: Caseload, owner: Ints, holds: Bools, choices: AssessmentChoices, day: int) -> None:
        items, count = load.items, len(load)
        rows = np.flatnonzero(holds & (items["sort"] == GROUND))
        kind, first = items["kind"][rows].astype(np.int64), items["first"][rows].astype(np.int64)
        reablement = kind == GROUNDS.index(Ground.REABLEMENT)
        self.undated = owner[rows[reablement & (first == packing.ALWAYS)]]
        live = ~(reablement & (day >= first + choices.reablement_days))
        rows, kind = rows[live], kind[live]
        is_nil = np.isin(kind, [GROUNDS.index(each) for each in NIL_BY_LAW])
        self.nil, self.full = np.zeros(count, bool), np.zeros(count, bool)
        self.nil[owner[rows[is_nil]]] = True
        self.full[owner[rows[~is_nil]]] = True
        self.first = np.full(count, NONE, np.int64)
        for chosen in (~is_nil, is_nil):
            self.first[owner[rows[chosen]][::-1]] = kind[chosen][::-1]


def _override(items: Records, owner: Ints, holds: Bools, sort: int, count: int) -> tuple[Ints, Ints]:
    """The first override of a sort that holds, and its end, for each person; NONE where there is none."""
    rows = np.flatnonzero(holds & (items["sort"] == sort))[::-1]
    amount, end = np.full(count, NONE, np.int64), np.full(count, NONE, np.int64)
    amount[owner[rows]] = items["amount"][rows]
    end[owner[rows]] = items["end"][rows]
    return amount, end


def _override_ends(items: Records, owner: Ints, holds: Bools, count: int) -> Ints:
    ends = [_override(items, owner, holds, sort, count)[1] for sort in (MAXIMUM_OVERRIDE, ALLOWANCE_OVERRIDE)]
    return np.where(ends[0] != NONE, ends[0], ends[1])


def _rows(sort: str, owner: Ints, rows: Ints, count: int, **fields: NDArray[np.generic]) -> dict[str, Column]:
    counts = np.bincount(owner[rows], minlength=count)
    made: dict[str, Column] = {f"{sort}_starts": np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])}
    for name, values in fields.items():
        chosen = values if len(values) == len(rows) else values[rows]
        made[f"{sort}_{name}"] = chosen if chosen.dtype == np.bool_ else chosen.astype(np.int64)  # type: ignore[assignment]
    return made


def _until(load: Caseload, owner: Ints, short: Bools, nation: Ints, choices: AssessmentChoices, day: int) -> Ints:
    """The first day after this one on which something of the person's own changes."""
    who, items = load.who, load.items
    until = who["ends"].astype(np.int64)
    for name in ("twenty_fifth_birthday", "pension_age_day", "partner_pension_age_day"):
        later = who[name].astype(np.int64)
        until = np.where(later > day, np.minimum(until, later), until)
    began = who["stay_first"].astype(np.int64)
    until = np.where((began > day) & (until > began), began, until)
    if short.any():
        free = np.where(nation == NATIONS.index(Nation.WALES), EIGHT_WEEKS, choices.short_stay_days)
        turns = who["stay_first"].astype(np.int64) + free - who["nights_before"]
        until = np.where(short & (turns > day), np.minimum(until, turns), until)
    edges = [items["first"].astype(np.int64), items["end"].astype(np.int64)]
    reablement = (items["sort"] == GROUND) & (items["kind"] == GROUNDS.index(Ground.REABLEMENT))
    if reablement.any():
        edges.append(np.where(reablement, edges[0] + choices.reablement_days, FOR_EVER))
    for edge in edges:
        rows = np.flatnonzero((edge > day) & (edge < FOR_EVER))
        if len(rows):
            np.minimum.at(until, owner[rows], edge[rows])
    return until


def said(reasons: Sequence[str], on: dt.date) -> list[str]:
    """Reasons for a day, in words."""
    return [f"{each} (on {spoken(on)})" for each in reasons]
