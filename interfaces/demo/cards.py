"""What the made-up county buys, and the rate cards it buys from. Prices are hundredths of a penny, uplifted yearly.

Fees by the week and the hour follow the averages councils reported for 2025-26; visit prices follow one council's
published short-visit premium (45 minutes at 80% of the hour, 30 at 61%) or another's plain share of the hour; the
rest follows single councils' published charges. Which, for each, is in ``docs/demo.md``.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from finance.columns import Ints
from interfaces.demo.timetable import NEVER, PRICES_FROM
from interfaces.demo.versions import stack

POUND = 10_000

# ref, name, kind, term
SERVICES = (
    ("RES", "Residential care", "residential", "long"),
    ("NUR", "Nursing care", "nursing", "long"),
    ("RST", "Residential short stay", "residential", "short"),
    ("RSP", "Planned respite", "respite", "short"),
    ("ONE", "One-to-one support in a care home", "other", "long"),
    ("HC", "Home care", "home care", "long"),
    ("SL", "Supported living", "supported living", "long"),
    ("SLN", "Supported living: sleep-in night", "supported living", "long"),
    ("SLW", "Supported living: waking night", "supported living", "long"),
    ("EC1", "Extra care, level 1", "extra care", "long"),
    ("EC2", "Extra care, level 2", "extra care", "long"),
    ("EC3", "Extra care, level 3", "extra care", "long"),
    ("EC4", "Extra care, level 4", "extra care", "long"),
    ("SHL1", "Shared lives, standard", "shared lives", "long"),
    ("SHL2", "Shared lives, enhanced", "shared lives", "long"),
    ("SHL3", "Shared lives, complex", "shared lives", "long"),
    ("DAY", "Day care", "day care", "long"),
    ("TRN", "Transport, return journey", "transport", "long"),
    ("MIL", "Transport by the mile", "transport", "long"),
    ("DP", "Direct payment", "direct payment", "long"),
    ("DPS", "Direct payment start-up", "direct payment", "short"),
    ("DPM", "Managed account service", "other", "long"),
    ("TEL", "Telecare", "equipment", "long"),
    ("EQP", "Equipment", "equipment", "short"),
    ("OUT", "Outreach", "other", "long"),
)

VISIT_BANDS = ((1, 15), (16, 30), (31, 45), (46, 60), (61, None))
PREMIUM = np.array([36, 61, 80, 100, 145])  # per cent of the hour, by band
PRO_RATA = np.array([25, 50, 75, 100, 150])
WEEKEND_PERCENT, BANK_HOLIDAY_PERCENT = 116, 200  # one agency's private prices: 21.50, 25.00 and 43.00
AVERAGE_WITH_WEEKENDS = 105  # per cent: five weekdays and two weekend days
EXTRA_CARE_WEEK = (132, 194, 270, 374)
SHARED_LIVES_WEEK = (375, 465, 540)
YOUNGER_DAY_PERCENT = 118  # where a day centre prices by age


def tidy(price: Ints, multiple_of_pence: Ints | int) -> Ints:
    """A price as a whole multiple of so many pence: some councils need weeks to divide by 7 and hours by 4."""
    step = 100 * np.asarray(multiple_of_pence)
    return np.asarray((price + step // 2) // step * step, dtype=np.int64)


def uplifted(price: Ints, contract: Ints, contracts: pd.DataFrame) -> Ints:
    """The 2026/27 price of a 2025/26 one, at each contract's own uplift."""
    raised = price * (1000 + contracts["uplift"].to_numpy()[contract]) // 1000
    return tidy(raised, contracts["multiple"].to_numpy()[contract])


def add_prices(contracts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give each contract the prices and habits its card is made from."""
    rows = len(contracts)
    type_ = contracts["type"]
    multiple = contracts["multiple"].to_numpy()

    def around(pounds: float, percent: float) -> Ints:
        return tidy((pounds * POUND * (1 + percent / 100 * rng.normal(0, 1, rows))).astype(np.int64), multiple)

    specialist = (type_ != "older people's home").to_numpy()
    agency = (type_ == "home care").to_numpy()
    # every other agency prices by the visit; of those, two in three charge more by the minute for short visits
    place = contracts["payee"].to_numpy()
    by_visit = agency & (place % 2 == 0)
    premium = by_visit & (place % 3 != 0)
    dearer = agency & (place % 5 < 2)
    return contracts.assign(
        fixed_week=(type_ == "older people's home") & (rng.random(rows) < 0.2),
        formula_week=(type_ == "older people's home") & (rng.random(rows) < 0.1),
        week=np.where(specialist, around(1_835, 8), around(945, 5)),
        nursing_week=np.where(specialist, around(1_486, 8), around(1_080, 5)),
        hour=np.select(
            [premium, agency, type_ == "supported living"],
            [around(20.9, 4), around(24.6, 4), around(22.95, 4)],
            around(24.00, 3),
        ),
        by_visit=by_visit,
        premium=premium,
        weekend=dearer,
        saturday=dearer & (place % 10 < 5),
        night=around(96.5, 6),
        waking=around(205, 6),
        session=around(47.5, 9),
        by_age=(type_ == "day") & (place % 2 == 0),
    )


@dataclass
class _Card:
    """Rows of rate card, gathered."""

    contracts: pd.DataFrame
    parts: list[pd.DataFrame] = field(default_factory=list)

    def add(
        self,
        who: pd.Series,
        service: str,
        unit: str,
        price: Ints | int,
        category: str = "any",
        minutes: tuple[int | None, int | None] = (None, None),
        ages: tuple[int | None, int | None] = (None, None),
    ) -> None:
        contract = np.flatnonzero(who)
        prices = np.broadcast_to(np.asarray(price), len(self.contracts))[contract]
        self.parts.append(
            pd.DataFrame(
                {
                    "contract": contract,
                    "service": service,
                    "unit": unit,
                    "price": tidy(prices, self.contracts["multiple"].to_numpy()[contract]),
                    "day_category": category,
                    "minutes_from": minutes[0] or 0,
                    "minutes_to": minutes[1] or 0,
                    "age_from": ages[0] or 0,
                    "age_to": ages[1] or 0,
                }
            )
        )


def _by_day(card: _Card, who: pd.Series, unit: str, price: Ints, minutes: tuple[int | None, int | None]) -> None:
    """One price for every day, or dearer weekends and bank holidays, as the agency's contract has it."""
    contracts = card.contracts
    dear, apart = contracts["weekend"], contracts["saturday"]
    card.add(who & ~dear, "HC", unit, price, minutes=minutes)
    card.add(who & dear, "HC", unit, price, "weekday", minutes)
    card.add(who & dear & ~apart, "HC", unit, price * WEEKEND_PERCENT // 100, "weekend", minutes)
    card.add(who & apart, "HC", unit, price * (WEEKEND_PERCENT - 6) // 100, "saturday", minutes)
    card.add(who & apart, "HC", unit, price * (WEEKEND_PERCENT + 6) // 100, "sunday", minutes)
    card.add(who & dear, "HC", unit, price * BANK_HOLIDAY_PERCENT // 100, "bank holiday", minutes)


def make_rates(contracts: pd.DataFrame) -> pd.DataFrame:
    """Versions of every rate-card row: the 2025/26 price, closed once the uplift was known, and the 2026/27 price."""
    card, type_ = _Card(contracts), contracts["type"]
    homes = type_.isin(["older people's home", "specialist home", "out-of-county home"])
    card.add(contracts["fixed_week"], "RES", "week", contracts["week"].to_numpy())
    card.add(contracts["fixed_week"], "NUR", "week", contracts["nursing_week"].to_numpy())
    for service in ("RST", "RSP"):
        card.add(homes, service, "night", contracts["week"].to_numpy() // 7)
    hour = contracts["hour"].to_numpy()
    agencies = type_ == "home care"
    for shape, who in ((PREMIUM, contracts["premium"]), (PRO_RATA, contracts["by_visit"] & ~contracts["premium"])):
        for band, percent in zip(VISIT_BANDS, shape, strict=True):
            _by_day(card, who, "visit", hour * percent // 100, band)
    _by_day(card, agencies, "hour", hour, (None, None))
    card.add(agencies | (type_ == "supported living"), "SL", "hour", hour)
    card.add(type_ == "supported living", "SLN", "night", contracts["night"].to_numpy())
    card.add(type_ == "supported living", "SLW", "night", contracts["waking"].to_numpy())
    for level, pounds in enumerate(EXTRA_CARE_WEEK, start=1):
        card.add(type_ == "extra care", f"EC{level}", "week", pounds * POUND)
    for band_number, pounds in enumerate(SHARED_LIVES_WEEK, start=1):
        card.add(type_ == "shared lives carer", f"SHL{band_number}", "week", pounds * POUND)
    session, days = contracts["session"].to_numpy(), type_ == "day"
    card.add(days & ~contracts["by_age"], "DAY", "session", session)
    card.add(days & contracts["by_age"], "DAY", "session", session * YOUNGER_DAY_PERCENT // 100, ages=(18, 64))
    card.add(days & contracts["by_age"], "DAY", "session", session * 90 // 100, ages=(65, None))
    card.add(type_ == "transport", "TRN", "session", int(17.40 * POUND))
    card.add(type_ == "transport", "MIL", "mile", 4_500)
    card.add(type_ == "telecare", "TEL", "4 weeks", 28 * POUND)
    card.add(type_ == "telecare", "TEL", "calendar month", 30 * POUND)
    card.add(type_ == "managed accounts", "DPM", "calendar month", 38 * POUND)
    card.add(type_ == "outreach", "OUT", "hour", int(27.50 * POUND))
    return _two_years(pd.concat(card.parts, ignore_index=True), contracts)


def _two_years(rows: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    contract = rows["contract"].to_numpy()
    day, known = contracts["uplift_day"].to_numpy()[contract], contracts["uplift_known"].to_numpy()[contract]
    old = rows.assign(ref=np.arange(len(rows)), start=PRICES_FROM, end=NEVER, known=0)
    new = rows.assign(
        ref=len(rows) + np.arange(len(rows)),
        price=uplifted(rows["price"].to_numpy(), contract, contracts),
        start=day,
        end=NEVER,
        known=known,
    )
    return stack(old, old.assign(end=day - 1, known=known), new)


def make_blocks(contracts: pd.DataFrame) -> pd.DataFrame:
    """Sums paid for capacity: extra-care core staff by the week, respite beds by 4 weeks, a day centre by the month."""
    first = [int(np.flatnonzero(contracts["type"] == kind)[0]) for kind in ("extra care", "older people's home", "day")]
    schemes = np.flatnonzero(contracts["type"] == "extra care").tolist()
    rows = [(scheme, "EC1", "week", 2_450 * POUND) for scheme in schemes]
    rows += [(first[1], "RSP", "4 weeks", 7_644 * POUND), (first[2], "DAY", "calendar month", 5_200 * POUND)]
    contract, service, unit, price = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "ref": np.arange(len(rows)),
            "contract": contract,
            "service": service,
            "unit": unit,
            "price": price,
            "start": PRICES_FROM,
            "end": NEVER,
            "known": 0,
            "cancelled": False,
        }
    )
