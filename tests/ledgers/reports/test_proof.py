"""What was proposed against what was posted, line by line: the penny and the place."""

import datetime as dt

import pyarrow as pa

from ledgers.reports.proof import Difference, PeriodProof, Proof, RunProof, prove_balances, prove_lines

MAY = (dt.date(2026, 5, 4), dt.date(2026, 6, 1))
APRIL = (dt.date(2026, 4, 6), dt.date(2026, 5, 4))


def table(*rows: tuple[int, tuple[dt.date, dt.date], int, int]) -> pa.Table:
    """Lines of subject, period, due and posted before; amount is the difference."""
    whole = {
        "subject": [row[0] for row in rows],
        "funder": [0 for _ in rows],
        "party": [7 for _ in rows],
        "revision": [1 for _ in rows],
        "due": [row[2] for row in rows],
        "posted": [row[3] for row in rows],
        "amount": [row[2] - row[3] for row in rows],
    }
    return pa.table(
        {name: pa.array(values, pa.int64()) for name, values in whole.items()}
        | {
            "kind": pa.array(["care" for _ in rows], pa.string()),
            "period_starts": pa.array([row[1][0] for row in rows], pa.date32()),
            "period_ends": pa.array([row[1][1] for row in rows], pa.date32()),
        }
    )


PROPOSED = table((1, MAY, 1_000, 0), (2, MAY, 500, 0), (1, APRIL, 900, 1_000))
NONE_HELD, SECOND_HELD = pa.array([False] * 3), pa.array([False, True, False])


def test_all_posted() -> None:
    periods, differences = prove_lines("payments", PROPOSED, NONE_HELD, PROPOSED)
    assert periods == [
        PeriodProof("payments", *APRIL, due=900, posted_before=1_000, held=0, posted=-100),
        PeriodProof("payments", *MAY, due=1_500, posted_before=0, held=0, posted=1_500),
    ]
    assert [each.difference for each in periods] == [0, 0]
    assert differences == []


def test_held_lines_are_not_missed() -> None:
    periods, differences = prove_lines("payments", PROPOSED, SECOND_HELD, table((1, MAY, 1_000, 0), (1, APRIL, 0, 100)))
    assert [(each.held, each.posted, each.difference) for each in periods] == [(0, -100, 0), (500, 1_000, 0)]
    assert differences == []


def test_each_way_to_differ() -> None:
    posted = table((1, MAY, 1_001, 0), (3, MAY, 20, 0), (1, APRIL, 0, 100))
    periods, differences = prove_lines("payments", PROPOSED, NONE_HELD, posted)
    assert [each.difference for each in periods] == [0, 1 + 20 - 500]
    assert differences == [
        Difference("care 1, payee 7, period from 2026-05-04", "posted at another amount", 1),
        Difference("care 2, payee 7, period from 2026-05-04", "proposed and not posted", -500),
        Difference("care 3, payee 7, period from 2026-05-04", "posted and not proposed", 20),
    ]


def test_a_long_list_is_cut_and_still_adds_up() -> None:
    many = table(*((subject, MAY, 100, 0) for subject in range(250)))
    _, differences = prove_lines("payments", many, pa.array([False] * 250), table())
    assert len(differences) == 101
    assert str(differences[-1]) == "150 more lines: differ by, together (-£150.00)"
    assert sum(each.pence for each in differences) == -25_000


def test_balances_carried() -> None:
    posted = {1: (1_000, 900, 0), 2: (-50, 0, -150), 3: (0, 10, 0)}
    assert prove_balances(posted, {1: (-100, 0), 2: (-100, 0), 3: (10, 0), 4: (-5, -5)}) == []
    assert prove_balances(posted, {1: (-100, 0), 2: (-100, -50), 3: (10, 0)}) == [
        Difference("payee 2", "carries forward something else than is left", -50)
    ]


def test_one_difference_anywhere_and_it_is_not_proved() -> None:
    good = RunProof(1, "payments", "run 1", "released", [], [], 0, 0, 0, 0, 0, 0, [])
    bad = RunProof(2, "payments", "run 2", "released", [], [], 0, 0, 0, 0, 0, 0, [Difference("x", "y", 1)])
    assert Proof([good], 5, 5, 0, 0).holds
    assert not Proof([good, bad], 5, 5, 0, 0).holds
    assert not Proof([good], 5, 5, 1, 0, [Difference("control", "differs", 1)]).holds
