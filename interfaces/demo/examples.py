"""Examples the county has of its own accord: a line for each thing a pay run must know how to do."""

import numpy as np
import pandas as pd

from interfaces.demo.planted import Planted
from interfaces.demo.timetable import CALENDAR_REF, FIRST_CUT_OFF, GO_LIVE, LONG_KNOWN, NEVER, SECOND_CUT_OFF, the_day


def point_out(lines: pd.DataFrame, contracts: pd.DataFrame, versions: dict[str, pd.DataFrame]) -> list[Planted]:
    """The first line on the main calendar, open throughout, for each kind of thing there is one of."""
    contract = lines["contract"].to_numpy()
    usual = (contracts["calendar"].to_numpy()[contract] == CALENDAR_REF) & (lines["end"] == NEVER)
    usual &= (lines["start"] < GO_LIVE) & (lines["known"] == LONG_KNOWN)

    def of(column: str) -> np.ndarray:
        return np.asarray(contracts[column].to_numpy()[contract])

    visit, agreed = lines["unit"] == "visit", lines["agreed"] > 0
    uplift_inside = (of("uplift_day") > GO_LIVE) & (of("uplift_known") <= FIRST_CUT_OFF)
    shows = (
        (
            "visits by length",
            "30-minute visits at 61% of the hour, not half.",
            visit & of("premium") & (lines["minutes"] == 30),
        ),
        (
            "weekend rate",
            "Dearer at weekends; Easter Monday and 4 May at the bank-holiday price.",
            visit & of("weekend"),
        ),
        (
            "closed on bank holidays",
            "Not paid on Mondays the centre is shut.",
            (lines["service"] == "DAY") & (of("bank_holidays") == "closed") & (lines["days"] & 1 == 1),
        ),
        ("two carers", "Each visit by two carers together.", visit & (lines["carers"] == 2)),
        ("every other week", "A session every other week, counted from its start.", lines["every"] == 2),
        ("planned respite", "Three nights every six weeks.", lines["every"] == 6),
        (
            "rate changes mid-period",
            "The year's uplift falls inside the first period.",
            uplift_inside & agreed & (of("uplift_day") <= the_day(2026, 4, 13)),
        ),
        (
            "price from hours of care",
            "Accommodation, and £15 for each hour of care, as one weekly price.",
            of("formula_week") & (lines["service"] == "RES") & agreed,
        ),
        (
            "weeks that divide by seven",
            "A weekly price in whole pence a day.",
            (of("multiple") == 7) & (lines["unit"] == "week") & agreed,
        ),
        ("out of county", "A home in another council's area, with its own uplift.", of("type") == "out-of-county home"),
        (
            "share of a sleep-in",
            "A part of the house's sleep-in night, so many nights a week.",
            lines["service"] == "SLN",
        ),
        ("by the calendar month", "A monthly price inside four-weekly periods.", lines["unit"] == "calendar month"),
        ("by the mile", "Miles at 45p.", lines["unit"] == "mile"),
        ("one-off", "Paid once, on its day.", (lines["unit"] == "one-off")),
    )
    found = []
    for kind, what, fits in shows:
        once = (
            (lines["unit"] == "one-off")
            & lines["start"].between(GO_LIVE, GO_LIVE + 27)
            & (lines["known"] <= FIRST_CUT_OFF)
        )
        places = np.flatnonzero((once if kind == "one-off" else usual) & fits)
        if len(places):
            found.append(Planted(kind, what, "service_lines", f"LIN{places[0] + 1:06d}", "shown"))
    return found + _funded(lines, usual, pd.Series(of("payment") == "net", lines.index), versions)


def _funded(
    lines: pd.DataFrame, usual: pd.Series, paid_net: pd.Series, versions: dict[str, pd.DataFrame]
) -> list[Planted]:
    contributions, shares, awards = (versions[name] for name in ("contributions", "funding_shares", "nursing_awards"))
    first_run = contributions["known"] <= FIRST_CUT_OFF
    told_late = (contributions["known"] > FIRST_CUT_OFF) & (contributions["known"] <= SECOND_CUT_OFF)
    home = contributions["line"].map(lines["service"]).isin(["RES", "NUR"])
    net = contributions["line"].map(paid_net).astype(bool)
    by_payee = contributions["collector"] == "provider"
    shows = (
        (
            "net of a contribution",
            "The home collects the client's contribution, so it is taken off.",
            "shown",
            contributions[first_run & home & by_payee & (contributions["kind"] == "client")],
        ),
        (
            "direct payment net",
            "The recipient adds their contribution to what is paid.",
            "shown",
            contributions[first_run & (contributions["line"].map(lines["service"]) == "DP")],
        ),
        (
            "top-up",
            "A family's top-up, collected by the home.",
            "shown",
            contributions[first_run & net & by_payee & (contributions["kind"] == "top-up")],
        ),
        (
            "collector and contract disagree",
            "A top-up the home is said to collect, on a contract paid gross.",
            "shown",
            contributions[first_run & ~net & by_payee],
        ),
        (
            "contribution assessed late",
            "A contribution the home collects, known only after the first run.",
            "adjusted",
            contributions[told_late & home & by_payee],
        ),
        (
            "NHS share",
            "Half the cost is the NHS's: aftercare under section 117.",
            "shown",
            shares[(shares["percent"] == 5_000) & (shares["known"] == LONG_KNOWN)],
        ),
        (
            "NHS share agreed late",
            "The NHS agreed its share after the first run, from 6 April.",
            "adjusted",
            shares[shares["known"].between(FIRST_CUT_OFF + 1, SECOND_CUT_OFF) & (shares["start"] <= GO_LIVE)],
        ),
        (
            "nursing care added",
            "NHS-funded nursing care, paid to the home with the fee.",
            "shown",
            awards[awards["route"] == "added"],
        ),
        (
            "nursing care deducted",
            "NHS-funded nursing care, paid by the NHS and taken off the fee.",
            "shown",
            awards[awards["route"] == "deducted"],
        ),
    )
    found = []
    for kind, what, expected, rows in shows:
        here = rows[rows["line"].map(usual).astype(bool)]
        if len(here):
            ref = f"LIN{int(here['line'].iloc[0]) + 1:06d}"
            found.append(Planted(kind, what, "service_lines", ref, expected))
    return found
