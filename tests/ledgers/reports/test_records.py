"""Records the money rests on: what does not tie is named, with the pence it is out by."""

from ledgers.reports.proof import Difference
from ledgers.reports.records import prove_records

WHOLE = {
    "chains": (),
    "unrecorded": (),
    "officers": (),
    "limits": (),
    "untold": (),
    "misspelt": {},
    "changes_left_out": 0,
    "bills_left_out": 0,
    "guards": (),
}


def test_whole_records_have_nothing_to_say() -> None:
    assert prove_records(control={7: 100}, carried={7: 100}, **WHOLE) == []  # type: ignore[arg-type]


def test_a_balance_that_does_not_tie_a_number_left_out_and_a_guard_gone_are_each_named() -> None:
    spoiled = {**WHOLE, "bills_left_out": 2, "guards": [("entry", "append_only", "is not there")]}
    found = prove_records(control={7: 100}, carried={7: 60, 8: 5}, **spoiled)  # type: ignore[arg-type]
    what = "is owed something else by the ledger than the last runs carry forward"
    assert found == [
        Difference("payee 7", what, 40),
        Difference("payee 8", what, -5),
        Difference("the bills", "are numbered with none left out, and 2 are not there", 0),
        Difference("table entry", "the database’s guard “append_only” is not there", 0),
    ]
