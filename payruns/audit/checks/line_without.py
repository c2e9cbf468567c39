"""Lines of care in force whose contract, payee or person is not there, or whose contract is over."""

import datetime as dt
from collections.abc import Sequence

from ledgers.audit.findings import AuditTest, Noticed
from payruns.audit.checks.line_without_store import read_lines_without as read

__all__ = ["TEST", "find", "read"]
TEST = AuditTest("line without", "a line of care in force without its person, its contract or its payee")


def find(seen: Sequence[tuple[str, str]], on: dt.date) -> list[Noticed]:
    return [
        Noticed(f"{ref} {wanting}", f"{ref} is in force, and {wanting} is not there on the day.", 0)
        for ref, wanting in seen
    ]
