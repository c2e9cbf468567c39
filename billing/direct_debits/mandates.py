"""What the days alone do to a mandate: it comes live, sleeps for want of use, or ends with its payer's death."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from billing.direct_debits.announcing import MandateFacts
from billing.direct_debits.days import first_day, sleeps_from
from billing.direct_debits.outcomes import MandateMoved
from billing.direct_debits.policy import DirectDebitPolicy
from billing.direct_debits.states import MandateStatus, mandate_after


def moved_by_the_days(
    held: Sequence[MandateFacts], died: set[int], on: dt.date, policy: DirectDebitPolicy
) -> list[MandateMoved]:
    """Mandates that have come live, lapsed, or whose payer we know to have died."""
    made = []
    for each in held:
        action, why = _moved(each, died, on, policy)
        if action:
            made.append(MandateMoved(each, mandate_after(action, each.status, each.ref), why))
    return made


def _moved(each: MandateFacts, died: set[int], on: dt.date, policy: DirectDebitPolicy) -> tuple[str, str]:
    if each.bill_payer in died and each.status is not MandateStatus.CANCELLED:
        return "cancel", "payer deceased"
    if each.lodged is None or each.status not in (MandateStatus.LODGED, MandateStatus.LIVE, MandateStatus.SUSPENDED):
        return "", ""
    if on >= sleeps_from(max(each.lodged, each.last_used or each.lodged), policy):
        return "let sleep", "not used"
    if each.status is MandateStatus.LODGED and on >= first_day(each.lodged, policy):
        return "make live", "not refused by the bank"
    return "", ""


def after_moving(held: Sequence[MandateFacts], moved: Sequence[MandateMoved]) -> list[MandateFacts]:
    """The mandates as they stand once those have moved."""
    then = {each.mandate.nr: each.status for each in moved}
    return [replace(each, status=then.get(each.nr, each.status)) for each in held]
