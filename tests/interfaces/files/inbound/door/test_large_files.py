"""A large file: progress told on the way, every line number right, and small news in it at the cost of the news."""

import datetime as dt
from pathlib import Path

from sqlalchemy import func, select

from finance.facts.tables import service_line
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_file
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.faults import LISTED

LATER = dt.datetime(2026, 5, 20)
LINES = 60_000
HEADER = ",".join(EXTRACTS["service_lines"].columns)


def lines(path: Path, start: str = "2026-01-05", wrong: str = "") -> Path:
    """A file of as many lines as a county has, one of them perhaps with another start."""
    rows = [f"Z{place},PK1,K1,RES,week,1,,1,,1,{start},2030-01-06," for place in range(LINES)]
    if wrong:
        rows[LINES // 2] = rows[LINES // 2].replace(start, wrong)
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def test_a_large_file_loads_and_loads_again(loaded: Database, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path = lines(tmp_path / "service_lines.csv")
    first = load_file(loaded, path, by="loader", at=LATER, progress=lambda *news: told.append(news))
    assert (first.new, first.problems) == (LINES, ())
    assert [what for what, _, _ in told] == ["reading", "checking", "recording", "recording"]
    assert told[0] == ("reading", path.stat().st_size, path.stat().st_size)
    again = load_file(loaded, path, by="loader", at=LATER)
    assert (again.unchanged, again.change) == (LINES, None)
    one = load_file(loaded, lines(path, wrong="2026-02-02"), by="loader", at=LATER)
    assert (one.changed, one.unchanged) == (1, LINES - 1)
    with loaded.begin() as connection:
        numbers = select(func.count(), func.count(service_line.c.nr.distinct()), func.max(service_line.c.nr))
        assert connection.execute(numbers).one() == (LINES + 5, LINES + 4, LINES + 4)


def test_one_fault_in_a_large_file_is_found_on_its_line(loaded: Database, tmp_path: Path) -> None:
    path = lines(tmp_path / "service_lines.csv", wrong="2026-02-30")
    result = load_file(loaded, path, by="loader", at=LATER)
    assert [each.where for each in result.problems] == [f"service_lines.csv line {LINES // 2 + 2}, column start_date"]
    assert not result.loaded


def test_a_file_that_is_all_faults_lists_the_first_and_counts_the_rest(loaded: Database, tmp_path: Path) -> None:
    result = load_file(loaded, lines(tmp_path / "service_lines.csv", "05/01/26"), by="loader", at=LATER)
    assert result.problem_count == LINES
    assert len(result.problems) == LISTED + 1
    assert str(result.problems[-1]) == (
        "service_lines.csv: has 50,000 more problems. Correct those listed first; many will have one cause."
    )
