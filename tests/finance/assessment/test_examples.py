"""Councils' own published examples come out to the penny from what went in."""

from fractions import Fraction

import pytest

from finance.assessment import assess
from finance.assessment.deferred import deferral, equity_limit
from finance.money import read_pence
from tests.finance.assessment.examples import Case, cases

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file}: {case.title}" for case in CASES])
def test_example(case: Case) -> None:
    expect = dict(case.expect)
    if "equity_limit" in expect:
        [home] = case.circumstances.assets
        assert equity_limit(home.value_pence, case.on) == read_pence(expect.pop("equity_limit"))
    if not expect:
        return
    answer = assess(case.circumstances, case.on, case.policy)
    for name, value in expect.pop("steps", {}).items():
        wanted = value if isinstance(value, bool) else Fraction(read_pence(value))
        assert answer.value(name) == wanted, name
    found = {
        "charge": answer.charge_pence,
        "council_pays": answer.council_pays_pence,
        "top_up": answer.top_up_pence,
        "chargeable_cost": answer.chargeable_cost_pence,
    }
    for name in [name for name in expect if name in found]:
        assert found[name] == read_pence(expect.pop(name)), name
    if "outcome" in expect:
        assert answer.outcome == expect.pop("outcome")
    if "deferred" in expect:
        weekly = deferral(answer, kept_pence=read_pence(expect.pop("kept")))
        weeks = expect.pop("weeks")
        assert weekly.deferred_pence == read_pence(expect.pop("deferred"))
        assert weekly.over(weeks).deferred_pence == read_pence(expect.pop("lent"))
        assert weekly.over(weeks).paid_pence == read_pence(expect.pop("paid"))
    assert not expect, f"nothing checks {expect}"


def test_the_examples_are_all_here() -> None:
    assert len({case.file for case in CASES}) >= 20
