"""What stood, in columns: for each (person, day) the latest word said about that day, and what it comes to."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from finance.columns import Ints, ints
from finance.days import FOR_EVER
from finance.timelines import group_starts, ranges

NOTHING = -1  # no word stands


@dataclass(frozen=True, slots=True)
class Decisions:
    """Rows of the assessment table as columns, in order of person. A charge of NOTHING takes back what stood; of what
    can be paid it says that it is not known, or no limit."""

    person: Ints
    starts: Ints
    ends: Ints
    learned: Ints
    charge: Ints
    council_pays: Ints
    how: Ints
    can_pay: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        if len(self.can_pay) != len(self.person):
            object.__setattr__(self, "can_pay", np.full(len(self.person), NOTHING, np.int64))

    @classmethod
    def of(cls, rows: pa.Table) -> "Decisions":
        person = ints(rows, "person")
        order = np.argsort(person, kind="stable")
        others = [
            ints(rows, "starts"),
            ints(rows, "ends", FOR_EVER),
            ints(rows, "learned"),
            ints(rows, "charge", NOTHING),
            ints(rows, "council_pays", 0),
            ints(rows, "how"),
            ints(rows, "can_pay", NOTHING) if "can_pay" in rows.column_names else np.full(len(person), NOTHING),
        ]
        return cls(person[order], *(each[order] for each in others))

    def __len__(self) -> int:
        return len(self.person)

    def take(self, places: Ints) -> "Decisions":
        return Decisions(*(getattr(self, name)[places] for name in self.__slots__))

    def pairs(self, person: Ints) -> tuple[Ints, Ints]:
        """Every word of each person asked about: (place asked, place of the word)."""
        low = np.searchsorted(self.person, person, side="left")
        counts = np.searchsorted(self.person, person, side="right") - low
        return np.repeat(np.arange(len(person)), counts), ranges(low.astype(np.int64), counts.astype(np.int64))

    def standing(self, person: Ints, day: Ints) -> Ints:
        """The place of the word that stands for each (person, day), NOTHING where none does."""
        asked, word = self.pairs(person)
        covers = (self.starts[word] <= day[asked]) & (day[asked] < self.ends[word])
        asked, word = asked[covers], word[covers]
        order = np.lexsort((self.learned[word], asked))
        found = np.full(len(person), NOTHING, np.int64)
        found[asked[order]] = word[order]  # the last learned is written last
        taken_back = (found >= 0) & (self.charge[np.maximum(found, 0)] == NOTHING) if len(self) else found >= 0
        found[taken_back] = NOTHING
        return found

    def value(self, name: str, places: Ints, none: int = NOTHING) -> Ints:
        """A column at places given by :meth:`standing`, ``none`` where nothing stands."""
        column: NDArray[np.int64] = getattr(self, name)
        if not len(column):
            return np.full(len(places), none, np.int64)
        return np.where(places >= 0, column[np.maximum(places, 0)], none)


def first_differences(then: Decisions, now: Decisions) -> tuple[Ints, Ints]:
    """(person, first day): everybody about whom ``now`` says another charge, or on another footing, than ``then`` did.

    What stands only changes on a day when some word starts or ends, so those days alone are looked at.
    """
    people = np.concatenate([each.person for each in (then, then, now, now)])
    days = np.concatenate([then.starts, then.ends, now.starts, now.ends])
    order = np.lexsort((days, people))
    person, day = people[order], days[order]
    first = group_starts(person, day)
    person, day = person[first], day[first]
    before, after = then.standing(person, day), now.standing(person, day)
    differs = (then.value("charge", before) != now.value("charge", after)) | (
        then.value("how", before) != now.value("how", after)
    )
    person, day = person[differs], day[differs]
    first = group_starts(person)
    return person[first], day[first]


def restored(made: Decisions, before: Decisions, after: Decisions) -> Decisions:
    """The words that put back, over the days of ``made``, what stood before it, leaving alone what was said later.

    Where nothing stood before, the word takes back. ``before`` was learned earlier than ``made``, ``after`` later.
    The new words carry no change yet (``learned`` is nought).
    """
    asked_later, later = after.pairs(made.person)
    touched = np.zeros(len(made), bool)
    meets = (after.starts[later] < made.ends[asked_later]) & (made.starts[asked_later] < after.ends[later])
    touched[asked_later[meets]] = True
    place = before.standing(made.person, made.starts)
    asked, word = before.pairs(made.person)
    inside = (before.starts[word] < made.ends[asked]) & (before.ends[word] > made.starts[asked])
    several = np.bincount(asked[inside], minlength=len(made)) > 1
    whole = before.value("ends", place, 0) >= made.ends
    plain = ~touched & ~several & (whole | (place == NOTHING) & (np.bincount(asked[inside], minlength=len(made)) == 0))
    quick = np.flatnonzero(plain)
    rows = [
        Decisions(
            made.person[quick],
            made.starts[quick],
            made.ends[quick],
            np.zeros(len(quick), np.int64),
            before.value("charge", place[quick]),
            before.value("council_pays", place[quick], 0),
            before.value("how", place[quick], 0),
            before.value("can_pay", place[quick]),
        )
    ]
    rows += [_one_by_one(made, before, after, int(row)) for row in np.flatnonzero(~plain)]
    return Decisions(*(np.concatenate([getattr(each, name) for each in rows]) for name in Decisions.__slots__))


def _one_by_one(made: Decisions, before: Decisions, after: Decisions, row: int) -> Decisions:
    who, first, end = made.person[row : row + 1], int(made.starts[row]), int(made.ends[row])
    _, mine = before.pairs(who)
    _, theirs = after.pairs(who)
    edges = {first, end}
    for words, places in ((before, mine), (after, theirs)):
        edges.update(int(each) for name in ("starts", "ends") for each in getattr(words, name)[places])
    cuts = sorted(each for each in edges if first <= each <= end)
    starts = np.array([each for each in cuts[:-1] if not _says(after, theirs, each)], np.int64)
    ends = np.array([cuts[cuts.index(int(each)) + 1] for each in starts], np.int64)
    person = np.repeat(who, len(starts))
    place = before.standing(person, starts)
    return Decisions(
        person,
        starts,
        ends,
        np.zeros(len(starts), np.int64),
        before.value("charge", place),
        before.value("council_pays", place, 0),
        before.value("how", place, 0),
        before.value("can_pay", place),
    )


def _says(words: Decisions, places: Ints, day: int) -> bool:
    return bool(((words.starts[places] <= day) & (day < words.ends[places])).any())
