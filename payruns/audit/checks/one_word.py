"""Prices believed on the word of one person: put in behind the verbs, or where the policy asked for no second one."""

import datetime as dt
from collections.abc import Sequence

from ledgers.audit.findings import AuditTest, Noticed
from payruns.audit.checks.one_word_store import OneWord
from payruns.audit.checks.one_word_store import read_one_word as read

__all__ = ["TEST", "find", "read"]
TEST = AuditTest("one word", "prices believed without a second person’s word")


def find(seen: Sequence[OneWord], on: dt.date) -> list[Noticed]:
    return [
        Noticed(
            f"{each.sort} change {each.change}",
            f"{each.count:,} {each.sort}{'s' if each.count > 1 else ''} told by {each.by} ({each.source}) as change "
            f"{each.change}, and confirmed by nobody; the first is {each.first}.",
            0,
        )
        for each in seen
    ]
