"""What is true of stored accounts after any history of charges, budgets, transfers and terms, in any order of news."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.care_accounts import store
from billing.care_accounts.facts import one
from billing.care_accounts.policy import CareAccountPolicy, DatedAmount
from finance import care_cap
from tests.billing.care_accounts.conftest import Council, budget, terms, transfer
from tests.finance.care_cap.accounts import START, days

SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
REFS = ("P1", "P2")
WEEKS = 16
Event = Callable[[Council], None]
NewCouncil = Callable[[], Council]

refs = st.sampled_from(REFS)
pence = st.sampled_from([0, 1, 99_99, 200_00, 333_33, 700_00])


def charged(ref: str, period: int, amounts: list[int], home: bool, line: int) -> Event:
    def happen(council: Council) -> None:
        rows = [(ref, 4 * period + place, 1, amount) for place, amount in enumerate(amounts)]
        council.charge(*rows, home=home, line=line)

    return happen


def budgeted(ref: str, weekly: str, first: int, home: str) -> Event:
    return lambda council: void(
        council.tell(independent_budgets=[budget(ref, weekly, START + days(first), home, START + days(first // 2))])
    )


def moved(ref: str, day: int, accrued: str, direction: str) -> Event:
    def happen(council: Council) -> None:
        row = transfer(
            ref,
            START + days(day),
            accrued if direction == "in" else "",
            "900.00" if direction == "in" else "",
            direction,
        ) | {"transfer_ref": f"T-{ref}-{direction}"}
        council.tell(care_account_transfers=[row])

    return happen


def void(_: object) -> None:
    return None


events = st.one_of(
    st.builds(
        charged, refs, st.integers(0, 3), st.lists(pence, min_size=4, max_size=4), st.booleans(), st.integers(1, 2)
    ),
    st.builds(charged, refs, st.integers(0, 3), st.lists(pence, min_size=4, max_size=4), st.booleans(), st.just(1)),
    st.builds(
        budgeted, refs, st.sampled_from(["123.45", "600.00"]), st.integers(0, 60), st.sampled_from(["yes", "no"])
    ),
    st.builds(moved, refs, st.integers(0, 40), st.sampled_from(["0.00", "100.01", "900.00"]), st.just("in")),
    st.builds(moved, refs, st.integers(41, 110), st.just(""), st.just("out")),
)
policies = st.builds(
    lambda cap, later, living: terms(cap, living, *later),
    st.sampled_from([900_00, 3_000_00, 86_000_00]),
    st.lists(
        st.builds(
            lambda day, cap, follows: DatedAmount(START + days(day), cap, "made up", follows),
            st.integers(1, 100),
            st.sampled_from([950_37, 2_111_11]),
            st.booleans(),
        ),
        max_size=1,
    ),
    st.sampled_from([200_00, 199_99]),
)
metered = st.one_of(st.none(), st.integers(1, WEEKS))


def live(council: Council, history: list[tuple[Event, int | None]], policy: CareAccountPolicy) -> None:
    """Everything that happened, with a metering after some of it; and one at the end."""
    council.people(*REFS)
    council.policy = policy
    reached = 0
    for event, weeks in history:
        event(council)
        if weeks is not None:
            reached = max(reached, weeks)
            council.meter(reached)
    council.meter(WEEKS)


def stands(council: Council, ref: str) -> dict[tuple[str, object], int]:
    """What stands for each week, adjustment and total brought in, reversals taken off."""
    found: dict[tuple[str, object], int] = defaultdict(int)
    for kind, first, amount, _, _ in council.lines(ref):
        found[kind, first] += amount
    return {key: amount for key, amount in found.items() if amount}


def from_scratch(council: Council, ref: str) -> dict[tuple[str, object], int]:
    """The same by the rules, from the facts as they are now."""
    nr = council.number(ref)
    with council.database.bulk() as bulk:
        facts = one(store.stored(bulk, np.asarray([nr])), ref)
    held = council.policy.terms()
    account = care_cap.meter(facts, held, START + days(7 * WEEKS))
    return {(str(each.kind), each.first): each.pence for each in care_cap.due_lines(account, held)}


@SOME
@given(st.lists(st.tuples(events, metered), min_size=1, max_size=6), policies)
def test_after_any_order_of_news_what_is_recorded_is_what_the_rules_say_from_scratch(
    new_council: NewCouncil, history: list[tuple[Event, int | None]], policy: CareAccountPolicy
) -> None:
    council = new_council()
    live(council, history, policy)
    for ref in REFS:
        assert stands(council, ref) == from_scratch(council, ref)
        assert council.total(ref) == sum(from_scratch(council, ref).values())
        with council.database.begin() as connection:
            position = store.position_of(connection, council.number(ref))
        assert position is None or position.total == council.total(ref)
    assert council.meter(WEEKS).change is None


@SOME
@given(st.lists(st.tuples(events, metered), min_size=1, max_size=6), policies)
def test_an_account_falls_only_by_a_reversal_or_a_lower_cap_and_nothing_recorded_is_touched(
    new_council: NewCouncil, history: list[tuple[Event, int | None]], policy: CareAccountPolicy
) -> None:
    council = new_council()
    council.people(*REFS)
    council.policy = policy
    reached, before = 0, {ref: [] for ref in REFS}  # type: ignore[var-annotated]
    for event, weeks in [*history, (lambda _: None, WEEKS)]:
        event(council)
        reached = max(reached, weeks or 1)
        council.meter(reached)
        for ref in REFS:
            now = council.lines(ref)
            assert now[: len(before[ref])] == before[ref]
            for kind, _, amount, reversal, _ in now[len(before[ref]) :]:
                assert amount > 0 or reversal or kind == "yearly adjustment"
            before[ref] = now


@SOME
@given(
    st.lists(st.tuples(events, metered), max_size=3),
    st.integers(0, 3),
    st.lists(pence, min_size=8, max_size=8),
    policies,
)
def test_a_change_and_its_undoing_net_to_nought_and_both_are_seen(
    new_council: NewCouncil,
    history: list[tuple[Event, int | None]],
    period: int,
    amounts: list[int],
    policy: CareAccountPolicy,
) -> None:
    council = new_council()
    live(council, [*history, (charged("P1", period, amounts[:4], False, 9), None)], policy)
    was, lines = stands(council, "P1"), council.lines("P1")
    charged("P1", period, amounts[4:], True, 9)(council)
    council.meter(WEEKS)
    changed = stands(council, "P1") != was
    charged("P1", period, amounts[:4], False, 9)(council)
    council.meter(WEEKS)
    assert stands(council, "P1") == was
    after = council.lines("P1")
    assert after[: len(lines)] == lines and (len(after) > len(lines)) == changed
    assert sum(each[2] for each in after[len(lines) :]) == 0


@SOME
@given(st.lists(pence, min_size=4, max_size=4), st.booleans(), policies)
def test_charges_told_at_once_or_week_by_week_and_metered_often_or_once_come_to_the_same(
    new_council: NewCouncil, amounts: list[int], home: bool, policy: CareAccountPolicy
) -> None:
    council = new_council()
    council.people(*REFS)
    council.policy = policy
    charged("P1", 0, amounts, home, 1)(council)
    council.meter(4)
    for place, amount in enumerate(amounts):
        council.charge(("P2", place, 1, amount), home=home, weeks=1, line=2)
        council.meter(4)
    assert stands(council, "P1") == stands(council, "P2")
