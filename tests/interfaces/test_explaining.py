"""Any reference is explained as what it is: a line, a bill, or a person or package by what each line comes to."""

import pytest

from interfaces.database.connection import Database
from interfaces.explaining import explain_reference
from ledgers.explain.explanation import NothingToExplain
from tests.billing.charges.charged_council import assess, bill, make
from tests.payruns.explain.explain_council import council, paid


def test_a_line_and_what_its_person_and_package_come_to(database: Database) -> None:
    council(database)
    paid(database, "W", "2026-04-13")
    assert explain_reference(database, "L2").headline == "Run 1 posted £263.03."
    assert explain_reference(database, "A1").sort == "adjustment"
    for ref, sort in (("P2", "person"), ("PK2", "package")):
        told = explain_reference(database, ref)
        assert (told.ref, told.sort, told.headline) == (ref, sort, "It has 1 line.")
        assert told.sections[0].rows == (
            ("L2", "Run 1 posted £263.03.", "Noor Beck (P2) has no bill payer, so no charge run bills them."),
        )
        assert told.sections[0].sentences == (
            "How each was worked out: outturn explain L2, and outturn explain L2 --charges.",
        )
        assert told.figures == {"lines": [{"line": "L2", "proposed": 26_303, "amount_pence": None}]}
    with pytest.raises(NothingToExplain, match="There is no line, block or adjustment “P9”"):
        explain_reference(database, "P9")


def test_a_bill_and_what_a_client_with_two_lines_is_charged(database: Database) -> None:
    make(database)
    assess(database, "P2", 16_000)
    bill(database)
    assert explain_reference(database, "b0000001").sort == "bill"
    told = explain_reference(database, "P2")
    assert told.headline == "It has 2 lines."
    assert [(row[0], row[2]) for row in told.sections[0].rows] == [
        ("L2", "Run 1 posted £551.12."),
        ("L3", "Run 1 posted £66.66."),
    ]
