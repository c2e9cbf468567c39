"""Payees of the made-up county, their contracts and terms, and the bank accounts they are paid into."""

import numpy as np
import pandas as pd

from finance.columns import Ints
from interfaces.demo import names
from interfaces.demo.calibration import BASE, PAYEES, delay
from interfaces.demo.timetable import CALENDAR_REF, LONG_KNOWN, OLDEST_START, the_day

NURSING_HOME_SHARE = 0.4  # of older people's homes
NET_SHARE = 0.10  # homes paid net of what they collect: 20 of 23 councils in one region pay gross
NEW_TERMS_FROM = the_day(2023, 10, 2)  # some homes went over to gross payment; earlier placements stayed net
_TEN_LARGEST_HOLD = 0.60  # exponent that gives the ten largest of 45 agencies 45% of the hours

_UPLIFT_DAYS = (the_day(2026, 4, 6), the_day(2026, 4, 13), the_day(2026, 4, 1), the_day(2026, 5, 1))
_UPLIFT_CHANCE = (0.74, 0.11, 0.10, 0.05)
# 2026/27 uplift in thousandths: published 2025-26 averages by service, less a little (assumed); one council's 2026/27
# decision was 3.47% for every provider.
_UPLIFT = {"older people's home": 49, "specialist home": 45, "out-of-county home": 52, "supported living": 44}
_OTHER_UPLIFT = 47


def make_payees(people: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a payee: type (as in calibration), name, kind, size (how large its share of its type's work is)."""
    counts = {kind: max(fewest, round(usual * people / BASE)) for kind, (usual, fewest) in PAYEES.items()}
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    size = np.concatenate([_sizes(kind, count, rng) for kind, count in counts.items()])
    frame = pd.DataFrame({"type": kinds, "name": names.providers(kinds, rng), "size": size})
    frame["kind"] = frame["type"].map(_kind)
    carers = (frame["type"] == "shared lives carer").to_numpy()
    frame.loc[carers, "name"] = names.people(int(carers.sum()), rng).to_numpy()
    frame["nursing"] = (frame["type"] == "older people's home") & (rng.random(len(frame)) < NURSING_HOME_SHARE)
    frame.loc[frame.index[frame["type"] == "older people's home"][0], "nursing"] = True
    return frame


def _kind(type_: str) -> str:
    if type_ in ("card scheme", "managed accounts", "own account"):
        return "direct payment"
    return "carer" if type_ == "shared lives carer" else "provider"


def _sizes(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    if kind == "home care":
        return np.asarray((1.0 + np.arange(count) * 45 / max(count, 45)) ** -_TEN_LARGEST_HOLD)
    if kind in ("older people's home", "supported living", "day"):
        return np.exp(rng.normal(0, 0.6, count))
    return np.ones(count)


def make_contracts(payees: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row a contract: the first of each payee in payee order, then second contracts.

    ``role`` is "main", or "old terms" (a home's earlier placements, paid net), or "closed" (a day centre not paid when
    shut on bank holidays, beside one that is).
    """
    main = _terms(payees, np.arange(len(payees)), rng)
    homes = np.flatnonzero(payees["type"] == "older people's home")
    twice = homes[rng.random(len(homes)) < 0.10]
    old = _terms(payees, twice, rng)
    old["role"], old["payment"], old["start"] = "old terms", "net", OLDEST_START
    main.loc[twice, "payment"], main.loc[twice, "start"] = "gross", NEW_TERMS_FROM
    days = np.flatnonzero(payees["type"] == "day")
    shut = _terms(payees, days[::3], rng)
    shut["role"], shut["bank_holidays"] = "closed", "closed"
    return pd.concat([main, old, shut], ignore_index=True)


def _terms(payees: pd.DataFrame, which: Ints, rng: np.random.Generator) -> pd.DataFrame:
    rows = len(which)
    type_ = payees["type"].to_numpy()[which]
    home = np.isin(type_, ["older people's home", "specialist home", "out-of-county home"])
    living = np.isin(type_, ["supported living", "shared lives carer"])
    direct = payees["kind"].to_numpy()[which] == "direct payment"
    retainer = np.select(
        [home, living, direct],
        [
            rng.choice(["100:28,80:28,0", "100:14,80:28,0", "100:42,90:14,0", "100:14,80:14,50:28,0"], rows),
            rng.choice(["100:14,80:14,0", "100:28,0"], rows),
            np.full(rows, "100:28,0"),
        ],
        rng.choice(["0", "0", "0", "100:2,0"], rows),
    )
    uplift = np.array([_UPLIFT.get(kind, _OTHER_UPLIFT) for kind in type_]) + rng.integers(-12, 13, rows)
    uplift_day = rng.choice(_UPLIFT_DAYS, rows, p=_UPLIFT_CHANCE)
    late = delay("uplift", rows, rng)
    return pd.DataFrame(
        {
            "payee": which,
            "type": type_,
            "role": "main",
            "calendar": np.where(_small_agency(payees)[which], "CAL-WK", _calendar(payees)[which]),
            "start": OLDEST_START,
            "payment": np.where(home & (rng.random(rows) < NET_SHARE), "net", "gross"),
            "days_after_death": np.select(
                [home, living], [rng.choice([3, 3, 3, 3, 0, 7], rows), rng.choice([0, 7], rows)], 0
            ),
            "retainer": retainer,
            "bank_holidays": "paid",
            "uplift": uplift,
            "uplift_day": uplift_day,
            "uplift_known": np.where(late <= 1, LONG_KNOWN, uplift_day + late),
            "multiple": np.where(rng.random(rows) < 0.5, np.where(home, 7, 4), 1),
        }
    )


def _small_agency(payees: pd.DataFrame) -> np.ndarray:
    """The two smallest home-care agencies are paid weekly."""
    agencies = np.flatnonzero(payees["type"] == "home care")
    small = np.zeros(len(payees), bool)
    small[agencies[-2:]] = True
    return small


def _calendar(payees: pd.DataFrame) -> np.ndarray:
    """Four-weekly, but for the last telecare firm, which is paid by calendar month."""
    calendar = np.full(len(payees), CALENDAR_REF, dtype=object)
    calendar[np.flatnonzero(payees["type"] == "telecare")[-1]] = "CAL-MON"
    return calendar


def make_bank_details(payees: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """An account for each payee. Sort codes begin 00, where no bank is; a few building societies need a roll number."""
    rows = len(payees)
    roll = names.join("AMB/", names.padded(rng.integers(10_000, 99_999, rows), 6)).to_pandas()
    return pd.DataFrame(
        {
            "payee": np.arange(rows),
            "sort_code": names.join("00", names.padded(rng.integers(1_000, 10_000, rows), 4)).to_pandas(),
            "account_number": names.padded(rng.integers(90_000_000, 99_999_999, rows), 8).to_pandas(),
            "account_name": payees["name"].str.slice(0, 18).str.upper(),
            "roll_number": roll.where(rng.random(rows) < 0.03, None),
            "start": the_day(2024, 4, 1),
            "known": LONG_KNOWN,
        }
    )


def share_out(rows: int, among: Ints, size: np.ndarray, rng: np.random.Generator) -> Ints:
    """Choose one of ``among`` for each row, larger ones more often, everyone at least once where there are rows."""
    weight = size[among] / size[among].sum()
    chosen = rng.choice(among, rows, p=weight)
    sure = min(rows, len(among))
    chosen[:sure] = rng.permutation(among)[:sure]
    return np.asarray(rng.permutation(chosen), dtype=np.int64)
