"""What came of each finding, counted once a run, added up by hand."""

from hypothesis import given
from hypothesis import strategies as st

from ledgers.views.tally import CheckTally, Fired, tally


def fired(run: int, line: int, accepted: bool = False, working: int | None = None, moved: int = 100) -> Fired:
    return Fired(run, "doubled", (None, line, 7), moved, accepted, working)


def test_accepted_held_changed_given_up_and_left() -> None:
    gone = [
        fired(1, 1, working=2),  # found again, and accepted
        fired(1, 2, accepted=True, working=2, moved=900),  # gone: it led to a change
        fired(2, 1, working=1),  # worked out again …
        fired(2, 3, working=2),  # … and given up with its run
    ]
    standing = [
        fired(1, 1, accepted=True),
        fired(1, 3),
        fired(1, 4),
        Fired(1, "doubled", ("adjustment", 3, 8), 1, False),
    ]
    (made,) = tally(standing, gone, {1: ({3}, {9})}, {2: 2}, ["adjustment"])
    assert made == CheckTally("doubled", 2, 7, 1, 1, 2, 1, 2, 100 + 900 + 100 + 100 + 100 + 100 + 1, 1_000)


def test_whose_payee_is_held_waits_too() -> None:
    (made,) = tally([fired(1, 1)], [], {1: (set(), {7})}, {}, [])
    assert (made.held, made.left) == (1, 0)


some = st.tuples(st.integers(1, 3), st.integers(1, 3), st.booleans(), st.integers(1, 3))


@given(st.lists(some, max_size=8), st.lists(some, max_size=8), st.dictionaries(st.integers(1, 3), st.integers(1, 3)))
def test_each_is_counted_once_under_one_thing(
    now: list[tuple[int, int, bool, int]], then: list[tuple[int, int, bool, int]], given_up: dict[int, int]
) -> None:
    standing = [fired(run, line, by) for run, line, by, _ in now if run not in given_up]
    gone = sorted(
        (fired(run, line, by, working) for run, line, by, working in then), key=lambda each: each.working or 0
    )
    for each in tally(standing, gone, {}, given_up, []):
        assert each.fired == each.accepted + each.held + each.changed + each.given_up + each.left
        assert each.fired == len({(one.run, one.about) for one in (*standing, *gone)})
