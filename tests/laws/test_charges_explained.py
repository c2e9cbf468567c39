"""Whatever has happened, every bill can be explained to the penny, and so can what every line is charged in
every run.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.explain import explain_bill, explain_charges
from ledgers.explain.explanation import NothingToExplain
from tests.billing.charges.charged_life import ChargedLife, live
from tests.billing.charges.charged_worlds import a_policy, make_council
from tests.conftest import NewDatabase

SEEDS = st.integers(0, 10**9)


def explained(life: ChargedLife) -> list[str]:
    """Where an explanation is not the bill or the ledger."""
    found = []
    posted: dict[tuple[int, int], int] = {}
    for number, run, party, pence, _ in life.bills():
        posted[run, party] = pence
        told = explain_bill(life.database, number)
        if told.figures["bill_pence"] != pence or not told.sections:
            found.append(f"bill {number} is {pence}, explained as {told.figures['bill_pence']}")
    runs = {run for run, _ in posted}
    for ref in life.numbers("service_line"):
        for run in sorted(runs):
            try:
                explain_charges(life.database, ref, run=run)
            except NothingToExplain as refused:
                found.append(str(refused))
    return found


def lived(new_database: NewDatabase, seed: int, lines: int, steps: int) -> ChargedLife:
    one = make_council(seed, lines, 2)
    life = ChargedLife(new_database(), a_policy(one))
    if life.learn(one):
        live(life, one, steps)
    return life


@settings(max_examples=1)
@given(seed=SEEDS, lines=st.integers(3, 6), steps=st.integers(2, 3))
def test_any_history_is_explained_to_the_penny(new_database: NewDatabase, seed: int, lines: int, steps: int) -> None:
    assert explained(lived(new_database, seed, lines, steps)) == []


@pytest.mark.soak
@given(seed=SEEDS, lines=st.integers(1, 12), steps=st.integers(1, 8))
def test_many_longer_histories_are_explained(new_database: NewDatabase, seed: int, lines: int, steps: int) -> None:
    assert explained(lived(new_database, seed, lines, steps)) == []
