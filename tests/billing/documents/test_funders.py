"""A funder's bill: every line of the pay run it bears a share of, with whose care it is, and adjustments named
as such.
"""

from billing.documents.content import Item
from billing.recharges.jobs import raise_recharges
from interfaces.database.connection import Database
from interfaces.explaining import explain_reference
from ledgers import store as ledger
from tests.billing.charges.charged_council import make, tell
from tests.billing.documents.billed_council import OFFICER, Billed, correspondent
from tests.billing.documents.test_issue import day
from tests.billing.recharges.test_raising import AT, ICB, PAYER, SHARE, pay
from tests.saying import all_of


def test_a_funder_is_told_each_line_and_whose_it_is(database: Database) -> None:
    make(
        database,
        funders=ICB,
        funding_shares=SHARE,
        bill_payers=PAYER,
        correspondents=[correspondent("W1", "BPI", "Example Care Board")],
    )
    council = Billed(database)
    for up_to in ("2026-05-04", "2026-06-01"):
        raised = raise_recharges(database, pay(database, up_to).nr, by=OFFICER, at=AT)
        assert raised.run is not None
        with database.begin() as connection:
            run = ledger.read_run(connection, raised.run)
        assert council.issue(run).problems == []
        tell(database, funding_shares=[{**SHARE[0], "percent": "50"}])
    first, second = council.records().values()
    what = ("recharge", "Residential care, Example House Limited")
    who = "Ada Example (P1)"
    assert first.items == (Item(*what, day(4, 6), day(5, 4), 160_440, "", who),)
    assert second.items == (
        Item(*what, day(4, 6), day(5, 4), 40_110, "recharged before", who),
        Item(*what, day(5, 4), day(6, 1), 200_550, "", who),
    )
    assert (second.brought_forward, second.changes, second.balance) == (160_440, (), 401_100)
    told = explain_reference(database, second.number)
    assert (told.figures["bill_pence"], told.figures["own_pence"]) == (240_660, 200_550)
    assert told.figures["earlier_periods_pence"] == 40_110 and "outturn explain L1 --run" in all_of(told)
    assert [(row[3], row[4]) for row in told.sections[0].rows] == [
        ("", "£2,005.50"),
        ("the funding changed", "£401.10"),
    ]
    assert (first.payer_kind, first.about, first.assessed) == ("funder", "", ())
