"""Ambermere County Council, made up: write its extract files as known at the first cut-off, and the news by the second.

The same seed and number of people always give the same bytes. Everything is drawn once, as it truly happened, with the
day it was entered; ``first`` holds what had been entered by the first cut-off (and a few dozen faulty rows), ``news``
what was entered, corrected or withdrawn from then to the second.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from finance.assessment import default_policy
from finance.problems import Refusal
from interfaces.demo.calibration import BASE, GROUPS
from interfaces.demo.cards import add_prices, make_blocks, make_rates
from interfaces.demo.charging import charging_extracts
from interfaces.demo.events import draw_events
from interfaces.demo.examples import point_out
from interfaces.demo.extracts import as_extract, file_name, fixed_extracts, ready, write
from interfaces.demo.faults import add_faults
from interfaces.demo.funding import adjustment_versions, contribution_versions, nursing_versions, share_versions
from interfaces.demo.outcomes import agreed_rate_versions, carry_out, line_versions, suspension_versions
from interfaces.demo.packages import make_lines
from interfaces.demo.people import make_people
from interfaces.demo.planted import Planted, Planting, hand_back, plant_events, plant_facts
from interfaces.demo.providers import make_bank_details, make_contracts, make_payees
from interfaces.demo.timetable import (
    CALENDAR_REF,
    COUNCIL,
    CUT_OFFS,
    FIRST_CUT_OFF,
    GO_LIVE,
    LONG_KNOWN,
    NEVER,
    PERIODS,
    SECOND_CUT_OFF,
    the_day,
)
from interfaces.demo.versions import news, seen, stack
from interfaces.files.outbound.leaving import leave
from ledgers.progress import Progress

FEWEST = 50
"""Told what is being done, how far it has got, and how far it has to go."""


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """A calibrated group as it came out: people in care on the first day, and their mean weekly cost in pence."""

    name: str
    setting: str
    people: int
    weekly_pence: int
    wanted_pence: int


@dataclass(frozen=True)
class Manifest:
    """What was written and where to look. ``first`` and ``news`` give rows by file name, faulty rows included.

    ``cut_offs``: the days by which each folder's facts had been entered. ``periods``: first and last day of each pay
    period of ``calendar``. ``faults`` are to be quarantined; ``examples`` are cases worth opening.
    """

    council: str
    folder: Path
    people: int
    seed: int
    calendar: str
    cut_offs: tuple[dt.date, dt.date]
    periods: tuple[tuple[dt.date, dt.date], tuple[dt.date, dt.date]]
    first: dict[str, int]
    news: dict[str, int]
    groups: tuple[GroupSeen, ...]
    faults: tuple[Planted, ...]
    examples: tuple[Planted, ...]

    def as_json(self) -> dict[str, object]:
        """The same, for machines."""
        values = asdict(self)
        values["folder"] = self.folder.name
        return values


@dataclass
class _Truth:
    """Everything as it happened, with the days it was entered."""

    people: pd.DataFrame
    payees: pd.DataFrame
    contracts: pd.DataFrame
    lines: pd.DataFrame
    versions: dict[str, pd.DataFrame]
    examples: list[Planted]


def build_county(folder: Path, *, people: int = BASE, seed: int = 2026, progress: Progress | None = None) -> Manifest:
    """Write ``folder/first`` and ``folder/news``, ``about.txt`` and ``manifest.json``; say what is in them.

    ``people`` is how many are in care on the first day; payees, events and everything else scale with it. Raises
    Refusal when there are fewer than FEWEST.
    """
    if people < FEWEST:
        raise Refusal(
            f"A county of {people} people is too small to have one of everything.", f"Ask for {FEWEST} or more."
        )
    say = progress or (lambda _what, _done, _whole: None)
    folder = Path(folder)
    say("making up the county", 0, 3)
    rng = np.random.default_rng(seed)
    truth = _live(people, rng)
    say("writing what is known first", 1, 3)
    known = {name: seen(rows, FIRST_CUT_OFF) for name, rows in truth.versions.items()}
    first = {name: as_extract(name, rows) for name, rows in known.items() if len(rows)}
    first |= fixed_extracts()
    charging = charging_extracts(
        truth.people, truth.lines, known["contributions"], default_policy(), np.random.default_rng(seed + 1)
    )
    first |= charging[0]
    faults = add_faults(first, _good_refs(truth), rng)
    for name in ready(first):
        write(folder / "first", name, first[name])
    say("writing the news", 2, 3)
    later = {name: news(rows, FIRST_CUT_OFF, SECOND_CUT_OFF) for name, rows in truth.versions.items()}
    told = {name: as_extract(name, rows, cancelled=True) for name, rows in later.items() if len(rows)}
    told |= charging[1]
    for name in ready(told):
        write(folder / "news", name, told[name])
    manifest = Manifest(
        COUNCIL,
        folder,
        people,
        seed,
        CALENDAR_REF,
        CUT_OFFS,
        ((PERIODS[0].first, PERIODS[0].last), (PERIODS[1].first, PERIODS[1].last)),
        {file_name(name): len(first[name]) for name in ready(first)},
        {file_name(name): len(told[name]) for name in ready(told)},
        _groups(truth),
        tuple(faults),
        tuple(truth.examples),
    )
    written = json.dumps(manifest.as_json(), indent=1, ensure_ascii=False, default=str)
    leave(folder / "manifest.json", f"{written}\n".encode(), over=True)
    leave(folder / "about.txt", _ABOUT.encode(), over=True)
    say("done", 3, 3)
    return manifest


_ABOUT = f"""{COUNCIL}

This county, its council, its people, providers, bank accounts and prices are made up. No row is about anybody.
NHS numbers are from the range kept for tests (999), postcodes are in an area that does not exist (ZM), sort codes
begin 00, and email addresses end in .example. The mix of care and its cost follow published national figures.

first   what the council's systems knew on 5 May 2026, with a few dozen faulty rows among the good ones
news    what was entered, corrected or withdrawn from then to 2 June 2026
manifest.json says which rows are faulty, and which cases are worth opening
"""


def _live(count: int, rng: np.random.Generator) -> _Truth:
    """Draw the county and let eight weeks happen to it."""
    people = make_people(count, rng)
    payees = make_payees(count, rng)
    contracts = add_prices(make_contracts(payees, rng), rng)
    lines = make_lines(people, payees, contracts, rng)
    contracts.loc[contracts["payee"].isin(np.flatnonzero(payees["kind"] == "direct payment")), "payment"] = "net"
    events = draw_events(people, rng)
    planting = Planting(people, lines, payees, contracts, events)
    plant_facts(planting)
    plant_events(planting)
    twin = _entered_twice(planting)
    planting.lines = carry_out(people, lines, payees, contracts, events, rng)
    hand_back(planting, lambda which, to: _move_work(planting, which, to))
    planting.lines = pd.concat([planting.lines, twin], ignore_index=True)
    lines = planting.lines
    if len(twin):
        planting.say(
            "line entered twice",
            "The same care entered a second time, paid, then withdrawn on 12 May.",
            "service_lines",
            f"LIN{len(lines):06d}",
            "adjusted",
        )
    versions = {
        "people": _people_versions(people),
        "payees": stack(payees.assign(ref=payees.index, known=LONG_KNOWN)),
        "bank_details": _bank_versions(planting, rng),
        "contracts": _contract_versions(payees, contracts),
        "rates": make_rates(contracts),
        "blocks": make_blocks(contracts),
        "packages": _package_versions(lines, rng),
        "service_lines": _line_versions(lines, len(twin)),
        "agreed_rates": agreed_rate_versions(lines, contracts),
        "suspensions": _suspension_versions(planting, rng),
        "funding_shares": share_versions(people, lines, rng),
        "contributions": contribution_versions(people, lines, contracts, rng),
        "nursing_awards": nursing_versions(lines, rng),
        "adjustments": adjustment_versions(lines, payees, contracts, max(3, count * 8 // 1000), rng),
    }
    examples = planting.planted + point_out(lines, contracts, versions)
    return _Truth(people, payees, contracts, lines, versions, examples)


def _entered_twice(planting: Planting) -> pd.DataFrame:
    """A line entered a second time by mistake, to be withdrawn on 12 May. Returns the second copy, to be added last."""
    lines = planting.lines
    person = planting.person((lines["service"] == "HC").to_numpy() & (lines["end"] == NEVER).to_numpy())
    if person is None:
        return lines.iloc[:0]
    return lines[lines["person"] == person].iloc[:1].assign(second=True, package=person)


def _line_versions(lines: pd.DataFrame, twins: int) -> pd.DataFrame:
    versions = line_versions(lines)
    withdrawn = versions[versions["ref"] >= len(lines) - twins]
    return stack(versions, withdrawn.assign(known=the_day(2026, 5, 12), cancelled=True))


def _move_work(planting: Planting, which: np.ndarray, to: int) -> None:
    """End lines on 17 May and begin the same ones on another contract the day after; both entered on 21 May."""
    lines = planting.lines
    moved = lines[which].assign(contract=to, start=the_day(2026, 5, 18), known=the_day(2026, 5, 21))
    lines.loc[which, ["end", "end_known"]] = [the_day(2026, 5, 17), the_day(2026, 5, 21)]
    lines.loc[which, "end_reason"] = "provider gave up the work"
    planting.lines = pd.concat([lines, moved], ignore_index=True)


def _people_versions(people: pd.DataFrame) -> pd.DataFrame:
    rows = people.assign(ref=people.index)
    died = rows[rows["died"] < NEVER]
    return stack(rows.assign(died=NEVER), died.assign(known=died["died_known"]))


def _bank_versions(planting: Planting, rng: np.random.Generator) -> pd.DataFrame:
    """Bank details of every payee but one; four payees change theirs between the runs."""
    payees = planting.payees
    rows = make_bank_details(payees, rng)
    rows["ref"] = rows.index
    without = int(np.flatnonzero(payees["type"] == "own account")[-1])
    planting.say(
        "no bank details",
        "A direct payment whose account was never sent: the money waits.",
        "payees",
        f"PAY{without + 1:04d}",
        "waits",
    )
    homes = np.flatnonzero(payees["type"] == "older people's home")[-4:]
    changed = (
        make_bank_details(payees, rng)
        .loc[homes]
        .assign(ref=len(rows) + np.arange(len(homes)), start=the_day(2026, 5, 25), known=the_day(2026, 5, 20))
    )
    planting.say(
        "bank details changed",
        "New bank details from 25 May, sent on 20 May; not used until confirmed.",
        "payees",
        f"PAY{homes[0] + 1:04d}",
        "shown",
    )
    return stack(rows[rows["payee"] != without], changed)


def _contract_versions(payees: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    word = contracts["role"].map(
        {"main": "", "old terms": ", terms before October 2023", "closed": ", closed on bank holidays"}
    )
    name = payees["name"].to_numpy()[contracts["payee"]] + word.to_numpy()
    return stack(contracts.assign(ref=contracts.index, name=name, known=LONG_KNOWN))


def _package_versions(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A package for each person's opening care and each later placement. One in fifty costs more than panel agreed."""
    opening = lines["known"] == lines.groupby("package")["known"].transform("min")  # not what was changed since
    made = (
        lines[opening]
        .groupby("package", sort=True)
        .agg(person=("person", "first"), start=("start", "min"), known=("known", "min"), weekly=("weekly", "sum"))
    )
    over = rng.random(len(made)) < 0.02
    budget = (made["weekly"] * np.where(over, 85, 112) // 100 + np.where(over, 0, 1_000)) // 500 * 500 * 100
    by = np.array(["funding panel", "team manager", "service manager"])[rng.integers(0, 3, len(made))]
    return stack(made.assign(ref=made.index, budget=budget, approved_by=by))


def _suspension_versions(planting: Planting, rng: np.random.Generator) -> pd.DataFrame:
    """Suspensions, one of which never happened and is withdrawn on 15 May."""
    versions = suspension_versions(planting.lines, planting.events, rng)
    gross = (versions["known"] > GO_LIVE) & (versions["known"] <= FIRST_CUT_OFF) & (versions["start"] >= GO_LIVE)
    candidates = versions[gross & (versions["reason"] == "holiday")]
    if candidates.empty:
        return versions
    mistaken = candidates.iloc[0]
    day = the_day(2026, 5, 15)
    planting.say(
        "suspension withdrawn",
        "A holiday that never was: entered, then withdrawn on 15 May. The days are owed.",
        "suspensions",
        f"SUS{int(mistaken['ref']) + 1:06d}",
        "adjusted",
    )
    kept = versions[(versions["ref"] != mistaken["ref"]) | (versions["known"] <= FIRST_CUT_OFF)]
    return stack(kept, candidates.iloc[:1].assign(known=day, cancelled=True))


def _good_refs(truth: _Truth) -> dict[str, str]:
    """Refs for faulty rows to name, where the name is not what is wrong with them."""
    people, rates = truth.people, truth.versions["rates"]
    dead = np.flatnonzero((people["died_known"] <= FIRST_CUT_OFF) & (people["died"] < the_day(2026, 5, 1)))
    card = seen(rates, FIRST_CUT_OFF)
    open_now = card[(card["end"] == NEVER) & (card["start"] <= the_day(2026, 4, 13))]
    line = truth.lines.index[(truth.lines["end"] == NEVER) & (truth.lines["known"] == LONG_KNOWN)][0]
    return {
        "person": "PER000001",
        "payee": "PAY0001",
        "line": f"LIN{line + 1:06d}",
        "dead_package": f"PKG{int(dead[0]) + 1:06d}" if len(dead) else "PKG-NONE",
        "open_rate": f"RTE{int(open_now['ref'].iloc[0]) + 1:06d}",
    }


def _groups(truth: _Truth) -> tuple[GroupSeen, ...]:
    people, lines = truth.people, truth.lines
    group = people["group"].to_numpy()
    there = people.index < _stock(truth)
    main = lines[~lines["second"] & (lines["package"] == lines["person"]) & (lines["known"] == LONG_KNOWN)]
    weekly = np.bincount(main["person"], weights=main["weekly"], minlength=len(people))
    return tuple(
        GroupSeen(
            each.name,
            each.setting,
            int((there & (group == code)).sum()),
            int(weekly[there & (group == code)].mean()) if (there & (group == code)).any() else 0,
            each.mean * 100,
        )
        for code, each in enumerate(GROUPS)
    )


def _stock(truth: _Truth) -> int:
    """How many people there were on the first day: everyone before the first who started later."""
    later = np.flatnonzero(truth.people["start"] >= GO_LIVE)
    return int(later[0]) if len(later) else len(truth.people)
