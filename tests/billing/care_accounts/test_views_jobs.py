"""A care account as it is shown: each line, and the share of the cap, never rounded up."""

from billing.care_accounts.views_jobs import WHOLE, care_account
from tests.billing.care_accounts.conftest import Council, terms
from tests.finance.care_cap.accounts import START, days


def test_four_weeks_of_a_hundred_pounds_are_four_lines_and_a_share_cut_off(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    council.meter(4, terms(cap=86_000_00))
    found = care_account(council.database, "P1")
    assert [(each.kind, each.pence, each.reversal) for each in found.lines] == [("metered", 100_00, False)] * 4
    assert (found.name, found.total, found.cap, found.weekly) == ("Person P1", 400_00, 86_000_00, 100_00)
    assert found.share == 46, "400 of 86,000 is 0.4651 per cent: 46 hundredths, cut off"
    assert found.metered_to == START + days(28)
    assert (found.handed_over, found.reached, found.statements) == (None, None, [])


def test_a_cap_reached_is_the_whole_share(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    council.meter(4, terms(cap=300_00))
    found = care_account(council.database, "P1")
    assert found.share == WHOLE and found.reached is not None
