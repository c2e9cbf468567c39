"""The figures the made-up county is tuned to, each with where it comes from; sources: ``docs/demo.md``.

"Assumed" marks our own choice where no public figure was found. Shares of people and mean weekly cost are for one day,
at 2025/26 prices, for 5,000 people; everything scales with the number of people asked for.
"""

from dataclasses import dataclass

import numpy as np

from finance.columns import Ints
from finance.money import share

BASE = 5_000


@dataclass(frozen=True, slots=True)
class Group:
    """People with one kind of main package. ``mean`` and ``spread`` are pounds a week."""

    name: str
    people: int
    setting: str
    older: bool
    mean: int
    spread: int


# Counts follow the national split by setting, age and delivery (adult social care activity and finance report 2020-21
# and 2023-24, client-level data December 2024); means follow the fees councils reported for 2025-26. Community means,
# and every spread, are assumed.
GROUPS = (
    Group("nursing 65+", 345, "nursing", True, 1_089, 130),
    Group("nursing 18-64", 55, "nursing", False, 1_486, 450),
    Group("residential 65+", 720, "residential", True, 956, 140),
    Group("residential 18-64", 280, "residential", False, 1_835, 750),
    Group("home care 65+", 1_250, "community", True, 361, 0),
    Group("home care 18-64", 320, "community", False, 426, 0),
    Group("supported living 18-64", 440, "community", False, 1_250, 750),
    Group("supported living 65+", 40, "community", True, 1_150, 700),
    Group("extra care 65+", 150, "community", True, 216, 0),
    Group("direct payment 18-64", 486, "community", False, 390, 380),
    Group("direct payment 65+", 186, "community", True, 260, 180),
    Group("part direct payment 18-64", 180, "community", False, 420, 300),
    Group("part direct payment 65+", 66, "community", True, 320, 200),
    Group("shared lives 18-64", 60, "community", False, 460, 0),
    Group("day or outreach 18-64", 314, "community", False, 150, 0),
    Group("day, telecare or other 65+", 106, "community", True, 90, 0),
    Group("prison", 2, "community", False, 150, 0),
)
CODE = {group.name: code for code, group in enumerate(GROUPS)}
OLDER = np.array([group.older for group in GROUPS])
IN_A_HOME = np.array([group.setting != "community" for group in GROUPS])
MEAN = np.array([group.mean for group in GROUPS]) * 100  # pence a week
DIRECT_PAYMENT = np.array(["direct payment" in group.name for group in GROUPS])


def people_in_groups(people: int) -> Ints:
    """How many people each group has when there are ``people`` in all."""
    return np.array(share(people, [group.people for group in GROUPS]))


# Payees by type for 5,000 people, and the fewest there may be. 240 providers with a live line (assumed, after councils'
# own provider lists); the rest makes 300. Most direct payments go to card and managed accounts: see docs/demo.md.
PAYEES = {
    "older people's home": (70, 2),
    "specialist home": (14, 1),
    "out-of-county home": (60, 2),
    "home care": (45, 4),
    "supported living": (30, 2),
    "day": (12, 3),
    "extra care": (4, 2),
    "transport": (2, 1),
    "telecare": (2, 2),
    "outreach": (1, 1),
    "shared lives carer": (25, 1),
    "card scheme": (1, 1),
    "managed accounts": (4, 1),
    "own account": (30, 2),
}

# Primary support reason, in per cent: activity and finance report 2020-21.
SUPPORT_REASONS = (
    ("physical support: personal care", 23.4, 62.6),
    ("physical support: access and mobility", 6.3, 11.5),
    ("learning disability", 46.1, 3.2),
    ("mental health", 18.6, 6.2),
    ("memory and cognition", 1.7, 13.4),
    ("sensory support", 1.2, 1.4),
    ("social support", 2.7, 1.7),
)

# Events a person a year. Deaths in care homes: Office for National Statistics 2021; hospital stays of care-home
# residents: Health Foundation 2019; the rest assumed.
DEATHS_A_YEAR = {"home 65+": 0.35, "home 18-64": 0.03, "community 65+": 0.15, "community 18-64": 0.012}
HOSPITAL_A_YEAR = {"home 65+": 0.70, "community 65+": 0.80, "18-64": 0.25}
OTHER_ABSENCES_A_YEAR = 0.5  # of community clients
CHANGES_A_YEAR = 0.6
STARTS_A_WEEK = 34.4 / BASE  # rise of starts over stock, 2023-24
OTHER_ENDS_A_WEEK = (31.3 - 13.0) / BASE
MOVES_TO_A_HOME_A_WEEK = 4.8 / BASE
SHORT_STAYS_A_WEEK = 6.1 / BASE
SHARE_OF_CHANGES_UP = 0.79  # Devon reviews 2018/19: 1,889 rose, 500 fell

# Days from an event to the finance record, per cent in each band (all assumed).
DELAY_BANDS = ((0, 1), (2, 3), (4, 7), (8, 14), (15, 28), (29, 91), (92, 400))
DELAYS = {
    "death, care home": (35, 25, 20, 10, 6, 3, 1),
    "death, home care": (45, 25, 15, 8, 4, 2.5, 0.5),
    "death, direct payment": (10, 15, 20, 20, 18, 14, 3),
    "hospital in, care home": (15, 20, 25, 20, 12, 7, 1),
    "hospital in, home care": (50, 20, 15, 9, 4, 2, 0),
    "discharge": (25, 25, 25, 15, 7, 3, 0),
    "new package": (30, 15, 20, 15, 12, 7, 1),
    "change": (20, 15, 20, 18, 15, 10, 2),
    "financial assessment": (2, 3, 10, 20, 30, 28, 7),
    "uplift": (40, 0, 0, 15, 25, 18, 2),
}


def delay(kind: str, rows: int, rng: np.random.Generator) -> Ints:
    """Days late, drawn from the bands above."""
    chances = np.array(DELAYS[kind]) / sum(DELAYS[kind])
    band = rng.choice(len(DELAY_BANDS), rows, p=chances)
    low, high = np.array(DELAY_BANDS).T
    return np.asarray(rng.integers(low[band], high[band] + 1), dtype=np.int64)


def scaled(a_week: float, people: int, weeks: float) -> int:
    """How many events happen to ``people`` people in ``weeks`` weeks, never fewer than one."""
    return max(1, round(a_week * people * weeks))
