"""The days of a direct debit: notice, lodging, lead time, lateness, sleep. All in working days of the banks."""

import datetime as dt
from functools import cache

from dateutil.relativedelta import relativedelta

from billing.direct_debits.policy import DirectDebitPolicy
from finance.days import add_working_days


@cache
def after(when: dt.date, working_days: int) -> dt.date:
    """So many working days after a day. Kept, since a council's bills share few days."""
    return add_working_days(when, working_days)


def on_or_after(when: dt.date) -> dt.date:
    """The first working day on or after a day."""
    return after(when - dt.timedelta(days=1), 1)


def first_day(lodged: dt.date, policy: DirectDebitPolicy) -> dt.date:
    """The first day anything may be collected by a mandate: the bank must have had time to refuse it."""
    return after(lodged, policy.auddis_working_days)


def sleeps_from(last_used: dt.date, policy: DirectDebitPolicy) -> dt.date:
    """The day a mandate not used since is taken to have lapsed at the bank."""
    return last_used + relativedelta(months=policy.dormant_months)


def bill_day(
    issued: dt.date, due: dt.date, lodged: dt.date, whole: bool, on: dt.date, policy: DirectDebitPolicy
) -> dt.date:
    """The day a bill is collected: a working day on or after its due day, with notice given.

    A bill is itself the notice where all of it is collected, by a mandate held when it was issued, and the day it named
    can still be met. Otherwise notice is given from today.
    """
    earliest = max(first_day(lodged, policy), after(on, policy.request_working_days))
    named = on_or_after(max(due, after(issued, policy.notice_working_days)))
    if whole and lodged <= issued and named >= earliest:
        return named
    return instalment_day(due, lodged, on, policy)


def instalment_day(due: dt.date, lodged: dt.date, on: dt.date, policy: DirectDebitPolicy) -> dt.date:
    """The day a sum is collected where notice is given today."""
    return on_or_after(max(due, after(on, policy.notice_working_days), first_day(lodged, policy)))


def request_day(collect_on: dt.date, on: dt.date, policy: DirectDebitPolicy) -> dt.date | None:
    """The day a collection asked for today is taken: the day named or, within the days allowed, the first after it.

    None where it would be later than that: the payer must be told of a new day.
    """
    earliest = after(on, policy.request_working_days)
    if earliest <= collect_on:
        return collect_on
    return earliest if earliest <= after(collect_on, policy.late_working_days) else None


def represent_day(first: dt.date, on: dt.date, policy: DirectDebitPolicy) -> dt.date | None:
    """The day a sum that came back is presented again; None where the time for it has passed."""
    found = after(on, max(policy.represent_working_days, policy.request_working_days))
    return found if found <= first + dt.timedelta(days=policy.represent_days) else None
