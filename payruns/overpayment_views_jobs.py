"""What a reader is shown of overpayments: whose they are, the lines that took money back and why, what came of it."""

from dataclasses import dataclass

from finance.columns import Database
from finance.names import Named
from ledgers.overpayments.cases import Overpayment
from ledgers.overpayments.store import read_cases
from ledgers.store import read_run
from payruns.views_store import LineShown, payees, read_lines

_MOST = 100
"""Lines shown of one run, those that take most back."""


@dataclass(frozen=True)
class OverpaymentShown:
    """A case, and its payee. ``lines``: what took money back, by run, where one case is asked for."""

    case: Overpayment
    payee: Named
    lines: dict[int, list[LineShown]]


def read_overpayments(database: Database, *, every: bool = False) -> list[OverpaymentShown]:
    """The cases of which something is owed, the largest first; those that have ended too."""
    with database.read() as connection:
        cases = [each for each in read_cases(connection) if each.owing or every]
        named = payees(connection, {each.party for each in cases})
    return [OverpaymentShown(each, named[each.party], {}) for each in sorted(cases, key=lambda each: -each.owing)]


def read_overpayment(database: Database, nr: int) -> OverpaymentShown:
    """One case, with the lines of each run that took money back. Raises NoSuchOverpayment."""
    with database.read() as connection:
        (case,) = read_cases(connection, nr)
        payee = payees(connection, [case.party])[case.party]
        lines = {}
        for step in case.steps:
            if step.due >= 0:
                continue
            some, _ = read_lines(connection, read_run(connection, step.run), payee=payee.ref, late=False, limit=_MOST)
            lines[step.run] = [each for each in some if each.amount < 0]
    return OverpaymentShown(case, payee, lines)
