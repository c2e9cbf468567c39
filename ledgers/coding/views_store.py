"""What a reader of coding is shown: the rules in force on a day, and what has no rule of its own."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledgers.coding.gaps import Gap, gaps, in_force
from ledgers.coding.rules import CodingRule
from ledgers.coding.store import load_current, read_rules


@dataclass(frozen=True, slots=True)
class CodingShown:
    """Rules, and what falls elsewhere for want of one."""

    rules: Sequence[CodingRule]
    left_out: Sequence[Gap]


def read_coding(connection: Connection, on: dt.date, *, every: bool = False) -> CodingShown:
    """Those in force on a day; past and coming ones too where ``every`` is asked for. A new council is given the
    shipped ones first.
    """
    load_current(connection)
    kept = read_rules(connection)
    return CodingShown(kept if every else in_force(kept, on), gaps(kept, on, on))
