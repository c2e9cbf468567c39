"""What happens to people, and when the council's system hears of it: at most one life event each, and spells away.

A life event is a death, an end of care, a move into a care home, a short stay, a change of package. A spell is a stay
in hospital or another absence. Everything has the day it happened and the day it was entered; nothing here writes rows.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from finance.columns import Ints
from interfaces.demo.calibration import (
    CHANGES_A_YEAR,
    DEATHS_A_YEAR,
    DIRECT_PAYMENT,
    HOSPITAL_A_YEAR,
    MOVES_TO_A_HOME_A_WEEK,
    OTHER_ABSENCES_A_YEAR,
    OTHER_ENDS_A_WEEK,
    SHORT_STAYS_A_WEEK,
    delay,
)
from interfaces.demo.timetable import GO_LIVE, NEVER, THE_END

NOTHING, DEATH, END, MOVE, SHORT_STAY, CHANGE = range(6)
_EARLIEST = GO_LIVE - 91  # late news may be of days before go-live
_SPELL_MEDIAN, _SPELL_SPREAD = 5, 1.084  # nights: mean 9, 5% over 28, 1% over 56 (assumed)
_NOT_RETURNING = 0.25  # of spells over 28 nights
_OTHER_REASONS = ("holiday", "family", "refused")


@dataclass
class Events:
    """Per person: ``what`` (a code above), ``day`` and ``known``. ``spells``: person, start, end (last day), reason,
    known_in, known_out, returns."""

    what: Ints
    day: Ints
    known: Ints
    spells: pd.DataFrame


def draw_events(people: pd.DataFrame, rng: np.random.Generator) -> Events:
    """Draw everything that happens to the people who were in care on the first day, at the calibrated rates."""
    rows = len(people)
    home, older = people["home"].to_numpy(), people["older"].to_numpy()
    there = (people["start"] < GO_LIVE).to_numpy()
    years, weeks = (THE_END - _EARLIEST) / 365, (THE_END - GO_LIVE) / 7
    deaths = np.select(
        [home & older, home, older],
        [DEATHS_A_YEAR[kind] for kind in ("home 65+", "home 18-64", "community 65+")],
        DEATHS_A_YEAR["community 18-64"],
    )
    frail_at_home = ~home & older
    a_person = np.stack(
        [
            deaths * years,
            np.full(rows, OTHER_ENDS_A_WEEK * (weeks + 13)),
            np.where(frail_at_home, MOVES_TO_A_HOME_A_WEEK * weeks / max(frail_at_home.mean(), 0.01), 0),
            np.where(frail_at_home, SHORT_STAYS_A_WEEK * weeks / max(frail_at_home.mean(), 0.01), 0),
            np.full(rows, CHANGES_A_YEAR * years),
        ]
    )
    what = 1 + (rng.random(rows) > np.cumsum(a_person, axis=0)).sum(axis=0)
    what = np.where((what > CHANGE) | ~there, NOTHING, what)
    from_go_live = np.isin(what, [MOVE, SHORT_STAY])
    day = np.where(from_go_live, rng.integers(GO_LIVE, THE_END, rows), rng.integers(_EARLIEST, THE_END, rows))
    known = day + _lateness(what, home, DIRECT_PAYMENT[people["group"].to_numpy()], rng)
    # what was known before go-live is in the opening position already
    gone = (known < GO_LIVE) | (day <= people["start"].to_numpy() + 28)
    what = np.where(gone, NOTHING, what)
    events = Events(what, np.where(what > 0, day, NEVER), np.where(what > 0, known, NEVER), pd.DataFrame())
    events.spells = _spells(people, events, home, older, there, years, rng)
    return events


def _lateness(what: Ints, home: np.ndarray, direct: np.ndarray, rng: np.random.Generator) -> Ints:
    rows = len(what)
    death = np.select(
        [home, direct],
        [delay("death, care home", rows, rng), delay("death, direct payment", rows, rng)],
        delay("death, home care", rows, rng),
    )
    begun = delay("new package", rows, rng)
    return np.select([what == DEATH, np.isin(what, [MOVE, SHORT_STAY])], [death, begun], delay("change", rows, rng))


def _spells(
    people: pd.DataFrame,
    events: Events,
    home: np.ndarray,
    older: np.ndarray,
    there: np.ndarray,
    years: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    rows = len(people)
    rate = np.select(
        [home & older, older], [HOSPITAL_A_YEAR["home 65+"], HOSPITAL_A_YEAR["community 65+"]], HOSPITAL_A_YEAR["18-64"]
    )
    hospital = np.flatnonzero(there & (rng.random(rows) < rate * years))
    other = np.flatnonzero(there & ~home & (rng.random(rows) < OTHER_ABSENCES_A_YEAR * years))
    person = np.concatenate([hospital, other])
    count = len(person)
    in_hospital = np.arange(count) < len(hospital)
    nights = np.where(
        in_hospital, np.exp(rng.normal(np.log(_SPELL_MEDIAN), _SPELL_SPREAD, count)), rng.integers(3, 15, count)
    )
    start = rng.integers(_EARLIEST, THE_END, count)
    end = start + np.clip(nights.astype(np.int64), 1, 120) - 1
    told = np.where(
        home[person], delay("hospital in, care home", count, rng), delay("hospital in, home care", count, rng)
    )
    spells = pd.DataFrame(
        {
            "person": person,
            "start": start,
            "end": end,
            "reason": np.where(in_hospital, "hospital", rng.choice(_OTHER_REASONS, count)),
            "known_in": start + told,
            "known_out": np.maximum(end + 1 + delay("discharge", count, rng), start + told),
            "returns": ~((end - start > 28) & (rng.random(count) < _NOT_RETURNING)),
        }
    )
    alive = spells["start"].to_numpy() < np.where(np.isin(events.what, [DEATH, END, MOVE]), events.day, NEVER)[person]
    begun = spells["start"] > people["start"].to_numpy()[person]
    kept: pd.DataFrame = spells[(spells["end"] >= GO_LIVE - 28) & alive & begun]
    return kept.reset_index(drop=True)
