"""Deferred payments as a loan ledger: agreements, the debt day by day, statements, redemption and the yearly return.

Who must be offered an agreement, how much a home can secure and what is deferred each week are
:mod:`finance.assessment.deferred`; this is what happens next. Nothing here looks at a clock, a file of facts or a
database. In order of use:

* :func:`loan_policy`: how the council runs its agreements, by date. :func:`ceilings`: the most interest allowed.
* :class:`Agreement`, with its securities, valuations, prior charges, death and ending; :func:`check_agreement`.
* :class:`LoanFacts`: the agreement, what is deferred (:class:`Deferring`) and single amounts (:class:`LoanMovement`).
* :func:`run_ledger`: the debt up to a day. :func:`statement`, :func:`redemption`, :func:`statement_days`.
* :func:`yearly_return` and :func:`request_counts`: the return, each figure with the agreements behind it.
"""

from finance.deferred_payments.agreement import (
    Agreement,
    EndedBy,
    Ending,
    PriorCharge,
    Security,
    SecurityKind,
    Style,
    Valuation,
    check_agreement,
    limit_on,
    review_due_on,
    security_on,
    value_on,
)
from finance.deferred_payments.interest import AboveTheCeiling, Rate, ceiling_on, ceilings, half_year, rate_on
from finance.deferred_payments.ledger import DebtDay, DebtTotals, Ledger, run_ledger
from finance.deferred_payments.movements import Deferring, LoanFacts, LoanMovement, MovementKind, WriteOffKind
from finance.deferred_payments.policy import LoanPolicy, loan_policy, statement_days
from finance.deferred_payments.requests import AgeBand, Request, RequestCount, request_counts
from finance.deferred_payments.statement import LoanStatement, Redemption, StatementLine, redemption, statement
from finance.deferred_payments.yearly_return import AgreementShare, ReturnFigure, YearlyReturn, yearly_return

__all__ = [
    "AboveTheCeiling",
    "AgeBand",
    "Agreement",
    "AgreementShare",
    "DebtDay",
    "DebtTotals",
    "Deferring",
    "EndedBy",
    "Ending",
    "Ledger",
    "LoanFacts",
    "LoanMovement",
    "LoanPolicy",
    "LoanStatement",
    "MovementKind",
    "PriorCharge",
    "Rate",
    "Redemption",
    "Request",
    "RequestCount",
    "ReturnFigure",
    "Security",
    "SecurityKind",
    "StatementLine",
    "Style",
    "Valuation",
    "WriteOffKind",
    "YearlyReturn",
    "ceiling_on",
    "ceilings",
    "check_agreement",
    "half_year",
    "limit_on",
    "loan_policy",
    "rate_on",
    "redemption",
    "request_counts",
    "review_due_on",
    "run_ledger",
    "security_on",
    "statement",
    "statement_days",
    "value_on",
    "yearly_return",
]  # fmt: skip
