"""From care to bill to loan: real charges billed, deferred, corrected by late news; and the payer's two accounts."""

import datetime as dt

from billing.deferred_payments.jobs import calculate_run, draft_run, redemption_of, release_run, show
from billing.deferred_payments.policy import DeferredPolicy
from billing.receipts.jobs import account_of
from finance.assessment import Outcome
from interfaces.database.connection import Database
from ledgers import jobs as machine
from tests import builders
from tests.billing.charges.charged_council import AT, RESIDENT, assess, bill, make, tell

FREE = DeferredPolicy.of({"interest_charged": "none"}, "test")
WEEK = 100_275  # the home's fee: somebody with a house of their own pays all of it


def council(database: Database) -> None:
    """Ada's home is worth £300,000; from 6 April 2026 she pays £182.75 a week and the rest of her charge is
    deferred.
    """
    make(
        database,
        deferred_agreements=[
            {
                "agreement_ref": "DPA1",
                "payer_ref": "BP1",
                "person_ref": "P1",
                "style": "deferred charge",
                "start_date": "2026-04-06",
                "signed_date": "2026-04-06",
                "security": "first charge",
                "secured_date": "2026-04-01",
            }
        ],
        deferrals=[
            {
                "deferral_ref": "T1",
                "agreement_ref": "DPA1",
                "client_pays_weekly": "182.75",
                "income_kept_weekly": "144.00",
                "start_date": "2026-04-06",
            }
        ],
        valuations=[
            {
                "valuation_ref": "V1",
                "agreement_ref": "DPA1",
                "date": "2026-04-01",
                "value": "300000.00",
                "other_charges": "0.00",
                "valued_by": "a valuer",
            }
        ],
    )
    assess(database, "P1", WEEK, basis=RESIDENT, outcome=Outcome.ASSESSED)
    assess(database, "P2", 0)


def defer(database: Database, up_to: str) -> None:
    run = draft_run(database, by="first officer", at=AT, up_to=dt.date.fromisoformat(up_to), policy=FREE)
    calculate_run(database, run.nr)
    machine.submit_run(database, run.nr, by="first officer", at=AT)
    machine.approve_run(database, run.nr, by="second officer", at=AT)
    release_run(database, run.nr, by="first officer", at=AT)


def accounts(database: Database, on: str) -> tuple[int, int]:
    """(the ordinary account, the loan) of Ada, as the receipts say and as the loan says to the close of a day."""
    account = account_of(database, "BP1")
    assert show(database, "DPA1", dt.date.fromisoformat(on), FREE).posted == account.loan
    return account.balance, account.loan


def test_an_agreement_that_opens_where_the_price_moves_defers_the_charge_of_its_own_days(database: Database) -> None:
    """From 20 April, inside the bill of 6 April to 3 May, the home costs £1,072.75 for £1,002.75 and the agreement
    begins: two weeks of £1,072.75 less £182.75 are deferred, and the first two weeks are billed whole."""
    council(database)
    assess(database, "P1", 2 * WEEK, basis=RESIDENT)
    row: dict[str, object] = {"agreement_ref": "DPA1", "payer_ref": "BP1", "person_ref": "P1"}
    row |= {"style": "deferred charge", "security": "first charge", "secured_date": "2026-04-01"}
    row |= {"signed_date": "2026-04-06"}
    terms: dict[str, object] = {"deferral_ref": "T1", "agreement_ref": "DPA1", "client_pays_weekly": "182.75"}
    tell(
        database,
        rates=[
            builders.rate("R1", "K1", "RES", "week", "1002.75", end_date="2026-04-19"),
            builders.rate("R9", "K1", "RES", "week", "1072.75", start_date="2026-04-20"),
        ],
        deferred_agreements=[row | {"start_date": "2026-04-20"}],
        deferrals=[terms | {"income_kept_weekly": "144.00", "start_date": "2026-04-20"}],
    )
    bill(database, "2026-05-04")
    defer(database, "2026-05-04")
    assert accounts(database, "2026-05-03") == (2 * WEEK + 2 * 18_275, 2 * (107_275 - 18_275))


def test_a_bill_is_partly_deferred_and_late_news_follows_through_to_the_loan(database: Database) -> None:
    council(database)
    bill(database, "2026-05-04")
    assert accounts(database, "2026-05-03") == (4 * WEEK, 0)
    defer(database, "2026-05-04")
    assert accounts(database, "2026-05-03") == (4 * 18_275, 4 * (WEEK - 18_275))
    bill(database, "2026-06-01")
    defer(database, "2026-06-01")
    assert accounts(database, "2026-05-31") == (8 * 18_275, 8 * (WEEK - 18_275))
    # News in June: she died on 17 May. The last charge corrects the period to 4 May's first two weeks.
    tell(
        database,
        people=[
            {
                "person_ref": "P1",
                "name": "Ada Example",
                "date_of_birth": "1941-02-28",
                "date_of_death": "2026-05-17",
                "primary_support_reason": "physical support: personal care",
            }
        ],
    )
    bill(database, "2026-06-29")
    defer(database, "2026-06-29")
    ordinary, loan = accounts(database, "2026-06-28")
    charged_days = 28 + 14
    assert (ordinary, loan) == (charged_days // 7 * 18_275, charged_days // 7 * (WEEK - 18_275))


def test_redeemed_on_a_day_the_later_charges_stay_on_the_ordinary_account(database: Database) -> None:
    council(database)
    bill(database, "2026-05-04")
    defer(database, "2026-05-04")
    figure = redemption_of(database, "DPA1", dt.date(2026, 4, 20), FREE).redemption.pence
    assert figure == 2 * (WEEK - 18_275)
    tell(
        database,
        deferred_repayments=[
            {
                "repayment_ref": "R1",
                "agreement_ref": "DPA1",
                "date": "2026-04-20",
                "amount": f"{figure // 100}.{figure % 100:02d}",
                "source": "sale",
            }
        ],
    )
    defer(database, "2026-05-04")
    assert accounts(database, "2026-05-03") == (2 * 18_275 + 2 * WEEK, 0)
