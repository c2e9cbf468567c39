"""What a reader of a run is shown, added up by hand."""

from types import SimpleNamespace

import pyarrow as pa

from ledgers.views.records import CheckShown, KindTotals, by_check, furthest, largest, made_of


def lines(*rows: tuple[str, bool, int]) -> pa.Table:
    kinds, late, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "kind": pa.array(kinds, pa.string()),
            "late": pa.array(late, pa.bool_()),
            "amount": pa.array(amounts, pa.int64()),
            "subject": pa.array(range(len(rows)), pa.int64()),
            "period_starts": pa.array([0] * len(rows), pa.int32()),
        }
    )


def test_what_a_run_is_made_of_begins_with_its_own_period_and_the_largest_sums() -> None:
    made = lines(("care", False, 100), ("care", False, 50), ("block", False, 900), ("care", True, -2_000))
    assert made_of(made) == [
        KindTotals("block", False, 1, 900),
        KindTotals("care", False, 2, 150),
        KindTotals("care", True, 1, -2_000),
    ]
    assert made_of(lines()) == []


def test_the_largest_lines_are_those_that_move_most_either_way() -> None:
    made = lines(("care", False, 100), ("care", False, -500), ("care", False, 300))
    assert largest(made, 2)["amount"].to_pylist() == [-500, 300]


def test_findings_are_counted_by_check_the_gravest_first_and_then_what_moved_most() -> None:
    found = [
        SimpleNamespace(severity=severity, check_name=check, accepted_by=by, amount=pence, before=before)
        for severity, check, by, pence, before in (
            ("note", "first payment", None, 10, None),
            ("stop", "after death", None, 300, None),
            ("stop", "doubled", "Bo", 600, 250),
            ("stop", "doubled", None, 400, 500),
            ("look", "late", None, None, None),
        )
    ]
    assert by_check(found) == [
        CheckShown("stop", "doubled", 2, 1, 1_000, 450),
        CheckShown("stop", "after death", 1, 1, 300, 300),
        CheckShown("look", "late", 1, 1, 0, 0),
        CheckShown("note", "first payment", 1, 1, 10, 10),
    ]


def test_those_who_moved_furthest_come_first_and_those_who_did_not_move_are_left_out() -> None:
    now, then = {1: 500, 2: 300, 3: 70}, {1: 480, 3: 70, 4: 900}
    assert furthest(now, then, 10) == [(4, 0, 900), (2, 300, 0), (1, 500, 480)]
    assert furthest(now, {}, 1) == [(1, 500, 0)]
