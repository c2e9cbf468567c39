"""The care account: what counts towards a cap on care costs, week by week, when it is reached, and what that changes.

Off unless the council's policy switches it on by date (``terms.toml``). Nothing here looks at a clock, a file of facts
or a database. In order of use:

* :class:`Terms`: the cap, daily living costs and policy, by date. ``terms()`` is what ships.
* :class:`AccountFacts`: the care one person had, and totals brought in from other councils.
* :func:`meter`: the exact running total, in pieces that say what counted and why.
* :func:`charge_within_cap`: what may be charged for any days, before and after the cap is reached.
* :func:`due_lines` and :func:`account_changes`: the weeks to record, and the dated reversals that correct them.
* :func:`yearly_statement`: the figures of a statement, with the projected day. :func:`carry_out`: the total for the
  next council.
"""

from finance.care_cap.account import (
    AccountDue,
    AccountKind,
    Entry,
    account_changes,
    account_total,
    due_lines,
    recorded_to,
)
from finance.care_cap.charging import ChargeWithinCap, charge_within_cap
from finance.care_cap.counting import CountedDay, count_day, days_to_reach
from finance.care_cap.facts import AccountFacts, BadAccountFact, Budget, Met, MeteredCare, Transfer
from finance.care_cap.meter import Jump, Meter, MeteredDays, meter
from finance.care_cap.statement import AccountStatement, carry_out, projected_day, yearly_statement
from finance.care_cap.terms import Terms, terms

__all__ = [
    "AccountDue",
    "AccountFacts",
    "AccountKind",
    "AccountStatement",
    "BadAccountFact",
    "Budget",
    "ChargeWithinCap",
    "CountedDay",
    "Entry",
    "Jump",
    "Met",
    "Meter",
    "MeteredCare",
    "MeteredDays",
    "Terms",
    "Transfer",
    "account_changes",
    "account_total",
    "carry_out",
    "charge_within_cap",
    "count_day",
    "days_to_reach",
    "due_lines",
    "meter",
    "projected_day",
    "recorded_to",
    "terms",
    "yearly_statement",
]  # fmt: skip
