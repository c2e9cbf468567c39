"""A care account by hand: what counts, the day the cap is reached, and what is charged on and after it."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from finance.care_cap import (
    AccountKind,
    BadAccountFact,
    Budget,
    Met,
    MeteredCare,
    Transfer,
    account_changes,
    account_total,
    carry_out,
    charge_within_cap,
    count_day,
    days_to_reach,
    due_lines,
    meter,
    projected_day,
    terms,
    yearly_statement,
)
from finance.days import Span
from finance.parameters import read_parameters
from finance.problems import NoValueOnDay
from tests.finance.care_cap.accounts import START, arranged_alone, at_home, days, facts, in_a_home, made_up


def week(number: int) -> Span:
    return Span(START + days(7 * number), START + days(7 * number + 7))


# Published examples


def test_cap_01_a_home_of_800_at_the_councils_rate_of_600_counts_350_a_week() -> None:
    account = meter(facts(arranged_alone(min(800_00, 600_00))), made_up(living="250.00"), START + days(7))
    assert account.total_exact == 350_00


def test_cap_04_36_000_a_year_less_12_000_of_living_costs_takes_more_than_three_and_a_half_years() -> None:
    """Living costs given by the year are no whole number of pence a week: the rule for one day is followed."""
    one = count_day(home_otherwise=Fraction(36_000_00, 365), living=Fraction(12_000_00, 365))
    assert one.counted * 365 == 24_000_00
    reached = days_to_reach(Fraction(86_000_00), one.counted)
    assert reached == 1308 and Fraction(7, 2) < Fraction(reached, 365) < 4


def test_cap_06_700_a_week_less_200_reaches_86_000_in_172_weeks_the_40_months_stated() -> None:
    account = meter(facts(arranged_alone(700_00)), made_up(), START + days(1300))
    assert meter(facts(arranged_alone(700_00)), made_up(), START + days(7)).total_exact == 500_00
    assert account.reached_on == START + days(172 * 7 - 1)
    assert -(-172 * 12 // 52) == 40


@pytest.mark.parametrize("care, living, months", [(780_00, "275.00", 40), (439_00, "0.00", 46)])
def test_a_newspapers_3_years_4_months_and_3_years_10_months(care: int, living: str, months: int) -> None:
    reached = meter(facts(arranged_alone(care)), made_up(living=living), START + days(1500)).reached_on
    assert reached is not None
    assert -(-((reached - START).days + 1) * 12 // 364) == months


# What counts


def test_off_as_it_ships_nothing_counts_and_the_charge_is_whole() -> None:
    account = meter(facts(in_a_home(700_00)), terms(), START + days(70))
    assert account.total_exact == 0 and account.cap_pence is None and account.reached_on is None
    assert charge_within_cap(account, terms(), week(3)).charge_pence == 700_00


def test_switched_on_without_a_cap_is_refused_and_says_why() -> None:
    on = read_parameters(
        '[metering]\nlabel = "m"\nunit = "flag"\nreference = "r"\n'
        '[[metering.values]]\nfrom = 2015-04-01\nvalue = false\nstatus = "confirmed"\nsource = "s"\n'
        '[[metering.values]]\nfrom = 2028-10-02\nvalue = true\nstatus = "confirmed"\nsource = "s"\n',
        "own.toml",
    )
    with pytest.raises(NoValueOnDay, match="cancelled before it began"):
        meter(facts(at_home(100_00)), terms(on), START + days(7))
    assert meter(facts(at_home(100_00, START - days(7))), terms(on), START).total_exact == 0


def test_the_switch_counts_from_its_day() -> None:
    care = at_home(70_00, START - days(10))
    assert meter(facts(care), made_up(), START).total_exact == 0
    assert meter(facts(care), made_up(), START + days(1)).total_exact == 10_00


def test_charged_under_the_living_costs_nothing_counts_and_it_is_charged_for_ever() -> None:
    account = meter(facts(in_a_home(199_99)), made_up((START, "0.00")), START + days(7))
    assert account.total_exact == 0
    assert charge_within_cap(account, made_up((START, "0.00")), week(0)).charge_pence == 199_99


def test_living_costs_come_off_once_a_day_and_only_in_a_care_home() -> None:
    both = facts(in_a_home(150_00), in_a_home(100_00), at_home(30_00))
    assert meter(both, made_up(), START + days(7)).total_exact == 80_00


def test_living_costs_not_met_by_the_councils_own_charge_come_off_the_rest_and_no_more() -> None:
    """£150 of the £200 comes off the council's own £150, the last £50 off the £300 arranged otherwise."""
    both = facts(in_a_home(150_00), arranged_alone(300_00))
    assert meter(both, made_up(), START + days(7)).total_exact == 250_00


def test_met_otherwise_counts_from_the_day_an_assessment_had_to_be_made_and_not_without_a_budget() -> None:
    care = arranged_alone(700_00)
    assert meter(facts(care, budget=None), made_up(), START + days(70)).total_exact == 0
    later = facts(care, budget=START + days(69))
    assert meter(later, made_up(), START + days(70)).total_exact == Fraction(500_00, 7)
    ended = facts(care, budget=None)
    ended = type(ended)("P1", (care,), (Budget(START, START + days(7)),))
    assert meter(ended, made_up(), START + days(70)).total_exact == 500_00


def test_met_by_the_council_counts_what_is_charged_whatever_it_costs() -> None:
    assert meter(facts(at_home(45_67), budget=None), made_up(), START + days(7)).total_exact == 45_67


# Reaching the cap


def test_the_cap_is_reached_in_mid_week_and_the_charge_changes_from_that_day() -> None:
    """£700 a week in a home, £500 of it counting; £1,200 is two weeks and 2.8 days: reached on the third day."""
    held = made_up((START, "1200.00"))
    account = meter(facts(in_a_home(700_00)), held, START + days(28))
    assert account.reached_on == START + days(16)
    charges = [charge_within_cap(account, held, week(each)).charge_pence for each in range(4)]
    assert charges == [700_00, 700_00, 200_00 + 200_00, 200_00]
    assert charge_within_cap(account, held, week(1)).reached_on is None
    assert charge_within_cap(account, held, week(2)).taken_off_exact == 300_00
    assert account.share == 1 and account.total_exact == 1200_00


@pytest.mark.parametrize("cap, day", [("1000.00", 13), ("1000.01", 14), ("999.99", 13), ("928.57", 12), ("928.58", 13)])
def test_the_day_it_is_reached_to_the_penny(cap: str, day: int) -> None:
    """13 days at £500 a week come to £928.5714…"""
    account = meter(facts(at_home(500_00)), made_up((START, cap)), START + days(28))
    assert account.reached_on == START + days(day)


def test_at_home_nothing_is_charged_once_it_is_reached() -> None:
    held = made_up((START, "100.00"))
    account = meter(facts(at_home(100_00)), held, START + days(14))
    assert [charge_within_cap(account, held, week(each)).charge_pence for each in (0, 1)] == [100_00, 0]


def test_a_cap_of_nought_is_reached_on_the_first_day() -> None:
    held = made_up((START, "0.00"))
    account = meter(facts(in_a_home(500_00)), held, START + days(7))
    assert account.reached_on == START and account.share == 1
    assert charge_within_cap(account, held, week(0)).charge_pence == 200_00


# The yearly adjustment


def test_the_adjustment_moves_cap_and_total_together_and_keeps_the_share() -> None:
    held = made_up((START, "1000.00"), (START + days(7), "1100.00"))
    account = meter(facts(at_home(250_00, end=START + days(7))), held, START + days(8))
    assert account.total_exact == 275_00 and account.share == Fraction(1, 4)
    [jump] = account.jumps
    assert jump.adjustment and jump.before == 250_00 and jump.after == 275_00


def test_who_has_reached_the_cap_stays_there_after_an_adjustment() -> None:
    held = made_up((START, "100.00"), (START + days(14), "103.33"))
    account = meter(facts(at_home(100_00)), held, START + days(28))
    assert account.reached_on == START + days(6) and account.total_exact == 103_33
    assert charge_within_cap(account, held, week(3)).charge_pence == 0


def test_a_new_cap_that_is_no_adjustment_leaves_the_total_alone() -> None:
    held = made_up((START, "100.00"), (START + days(14), "150.00"), follows=((START, False),))
    account = meter(facts(at_home(100_00)), held, START + days(28))
    assert account.reached_on == START + days(14 + 3) and account.total_exact == 150_00


def test_a_cap_announced_later_is_not_known_before_its_day() -> None:
    later = made_up((START, "100.00"), (START + days(7), "200.00"))
    early = replace(later, known_by=START)
    care = facts(at_home(60_00))
    assert meter(care, later, START + days(8)).cap_pence == 200_00
    assert meter(care, early, START + days(8)).cap_pence == 100_00


# Between councils


def test_carried_out_here_is_carried_in_there_and_the_share_goes_with_it() -> None:
    here, there = made_up((START, "1000.00")), made_up((START, "1000.00"), (START + days(7), "2000.00"))
    first = type(facts())("P1", (at_home(100_01),), carried_out=START + days(7))
    account = meter(first, here, START + days(7))
    handed = carry_out(account, here, "Anyshire")
    assert handed == Transfer(START + days(7), 100_01, 1000_00, "Anyshire")
    second = type(facts())("P1", (at_home(70_00, START + days(7)),), brought_in=(handed,))
    assert meter(second, there, START + days(8)).total_exact == 200_02 + 10_00
    assert meter(first, here, START + days(70)).total_exact == 100_01


def test_nothing_is_handed_on_while_the_account_is_open_or_brought_in_while_it_is_off() -> None:
    with pytest.raises(BadAccountFact, match="no closed care account"):
        carry_out(meter(facts(at_home(1)), made_up(), START + days(7)), made_up(), "Otherton")
    early = type(facts())("P1", brought_in=(Transfer(START - days(1), 1, 100, "Otherton"),))
    with pytest.raises(BadAccountFact, match="no care accounts are kept"):
        meter(early, made_up(), START + days(7))


def test_impossible_facts_are_refused() -> None:
    with pytest.raises(BadAccountFact):
        MeteredCare(START, START, Met.COUNCIL, 1, care_home=False)
    with pytest.raises(BadAccountFact):
        at_home(-1)
    with pytest.raises(BadAccountFact):
        Transfer(START, 5, 0, "Otherton")


# The account as recorded


def test_a_third_of_a_penny_a_day_is_rounded_in_the_total_not_in_each_week() -> None:
    """1p for every 3 days: 2.33…p a week, so three weeks are 2, 3 and 2 and not 2, 2 and 2."""
    care = MeteredCare(START, None, Met.COUNCIL, 1, care_home=False, per_days=3)
    due = due_lines(meter(facts(care), made_up(), START + days(21)), made_up())
    assert [each.pence for each in due] == [2, 3, 2]


def test_a_week_not_over_is_not_recorded() -> None:
    assert due_lines(meter(facts(at_home(70_00)), made_up(), START + days(6)), made_up()) == ()
    [line] = due_lines(meter(facts(at_home(70_00)), made_up(), START + days(7)), made_up())
    assert (line.kind, line.first, line.end, line.pence) == (AccountKind.METERED, START, START + days(7), 70_00)


def test_the_last_week_before_another_council_takes_over_is_recorded_to_that_day() -> None:
    moved = type(facts())("P1", (at_home(70_00),), carried_out=START + days(9))
    due = due_lines(meter(moved, made_up(), START + days(70)), made_up())
    assert [(each.end, each.pence) for each in due] == [(START + days(7), 70_00), (START + days(9), 20_00)]
    assert due_lines(meter(moved, made_up(), START + days(8)), made_up()) == due[:1]


def test_a_wrong_week_is_reversed_and_put_right_and_both_stay_to_be_seen() -> None:
    held, first, later = made_up(), START + days(14), START + days(50)
    entries = account_changes(due_lines(meter(facts(at_home(100_00)), held, first), held), [], first)
    right = facts(MeteredCare.charged(START, START + days(7), 60_00, care_home=False), at_home(100_00, START + days(7)))
    change = account_changes(due_lines(meter(right, held, first), held), entries, later)
    assert [(each.first, each.pence, each.reversal) for each in change] == [
        (START, -100_00, True),
        (START, 60_00, False),
    ]
    assert account_total(entries + change) == 160_00 and account_total(entries + change, first) == 200_00


# The statement


def test_a_statement_ties_and_says_the_day_when_it_is_within_eighteen_months() -> None:
    held, end = made_up((START, "26000.00")), START + days(364)
    known = facts(in_a_home(450_00), budget=None)
    account = meter(known, held, end)
    entries = account_changes(due_lines(account, held), [], end)
    told = yearly_statement(account, entries, held, on=end)
    assert (told.opening_pence, told.metered_pence, told.closing_pence) == (0, 13_000_00, 13_000_00)
    assert (told.living_pence, told.weekly_pence, told.share) == (10_400_00, 250_00, Fraction(1, 2))
    assert told.indicative == projected_day(account) == START + days(727)
    assert told.next_due == dt.date(2030, 10, 1)
    far = made_up((START, "60000.00"))
    account = meter(known, far, end)
    assert yearly_statement(account, (), far, on=end).indicative is None
    assert projected_day(account) == START + days(240 * 7 - 1)


def test_a_statement_says_what_was_corrected_since_the_last() -> None:
    held, first, later = made_up(), START + days(14), START + days(28)
    entries = account_changes(due_lines(meter(facts(at_home(100_00)), held, first), held), [], first)
    right = facts(at_home(80_00))
    account = meter(right, held, later)
    entries += account_changes(due_lines(account, held), entries, later)
    told = yearly_statement(account, entries, held, on=later, since=first)
    assert (told.opening_pence, told.corrections_pence, told.metered_pence, told.closing_pence) == (
        200_00,
        -40_00,
        160_00,
        320_00,
    )


def test_who_is_there_already_or_has_no_care_is_given_no_date() -> None:
    held = made_up((START, "100.00"))
    account = meter(facts(at_home(100_00)), held, START + days(14))
    told = yearly_statement(account, (), held, on=START + days(14))
    assert told.reached_on == START + days(6) and told.indicative is None
    over = meter(facts(at_home(50_00, end=START + days(7))), held, START + days(14))
    assert projected_day(over) is None


def test_a_pace_that_would_take_more_than_a_hundred_years_projects_no_day() -> None:
    account = meter(facts(at_home(1)), made_up(), START + days(7))
    assert projected_day(account) is None
    near = meter(facts(at_home(1)), made_up((START, "52.00")), START + days(7))
    assert projected_day(near) == START + days(7 * 5200 - 1)
