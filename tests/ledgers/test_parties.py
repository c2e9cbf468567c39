"""What a run pays each payee and what they carry forward, by hand."""

import pyarrow as pa

from ledgers.parties import Parties, owed, proposed, settled

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
