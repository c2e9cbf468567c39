"""Cases planted so that they are always there to look at: late deaths, back-dated prices, cancelled rows and the like.

Each is an ordinary event or fact given to the first fitting person, so that nothing else needs to know of it. In a
county too small to have anyone fitting, a case is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from interfaces.demo.calibration import CODE, DIRECT_PAYMENT
from interfaces.demo.events import CHANGE, DEATH, END, MOVE, NOTHING, Events
from interfaces.demo.timetable import CALENDAR_REF, GO_LIVE, NEVER, the_day


@dataclass(frozen=True, slots=True)
class Planted:
    """A case to look at: ``kind`` in a word or two, what happened, and the ref of the line, person, payee or row.

    ``expected`` says what a run makes of it: "adjusted", "parked", "waits", "shown", or "quarantined".
    ``file`` and ``row`` (the header is row 1) are given for faulty rows.
    """

    kind: str
    what: str
    extract: str
    ref: str
    expected: str
    file: str = ""
    row: int = 0


@dataclass
class Planting:
    """Places cases among the people, lines and events, never two on one person or contract."""

    people: pd.DataFrame
    lines: pd.DataFrame
    payees: pd.DataFrame
    contracts: pd.DataFrame
    events: Events
    planted: list[Planted] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def person(self, fits: np.ndarray, *, started_by: int = GO_LIVE - 60) -> int | None:
        """The first person, untouched so far, paid on the main calendar, whose first line fits."""
        first = self.lines[~self.lines["person"].duplicated()]
        usual = (self.contracts["calendar"].to_numpy()[first["contract"]] == CALENDAR_REF) & fits[first.index]
        usual &= (first["start"] < started_by).to_numpy()
        spoken_for = set(self.events.spells["person"])
        for person in first["person"].to_numpy()[usual]:
            if self.events.what[person] == NOTHING and person not in self.used and person not in spoken_for:
                self.used.add(int(person))
                return int(person)
        return None

    def say(self, kind: str, what: str, extract: str, ref: str, expected: str) -> None:
        self.planted.append(Planted(kind, what, extract, ref, expected))

    def event(
        self, kind: str, said: str, fits: np.ndarray, what: int, day: int, known: int, *, started_by: int = GO_LIVE - 60
    ) -> None:
        person = self.person(fits, started_by=started_by)
        if person is None:
            return
        self.events.what[person], self.events.day[person], self.events.known[person] = what, day, known
        self.say(kind, said, "service_lines", self.line_ref(person), "adjusted")

    def spell(
        self, kind: str, said: str, fits: np.ndarray, start: int, end: int, known: tuple[int, int], expected: str
    ) -> None:
        person = self.person(fits, started_by=start - 7)
        if person is None:
            return
        spell = {
            "person": person,
            "start": start,
            "end": end,
            "reason": "hospital",
            "known_in": known[0],
            "known_out": known[1],
            "returns": True,
        }
        self.events.spells = pd.concat([self.events.spells, pd.DataFrame([spell])], ignore_index=True)
        self.say(kind, said, "service_lines", self.line_ref(person), expected)

    def line_ref(self, person: int) -> str:
        return f"LIN{self.lines.index[self.lines['person'] == person][0] + 1:06d}"


def plant_events(planting: Planting) -> None:
    """Give a death, an end, a move, a change or a stay in hospital to the first person each fits."""
    lines, contracts = planting.lines, planting.contracts
    group = planting.people["group"].to_numpy()[lines["person"]]
    type_ = contracts["type"].to_numpy()[lines["contract"]]
    gross_home = (type_ == "older people's home") & (contracts["payment"].to_numpy()[lines["contract"]] == "gross")
    rule_of_three = gross_home & (contracts["days_after_death"].to_numpy()[lines["contract"]] == 3)
    steps = gross_home & (contracts["retainer"].to_numpy()[lines["contract"]] == "100:28,80:28,0")
    agency, direct = (type_ == "home care"), DIRECT_PAYMENT[group] & (lines["service"] == "DP").to_numpy()
    agreed_week = gross_home & (lines["agreed"] > 0).to_numpy()
    alone = (type_ == "out-of-county home") & ~lines["contract"].duplicated(keep=False).to_numpy()

    planting.event(
        "death after payment",
        "Died 20 April, told on 14 May: days from 24 April are taken back (three days' grace).",
        rule_of_three,
        DEATH,
        the_day(2026, 4, 20),
        the_day(2026, 5, 14),
    )
    planting.event(
        "death years ago",
        "Died 15 March 2024, told on 20 May 2026. The home has no other resident: it ends up owing.",
        alone,
        DEATH,
        the_day(2024, 3, 15),
        the_day(2026, 5, 20),
        started_by=the_day(2024, 2, 1),
    )
    planting.event(
        "death, direct payment",
        "A direct payment went on after 12 April, told on 26 May.",
        direct,
        DEATH,
        the_day(2026, 4, 12),
        the_day(2026, 5, 26),
    )
    planting.event(
        "end told late",
        "Home care ended on 19 April, told on 11 May.",
        agency,
        END,
        the_day(2026, 4, 19),
        the_day(2026, 5, 11),
    )
    planting.event(
        "move to a care home",
        "Home care up to 21 April, a care home from 22 April, both entered on 20 May.",
        agency & (group == CODE["home care 65+"]),
        MOVE,
        the_day(2026, 4, 22),
        the_day(2026, 5, 20),
    )
    planting.event(
        "hours changed late",
        "The package changed on 20 April, entered on 21 May: one line ends, another begins.",
        agency,
        CHANGE,
        the_day(2026, 4, 20),
        the_day(2026, 5, 21),
    )
    planting.event(
        "price agreed late",
        "A new weekly price from 20 April, agreed on 22 May.",
        agreed_week,
        CHANGE,
        the_day(2026, 4, 20),
        the_day(2026, 5, 22),
    )
    planting.spell(
        "hospital keyed late",
        "In hospital 10 to 30 April, entered on 18 May.",
        agency,
        the_day(2026, 4, 10),
        the_day(2026, 4, 30),
        (the_day(2026, 5, 18), the_day(2026, 5, 18)),
        "adjusted",
    )
    planting.spell(
        "retainer steps down",
        "In hospital from 23 March: paid in full for 28 days, then 80%.",
        steps,
        the_day(2026, 3, 23),
        the_day(2026, 5, 10),
        (the_day(2026, 3, 25), the_day(2026, 5, 13)),
        "shown",
    )
    planting.spell(
        "return keyed late",
        "Home from hospital on 18 April, told on 19 May: the days since are owed.",
        agency,
        the_day(2026, 4, 8),
        the_day(2026, 4, 17),
        (the_day(2026, 4, 10), the_day(2026, 5, 19)),
        "adjusted",
    )


def plant_facts(planting: Planting) -> None:
    """Set facts on contracts, people and lines: late uplift, no price, no date of birth, a birthday, a late start."""
    lines, contracts, people = planting.lines, planting.contracts, planting.people
    type_ = contracts["type"].to_numpy()
    main = (contracts["calendar"] == CALENDAR_REF).to_numpy()
    agency = int(np.flatnonzero((type_ == "home care") & main)[1])
    contracts.loc[agency, ["uplift_day", "uplift_known"]] = [GO_LIVE, the_day(2026, 5, 20)]
    planting.say(
        "rate card back-dated",
        "The agency's 2026/27 prices, from 6 April, were loaded on 20 May.",
        "contracts",
        f"CON{agency + 1:04d}",
        "adjusted",
    )
    by_age = (lines["service"] == "DAY").to_numpy() & contracts["by_age"].to_numpy()[lines["contract"]]
    by_age &= ~lines["second"].to_numpy()
    person = planting.person(by_age)
    if person is not None:
        people.loc[person, "born"] = NEVER
        planting.say(
            "no date of birth",
            "The day centre's price goes by age, and the date of birth is not known.",
            "service_lines",
            planting.line_ref(person),
            "parked",
        )
    person = planting.person(by_age & ~people["older"].to_numpy()[lines["person"]])
    if person is not None:
        people.loc[person, "born"] = the_day(1961, 4, 22)
        planting.say(
            "turns 65",
            "65 on 22 April, in the middle of a period: the day centre's other price from that day.",
            "service_lines",
            planting.line_ref(person),
            "shown",
        )
    rides = lines.index[(lines["service"] == "TRN") & (lines["start"] < GO_LIVE)]
    if len(rides):
        lines.loc[rides[0], "contract"] = int(np.flatnonzero(type_ == "day")[0])
        planting.say(
            "no rate",
            "The line is on a contract whose card has no price for transport.",
            "service_lines",
            f"LIN{rides[0] + 1:06d}",
            "parked",
        )
    begun = (lines["start"] >= GO_LIVE) & lines["service"].isin(["HC"]) & ~lines["person"].duplicated()
    if begun.any():
        person = int(lines.loc[begun, "person"].iloc[0])
        theirs = lines["person"] == person
        lines.loc[theirs, ["start", "known"]] = [the_day(2026, 4, 15), the_day(2026, 5, 20)]
        people.loc[person, ["start", "known"]] = [the_day(2026, 4, 15), the_day(2026, 5, 20)]
        planting.say(
            "entered late",
            "Care began on 15 April and was entered on 20 May: five weeks are owed at once.",
            "service_lines",
            planting.line_ref(person),
            "adjusted",
        )


def hand_back(planting: Planting, replace_at: Callable[[np.ndarray, int], None]) -> None:
    """A small agency hands its work back: its lines end on 17 May and another agency's begin the next day."""
    contracts, lines = planting.contracts, planting.lines
    agencies = np.flatnonzero((contracts["type"] == "home care") & (contracts["calendar"] == CALENDAR_REF))
    leaving = int(agencies[-1])
    alike = contracts.loc[agencies[:-1]]
    alike = alike[(alike["by_visit"] == contracts["by_visit"][leaving]) & ~alike["weekend"]]
    if alike.empty:
        return
    which = (lines["contract"] == leaving) & (lines["end"] == NEVER) & (lines["start"] < the_day(2026, 5, 18))
    which &= lines["known"] < the_day(2026, 5, 21)
    which &= planting.people["died"].to_numpy()[lines["person"]] == NEVER
    replace_at(which.to_numpy(), int(alike.index[0]))
    planting.say(
        "work handed back",
        "The agency gave up its work on 17 May, told on 21 May; another took it on the next day.",
        "contracts",
        f"CON{leaving + 1:04d}",
        "adjusted",
    )
