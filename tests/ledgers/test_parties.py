"""What a run pays each payee and what they carry forward, by hand."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ledgers.parties import MostTaken, Parties, owed, proposed, settled

SUNNY, ACME, ZEST = 1, 2, 3


def lines(*rows: tuple[int, int]) -> pa.Table:
    """(payee, pence) of each line."""
    return pa.table(
        {
            "party": pa.array([party for party, _ in rows], pa.int64()),
            "amount": pa.array([pence for _, pence in rows], pa.int64()),
        }
    )


def said(parties: Parties) -> dict[int, tuple[int, int, int, int, int, int]]:
    """(lines, total, held, brought forward, paid, carried forward) of each payee."""
    names = ("lines", "total", "held", "brought_forward", "paid", "carried_forward")
    columns = [getattr(parties, name).tolist() for name in names]
    return dict(zip(parties.party.tolist(), zip(*columns, strict=True), strict=True))


PROPOSED = lines((ACME, 120_00), (SUNNY, 700_00), (ACME, -30_10), (SUNNY, 300_00))
BROUGHT = {ACME: -250_00, ZEST: 5_00}


def test_lines_are_summed_by_payee_beside_what_each_brings_forward() -> None:
    assert said(proposed(PROPOSED, BROUGHT)) == {
        SUNNY: (2, 1_000_00, 0, 0, 0, 0),
        ACME: (2, 89_90, 0, -250_00, 0, 0),
        ZEST: (0, 0, 0, 5_00, 0, 0),
    }


def test_what_is_owed_is_paid_and_a_debt_is_carried_forward() -> None:
    paid = settled(proposed(PROPOSED, BROUGHT), PROPOSED, {}, ())
    assert said(paid) == {
        SUNNY: (2, 1_000_00, 0, 0, 1_000_00, 0),
        ACME: (2, 89_90, 0, -250_00, 0, -160_10),
        ZEST: (0, 0, 0, 5_00, 5_00, 0),
    }
    assert [each.tolist() for each in paid.settled] == [[SUNNY, ZEST], [1_000_00, 5_00]]


def test_a_line_kept_out_is_held_and_not_paid() -> None:
    posted = lines((ACME, 120_00), (ACME, -30_10), (SUNNY, 300_00))
    assert said(settled(proposed(PROPOSED, BROUGHT), posted, {}, ()))[SUNNY] == (2, 1_000_00, 700_00, 0, 300_00, 0)


def test_who_is_withheld_or_held_is_paid_nothing_and_carries_it_all() -> None:
    made = settled(proposed(PROPOSED, BROUGHT), PROPOSED, {SUNNY: "no bank details", ACME: "no bank details"}, [ZEST])
    assert [said(made)[party][4:] for party in (SUNNY, ACME, ZEST)] == [(0, 1_000_00), (0, -160_10), (0, 5_00)]
    assert made.withheld == {SUNNY: "no bank details", ZEST: "held"}  # Acme is owed nothing
    rows = made.rows(9).to_pylist()
    assert [(row["run"], row["party"], row["withheld"]) for row in rows] == [
        (9, SUNNY, "no bank details"), (9, ACME, None), (9, ZEST, "held"),
    ]  # fmt: skip


def test_only_those_with_something_owed_are_owed() -> None:
    assert owed(proposed(PROPOSED, BROUGHT), PROPOSED) == [SUNNY, ZEST]
    assert owed(proposed(PROPOSED, {SUNNY: -1_000_00}), PROPOSED) == [ACME]


def test_no_more_is_taken_off_than_was_decided() -> None:
    """£250.00 owed, £89.90 due: at most £20.00 leaves £69.90; a tenth leaves £80.91, part of a penny being theirs."""
    found = proposed(PROPOSED, BROUGHT)
    for most, paid in ((MostTaken(pence=20_00), 69_90), (MostTaken(percent=10), 80_91), (MostTaken(pence=0), 89_90)):
        done = said(settled(found, PROPOSED, {}, (), {ACME: most}))[ACME]
        assert done[3:] == (-250_00, paid, -250_00 + 89_90 - paid)
        assert ACME in owed(found, PROPOSED, {ACME: most})
    assert said(settled(found, PROPOSED, {}, (), {ACME: MostTaken(pence=500_00)}))[ACME][4] == 0
    assert said(settled(found, PROPOSED, {}, (), {SUNNY: MostTaken(pence=0)}))[SUNNY][4] == 1_000_00


def test_who_waits_is_paid_nothing_whatever_was_decided() -> None:
    done = settled(proposed(PROPOSED, BROUGHT), PROPOSED, {ACME: "no bank"}, (), {ACME: MostTaken(pence=20_00)})
    assert said(done)[ACME][4:] == (0, -160_10) and done.withheld[ACME] == "no bank"


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_a_limit_pays_nobody_more_than_is_due_and_takes_no_more_than_is_owed(brought: int, due: int, most: int) -> None:
    found = settled(proposed(lines((ACME, due)), {ACME: brought}), lines((ACME, due)), {}, (), {ACME: MostTaken(most)})
    _, _, _, _, paid, carried = said(found)[ACME]
    assert brought + due == paid + carried and paid >= 0
    if brought < 0 < due:
        assert paid <= due and due - paid == min(-brought, due, most)
    else:
        assert paid == max(brought + due, 0)
