"""Why a bill is not what the last one was: the causes come to the difference, and each is one that was."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.documents import differences as d
from billing.documents.building import IN_FULL, BillEntry, WeeksAlike
from billing.documents.content import BillDiffers
from billing.documents.differences import BilledOnce, LineDays, differs
from interfaces.database.connection import Database
from tests.billing.documents.billed_council import Billed

MONDAY = dt.date(2026, 4, 6)
WEEK = dt.timedelta(weeks=1)
LINES = {nr: LineDays(f"care {nr}", MONDAY - 52 * WEEK, None) for nr in (1, 2, 3)}

Care = tuple[int, int]  # line, what it costs that week


def steps(starts: dt.date, weeks: Sequence[tuple[Sequence[Care], int]]) -> list[WeeksAlike]:
    """Weeks as the engine charges them: the lower of the cost and the most, line after line."""
    made = []
    for at, (care, most) in enumerate(weeks):
        left = most
        for line, cost in care:
            charge = cost if most == IN_FULL else min(cost, left)
            left -= 0 if most == IN_FULL else charge
            first = starts + at * WEEK
            made.append(WeeksAlike(line, "charge", first, first + WEEK, 1, cost, most, max(most, 0), charge))
    return made


def bill(nr: int, weeks: Sequence[tuple[Sequence[Care], int]], *more: BillEntry) -> BilledOnce:
    starts = MONDAY + (nr - 1) * 4 * WEEK
    made = steps(starts, weeks)
    sums: dict[int, int] = {}
    for step in made:
        sums[step.subject] = sums.get(step.subject, 0) + step.charge
    end = starts + len(weeks) * WEEK
    entries = [BillEntry("charge", line, starts, end, 0, pence) for line, pence in sums.items() if pence] + [*more]
    total = sum(each.amount for each in entries)
    return BilledOnce(f"B{nr}", starts, total, starts, end, entries, made)


def causes(made: BillDiffers) -> list[tuple[str, str, int]]:
    return [(each.kind, each.what, each.amount) for each in made.causes]


def test_the_assessment_the_price_and_care_that_began_each_by_what_they_moved() -> None:
    """£60.00 of care under a most of £50.00; then £70.00 of it, and £20.00 more from another, under £100.00."""
    before, now = bill(1, [([(1, 6_000)], 5_000)] * 4), bill(2, [([(1, 7_000), (2, 2_000)], 10_000)] * 4)
    began = {**LINES, 2: replace(LINES[2], starts=now.starts)}
    made = differs(before, now, began)
    assert causes(made) == [
        ("assessment", "", 4 * 1_000),
        ("price", "care 1", 4 * 1_000),
        ("began", "care 2", 4 * 2_000),
    ]
    assert [(each.was, each.now) for each in made.causes[:2]] == [(5_000, 10_000), (6_000, 7_000)]
    assert (made.was, made.now, made.amount) == (20_000, 36_000, 16_000)


def test_what_bears_on_nothing_is_no_cause() -> None:
    """Care that costs more, under the same most, moves no bill."""
    assert causes(differs(bill(1, [([(1, 9_000)], 5_000)]), bill(2, [([(1, 9_900)], 5_000)]), LINES)) == []


def test_weeks_absences_other_lines_and_changes_to_earlier_weeks() -> None:
    late = BillEntry("charge", 1, MONDAY, MONDAY + 4 * WEEK, 500, 800, reason="the financial assessment changed")
    top_up = BillEntry("own top-up", 1, MONDAY + 4 * WEEK, MONDAY + 8 * WEEK, 0, 4_000, "care 1")
    before = bill(1, [([(1, 1_000)], IN_FULL)] * 4)
    away = {"starts": MONDAY + 5 * WEEK, "ends": None}
    now = bill(2, [([(1, 1_000)], IN_FULL), ([(1, 800)], IN_FULL), *[([(1, 800)], IN_FULL)] * 3], late, top_up)
    made = differs(before, now, {1: replace(LINES[1], absences=(away,))})
    assert causes(made) == [
        ("away", "care 1", -3 * 200),
        ("weeks", "", 800),
        ("other own top-up", "care 1", 4_000),
        ("changed", "the financial assessment changed", 300),
    ]
    after = differs(now, bill(3, [([(1, 800)], IN_FULL)] * 5), {1: LINES[1]})
    assert ("changed before", "", -300) in causes(after) and ("other own top-up", "care 1", -4_000) in causes(after)


def test_from_means_to_the_full_cost_is_the_assessment() -> None:
    made = differs(bill(1, [([(1, 9_000)], 5_000)]), bill(2, [([(1, 9_000)], IN_FULL)]), LINES)
    assert causes(made) == [("assessment", "", 4_000)]
    assert [(each.was, each.now) for each in made.causes] == [(5_000, None)]


_care = st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(0, 9_999)).map(lambda made: [*made.items()])

_weeks = st.lists(st.tuples(_care, st.integers(0, 12_000) | st.just(IN_FULL)), min_size=1, max_size=5)
_more = st.lists(
    st.builds(
        BillEntry,
        st.sampled_from(["charge", "own top-up", "waived", "collected by provider", "one-off charge"]),
        st.integers(1, 3),
        st.just(MONDAY - WEEK) | st.just(MONDAY + 8 * WEEK),
        st.just(MONDAY + 9 * WEEK),
        st.integers(-500, 500),
        st.integers(-500, 500),
        reason=st.sampled_from(["", "a waiver changed"]),
    ),
    max_size=4,
)


@given(_weeks, _weeks, _more, _more)
def test_the_causes_always_come_to_the_difference(
    then: list[tuple[list[Care], int]], these: list[tuple[list[Care], int]], one: list[BillEntry], two: list[BillEntry]
) -> None:
    before, now = bill(1, then, *one), bill(2, these, *two)
    made = differs(before, now, LINES)
    assert sum(each.amount for each in made.causes) == now.amount - before.amount
    assert all(each.amount for each in made.causes)
    loose = any(each.kind == "charge" and not each.was for each in [*one, *two])
    assert loose or all(each.kind != d.ELSEWHERE for each in made.causes)
    back = differs(now, before, LINES)
    assert sum(each.amount for each in back.causes) == -made.amount


def test_a_paper_says_why_and_the_first_has_nothing_to_say(database: Database) -> None:
    council = Billed(database).open()
    council.issue(council.bill())
    council.tell(waivers=[])
    council.issue(council.bill("2026-06-01"))
    papers = council.records()
    assert [each.differs for each in papers.values()][:2] == [None, None]
    later = [each for nr, each in papers.items() if nr > 2]
    for each in later:
        assert each.differs is not None and sum(one.amount for one in each.differs.causes) == each.differs.amount
    noor = next(each.differs for each in later if each.payer == "Noor Beck")
    assert noor is not None
    # the day care that began in the second week of the first bill: £22.22 more of the first week alone
    assert causes(noor) == [("days", "Day care, Example House Limited", 16_000 - 13_778)]


@pytest.mark.parametrize("kind", [d.ASSESSED, d.BEGAN, d.ENDED, d.AWAY, d.DAYS, d.PRICE, d.CHANGED_BEFORE, d.ELSEWHERE])
def test_every_cause_has_words_in_every_language(kind: str) -> None:
    from billing.documents.content import Cause
    from interfaces.documents.bill import cause_words
    from interfaces.documents.words import LANGUAGES, words_of

    assert all(cause_words(words_of(each), Cause(kind, "care 1", 100)) for each in LANGUAGES)
