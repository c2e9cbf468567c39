"""The journal of an accrual: in balance in each of its two periods, and nothing is left of it in the next year."""

import datetime as dt

import pytest

from interfaces.files.outbound.accrual_journal import ACCRUED, REVERSED, accrual_journal
from interfaces.files.outbound.journal import read_journal
from interfaces.files.outbound.year_end_store import AccrualShown, YearEndShown
from ledgers.coding.rules import Account

COST, CONTROL, INCOME = (Account("1", "A2140", each, "000", f"Account {each}") for each in ("52010", "B2100", "92110"))
LAST, AT = dt.date(2027, 3, 31), dt.datetime(2027, 4, 20, 9)


def shown(*rows: tuple[str, Account, Account, int, int]) -> YearEndShown:
    made = [AccrualShown("payments", *row) for row in rows]
    return YearEndShown(made, sum(each.before for each in made), sum(each.whole for each in made))


def test_what_belongs_to_the_old_year_is_in_its_last_period_and_back_in_the_first_of_the_next() -> None:
    made = accrual_journal(shown(("care", COST, CONTROL, 3_222_86, 3_760_00)), LAST, AT)
    assert made is not None
    assert (made.name, made.debit, made.credit) == ("journal_accruals_2027-03-31.csv", 6_445_72, 6_445_72)
    lines = [
        (line.journal, line.period, line.subjective, line.side, line.amount)
        for line in read_journal(made.content).lines
    ]
    assert lines == [
        (ACCRUED, 202612, "52010", "dr", 3_222_86),
        (ACCRUED, 202612, "B2100", "cr", 3_222_86),
        (REVERSED, 202701, "52010", "cr", 3_222_86),
        (REVERSED, 202701, "B2100", "dr", 3_222_86),
    ]


@pytest.mark.parametrize(("before", "sides"), [(700, ["dr", "cr"]), (-700, ["cr", "dr"])])
def test_what_takes_back_is_on_the_other_side(before: int, sides: list[str]) -> None:
    made = accrual_journal(shown(("contribution", INCOME, CONTROL, before, 2 * before)), LAST, AT)
    assert made is not None
    of_account = {line.subjective: line.side for line in read_journal(made.content).lines if line.journal == ACCRUED}
    assert [of_account["92110"], of_account["B2100"]] == sides


def test_nothing_to_accrue_is_no_file() -> None:
    assert accrual_journal(shown(), LAST, AT) is None
    assert accrual_journal(shown(("care", COST, CONTROL, 0, 500)), LAST, AT) is None
