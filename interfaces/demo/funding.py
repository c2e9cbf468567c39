"""Who else pays: what clients contribute, third-party top-ups, shares borne by the NHS, NHS-funded nursing care.

Amounts are hundredths of a penny a week. Shares of nil, part and full payers are assumed, tuned so that contributions
come to about 19% of cost, as nationally.
"""

import numpy as np
import pandas as pd

from finance.columns import Ints
from interfaces.demo.calibration import GROUPS, delay
from interfaces.demo.packages import lognormal
from interfaces.demo.timetable import GO_LIVE, LONG_KNOWN, NEVER, PRICES_FROM, the_day
from interfaces.demo.versions import stack

FUNDERS = (
    ("ICB1", "Ambermere and Dunmarsh NHS board (made up)", "nhs"),
    ("ICB2", "Quillbury and Vale NHS board (made up)", "nhs"),
    ("ICB3", "Ottersley NHS board (made up)", "nhs"),
    ("TPF1", "Families' third-party payments (made up)", "third party"),
    ("OTH1", "Thistlecombe Almshouse Trust (made up)", "other"),
)
_TOLD_2025 = "https://www.gov.uk/government/news/boost-in-funding-for-care-homes-providing-nursing"
_TOLD_2026 = "NHS-funded nursing care rate for 2026 to 2027, announced March 2026"
NURSING_RATES = (  # the real national rates: ref, band, pounds a week, first and last day, how well known, where read
    ("FNC-STANDARD-2025", "standard", "254.06", "2025-04-01", "2026-03-31", "cross-checked", _TOLD_2025),
    ("FNC-HIGHER-2025", "higher", "349.50", "2025-04-01", "2026-03-31", "cross-checked", _TOLD_2025),
    ("FNC-STANDARD-2026", "standard", "267.68", "2026-04-01", "", "cross-checked", _TOLD_2026),
    ("FNC-HIGHER-2026", "higher", "368.24", "2026-04-01", "", "cross-checked", _TOLD_2026),
)
MOST_NET = 60  # per cent of a fee the home collects itself, at most
_HOMES = ("RES", "NUR", "RST")


def contribution_versions(
    people: pd.DataFrame, lines: pd.DataFrame, contracts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Versions of client contributions and top-ups. Each April's reassessment ends one row and begins the next."""
    main = lines[
        ~lines["second"]
        & (~lines["person"].duplicated() | lines["service"].isin(_HOMES) | (lines.index >= _appended(lines)))
    ]
    person = main["person"].to_numpy()
    older = people["older"].to_numpy()[person]
    home = main["service"].isin(_HOMES).to_numpy()
    weekly = _client_amount(len(people), older, home, person, main["weekly"].to_numpy(), rng)
    net = (contracts["payment"] == "net").to_numpy()[main["contract"]]
    weekly = np.minimum(weekly, np.where(net, main["weekly"] * MOST_NET // 100, main["weekly"]))
    late = delay("financial assessment", len(main), rng)
    assessed = np.where(main["known"] == LONG_KNOWN, LONG_KNOWN, main["start"] + late)
    every_april = np.where(
        rng.random(len(main)) < 0.9, LONG_KNOWN, GO_LIVE + delay("financial assessment", len(main), rng)
    )
    client = pd.DataFrame(
        {
            "line": main.index,
            "kind": "client",
            "weekly": weekly * 100,
            "collector": np.where(net, "provider", "council"),
            "start": main["start"],
            "end": NEVER,
            "known": np.maximum(assessed, main["known"]),
        }
    ).reset_index(drop=True)
    paid = (weekly > 0) & (main["weekly"] > 0).to_numpy()
    before = (client["start"] < GO_LIVE) & paid
    old = client[before].assign(weekly=(client["weekly"] * 100 // 104 // 100 * 100)[before])
    old["start"] = np.maximum(old["start"], PRICES_FROM)
    told = np.maximum(every_april[before], old["known"])
    new = client[paid].copy()
    new["start"] = np.maximum(new["start"], GO_LIVE)
    new.loc[before[paid], "known"] = told
    count = len(client)
    top = _top_ups(main, older, home, net, rng)
    return stack(
        old.assign(ref=old.index),
        old.assign(ref=old.index, end=GO_LIVE - 1, known=told),
        new.assign(ref=count + new.index),
        top.assign(ref=2 * count + np.arange(len(top))),
    )


def _appended(lines: pd.DataFrame) -> int:
    """Where lines arranged after the opening ones begin: the first place a person's number goes down."""
    person = lines["person"].to_numpy()
    falls = np.flatnonzero(person[1:] < person[:-1])
    return int(falls[0]) + 1 if len(falls) else len(lines)


def _client_amount(
    people: int, older: np.ndarray, home: np.ndarray, person: Ints, cost: Ints, rng: np.random.Generator
) -> Ints:
    """Pence a week. Luck and assessment belong to the person, so every line of theirs follows the same draw."""
    luck = rng.random(people)[person]
    wobble = rng.normal(0, 1, people)[person]
    spread = np.full(people, 6_500)
    old_community = np.clip(lognormal(np.full(people, 8_500), spread, rng), 200, 26_000)[person]
    part = np.select(
        [home & older, home, older],
        [23_500 + 6_000 * wobble, 8_500 + 1_500 * wobble, old_community],
        9_500 + 1_200 * wobble,
    )
    nil = np.select([home & older, home, older], [0.02, 0.10, 0.30], 0.45)
    full = np.select([home & older, home, older], [0.90, 0.98, 0.90], 0.98)
    amount = np.select([luck < nil, luck > full], [0, cost], np.maximum(part, 200))
    return np.asarray(amount.astype(np.int64) // 5 * 5, dtype=np.int64)


def _top_ups(
    main: pd.DataFrame, older: np.ndarray, home: np.ndarray, net: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """One older resident in eight has a top-up, 10 to 400 pounds a week, mean 75, within the agreed price."""
    some = home & older & (main["unit"] == "week").to_numpy() & (rng.random(len(main)) < 0.12)
    rows = main[some]
    collector = np.where(net[some], "provider", "council")
    if len(gross := np.flatnonzero(~net[some])):
        collector[gross[0]] = "provider"  # one that does not agree with its contract, for the checks to find
    pounds = np.clip(lognormal(np.full(len(rows), 7_500), np.full(len(rows), 5_000), rng), 1_000, 40_000)
    return pd.DataFrame(
        {
            "line": rows.index,
            "kind": "top-up",
            "weekly": pounds.astype(np.int64) // 500 * 500 * 100,
            "collector": collector,
            "start": rows["start"],
            "end": NEVER,
            "known": rows["known"],
        }
    )


def share_versions(people: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Versions of funding shares: section 117 aftercare, jointly funded care, fixed sums, a few from others."""
    main = lines[~lines["second"] & (lines["weekly"] > 0)]
    group = people["group"].to_numpy()[main["person"]]
    younger = ~np.array([each.older for each in GROUPS])[group]
    dear = main["service"].isin(["SL", "RES", "NUR"]).to_numpy() & younger
    luck = rng.random(len(main))
    percent = np.select([luck < 0.03, luck < 0.12], [5_000, 500 * rng.integers(4, 16, len(main))], 0)
    percent = np.where(younger & ((luck < 0.03) | dear), percent, 0)
    fixed = np.where((percent == 0) & dear & (luck > 0.95), rng.integers(10, 60, len(main)) * 10 * 10_000, 0)
    fixed = np.minimum(fixed, main["weekly"].to_numpy() * 100 // 2 // 10_000 * 10_000)
    small = (percent == 0) & (fixed == 0) & (luck > 0.4) & (luck < 0.403)
    percent = np.where(small, 1_000, percent)
    funder = np.where(small, rng.integers(3, 5, len(main)), rng.integers(0, 3, len(main)))
    some = (percent > 0) | (fixed > 0)
    rows = main[some]
    late = np.where(
        rng.random(len(rows)) < 0.03, GO_LIVE + delay("financial assessment", len(rows), rng), rows["known"]
    )
    if len(settled := np.flatnonzero((rows["known"] == LONG_KNOWN) & (rows["end"] == NEVER))):
        late[settled[0]] = the_day(2026, 5, 20)  # one that is always there to look at
    return stack(
        pd.DataFrame(
            {
                "ref": np.arange(len(rows)),
                "line": rows.index,
                "funder": funder[some],
                "percent": percent[some],
                "weekly": fixed[some],
                "start": np.where(late > rows["known"], GO_LIVE, rows["start"]),
                "end": NEVER,
                "known": np.maximum(late, rows["known"]),
            }
        )
    )


def nursing_versions(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Versions of NHS-funded nursing care awards: nearly every nursing place, some of them told late."""
    nursing = lines[(lines["service"] == "NUR") & (rng.random(len(lines)) < 0.96)]
    late = np.where(rng.random(len(nursing)) < 0.2, delay("financial assessment", len(nursing), rng), 0)
    return stack(
        pd.DataFrame(
            {
                "ref": np.arange(len(nursing)),
                "line": nursing.index,
                "band": np.where(rng.random(len(nursing)) < 0.02, "higher", "standard"),
                "route": np.where(nursing["contract"] % 5 < 3, "added", "deducted"),
                "start": nursing["start"],
                "end": NEVER,
                "known": np.where(nursing["known"] > LONG_KNOWN, nursing["start"] + late, LONG_KNOWN).clip(
                    nursing["known"]
                ),
            }
        )
    )


_REASONS = (
    ("Extra hours agreed by phone in an emergency", 1, 4_000, 60_000),
    ("Fees for the first week, left out by the old system", 1, 30_000, 110_000),
    ("Duplicate invoice paid by the old system, taken back", -1, 8_000, 90_000),
    ("Damage to room, agreed after a complaint", 1, 5_000, 45_000),
    ("Bed-clearing days after the end of a placement", 1, 10_000, 50_000),
    ("Overpaid mileage, taken back", -1, 500, 6_000),
    ("Late payment interest agreed with the provider", 1, 1_000, 15_000),
)


def adjustment_versions(
    lines: pd.DataFrame, payees: pd.DataFrame, contracts: pd.DataFrame, count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Manual adjustments on payees of the main calendar: eight for every thousand people."""
    usual = contracts["calendar"].to_numpy()[lines["contract"]] == "CAL-4W"
    on = lines[usual & (lines["start"] < GO_LIVE).to_numpy() & (lines["weekly"] > 0).to_numpy()]
    count = min(count, len(on))
    rows = on.iloc[np.sort(rng.choice(len(on), count, replace=False))]
    choice = rng.integers(0, len(_REASONS), count)
    low, high = np.array([each[2] for each in _REASONS])[choice], np.array([each[3] for each in _REASONS])[choice]
    day = GO_LIVE + rng.integers(0, 50, count)
    return stack(
        pd.DataFrame(
            {
                "ref": np.arange(count),
                "payee": contracts["payee"].to_numpy()[rows["contract"]],
                "service": rows["service"].to_numpy(),
                "person": np.where(rng.random(count) < 0.7, rows["person"], -1),
                "day": day,
                "amount": rng.integers(low, high) * np.array([each[1] for each in _REASONS])[choice],
                "reason": np.array([each[0] for each in _REASONS], dtype=object)[choice],
                "entered_by": np.array(["payments officer 1", "payments officer 2", "finance assistant 4"])[choice % 3],
                "known": day + rng.integers(0, 5, count),
            }
        )
    )
