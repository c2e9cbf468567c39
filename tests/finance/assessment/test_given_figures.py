"""Figures given from a circular: read as written, set beside what stood, put over those known; slips refused."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.assessment import statutory_figures
from finance.assessment.given_figures import beside, read_figures, with_all
from finance.money import pounds
from finance.problems import BadParameters

FIRST = dt.date(2027, 4, 5)
KNOWN = dt.date(2027, 2, 10)
HEAD = 'from = 2027-04-05\nsource = "A made-up circular"\npage = "Annex A"\n[figures]\n'
PEA = "personal_expenses_allowance"


def of(rows: str) -> str:
    return HEAD + rows + "\n"


@given(st.integers(1, 10**6), st.dates(dt.date(2026, 4, 7), dt.date(2030, 1, 1)))
def test_a_figure_given_stands_from_its_day_and_what_stood_before_stands_till_then(pence: int, day: dt.date) -> None:
    made = read_figures(of(f"{PEA} = {pounds(pence).replace(',', '')}"), "april.toml")
    figures = made.over(statutory_figures(), KNOWN)
    wanted = pence if day >= FIRST else statutory_figures()[PEA].on(day).value
    assert figures[PEA].on(day).value == wanted
    assert figures[PEA].on(FIRST, KNOWN - dt.timedelta(days=1)).value == statutory_figures()[PEA].on(FIRST).value
    assert figures[PEA].on(FIRST).source == "A made-up circular, Annex A" and figures[PEA].on(FIRST).sure


def test_of_two_given_for_one_day_the_later_confirmed_stands_even_on_one_day() -> None:
    wrong, right = (read_figures(of(f"{PEA} = {amount}"), "april.toml") for amount in ("23.10", "32.10"))
    for known in (KNOWN, KNOWN + dt.timedelta(days=3)):
        figures = with_all(statutory_figures(), [(wrong, KNOWN), (right, known)])
        assert figures.pence(PEA, FIRST) == 32_10
    assert with_all(statutory_figures(), [(wrong, KNOWN), (right, known)]).pence(PEA, FIRST, KNOWN) == 23_10


def test_each_is_beside_what_stood_the_day_before_and_what_moved_last_year_is_missed() -> None:
    made = read_figures(of(f"{PEA} = 32.80"), "april.toml")
    rows = beside(made, statutory_figures())
    assert [(each.before, each.now, each.change) for each in rows if each.parameter.name == PEA] == [
        (31_80, 32_80, 1_00)
    ]
    missed = {each.parameter.name for each in rows if each.now is None}
    assert "guarantee_single_25" in missed and PEA not in missed and "capital_upper_limit" not in missed


@pytest.mark.parametrize(
    "text, words",
    [
        (of("personal_expense_allowance = 1.00"), "no figure is called “personal_expense_allowance”"),
        (of(f"{PEA} = 0.3210"), "too many decimal places"),
        (of(f'{PEA} = "thirty"'), "is not an amount"),
        (of("tariff_step = true"), "is not an amount"),
        (HEAD, "gives no figure"),
        (of(f"{PEA} = 1.00").replace("page", "pages"), "“pages” means nothing here"),
        (of(f"{PEA} = 1.00").replace('"Annex A"', '" "'), "“page” is missing"),
        (of(f"{PEA} = 1.00").replace("from = 2027-04-05\n", ""), "has no “from” date"),
        (of(f"{PEA} = 1.00").replace("from", "until = 2027-01-01\nfrom"), "before it starts"),
        ("x = [", "is not TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(BadParameters) as refused:
        read_figures(text, "april.toml")
    assert words in str(refused.value)


def test_a_day_between_two_years_is_not_left_without() -> None:
    late = of("attendance_allowance_lower = 80.00").replace("2027-04-05", "2027-06-07")
    with pytest.raises(BadParameters, match="no value covers"):
        read_figures(late, "june.toml").over(statutory_figures(), KNOWN)
