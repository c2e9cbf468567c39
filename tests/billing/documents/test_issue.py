"""A released run's papers: what each says to the penny, to whom it goes, and that nothing issued is ever made again."""

import datetime as dt

from billing.documents.content import Stretch
from interfaces.database.connection import Database
from tests.billing.documents.billed_council import Billed


def test_a_bill_says_the_care_the_most_and_what_that_makes(database: Database) -> None:
    council = Billed(database).open()
    issued = council.issue(council.bill())
    assert (issued.papers, issued.problems) == (2, [])
    ada, noor = council.records().values()
    assert (ada.number, ada.amount, ada.balance, ada.due) == ("B0000001", 60_000, 60_000, dt.date(2026, 6, 1))
    assert ada.stretches == (Stretch(dt.date(2026, 4, 6), 4, 15_000, "assessed"),)
    home = ada.care[0]
    assert (home.service, home.provider, home.cost) == ("Residential care", "Example House Limited", 4 * 100_275)
    assert (home.unit, home.quantity, home.rates) == ("week", 400, (10_027_500,))
    # £137.78 in the first week (5.5 × £25.05 = £137.775), then the whole £160.00
    assert noor.stretches == (
        Stretch(dt.date(2026, 4, 6), 1, 13_778, "cost"), Stretch(dt.date(2026, 4, 13), 3, 16_000, "assessed"),
    )  # fmt: skip
    day, hours = noor.care
    assert (day.service, day.unit, day.quantity, day.rates, day.cost) == ("Day care", "day", 300, (411_000,), 3 * 4_110)
    assert (hours.unit, hours.quantity, hours.rates, hours.cost) == ("hour", 4 * 330, (250_500,), 4 * 13_778)
    assert [each.weekly for each in noor.assessed] == [16_000]
