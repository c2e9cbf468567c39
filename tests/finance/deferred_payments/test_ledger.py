"""Debts by hand: interest, the limit, death, security, statements and redemption, at each boundary."""

import datetime as dt
from fractions import Fraction

import pytest

from finance.assessment.circumstances import BadFact
from finance.assessment.deferred import Deferral
from finance.deferred_payments import (
    AboveTheCeiling,
    Agreement,
    Deferring,
    EndedBy,
    Ending,
    LoanFacts,
    LoanMovement,
    MovementKind,
    PriorCharge,
    Security,
    SecurityKind,
    Valuation,
    WriteOffKind,
    ceiling_on,
    ceilings,
    check_agreement,
    half_year,
    limit_on,
    loan_policy,
    rate_on,
    redemption,
    review_due_on,
    run_ledger,
    security_on,
    statement,
    statement_days,
)
from finance.problems import BadParameters, NoValueOnDay
from tests.finance.deferred_payments.loans import (
    MOST,
    SIGNED,
    agreement,
    at_a_pound_a_day,
    choosing,
    days,
    entry,
    lent,
    own,
    repaid,
)

SIGNED_2023 = dt.date(2023, 12, 31)
NEW_YEAR = dt.date(2025, 1, 1)


def ten_thousand(*more: LoanMovement, **terms: object) -> LoanFacts:
    return LoanFacts(agreement(**terms), (), (lent(10_000_00), *more))  # type: ignore[arg-type]


# Published examples


def test_dpa_01_a_home_of_100_000_secures_75_750() -> None:
    held = agreement(valuations=(Valuation(SIGNED, 100_000_00),))
    assert limit_on(held, SIGNED) == 75_750_00


def test_north_northamptonshires_home_of_165_000_secures_134_250() -> None:
    assert limit_on(agreement(valuations=(Valuation(SIGNED, 165_000_00),)), SIGNED) == 134_250_00


def test_dpa_03_300_a_week_for_a_hundred_weeks_is_30_000_lent_before_interest() -> None:
    week = Deferral(kept_pence=0, paid_pence=200_00, deferred_pence=500_00 - 200_00)
    first = dt.date(2023, 1, 2)
    facts = LoanFacts(agreement(signed=first), (Deferring.of(first, first + days(700), week),))
    ledger = run_ledger(facts, choosing(interest_charged="none"), first + days(720))
    assert ledger.balance(first + days(6)) == 300_00
    assert ledger.balance(first + days(699)) == ledger.balance(first + days(719)) == 30_000_00


# Interest


@pytest.mark.parametrize("often, closing", [("quarterly", 10_090_00), ("monthly", 10_090_27), ("daily", 10_090_40)])
def test_ninety_days_of_a_pound_a_day_by_how_often_it_is_added(often: str, closing: int) -> None:
    """Quarterly: £90.00. Monthly: £31.00, then 28 days on £10,031 (£28.0868), then 31 on £10,059.09 (£31.1832).

    Daily: £10,000 × 1.0001⁹⁰ = £10,090.40.
    """
    ledger = run_ledger(ten_thousand(), at_a_pound_a_day(often), dt.date(2025, 4, 1))
    assert ledger.balance(dt.date(2025, 3, 31)) == closing


@pytest.mark.parametrize(
    "day, owed", [((2025, 1, 1), 10_001_00), ((2025, 1, 31), 10_031_00), ((2025, 2, 1), 10_032_00)]
)
def test_the_balance_on_any_day_has_that_days_interest_in_it(day: tuple[int, int, int], owed: int) -> None:
    ledger = run_ledger(ten_thousand(), at_a_pound_a_day("quarterly"), dt.date(2025, 3, 1))
    assert ledger.redemption(dt.date(*day)) == owed


def test_money_lent_bears_interest_from_the_next_day_and_money_repaid_stops_bearing_it_from_the_next() -> None:
    facts = ten_thousand(repaid(5_000_00, NEW_YEAR + days(2)))
    ledger = run_ledger(facts, at_a_pound_a_day("quarterly"), NEW_YEAR + days(5))
    assert [row.interest_exact for row in ledger.days] == [0, 100, 100, 100, 50, 50]


def test_less_than_half_a_penny_a_day_is_not_lost() -> None:
    """£40 bears 0.4p a day: 2p in five days, though no day alone makes a penny."""
    facts = LoanFacts(agreement(), (), (lent(40_00),))
    ledger = run_ledger(facts, at_a_pound_a_day(), NEW_YEAR + days(5))
    assert [row.closing for row in ledger.days] == [40_00, 40_00, 40_01, 40_01, 40_02, 40_02]


def test_the_rate_changes_on_the_first_of_january_and_july_for_the_debt_there_is() -> None:
    facts = LoanFacts(agreement(signed=dt.date(2023, 1, 1)), (), (lent(36_600_00, dt.date(2023, 6, 1)),))
    ledger = run_ledger(facts, choosing(compounding="quarterly"), dt.date(2025, 1, 2))
    told = {day: str(ledger.on(dt.date(*day)).rate.percent) for day in [(2024, 6, 30), (2024, 7, 1), (2024, 12, 31)]}
    assert told == {(2024, 6, 30): "93/20", (2024, 7, 1): "81/20", (2024, 12, 31): "81/20"}
    bearing = ledger.on(dt.date(2024, 7, 1)).bearing
    assert ledger.on(dt.date(2024, 7, 1)).interest_exact == Fraction(bearing) * Fraction("4.05") / 100 / 366


def test_a_leap_year_spreads_the_year_over_366_days_unless_policy_says_365() -> None:
    facts = LoanFacts(agreement(signed=dt.date(2024, 1, 1)), (), (lent(36_600_00, dt.date(2023, 12, 31)),))
    day = dt.date(2024, 1, 1)
    assert run_ledger(facts, loan_policy(), day + days(1)).on(day).interest_exact == 465
    flat = choosing(year_length="365")
    assert run_ledger(facts, flat, day + days(1)).on(day).interest_exact == Fraction(465 * 366, 365)


def test_no_interest_before_signing_unless_policy_says_so() -> None:
    facts = ten_thousand(signed=NEW_YEAR + days(10))
    assert run_ledger(facts, at_a_pound_a_day(), NEW_YEAR + days(10)).balance(NEW_YEAR + days(9)) == 10_000_00
    assert run_ledger(facts, at_a_pound_a_day(), NEW_YEAR + days(11)).balance(NEW_YEAR + days(10)) == 10_001_00
    early = at_a_pound_a_day("daily", entry("interest_before_signing", ("2015-04-01", "true"), unit="flag"))
    assert run_ledger(facts, early, NEW_YEAR + days(1)).balance(NEW_YEAR) == 10_001_00


def test_interest_asked_for_separately_is_billed_and_never_joins_the_debt() -> None:
    facts = ten_thousand(interest_asked_separately=NEW_YEAR)
    ledger = run_ledger(facts, at_a_pound_a_day("monthly"), dt.date(2025, 3, 1))
    assert ledger.on(dt.date(2025, 1, 31)).totals.interest_billed == 31_00
    assert ledger.on(dt.date(2025, 2, 28)).totals.interest_billed == 28_00
    assert ledger.balance(dt.date(2025, 2, 28)) == 10_000_00
    assert ledger.redemption(dt.date(2025, 2, 27)) == 10_027_00


def test_a_credit_bears_no_interest() -> None:
    facts = ten_thousand(repaid(11_000_00, NEW_YEAR))
    ledger = run_ledger(facts, at_a_pound_a_day(), NEW_YEAR + days(40))
    assert ledger.days[-1].closing == -999_00


# The most allowed


@pytest.mark.parametrize("half, percent", MOST.items())
def test_the_most_allowed_is_the_half_years_own(half: tuple[int, int], percent: str) -> None:
    year, part = half
    first, last = (
        (dt.date(year, 1, 1), dt.date(year, 6, 30)) if part == 1 else (dt.date(year, 7, 1), dt.date(year, 12, 31))
    )
    for day in (first, last):
        assert str(ceiling_on(day, ceilings()).value) == percent and half_year(day) == first


def test_every_half_year_from_2015_to_2026_has_a_sourced_row_of_its_own() -> None:
    """The two of 2026 are of one source each, and warn."""
    table = ceilings()
    for year in range(2015, 2027):
        for day in (dt.date(year, 4, 1), dt.date(year, 7, 1)):
            row = ceiling_on(day, table)
            assert row.first == half_year(day) and row.source and row.sure is (year < 2026)


@pytest.mark.parametrize(
    ("day", "percent", "believed"),
    [
        (dt.date(2019, 7, 1), "1.45", "1.65"),  # OBR March 2019: 1.3, and 0.15; one council's table was over it
        (dt.date(2019, 12, 31), "1.45", "1.65"),
        (dt.date(2022, 1, 1), "0.85", "0.95"),  # OBR October 2021: 0.7
        (dt.date(2022, 6, 30), "0.85", "0.95"),
        (dt.date(2025, 7, 1), "4.65", "4.65"),  # OBR March 2025: 4.5
        (dt.date(2026, 12, 31), "4.65", "4.65"),
    ],
)
def test_the_ceiling_of_the_law_and_what_was_believed_before(day: dt.date, percent: str, believed: str) -> None:
    assert str(ceiling_on(day, ceilings()).value) == percent
    assert str(ceiling_on(day, ceilings(), dt.date(2026, 11, 28)).value) == believed


@pytest.mark.parametrize("day", [(2027, 1, 1), (2027, 6, 30), (2015, 3, 31)])
def test_a_half_year_nobody_has_read_is_refused_by_name(day: tuple[int, int, int]) -> None:
    with pytest.raises(NoValueOnDay, match="Most interest on a deferred payment"):
        ceiling_on(dt.date(*day), ceilings())


def test_a_councils_own_row_is_for_its_half_year_alone() -> None:
    table = ceilings(own(entry("deferred_interest_ceiling", ("2027-01-01", "4.50"), unit="percent")))
    assert str(ceiling_on(dt.date(2027, 6, 30), table).value) == "4.50"
    assert str(ceiling_on(dt.date(2026, 12, 31), table).value) == "4.65"
    for day in (dt.date(2027, 7, 1), dt.date(2028, 3, 1)):
        with pytest.raises(NoValueOnDay):
            ceiling_on(day, table)
    two = ceilings(
        own(entry("deferred_interest_ceiling", ("2027-01-01", "4.50"), ("2028-01-01", "4.60"), unit="percent"))
    )
    with pytest.raises(NoValueOnDay, match="half-year from 1 July 2028"):
        ceiling_on(dt.date(2028, 7, 1), two)


def test_a_debt_is_refused_past_the_last_rate_known_but_not_one_that_is_paid_off() -> None:
    late = dt.date(2027, 1, 2)
    with pytest.raises(NoValueOnDay):
        run_ledger(ten_thousand(), loan_policy(), late)
    clear = run_ledger(ten_thousand(), loan_policy(), dt.date(2026, 12, 31)).redemption(dt.date(2026, 12, 30))
    assert (
        run_ledger(ten_thousand(repaid(clear, dt.date(2026, 12, 30))), loan_policy(), late).balance(dt.date(2027, 1, 1))
        == 0
    )


def test_a_councils_own_rate_may_equal_the_most_allowed_and_not_pass_it() -> None:
    def policy(rate: str) -> object:
        return rate_on(
            NEW_YEAR,
            loan_policy(
                own(
                    entry("interest_charged", ("2015-04-01", '"the council\'s own rate"')),
                    entry("own_rate", ("2015-04-01", rate), unit="percent"),
                )
            ),
            ceilings(),
        )

    assert policy("4.25")
    with pytest.raises(AboveTheCeiling, match=r"4\.26% on 1 January 2025 is over the 4\.25%"):
        policy("4.26")


def test_a_choice_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadParameters, match="no choice"):
        loan_policy(own(entry("compunding", ("2015-04-01", '"daily"'))))


# After a death


def test_the_higher_rate_begins_on_the_ninety_first_day_after_death() -> None:
    died = dt.date(2025, 1, 10)
    overdue = (
        entry("overdue_rate_charged", ("2015-04-01", '"the overdue rate"')),
        entry("overdue_rate", ("2015-04-01", "7.30"), unit="percent"),
    )
    ledger = run_ledger(ten_thousand(died=died), at_a_pound_a_day("quarterly", *overdue), dt.date(2025, 6, 1))
    assert ledger.on(died + days(90)).rate.percent == Fraction("3.65")
    assert ledger.on(died + days(91)).rate.percent == Fraction("7.30")
    assert ledger.on(died + days(91)).rate.why == "overdue after death"
    policy = at_a_pound_a_day("quarterly", *overdue)
    asked = [rate_on(died + days(each), policy, ceilings(), died).percent for each in (0, 1, 90, 91)]
    assert asked == [Fraction("3.65")] * 3 + [Fraction("7.30")]


def test_as_before_goes_on_after_ninety_days_and_a_rate_not_set_is_refused() -> None:
    died = dt.date(2024, 10, 1)
    assert rate_on(died + days(200), loan_policy(), ceilings(), died).percent == Fraction("4.25")
    with pytest.raises(NoValueOnDay, match="overdue"):
        rate_on(died + days(200), choosing(overdue_rate_charged="the overdue rate"), ceilings(), died)


def test_an_overdue_debt_needs_no_half_year_and_still_knows_a_leap_year() -> None:
    overdue = loan_policy(
        own(
            entry("overdue_rate_charged", ("2015-04-01", '"the overdue rate"')),
            entry("overdue_rate", ("2015-04-01", "8"), unit="percent"),
            entry("compounding", ("2015-04-01", '"quarterly"')),
        )
    )
    facts = LoanFacts(agreement(died=dt.date(2026, 1, 1)), (), (lent(36_500_00, dt.date(2027, 12, 30)),))
    ledger = run_ledger(facts, overdue, dt.date(2028, 1, 2))
    assert ledger.on(dt.date(2027, 12, 31)).interest_exact == 8_00
    assert ledger.on(dt.date(2028, 1, 1)).interest_exact == Fraction(36_508_00 * 8, 36_600)


def test_interest_may_stop_for_the_days_after_death() -> None:
    died = dt.date(2025, 1, 10)
    stops = at_a_pound_a_day("quarterly", entry("interest_in_days_after_death", ("2015-04-01", '"stops"')))
    ledger = run_ledger(ten_thousand(died=died), stops, dt.date(2025, 5, 1))
    told = [ledger.on(died + days(each)).interest_exact for each in (0, 1, 90, 91)]
    assert told[:3] == [100, 0, 0] and told[3] > 0


def test_nothing_is_deferred_after_the_day_of_death_or_from_the_day_the_agreement_ends() -> None:
    every = (Deferring(NEW_YEAR, None, 700_00),)
    free = choosing(interest_charged="none")
    dead = LoanFacts(agreement(died=NEW_YEAR + days(2)), every)
    assert run_ledger(dead, free, NEW_YEAR + days(30)).days[-1].closing == 300_00
    over = LoanFacts(agreement(ended=Ending(NEW_YEAR + days(2), EndedBy.SALE)), every)
    assert run_ledger(over, free, NEW_YEAR + days(30)).days[-1].closing == 200_00


# The limit, the review and the security


def test_deferring_stops_at_the_equity_limit_to_the_penny_and_interest_and_fees_go_on() -> None:
    """A home of £20,000 secures £3,750; £1,000 a day passes it on the fourth day."""
    held = agreement(valuations=(Valuation(NEW_YEAR, 20_000_00),))
    fee = LoanMovement(NEW_YEAR + days(5), MovementKind.FEE, 25_00, "yearly fee")
    facts = LoanFacts(held, (Deferring(NEW_YEAR, None, 7_000_00),), (fee,))
    ledger = run_ledger(facts, choosing(interest_charged="none"), NEW_YEAR + days(8))
    assert [row.closing for row in ledger.days][2:6] == [3_000_00, 3_750_00, 3_750_00, 3_775_00]
    assert ledger.over_limit_from() == NEW_YEAR + days(3)
    assert [row.over_limit_exact for row in ledger.days][2:5] == [0, 250_00, 1_000_00]
    bearing = run_ledger(facts, at_a_pound_a_day(), NEW_YEAR + days(30))
    assert bearing.days[-1].closing > 3_775_00


def test_room_is_measured_as_the_day_opens() -> None:
    """£3,650 owed of £3,750: £100 of room, whatever the day's fee, interest (36.5p) or repayment does to the debt."""
    held = agreement(valuations=(Valuation(NEW_YEAR - days(9), 20_000_00),))
    fee = LoanMovement(NEW_YEAR, MovementKind.FEE, 20_00, "fee")
    for extra, closing in (((), 3_750_37), ((fee,), 3_770_37), ((repaid(1_000_00, NEW_YEAR),), 2_750_37)):
        facts = LoanFacts(held, (Deferring(NEW_YEAR, None, 7_000_00),), (lent(3_650_00), *extra))
        row = run_ledger(facts, at_a_pound_a_day(), NEW_YEAR + days(1)).on(NEW_YEAR)
        assert (row.totals.interest, row.deferred, row.closing) == (37, 100_00, closing)
        assert row.over_limit_exact == 900_00


def test_a_lower_valuation_stops_deferring_and_takes_nothing_back() -> None:
    values = (Valuation(NEW_YEAR - days(9), 20_000_00), Valuation(NEW_YEAR + days(2), 16_000_00))
    facts = LoanFacts(agreement(valuations=values), (Deferring(NEW_YEAR, None, 7_000_00),))
    ledger = run_ledger(facts, choosing(interest_charged="none"), NEW_YEAR + days(5))
    assert [row.closing for row in ledger.days] == [1_000_00, 2_000_00, 2_000_00, 2_000_00, 2_000_00]


def test_a_new_valuation_makes_room_from_its_day() -> None:
    values = (Valuation(NEW_YEAR, 20_000_00), Valuation(NEW_YEAR + days(5), 21_000_00))
    facts = LoanFacts(agreement(valuations=values), (Deferring(NEW_YEAR, None, 7_000_00),))
    ledger = run_ledger(facts, choosing(interest_charged="none"), NEW_YEAR + days(8))
    assert [row.closing for row in ledger.days][4:7] == [3_750_00, 4_650_00, 4_650_00]


def test_a_prior_charge_lowers_the_limit_on_its_days_alone() -> None:
    held = agreement(prior_charges=(PriorCharge(NEW_YEAR, NEW_YEAR + days(2), 55_750_00),))
    told = [limit_on(held, NEW_YEAR + days(each)) for each in (-1, 0, 1, 2)]
    assert told == [255_750_00, 200_000_00, 200_000_00, 255_750_00]


def test_the_review_is_due_at_seventy_per_cent_of_the_value() -> None:
    held = agreement()
    assert review_due_on(held, 210_000_00, SIGNED) and not review_due_on(held, 209_999_99, SIGNED)


def test_interim_funding_has_no_limit_before_a_valuation_but_a_signed_agreement_needs_one() -> None:
    bare = agreement(signed=None, valuations=(), securities=())
    ledger = run_ledger(LoanFacts(bare, (Deferring(NEW_YEAR, None, 700_00),)), loan_policy(), NEW_YEAR + days(7))
    assert ledger.days[-1].closing == 700_00 and ledger.days[-1].limit is None
    assert security_on(bare, NEW_YEAR) is SecurityKind.NONE
    with pytest.raises(BadFact, match="no value of the home"):
        run_ledger(
            LoanFacts(agreement(valuations=()), (Deferring(NEW_YEAR, None, 1),)), loan_policy(), NEW_YEAR + days(7)
        )


def test_an_undertaking_is_not_security_and_a_charge_is_from_its_day() -> None:
    steps = (Security(NEW_YEAR, SecurityKind.UNDERTAKING), Security(NEW_YEAR + days(9), SecurityKind.FIRST_CHARGE))
    held = agreement(securities=steps)
    assert not security_on(held, NEW_YEAR + days(8)).secured
    assert security_on(held, NEW_YEAR + days(9)).secured


def test_everything_wrong_with_an_agreement_is_told_at_once() -> None:
    bad = Agreement("DPA9", "P1", NEW_YEAR, kept_weekly_pence=144_01, ended=Ending(NEW_YEAR, EndedBy.DEATH))
    told = [each.what for each in check_agreement(bad)]
    assert told == [
        "£144.01 a week is kept, over the £144.00 allowed.",
        "It was signed before the home was valued.",
        "It was signed without security.",
        "It ended by death, but no date of death is held.",
    ]
    assert check_agreement(agreement(kept_weekly_pence=144_00)) == ()


# Single amounts


def test_a_reversal_undoes_one_movement_once_and_both_are_seen() -> None:
    wrong = repaid(500_00, NEW_YEAR)
    undone = wrong.reversed(NEW_YEAR + days(1), "bounced")
    ledger = run_ledger(ten_thousand(wrong, undone), choosing(interest_charged="none"), NEW_YEAR + days(2))
    assert [row.closing for row in ledger.days] == [10_000_00, 9_500_00, 10_000_00]
    assert [line.why for line in statement(ledger, NEW_YEAR, NEW_YEAR + days(2)).lines] == [
        "repaid",
        "bounced, reversing repaid",
    ]
    for extra in (
        (undone,),
        (wrong, undone, wrong.reversed(NEW_YEAR, "again")),
        (wrong, repaid(1, NEW_YEAR, "x").reversed(NEW_YEAR, "y")),
    ):
        with pytest.raises(BadFact):
            ten_thousand(*extra)


def test_amounts_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadFact):
        repaid(0, NEW_YEAR)
    with pytest.raises(BadFact):
        repaid(-1, NEW_YEAR)
    with pytest.raises(BadFact, match="three kinds"):
        LoanMovement(NEW_YEAR, MovementKind.WRITE_OFF, 1, "w")
    with pytest.raises(BadFact):
        LoanMovement(NEW_YEAR, MovementKind.FEE, 1, "f", WriteOffKind.NOT_ATTEMPTED)
    with pytest.raises(BadFact):
        Deferring(NEW_YEAR, NEW_YEAR, 1)


# Statements and redemption


def test_statements_fall_due_every_six_months_and_at_month_ends_do_not_drift() -> None:
    assert statement_days(loan_policy(), dt.date(2023, 8, 31), dt.date(2025, 2, 28)) == (
        dt.date(2024, 2, 29),
        dt.date(2024, 8, 31),
        dt.date(2025, 2, 28),
    )


def test_a_statement_shows_interest_by_rate_and_ties_to_the_ledger() -> None:
    """£36,600 at 4.65% for the 182 days to 30 June 2024 (£4.65 a day), then at 4.05% for 184 (£4.05), not
    compounded.
    """
    asked = agreement(signed=dt.date(2024, 1, 1), interest_asked_separately=dt.date(2024, 1, 1))
    fee = LoanMovement(dt.date(2024, 12, 31), MovementKind.FEE, 50_00, "closing fee")
    facts = LoanFacts(asked, (), (lent(36_600_00, dt.date(2023, 12, 31)), fee))
    ledger = run_ledger(facts, choosing(compounding="quarterly"), dt.date(2025, 1, 1))
    told = statement(ledger, dt.date(2024, 1, 1), dt.date(2025, 1, 1))
    interest = [(line.first, line.end, line.pence, line.why) for line in told.lines if line.what == "interest"]
    assert interest == [
        (dt.date(2024, 1, 1), dt.date(2024, 7, 1), 846_30, "4.65% a year"),
        (dt.date(2024, 7, 1), dt.date(2025, 1, 1), 745_20, "4.05% a year"),
    ]
    billed = [(line.first, line.pence) for line in told.lines if line.what == "interest billed"]
    assert billed == [
        (dt.date(2024, 3, 31), -423_15),
        (dt.date(2024, 6, 30), -423_15),
        (dt.date(2024, 9, 30), -372_60),
        (dt.date(2024, 12, 31), -372_60),
    ]
    assert (told.totals.opening, told.totals.closing) == (36_600_00, 36_650_00)
    assert (told.limit_pence, told.room_pence, told.review_due) == (255_750_00, 255_750_00 - 36_650_00, False)


def test_the_redemption_figure_says_how_it_is_made_up_and_what_a_day_more_costs() -> None:
    ledger = run_ledger(ten_thousand(), at_a_pound_a_day("quarterly"), dt.date(2025, 3, 1))
    told = redemption(ledger, dt.date(2025, 2, 10))
    assert (told.pence, told.parts.advances, told.parts.interest) == (10_041_00, 10_000_00, 41_00)
    assert told.next_day_interest_exact == 100


def test_charges_of_the_day_of_redemption_are_not_deferred_and_none_after_it() -> None:
    """£100 a day is deferred and stands at £1,000.00 on the tenth evening: £1,000 on the eleventh day clears it."""
    every = (Deferring(NEW_YEAR, None, 700_00),)
    free = choosing(interest_charged="none")
    day = NEW_YEAR + days(10)
    ledger = run_ledger(LoanFacts(agreement(), every), free, NEW_YEAR + days(20))
    assert (ledger.redemption(day), ledger.balance(day)) == (1_000_00, 1_100_00)
    paid = run_ledger(LoanFacts(agreement(), every, (repaid(1_000_00, day),)), free, NEW_YEAR + days(20))
    assert {row.closing for row in paid.within(day, NEW_YEAR + days(20))} == {0}
    assert paid.on(day).ended and not paid.on(day - days(1)).ended


def test_a_redemption_that_was_not_paid_after_all_leaves_the_debt_as_it_was() -> None:
    every, day = (Deferring(NEW_YEAR, None, 700_00),), NEW_YEAR + days(10)
    paid = repaid(1_000_00, day)
    bounced = LoanFacts(agreement(), every, (paid, paid.reversed(day + days(2), "bounced")))
    ledger = run_ledger(bounced, choosing(interest_charged="none"), day + days(4))
    assert [row.closing for row in ledger.within(day, day + days(4))] == [0, 0, 1_100_00, 1_200_00]


@pytest.mark.parametrize(
    "choice, figure", [("up to the day it is repaid", 10_010_00), ("up to the day before", 10_009_00)]
)
def test_the_last_day_money_repaid_bears_interest_is_policy(choice: str, figure: int) -> None:
    """£10,000 at £1.00 a day from 1 January, redeemed on the 10th, not yet added to the debt: ten days or nine."""
    rule = entry("repaid_money_bears_interest", ("2015-04-01", f'"{choice}"'))
    policy, day = at_a_pound_a_day("quarterly", rule), dt.date(2025, 1, 10)
    assert redemption(run_ledger(ten_thousand(), policy, day + days(1)), day).pence == figure
    after = run_ledger(ten_thousand(repaid(figure, day)), policy, dt.date(2025, 5, 1))
    assert {row.closing for row in after.within(day, dt.date(2025, 5, 1))} == {0}
    half = run_ledger(ten_thousand(repaid(5_000_00, day)), policy, day + days(1)).on(day).interest_exact
    assert half == (100 if figure == 10_010_00 else 50)


def test_interest_paid_apart_joins_what_redeems_the_debt_and_is_not_billed_as_well() -> None:
    facts = ten_thousand(repaid(10_010_00, dt.date(2025, 1, 10)), interest_asked_separately=NEW_YEAR)
    ledger = run_ledger(facts, at_a_pound_a_day("monthly"), dt.date(2025, 3, 1))
    assert ledger.balance(dt.date(2025, 2, 28)) == 0
    assert sum(row.totals.interest_billed for row in ledger.days) == 0


def test_an_agreements_own_rate_gives_way_to_the_most_allowed() -> None:
    """4.1% fixed: charged while 4.65% and 4.25% are allowed, and 4.05% in the half-year that allows no more."""
    facts = LoanFacts(
        agreement(signed=dt.date(2024, 1, 1), fixed_rate=Fraction("4.1")), (), (lent(100_00, SIGNED_2023),)
    )
    ledger = run_ledger(facts, loan_policy(), dt.date(2025, 1, 2))
    told = [ledger.on(dt.date(*day)).rate.percent for day in ((2024, 6, 30), (2024, 7, 1), (2025, 1, 1))]
    assert told == [Fraction("4.1"), Fraction("4.05"), Fraction("4.1")]


def test_an_agreements_own_compounding_comes_before_the_councils() -> None:
    ledger = run_ledger(ten_thousand(compounding="monthly"), at_a_pound_a_day("quarterly"), dt.date(2025, 2, 2))
    assert ledger.on(dt.date(2025, 2, 1)).bearing == 10_031_00
