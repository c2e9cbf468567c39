"""A few dozen bad rows, every one bad in its own way, put among the good rows of the first extracts.

Each is a row of its own that nothing else names, so setting it aside leaves everyone else paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from interfaces.demo.extracts import file_name
from interfaces.demo.planted import Planted


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad row: what is wrong with it, and the columns that differ from a good row of the same extract."""

    extract: str
    kind: str
    differs: Mapping[str, str]


def _faults(good: Mapping[str, str]) -> list[Fault]:
    """Every fault. ``good`` gives refs that exist, for the columns that are not at fault."""
    person, payee, line, dead = good["person"], good["payee"], good["line"], good["dead_package"]

    def bad(extract: str, kind: str, /, **differs: str) -> Fault:
        return Fault(extract, kind, differs)

    return [
        bad("people", "day of birth that does not exist", date_of_birth="31/02/1950"),
        bad("people", "year of two digits", date_of_birth="04/07/48"),
        bad("people", "NHS number with a wrong check digit", nhs_number="9990000998"),
        bad("people", "property number with letters", uprn="12 High St"),
        bad("people", "no name", name=""),
        bad("people", "unknown support reason", primary_support_reason="frailty"),
        bad("people", "died before birth", date_of_birth="1941-05-01", date_of_death="1940-05-01"),
        bad("people", "letter lost on the way", name="Ren\ufffde Larkcombe"),
        bad("people", "a reference used twice", person_ref="X-TWIN", name="Ada Larkcombe"),
        bad("people", "the same reference again, for somebody else", person_ref="X-TWIN", name="Basil Sedgeholt"),
        bad("payees", "unknown kind of payee", kind="supplier"),
        bad("payees", "email address with a space", email="pay ments@ambermere.example"),
        bad("bank_details", "sort code of five digits", sort_code="01234"),
        bad("bank_details", "account number with a letter", account_number="9123456O"),
        bad("bank_details", "bank details of an unknown payee", payee_ref="PAY-0000"),
        bad("services", "unknown kind of service", kind="taxi"),
        bad("services", "neither long nor short term", term="medium"),
        bad("contracts", "retainer in words", retainer="eighty per cent"),
        bad("contracts", "contract ends before it starts", start_date="2025-04-01", end_date="2024-03-31"),
        bad("contracts", "unknown pay calendar", calendar_ref="CAL-13"),
        bad("rates", "price to be confirmed", rate="TBC"),
        bad("rates", "price with five decimal places", rate="21.33333"),
        bad("rates", "price below nought", rate="-22.50"),
        bad("rates", "rate for an unknown service", service_ref="HOMECARE"),
        bad("rates", "visit band upside down", minutes_from="45", minutes_to="30"),
        bad("rates", "overlaps another rate of the same card", start_date="2026-04-20", end_date=""),
        bad("packages", "package for an unknown person", person_ref="PER-UNKNOWN"),
        bad("packages", "thousands grouped wrongly", weekly_budget="1,02.50"),
        bad("service_lines", "line ends before it starts", start_date="2026-04-20", end_date="2026-04-13"),
        bad("service_lines", "line without a contract", contract_ref=""),
        bad("service_lines", "unknown unit", unit="shift"),
        bad("service_lines", "day that is no weekday", days="Mon Tues Wensday"),
        bad("service_lines", "quantity in words", quantity="ten"),
        bad("service_lines", "starts after the person died", package_ref=dead, start_date="2026-05-01"),
        bad("service_lines", "planned days for a weekly price", unit="week", days="Mon Wed"),
        bad("agreed_rates", "price agreed for an unknown line", line_ref="LIN-UNKNOWN"),
        bad("agreed_rates", "formula in place of a price", rate="=B2*1.05", line_ref=line),
        bad("suspensions", "unknown reason for suspension", reason="prison", line_ref=line),
        bad("suspensions", "share over a hundred per cent", paid="120:14,0", line_ref=line),
        bad("funding_shares", "percentage over a hundred", percent="140", weekly_amount=""),
        bad("funding_shares", "both a percentage and a sum", percent="50", weekly_amount="100.00"),
        bad("funding_shares", "unknown funder", funder_ref="ICB9"),
        bad("contributions", "unknown collector", collector="solicitor"),
        bad("contributions", "amount in euros", weekly_amount="€85.00"),
        bad("nursing_awards", "unknown nursing band", band="medium"),
        bad("adjustments", "adjustment of nought", amount="0.00", payee_ref=payee),
        bad("adjustments", "adjustment without a reason", reason=""),
        bad("adjustments", "formula in a workbook", amount="=120+35.5"),
        bad("adjustments", "day that does not exist in a workbook", date="31/04/2026", person_ref=person),
    ]


def add_faults(extracts: dict[str, pd.DataFrame], good: Mapping[str, str], rng: np.random.Generator) -> list[Planted]:
    """Put every fault among the rows, each with a ref of its own. Returns where each landed."""
    planted: list[Planted] = []
    by_extract: dict[str, list[Fault]] = {}
    for fault in _faults(good):
        by_extract.setdefault(fault.extract, []).append(fault)
    number = 0
    for name, faults in by_extract.items():
        if name not in extracts:  # too small a county to have any: no good row to spoil
            continue
        rows = extracts[name]
        own = rows.columns[0]
        bad = rows.iloc[[len(rows) // 2] * len(faults)].copy().reset_index(drop=True)
        for place, fault in enumerate(faults):
            number += 1
            bad.loc[place, own] = f"X-{number:03d}"
            for column in _WIPED.get(name, ()):
                bad.loc[place, column] = ""
            for column, value in {**_PLAIN.get(name, {}), **fault.differs}.items():
                bad.loc[place, column] = value
            if fault.kind.startswith("overlaps"):
                for column in ("contract_ref", "service_ref", "unit", "day_category", *_BANDS):
                    bad.loc[place, column] = rows.loc[rows[own] == good["open_rate"], column].iloc[0]
        at = np.sort(rng.integers(len(rows) // 10, len(rows) + 1, len(faults)))
        order = np.argsort(np.concatenate([np.arange(len(rows)) + 0.5, at]), kind="stable")
        extracts[name] = pd.concat([rows, bad], ignore_index=True).iloc[order].reset_index(drop=True)
        landed = np.flatnonzero(order >= len(rows))
        for row in landed:
            fault = faults[order[row] - len(rows)]
            told = str(extracts[name][own].iloc[row])
            what = "; ".join(f"{column} “{value}”" for column, value in fault.differs.items())
            planted.append(Planted(fault.kind, what, name, told, "quarantined", file_name(name), int(row) + 2))
    return planted


_BANDS = ("minutes_from", "minutes_to", "age_from", "age_to")
# what a good row is made plain with first, so that only the fault itself is wrong
_WIPED = {
    "people": ("date_of_death", "nhs_number", "uprn"),
    "contracts": ("end_date",),
    "rates": ("end_date", *_BANDS),
    "service_lines": ("end_date", "end_reason", "days", "visit_minutes", "every_weeks"),
    "agreed_rates": ("end_date",),
    "suspensions": ("paid",),
    "funding_shares": ("percent", "weekly_amount", "end_date"),
    "contributions": ("end_date",),
    "adjustments": ("person_ref",),
}
_PLAIN = {
    "people": {"date_of_birth": "1944-09-09"},
    "rates": {"start_date": "2030-04-01", "end_date": "2030-04-30", "day_category": "any"},
    "service_lines": {"unit": "hour", "quantity": "3.5", "carers": "1"},
    "agreed_rates": {"start_date": "2030-04-01", "end_date": "2030-04-30", "rate": "100.00"},
    "suspensions": {"start_date": "2030-04-01", "end_date": "2030-04-30"},
    "funding_shares": {"percent": "", "weekly_amount": "50.00"},
    "nursing_awards": {"start_date": "2030-04-01", "end_date": "2030-04-30"},
}
