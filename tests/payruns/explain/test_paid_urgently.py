"""What was paid urgently is said wherever a later run’s line is nought or a difference because of it."""

import csv
import io
from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.files.outbound.folder_jobs import write_run_files
from ledgers.explain.explanation import Explanation
from ledgers.runs import Run
from payruns.explain.jobs import explain_line
from tests.payruns.test_urgent import PERIOD_ENDS, Paying, april


@pytest.fixture
def paying(database: Database) -> Paying:
    return Paying(database)


def explained(paying: Paying, run: Run, line: str = "L1") -> Explanation:
    return explain_line(paying.database, line, run=run.nr)


def test_a_difference_says_by_which_run_the_rest_was_paid(paying: Paying) -> None:
    urgent = paying.pay(paying.draft_urgent("line", "L1", april(19)))
    run = paying.pay(paying.draft())
    assert explained(paying, run).headline == "Run 2 posted £1,400.00. Paid before: £1,400.00 urgently by run 1."
    assert explained(paying, run).figures["paid_urgently"] == [{"run": urgent.nr, "pence": 1_400_00}]
    assert explained(paying, urgent).headline == "Run 1 posted £1,400.00."
    assert "no money for food" in str(explained(paying, urgent).sections)


def test_a_line_that_comes_to_nothing_says_so_too(paying: Paying) -> None:
    paying.pay(paying.draft_urgent("line", "L1", PERIOD_ENDS))
    run = paying.pay(paying.draft())
    said = "the £2,800.00 due had all been posted before. Paid before: £2,800.00 urgently by run 1."
    assert explained(paying, run).headline.endswith(said)


def test_each_of_two_open_at_once_is_explained_by_what_it_counted_on(paying: Paying) -> None:
    run = paying.work_out(paying.draft())
    urgent = paying.pay(paying.draft_urgent("line", "L1", april(19)))
    assert explained(paying, run).figures["proposed"] == 2_800_00  # before it is worked out again
    paying.release(paying.sign(paying.work_out(run)))
    assert explained(paying, run).figures["paid_urgently"] == [{"run": urgent.nr, "pence": 1_400_00}]
    assert explained(paying, urgent).figures["posted"] == 0


def test_a_period_left_alone_has_no_steps(paying: Paying) -> None:
    paying.pay(paying.draft_urgent("line", "L1", april(19)))
    run = paying.pay(paying.draft(april(12)))
    assert explained(paying, run).figures["periods"] == []


def test_a_remittance_says_which_run_paid_some_of_it(paying: Paying, tmp_path: Path) -> None:
    urgent = paying.pay(paying.draft_urgent("line", "L1", april(19)))
    run = paying.pay(paying.draft())
    found: dict[str, str] = {}
    for file in write_run_files(paying.database, run.nr, tmp_path, paying.now(), xlsx=False):
        if file.kind == "remittance csv":
            lines = file.path.read_bytes().decode("utf-8-sig").split("\r\n\r\n")[1]
            found |= {row["Line"]: row["Note"] for row in csv.DictReader(io.StringIO(lines))}
    said = f"Adjustment for 6 April 2026 to 3 May 2026; some of it was paid urgently by run {urgent.nr}"
    assert found == {"L1": said, "L2": ""}
