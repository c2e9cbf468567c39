"""Of two urgent runs with a line in common, the second is worked out again; without one, each goes its way."""

import pytest

from interfaces.database.connection import Database
from ledgers.meeting_jobs import check_still_next
from ledgers.runs import Overlapping
from tests.payruns.test_urgent import Paying, april


@pytest.mark.parametrize(("other", "meets"), [(("person", "P1"), True), (("payee", "V2"), False)])
def test_runs_that_pay_one_line_meet(database: Database, other: tuple[str, str], meets: bool) -> None:
    paying = Paying(database)
    first, second = (paying.draft_urgent(what, ref, april(19)) for what, ref in (("line", "L1"), other))
    for run in (first, second):
        paying.sign(paying.work_out(run))
    paying.release(first)
    with database.read() as connection:
        if not meets:
            check_still_next(connection, second)
            return
        with pytest.raises(Overlapping, match=f"Run {first.nr} .* posts some of the same lines"):
            check_still_next(connection, second)
