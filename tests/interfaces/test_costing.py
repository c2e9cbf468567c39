"""What a package costs with what the client pays of it: figures an officer could work out by hand."""

import datetime as dt
from typing import Any

import pytest

from finance.assessment import Outcome
from interfaces.cli import run
from interfaces.costing import cost_with_contributions
from interfaces.database.connection import Database
from payruns.cost import CostRefused, LineAsked, Option, read_options
from payruns.cost.costing import ClientPays, OptionCost
from tests.billing.charges.charged_council import RESIDENT, assess, make, tell
from tests.saying import said

ON = dt.date(2026, 5, 20)  # a Wednesday; charging weeks begin on Mondays
JUNE = dt.date(2026, 6, 1)
HOME = LineAsked("RES", "week", 100, "K1", starts=JUNE, top_up=750_000)


def cost(database: Database, *options: Option, **how: Any) -> tuple[OptionCost, ...]:
    return cost_with_contributions(database, options, on=ON, **how).options


def paid(made: OptionCost) -> tuple[ClientPays, ClientPays, ClientPays]:
    assert made.client is not None
    return made.client.week, made.client.this_year, made.client.full_year


def test_a_package_as_it_stands_and_the_assessment_that_stands(database: Database) -> None:
    make(database)
    assess(database, "P2", 16_000)
    (made,) = cost(database, person="P2")
    week, year, full = paid(made)
    # home care 5.5 × £25.05 = £137.775 and day care £41.10 come to £178.88; the client pays £160.00 of it
    assert (made.week.council, week.client, week.net(made.week.council)) == (17_888, 16_000, 1_888)
    # Wednesday to Sunday: 5/7 of home care, £98.41, is under 5/7 of £160.00; then 44 weeks; then Monday to Wednesday,
    # where 3/7 of home care and Tuesday's day care come to £100.15, and 3/7 of £160.00 is £68.57
    assert year.client == 9_841 + 44 * 16_000 + 6_857
    assert year.net(made.this_year.council) == made.this_year.council - 720_698
    # 365 days: those five, 51 weeks, and again Monday to Wednesday
    assert full.client == 9_841 + 51 * 16_000 + 6_857
    assert made.client and made.client.said == (
        (
            "The client pays £160.00 a week at most, by the assessment recorded on 1 April 2026 by assessor (care at "
            "home)."
        ),
    )


def test_nobody_assessed_is_told_plainly_and_is_never_nought(database: Database) -> None:
    make(database)
    made = cost_with_contributions(database, [], on=ON, person="P1")
    assert paid(made.options[0]) == (ClientPays(None), ClientPays(None), ClientPays(None))
    client: Any = made.options[0].as_json()["client"]
    assert client["week"] == {"client": None, "top_up": 0, "net": None}
    text = said(made.sections())
    assert "No contribution is shown where no assessment covers 20 May 2026: it is not nought, it is not known." in text
    assert text.count("not assessed") == 3 and text.count("| not known") == 3


def test_an_assessment_that_ends_leaves_the_year_unknown_and_the_week_known(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT, ends="2026-10-05")
    (made,) = cost(database, person="P1")
    week, year, full = paid(made)
    assert (week.client, year.client, full.client) == (15_000, None, None)
    assert made.client and "where no assessment covers 5 October 2026" in " ".join(made.client.said)


def test_what_a_cost_file_states(database: Database) -> None:
    make(database)
    text = """
    contribution = "120.00"
    [[option]]
    name = "Home, full cost"
    contribution = "full cost"
      [[option.line]]
      service = "RES"
      contract = "K1"
      unit = "week"
      quantity = 1
      start = 2026-06-01
      top_up = 75.00
    [[option]]
    name = "At home"
      [[option.line]]
      service = "HC"
      contract = "K1"
      unit = "hour"
      quantity = 5.5
      start = 2026-06-01
    [[option]]
    name = "Not known"
    contribution = "not assessed"
      [[option.line]]
      service = "DAY"
      contract = "K1"
      unit = "day"
      quantity = 1
      start = 2026-06-01
    """
    in_full, at_home, unknown = cost(database, *read_options(text, "options.toml"))
    # £1,002.75 less the £75.00 top-up is £927.75, all of it the client's; 304 days are 43 weeks and 3 days, 3/7 being
    # £397.61
    assert [each.client for each in paid(in_full)] == [92_775, 43 * 92_775 + 39_761, 52 * 92_775 + 13_254]
    assert paid(in_full)[1].net(in_full.this_year.council) == 0
    # £120.00 of £137.78; at the end of the year 3/7 of £120.00 is £51.43, and of the full year 1/7 is £17.14
    assert [each.client for each in paid(at_home)] == [12_000, 43 * 12_000 + 5_143, 52 * 12_000 + 1_714]
    assert paid(unknown) == (ClientPays(None), ClientPays(None), ClientPays(None))
    assert unknown.client and "stated not to have been assessed" in unknown.client.said[0]


def test_a_top_up_the_council_bills_comes_off_its_part_once(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    tell(
        database,
        bill_payers=[{"payer_ref": "BP3", "name": "A daughter", "kind": "third party"}],
        top_up_agreements=[
            {
                "agreement_ref": "T1",
                "line_ref": "L1",
                "payer_ref": "BP3",
                "weekly_amount": "60.00",
                "signed": "2026-04-01",
                "start_date": "2026-04-06",
            }
        ],
    )
    (made,) = cost(database, person="P1")
    week = paid(made)[0]
    assert week == ClientPays(15_000, 6_000) and week.net(made.week.council) == 100_275 - 15_000 - 6_000
    tell(
        database,
        contributions=[
            {
                "contribution_ref": "C1",
                "line_ref": "L1",
                "kind": "top-up",
                "weekly_amount": "60.00",
                "collector": "council",
                "start_date": "2026-04-06",
            }
        ],
    )
    (made,) = cost(database, person="P1")
    assert made.week.third_party == 6_000 and paid(made)[0] == ClientPays(15_000, 0)


def test_an_assessment_for_another_place_is_pointed_out_and_waivers_and_exemptions_count(database: Database) -> None:
    make(database)
    assess(database, "P2", 10_000)
    tell(
        database,
        waivers=[
            {
                "waiver_ref": "W1",
                "person_ref": "P2",
                "weekly_amount": "7.00",
                "reason": "hardship",
                "requested_by": "one",
                "approved_by": "two",
                "start_date": "2026-04-06",
            }
        ],
        charge_exemptions=[
            {
                "exemption_ref": "E1",
                "line_ref": "L2",
                "reason": "reablement",
                "start_date": "2026-04-13",
                "end_date": "2026-06-21",
            }
        ],
    )
    stands, home = cost(database, Option("Care home", (HOME,)), person="P2")
    assert paid(stands)[0].client == 4_110 - 700  # home care exempt: day care, less the waiver
    assert paid(home)[0].client == 10_000 - 700
    assert home.client and "is not one for care in a care home" in home.client.said[1]


def test_over_the_limit_pays_all_and_by_law_nothing(database: Database) -> None:
    make(database)
    assess(database, "P1", 0, basis=RESIDENT, outcome=Outcome.OVER_LIMIT)
    assess(database, "P2", 0, outcome=Outcome.NIL_BY_LAW)
    (rich,), (free,) = cost(database, person="P1"), cost(database, person="P2")
    assert (paid(rich)[0].client, paid(free)[0].client) == (100_275, 0)
    assert rich.client and rich.client.said[0].startswith("The client pays the full cost, by the assessment")
    assert free.client and free.client.said[0].startswith("Nothing may be charged, by the assessment")


def test_a_contribution_that_cannot_be_read_is_told_with_its_remedy() -> None:
    row = "option,contribution,service,rate,unit,quantity\nOne,lots,HC,20,hour,1\n"
    with pytest.raises(CostRefused) as told:
        read_options(row, "a.csv")
    assert str(told.value.problems[0]) == (
        "a.csv option 1, contribution: “lots” is not what a client pays. "
        "Write pounds a week, such as 150.00, or full cost, or not assessed."
    )
    two = "option,contribution,service,rate,unit,quantity\nOne,10,HC,20,hour,1\nOne,11,HC,20,hour,1\n"
    with pytest.raises(CostRefused, match="two contributions, 10 and 11"):
        read_options(two, "a.csv")
    (option,) = read_options("option,contribution,service,rate,unit,quantity\nOne,£150.25,HC,20,hour,1\n", "a.csv")
    assert option.contribution == 15_025


def test_the_command_says_it(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    make(database)
    assess(database, "P2", 16_000)
    url = database.url.render_as_string(hide_password=False)
    assert run(["cost", "--person", "P2", "--on", "2026-05-20", "--database", url]) == 0
    shown = capsys.readouterr().out
    assert "less the client’s contribution" in shown and "net to the council" in shown and "£18.88" in shown
