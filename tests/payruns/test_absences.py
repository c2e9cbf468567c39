"""Every absence stands on the remittance of whoever is paid for it, or is not."""

import datetime as dt
from pathlib import Path

import pyarrow as pa

from interfaces.database.connection import Database
from interfaces.files.outbound.folder_jobs import write_run_files
from interfaces.files.outbound.remittance import AWAY, read_remittance
from interfaces.files.outbound.remittance_xlsx import read_remittance_xlsx, write_remittance_xlsx
from payruns.absences import absences_paid
from payruns.absences_store import read_away, read_later_rules
from tests.payruns.explain.explain_council import FACTS, council, paid, record

AT = dt.datetime(2026, 5, 6, 8)
S1 = {"suspension_ref": "S1", "line_ref": "L1", "start_date": "2026-04-20", "reason": "hospital"}


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def told(database: Database, run: int, folder: Path) -> list[tuple[str, dt.date, dt.date]]:
    written = write_run_files(database, run, folder, AT)
    papers = [each.path for each in written if each.path.parent.name == "remittances" and each.path.suffix == ".csv"]
    made = [read_remittance(path.read_bytes()) for path in papers]
    assert [read_remittance_xlsx(write_remittance_xlsx(each)) for each in made] == made
    lines = [line for each in made for line in each.lines if line.section == AWAY]
    assert {line.amount for line in lines} <= {0}
    return [(f"{line.line}: {line.what}. {line.note}", line.first, line.last) for line in lines]


def test_a_remittance_names_every_absence(database: Database, tmp_path: Path) -> None:
    """In the run's own days, and in the earlier days that late news changes; not where nothing is said anew."""
    council(database)
    first = told(database, paid(database, "4W", "2026-05-04").nr, tmp_path / "1")
    record(database, dt.datetime(2026, 5, 20), suspensions=[{**S1, "end_date": "2026-05-10", "paid": "50"}])
    second = told(database, paid(database, "4W", "2026-06-01").nr, tmp_path / "2")
    contract = "By the contract: 100% for 7 days, then 80% for 14 days, then nothing."
    own = "Agreed for this absence: 50%."
    assert first == [
        (f"L1: In hospital, 7 days: paid at 100%. {contract}", day(4, 20), day(4, 26)),
        (f"L1: In hospital, 7 days: paid at 80%. {contract}", day(4, 27), day(5, 3)),
    ]
    assert second == [(f"L1: In hospital, 21 days: paid at 50%. {own}", day(4, 20), day(5, 10))]


def test_each_day_goes_by_what_the_contract_said_that_day(database: Database) -> None:
    council(database)
    record(database, AT, contracts=[{**FACTS["contracts"][0], "retainer": "50", "terms_from": "2026-04-27"}])
    weeks = [{"starts": day(4, 20), "ends": day(4, 27)}, {"starts": day(4, 27), "ends": day(5, 4)}]
    more = {"subject": 1, "kind": "care", "period_starts": day(4, 6), "share": 5_000}
    with database.read_bulk() as bulk:
        told, rules = read_away(bulk, 9, day(4, 6), day(5, 4)), read_later_rules(bulk, 9)
    steps = pa.Table.from_pylist([{**more, **week} for week in weeks])
    made = absences_paid([steps], told, rules, set(), day(4, 6))
    assert [(each.away.starts, each.away.rule) for each in made] == [(day(4, 20), "100:7,80:14,0"), (day(4, 27), "50")]
    assert absences_paid([steps], told, rules, set(), day(5, 4)) == []
