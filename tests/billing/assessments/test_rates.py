"""Figures and choices kept with an assessment read whole when the rules have come to ask for more since."""

import datetime as dt
import json

from billing.assessments.rates import Rates
from finance.assessment import Circumstances, Income, assess, default_policy, statutory_figures

ON = dt.date(2024, 6, 3)


def test_rates_kept_before_a_figure_and_a_choice_were_added_still_answer_as_they_did() -> None:
    kept = Rates(default_policy(), statutory_figures())
    content = json.loads(kept.text())
    del content["figures"]["wales_nursing"], content["choices"]["universal_credit_children"]
    content["figures"]["guarantee_single_25"][3][4][5] = "11059"  # what was believed then
    older = Rates.read(json.dumps(content))
    one = Circumstances(
        person="A",
        born=dt.date(1985, 1, 1),
        cost_pence=90_000,
        incomes=(Income(kind="universal_credit", amount_pence=30_000),),
    )
    assert assess(one, ON, older.policy, older.figures).charge_pence == 30_000 - 11_059
    assert assess(one, ON, kept.policy, kept.figures).charge_pence == 30_000 - 11_060


def test_rates_read_back_are_those_that_were_kept() -> None:
    kept = Rates(default_policy(), statutory_figures())
    assert Rates.read(kept.text()).sha256 == kept.sha256
