"""Charges worked out in memory: the fast calculation is the slow reference to the penny, and keeps its bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.charges.calculate import Charges, calculate_charges
from billing.charges.facts import FEE, KINDS, ChargeFacts
from finance.days import day, number
from tests.billing.charges import reference
from tests.billing.charges.charged_worlds import Council, a_policy, as_choices, facts, make_council
from tests.billing.charges.reference import Key
from tests.laws.worlds import CLOSES, DAY

SEEDS = st.integers(0, 10**9)
MANY = settings(max_examples=25)


def worked_out(one: Council, cut: int) -> tuple[dict[Key, int], set[str], ChargeFacts, Charges]:
    policy = a_policy(one)
    calendar = one.rows["bill_calendars"]["B1"]
    go_live, anchor = calendar["go_live"], calendar["first_day"]
    assert hasattr(go_live, "year") and hasattr(anchor, "year")
    first, up_to = number(go_live), number(CLOSES - cut * DAY)  # type: ignore[arg-type]
    made = facts(one.rows, one.words, "B1", up_to, policy)
    opened = first - (first - number(anchor)) % 7  # type: ignore[arg-type]
    weeks = np.arange(opened, up_to, 7, dtype=np.int64)
    came = calculate_charges(made, weeks, np.full(len(made.nr), first, np.int64), up_to, policy)
    name = {name: list(of) for name, of in one.rows.items()}
    parked = {name["people"][int(came.people[place]) - 1] for place in came.refused.person}
    parked |= {name["people"][int(made.care.lines.person[line]) - 1] for line in came.troubles.line}
    owed: dict[Key, int] = {}
    for kind, subject, party, week, pence in zip(
        *(getattr(came.owed, each).tolist() for each in ("kind", "subject", "party", "week", "pence")), strict=True
    ):
        person = int(came.people[subject] if kind == FEE else made.care.lines.person[subject])
        if name["people"][person - 1] in parked:
            continue
        of = name["people"][person - 1] if kind == FEE else name["service_lines"][int(made.nr[subject]) - 1]
        key = (KINDS[kind], of, name["bill_payers"][party - 1], day(int(weeks[week])))
        owed[key] = owed.get(key, 0) + pence
    should, their_parked = reference.owed(one.rows, one.words, "B1", day(up_to), as_choices(policy))
    assert parked == their_parked
    assert owed == should
    return owed, parked, made, came


@MANY
@given(seed=SEEDS, lines=st.integers(1, 12), cut=st.integers(0, 20))
def test_charges_are_the_reference_to_the_penny(seed: int, lines: int, cut: int) -> None:
    worked_out(make_council(seed, lines), cut)


@pytest.mark.soak
@given(seed=SEEDS, lines=st.integers(1, 30), cut=st.integers(0, 60))
def test_many_charges_are_the_reference_to_the_penny(seed: int, lines: int, cut: int) -> None:
    worked_out(make_council(seed, lines), cut)


@MANY
@given(seed=SEEDS, lines=st.integers(1, 12))
def test_nobody_is_charged_more_than_care_costs_or_than_their_assessment(seed: int, lines: int) -> None:
    _, _, _, came = worked_out(make_council(seed, lines), 0)
    weeks = came.weeks
    assert (weeks.charge >= 0).all() and (weeks.charge <= weeks.cost).all()
    assert (weeks.waived >= 0).all() and (weeks.waived <= weeks.charge).all()
    by_means = weeks.limit >= 0
    pairs = {
        (int(person), int(week)) for person, week in zip(weeks.person[by_means], weeks.week[by_means], strict=True)
    }
    for person, week in pairs:
        rows = by_means & (weeks.person == person) & (weeks.week == week)
        assert weeks.charge[rows].sum() <= weeks.limit[rows][0]
        assert weeks.charge[rows].sum() == min(weeks.limit[rows][0], weeks.cost[rows].sum())
