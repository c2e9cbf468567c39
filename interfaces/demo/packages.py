"""What each person receives: one or more service lines, built group by group to the calibrated mean cost.

Quantities are minutes for hours and hundredths for everything else: a week, or each planned day where days are given.
``agreed`` is a price agreed for the line (hundredths of a penny; nought when the rate card rules), ``weekly`` what the
line comes to in a week at 2025/26 prices, in pence, for calibration and budgets only.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from finance.columns import Ints
from interfaces.demo.calibration import CODE, GROUPS, MEAN
from interfaces.demo.cards import (
    AVERAGE_WITH_WEEKENDS,
    EXTRA_CARE_WEEK,
    POUND,
    PREMIUM,
    PRO_RATA,
    SHARED_LIVES_WEEK,
    tidy,
)
from interfaces.demo.providers import NEW_TERMS_FROM, share_out
from interfaces.demo.timetable import NEVER, the_day

_ALL_DAYS = 127
_PATTERNS = np.array(
    [0, 2, 18, 21, 27, 31, 63, 127]
)  # days for none to seven visits a week: Tue; Tue Fri; Mon Wed Fri …
_VISIT_MINUTES = np.array([15, 30, 45, 60, 90])
_VISIT_CHANCE = (0.08, 0.60, 0.22, 0.09, 0.01)  # visit lengths and the 18% with two carers are assumed


@dataclass
class PackageLines:
    """Service lines, gathered. Everyone's choices are drawn from one seeded generator, in a fixed order."""

    people: pd.DataFrame
    payees: pd.DataFrame
    contracts: pd.DataFrame
    rng: np.random.Generator
    parts: list[pd.DataFrame] = field(default_factory=list)

    def payees_of(self, *types: str) -> Ints:
        return np.flatnonzero(self.payees["type"].isin(types))

    def share_out(self, rows: int, among: Ints) -> Ints:
        return share_out(rows, among, self.payees["size"].to_numpy(), self.rng)

    def second_contract(self, payee: Ints, role: str, where: np.ndarray) -> Ints:
        """Each payee's contract (main ones have the payee's number), or its second one where there is one and asked."""
        other = self.contracts[self.contracts["role"] == role]
        lookup = np.arange(len(self.payees))
        lookup[other["payee"]] = other.index
        return np.asarray(np.where(where, lookup[payee], payee), dtype=np.int64)

    def price(self, column: str, contract: Ints) -> Ints:
        return np.asarray(self.contracts[column].to_numpy()[contract], dtype=np.int64)

    def add(self, person: Ints, contract: Ints, service: object, unit: object, weekly: Ints, **other: object) -> None:
        usual = {
            "quantity": 100,
            "days": 0,
            "every": 1,
            "minutes": 0,
            "carers": 1,
            "agreed": 0,
            "second": False,
            "start": self.people["start"].to_numpy()[person],
            "end": NEVER,
            "end_known": NEVER,
            "end_reason": "",
            "known": self.people["known"].to_numpy()[person],
        }
        made = {"person": person, "contract": contract, "service": service, "unit": unit, "weekly": weekly}
        frame = pd.DataFrame(made | usual | other, index=np.arange(len(person)))
        self.parts.append(frame)

    def frame(self) -> pd.DataFrame:
        return pd.concat(self.parts, ignore_index=True)


def make_lines(
    people: pd.DataFrame, payees: pd.DataFrame, contracts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Every line of everyone, in order of person. A direct-payment recipient with an own account names its payee."""
    lines = PackageLines(people, payees, contracts, rng)
    group = people["group"].to_numpy()

    def of(*names: str) -> Ints:
        return np.flatnonzero(np.isin(group, [CODE[name] for name in names]))

    _care_home(lines, of("nursing 65+"), "NUR", older=True)
    _care_home(lines, of("nursing 18-64"), "NUR", older=False)
    _care_home(lines, of("residential 65+"), "RES", older=True)
    _care_home(lines, of("residential 18-64"), "RES", older=False)
    at_home, at_home_young = of("home care 65+"), of("home care 18-64")
    hours = np.concatenate(
        [_hours(len(at_home), 14.7, 2.2, 3.5, 50, rng), _hours(len(at_home_young), 16.6, 1.3, 2, 90, rng)]
    )
    home_care(lines, np.concatenate([at_home, at_home_young]), hours)
    _supported_living(lines, of("supported living 18-64", "supported living 65+"))
    _extra_care(lines, of("extra care 65+"))
    _direct_payments(lines, of("direct payment 18-64", "direct payment 65+"), whole=True)
    _direct_payments(lines, of("part direct payment 18-64", "part direct payment 65+"), whole=False)
    _shared_lives(lines, of("shared lives 18-64"))
    _day_or_outreach(lines, of("day or outreach 18-64"), of("day, telecare or other 65+"), of("prison"))
    _second_services(lines, group)
    return lines.frame().sort_values("person", kind="stable", ignore_index=True)


def lognormal(mean: Ints, spread: Ints, rng: np.random.Generator) -> np.ndarray:
    """Draws with these means and spreads (pence), scaled so that even a few of them together have the mean wanted."""
    variance = np.log1p((spread / mean) ** 2)
    drawn = np.exp(rng.normal(np.log(mean) - variance / 2, np.sqrt(variance)))
    return np.asarray(drawn * (mean.sum() / max(drawn.sum(), 1)))


def _hours(rows: int, mean: float, shape: float, least: float, most: float, rng: np.random.Generator) -> np.ndarray:
    return np.clip(rng.gamma(shape, mean / shape, rows), least, most)


def _spread(group: np.ndarray) -> Ints:
    return np.asarray(np.array([each.spread for each in GROUPS])[group] * 100, dtype=np.int64)


def _care_home(lines: PackageLines, person: Ints, service: str, older: bool) -> None:
    rng, rows = lines.rng, len(person)
    group = lines.people["group"].to_numpy()[person]
    mean = MEAN[group]
    near = lines.payees_of("older people's home") if older else lines.payees_of("specialist home")
    if older and service == "NUR":
        near = near[lines.payees["nursing"].to_numpy()[near]]
    away = rng.random(rows) < (0.03 if older else 0.17)
    payee = np.where(away, lines.share_out(rows, lines.payees_of("out-of-county home")), lines.share_out(rows, near))
    contract = lines.second_contract(payee, "old terms", lines.people["start"].to_numpy()[person] < NEW_TERMS_FROM)
    if older:
        band = rng.choice([0.88, 0.97, 1.05, 1.16], rows, p=[0.28, 0.3, 0.28, 0.14])
        week = np.maximum(mean * band + rng.normal(0, 9_500, rows), 70_000)
    else:
        week = np.clip(lognormal(mean, _spread(group), rng), 60_000, 700_000)
    hours = rng.integers(20, 51, rows)
    formula = lines.contracts["formula_week"].to_numpy()[contract] & (service == "RES") & older
    week = np.where(formula, 42_000 + hours * 1_500, week)  # accommodation, and so much an hour of care
    agreed = tidy(week.astype(np.int64) * 100, lines.price("multiple", contract))
    fixed = lines.contracts["fixed_week"].to_numpy()[contract]
    card = lines.price("week" if service == "RES" else "nursing_week", contract)
    lines.add(
        person, contract, service, "week", np.where(fixed, card, agreed) // 100, agreed=np.where(fixed, 0, agreed)
    )
    if older and service == "RES":
        _one_to_one(lines, person, contract)


def _one_to_one(lines: PackageLines, person: Ints, contract: Ints) -> None:
    """One resident in twenty has hours of their own, at an agreed hourly price."""
    rng = lines.rng
    some = rng.random(len(person)) < 0.05
    hourly = tidy((rng.uniform(21, 26, int(some.sum())) * POUND).astype(np.int64), 4)
    quarters = np.maximum((rng.uniform(15_000, 60_000, len(hourly)) * 100 / hourly * 4).astype(np.int64), 4)
    minutes = quarters * 15
    lines.add(
        person[some],
        contract[some],
        "ONE",
        "hour",
        hourly * minutes // 6_000,
        quantity=minutes,
        agreed=hourly,
        second=True,
    )


def home_care(lines: PackageLines, person: Ints, hours: np.ndarray, second: bool = False) -> None:
    """Home care of so many hours a week, as the person's agency prices it: visits, hours on days, or hours a week."""
    rng = lines.rng
    payee = lines.share_out(len(person), lines.payees_of("home care"))
    two = (rng.random(len(person)) < 0.4) & (hours > 10)
    band = rng.choice(5, len(person), p=_VISIT_CHANCE)
    for who, share, length in (
        (np.ones(len(person), bool), np.where(two, 0.6, 1.0), band),
        (two, np.full(len(person), 0.4), np.where(band == 1, 2, 1)),  # the second line's visits are of another length
    ):
        by_visit = lines.contracts["by_visit"].to_numpy()[payee] & who
        _visits(lines, person[by_visit], payee[by_visit], (hours * share)[by_visit], length[by_visit], second)
        by_hour = ~lines.contracts["by_visit"].to_numpy()[payee] & who
        _hourly(lines, person[by_hour], payee[by_hour], (hours * share)[by_hour], second)


def _visits(lines: PackageLines, person: Ints, contract: Ints, hours: np.ndarray, band: Ints, second: bool) -> None:
    rng, rows = lines.rng, len(person)
    band = np.where((hours > 25) & (band < 3), 3, band)
    carers = np.where((rng.random(rows) < 0.18) & (hours > 3), 2, 1)
    minutes = _VISIT_MINUTES[band]
    visits = np.maximum(np.rint(hours * 60 / (minutes * carers)).astype(np.int64), 1)
    daily = np.where(visits >= 7, np.rint(visits / 7).astype(np.int64), 1)
    days = np.where(visits >= 7, _ALL_DAYS, _PATTERNS[np.minimum(visits, 7)])
    percent = np.where(lines.contracts["premium"].to_numpy()[contract], PREMIUM[band], PRO_RATA[band])
    each = lines.price("hour", contract) * percent // 100 * carers
    weekly = each * daily * np.bitwise_count(days) // 100
    dear = lines.contracts["weekend"].to_numpy()[contract]
    lines.add(
        person,
        contract,
        "HC",
        "visit",
        np.where(dear, weekly * AVERAGE_WITH_WEEKENDS // 100, weekly),
        days=days,
        quantity=daily * 100,
        minutes=minutes,
        carers=carers,
        second=second,
    )


def _hourly(lines: PackageLines, person: Ints, contract: Ints, hours: np.ndarray, second: bool) -> None:
    """Hours on every day of the week, or so many a week; always on days where weekends cost more."""
    rows = len(person)
    dear = lines.contracts["weekend"].to_numpy()[contract]
    on_days = (lines.rng.random(rows) < 0.6) | dear
    week = np.maximum(np.rint(hours * 4).astype(np.int64) * 15, 30)
    day = np.maximum(np.rint(hours * 4 / 7).astype(np.int64) * 15, 15)
    minutes = np.where(on_days, day * 7, week)
    weekly = lines.price("hour", contract) * minutes // 6_000
    lines.add(
        person,
        contract,
        "HC",
        "hour",
        np.where(dear, weekly * AVERAGE_WITH_WEEKENDS // 100, weekly),
        days=np.where(on_days, _ALL_DAYS, 0),
        quantity=np.where(on_days, day, week),
        second=second,
    )


def _supported_living(lines: PackageLines, person: Ints) -> None:
    """Support hours, with a share of the house's sleep-in (35%) or waking night (10%); a few by agreed week."""
    rng, rows = lines.rng, len(person)
    group = lines.people["group"].to_numpy()[person]
    contract = lines.share_out(rows, lines.payees_of("supported living"))
    week = np.clip(lognormal(MEAN[group], _spread(group), rng), 25_000, 500_000)
    kind = rng.choice(3, rows, p=[0.55, 0.35, 0.10])
    nights = np.array([0, 350, 233, 175, 700])[np.where(kind == 0, 0, rng.integers(1, 4, rows))]
    night_price = np.where(kind == 2, lines.price("waking", contract), lines.price("night", contract))
    nightly = night_price * nights // 10_000
    by_week = (kind == 0) & (rng.random(rows) < 0.18)
    own_price = rng.random(rows) < 0.6
    card = lines.price("hour", contract)
    hourly = tidy(np.where(own_price, card * rng.integers(92, 121, rows) // 100, card), 4)
    minutes = np.maximum(np.rint((week - nightly) * 100 / hourly * 4).astype(np.int64), 8) * 15
    agreed_week = tidy(week.astype(np.int64) * 100, 7)
    lines.add(
        person,
        contract,
        "SL",
        np.where(by_week, "week", "hour"),
        np.where(by_week, agreed_week // 100, hourly * minutes // 6_000),
        quantity=np.where(by_week, 100, minutes),
        agreed=np.select([by_week, own_price], [agreed_week, hourly], 0),
    )
    with_night = kind > 0
    lines.add(
        person[with_night],
        contract[with_night],
        np.where(kind == 2, "SLW", "SLN")[with_night],
        "night",
        nightly[with_night],
        quantity=nights[with_night],
    )


def _extra_care(lines: PackageLines, person: Ints) -> None:
    level = lines.rng.choice(4, len(person), p=[0.30, 0.34, 0.24, 0.12])
    contract = lines.share_out(len(person), lines.payees_of("extra care"))
    service = np.array(["EC1", "EC2", "EC3", "EC4"], dtype=object)[level]
    lines.add(person, contract, service, "week", np.array(EXTRA_CARE_WEEK)[level] * 100)


def _shared_lives(lines: PackageLines, person: Ints) -> None:
    band = lines.rng.integers(0, 3, len(person))
    contract = lines.share_out(len(person), lines.payees_of("shared lives carer"))
    service = np.array(["SHL1", "SHL2", "SHL3"], dtype=object)[band]
    lines.add(person, contract, service, "week", np.array(SHARED_LIVES_WEEK)[band] * 100)


def _direct_payments(lines: PackageLines, person: Ints, whole: bool) -> None:
    """An agreed sum a week to a card, a managed account or an own account; in part, beside arranged care."""
    rng, rows = lines.rng, len(person)
    group = lines.people["group"].to_numpy()[person]
    week = np.clip(lognormal(MEAN[group], _spread(group), rng), 4_000, 250_000)
    week_pence = (week * (1.0 if whole else 0.55)).astype(np.int64) // 5 * 5
    managed = rng.random(rows) < 0.30
    card = int(lines.payees_of("card scheme")[0])
    payee = np.where(managed, lines.share_out(rows, lines.payees_of("managed accounts")), card)
    if whole:
        own = lines.payees_of("own account")[:rows]
        payee[: len(own)] = own
        lines.payees.loc[own[: len(payee)], "name"] = lines.people["name"].to_numpy()[person[: len(own)]]
    lines.add(person, payee, "DP", "week", week_pence, agreed=week_pence * 100)
    with_fee = managed & (rng.random(rows) < 0.25) & (lines.payees["type"].to_numpy()[payee] == "managed accounts")
    fee = np.full(int(with_fee.sum()), 875)
    lines.add(person[with_fee], payee[with_fee], "DPM", "calendar month", fee, second=True)
    new = lines.people["start"].to_numpy()[person] >= the_day(2026, 3, 2)
    new &= rng.random(rows) < 0.5
    _start_up(lines, person[new], payee[new])
    if not whole:
        rest = week - week_pence
        day = rng.random(rows) < 0.3
        _sessions(lines, person[day], np.rint(rest[day] / 3_900).astype(np.int64))
        home_care(lines, person[~day], np.maximum(rest[~day] / 2_250, 1.0))


def _start_up(lines: PackageLines, person: Ints, payee: Ints) -> None:
    """A one-off to set up: insurance, recruitment, a first fortnight's wages."""
    sums = lines.rng.integers(5, 49, len(person)) * 25 * POUND
    start = lines.people["start"].to_numpy()[person]
    lines.add(
        person,
        payee,
        "DPS",
        "one-off",
        np.zeros(len(person), np.int64),
        agreed=sums,
        second=True,
        end=start,
        end_known=lines.people["known"].to_numpy()[person],
        end_reason="paid once",
    )


def _sessions(lines: PackageLines, person: Ints, sessions: Ints, second: bool = False) -> None:
    rng, rows = lines.rng, len(person)
    payee = lines.share_out(rows, lines.payees_of("day"))
    contract = lines.second_contract(payee, "closed", rng.random(rows) < 0.5)
    sessions = np.clip(sessions, 1, 5)
    every = np.where((sessions == 1) & (rng.random(rows) < 0.15), 2, 1)
    older = lines.people["older"].to_numpy()[person]
    percent = np.where(lines.contracts["by_age"].to_numpy()[contract], np.where(older, 90, 118), 100)
    weekly = lines.price("session", contract) * percent // 100 * sessions // every // 100
    lines.add(person, contract, "DAY", "session", weekly, days=_PATTERNS[sessions], every=every, second=second)


def _day_or_outreach(lines: PackageLines, young: Ints, older: Ints, prison: Ints) -> None:
    rng = lines.rng
    outreach = np.concatenate([young[: len(young) // 10], prison])
    _sessions(lines, young[len(young) // 10 :], rng.integers(1, 6, len(young) - len(young) // 10))
    office = np.full(len(outreach), lines.payees_of("outreach")[0])
    minutes = rng.integers(8, 36, len(outreach)) * 15
    lines.add(outreach, office, "OUT", "hour", minutes * 275_000 // 6_000, quantity=minutes)
    alarm = len(older) * 3 // 10
    _telecare(lines, older[:alarm])
    _sessions(lines, older[alarm:], rng.integers(2, 5, len(older) - alarm))


def _telecare(lines: PackageLines, person: Ints, second: bool = False) -> None:
    firms = lines.payees_of("telecare")
    firm = firms[lines.rng.integers(0, 4, len(person)) // 3 * (len(firms) - 1)]
    unit = np.where(firm == firms[-1], "calendar month", "4 weeks")
    lines.add(person, firm, "TEL", unit, np.full(len(person), 700), second=second)


def _second_services(lines: PackageLines, group: np.ndarray) -> None:
    """Day care, transport to it, planned respite, telecare, beside the main service (shares assumed)."""
    rng, rows = lines.rng, len(group)
    chance = np.zeros(rows)
    for word, share in (("home care", 0.12), ("supported living", 0.35), ("direct payment", 0.15)):
        chance[np.isin(group, [code for name, code in CODE.items() if word in name])] = share
    day = np.flatnonzero(rng.random(rows) < chance)
    _sessions(lines, day, rng.integers(1, 4, len(day)), second=True)
    travel = day[rng.random(len(day)) < 0.5]
    firm = lines.share_out(len(travel), lines.payees_of("transport"))
    by_mile = rng.random(len(travel)) < 0.3
    miles = rng.integers(4, 30, len(travel)) * 100
    lines.add(
        travel,
        firm,
        np.where(by_mile, "MIL", "TRN"),
        np.where(by_mile, "mile", "session"),
        np.where(by_mile, miles * 2 * 45 // 100, 2 * 1_740),
        days=_PATTERNS[2],
        quantity=np.where(by_mile, miles, 100),
        second=True,
    )
    community = np.array([each.setting == "community" for each in GROUPS])[group]
    respite = np.flatnonzero(community & (rng.random(rows) < 0.06))
    home = lines.share_out(len(respite), lines.payees_of("older people's home"))
    nightly = lines.price("week", home) // 7
    lines.add(respite, home, "RSP", "night", nightly * 3 // 6 // 100, days=112, every=6, second=True)
    alarm = np.flatnonzero((group == CODE["home care 65+"]) & (rng.random(rows) < 0.1))
    _telecare(lines, alarm, second=True)
