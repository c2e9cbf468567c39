"""Accounts by the handful: the facts of :mod:`finance.care_cap` as columns, and worlds of several people."""

import numpy as np
from hypothesis import strategies as st

from billing.care_accounts.stretches import BroughtIn, CareAccounts, Cares, daily_parts
from billing.care_accounts.weeks import KINDS, AccountLines
from finance.care_cap import AccountDue, AccountFacts, Budget, Met, MeteredCare, Terms
from finance.days import FOR_EVER, day, number
from tests.finance.care_cap.accounts import worlds

NONE = np.empty(0, np.int64)


def columns(people: list[AccountFacts]) -> CareAccounts:
    """Facts as columns. Care met otherwise must have its own budget for all its days, as stored budgets do."""
    care = [(who, each) for who, known in enumerate(people) for each in known.care]
    brought = [(who, each) for who, known in enumerate(people) for each in known.brought_in]

    def ints(values: list[int]) -> np.ndarray:
        return np.asarray(values, np.int64) if values else NONE

    return CareAccounts(
        ints([min((number(d) for d in known.change_days()), default=FOR_EVER) for known in people]),
        ints([number(known.carried_out) if known.carried_out else FOR_EVER for known in people]),
        Cares(
            ints([who for who, _ in care]),
            ints([number(each.first) for _, each in care]),
            ints([number(each.end) if each.end else FOR_EVER for _, each in care]),
            daily_parts(ints([each.pence for _, each in care]), ints([each.per_days for _, each in care])),
            np.asarray([each.met is Met.OTHERWISE for _, each in care], bool),
            np.asarray([each.care_home for _, each in care], bool),
        ),
        BroughtIn(
            ints([who for who, _ in brought]),
            ints([number(each.on) for _, each in brought]),
            ints([each.accrued_pence for _, each in brought]),
            ints([each.cap_pence for _, each in brought]),
        ),
    )


def as_stored(known: AccountFacts) -> AccountFacts:
    """The same person with sums of one to seven days, and a budget of its own for all care met otherwise."""
    care = tuple(
        MeteredCare(
            each.first, each.end, each.met, each.pence, each.care_home, 7 if each.per_days > 7 else each.per_days
        )
        for each in known.care
    )
    budgets = tuple(Budget(each.first, each.end) for each in care if each.met is Met.OTHERWISE)
    return AccountFacts(known.person, care, budgets, known.brought_in, known.carried_out)


@st.composite
def several(draw: st.DrawFn) -> tuple[list[AccountFacts], Terms]:
    """One to four people under one council's terms."""
    first, held = draw(worlds())
    others = draw(st.lists(worlds(), max_size=3))
    return [as_stored(known) for known in (first, *(known for known, _ in others))], held


def alike(lines: AccountLines, due: tuple[AccountDue, ...]) -> bool:
    """Whether lines as columns are those of the rules."""
    mine = sorted(
        (KINDS[kind], day(int(first)), day(int(end)), int(pence))
        for kind, first, end, pence in zip(lines.kind, lines.first, lines.end, lines.pence, strict=True)
    )
    assert mine == sorted((str(each.kind), each.first, each.end, each.pence) for each in due)
    return True
