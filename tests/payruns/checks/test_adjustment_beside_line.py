"""An adjustment of just what a line comes to is asked about; of a penny more it is not."""

import pandas as pd
import pytest

from payruns.checks.adjustment_beside_line import beside_lines

COLUMNS = ["subject", "kind", "party", "person", "amount"]


@pytest.mark.parametrize(
    "pence, payee, person, found",
    [
        (500, 7, 1, True),
        (800, 7, 1, True),
        (801, 7, 1, False),
        (500, 8, 1, False),
        (500, 7, 2, False),
        (-500, 7, 1, False),
    ],
)
def test_one_period_or_all_of_a_line(pence: int, payee: int, person: int, found: bool) -> None:
    lines = pd.DataFrame(
        [(9, "adjustment", payee, person, pence), (1, "care", 7, 1, 500), (1, "care", 7, 1, 300)], columns=COLUMNS
    )
    made = [(each.subject, each.party, each.amount, each.kind) for each in beside_lines(lines)]
    assert made == ([(9, payee, pence, "adjustment")] if found else [])
